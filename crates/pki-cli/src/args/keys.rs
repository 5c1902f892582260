use std::collections::BTreeMap;

use clap::Args;
use pki_core::RowId;
use pki_core::config::Sourced;

use super::cluster::given as given_by;

/// Keys of CAs that never leave a token.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keys in tokens")]
pub(crate) struct TokenArguments {
    /// The cluster CA's key in a token, instead of ca.key: a URI of RFC 7512 such as
    /// pkcs11:token=T;object=O, then ?module-path=/M.so and &pin-source=/FILE.
    #[arg(long, value_name = "URI")]
    ca_key: Option<String>,
    /// The front-proxy CA's.
    #[arg(long, value_name = "URI")]
    front_proxy_ca_key: Option<String>,
    /// The etcd CA's.
    #[arg(long, value_name = "URI")]
    etcd_ca_key: Option<String>,
}

impl TokenArguments {
    /// What was given.
    pub(crate) fn given(&self) -> BTreeMap<RowId, Sourced<String>> {
        let all = [
            (RowId::ClusterCa, "--ca-key", &self.ca_key),
            (
                RowId::FrontProxyCa,
                "--front-proxy-ca-key",
                &self.front_proxy_ca_key,
            ),
            (RowId::EtcdCa, "--etcd-ca-key", &self.etcd_ca_key),
        ];
        let given = all.into_iter();
        given
            .filter_map(|(row, flag, uri)| Some((row, given_by(uri.as_ref(), flag)?)))
            .collect()
    }
}
