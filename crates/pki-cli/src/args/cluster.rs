use clap::Args;
use pki_core::config::{EtcdSettings, Settings, Source, Sourced};

use crate::exit::CliError;

/// What describes a cluster. Every one of them overrides the configuration file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterArguments {
    /// Name of this node [default: the host's name].
    #[arg(long, value_name = "NAME")]
    node_name: Option<String>,
    /// Address others reach this node at [default: that of the default route].
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

fn given(value: Option<&String>, flag: &'static str) -> Option<Sourced<String>> {
    value.map(|value| Sourced::new(value.clone(), Source::Flag(flag)))
}

fn all_given(values: &[String], flag: &'static str) -> Vec<Sourced<String>> {
    values
        .iter()
        .map(|value| Sourced::new(value.clone(), Source::Flag(flag)))
        .collect()
}

impl ClusterArguments {
    /// Lays the flags over what the configuration file says: single values and service networks
    /// replace it, further names are added to it.
    ///
    /// # Errors
    ///
    /// [`CliError::Value`] for names of a local etcd where the file has an external one.
    pub(crate) fn overlay(&self, settings: &mut Settings) -> Result<(), CliError> {
        let replace = |target: &mut Option<Sourced<String>>, value, flag| {
            if let Some(value) = given(value, flag) {
                *target = Some(value);
            }
        };
        let Self {
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
        replace(&mut settings.node_name, node_name.as_ref(), "--node-name");
        replace(
            &mut settings.advertise_address,
            advertise_address.as_ref(),
            "--advertise-address",
        );
        replace(
            &mut settings.control_plane_endpoint,
            control_plane_endpoint.as_ref(),
            "--control-plane-endpoint",
        );
        replace(
            &mut settings.dns_domain,
            dns_domain.as_ref(),
            "--dns-domain",
        );
        replace(
            &mut settings.cluster_name,
            cluster_name.as_ref(),
            "--cluster-name",
        );
        replace(&mut settings.profile, profile.as_ref(), "--profile");
        replace(
            &mut settings.key_algorithm,
            key_algorithm.as_ref(),
            "--key-algorithm",
        );
        replace(
            &mut settings.certificate_validity,
            certificate_validity.as_ref(),
            "--certificate-validity",
        );
        replace(
            &mut settings.ca_validity,
            ca_validity.as_ref(),
            "--ca-validity",
        );
        if let Some(port) = bind_port {
            settings.bind_port = Some(Sourced::new(*port, Source::Flag("--bind-port")));
        }
        if !service_cidrs.is_empty() {
            settings.service_cidrs = all_given(service_cidrs, "--service-cidr");
        }
        settings.apiserver_sans.extend(all_given(sans, "--san"));
        let server = all_given(etcd_server_sans, "--etcd-server-san");
        let peer = all_given(etcd_peer_sans, "--etcd-peer-san");
        overlay_etcd(settings, server, peer)
    }
}

/// Further names of etcd mean a local etcd.
fn overlay_etcd(
    settings: &mut Settings,
    server: Vec<Sourced<String>>,
    peer: Vec<Sourced<String>>,
) -> Result<(), CliError> {
    let Some(first) = server.first().or(peer.first()) else {
        return Ok(());
    };
    match settings.etcd.as_mut().map(|etcd| &mut etcd.value) {
        Some(EtcdSettings::Local {
            server_sans,
            peer_sans,
        }) => {
            server_sans.extend(server);
            peer_sans.extend(peer);
        }
        Some(EtcdSettings::External { .. }) => {
            return Err(CliError::Value {
                place: first.source.to_string(),
                problem: "the configuration has an external etcd, whose certificates are not \
                          made here; remove the flag, or the external etcd"
                    .to_owned(),
            });
        }
        None => {
            let source = first.source.clone();
            let local = EtcdSettings::Local {
                server_sans: server,
                peer_sans: peer,
            };
            settings.etcd = Some(Sourced::new(local, source));
        }
    }
    Ok(())
}
