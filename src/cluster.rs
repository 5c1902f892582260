//! What credentials are for: a cluster, its nodes and its users, each validated once.
//!
//! # Example
//!
//! ```
//! use pkigen::cluster::{
//!     Cluster, ClusterError, DnsName, Endpoint, Etcd, Host, Lifetime, Node, NodeName, Profile,
//!     ServiceCidr, Setup, User, UserName,
//! };
//!
//! let endpoint: Endpoint = "api.example.org:6443".parse()?;
//! let services: ServiceCidr = "10.96.0.0/12".parse()?;
//! let domain: DnsName = "cluster.internal".parse()?;
//! let further: Host = "*.lb.example.org".parse()?;
//! let external = Etcd::External {
//!     endpoints: vec!["https://etcd.example.org:2379".to_owned()],
//!     ca_file: None,
//!     client_pair: None,
//! };
//! let cluster = Cluster::builder()
//!     .profile(Profile::KubernetesIo)
//!     .control_plane_endpoint(endpoint)
//!     .service_cidrs([services])
//!     .dns_domain(domain)
//!     .apiserver_hosts([further])
//!     .certificate_lifetime(Lifetime::YEAR)
//!     .etcd(external)
//!     .build()?;
//! let name: NodeName = "cp1".parse()?;
//! let node = Node::builder(name, "192.0.2.10".parse()?).build(&cluster)?;
//! let jane: UserName = "jane".parse()?;
//! let setup = Setup::new(cluster, node).with_users([User::new(jane, ["developers".to_owned()])])?;
//! assert_eq!(setup.site().node().name().as_str(), "cp1");
//!
//! // What does not hold together says so.
//! let node = Node::builder("etcd-ca".parse()?, "192.0.2.10".parse()?);
//! let error: ClusterError = node.build(setup.cluster()).unwrap_err();
//! assert!(error.to_string().contains("common name of an authority"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::cluster::{Endpoint, ServiceCidr};
pub use pki_core::{
    Cluster, ClusterBuilder, ClusterError, DnsName, Etcd, Host, Lifetime, LifetimeError, NameError,
    Node, NodeBuilder, NodeName, Profile, Setup, Site, User, UserName,
};
