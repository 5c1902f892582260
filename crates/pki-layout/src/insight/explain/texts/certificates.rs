use pki_core::RowId;

/// What is said of a row of the certificate table beyond what the tables tell.
#[derive(Debug)]
pub(crate) struct CertificateText {
    /// The row.
    pub(crate) id: RowId,
    /// What it is, in a sentence that can stand alone.
    pub(crate) answer: &'static str,
    /// What stops working when it is missing or has expired.
    pub(crate) missing: &'static str,
    /// What somebody else with its key can do.
    pub(crate) stolen: &'static str,
    /// What to know about renewing it, where the reload table does not say it all.
    pub(crate) renewal: &'static str,
}

/// One for every row of the certificate table, in its order.
pub(crate) static CERTIFICATE_TEXTS: &[CertificateText] = &[
    CertificateText {
        id: RowId::ClusterCa,
        answer: "the cluster's authority: whoever it signs is a user, a node or a server of this \
                 cluster.",
        missing: "Without the certificate no component trusts another. Once it has expired \
                  everything that it signed is refused, whatever its own date. Without the key \
                  the cluster runs on, but nothing new is signed: no node joins, no kubelet \
                  renews.",
        stolen: "Who has ca.key signs a certificate of group system:masters and owns the cluster; \
                 the only cure is a new authority.",
        renewal: "`pkigen renew ca` gives it new dates and keeps its key and its \
                  name, so that nothing below it has to be issued anew; where it is below a root, that \
                  signs them: `--root-ca DIR`, or asked by `pkigen csr create`. Another key is another authority: for a while both are \
                  trusted, which this command does not arrange.",
    },
    CertificateText {
        id: RowId::Apiserver,
        answer: "the certificate by which everyone who dials kube-apiserver knows it: kubectl, \
                 kubelets, controllers and pods.",
        missing: "Expired, every client refuses the connection with \"certificate has expired\": \
                  kubectl, kubelets, controllers and pods stop at once, containers run on. A name \
                  or address that it lacks cannot be dialled (\"certificate is valid for A, not \
                  B\").",
        stolen: "Who has apiserver.key passes for the API server, and collects the tokens of pods \
                 and people who dial it.",
        renewal: "It keeps the names it has. To add one, change the configuration and run \
                  `pkigen renew apiserver --reconcile --config FILE`.",
    },
    CertificateText {
        id: RowId::ApiserverKubeletClient,
        answer: "the client certificate that kube-apiserver shows to every kubelet when it fetches \
                 logs or opens exec and port-forward.",
        missing: "Expired or missing, kubectl logs, exec, attach, port-forward and top fail with \
                  \"Unauthorized\"; pods run on and are scheduled as before.",
        stolen: "Who has its key can run commands in every container of every node, directly at \
                 port 10250 and past the API server's audit log.",
        renewal: "",
    },
    CertificateText {
        id: RowId::KubeletServing,
        answer: "the certificate by which kube-apiserver knows this node's kubelet at port 10250; \
                 made only with `pkigen init --kubelet-serving`.",
        missing: "Where it is missing and the kubelet is not told to use one, the kubelet signs \
                  its own, which nobody can check. Expired, kube-apiserver refuses it, if it checks \
                  at all: no logs and no exec on this node.",
        stolen: "Who has its key passes for this node's kubelet, and reads what is typed into \
                 exec on it.",
        renewal: "",
    },
    CertificateText {
        id: RowId::FrontProxyCa,
        answer: "the authority of the aggregation layer: whoever it signs may tell an API server \
                 who the user is.",
        missing: "Without it kube-apiserver does not aggregate: metrics and other APIs that are \
                  served beside it are unavailable. Expired, extension API servers refuse \
                  kube-apiserver.",
        stolen: "Who has front-proxy-ca.key writes any user into the header X-Remote-User, \
                 system:masters too, and is believed. That is why it must never be the cluster's \
                 authority.",
        renewal: "`pkigen renew front-proxy-ca` gives it new dates and keeps its key and its \
                  name, so that nothing below it has to be issued anew; where it is below a root, that \
                  signs them: `--root-ca DIR`, or asked by `pkigen csr create`. Another key is another authority: for a while both are \
                  trusted, which this command does not arrange.",
    },
    CertificateText {
        id: RowId::FrontProxyClient,
        answer: "the client certificate that kube-apiserver shows to extension API servers, so \
                 that they believe the user names it passes on.",
        missing: "Expired or missing, APIs that are served beside kube-apiserver fail with \
                  \"Unauthorized\": kubectl top, autoscaling by metrics, and the deletion of \
                  namespaces, which hangs.",
        stolen: "Who has its key asks extension API servers, and kube-apiserver itself, in any \
                 user's name.",
        renewal: "",
    },
    CertificateText {
        id: RowId::EtcdCa,
        answer: "etcd's own authority: whoever it signs may read and write the whole database.",
        missing: "Without the certificate neither etcd nor kube-apiserver starts. Expired, \
                  members and kube-apiserver refuse each other, and the cluster stands still.",
        stolen: "Who has etcd/ca.key signs a client of etcd and reads every Secret, past \
                 kube-apiserver and its audit log.",
        renewal: "`pkigen renew etcd-ca` gives it new dates and keeps its key and its \
                  name, so that nothing below it has to be issued anew; where it is below a root, that \
                  signs them: `--root-ca DIR`, or asked by `pkigen csr create`. Another key is another authority: for a while both are \
                  trusted, which this command does not arrange.",
    },
    CertificateText {
        id: RowId::EtcdServer,
        answer: "the certificate by which kube-apiserver and etcdctl know this node's etcd at port \
                 2379.",
        missing: "Expired or missing, kube-apiserver loses this member; when none is left it \
                  answers every request with an error and restarts again and again.",
        stolen: "Who has its key passes for this member, and is sent everything that is written; \
                 being for clients too, it also reads and writes the database.",
        renewal: "",
    },
    CertificateText {
        id: RowId::EtcdPeer,
        answer: "the certificate that this node's etcd and the other members show to each other at \
                 port 2380.",
        missing: "Expired or missing, this member falls out of the cluster; when that happens to \
                  the majority, nothing can be written. With a single member nobody notices.",
        stolen: "Who has its key passes for a member and reads the whole database as it is \
                 replicated.",
        renewal: "",
    },
    CertificateText {
        id: RowId::EtcdHealthcheckClient,
        answer: "the client certificate with which etcdctl, backups and kubeadm dial etcd.",
        missing: "Expired or missing, etcdctl and backup scripts that use it fail, and kubeadm's \
                  joins and upgrades stop where they look at etcd. The cluster runs on, and etcd's \
                  own probes do not use it.",
        stolen: "In spite of its name it has all rights in etcd: who has its key reads every \
                 Secret.",
        renewal: "",
    },
    CertificateText {
        id: RowId::ApiserverEtcdClient,
        answer: "the client certificate with which kube-apiserver logs in to etcd.",
        missing: "Expired or missing, kube-apiserver cannot read or write anything: every request \
                  fails, and it restarts again and again.",
        stolen: "Who has its key reads and writes the whole database, every Secret in it, past \
                 RBAC and audit log.",
        renewal: "",
    },
    CertificateText {
        id: RowId::ServiceAccount,
        answer: "the key pair of service-account tokens: sa.key signs them, sa.pub checks them. It \
                 is no certificate and never expires.",
        missing: "kube-apiserver does not start without sa.pub and sa.key. With another pair than \
                  before, every token in every pod is refused until it is replaced; with different \
                  pairs on different control-plane nodes, requests fail by turns.",
        stolen: "Who has sa.key makes a token of any service account, cluster administrators' \
                 among them.",
        renewal: "There is nothing to renew. Replacing it takes two steps: add the new public key \
                  to sa.pub everywhere, then sign with the new one. This command does not do that.",
    },
    CertificateText {
        id: RowId::AdminConf,
        answer: "kubectl's kubeconfig for administrators: user kubernetes-admin in group \
                 kubeadm:cluster-admins, which RBAC binds to cluster-admin.",
        missing: "Expired or missing, kubectl with it says \"You must be logged in to the \
                  server\"; the cluster runs on. Any other administrator's kubeconfig still works.",
        stolen: "Who copies it is administrator until it expires or the binding of its group is \
                 deleted; the certificate itself cannot be revoked.",
        renewal: "",
    },
    CertificateText {
        id: RowId::SuperAdminConf,
        answer: "the kubeconfig for emergencies: its group system:masters may do everything, \
                 whatever RBAC says. It is made where no administrator's kubeconfig is yet, as on \
                 the first node.",
        missing: "Nothing stops. Without it, a cluster whose RBAC was broken can only be mended \
                  through etcd or with a certificate signed by hand.",
        stolen: "Who copies it owns the cluster until it expires: no binding can be taken away \
                 from system:masters. Keep it off the node, where nobody reads it by chance.",
        renewal: "",
    },
    CertificateText {
        id: RowId::KubeletConf,
        answer: "the kubeconfig by which this node's kubelet finds kube-apiserver, checks it, and \
                 shows that it is system:node:NAME of group system:nodes.",
        missing: "Expired and no longer renewed, the node becomes NotReady after a minute, its \
                  pods are made elsewhere, and static pods go on until they are stopped. The \
                  kubelet exits at its next start, and then none of them comes back.",
        stolen: "Who copies it is this node: the Node authorizer lets it read the Secrets of the \
                 pods on it and change their state, and no others'.",
        renewal: "A running kubelet with rotateCertificates asks for another at 70 to 90 per cent \
                  of its life and puts it behind the link \
                  /var/lib/kubelet/pki/kubelet-client-current.pem, which kubelet.conf is to name, as \
                  after `kubeadm init`. One that is embedded in kubelet.conf is used to ask for the \
                  first, at once where there is none; once the embedded one has expired, the \
                  kubelet exits at its next start, whatever is behind the link. Where what it names \
                  has expired or is gone, `pkigen renew kubelet.conf` issues another as the kubelet \
                  would, and swaps the link.",
    },
    CertificateText {
        id: RowId::ControllerManagerConf,
        answer: "the kubeconfig by which kube-controller-manager finds kube-apiserver, checks it, \
                 and shows that it is system:kube-controller-manager.",
        missing: "Expired or missing, no controller works: Deployments make no pods, dead nodes \
                  are not noticed, certificate requests are not signed. What runs runs on.",
        stolen: "Who copies it reads every Secret and makes tokens of every service account.",
        renewal: "",
    },
    CertificateText {
        id: RowId::SchedulerConf,
        answer: "the kubeconfig by which kube-scheduler finds kube-apiserver, checks it, and shows \
                 that it is system:kube-scheduler.",
        missing: "Expired or missing, new pods stay Pending; what runs runs on.",
        stolen: "Who copies it sees every pod and decides where each runs, on a node of its choice \
                 for instance.",
        renewal: "",
    },
];
