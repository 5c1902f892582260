/// What is said of a file that the kubelet keeps for itself.
#[derive(Debug)]
pub(crate) struct KubeletFileText {
    /// Its name in [`KUBELET_FILES`](crate::table::KUBELET_FILES).
    pub(crate) name: &'static str,
    /// What it is, in a sentence that can stand alone.
    pub(crate) answer: &'static str,
    /// Who shows it, and who checks it by what.
    pub(crate) used: &'static str,
    /// What stops working when it is missing or has expired.
    pub(crate) missing: &'static str,
    /// How it is renewed.
    pub(crate) renewal: &'static str,
}

/// One for every row.
pub(crate) static KUBELET_FILE_TEXTS: &[KubeletFileText] = &[
    KubeletFileText {
        name: "kubelet-client-current.pem",
        answer: "the kubelet's client certificate and key in one file, as it was last signed for it \
                 through the API: a link to the newest kubelet-client-DATE.pem.",
        used: "The kubelet shows it to kube-apiserver, which checks it by --client-ca-file; \
               kubelet.conf names this file.",
        missing: "Expired, the node becomes NotReady and the kubelet cannot ask for another: it \
                  would need the old one for that. At its next start it exits, and no static pod \
                  that is stopped after that comes back.",
        renewal: "The kubelet replaces it by itself at 70 to 90 per cent of its life while \
                  rotateCertificates is on, kube-controller-manager has ca.key, and the node's clock \
                  is right. When it is too late, on a control-plane node: \
                  `pkigen renew kubelet.conf`, which issues another and swaps the link, and restart \
                  the kubelet; on a worker: join again. It must stay a link: a file in its place is \
                  never replaced.",
    },
    KubeletFileText {
        name: "kubelet-server-current.pem",
        answer: "the kubelet's serving certificate and key in one file, as it was last signed for \
                 it through the API; there only with serverTLSBootstrap.",
        used: "The kubelet shows it to kube-apiserver at port 10250, which checks it by \
               --kubelet-certificate-authority, if that is set.",
        missing: "While its request is asked for and not issued the kubelet serves no TLS at all: \
                  kubectl logs and exec fail on this node with \"tls: internal error\". The same \
                  once it has expired.",
        renewal: "The kubelet asks for another by itself, but nobody approves such requests by \
                  default: `kubectl get csr`, then `kubectl certificate approve`, or an approver \
                  that checks the addresses in it. kube-controller-manager then issues it.",
    },
    KubeletFileText {
        name: "kubelet.crt",
        answer: "a serving certificate that the kubelet signs for itself where it is given none: \
                 encryption without proof of who it is.",
        used: "The kubelet shows it at port 10250; kube-apiserver cannot check it, and so \
               --kubelet-certificate-authority must be unset.",
        missing: "The kubelet makes another when it starts.",
        renewal: "It lives a year, and nobody notices when it has expired, because nobody checks \
                  it: nothing has to be done about that. Better: a certificate of the cluster's \
                  authority, see `pkigen explain 'apiserver->kubelet'`. Who wants another removes it \
                  with kubelet.key and restarts the kubelet.",
    },
    KubeletFileText {
        name: "kubelet.key",
        answer: "the private key of kubelet.crt, which the kubelet makes for itself.",
        used: "The kubelet serves with it at port 10250; nobody checks the certificate.",
        missing: "The kubelet makes another pair when it starts.",
        renewal: "It goes with kubelet.crt.",
    },
    KubeletFileText {
        name: "bootstrap-kubelet.conf",
        answer: "the kubeconfig that a joining kubelet asks for its first certificate with: it \
                 holds a bootstrap token, and no certificate.",
        used: "The kubelet reads it from --bootstrap-kubeconfig while kubelet.conf is missing or \
               its certificate is no longer valid; kube-apiserver checks the token with \
               --enable-bootstrap-token-auth.",
        missing: "A node that has joined does without; kubeadm removes it. A new one cannot join.",
        renewal: "Tokens are made with `kubeadm token create`, and live a day.",
    },
];
