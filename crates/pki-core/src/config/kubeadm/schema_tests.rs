use super::super::testing::*;

#[test]
fn the_fields_of_external_etcd_are_known() {
    let fields = "etcd: {external: {endpoints: [a], httpEndpoints: [b], caFile: c, certFile: d, keyFile: e}}";
    assert!(quiet(&cluster("v1beta4", fields)).etcd.is_some());
    assert_eq!(
        parsed(&cluster("v1beta3", fields)).warnings,
        [
            "k.yaml:3: ClusterConfiguration.etcd.external.httpEndpoints is not a field of kubeadm \
             v1beta3 and is ignored; v1beta4 has it"
        ]
    );
}

#[test]
fn unknown_fields_are_told_at_every_depth_in_order() {
    let text = format!(
        "{}---\n{}",
        cluster(
            "v1beta4",
            "apiServer:\n  certSans: [a]\n  extraVolumes:\n  - {name: a, hostpath: b}\netcd: {local: {quorum-reads: 1}}\nclustername: x"
        ),
        init(
            "v1beta4",
            "nodeRegistration: {kubeletExtraArgs: [{name: v, value: '2', x: 1}]}\ntimeout: {}"
        )
    );
    let read = parsed(&text);
    assert_eq!(read.settings.apiserver_sans, []);
    assert_eq!(read.settings.cluster_name, None);
    let expected = [
        (
            4,
            "ClusterConfiguration.apiServer.certSans",
            "; did you mean certSANs?",
        ),
        (
            6,
            "ClusterConfiguration.apiServer.extraVolumes[0].hostpath",
            "; did you mean hostPath?",
        ),
        (7, "ClusterConfiguration.etcd.local.quorum-reads", ""),
        (
            8,
            "ClusterConfiguration.clustername",
            "; did you mean clusterName?",
        ),
        (
            12,
            "InitConfiguration.nodeRegistration.kubeletExtraArgs[0].x",
            "",
        ),
        (13, "InitConfiguration.timeout", "; did you mean timeouts?"),
    ];
    let expected = expected.map(|(line, key, hint)| {
        format!("k.yaml:{line}: {key} is not a field of kubeadm v1beta4 and is ignored{hint}")
    });
    assert_eq!(read.warnings, expected);
}

#[test]
fn keys_of_the_users_choice_are_not_fields() {
    quiet(&cluster(
        "v1beta4",
        "featureGates: {WaitForAllControlPlaneComponents: true}",
    ));
    quiet(&cluster("v1beta3", "apiServer: {extraArgs: {any-flag: x}}"));
}

#[test]
fn what_nobody_reads_may_hold_anything() {
    quiet(&cluster(
        "v1beta4",
        "kubernetesVersion: 1.36\nimageRepository: [.inf, 5]\ndns: none",
    ));
}

#[test]
fn what_came_with_v1beta4_means_nothing_in_v1beta3() {
    let fields = "encryptionAlgorithm: anything\ncertificateValidityPeriod: 1h\ncaCertificateValidityPeriod: 2h\nproxy: {disabled: true}";
    let read = parsed(&cluster("v1beta3", fields));
    assert_eq!(read.settings, nothing());
    assert_eq!(read.warnings.len(), 4);
    assert!(read.warnings.iter().all(|warning| {
        warning.ends_with("is not a field of kubeadm v1beta3 and is ignored; v1beta4 has it")
    }));
    let old = parsed(&cluster(
        "v1beta4",
        "apiServer: {timeoutForControlPlane: 4m0s}",
    ));
    assert_eq!(
        old.warnings,
        [
            "k.yaml:3: ClusterConfiguration.apiServer.timeoutForControlPlane is not a field of \
             kubeadm v1beta4 and is ignored; v1beta3 has it"
        ]
    );
}

/// Fields that are gone, and those that were not there yet.
#[test]
fn each_version_has_its_own_fields() {
    let gone = "useHyperKubeImage: false\ndns: {type: CoreDNS}\napiServer: {extraArgs: {v: '2'}}";
    let new = "certificateKey: a\nskipPhases: [preflight]\nnodeRegistration: {ignorePreflightErrors: \
               [all], imagePullPolicy: Never, kubeletExtraArgs: {v: '2'}}";
    for (version, of_cluster, of_node) in [("v1beta1", 0, 4), ("v1beta2", 0, 2), ("v1beta3", 2, 0)]
    {
        let cluster = parsed(&cluster(version, gone));
        assert_eq!(cluster.warnings.len(), of_cluster, "{cluster:?}");
        assert_eq!(cluster.settings.extra_args.len(), 1);
        let node = parsed(&init(version, new));
        assert_eq!(node.warnings.len(), of_node, "{node:?}");
        assert_eq!(node.settings.extra_args.len(), 1);
    }
}

#[test]
fn keys_from_the_file_cannot_steer_a_terminal() {
    let read = parsed(&cluster("v1beta4", "\"\\e[31mred\": 1"));
    assert_eq!(
        read.warnings,
        [
            "k.yaml:3: ClusterConfiguration.\\u{1b}[31mred is not a field of kubeadm v1beta4 and is ignored"
        ]
    );
}

#[test]
fn no_file_is_told_about_without_end() {
    let fields: Vec<String> = (0..900).map(|number| format!("x{number}: 1")).collect();
    let warnings = parsed(&cluster("v1beta4", &fields.join("\n"))).warnings;
    assert_eq!(warnings.len(), 101);
    assert!(warnings[0].starts_with("k.yaml:3: ClusterConfiguration.x0 "));
    assert_eq!(warnings[100], "k.yaml: 800 more warnings are left out");
}
