//! What only a person can do about a finding of `audit`, and why.

use pki_core::remedy::Question;

pub(super) use crate::observe::GIVE;

/// `NAME: "what to do", "why nobody else can";`
macro_rules! questions {
    ($($name:ident: $text:literal, $why:literal;)*) => {
        $(pub(crate) static $name: Question = Question::new($text, $why);)*
    };
}

questions! {
    RESTORE: "restore the file",
        "which copy is the right one is not on this disk";
    NAME_RIGHT: "name the right one",
        "which file was meant is not on this disk";
    PRIVILEGE: "run the command as root",
        "the operating system does not let this user read it";
    CORRECT: "correct it, or move it to where nobody reads it",
        "what it was meant to say is not on this disk";
    WHERE: "name the directory of the manifests, look at units and processes too, or name another root",
        "how the components are started is not known";
    MOUNT: "mount the directory into the container, or name a file that is mounted",
        "what a container is to see is for whoever wrote its manifest";
    EMBED: "put the cluster's authorities into certificate-authority-data",
        "whose kubeconfig it is, and of which cluster, is not on this disk";
    EMBED_CA: "put the authorities of ca.crt into its certificate-authority-data",
        "pkigen does not write kubeconfigs that are no row of its table";
    NAME_ISSUER: "let it name the file that holds",
        "which file holds an authority that is not here is not on this disk";
    NAME_ISSUED: "name a certificate that comes from",
        "which certificate was meant is not on this disk";
    NAME_MEANT: "name the certificate that is meant",
        "which certificate was meant is not on this disk";
    SIGN_WITH_ACCEPTED: "let it name the authority that issues, and --client-ca-file hold it",
        "which of the two is the cluster's authority is not on this disk";
    INSTEAD: "set in its place",
        "what it said has to be said in another way";
    MEANT: "write the flag that was meant",
        "which was meant is not on this disk";
    ONE: "take away the one that is not meant",
        "which of the two was meant is not on this disk";
    LOOPBACK: "let it listen on the loopback only",
        "who asks for the metrics is not on this disk";
    COLLECTOR: "let it send to a collector on the loopback",
        "where traces are collected is not on this disk";
    PROXY: "dial the proxy by a socket of the node, or by https with caBundle, clientCert and clientKey",
        "which proxy there is, and by which certificates it knows callers, is not on this disk";
    NEWER_ETCD: "run etcd 3.5.32, 3.6.13, 3.7.0 or newer",
        "which program runs is for whoever upgrades the node";
    GIVE_PAIR: "give it --tls-cert-file and --tls-private-key-file",
        "no row of the table is a certificate for it";
    PROBES: "give it, in the place of --anonymous-auth, an --authentication-config with anonymous.enabled: true and \
             anonymous.conditions for the paths /livez, /readyz and /healthz of the kubelet's probes, which \
             --anonymous-auth=false would refuse, so that kube-apiserver would be restarted over and over; joining by a token also needs \
             /api/v1/namespaces/kube-public/configmaps/cluster-info",
        "who else asks without showing anything is not on this disk";
    CONFIGURE: "give the kubelet a configuration file by --config, which says",
        "a file that is not there yet has more to say than what certificates are about";
    OTHER_PROXY: "where another proxy has a name that is there",
        "the other proxies' certificates need not be on this disk";
    MEANT_PROXY: "where this is the proxy that is meant",
        "which of the two was meant is not on this disk";
    READS_BY_GROUP: "where a component that is not root reads it by its group, have it own the file before",
        "who reads a file by its group is not on this disk";
    SERVING: "let every kubelet have a serving certificate of that authority before, or logs and exec fail",
        "the other nodes' certificates are not on this disk, and those that kubelets sign themselves are refused";
    APPROVE: "approve the certificate requests of kubelets (`kubectl get csr`, `kubectl certificate approve NAME`)",
        "whether a node is who it says it is, is for a person to tell";
    MEMBERS: "give members certificates with their addresses",
        "the other members' addresses are not on this disk";
}
