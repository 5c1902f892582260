//! From what was written to what is meant: settings become a cluster and a node.

use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;

use pki_core::config::{EtcdSettings, ExtraArgument, Format, Settings, Source, Sourced};
use pki_core::{Cluster, ClusterBuilder, Etcd, Host, Lifetime, Node, NodeBuilder};
use pki_layout::{Component, Directories, FlagOptions, Override};

use super::places::Places;
use crate::exit::CliError;
use crate::host;

/// A cluster, a node of it and their flags as configuration file and flags describe them.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) cluster: ClusterBuilder,
    pub(crate) node: NodeBuilder,
    pub(crate) flags: FlagOptions,
    /// Where the values were given.
    pub(crate) places: Places,
    /// What was taken from the host because nobody said it.
    pub(crate) assumptions: Vec<String>,
}

impl Description {
    /// Reads the meaning of every setting. `format` is the configuration file's, if there was
    /// one: a kubeadm file selects the profile kubeadm, and like flags alone it may leave the
    /// node's name and address to the host; a TOML file may not.
    pub(crate) fn read(settings: Settings, format: Option<Format>) -> Result<Self, CliError> {
        let mut places = Places::of(&settings);
        let Settings {
            node_name,
            advertise_address,
            bind_port,
            control_plane_endpoint,
            dns_domain,
            cluster_name,
            profile,
            key_algorithm,
            certificate_validity,
            ca_validity,
            cert_dir: _,
            kubeconfig_dir: _,
            service_cidrs,
            apiserver_sans,
            etcd,
            extra_args,
        } = settings;
        let mut assumptions = Vec::new();
        let node_name = node_name.map_or_else(|| host_name(format, &mut assumptions), Ok)?;
        let address =
            advertise_address.map_or_else(|| host_address(format, &mut assumptions), Ok)?;

        places.node_name = Some(node_name.source.clone());
        places.advertise_address = Some(address.source.clone());

        let mut node = Node::builder(parse(&node_name)?, parse_address(&address)?);
        let mut builder = Cluster::builder();
        if let Some(port) = bind_port {
            node = node.bind_port(port.value);
        }
        if let Some(endpoint) = control_plane_endpoint {
            builder = builder.control_plane_endpoint(parse(&endpoint)?);
        }
        if let Some(domain) = dns_domain {
            builder = builder.dns_domain(parse(&domain)?);
        }
        if let Some(name) = cluster_name {
            builder = builder.cluster_name(name.value);
        }
        match profile {
            Some(profile) => builder = builder.profile(parse(&profile)?),
            None if format == Some(Format::Kubeadm) => {
                builder = builder.profile(pki_core::Profile::Kubeadm);
            }
            None => {}
        }
        if let Some(algorithm) = key_algorithm {
            builder = builder.key_algorithm(parse(&algorithm)?);
        }
        if let Some(validity) = certificate_validity {
            builder = builder.certificate_lifetime(parse(&validity)?);
        }
        if let Some(validity) = ca_validity {
            builder = builder.authority_lifetime(parse(&validity)?);
        }
        if !service_cidrs.is_empty() {
            let cidrs: Result<Vec<_>, CliError> = service_cidrs.iter().map(parse).collect();
            builder = builder.service_cidrs(cidrs?);
        }
        builder = builder.apiserver_hosts(hosts(&apiserver_sans)?);
        match etcd.map(|etcd| etcd.value) {
            None => {}
            Some(EtcdSettings::Local {
                server_sans,
                peer_sans,
            }) => {
                node = node.etcd_server_hosts(hosts(&server_sans)?);
                node = node.etcd_peer_hosts(hosts(&peer_sans)?);
            }
            Some(EtcdSettings::External {
                endpoints,
                ca_file,
                cert_file,
                key_file,
            }) => {
                builder = builder.etcd(Etcd::External {
                    endpoints: endpoints.into_iter().map(|one| one.value).collect(),
                    ca_file: ca_file.map(|one| one.value),
                    client_pair: client_pair(cert_file, key_file)?,
                });
            }
        }
        Ok(Self {
            cluster: builder,
            node,
            flags: flag_options(extra_args)?,
            places,
            assumptions,
        })
    }
}

/// The directories, as the flags or else the file has them.
pub(crate) fn directories(settings: &Settings) -> Directories {
    let defaults = Directories::default();
    let chosen = |setting: &Option<Sourced<String>>, default: &std::path::Path| {
        setting
            .as_ref()
            .map_or_else(|| default.to_owned(), |one| one.value.clone().into())
    };
    Directories::new(
        chosen(&settings.cert_dir, &defaults.certificates),
        chosen(&settings.kubeconfig_dir, &defaults.kubeconfigs),
    )
}

/// Reads one value; an error names the place it was written at.
pub(crate) fn parse<T>(value: &Sourced<String>) -> Result<T, CliError>
where
    T: FromStr,
    T::Err: Display,
{
    value.value.trim().parse().map_err(|error: T::Err| {
        // The standard library's messages do not repeat what they could not read.
        let problem = error.to_string();
        let problem = if problem.contains(&value.value) {
            problem
        } else {
            format!("{:?}: {problem}", value.value)
        };
        CliError::Value {
            place: value.source.to_string(),
            problem,
        }
    })
}

/// Reads an address; the standard library's message does not say what one looks like.
fn parse_address(value: &Sourced<String>) -> Result<IpAddr, CliError> {
    value.value.trim().parse().map_err(|_| CliError::Value {
        place: value.source.to_string(),
        problem: format!(
            "{:?} is not an IP address; write one such as 192.0.2.10 or 2001:db8::10",
            value.value
        ),
    })
}

/// A list of further names: each readable, none twice.
fn hosts(values: &[Sourced<String>]) -> Result<Vec<Host>, CliError> {
    let mut hosts: Vec<Host> = Vec::with_capacity(values.len());
    for value in values {
        let host = parse(value)?;
        if hosts.contains(&host) {
            return Err(CliError::Value {
                place: value.source.to_string(),
                problem: format!("{host} is given twice; remove one"),
            });
        }
        hosts.push(host);
    }
    Ok(hosts)
}

/// The client certificate for an external etcd, and its key.
fn client_pair(
    certificate: Option<Sourced<String>>,
    key: Option<Sourced<String>>,
) -> Result<Option<(String, String)>, CliError> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate.value, key.value))),
        (None, None) => Ok(None),
        (Some(one), None) | (None, Some(one)) => Err(CliError::Value {
            place: one.source.to_string(),
            problem: "the client certificate and its key go together; give both".to_owned(),
        }),
    }
}

fn flag_options(extra_args: Vec<ExtraArgument>) -> Result<FlagOptions, CliError> {
    let mut options = FlagOptions::new();
    for argument in extra_args {
        let ExtraArgument {
            component,
            name,
            value,
        } = argument;
        let component: Component = parse(&Sourced::new(component, value.source.clone()))?;
        options = options.with_override(Override::new(component, name, value.value));
    }
    Ok(options)
}

fn host_name(
    format: Option<Format>,
    assumptions: &mut Vec<String>,
) -> Result<Sourced<String>, CliError> {
    if format == Some(Format::Toml) {
        return Err(missing("node-name", "--node-name"));
    }
    let name = host::name().ok_or_else(|| {
        CliError::Missing("this host has no name; give the node's with --node-name".to_owned())
    })?;
    assumptions.push(format!(
        "the node is called {name}, as this host is; --node-name names another"
    ));
    Ok(Sourced::new(name, Source::Detected("the host's name")))
}

fn host_address(
    format: Option<Format>,
    assumptions: &mut Vec<String>,
) -> Result<Sourced<String>, CliError> {
    if format == Some(Format::Toml) {
        return Err(missing("advertise-address", "--advertise-address"));
    }
    let address = host::address().ok_or_else(|| {
        CliError::Missing(
            "this host has no default route to tell its address by; give it with \
             --advertise-address"
                .to_owned(),
        )
    })?;
    assumptions.push(format!(
        "the node is reached at {address}, the address of the default route; \
         --advertise-address names another"
    ));
    let source = Source::Detected("the address of the default route");
    Ok(Sourced::new(address.to_string(), source))
}

fn missing(key: &str, flag: &str) -> CliError {
    CliError::Missing(format!(
        "the configuration does not say {key}; add it, or give {flag}"
    ))
}

/// `--cluster-signing-duration`, which is a flag of the cluster and no part of its description.
pub(crate) fn signing_duration(given: Option<&String>) -> Result<Option<Lifetime>, CliError> {
    given
        .map(|text| {
            parse(&Sourced::new(
                text.clone(),
                Source::Flag("--cluster-signing-duration"),
            ))
        })
        .transpose()
}
