use super::{FlagText, texts};

pub(super) static KUBE_CONTROLLER_MANAGER: &[FlagText] = texts! {
    "authentication-kubeconfig" => "Without it callers of port 10257 who show a token are not \
        known: metrics cannot be fetched.";
    "authentication-skip-lookup" => "With it, and without --client-ca-file, no caller of port \
        10257 is known by a certificate.";
    "authentication-tolerate-lookup-failure" => "With it a start while kube-apiserver is away \
        leaves port 10257 without authorities: callers with certificates are anonymous.";
    "authorization-always-allow-paths" => "With /* in it metrics, configuration and profiles are \
        served to whoever reaches port 10257; nobody is asked who they are.";
    "authorization-kubeconfig" => "Without it nobody is allowed anything but health on port 10257.";
    "bind-address" => "On every address port 10257 shows others a certificate that they cannot \
        check, unless --tls-cert-file is given.";
    "cert-dir" => "A certificate that is made there is signed by nobody, and who fetches metrics \
        has to skip the check.";
    "client-ca-file" => "Without it the authority is read from the cluster; when that cannot be \
        reached at the start, callers with certificates are refused on port 10257.";
    "cluster-signing-cert-file" => "Without it approved certificate requests stay unsigned: no \
        node joins, and kubelets' certificates expire. With two certificates in the file nothing \
        is signed either, which is what stands in the way of replacing ca.crt.";
    "cluster-signing-duration" => "Longer, and a stolen certificate of a node is good for longer; \
        kubelets renew theirs in any case before nine tenths of it.";
    "cluster-signing-key-file" => "Without it nothing is signed, as with an authority whose key is \
        kept elsewhere. Whoever else reads the file signs an administrator.";
    "cluster-signing-kube-apiserver-client-cert-file" => "Unset, --cluster-signing-cert-file \
        signs clients too. Once one of these eight flags is set, that one must be left out.";
    "cluster-signing-kube-apiserver-client-key-file" => "It goes with the certificate file of the \
        same signer; one without the other is refused.";
    "cluster-signing-kubelet-client-cert-file" => "Unset while another of these is set, kubelets \
        get no client certificates: none joins, none renews.";
    "cluster-signing-kubelet-client-key-file" => "It goes with the certificate file of the same \
        signer; whoever else reads it signs a node.";
    "cluster-signing-kubelet-serving-cert-file" => "Unset while another of these is set, kubelets \
        get no serving certificates. An authority of its own here goes into \
        --kubelet-certificate-authority of kube-apiserver.";
    "cluster-signing-kubelet-serving-key-file" => "It goes with the certificate file of the same \
        signer; whoever else reads it passes for any kubelet.";
    "cluster-signing-legacy-unknown-cert-file" => "Nobody needs it: the API that made such \
        requests is gone since Kubernetes 1.22.";
    "cluster-signing-legacy-unknown-key-file" => "It goes with the certificate file of the same \
        signer, and nobody needs it.";
    "controllers" => "Without bootstrapsigner and tokencleaner in it, new nodes do not find a \
        signed cluster-info, and tokens that have expired stay.";
    "kubeconfig" => "Without it kube-controller-manager cannot reach kube-apiserver, and no \
        controller works. Whoever else reads the file has its rights, which are many.";
    "master" => "Unset, kubeconfig says where. With http every Secret that kube-controller-manager \
        reads, and its own identity, go without TLS.";
    "requestheader-allowed-names" => "Empty, every certificate of the front-proxy authority may \
        say who the caller of port 10257 is.";
    "requestheader-client-ca-file" => "Without it the authority is read from the cluster. With the \
        cluster's own in its place, every user with a certificate becomes anyone on port 10257.";
    "root-ca-file" => "Without it pods get no ca.crt and cannot check kube-apiserver: programs in \
        them fail, or are told to skip the check and hand their token to anyone (CIS 1.3.5).";
    "service-account-private-key-file" => "Without it no tokens are made for Secrets of the old \
        kind; pods do not need those. With another key than kube-apiserver's, such tokens are \
        refused (CIS 1.3.4).";
    "tls-cert-file" => "Unset, a certificate is made in memory at each start, and who fetches \
        metrics has to skip the check.";
    "tls-cipher-suites" => "A weak one among them lets who listens read metrics in the end.";
    "tls-curve-preferences" => "Callers that know none of them are refused.";
    "tls-min-version" => "VersionTLS10 and VersionTLS11 are broken; leave it unset or raise it.";
    "tls-private-key-file" => "It goes with --tls-cert-file; a key that is not its certificate's \
        keeps kube-controller-manager from starting.";
    "tls-sni-cert-key" => "Who dials by a name of a certificate that is in none of them is shown \
        --tls-cert-file.";
    "use-service-account-credentials" => "Without it every controller has the rights of all, and \
        the audit log cannot tell them apart (CIS 1.3.3).";
};

pub(super) static KUBE_SCHEDULER: &[FlagText] = texts! {
    "authentication-kubeconfig" => "Without it callers of port 10259 are not known, and metrics \
        cannot be fetched.";
    "authentication-skip-lookup" => "With it, and without --client-ca-file, no caller of port \
        10259 is known by a certificate.";
    "authentication-tolerate-lookup-failure" => "Left on, a start while kube-apiserver is away \
        leaves port 10259 without authorities: callers with certificates are anonymous, and \
        allowed health alone.";
    "authorization-always-allow-paths" => "With /* in it metrics, configuration and profiles are \
        served to whoever reaches port 10259; nobody is asked who they are.";
    "authorization-kubeconfig" => "Without it nobody is allowed anything but health on port 10259.";
    "bind-address" => "On every address port 10259 shows others a certificate that they cannot \
        check, unless --tls-cert-file is given.";
    "cert-dir" => "A certificate that is made there is signed by nobody, and who fetches metrics \
        has to skip the check.";
    "client-ca-file" => "Unset, as kubeadm leaves it, the scheduler reads the authority from the \
        cluster, which is as good.";
    "config" => "Without it --kubeconfig counts; with it that flag is ignored, and extenders may \
        be named that decide on which node a pod runs.";
    "extenders[].tlsConfig.caFile" => "Without it any authority that the operating system trusts \
        may speak for the extender.";
    "extenders[].tlsConfig.certFile" => "Without it the extender cannot tell kube-scheduler from \
        any pod that dials it.";
    "extenders[].tlsConfig.insecure" => "Set, whoever is on the way answers in the extender's \
        place and says where pods run.";
    "extenders[].tlsConfig.keyFile" => "It goes with the certificate; one without the other is \
        refused.";
    "extenders[].urlPrefix" => "With http whoever is on the way says on which node a pod runs, and \
        may keep every pod from running.";
    "kubeconfig" => "Without it kube-scheduler cannot reach kube-apiserver, and new pods stay \
        Pending. Kubernetes calls the flag deprecated: with --config it is ignored, and \
        clientConnection.kubeconfig of that file counts.";
    "master" => "Unset, kubeconfig says where. With http kube-scheduler's identity goes without \
        TLS, and whoever is on the way places pods.";
    "requestheader-allowed-names" => "Empty, every certificate of the front-proxy authority may \
        say who the caller of port 10259 is.";
    "requestheader-client-ca-file" => "Unset, as kubeadm leaves it, the scheduler reads the \
        authority from the cluster, which is as good.";
    "tls-cert-file" => "Unset, a certificate is made in memory at each start, and who fetches \
        metrics has to skip the check.";
    "tls-cipher-suites" => "A weak one among them lets who listens read metrics in the end.";
    "tls-curve-preferences" => "Callers that know none of them are refused.";
    "tls-min-version" => "VersionTLS10 and VersionTLS11 are broken; leave it unset or raise it.";
    "tls-private-key-file" => "It goes with --tls-cert-file; a key that is not its certificate's \
        keeps kube-scheduler from starting.";
    "tls-sni-cert-key" => "Who dials by a name of a certificate that is in none of them is shown \
        --tls-cert-file.";
};

pub(super) static KUBELET: &[FlagText] = texts! {
    "authentication.anonymous.enabled" => "Set to true, whoever reaches port 10250 is let in as \
        system:anonymous, and with authorization.mode AlwaysAllow runs commands in every container \
        (CIS 4.2.1).";
    "authentication.webhook.enabled" => "Set to false, only client certificates are accepted: \
        metrics-server and Prometheus, which show tokens, are refused.";
    "authentication.x509.clientCAFile" => "Without it the kubelet cannot know kube-apiserver: \
        kubectl logs and exec fail, or need anonymous access. An authority too many in it lets \
        those it signs in (CIS 4.2.3).";
    "authorization.mode" => "With AlwaysAllow, whoever has any certificate of the cluster's \
        authority runs commands in every container of the node.";
    "bootstrap-kubeconfig" => "Without it a node that has no kubelet.conf cannot join, and one \
        whose certificate has expired cannot come back by itself.";
    "cert-dir" => "Unset, /var/lib/kubelet/pki. What rotates is kept here and nowhere else: lost, \
        the node has to join again.";
    "config" => "Without it the kubelet has the defaults of its flags, and those let everyone in: \
        anonymous callers allowed, authorization AlwaysAllow, the read-only port open.";
    "config-dir" => "A file that is put there changes who is believed, as the fields of this table \
        do. Leave it unset where nobody needs it.";
    "featureGates.RotateKubeletServerCertificate" => "Set to false, serverTLSBootstrap does \
        nothing, and the kubelet's serving certificate expires (CIS 4.2.11).";
    "kubeconfig" => "Without it, and without a bootstrap kubeconfig, the kubelet runs static pods \
        and talks to no cluster.";
    "readOnlyPort" => "Set to 10255, whoever reaches the node reads the specifications of its \
        pods, environment variables in them, in plain text.";
    "rotateCertificates" => "Set to false, the kubelet's client certificate ends after a year, \
        the node becomes NotReady, and somebody has to bring it back by hand (CIS 4.2.10).";
    "serverTLSBootstrap" => "Unset, the kubelet signs its own serving certificate, unless \
        tlsCertFile gives it one. Set, its requests wait for somebody's approval, and until then \
        kubectl logs fails.";
    "staticPodURL" => "Unset, as it should be, static pods come from the disk alone. Who passes \
        for that server runs what it likes on the node, as root; with http that is everyone on \
        the way.";
    "tlsCertFile" => "Unset, the kubelet signs its own, and kube-apiserver cannot tell it from \
        whoever answers at its address (CIS 4.2.9).";
    "tlsCipherSuites" => "Unset, Go's choice, which is sound (CIS 4.2.12).";
    "tlsCurvePreferences" => "Unset, Go's choice, with X25519MLKEM768 first.";
    "tlsMinVersion" => "Unset, TLS 1.2.";
    "tlsPrivateKeyFile" => "Without it, or with a key that is not its certificate's, the kubelet \
        does not start. Whoever else reads the file passes for this node's kubelet.";
    "tracing.endpoint" => "Elsewhere than on the loopback, who listens learns what runs on the \
        node.";
};

pub(super) static ETCD: &[FlagText] = texts! {
    "advertise-client-urls" => "A host that is not in etcd's certificate sends clients where they \
        refuse the connection; http sends them where there is no TLS.";
    "auto-tls" => "Set, the serving certificate is signed by nobody, and no client can check it: \
        whoever gets between reads and changes every Secret (CIS 2.3).";
    "cert-file" => "Without it etcd serves its clients without TLS, or not at all where its URL \
        says https (CIS 2.1).";
    "cipher-suites" => "Unset, Go's choice, which is sound.";
    "client-cert-allowed-hostname" => "Unset, every certificate of the trusted authority is let \
        in, whatever its names; that is why the authority must sign for etcd alone.";
    "client-cert-auth" => "Without it etcd lets in whoever reaches port 2379, without any \
        certificate: every Secret can be read and the cluster be taken over (CIS 2.2).";
    "client-cert-file" => "Unset, etcd shows its serving certificate when it dials itself, and so \
        that has to be for clients too.";
    "client-crl-file" => "Unset, a certificate of a client is good until it expires: a stolen one \
        cannot be revoked. It is read again at every handshake.";
    "client-key-file" => "It goes with --client-cert-file.";
    "config-file" => "Where it is given, flags beside it are ignored: what a manifest seems to \
        set is then not set.";
    "distributed-tracing-address" => "It counts with --enable-distributed-tracing only. Elsewhere \
        than on the loopback, who listens learns which keys are read and written.";
    "enable-distributed-tracing" => "Off, as it should be where nobody collects them, no traces \
        are sent.";
    "initial-advertise-peer-urls" => "A host that is not in the member's certificate is refused by \
        the others; http makes them talk without TLS.";
    "initial-cluster" => "A URL with http is dialled without TLS by the other members, as long as \
        the cluster has it.";
    "key-file" => "Without it, or with a key that is not its certificate's, clients cannot \
        connect. Whoever else reads the file passes for this member.";
    "listen-client-http-urls" => "A URL with http asks nobody for a certificate: /v3/kv/range \
        serves every Secret, and /v3/kv/put writes them, whatever --client-cert-auth says \
        (measured with etcd 3.6.8). While the flag is given, etcd before 3.5.32 and 3.6.13 \
        ignores --client-crl-file where it speaks gRPC.";
    "listen-client-urls" => "A URL with http serves every Secret to whoever reaches it, without \
        TLS and without a certificate, whatever the other flags say.";
    "listen-metrics-urls" => "Bound to more than the loopback, health and metrics are served to \
        everyone; data is not.";
    "listen-peer-urls" => "A URL with http replicates the whole database in plain text.";
    "peer-auto-tls" => "Set, members accept whoever answers: one that nobody knows can join the \
        replication (CIS 2.6).";
    "peer-cert-allowed-cn" => "Unset, every certificate of the authority is taken for a member's, \
        also a client's.";
    "peer-cert-allowed-hostname" => "Unset, every certificate of the authority is taken for a \
        member's, also a client's.";
    "peer-cert-file" => "Without it members talk without TLS, or not at all where the URL says \
        https (CIS 2.4).";
    "peer-client-cert-auth" => "Without it whoever reaches port 2380 is taken for a member: it \
        reads the database and can break its majority (CIS 2.5).";
    "peer-client-cert-file" => "Unset, one certificate serves both directions, and so it is for \
        servers and for clients.";
    "peer-client-key-file" => "It goes with --peer-client-cert-file.";
    "peer-crl-file" => "Unset, a member's certificate is good until it expires.";
    "peer-key-file" => "Without it, or with a key that is not its certificate's, this member falls \
        out of the cluster. Whoever else reads the file passes for it.";
    "peer-skip-client-san-verification" => "Set, a stolen certificate of a member works from every \
        address.";
    "peer-trusted-ca-file" => "Without it members are checked by the authorities of the operating \
        system, and refused. An authority too many in it lets those it signs join.";
    "tls-min-version" => "Unset, TLS 1.2.";
    "trusted-ca-file" => "Without it no client can be checked, and with --client-cert-auth none \
        gets in. With the cluster's authority in it, every kubelet and user with a certificate \
        reads all Secrets: etcd's must be its own (CIS 2.7).";
};

pub(super) static ETCDCTL: &[FlagText] = texts! {
    "cacert" => "Without it etcdctl refuses etcd's certificate: \"certificate signed by unknown \
        authority\".";
    "cert" => "Without it etcd refuses etcdctl: \"bad certificate\".";
    "endpoints" => "Unset, 127.0.0.1:2379, the member on this machine. A host that is not in \
        etcd's certificate is refused.";
    "insecure-skip-tls-verify" => "Set, a backup may be taken from whoever passes for etcd, and a \
        restore go there.";
    "insecure-transport" => "Left on without a certificate, etcdctl talks in plain text to \
        whatever answers.";
    "key" => "Without it, or with a key that is not its certificate's, etcdctl cannot show who it \
        is. Whoever else reads the file has all of etcd.";
};
