use clap::Args;

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
    /// What was given, with the flag and the authority's name.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let all = [
            ("--ca-key", "ca", &self.ca_key),
            (
                "--front-proxy-ca-key",
                "front-proxy-ca",
                &self.front_proxy_ca_key,
            ),
            ("--etcd-ca-key", "etcd-ca", &self.etcd_ca_key),
        ];
        let given = all.into_iter();
        given.filter_map(|(flag, name, uri)| Some((flag, name, uri.as_deref()?)))
    }
}
