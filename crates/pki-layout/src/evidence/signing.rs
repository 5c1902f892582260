//! Which file kube-controller-manager signs with, as its static pod says.

use serde::Deserialize;

use crate::Root;

const FLAG: &str = "--cluster-signing-cert-file=";

#[derive(Deserialize)]
struct Pod {
    spec: Spec,
}

#[derive(Deserialize)]
struct Spec {
    containers: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    command: Vec<String>,
    args: Vec<String>,
}

impl Root {
    /// The value of `--cluster-signing-cert-file`; empty where it is switched off. `None` where
    /// there is no manifest, or none that says.
    pub(super) fn signing_file(&self) -> Option<String> {
        let manifests = self.directories().kubeconfigs.join("manifests");
        let text = self
            .read_file(&manifests.join("kube-controller-manager.yaml"))
            .ok()?;
        let text = std::str::from_utf8(&text).ok()?;
        let pod: Pod =
            serde_saphyr::from_str_with_options(text, crate::kubeconfig::options()).ok()?;
        let containers = pod.spec.containers.into_iter();
        let mut arguments = containers.flat_map(|one| one.command.into_iter().chain(one.args));
        arguments.find_map(|argument| argument.strip_prefix(FLAG).map(str::to_owned))
    }
}
