//! The drop-in, and the two readings that systemd gives it.

use super::{all, cluster, external, lines, set, set_of, with};
use crate::Directories;
use crate::flags::{FlagOptions, FlagSet, Format, render};
use crate::table::Component;

fn drop_in(set: FlagSet) -> String {
    render(&[set], Format::Systemd).unwrap()
}

#[test]
fn the_drop_in_says_how_to_use_it() {
    assert_eq!(
        drop_in(set(Component::KubeScheduler)),
        "# Certificate flags of kube-scheduler: a drop-in for its unit, such as\n\
         # /etc/systemd/system/kube-scheduler.service.d/10-certificates.conf\n\
         # Use it there as a word of its own, without braces: ExecStart=... $KUBE_SCHEDULER_CERTIFICATE_ARGS\n\
         [Service]\n\
         Environment=\"KUBE_SCHEDULER_CERTIFICATE_ARGS=\
         --authentication-kubeconfig=/etc/kubernetes/scheduler.conf \\\n  \
         --authorization-kubeconfig=/etc/kubernetes/scheduler.conf \\\n  \
         --kubeconfig=/etc/kubernetes/scheduler.conf\"\n"
    );
}

#[test]
fn characters_that_systemd_reads_are_escaped() {
    let value = |directory: &str| {
        let set = with(&[("client-ca-file", directory)]);
        let text = drop_in(set);
        let (_, value) = text.rsplit_once(" \\\n  ").unwrap();
        value.trim_end().strip_suffix('"').unwrap().to_owned()
    };
    assert_eq!(value("/a/ca.crt"), "--client-ca-file=/a/ca.crt");
    assert_eq!(value("/%h/ca"), "--client-ca-file=/%%h/ca");
    // systemd.exec(5): "the "$" character has no special meaning" in Environment=.
    assert_eq!(value("/$HOME/ca"), "--client-ca-file=/$HOME/ca");
    assert_eq!(value("/a b/ca"), r#"\"--client-ca-file=/a b/ca\""#);
    assert_eq!(value("/a'b/ca"), r#"\"--client-ca-file=/a'b/ca\""#);
    assert_eq!(value(r#"/a"b/ca"#), r#"\"--client-ca-file=/a\\\"b/ca\""#);
    assert_eq!(value(r"/a\b/ca"), r#"\"--client-ca-file=/a\\\\b/ca\""#);
    assert_eq!(value(r"/ca\"), r#"\"--client-ca-file=/ca\\\\\""#);
}

/// The value of the one variable of a drop-in, read as systemd reads a unit file: continuation
/// lines joined, quotes and backslashes removed, `%%` a percent sign.
fn variable(text: &str) -> String {
    let joined = text.replace("\\\n", " ");
    let line = joined
        .lines()
        .find(|line| line.starts_with("Environment="))
        .unwrap();
    let quoted = line
        .strip_prefix("Environment=\"")
        .unwrap()
        .strip_suffix('"')
        .unwrap();
    let (mut value, mut characters) = (String::new(), quoted.chars());
    while let Some(character) = characters.next() {
        value.push(match character {
            '\\' => characters.next().unwrap(),
            '%' => {
                assert_eq!(characters.next(), Some('%'), "a specifier in {line}");
                '%'
            }
            '"' => panic!("a quote ends the value early: {line}"),
            other => other,
        });
    }
    value.split_once('=').unwrap().1.to_owned()
}

/// The words that `$VARIABLE` stands for on a command line.
fn words(value: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => word
                .get_or_insert_default()
                .push(characters.next().unwrap()),
            ('"' | '\'', None) => quote = Some(character),
            (_, Some(open)) if character == open => quote = None,
            (' ', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[test]
fn systemd_reads_back_the_same_words() {
    let odd = [
        "/a b",
        "/a\"b",
        "/a'b",
        "/a\\b",
        "/%h/$x/${y}",
        "/a\\ \"%%\" 'b'\\",
        "/a \\\\",
    ];
    for path in odd {
        let directories = Directories::new(path, path);
        for set in FlagSet::all(cluster().site(), &directories, &FlagOptions::new()).unwrap() {
            let wanted = lines(&set);
            assert_eq!(words(&variable(&drop_in(set))), wanted);
        }
    }
}

#[test]
fn several_components_have_a_variable_each() {
    let text = render(&all(), Format::Systemd).unwrap();
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("Environment=\"")?.split_once('='))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "KUBE_APISERVER_CERTIFICATE_ARGS",
            "KUBE_CONTROLLER_MANAGER_CERTIFICATE_ARGS",
            "KUBE_SCHEDULER_CERTIFICATE_ARGS",
            "KUBELET_CERTIFICATE_ARGS",
            "PKI_ETCD_CERTIFICATE_ARGS",
            "ETCDCTL_CERTIFICATE_ARGS",
        ]
    );
}

#[test]
fn an_empty_set_is_an_empty_variable() {
    let set = set_of(Component::Etcd, &external(None, None), &FlagOptions::new());
    assert!(drop_in(set).ends_with("Environment=\"PKI_ETCD_CERTIFICATE_ARGS=\"\n"));
}
