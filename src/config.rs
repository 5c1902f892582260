//! Configuration files: TOML, and kubeadm's YAML, read from text down to a cluster and a node.
//!
//! Nothing is asked of the machine: the text and what is known of the host are arguments, and
//! settings of another source are laid over those of the file. [`parse`] tells the formats apart.
//!
//! # Example
//!
//! ```
//! use pkigen::config::{self, HostFacts, Settings, Source, Sourced};
//! use pkigen::{Directories, FlagOptions, Profile};
//!
//! let text = "
//! apiVersion: kubeadm.k8s.io/v1beta4
//! kind: ClusterConfiguration
//! certificatesDir: /srv/pki
//! apiServer:
//!   certSANs: [LB.example.org]
//!   extraArgs: [{name: tls-min-version, value: VersionTLS13}]
//! ";
//! let parsed = config::parse("kubeadm.yaml", text)?;
//! assert_eq!(parsed.warnings, Vec::<String>::new());
//!
//! let mut ours = Settings::default();
//! let place = Source::Given("the node pool".into());
//! ours.apiserver_sans = vec![Sourced::new("api.example.org".to_owned(), place)];
//! let settings = parsed.settings.overlaid(ours)?;
//!
//! let host = HostFacts::new("cp1", "192.0.2.10".parse()?);
//! let (cluster, node) = settings.describe(&host)?.build()?;
//! assert_eq!(cluster.profile(), Profile::Kubeadm);
//! assert_eq!(cluster.apiserver_hosts()[0].to_string(), "lb.example.org");
//! assert_eq!(cluster.apiserver_hosts()[1].to_string(), "api.example.org");
//! assert_eq!(node.name().as_str(), "cp1");
//!
//! let directories = Directories::from_settings(&settings);
//! assert_eq!(directories.certificates.as_os_str(), "/srv/pki");
//! assert_eq!(FlagOptions::from_settings(&settings).overrides.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::config::{
    Assumption, ConfigError, Contradiction, Description, EtcdSettings, ExtraArgument, Format,
    HostFacts, Parsed, Places, SIZE_LIMIT, Setting, Settings, SettingsError, Source, Sourced,
    parse,
};
