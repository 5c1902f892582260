use std::sync::Arc;

use time::macros::datetime;

use super::*;
use crate::key::{
    KeyAlgorithm, KeyError, KeyRequest, KeySource as _, PrivateKey, SoftwareKeys, SystemRandom,
};
use crate::x509::{SignatureError, SubjectAltNames, Usage};

const BORN: time::OffsetDateTime = datetime!(2026-11-23 12:00 UTC);
const DIES: time::OffsetDateTime = datetime!(2027-11-23 12:00 UTC);

fn key() -> PrivateKey {
    let request = KeyRequest::new("test", KeyAlgorithm::EcdsaP256);
    SoftwareKeys.generate(request, &SystemRandom).unwrap()
}

fn template(name: &str, usage: Usage) -> Template {
    Template::new(
        DistinguishedName::new(name, &[]).unwrap(),
        usage,
        SubjectAltNames::default(),
        Validity {
            not_before: BORN,
            not_after: DIES,
        },
        Profile::KubernetesIo,
    )
}

fn authority(key: Box<dyn SigningKey>) -> Result<Authority, SignError> {
    Authority::create(&template("ca", Usage::Authority), key, &SystemRandom)
}

/// What an authority says of a template that it should not sign.
fn refused(change: impl FnOnce(&mut Template)) -> TemplateError {
    let mut template = template("client", Usage::Client);
    change(&mut template);
    let authority = authority(Box::new(key())).unwrap();
    let issued = authority.issue(&template, key().public_key(), &SystemRandom);
    match issued.unwrap_err() {
        SignError::Template(error) => error,
        other => panic!("{other:?}"),
    }
}

fn subject(common_name: &str) -> TemplateError {
    refused(|template| template.subject = DistinguishedName::new(common_name, &[]).unwrap())
}

#[test]
fn what_is_not_to_be_signed() {
    use TemplateError as E;
    let early = refused(|template| template.validity.not_after = datetime!(2026-11-23 11:59 UTC));
    assert!(matches!(early, E::EndsBeforeItBegins { .. }), "{early}");
    let late = refused(|template| template.validity.not_after = datetime!(2027-11-23 12:00:01 UTC));
    assert_eq!(
        late.to_string(),
        "it would end at 2027-11-23T12:00:01Z, after its issuer, at 2027-11-23T12:00:00Z"
    );
    for usage in [Usage::Server, Usage::Peer] {
        assert_eq!(refused(|template| template.usage = usage), E::NoHosts);
    }
    let nobody = DistinguishedName::from_der(&[0x30, 0]).unwrap();
    assert_eq!(
        refused(|template| template.subject = nobody),
        E::NamesNobody
    );
    assert!(matches!(subject(""), E::Attribute { .. }));
    let with_nul = subject("admin\0.example.org");
    assert!(matches!(with_nul, E::Attribute { .. }));
    assert!(!with_nul.to_string().contains('\0'), "{with_nul}");
}

#[test]
fn the_authority_s_key_is_nobody_else_s() {
    let shared = Arc::new(key());
    let authority = authority(Box::new(Arc::clone(&shared))).unwrap();
    let client = template("client", Usage::Client);
    let issued = authority.issue(&client, shared.public_key(), &SystemRandom);
    let own = |error| matches!(error, SignError::Template(TemplateError::IssuersKey));
    assert!(issued.is_err_and(own));
    let old = authority
        .issue(&client, key().public_key(), &SystemRandom)
        .unwrap();
    let again = authority.renew(&old, client.validity, shared.public_key(), &SystemRandom);
    assert!(again.is_err_and(own));
    let longer = Validity {
        not_after: datetime!(2028-01-01 0:00 UTC),
        ..client.validity
    };
    let again = authority.renew(&old, longer, key().public_key(), &SystemRandom);
    assert!(matches!(
        again,
        Err(SignError::Template(TemplateError::OutlivesIssuer { .. }))
    ));
}

#[test]
fn an_authority_is_made_of_an_authority_s_template_alone() {
    for usage in [Usage::Client, Usage::Server, Usage::Peer] {
        let made = Authority::create(&template("ca", usage), Box::new(key()), &SystemRandom);
        let Err(SignError::Template(error)) = made else {
            panic!("{made:?}");
        };
        assert_eq!(error, TemplateError::NotForAnAuthority { usage });
    }
}

/// A signer that is broken in one of many ways.
#[derive(Debug)]
struct Broken {
    key: PrivateKey,
    other: PrivateKey,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Empty,
    Zeroed,
    BitFlipped,
    /// `r || s`, as PKCS#11 and JOSE have it, in place of DER.
    Raw,
    Foreign,
}

impl SigningKey for Broken {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = self.key.sign(message)?;
        match self.how {
            How::Empty => signature.clear(),
            How::Zeroed => signature.fill(0),
            How::BitFlipped => *signature.last_mut().unwrap() ^= 1,
            How::Raw => {
                let der = p256::ecdsa::DerSignature::from_bytes(&signature).unwrap();
                let raw: p256::ecdsa::Signature = der.try_into().unwrap();
                signature = raw.to_bytes().to_vec();
            }
            How::Foreign => signature = self.other.sign(message)?,
        }
        Ok(signature)
    }
}

#[test]
fn no_certificate_exists_whose_signature_does_not_verify() {
    let good = authority(Box::new(key())).unwrap();
    for how in [
        How::Empty,
        How::Zeroed,
        How::BitFlipped,
        How::Raw,
        How::Foreign,
    ] {
        let wrong = |error| {
            matches!(
                error,
                SignError::Encode(EncodeError::Signature {
                    source: SignatureError::Wrong
                })
            )
        };
        let broken = |how| {
            let (key, other) = (key(), key());
            Broken { key, other, how }
        };
        assert!(
            authority(Box::new(broken(how))).is_err_and(wrong),
            "{how:?}"
        );
        // The same signer, with a certificate that is right.
        let signer = broken(how);
        let certificate = good
            .issue(
                &template("middle", Usage::Authority),
                signer.public_key(),
                &SystemRandom,
            )
            .unwrap();
        let middle = Authority::open(vec![certificate], Box::new(signer)).unwrap();
        let client = template("client", Usage::Client);
        let issued = middle.issue(&client, key().public_key(), &SystemRandom);
        assert!(issued.is_err_and(wrong), "{how:?}");
    }
}
