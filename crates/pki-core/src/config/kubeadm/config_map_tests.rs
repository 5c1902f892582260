use super::super::testing::*;

/// As `kubectl -n kube-system get cm kubeadm-config -o yaml` prints it.
const YAML: &str = "\
apiVersion: v1
data:
  ClusterConfiguration: |
    apiServer:
      certSANs:
      - api.example.org
    apiVersion: kubeadm.k8s.io/v1beta4
    controlPlaneEndpoint: api.example.org:6443
    kind: ClusterConfiguration
    kubernetesVersion: v1.36.2
kind: ConfigMap
metadata:
  name: kubeadm-config
  namespace: kube-system
";

#[test]
fn what_a_config_map_holds_is_read_with_its_lines() {
    let read = quiet(YAML);
    assert_eq!(
        read.control_plane_endpoint,
        Some(on(8, "controlPlaneEndpoint", "api.example.org:6443"))
    );
    assert_eq!(
        read.apiserver_sans,
        [on(6, "apiServer.certSANs[0]", "api.example.org")]
    );
}

/// Before 1.22 the addresses of the API servers were there too.
#[test]
fn the_status_of_an_old_cluster_is_passed_over() {
    let old = YAML.replace("v1beta4", "v1beta2").replace("v1.36.2", "v1.21.14").replace(
        "kind: ConfigMap\n",
        "  ClusterStatus: |\n    apiEndpoints: {cp1: {advertiseAddress: 10.0.0.1}}\n    apiVersion: \
         kubeadm.k8s.io/v1beta2\n    kind: ClusterStatus\nkind: ConfigMap\n",
    );
    assert_eq!(values(&quiet(&old).apiserver_sans), ["api.example.org"]);
}

#[test]
fn it_is_read_as_json_and_in_a_list() {
    let document = "apiServer:\\n  certSANs: [a]\\napiVersion: kubeadm.k8s.io/v1beta4\\nkind: \
                    ClusterConfiguration\\n";
    let json = format!(
        "{{\n  \"apiVersion\": \"v1\",\n  \"data\": {{\n    \"ClusterConfiguration\": \
         \"{document}\"\n  }},\n  \"kind\": \"ConfigMap\"\n}}\n"
    );
    let expected = [on(4, "apiServer.certSANs[0]", "a")];
    assert_eq!(quiet(&json).apiserver_sans, expected);
    for kind in ["List", "ConfigMapList"] {
        let list = format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"{kind}\", \"items\": [\n{{\"data\": {{}}}},\n{json}]}}"
        );
        assert_eq!(values(&quiet(&list).apiserver_sans), ["a"]);
    }
    let indented = YAML.lines().map(|line| format!("  {line}\n"));
    let indented: String = indented.collect();
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}",
        indented.trim_start()
    );
    assert_eq!(
        quiet(&list).apiserver_sans,
        [on(9, "apiServer.certSANs[0]", "api.example.org")]
    );
}

/// The node's own document goes beside it.
#[test]
fn a_config_map_and_an_init_configuration_make_one_configuration() {
    let node = init("v1beta4", "nodeRegistration: {name: cp1}");
    let read = quiet(&format!("{YAML}---\n{node}"));
    assert_eq!(
        read.node_name.map(|name| name.value).as_deref(),
        Some("cp1")
    );
    assert!(read.control_plane_endpoint.is_some());
}

#[test]
fn mistakes_within_are_named_where_they_are() {
    let misspelt = YAML.replace("certSANs", "certSans");
    assert_eq!(
        parsed(&misspelt).warnings,
        [
            "k.yaml:5: ClusterConfiguration.apiServer.certSans is not a field of kubeadm v1beta4 and \
             is ignored; did you mean certSANs?"
        ]
    );
    let broken = YAML.replace("certSANs:", "certSANs: [");
    assert!(error(&broken).starts_with("k.yaml:"), "{}", error(&broken));
    let line: usize = error(&broken).split(':').nth(1).unwrap().parse().unwrap();
    assert!((5..=11).contains(&line), "{}", error(&broken));
    let ancient = YAML.replace("v1beta4", "v1alpha3");
    assert!(
        error(&ancient).starts_with("k.yaml:7: ClusterConfiguration is written in "),
        "{}",
        error(&ancient)
    );
}

#[test]
fn another_config_map_says_which_one_is_wanted() {
    let wanted = "there is no ClusterConfiguration in this ConfigMap; kubeadm's own is the ConfigMap \
                  kubeadm-config in kube-system: `kubectl -n kube-system get cm kubeadm-config -o \
                  yaml` prints it";
    for data in ["data: {kubelet: 'a: b'}\n", "data:\n", ""] {
        let text = format!("apiVersion: v1\nkind: ConfigMap\n{data}");
        assert_eq!(error(&text), format!("k.yaml:2: {wanted}"));
    }
    let list = "apiVersion: v1\nkind: List\nitems: []\n";
    assert!(error(list).contains("in this List; "), "{}", error(list));
}
