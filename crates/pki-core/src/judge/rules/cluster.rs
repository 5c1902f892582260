//! What only Kubernetes wants.

use crate::judge::remedies::Advice::{
    Ask, Bind, DropNames, Init, MoveAway, Reconcile, ReconcileAll, RemoveRight, Renew, SignWith,
};
use crate::judge::rules::questions::{
    APPROVE, BINDING, CONFIGMAP, CORRECT_CONFIGURATION, DIALLED, EMBED, LINK, RESTORE,
    RESTORE_PAIR, SPLIT_KEY, SPLIT_TRUST, VERIFY,
};

rules! {
    ServiceAccountMismatch "service-account-mismatch" "a sa.pub that does not belong to sa.key":
        "kube-controller-manager and kube-apiserver sign tokens with sa.key, and the API server \
         checks them with sa.pub: every token that is issued now is refused. kubeadm never checks \
         it.",
        {any [Ask(&RESTORE_PAIR)] [MoveAway, Init]},
        [KubeApiserver], "Kubernetes, --service-account-key-file.";
    KubeconfigUnusable "kubeconfig-unusable" "a kubeconfig that cannot be used":
        "It does not parse, its current context leads nowhere, or what it embeds or names is \
         missing or does not decode.",
        {leaf [MoveAway, Init]; others [Ask(&RESTORE)]},
        [Kubectl, Kubelet, KubeControllerManager, KubeScheduler], "Kubernetes, client-go tools/clientcmd.";
    KubeletIdentity "kubelet-identity" "a kubelet.conf whose certificate is of no use":
        "The files that it names, which the kubelet renews by itself, are gone, or hold no certificate \
         with its key. The kubelet exits at its next start, and with it goes every static pod that is \
         stopped after that. Where the authority's key is here another one is issued, as the kubelet \
         writes it: a file with the date in its name, and the link to it.",
        {leaf [Renew] [Reconcile]},
        [Kubelet], "Kubernetes, cmd/kubelet/app/server.go; client-go util/certificate.";
    KubeletNoLink "kubelet-no-link" "a file where the kubelet wants a link":
        "kubelet-client-current.pem and kubelet-server-current.pem are links to the newest of several \
         files. With a file there the kubelet goes by what is in it and can never replace it; once that \
         has expired the kubelet exits at its next start.",
        {leaf [Renew] [Ask(&LINK)]; others [Ask(&LINK)]},
        [Kubelet], "Kubernetes, client-go util/certificate/certificate_store.go, updateSymlink.";
    ServingNotIssued "serving-not-issued" "a kubelet that waits for its serving certificate":
        "With serverTLSBootstrap the kubelet asks the API server for its serving certificate, and \
         nobody approves such requests by default. Until somebody does it serves nothing at port \
         10250: whoever connects is refused with a TLS alert, and logs, exec, attach and metrics fail. \
         Once it is approved, kube-controller-manager issues it.",
        {any [Ask(&APPROVE)]},
        [KubeApiserver], "kubernetes.io, Kubelet authentication/authorization; TLS bootstrapping.";
    WrongIdentity "wrong-identity" "a client certificate of another user":
        "The common name is the user and the organizations are the groups that the API server \
         authorizes. With others the component has not the rights it needs, or has more. \
         Groups that an earlier kubeadm wrote are right too.",
        {leaf [Reconcile]},
        [KubeApiserver], "kubernetes.io, PKI certificates and requirements; Node authorization.";
    ExcessRights "excess-rights" "a client certificate with more rights than it needs":
        "An earlier kubeadm put it into a group that may do more than its user has to: \
         kubeadm:cluster-admins from 1.29 to 1.36.0, system:masters before. Nobody refuses it, and \
         renewal keeps the group: without it the user may do only what a binding in the cluster \
         says, and a disk does not show whether that is there.",
        {leaf [Bind(&BINDING), RemoveRight]},
        [], "Kubernetes, CHANGELOG-1.36, kubeadm 1.36.1; RBAC, system:masters.";
    RightRemoved "right-removed" "a group that a new certificate does not have":
        "The certificate that is there carries a right, and the one that would take its place does \
         not. The user may then do only what a binding in the cluster says: where that is missing, \
         everything is Forbidden, logs and exec by kube-apiserver for instance. A disk does not show \
         whether it is there.",
        {any [Bind(&BINDING)]},
        [] counts, "Kubernetes, CHANGELOG-1.36, kubeadm 1.36.1; RBAC, system:masters.";
    KubeconfigDistrustsServer "kubeconfig-distrusts-server" "a kubeconfig that does not trust the API server":
        "Its CA data does not verify the certificate that the API server presents: certificate \
         signed by unknown authority.",
        {leaf [Reconcile]; others [Ask(&EMBED)]},
        [Go, OpenSsl, GnuTls, Webpki], "Kubernetes, client-go certificate-authority-data.";
    KubeconfigTrustNarrow "kubeconfig-trust-narrow" "a kubeconfig that trusts less than ca.crt does":
        "The API server is trusted today. Once its certificate comes from one of the other \
         authorities of ca.crt, it is not. kubeadm's renewal writes the first one only. Where no \
         kubeconfig trusts what ca.crt does, that is one finding, of ca.crt.",
        {leaf [Reconcile]; others [ReconcileAll]},
        [], "kubernetes.io, Manual Rotation of CA Certificates.";
    KubeconfigWithoutAuthorities "kubeconfig-without-authorities" "a kubeconfig that names no authorities":
        "The machine's own authorities are taken then, which is right where the API server is reached \
         by a certificate of one of these, and refused where it is reached by its own.",
        {any [Ask(&EMBED)]},
        [], "Kubernetes, client-go certificate-authority-data.";
    UnverifiedServer "unverified-server" "a kubeconfig that checks nothing":
        "insecure-skip-tls-verify takes whatever certificate the server presents, so that anyone in \
         between reads and changes everything.",
        {leaf [MoveAway, Init] [Ask(&VERIFY)]; others [Ask(&VERIFY)]},
        [] counts, "Kubernetes, client-go insecure-skip-tls-verify.";
    SharedTrust "shared-trust" "an authority whose clients are accepted in two places":
        "The API server, its aggregation layer and etcd each accept the clients of an authority of \
         their own. When they share one, a root above both for instance, a user of one is an \
         administrator of the other: a client of etcd reads every secret.",
        {any [Ask(&SPLIT_TRUST)]},
        [] counts, "kubernetes.io, PKI certificates and requirements; etcd, --trusted-ca-file.";
    SharedAuthorityKey "shared-authority-key" "one authority's key in two trust domains":
        "Who holds the key of one can issue for the other, so that there is no second domain.",
        {any [Ask(&SPLIT_KEY)]},
        [] counts, "NIST SP 800-57 part 1, section 5.2.";
    SigningBundle "signing-bundle" "several certificates where kube-controller-manager takes one":
        "The file that kube-controller-manager signs with, ca.crt where nothing else is said, holds \
         exactly one certificate, or it does not start, and while it runs no certificate request is \
         signed.",
        {leaf [Init]; authority [Init, SignWith, Ask(&CONFIGMAP)]; other [MoveAway, Init, SignWith, Ask(&CONFIGMAP)]},
        [KubeControllerManager], "Kubernetes, pkg/controller/certificates/signer ca_provider.go; kubeadm issue 1350.";
    ConfigurationDrift "configuration-drift" "a certificate that is not as the configuration says":
        "Nothing is broken by it. What would be issued today says something else than what is there.",
        {leaf [Reconcile] [Ask(&CORRECT_CONFIGURATION)]; others [Ask(&CORRECT_CONFIGURATION)]},
        [], "The configuration that the tree is compared with.";
    SurplusNames "surplus-names" "a certificate that serves names the configuration has not":
        "Whoever dials one of them is served. Once they are gone, whoever still does is refused at every \
         new connection: a kubeconfig that somebody copied, a load balancer's check, a pod.",
        {leaf [Ask(&DIALLED), DropNames] [Ask(&CORRECT_CONFIGURATION)]; others [Ask(&CORRECT_CONFIGURATION)]},
        [], "The configuration that the tree is compared with.";
}
