//! Manifests of static pods, as the kubelet reads them: every file of the directory that is no
//! hidden one, whatever it is called.

use std::path::Path;

use super::argv::{self, Word};
use super::flag::{Instance, Mount, SourceKind, Spot};
use super::yaml::{self, Node, Value};
use super::{Machine, Observation, Unread};
use crate::table::Component;

impl Observation {
    pub(super) fn add_pods(&self, machine: &mut Machine, directory: &Path) {
        if self.is_observed(directory) {
            machine.looked_at.push(directory.display().to_string());
        }
        let names = self.names_or_unread(machine, directory);
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            let path = directory.join(name);
            let file = path.display().to_string();
            let pod = self
                .read_file(&path)
                .map_err(|error| format!("cannot be read: {error}"))
                .and_then(|text| yaml::parse(&text));
            match pod {
                Ok(pod) => {
                    for instance in instances(&pod, &file) {
                        match instance {
                            Ok(instance) => machine.instances.push(instance),
                            Err(reason) => {
                                let file = file.clone();
                                machine.unread.push(Unread { file, reason });
                            }
                        }
                    }
                }
                Err(reason) => machine.unread.push(Unread { file, reason }),
            }
        }
    }
}

/// The components that a pod runs.
fn instances(pod: &Node, file: &str) -> Vec<Result<Instance, String>> {
    let Some(spec) = pod.value.field("spec") else {
        return Vec::new();
    };
    let containers = spec.value.field("containers");
    let containers = containers.map_or(&[][..], |list| list.value.items());
    containers
        .iter()
        .filter_map(|container| instance(&spec.value, &container.value, file).transpose())
        .collect()
}

fn instance(spec: &Value, container: &Value, file: &str) -> Result<Option<Instance>, String> {
    let variables = variables(container, file);
    let words = |name: &str| {
        let list = container.field(name);
        let items = list.map_or(&[][..], |list| list.value.items());
        items.iter().filter_map(|item| {
            let text = expanded(item.value.text()?, &variables);
            Some(Word::new(text, Spot::new(file, yaml::line(item))))
        })
    };
    let image = container
        .field("image")
        .and_then(|image| image.value.text());
    let mut line: Vec<Word> = words("command").collect();
    if line.is_empty() {
        // The image's own program: images are called after it.
        let program = image.map(program_of).unwrap_or_default();
        line.push(Word::new(program, Spot::new(file, None)));
    }
    line.extend(words("args"));
    let Some(mut instance) = argv::instance(&line, SourceKind::Manifest, file)? else {
        return Ok(None);
    };
    instance.release = image.and_then(tag_of);
    instance.contained = true;
    instance.mounts = mounts(spec, container);
    if instance.component == Component::Etcd {
        super::etcd::add_variables(&mut instance, &variables);
    }
    Ok(Some(instance))
}

/// The variables of a container that have a value of their own, in order, with their lines.
fn variables(container: &Value, file: &str) -> Vec<(String, Word)> {
    let list = container.field("env");
    let items = list.map_or(&[][..], |list| list.value.items());
    let variable = |item: &Node| {
        let name = item.value.field("name")?.value.text()?.to_owned();
        let value = item.value.field("value")?;
        let spot = Spot::new(file, yaml::line(value));
        Some((name, Word::new(value.value.text()?, spot)))
    };
    items.iter().filter_map(variable).collect()
}

/// `$(NAME)` stands for the variable's value, and for itself where there is none.
fn expanded(text: &str, variables: &[(String, Word)]) -> String {
    let mut text = text.to_owned();
    for (name, value) in variables {
        text = text.replace(&format!("$({name})"), &value.text);
    }
    text
}

/// `registry.k8s.io/kube-apiserver:v1.36.2` without all but the name.
fn program_of(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or_default();
    name.split([':', '@']).next().unwrap_or_default()
}

fn tag_of(image: &str) -> Option<String> {
    let name = image.rsplit('/').next()?.split('@').next()?;
    name.split_once(':').map(|(_, tag)| tag.to_owned())
}

fn mounts(spec: &Value, container: &Value) -> Vec<Mount> {
    let text = |node: &Node, path: &str| Some(node.value.at(path)?.value.text()?.to_owned());
    let items = |value: &Value, name: &str| {
        value
            .field(name)
            .map_or_else(Vec::new, |list| list.value.items().to_vec())
    };
    let volumes = items(spec, "volumes");
    let host = |name: &str| {
        let volume = volumes
            .iter()
            .find(|one| text(one, "name").as_deref() == Some(name))?;
        text(volume, "hostPath.path")
    };
    items(container, "volumeMounts")
        .iter()
        .filter_map(|mount| {
            let inside = text(mount, "mountPath")?;
            let below = text(mount, "subPath");
            let host = host(&text(mount, "name")?).map(|host| match below {
                Some(below) => format!("{}/{below}", host.trim_end_matches('/')),
                None => host,
            });
            Some(Mount { inside, host })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::flag::HostPath;
    use super::*;

    const POD: &str = "\
apiVersion: v1
kind: Pod
spec:
  containers:
  - name: side
    image: example.org/side:1
    command: [sleep, '1']
  - name: api
    image: registry.k8s.io/kube-apiserver:v1.36.2@sha256:00
    env:
    - name: CA
      value: /pki/ca.crt
    args:
    - --client-ca-file=$(CA)
    - --tls-cert-file
    - /pki/x/apiserver.crt
    volumeMounts:
    - {name: pki, mountPath: /pki, readOnly: true}
    - {name: other, mountPath: /pki/x/, subPath: sub}
    - {name: empty, mountPath: /tmp}
  volumes:
  - {name: pki, hostPath: {path: /etc/kubernetes/pki}}
  - {name: other, hostPath: {path: /opt/}}
  - {name: empty, emptyDir: {}}
";

    #[test]
    fn containers_images_variables_and_mounts_are_read() {
        let pod = yaml::parse(POD.as_bytes()).unwrap();
        let all = instances(&pod, "/m/odd-name");
        let [Ok(one)] = all.as_slice() else {
            panic!("{all:?}");
        };
        assert_eq!(one.component, Component::KubeApiserver);
        assert_eq!(one.release.as_deref(), Some("v1.36.2"));
        let ca = one.flag("client-ca-file").unwrap();
        assert_eq!(ca.spot.to_string(), "/m/odd-name:14");
        let at = |path: &str| HostPath::At(path.to_owned());
        assert_eq!(one.on_host(ca.text()), at("/etc/kubernetes/pki/ca.crt"));
        assert_eq!(
            one.on_host("/pki/x/apiserver.crt"),
            at("/opt/sub/apiserver.crt")
        );
        assert_eq!(one.on_host("/tmp/a"), HostPath::Elsewhere);
        assert_eq!(one.on_host("/pkix"), HostPath::NotMounted);
    }

    #[test]
    fn what_runs_no_component_is_passed_over() {
        for text in [
            "kind: Pod\n",
            "a\n",
            "spec: {containers: [{command: [nginx]}]}\n",
        ] {
            let pod = yaml::parse(text.as_bytes()).unwrap();
            assert_eq!(instances(&pod, "m"), [], "{text}");
        }
    }
}
