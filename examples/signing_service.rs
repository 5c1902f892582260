//! Sign with a key that is not a file: in a hardware module, or behind a service.
//!
//! `cargo run --example signing_service`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::{
    Authority, Cluster, KeyAlgorithm, KeyError, KeyRequest, KeySource as _, Node, PrivateKey,
    PublicKey, RowId, SigningKey, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;

/// Stands for the module's client: it knows the public half, and asks the module to sign.
#[derive(Debug)]
struct Module {
    inside_the_module: PrivateKey,
}

impl SigningKey for Module {
    fn public_key(&self) -> &PublicKey {
        self.inside_the_module.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        println!("the module signs {} bytes", message.len());
        self.inside_the_module.sign(message)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let site = cluster.at(&node);
    let now = OffsetDateTime::now_utc();
    let new_key = |id| {
        let request = KeyRequest::new(id, KeyAlgorithm::EcdsaP256);
        SoftwareKeys.generate(request, &SystemRandom)
    };
    let template = |id: RowId| site.template(id.spec(), now);

    // An authority whose key is the module's. An existing one: `Authority::open(certificates, key)`,
    // or `Authority::new` where it is more than one file.
    let module = Module {
        inside_the_module: new_key("ca")?,
    };
    let ca = template(RowId::ClusterCa)?.ok_or("the row has a certificate")?;
    let authority = Authority::create(&ca, Box::new(module), &SystemRandom)?;

    // What can fail: the name, the randomness, the module. What comes out has been read back.
    let key = new_key("apiserver")?;
    let leaf = template(RowId::Apiserver)?.ok_or("the row has a certificate")?;
    let certificate = authority.issue(&leaf, key.public_key(), &SystemRandom)?;
    print!("{}\n{}", certificate.subject(), certificate.to_pem());
    Ok(())
}
