//! `flags`: every form for every component, and what the values follow.

use serde_json::Value;

use crate::support::{NODE, Run, Tree};

const COMPONENTS: [&str; 6] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "etcd",
    "etcdctl",
];

fn flags(tree: &Tree, arguments: &[&str]) -> Run {
    let run = tree
        .pkigen(&[&["flags"], NODE, arguments].concat())
        .exits(0);
    assert_eq!(run.stderr, "");
    run
}

/// The arguments of one component.
fn args(tree: &Tree, component: &str, arguments: &[&str]) -> Vec<String> {
    let run = flags(tree, &[&[component], arguments].concat());
    run.stdout.lines().map(str::to_owned).collect()
}

/// Every document of a YAML stream.
fn yaml(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn lines_are_flags() {
    let tree = Tree::empty();
    for component in COMPONENTS {
        let lines = args(&tree, component, &[]);
        assert!(!lines.is_empty());
        for line in lines {
            let (name, value) = line.split_once('=').unwrap();
            assert!(name.starts_with("--") && !name.contains(' '), "{line}");
            assert!(!value.is_empty(), "{line}");
        }
    }
}

#[test]
fn json_parses_and_gives_purposes() {
    let tree = Tree::empty();
    for component in COMPONENTS {
        let report = flags(&tree, &[component, "-o", "json"]).json();
        assert_eq!(report["schemaVersion"], 1);
        let sets = report["components"].as_array().unwrap();
        assert_eq!(sets.len(), 1);
        assert_eq!(sets[0]["component"], component);
        let arguments = sets[0]["arguments"].as_array().unwrap();
        let lines: Vec<String> = arguments
            .iter()
            .map(|one| {
                format!(
                    "--{}={}",
                    one["name"].as_str().unwrap(),
                    one["value"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(lines, args(&tree, component, &[]), "{component}");
        assert!(
            arguments
                .iter()
                .all(|one| !one["purpose"].as_str().unwrap().is_empty())
        );
        assert_eq!(
            sets[0]["kubeletConfiguration"].is_object(),
            component == "kubelet"
        );
    }
    let all = flags(&tree, &["-o", "json"]).json();
    let all = all["components"].as_array().unwrap().iter();
    let names: Vec<&str> = all.map(|set| set["component"].as_str().unwrap()).collect();
    assert_eq!(names, COMPONENTS);
}

#[test]
fn yaml_parses_and_says_the_same() {
    let tree = Tree::empty();
    for component in COMPONENTS {
        let documents = yaml(&flags(&tree, &[component, "-o", "yaml"]).stdout);
        let list: Vec<String> = serde_json::from_value(documents[0].clone()).unwrap();
        assert_eq!(list, args(&tree, component, &[]), "{component}");
        let kubelet = usize::from(component == "kubelet");
        assert_eq!(documents.len(), 1 + kubelet);
    }
    let documents = yaml(&flags(&tree, &["-o", "yaml"]).stdout);
    assert_eq!(documents[0].as_object().unwrap().len(), COMPONENTS.len());
    assert_eq!(documents[1]["kind"], "KubeletConfiguration");
    assert_eq!(
        documents[1]["authentication"]["anonymous"]["enabled"],
        false
    );
}

#[test]
fn kubeadm_parses_and_is_read_again() {
    let tree = Tree::empty();
    for component in COMPONENTS {
        let arguments = [&["flags", component, "-o", "kubeadm"], NODE].concat();
        if component == "etcdctl" {
            let says =
                "kubeadm's configuration has no place for flags of etcdctl; take another format";
            tree.pkigen(&arguments).exits(2).says(&[says]);
            continue;
        }
        let text = tree.pkigen(&arguments).exits(0).stdout;
        let first = &yaml(&text)[0];
        assert_eq!(first["apiVersion"], "kubeadm.k8s.io/v1beta4", "{component}");
        // What we write for kubeadm we read ourselves, without a warning.
        tree.put_beside("kubeadm.yaml", &text);
        let again = tree.pkigen(&[&arguments[..], &["--config", "kubeadm.yaml"]].concat());
        let again = again.exits(0);
        assert_eq!(
            (again.stdout, again.stderr.as_str()),
            (text, ""),
            "{component}"
        );
    }
}

#[test]
fn systemd_is_a_drop_in_with_every_flag() {
    let tree = Tree::empty();
    for component in COMPONENTS {
        let text = flags(&tree, &[component, "-o", "systemd"]).stdout;
        assert!(text.contains("\n[Service]\nEnvironment=\""), "{text}");
        for line in args(&tree, component, &[]) {
            assert!(text.contains(&line), "{line} is not in {text}");
        }
    }
}

#[test]
fn directories_are_followed_and_the_root_is_not() {
    let tree = Tree::empty();
    let root = tree.root();
    let root = root.to_str().unwrap();
    let directories = ["--cert-dir", "/srv/tls", "--kubeconfig-dir", "/srv/conf"];
    for format in ["args", "yaml", "json", "systemd", "kubeadm"] {
        let text = flags(&tree, &["-o", format]).stdout;
        assert!(text.contains("/etc/kubernetes/pki/apiserver.crt"));
        assert!(!text.contains(root));
        let text = flags(&tree, &[&directories[..], &["-o", format]].concat()).stdout;
        assert!(text.contains("/srv/tls/apiserver.crt") && text.contains("/srv/conf/"));
        assert!(
            !text.contains(root) && !text.contains("/etc/kubernetes"),
            "{text}"
        );
    }
}

#[test]
fn they_are_what_init_writes() {
    let tree = Tree::good();
    for component in COMPONENTS {
        let written = tree.etc("pkigen/flags").join(format!("{component}.args"));
        let written = std::fs::read_to_string(written).unwrap();
        assert_eq!(flags(&tree, &[component]).stdout, written);
    }
    let kubeadm = std::fs::read_to_string(tree.etc("pkigen/flags/kubeadm.yaml")).unwrap();
    assert_eq!(flags(&tree, &["-o", "kubeadm"]).stdout, kubeadm);
}

#[test]
fn nothing_is_written_and_no_tree_is_needed() {
    let tree = Tree::empty();
    let before = tree.snapshot();
    flags(&tree, &[]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn an_external_etcd() {
    let tree = Tree::empty();
    tree.put_beside(
        "cluster.toml",
        "[etcd.external]\nendpoints = [\"https://e1:2379\", \"https://e2:2379\"]\n\
         ca-file = \"/e/ca.crt\"\ncert-file = \"/e/c.crt\"\nkey-file = \"/e/c.key\"\n",
    );
    let with = ["--config", "cluster.toml"];
    let apiserver = args(&tree, "kube-apiserver", &with);
    for flag in [
        "--etcd-servers=https://e1:2379,https://e2:2379",
        "--etcd-cafile=/e/ca.crt",
        "--etcd-certfile=/e/c.crt",
        "--etcd-keyfile=/e/c.key",
    ] {
        assert!(
            apiserver.contains(&flag.to_owned()),
            "{flag} is not in {apiserver:?}"
        );
    }
    let etcd = tree.pkigen(&[&["flags", "etcd"], NODE, &with[..]].concat());
    let etcd = etcd.exits(0);
    assert_eq!(etcd.stdout, "");
    assert!(etcd.stderr.contains("etcd is run elsewhere"), "{etcd:#?}");
    let etcdctl = args(&tree, "etcdctl", &with);
    assert!(etcdctl.contains(&"--endpoints=https://e1:2379,https://e2:2379".to_owned()));
    let kubeadm = flags(&tree, &[&with[..], &["-o", "kubeadm"]].concat()).stdout;
    assert!(
        !kubeadm.contains("local:"),
        "kubeadm would run its own etcd: {kubeadm}"
    );
}

#[test]
fn an_authority_whose_key_is_elsewhere_signs_nothing() {
    let tree = Tree::good();
    let signing = |tree: &Tree| -> Vec<String> {
        let mut lines = args(tree, "kube-controller-manager", &[]);
        lines.retain(|line| line.starts_with("--cluster-signing"));
        lines
    };
    let expected = [
        "--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt",
        "--cluster-signing-key-file=/etc/kubernetes/pki/ca.key",
    ];
    assert_eq!(signing(&tree), expected);
    tree.remove(&["ca.key"]);
    let expected = [
        "--cluster-signing-cert-file=",
        "--cluster-signing-key-file=",
    ];
    assert_eq!(signing(&tree), expected);
    // Where there is nothing yet, there will be a key.
    assert_eq!(signing(&Tree::empty()).len(), 2);
}

#[test]
fn the_life_of_what_the_cluster_signs() {
    let tree = Tree::empty();
    let component = "kube-controller-manager";
    let has = |lines: &[String]| lines.iter().any(|line| line.contains("signing-duration"));
    assert!(!has(&args(&tree, component, &[])));
    let lines = args(&tree, component, &["--cluster-signing-duration", "30d"]);
    // The flag takes Go durations, which know no days.
    assert!(
        lines.contains(&"--cluster-signing-duration=720h".to_owned()),
        "{lines:?}"
    );
    assert!(!has(&args(
        &tree,
        "kube-apiserver",
        &["--cluster-signing-duration", "30d"]
    )));
}

#[test]
fn serving_pairs_of_kubelets() {
    let tree = Tree::empty();
    let authority = "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt".to_owned();
    assert!(!args(&tree, "kube-apiserver", &[]).contains(&authority));
    assert!(args(&tree, "kube-apiserver", &["--kubelet-serving"]).contains(&authority));
}

#[test]
fn extra_arguments_of_a_kubeadm_file_win() {
    let tree = Tree::empty();
    tree.put_beside(
        "kubeadm.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n\
         apiServer:\n  extraArgs:\n  - {name: authorization-mode, value: 'Node,RBAC,Webhook'}\n  \
         - {name: service-account-issuer, value: https://oidc.example.org}\n  \
         - {name: v, value: '4'}\n",
    );
    let lines = args(&tree, "kube-apiserver", &["--config", "kubeadm.yaml"]);
    let of = |name: &str| -> Vec<&String> {
        lines
            .iter()
            .filter(|line| line.starts_with(&format!("--{name}=")))
            .collect()
    };
    assert_eq!(
        of("authorization-mode"),
        ["--authorization-mode=Node,RBAC,Webhook"]
    );
    assert_eq!(
        of("service-account-issuer"),
        ["--service-account-issuer=https://oidc.example.org"]
    );
    // What says nothing about certificates is not ours to print.
    assert_eq!(of("v").len(), 0);
}

/// A value with a line break would begin a flag of its own.
#[test]
fn no_value_can_smuggle_a_flag_in() {
    let tree = Tree::empty();
    tree.put_beside(
        "kubeadm.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  \
         extraArgs:\n  - {name: authorization-mode, value: \"a\\n--anonymous-auth=true\"}\n",
    );
    for format in ["args", "yaml", "json", "systemd", "kubeadm"] {
        let arguments = ["flags", "--config", "kubeadm.yaml", "-o", format];
        let run = tree.pkigen(&[&arguments, NODE].concat()).exits(2);
        run.says(&[
            "authorization-mode of kube-apiserver cannot be",
            "a line break",
        ]);
    }
}
