//! The command-line flags that tell each component about its certificates.
//!
//! # Example
//!
//! ```
//! use pkigen::flags::{Component, FlagOptions, FlagSet, FlagsError, Format, Override, render};
//! use pkigen::{Cluster, Directories, Node};
//!
//! let cluster = Cluster::builder().build()?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
//! let ours = Override::new(Component::KubeApiserver, "tls-min-version", "VersionTLS13");
//! let options = FlagOptions::new().with_override(ours);
//! let directories = Directories::default();
//! let sets: Result<Vec<FlagSet>, FlagsError> =
//!     FlagSet::all(cluster.at(&node), &directories, &options);
//! let text = render(&sets?, Format::Args)?;
//! assert!(text.contains("--client-ca-file=/etc/kubernetes/pki/ca.crt"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_layout::FlagOptions;
pub use pki_layout::flags::{
    Argument, FlagSet, FlagsError, Format, Override, kubelet_configuration_yaml, render,
};
pub use pki_layout::table::Component;
