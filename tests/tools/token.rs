//! Keys that never leave a token: SoftHSM stands for one.

mod hierarchy;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{NODE, Run, Snapshot, Tree, program, run};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const AUTHORITIES: [(&str, &str); 3] = [
    ("--ca-key", "ca"),
    ("--front-proxy-ca-key", "front-proxy-ca"),
    ("--etcd-ca-key", "etcd-ca"),
];

/// A node, and a token beside it with a key for each authority.
struct Node {
    tree: Tree,
}

impl Node {
    fn new(kind: &str) -> Self {
        let tree = Tree::empty();
        fs::create_dir(tree.beside("tokens")).unwrap();
        let node = Self { tree };
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\n",
            node.tree.beside("tokens").display()
        );
        node.tree.put_beside("softhsm2.conf", configuration);
        for (name, pin) in [("pin", "1234\n"), ("wrong", "4321\n")] {
            let path = node.tree.put_beside(name, pin);
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
        let label = [
            "--init-token",
            "--free",
            "--label",
            "cluster",
            "--pin",
            "1234",
            "--so-pin",
            "1234",
        ];
        node.by("softhsm2-util", "softhsm2", &label);
        for (_, name) in AUTHORITIES {
            node.key(name, kind, &[]);
        }
        node
    }

    fn with_token(&self, command: &mut Command) {
        command.env("SOFTHSM2_CONF", self.tree.beside("softhsm2.conf"));
    }

    fn by(&self, name: &str, package: &str, arguments: &[&str]) {
        let mut command = Command::new(name);
        self.with_token(command.args(arguments));
        let output = program(&mut command, package, "");
        assert!(output.status.success(), "{command:?}: {output:?}");
    }

    fn key(&self, name: &str, kind: &str, usage: &[&str]) {
        let make = [
            "--module",
            MODULE,
            "--login",
            "--pin",
            "1234",
            "--keypairgen",
            "--key-type",
            kind,
            "--label",
            name,
        ];
        self.by("pkcs11-tool", "opensc", &[&make[..], usage].concat());
    }

    fn uri(&self, name: &str, pin: &str) -> String {
        let pin: PathBuf = self.tree.beside(pin);
        format!(
            "pkcs11:token=cluster;object={name}?module-path={MODULE}&pin-source=file:{}",
            pin.display()
        )
    }

    /// The flags of every authority's key.
    fn keys(&self) -> Vec<String> {
        let flags = AUTHORITIES.iter();
        flags
            .flat_map(|(flag, name)| [(*flag).to_owned(), self.uri(name, "pin")])
            .collect()
    }

    fn command(&self, arguments: &[&str], keys: &[String]) -> Command {
        let mut command = self.tree.command(arguments);
        self.with_token(command.args(keys));
        command
    }

    fn pkigen(&self, arguments: &[&str], keys: &[String]) -> Run {
        run(&mut self.command(arguments, keys))
    }

    fn init(&self, keys: &[String]) -> Run {
        self.pkigen(&[&["init"], NODE].concat(), keys)
    }

    fn is_in_order(&self) {
        self.pkigen(&["verify"], &[]).exits(0);
        for (_, name) in AUTHORITIES {
            let file = name.replace("etcd-", "etcd/");
            assert!(!self.tree.pki(&format!("{file}.key")).exists(), "{name}");
            let mut command = Command::new("openssl");
            let file = self.tree.pki(&format!("{file}.crt"));
            let output = program(
                command
                    .args(["verify", "-x509_strict", "-CAfile"])
                    .arg(&file)
                    .arg(&file),
                "openssl",
                "",
            );
            assert!(output.status.success(), "{output:?}");
        }
    }
}

#[test]
fn authorities_are_made_and_renewed_by_a_token() {
    for kind in ["EC:prime256v1", "EC:secp384r1", "rsa:2048"] {
        eprintln!("{kind}");
        let node = Node::new(kind);
        let keys = node.keys();
        node.init(&keys).exits(0);
        node.is_in_order();
        node.init(&keys).exits(0).shows(&["Nothing to do"]);
        node.pkigen(&["renew", "all"], &keys).exits(0);
        node.is_in_order();
        let before = node.tree.text("ca.crt");
        node.pkigen(&["renew", "ca", "etcd-ca", "front-proxy-ca"], &keys)
            .exits(0);
        assert_ne!(node.tree.text("ca.crt"), before);
        node.is_in_order();
    }
}

/// With one key the clients of either domain are let in by both.
#[test]
fn one_key_for_two_authorities() {
    let node = Node::new("EC:prime256v1");
    let [ca, etcd] = ["--ca-key", "--etcd-ca-key"];
    let uri = node.uri("ca", "pin");
    let same = [ca.to_owned(), uri.clone(), etcd.to_owned(), uri];
    node.init(&same).exits(1).says(&[
        "the key that was given for it is etcd-ca's too",
        "Give each authority a key of its own",
    ]);
    assert!(!node.tree.pki("ca.crt").exists());
}

/// Without the token nothing is renewed, and that is said.
#[test]
fn a_token_that_is_not_here() {
    let node = Node::new("EC:prime256v1");
    node.init(&node.keys()).exits(0);
    let before = Snapshot::of(&node.tree.etc(""));
    let run = node.pkigen(&["renew", "apiserver"], &[]).exits(1);
    run.says(&["the key of its authority ca is not here"]);
    let uri = |text: &str| vec!["--ca-key".to_owned(), text.to_owned()];
    let cases = [
        (
            node.uri("ca", "wrong"),
            2,
            "the token does not accept the PIN",
        ),
        (
            node.uri("nothing", "pin"),
            2,
            "it holds 0 private keys that are named so",
        ),
        (node.uri("ca", "nowhere"), 3, "cannot read"),
        (
            node.uri("ca", "pin")
                .replace("token=cluster", "token=other"),
            2,
            "there is no such token; there are: cluster",
        ),
        (
            node.uri("ca", "pin").replace(MODULE, "/nowhere.so"),
            3,
            "the module /nowhere.so cannot be used",
        ),
        (
            format!("pkcs11:object=ca?module-path={MODULE}"),
            2,
            "no PIN was given",
        ),
        ("pkcs11:object=ca".to_owned(), 2, "?module-path="),
        (
            format!("pkcs11:object=ca?module-path={MODULE}&pin-value=1234"),
            2,
            "a PIN does not go into a URI",
        ),
        (
            "/etc/kubernetes/pki/ca.key".to_owned(),
            2,
            "it does not begin with pkcs11:",
        ),
        (
            node.uri("etcd-ca", "pin"),
            1,
            "Name the key that is this authority's (--ca-key, ",
        ),
    ];
    for (text, code, said) in cases {
        let run = node.pkigen(&["renew", "apiserver"], &uri(&text));
        assert_eq!(run.code, code, "{text}: {run:#?}");
        run.says(&[said]);
        before.assert_untouched(&Snapshot::of(&node.tree.etc("")));
    }
}

/// What a token signs is checked: a key that is another's fails when the others have signed already, and
/// nothing is written.
#[test]
fn a_token_that_fails_in_the_middle() {
    let node = Node::new("EC:prime256v1");
    for (label, half) in [("one", "pubkey"), ("other", "privkey")] {
        node.key(label, "EC:prime256v1", &["--id", "11"]);
        let delete = [
            "--module",
            MODULE,
            "--login",
            "--pin",
            "1234",
            "--delete-object",
        ];
        let which = ["--type", half, "--label", label];
        node.by("pkcs11-tool", "opensc", &[&delete[..], &which].concat());
    }
    let mut keys = node.keys();
    keys[5] = node.uri("x", "pin").replace("object=x", "id=%11");
    let run = node.init(&keys);
    assert_eq!(run.code, 3, "{run:#?}");
    run.says(&["etcd-ca", "the signature is wrong"]);
    assert!(!node.tree.pki("ca.crt").exists() && !node.tree.etc("admin.conf").exists());
}

/// Everything but what runs keep for themselves.
fn contents(tree: &Tree) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut directories = vec![tree.etc("")];
    let mut contents = BTreeMap::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                contents.insert(path.clone(), fs::read(&path).unwrap());
            } else if !path.ends_with(".pkigen") {
                directories.push(path);
            }
        }
    }
    contents
}

/// The token is pulled while the run waits for another one.
#[test]
fn a_token_that_is_gone_in_the_middle() {
    let node = Node::new("EC:prime256v1");
    node.init(&node.keys()).exits(0);
    let before = contents(&node.tree);
    let lock = node.tree.pki(".pkigen/lock");
    let mut holder = Command::new("flock")
        .arg(&lock)
        .args(["sleep", "4"])
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let mut command = node.command(&["renew", "all"], &node.keys());
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    fs::remove_dir_all(node.tree.beside("tokens")).unwrap();
    let output = child.wait_with_output().unwrap();
    holder.wait().unwrap();
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(contents(&node.tree), before);
}

/// What the flags say, a configuration may say: `init`, `renew` and everything that signs knows it.
#[test]
fn a_configuration_names_the_keys() {
    let node = Node::new("EC:prime256v1");
    let keys = AUTHORITIES.iter();
    let keys = keys.map(|(flag, name)| format!("{} = {:?}\n", &flag[2..], node.uri(name, "pin")));
    let keys: String = keys.collect();
    let text = format!("node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n{keys}");
    let config = node.tree.put_beside("pki.toml", &text);
    let config = ["--config", config.to_str().unwrap()];
    let pkigen = |arguments: &[&str]| node.pkigen(&[arguments, &config].concat(), &[]);
    pkigen(&["init"]).exits(0);
    node.is_in_order();
    pkigen(&["init"]).exits(0).shows(&["Nothing to do"]);
    pkigen(&["renew", "all"]).exits(0);
    pkigen(&["renew", "ca"]).exits(0);
    node.is_in_order();
    // A flag is said over it.
    let other = ["--ca-key".to_owned(), node.uri("etcd-ca", "pin")];
    node.pkigen(&[&["renew", "apiserver"], &config[..]].concat(), &other)
        .exits(1)
        .says(&["the key that was given for its authority ca is another"]);
    let wrong = text.replace("object=ca?", "object=nothing?");
    let path = node.tree.put_beside("pki.toml", wrong);
    // It names a program that is loaded.
    let mode = |mode| {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(&path, permissions).unwrap();
    };
    mode(0o666);
    pkigen(&["renew", "all"])
        .exits(2)
        .says(&["others can change the file (mode 0666)"]);
    mode(0o644);
    pkigen(&["renew", "all"])
        .exits(2)
        .says(&["pki.toml:3: ca-key: ", "it holds 0 private keys"]);
}

/// Where requests are signed the keys may be in a token, the certificates in a directory.
#[test]
fn requests_are_signed_by_a_token() {
    let node = Node::new("EC:prime256v1");
    let keys = node.keys();
    node.init(&keys).exits(0);
    let create = ["csr", "create", "--within", "20000h", "--to", "requests"];
    node.pkigen(&[&create[..], NODE].concat(), &[]).exits(0);
    let authorities = node.tree.pki("");
    let authorities = authorities.to_str().unwrap();
    let sign = [
        "csr",
        "sign",
        "requests",
        "--authorities",
        authorities,
        "--to",
        "certificates",
    ];
    node.pkigen(&sign, &keys).exits(0);
    node.pkigen(&["csr", "import", "certificates"], &[])
        .exits(0);
    node.is_in_order();
}
