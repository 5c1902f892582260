use super::*;

fn read(line: &str) -> Instance {
    let spot = Spot::new("m.yaml", Some(7));
    let words = line.split(' ').map(|text| Word::new(text, spot.clone()));
    let words: Vec<Word> = words.collect();
    let read = instance(&words, SourceKind::Manifest, "m.yaml").unwrap();
    read.unwrap()
}

fn flag(instance: &Instance) -> Vec<(&str, &str)> {
    let flag = instance.flags.iter();
    flag.map(|one| (one.name.as_str(), one.text())).collect()
}

#[test]
fn flags_are_read_in_every_spelling() {
    let one = read(
        "/usr/local/bin/kube-apiserver --tls-cert-file=a --client-ca-file b --anonymous-auth \
         --etcd_cafile=c --secure-port 6443 -v=2",
    );
    assert_eq!(one.component, Component::KubeApiserver);
    assert_eq!(
        flag(&one),
        [
            ("tls-cert-file", "a"),
            ("client-ca-file", "b"),
            ("anonymous-auth", "true"),
            ("etcd-cafile", "c"),
            ("secure-port", "6443"),
            ("v", "2"),
        ]
    );
    assert_eq!(one.misread, []);
    assert_eq!(one.flags[0].spot.to_string(), "m.yaml:7");
}

#[test]
fn what_a_flag_of_no_row_takes_is_known() {
    let one =
        read("kube-apiserver --profiling --v 2 --audit-log-path -x --shutdown-delay-duration=5s");
    assert_eq!(
        flag(&one),
        [
            ("profiling", "true"),
            ("v", "2"),
            ("audit-log-path", "-x"),
            ("shutdown-delay-duration", "5s"),
        ]
    );
    assert_eq!(one.misread, []);
    let one = read("kube-scheduler --profiling false");
    assert!(one.misread[0].message.contains("takes no word after it"));
}

/// As pflag and Go's flags do: the last of a value, all of a list.
#[test]
fn what_counts_of_a_repeated_flag_is_as_its_program_has_it() {
    let one = read(
        "kube-apiserver --etcd-cafile=a --etcd-cafile=b --service-account-issuer=x \
         --service-account-issuer=y --service-cluster-ip-range=10.0.0.0/8 \
         --service-cluster-ip-range=10.96.0.0/12",
    );
    let items = |name| one.items(name).collect::<Vec<_>>();
    assert_eq!(items("etcd-cafile"), ["b"]);
    assert_eq!(items("service-account-issuer"), ["x", "y"]);
    assert_eq!(items("service-cluster-ip-range"), ["10.96.0.0/12"]);
}

/// Measured with etcd 3.6.8.
#[test]
fn a_url_that_counts_already_takes_no_other_away() {
    let urls = |line: &str| {
        let one = read(line);
        let items = one.items("listen-client-urls").map(str::to_owned);
        items.collect::<Vec<_>>()
    };
    let both = "etcd --listen-client-urls=http://a:1,https://a:2 --listen-client-urls=";
    assert_eq!(
        urls(&format!("{both}https://a:2")),
        ["http://a:1", "https://a:2"]
    );
    assert_eq!(urls(&format!("{both}https://a:3")), ["https://a:3"]);
    let one = read("etcd --cipher-suites=A --cipher-suites=B");
    assert_eq!(one.items("cipher-suites").collect::<Vec<_>>(), ["B"]);
}

#[test]
fn etcd_takes_one_dash_and_the_others_do_not() {
    assert_eq!(read("etcd -cert-file=a --key-file b").misread, []);
    let one = read("kube-apiserver -tls-cert-file=a");
    assert_eq!(flag(&one), [("tls-cert-file", "a")]);
    let write = in_place_of(
        "-tls-cert-file=a",
        Some("--tls-cert-file=a".to_owned()),
        &one.misread[0].spot,
    );
    assert_eq!(one.misread[0].remedy, write);
}

#[test]
fn a_switch_takes_no_word() {
    let one = read("kube-apiserver --anonymous-auth false --etcd-cafile=a");
    assert_eq!(one.switch("anonymous-auth"), Some(false));
    let written = set("anonymous-auth", "false", &one.misread[0].spot);
    assert_eq!(one.misread[0].remedy, written);
    let one = read("kubelet --anonymous-auth=no");
    assert!(one.misread[0].message.contains("neither true nor false"));
}

#[test]
fn the_kubelet_s_flags_are_its_fields() {
    let one = read(
        "kubelet --client-ca-file=a --feature-gates=X=true,RotateKubeletServerCertificate=false",
    );
    assert_eq!(one.value("authentication.x509.clientCAFile"), Some("a"));
    assert_eq!(one.flags[0].shown(), "--client-ca-file");
    let gate = one.switch("featureGates.RotateKubeletServerCertificate");
    assert_eq!(gate, Some(false));
}

#[test]
fn programs_are_found_behind_others() {
    let one = by_shell(&["/bin/sh", "-ec", "exec kube-scheduler --kubeconfig='a b'"]);
    let one = one.unwrap().unwrap();
    assert_eq!(one.component, Component::KubeScheduler);
    assert_eq!(one.value("kubeconfig"), Some("a b"));
    let one = read("/go-runner -log-file=/var/log/x /usr/bin/kube-apiserver --client-ca-file=a");
    assert_eq!(one.component, Component::KubeApiserver);
    let other = ["/bin/watch", "--target", "etcd"];
    let other = other.map(|text| Word::new(text, Spot::new("m", None)));
    assert_eq!(instance(&other, SourceKind::Manifest, "m"), Ok(None));
}

fn by_shell(words: &[&str]) -> Result<Option<Instance>, String> {
    let words = words.iter();
    let words = words.map(|text| Word::new(*text, Spot::new("m", None)));
    instance(&words.collect::<Vec<_>>(), SourceKind::Manifest, "m")
}

#[test]
fn a_script_is_read_command_by_command() {
    let script = "set -e; mkdir /x && exec etcd --data-dir=/x \\\n --cert-file=/a.crt >/log\n";
    let one = by_shell(&["bash", "-e", "-c", script]).unwrap().unwrap();
    assert_eq!(flag(&one), [("data-dir", "/x"), ("cert-file", "/a.crt")]);
    assert_eq!(one.misread, []);
    assert_eq!(by_shell(&["sh", "-c", "sleep 1; nginx 'a"]), Ok(None));
    assert_eq!(by_shell(&["sh", "/etcd.sh", "-c"]), Ok(None));
}

#[test]
fn what_a_script_decides_when_it_runs_is_said() {
    let one = by_shell(&["sh", "-c", "etcd --name=$(hostname) --cert-file=/a.crt"]);
    assert_eq!(one.unwrap().unwrap().value("cert-file"), Some("/a.crt"));
    let one = by_shell(&["sh", "-c", "etcd --cert-file=${PKI}/a.crt"]);
    let reason = "starts etcd by a shell script, and what --cert-file=${PKI}/a.crt is, is \
                  known only when that runs";
    assert_eq!(one, Err(reason.to_owned()));
    for script in ["etcd $ARGS", "etcd --name x $ARGS", "etcd --cert-file $CRT"] {
        assert!(by_shell(&["sh", "-c", script]).is_err(), "{script}");
    }
    assert!(by_shell(&["sh", "-c", "etcd --name $NAME"]).is_ok());
    let one = by_shell(&["sh", "-c", "exec etcd --cert-file='/a.crt"]);
    let reason = "starts etcd by a shell script with a quotation that does not end";
    assert_eq!(one, Err(reason.to_owned()));
}

#[test]
fn words_that_are_no_flags_are_said() {
    let messages = |line: &str| read(line).misread.len();
    assert_eq!(messages("kube-scheduler leader"), 1);
    assert_eq!(messages("kube-scheduler -- leader"), 1);
    assert_eq!(messages("etcdctl endpoint health"), 0);
    assert_eq!(messages("kube-apiserver --client-ca-file"), 1);
}
