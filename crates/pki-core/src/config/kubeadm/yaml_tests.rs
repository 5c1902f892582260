use super::super::testing::*;

#[test]
fn json_is_yaml() {
    let text = "{\n\t\"apiVersion\": \"kubeadm.k8s.io/v1beta4\",\n\t\"kind\": \"ClusterConfiguration\",\n\t\"clusterName\": \"prod\"\n}\n";
    assert_eq!(quiet(text).cluster_name, Some(on(4, "clusterName", "prod")));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = format!("\u{feff}{}", ECDSA.replace('\n', "\r\n"));
    assert_eq!(quiet(&text), quiet(ECDSA));
}

#[test]
fn empty_documents_are_skipped_and_lines_count_from_the_top() {
    let text = format!(
        "---\n---\n# nothing\n---\n{}---\n...\n---\n",
        cluster("v1beta4", "clusterName: prod")
    );
    assert_eq!(
        quiet(&text).cluster_name,
        Some(on(7, "clusterName", "prod"))
    );
}

#[test]
fn a_key_comes_once() {
    assert_eq!(
        error(&cluster("v1beta4", "clusterName: a\nclusterName: b")),
        "k.yaml:4:1: not valid YAML: the key `clusterName` is already set in this mapping"
    );
    assert!(error(&cluster("v1beta4", "dns: {imageTag: a, imageTag: a}")).starts_with("k.yaml:3:"));
}

#[test]
fn broken_yaml_names_line_and_column() {
    let text = format!("{ECDSA}---\nkind: [a\nb: c\n");
    let message = error(&text);
    assert!(
        message.starts_with("k.yaml:17:2: not valid YAML: "),
        "{message}"
    );
    let tabs = cluster("v1beta4", "networking:\n\tdnsDomain: a");
    assert!(error(&tabs).starts_with("k.yaml:4:"), "{}", error(&tabs));
}

#[test]
fn aliases_and_merges_are_followed() {
    let fields = "controllerManager: &component\n  extraArgs: [{name: v, value: &level '2'}]\nscheduler:\n  <<: *component\nclusterName: *level";
    let read = quiet(&cluster("v1beta4", fields));
    assert_eq!(read.cluster_name, Some(on(7, "clusterName", "2")));
    let components: Vec<&str> = read
        .extra_args
        .iter()
        .map(|argument| argument.component.name())
        .collect();
    assert_eq!(components, ["kube-controller-manager", "kube-scheduler"]);
}
