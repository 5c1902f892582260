use clap::Args;
use pki_core::Lifetime;
use pki_core::config::{EtcdSettings, Settings, SettingsError, Source, Sourced};
use pki_layout::table::{InvalidKubernetesVersion, KubernetesVersion};

/// What describes a cluster. Every one of them overrides the configuration file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterArguments {
    /// Version of Kubernetes, such as v1.36.2 [default: the one in the tree; on an empty tree
    /// the newest known].
    #[arg(long, value_name = "VERSION", value_parser = version)]
    kubernetes_version: Option<String>,
    /// Name of this node [default: the one in the tree; on an empty tree the host's].
    #[arg(long, value_name = "NAME")]
    node_name: Option<String>,
    /// Address others reach this node at [default: the one in the tree; on an empty tree that of
    /// the default route].
    #[arg(long, value_name = "IP")]
    advertise_address: Option<String>,
    /// Stable address of the control plane, such as a load balancer's.
    #[arg(long, value_name = "HOST[:PORT]")]
    control_plane_endpoint: Option<String>,
    /// Service network; twice for IPv4 and IPv6 [default: 10.96.0.0/12].
    #[arg(long = "service-cidr", value_name = "CIDR")]
    service_cidrs: Vec<String>,
    /// DNS domain of the cluster [default: cluster.local].
    #[arg(long, value_name = "DOMAIN")]
    dns_domain: Option<String>,
    /// Name of the cluster in kubeconfigs [default: kubernetes].
    #[arg(long, value_name = "NAME")]
    cluster_name: Option<String>,
    /// Port of the API server [default: 6443].
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    bind_port: Option<u16>,
    /// A further name or address of the API server; repeatable.
    #[arg(long = "san", value_name = "HOST")]
    sans: Vec<String>,
    /// A further name or address of etcd's server certificate; repeatable.
    #[arg(long = "etcd-server-san", value_name = "HOST")]
    etcd_server_sans: Vec<String>,
    /// A further name or address of etcd's peer certificate; repeatable.
    #[arg(long = "etcd-peer-san", value_name = "HOST")]
    etcd_peer_sans: Vec<String>,
    /// Names and extensions of new certificates: kubernetes-io or kubeadm.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Algorithm of new keys: ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072, rsa-4096.
    #[arg(long, value_name = "ALGORITHM")]
    key_algorithm: Option<String>,
    /// Life of new certificates [default: 8760h].
    #[arg(long, value_name = "DURATION")]
    certificate_validity: Option<String>,
    /// Life of new authorities [default: 87600h].
    #[arg(long, value_name = "DURATION")]
    ca_validity: Option<String>,
    /// Give the kubelet a serving certificate, and have the API server check it.
    #[arg(long)]
    pub(crate) kubelet_serving: bool,
    /// Life of the certificates that kube-controller-manager signs, as its flag.
    #[arg(long, value_name = "DURATION")]
    pub(crate) cluster_signing_duration: Option<String>,
}

impl ClusterArguments {
    /// What the flags say, to be laid over what the configuration file says.
    pub(crate) fn settings(&self) -> Settings {
        let Self {
            kubernetes_version,
            node_name,
            advertise_address,
            control_plane_endpoint,
            service_cidrs,
            dns_domain,
            cluster_name,
            bind_port,
            sans,
            etcd_server_sans,
            etcd_peer_sans,
            profile,
            key_algorithm,
            certificate_validity,
            ca_validity,
            kubelet_serving: _,
            cluster_signing_duration: _,
        } = self;
        let mut settings = Settings::default();
        settings.kubernetes_version = given(kubernetes_version.as_ref(), "--kubernetes-version");
        settings.node_name = given(node_name.as_ref(), "--node-name");
        settings.advertise_address = given(advertise_address.as_ref(), "--advertise-address");
        settings.bind_port =
            bind_port.map(|port| Sourced::new(port, Source::Given("--bind-port".into())));
        settings.control_plane_endpoint =
            given(control_plane_endpoint.as_ref(), "--control-plane-endpoint");
        settings.dns_domain = given(dns_domain.as_ref(), "--dns-domain");
        settings.cluster_name = given(cluster_name.as_ref(), "--cluster-name");
        settings.profile = given(profile.as_ref(), "--profile");
        settings.key_algorithm = given(key_algorithm.as_ref(), "--key-algorithm");
        settings.certificate_validity =
            given(certificate_validity.as_ref(), "--certificate-validity");
        settings.ca_validity = given(ca_validity.as_ref(), "--ca-validity");
        settings.service_cidrs = all_given(service_cidrs, "--service-cidr");
        settings.apiserver_sans = all_given(sans, "--san");
        settings.etcd = local_etcd(
            all_given(etcd_server_sans, "--etcd-server-san"),
            all_given(etcd_peer_sans, "--etcd-peer-san"),
        );
        settings
    }

    /// The same as it was typed, for another command that is to say it again.
    pub(crate) fn words(&self) -> Vec<String> {
        let Self {
            kubernetes_version,
            node_name,
            advertise_address,
            control_plane_endpoint,
            service_cidrs,
            dns_domain,
            cluster_name,
            bind_port,
            sans,
            etcd_server_sans,
            etcd_peer_sans,
            profile,
            key_algorithm,
            certificate_validity,
            ca_validity,
            kubelet_serving,
            cluster_signing_duration,
        } = self;
        let bind_port = bind_port.map(|port| port.to_string());
        let one = |flag, value: &Option<String>| value.clone().map(|value| (flag, value));
        let each = [
            one("--kubernetes-version", kubernetes_version),
            one("--node-name", node_name),
            one("--advertise-address", advertise_address),
            one("--control-plane-endpoint", control_plane_endpoint),
            one("--dns-domain", dns_domain),
            one("--cluster-name", cluster_name),
            one("--bind-port", &bind_port),
            one("--profile", profile),
            one("--key-algorithm", key_algorithm),
            one("--certificate-validity", certificate_validity),
            one("--ca-validity", ca_validity),
            one("--cluster-signing-duration", cluster_signing_duration),
        ];
        let lists = [
            ("--service-cidr", service_cidrs),
            ("--san", sans),
            ("--etcd-server-san", etcd_server_sans),
            ("--etcd-peer-san", etcd_peer_sans),
        ];
        let lists = lists.into_iter();
        let lists =
            lists.flat_map(|(flag, values)| values.iter().map(move |one| (flag, one.clone())));
        let words = each.into_iter().flatten().chain(lists);
        let words = words.flat_map(|(flag, value)| [flag.to_owned(), value]);
        let serving = kubelet_serving.then(|| "--kubelet-serving".to_owned());
        words.chain(serving).collect()
    }

    /// Life of the certificates that kube-controller-manager signs, which is a flag of the
    /// cluster's and no part of its description.
    pub(crate) fn signing_duration(&self) -> Result<Option<Lifetime>, SettingsError> {
        let duration = self.cluster_signing_duration.as_ref();
        let given = given(duration, "--cluster-signing-duration");
        given.as_ref().map(Sourced::parse).transpose()
    }
}

/// As it was written, where it is a version.
fn version(text: &str) -> Result<String, InvalidKubernetesVersion> {
    text.parse::<KubernetesVersion>()?;
    Ok(text.to_owned())
}

pub(super) fn given(value: Option<&String>, flag: &'static str) -> Option<Sourced<String>> {
    value.map(|value| Sourced::new(value.clone(), Source::Given(flag.into())))
}

fn all_given(values: &[String], flag: &'static str) -> Vec<Sourced<String>> {
    let each = values.iter();
    each.filter_map(|value| given(Some(value), flag)).collect()
}

/// Further names of etcd mean a local etcd.
fn local_etcd(
    server_sans: Vec<Sourced<String>>,
    peer_sans: Vec<Sourced<String>>,
) -> Option<Sourced<EtcdSettings>> {
    let first = server_sans.first().or(peer_sans.first())?;
    let source = first.source.clone();
    let local = EtcdSettings::Local {
        server_sans,
        peer_sans,
    };
    Some(Sourced::new(local, source))
}
