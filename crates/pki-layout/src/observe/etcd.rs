//! etcd's other two ways of being told: variables, and a YAML file that stands for everything.

use std::path::Path;

use super::Observation;
use super::argv::Word;
use super::flag::{Form, HostPath, Instance, ObservedFlag, Spot};
use super::yaml::{self, Value};
use crate::table::{Component, FlagSpec};
use crate::tree::source::NotObserved;

/// The flag that names the YAML file, and the variable.
const CONFIGURATION: &str = "config-file";

/// Sections of the YAML file, and what the flags have before the names in them.
const SECTIONS: &[(&str, &str)] = &[
    ("client-transport-security", ""),
    ("peer-transport-security", "peer-"),
];

/// Fields of a section whose flags have names of their own.
const RENAMED: &[(&str, &str)] = &[
    ("allowed-cn", "cert-allowed-cn"),
    ("allowed-hostname", "cert-allowed-hostname"),
    ("client-cert-auth", "client-cert-auth"),
];

/// Adds what variables say: `ETCD_CERT_FILE` is `--cert-file`, where that is not given.
pub(super) fn add_variables(instance: &mut Instance, variables: &[(String, Word)]) {
    let mut flag = Vec::new();
    for spec in FlagSpec::of(Component::Etcd) {
        let variable = format!("ETCD_{}", spec.name.replace('-', "_").to_ascii_uppercase());
        let last = variables.iter().rev().find(|(name, _)| *name == variable);
        if let Some((_, word)) = last {
            flag.push(ObservedFlag {
                name: spec.name.to_owned(),
                value: Some(word.text.clone()),
                form: Form::Variable(variable),
                spot: word.spot.clone(),
            });
        }
    }
    // In front: what is on the command line wins.
    flag.append(&mut instance.flags);
    instance.flags = flag;
}

impl Observation {
    /// Puts what the configuration file says in the place of everything else, where one is given.
    pub(super) fn add_etcd_configuration(&self, instance: &mut Instance) -> Result<(), String> {
        let Some(flag) = instance.flag(CONFIGURATION).cloned() else {
            return Ok(());
        };
        let HostPath::At(path) = instance.on_host(flag.text()) else {
            return Err(format!(
                "names {}, which its container does not have",
                flag.text()
            ));
        };
        let named = |reason: String| format!("names {path}, which {reason}");
        let text = match self.read_file(Path::new(&path)) {
            Err(error) if NotObserved::of(&error).is_some() => {
                instance.whole = false;
                return Ok(());
            }
            text => text.map_err(|error| named(format!("cannot be read: {error}")))?,
        };
        let document = yaml::parse(&text).map_err(named)?;
        instance.misread.clear();
        instance.flags = vec![flag];
        instance.flags.extend(fields(&document.value, &path));
        Ok(())
    }
}

fn fields(document: &Value, file: &str) -> Vec<ObservedFlag> {
    let Value::Map(top) = document else {
        return Vec::new();
    };
    let mut flags = Vec::new();
    for (name, node) in top {
        let section = SECTIONS.iter().find(|(section, _)| section == name);
        match (section, &node.value) {
            (Some((section, prefix)), Value::Map(inner)) => {
                for (name, node) in inner {
                    let renamed = RENAMED.iter().find(|(field, _)| field == name);
                    let flag = match renamed {
                        Some((_, "cert-allowed-hostname")) if prefix.is_empty() => {
                            "client-cert-allowed-hostname".to_owned()
                        }
                        Some((_, flag)) => format!("{prefix}{flag}"),
                        None => format!("{prefix}{name}"),
                    };
                    let path = format!("{section}.{name}");
                    flags.extend(field(flag, path, node, file));
                }
            }
            _ => flags.extend(field(name.clone(), name.clone(), node, file)),
        }
    }
    flags
}

fn field(name: String, path: String, node: &yaml::Node, file: &str) -> Option<ObservedFlag> {
    Some(ObservedFlag {
        name,
        value: Some(node.value.as_flag()?),
        form: Form::Field(path),
        spot: Spot::new(file, yaml::line(node)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_become_flags() {
        let text = b"\
name: m1
listen-client-urls: https://127.0.0.1:2379
client-transport-security:
  cert-file: /a.crt
  client-cert-auth: true
  allowed-hostname: h
peer-transport-security:
  trusted-ca-file: /ca.crt
  client-cert-auth: false
  allowed-cn: m
cipher-suites: [A, B]
";
        let document = yaml::parse(text).unwrap();
        let flag = fields(&document.value, "/etc/etcd.yaml");
        let mut pairs: Vec<_> = flag
            .iter()
            .map(|one| (one.name.as_str(), one.text()))
            .collect();
        pairs.sort_unstable();
        assert_eq!(
            pairs,
            [
                ("cert-file", "/a.crt"),
                ("cipher-suites", "A,B"),
                ("client-cert-allowed-hostname", "h"),
                ("client-cert-auth", "true"),
                ("listen-client-urls", "https://127.0.0.1:2379"),
                ("name", "m1"),
                ("peer-cert-allowed-cn", "m"),
                ("peer-client-cert-auth", "false"),
                ("peer-trusted-ca-file", "/ca.crt"),
            ]
        );
        let ca = flag
            .iter()
            .find(|one| one.name == "peer-trusted-ca-file")
            .unwrap();
        assert_eq!(ca.shown(), "peer-transport-security.trusted-ca-file");
        assert_eq!(ca.spot.to_string(), "/etc/etcd.yaml:8");
    }
}
