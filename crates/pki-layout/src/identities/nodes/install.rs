//! What is to be done on a node with its files, in which order.

use std::fmt::Write as _;

use super::{NodeForm, NodesOrder};
use crate::Directories;

/// The steps; what is above them names the node.
pub(super) fn text(order: &NodesOrder, directories: &Directories) -> String {
    let mut steps = Vec::new();
    let archive = order.form == NodeForm::Archive;
    steps.push(
        "See that everything has come as it was made: `sha256sum --check SHA256SUMS`".to_owned(),
    );
    // `cp` would give the host's own directories the modes of these.
    steps.push(
        "Put the files in their places: `tar -c --owner=root --group=root etc var | tar -xp --no-overwrite-dir -C /`"
            .to_owned(),
    );
    let flags = directories.flags();
    let (fields, arguments) = (
        flags.join("kubelet-configuration.yaml"),
        flags.join("kubelet.args"),
    );
    steps.push(format!(
        "Set the fields of {} in the kubelet's configuration, which is /var/lib/kubelet/config.yaml \
         where kubeadm made it, and start the kubelet with the flags in {}",
        fields.display(),
        arguments.display()
    ));
    steps.push("Start the kubelet: `systemctl restart kubelet`".to_owned());
    if order.kube_proxy {
        steps.push(format!(
            "Start kube-proxy with --kubeconfig={}",
            directories.kubeconfigs.join("kube-proxy.conf").display()
        ));
    }
    steps.push(
        "Take this directory away, and every copy of it: the private keys in it are the node's"
            .to_owned(),
    );
    let mut text = String::new();
    if archive {
        text.push_str("As root, in an empty directory that this archive was unpacked in:\n\n");
    } else {
        text.push_str("As root, in this directory:\n\n");
    }
    for (number, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "{}. {step}", number + 1);
    }
    if order.serving {
        text.push_str(
            "\nOnly when every kubelet of the cluster serves with such a certificate is kube-apiserver \
             to be given --kubelet-certificate-authority: before that it would refuse the others, for \
             logs and exec.\n",
        );
    }
    text.push_str(
        "\nThe kubelet renews its client certificate by itself, through the API; its serving \
         certificate and kube-proxy's are to be made anew before they end.\n",
    );
    text
}
