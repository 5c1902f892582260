use super::{FlagText, texts};

pub(super) static KUBE_APISERVER: &[FlagText] = texts! {
    "admission-control-config-file" => "Without it kube-apiserver shows nothing to admission \
        webhooks, and they cannot tell it from any pod that dials them.";
    "anonymous-auth" => "Left on, whoever reaches port 6443 is at least system:anonymous, and one \
        wrong ClusterRoleBinding to system:unauthenticated gives the cluster away (CIS 1.2.1). Set \
        to false, the probes of kubeadm's manifest and `kubeadm join` fail: limit it to health \
        checks in --authentication-config instead.";
    "api-audiences" => "A token that a pod was given for another service is accepted here too if \
        that service's audience is in this list.";
    "audit-webhook-config-file" => "Without it no service is sent the audit log. A server with \
        http in the file is sent every audited request without TLS, with the Secrets that a \
        policy of level RequestResponse puts into it.";
    "authentication-config" => "It replaces the --oidc-* flags, takes several issuers, and can \
        limit anonymous requests to paths such as /livez. An issuer that is too much in it says \
        who anyone is.";
    "authentication-token-webhook-config-file" => "Without it no outside service is asked about \
        tokens. Who runs that service, or passes for it, is whoever it says; without \
        certificate-authority in the file any authority that the system trusts may speak for it.";
    "authorization-config" => "It replaces --authorization-mode. A list of authorizers in it \
        without Node or RBAC leaves kubelets or users without rights, or with too many.";
    "authorization-mode" => "Unset, it is AlwaysAllow: whoever is known may do everything. Without \
        Node in it, RBAC alone has to hold kubelets, and has no rule as narrow as theirs; without \
        RBAC every other name in a certificate is worth nothing.";
    "authorization-webhook-config-file" => "Without it no outside service is asked about rights. \
        Who passes for that service allows everything.";
    "authorizers[].webhook.connectionInfo.kubeConfigFile" => "It is \
        --authorization-webhook-config-file of the file of authorizers: who passes for that \
        service allows everything.";
    "cert-dir" => "Where --tls-cert-file is unset, kube-apiserver makes a certificate here that \
        nobody signed; clients refuse it, or skip the check and believe anyone.";
    "client-ca-file" => "Without it no client certificate is accepted: administrators, kubelets, \
        controller manager and scheduler are all refused. With a further authority in it, \
        whoever that one signs is a user, and with O=system:masters owns the cluster. An expired \
        client is refused with \"x509: certificate has expired\". The audit log and authorizers see \
        which certificate it was (authentication.kubernetes.io/credential-id, X509SHA256= and the \
        digest of its DER), and a UID where the subject has one (1.3.6.1.4.1.57683.2).";
    "debug-socket-path" => "Unset, as it should be, profiles are served on port 6443 to those with \
        the rights. Whoever opens the socket reads memory of kube-apiserver, and with it \
        Secrets.";
    "egress-selector-config-file" => "Without it everything is dialled directly. With it, whoever \
        reaches that proxy (konnectivity) reaches what is behind it: the network of the nodes.";
    "egressSelections[].connection.transport.tcp.tlsConfig.caBundle" => "Without it any authority \
        that the operating system trusts may speak for the proxy.";
    "egressSelections[].connection.transport.tcp.tlsConfig.clientCert" => "By HTTPS it has to be \
        there; the proxy lets nobody else into the network of the nodes.";
    "egressSelections[].connection.transport.tcp.tlsConfig.clientKey" => "Whoever else reads it \
        gets into the network of the nodes.";
    "egressSelections[].connection.transport.tcp.url" => "With http neither side knows the other: \
        whoever reaches the proxy dials nodes through it. What goes through it is TLS of its \
        own, which holds as far as kubelets and etcd are checked.";
    "enable-admission-plugins" => "Without NodeRestriction a kubelet that was taken over labels \
        and changes other nodes, and draws their pods and Secrets to itself.";
    "enable-bootstrap-token-auth" => "Without it `kubeadm join` fails: a new node has nothing \
        else to show. Tokens that were left behind let whoever finds them join a node.";
    "endpoint" => "Elsewhere than on the loopback, who listens learns who asked for what and when.";
    "etcd-cafile" => "Without it kube-apiserver checks etcd by the authorities of the operating \
        system and refuses what kubeadm made. An authority too many in it lets another pass for \
        etcd, read every write and answer what it likes (CIS 1.2.26).";
    "etcd-certfile" => "Without it etcd refuses kube-apiserver, unless etcd asks nobody for a \
        certificate, and then everyone who reaches it reads all Secrets (CIS 1.2.23).";
    "etcd-keyfile" => "Without it, or with a key that is not its certificate's, kube-apiserver \
        does not start. Whoever else reads the file logs in to etcd.";
    "etcd-servers" => "A URL with http instead of https sends every Secret in plain text. A host \
        that is not in etcd's certificate is refused.";
    "etcd-servers-overrides" => "It holds for these resources what --etcd-servers holds for all: a \
        URL with http is dialled without TLS. CA, certificate and key are those of the other \
        --etcd-* flags.";
    "kubelet-certificate-authority" => "Unset, as kubeadm leaves it, kube-apiserver takes any \
        certificate for a kubelet's: whoever gets between reads exec sessions and logs, and forges \
        them (CIS 1.2.5; 1.2.6 in the benchmark 1.5). Set while kubelets sign their own, kubectl \
        logs and exec fail with \"certificate signed by unknown authority\". A certificate of any \
        node passes for the address that it holds; --enable-kubelet-cert-cn-validation, which is to \
        ask for the node's own name too (KEP 4872), is announced and no flag of 1.36.";
    "kubelet-client-certificate" => "Without it kube-apiserver is anonymous to kubelets: they \
        refuse logs and exec, or, if they allow anonymous callers, anyone may do it (CIS 1.2.4).";
    "kubelet-client-key" => "Without it, or with a key that is not its certificate's, \
        kube-apiserver does not start. Whoever else reads the file runs commands in every \
        container.";
    "kubelet-preferred-address-types" => "With Hostname first, kubelets are dialled by name and \
        need DNS; with InternalIP first, their certificates must hold the address.";
    "oidc-ca-file" => "Without it any public authority may speak for the issuer: whoever gets a \
        certificate for its name, and its traffic, makes tokens for administrators.";
    "oidc-client-id" => "Tokens that the issuer made for other applications are refused by it; a \
        shared identifier lets those applications use their users' tokens here.";
    "oidc-groups-claim" => "Without it nobody has groups from the issuer, and bindings to them \
        give nothing.";
    "oidc-groups-prefix" => "Without it an issuer that lets people name their groups lets them be \
        in system:masters.";
    "oidc-issuer-url" => "Without it people have only client certificates, which cannot be \
        revoked, or what --authentication-config sets up. Whoever controls the issuer is whoever \
        it says.";
    "oidc-required-claim" => "Without it every user of the issuer is a user here, be it without \
        rights.";
    "oidc-signing-algs" => "Unset, RS256. Tokens with another algorithm are refused.";
    "oidc-username-claim" => "Unset, sub. With a claim that people can set themselves, such as an \
        unverified e-mail address, they choose who they are.";
    "oidc-username-prefix" => "Without it a user of the issuer may be called like one of the \
        cluster's own, system:kube-scheduler for instance.";
    "peer-ca-file" => "Without it nothing is passed on to other API servers. With another authority \
        than theirs they are refused. kube-apiserver does not start with it while the feature gate \
        UnknownVersionInteroperabilityProxy is off, as it is before Kubernetes 1.36.";
    "plugins[].configuration.imagePolicy.kubeConfigFile" => "Without it the plugin \
        ImagePolicyWebhook does not start. Who passes for that service lets any image run.";
    "proxy-client-cert-file" => "Without it extension API servers cannot know kube-apiserver, and \
        refuse what it forwards: kubectl top and other aggregated APIs fail.";
    "proxy-client-key-file" => "Without it aggregation is off. Whoever else reads the file asks \
        extension API servers in any user's name.";
    "requestheader-allowed-names" => "Empty, every certificate of the front-proxy authority may \
        say who the user is, so the authority must sign nothing else.";
    "requestheader-client-ca-file" => "Without it no proxy is believed, and aggregated APIs do not \
        know their users. With the cluster's authority in its place, every kubelet and user with a \
        certificate becomes anyone by a header, unless --requestheader-allowed-names stops it.";
    "requestheader-extra-headers-prefix" => "Without it further facts about a user, such as \
        scopes, are lost on the way.";
    "requestheader-group-headers" => "Without it users arrive without groups at aggregated APIs, \
        and most are refused there.";
    "requestheader-uid-headers" => "Without it a user's UID is lost on the way; rarely does \
        anyone look at it.";
    "requestheader-username-headers" => "Without it no user is known behind a proxy. A header that \
        a proxy passes on from outside unchanged lets everyone choose the name.";
    "service-account-extend-token-expiration" => "On, a stolen token of a pod works for up to a \
        year instead of an hour; off, programs that read their token once fail after an hour (CIS \
        1.2.30).";
    "service-account-issuer" => "Tokens of an issuer that is not named here are refused: after a \
        change every pod is locked out, unless the old issuer is given too, after the new one.";
    "service-account-jwks-uri" => "Unset, others are pointed to kube-apiserver itself, which they \
        may not reach.";
    "service-account-key-file" => "Without it, or with another cluster's, every token in every pod \
        is refused. Given several times or with several keys in it, all of them are accepted: so \
        a signing key is replaced (CIS 1.2.22).";
    "service-account-lookup" => "Set to false, the token of a deleted service account goes on \
        working until it expires, and one kept in a Secret for ever (CIS 1.2.21).";
    "service-account-max-token-expiration" => "Unset, who may ask for tokens may ask for one that \
        lasts for years.";
    "service-account-signing-endpoint" => "It keeps the signing key out of kube-apiserver, in \
        another process; both key files are then left out.";
    "service-account-signing-key-file" => "Without it kube-apiserver does not start. A key whose \
        public half is not in --service-account-key-file makes tokens that are refused at once. \
        Whoever else reads it is any service account.";
    "tls-cert-file" => "Unset, kube-apiserver makes a certificate that nobody signed, and every \
        client refuses it or, worse, is told to skip the check (CIS 1.2.24).";
    "tls-cipher-suites" => "Unset, Go's choice, which is sound. A list with old suites in it \
        lets recorded traffic be read or forged by those who know their weaknesses (CIS 1.2.29).";
    "tls-curve-preferences" => "Unset, Go's choice, with X25519MLKEM768 first. A list without it \
        gives up protection from those who record traffic for later.";
    "tls-min-version" => "Unset, TLS 1.2. VersionTLS13 shuts out old clients and all questions of \
        cipher suites.";
    "tls-private-key-file" => "Without it, or with a key that is not its certificate's, \
        kube-apiserver does not start. Whoever else reads the file passes for it.";
    "tls-sni-cert-key" => "Without it everyone is shown the same certificate. With it, who dials \
        by a public name may be shown a public authority's, and the cluster's own goes on.";
    "token-auth-file" => "Its tokens never expire, stand in plain text on every control-plane \
        node, and are taken back only with an edit and a restart. Leave it unset.";
    "tracing-config-file" => "Without it no traces are sent.";
};
