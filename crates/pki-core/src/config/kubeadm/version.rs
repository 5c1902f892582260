//! Whether the kubeadm of the cluster's version reads the version of its API that a file is written
//! in.

use super::super::settings::Settings;
use super::Warnings;
use super::document::Document;
use crate::spec::{KubeadmApi, KubernetesVersion, Standing};

/// A document that was read: its kind, the version of the API, and the line of its `apiVersion`.
#[derive(Debug)]
pub(super) struct Written {
    kind: String,
    api: KubeadmApi,
    line: usize,
}

impl Written {
    pub(super) fn of(document: &Document) -> Self {
        Self {
            kind: document.kind.clone(),
            api: document.version,
            line: document.version_line,
        }
    }
}

/// The version of Kubernetes that a configuration names, unless it leaves that to kubeadm, as
/// `stable-1` does.
pub(super) fn of_cluster(settings: &Settings) -> Option<KubernetesVersion> {
    settings.kubernetes_version.as_ref()?.value.parse().ok()
}

/// Warns of documents that their kubeadm will not take.
pub(super) fn judge(path: &str, written: &[Written], settings: &Settings, warnings: &mut Warnings) {
    let version = of_cluster(settings);
    for Written { kind, api, line } in written {
        if let Some(problem) = problem(path, *api, version) {
            warnings.push(*line, || {
                format!(
                    "{path}:{line}: {kind} is written in kubeadm.k8s.io/{}: {problem}",
                    api.name()
                )
            });
        }
    }
}

fn problem(path: &str, api: KubeadmApi, kubeadm: Option<KubernetesVersion>) -> Option<String> {
    let spec = api.spec();
    if let Some(what) = spec.unusable {
        return Some(format!(
            "it is {}, as {what}; it is read as v1beta4, which is what to write",
            spec.since
        ));
    }
    let kubeadm = kubeadm.filter(|version| !api.is_read_by(*version))?;
    let Some(gone) = spec.gone.filter(|gone| gone.version <= kubeadm) else {
        return Some(format!(
            "kubeadm {kubeadm} does not read it, for it is there {}; write it as {}",
            spec.since,
            KubeadmApi::written_for(kubeadm).name()
        ));
    };
    let says = match gone.standing() {
        Standing::Announced => format!(
            "kubeadm is announced not to read it any more from {} on, and this is for {kubeadm}",
            gone.version
        ),
        Standing::Checked => format!("kubeadm {kubeadm} does not read it any more"),
    };
    Some(format!(
        "{says}; have kubeadm {} write a newer one: `kubeadm config migrate --old-config {path} \
         --new-config FILE`",
        gone.version.previous()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    fn warnings(api: &str, version: &str) -> Vec<String> {
        parsed(&cluster(api, &format!("kubernetesVersion: {version}"))).warnings
    }

    /// Every version of the API against every kubeadm of the axis: what is said, and how surely.
    #[test]
    fn what_a_kubeadm_does_not_read_is_said() {
        for minor in 31..=38 {
            let version = format!("v1.{minor}.0");
            assert_eq!(warnings("v1beta4", &version), [""; 0], "{version}");

            let third = warnings("v1beta3", &version);
            if minor <= 36 {
                assert_eq!(third, [""; 0], "{version}");
            } else {
                assert_eq!(
                    third,
                    [format!(
                        "k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/v1beta3: kubeadm \
                         is announced not to read it any more from 1.37 on, and this is for \
                         1.{minor}; have kubeadm 1.36 write a newer one: `kubeadm config migrate \
                         --old-config k.yaml --new-config FILE`"
                    )]
                );
            }

            let second = warnings("v1beta2", &version);
            assert_eq!(
                second,
                [format!(
                    "k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/v1beta2: kubeadm \
                     1.{minor} does not read it any more; have kubeadm 1.26 write a newer one: \
                     `kubeadm config migrate --old-config k.yaml --new-config FILE`"
                )]
            );

            // Whatever the version: it cannot be used in any that is known.
            assert_eq!(
                warnings("v1", &version),
                [
                    "k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/v1: it is announced \
                     for Kubernetes 1.37, as an experimental copy of v1beta4 that cannot be used yet; \
                     it is read as v1beta4, which is what to write"
                ]
            );
        }
        assert_eq!(
            warnings("v1beta4", "v1.30.4"),
            [
                "k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/v1beta4: kubeadm 1.30 \
                 does not read it, for it is there since Kubernetes 1.31; write it as v1beta3"
            ]
        );
    }

    #[test]
    fn without_a_version_nothing_is_said() {
        for version in ["stable-1", "latest", "''"] {
            assert_eq!(warnings("v1beta3", version), [""; 0], "{version}");
        }
        assert_eq!(
            parsed(&cluster("v1beta2", "clusterName: a")).warnings,
            [""; 0]
        );
    }

    /// The version stands in one document and counts for all.
    #[test]
    fn each_document_is_told_in_the_order_of_the_file() {
        let both = format!(
            "{}---\n{}",
            init("v1beta3", "nodeRegistration: {name: cp1}"),
            cluster("v1beta3", "kubernetesVersion: v1.37.0")
        );
        let kinds: Vec<bool> = parsed(&both)
            .warnings
            .iter()
            .map(|warning| warning.contains("InitConfiguration"))
            .collect();
        assert_eq!(kinds, [true, false]);
    }

    /// It is the same to us as v1beta4, field by field.
    #[test]
    fn the_placeholder_is_read_as_what_it_is_a_copy_of() {
        let fields = "kubernetesVersion: v1.37.0\nencryptionAlgorithm: ECDSA-P384\n\
                      certificateValidityPeriod: 100h\napiServer: {extraArgs: [{name: a, value: b}], \
                      certSANs: [x]}";
        let (new, known) = (cluster("v1", fields), cluster("v1beta4", fields));
        assert_eq!(parsed(&new).settings, quiet(&known));
        assert_eq!(parsed(&new).warnings.len(), 1);
    }
}
