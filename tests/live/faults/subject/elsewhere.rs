//! Commands of authorities whose keys, or whose roots, are elsewhere.

use super::{Subject, command, initialised, pkigen};
use crate::support::{INIT, Tree, run};

/// A passphrase in the tree's root, and what is given with it.
const ABOVE: [&str; 4] = [
    "--root-ca",
    "offline",
    "--root-ca-passphrase",
    "file:passphrase",
];

/// A node whose authorities are below a root, which is in `offline`.
fn below(tree: &Tree) {
    let passphrase = tree.path().join("passphrase");
    std::fs::write(&passphrase, "correct horse\n").unwrap();
    std::fs::set_permissions(
        &passphrase,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    run(command(tree, &INIT).arg("-q").args(ABOVE)).expect(0, "init");
}

/// `renew` of authorities by the root above them.
pub(crate) fn renew_below() -> Subject {
    let arguments = &[
        "renew",
        "ca",
        "etcd-ca",
        "front-proxy-ca",
        "--root-ca",
        "offline",
        "--root-ca-passphrase",
        "file:passphrase",
    ];
    Subject::new("renew of intermediates", arguments, below).thinly()
}

/// `renew` of authorities by what the root above them has made of their requests.
pub(crate) fn take() -> Subject {
    let arguments = &[
        "renew",
        "ca",
        "etcd-ca",
        "front-proxy-ca",
        "--certificate",
        "answer",
    ];
    Subject::new("renew by an answer", arguments, |tree| {
        below(tree);
        let ask = ["csr", "create", "ca", "etcd-ca", "front-proxy-ca"];
        pkigen(tree, &[&ask[..], &["--to", "requests"]].concat()).expect(0, "create");
        let to = [&ABOVE[..], &["--to", "answer"]].concat();
        pkigen(tree, &[&SIGN[..], &to].concat()).expect(0, "sign");
    })
    .thinly()
}

/// Where the keys of the authorities are, and what they have signed.
pub(crate) fn keys_away(tree: &Tree) {
    initialised(tree);
    std::fs::create_dir_all(tree.path().join("safe/etcd")).unwrap();
    for name in ["ca", "front-proxy-ca", "etcd/ca"] {
        let there = |ending: &str| tree.path().join(format!("safe/{name}.{ending}"));
        let here = |ending: &str| tree.pki().join(format!("{name}.{ending}"));
        std::fs::copy(here("crt"), there("crt")).unwrap();
        std::fs::rename(here("key"), there("key")).unwrap();
    }
}

/// What everything is asked for by, whenever it ends.
pub(crate) const ASK: [&str; 4] = ["csr", "create", "--within", "20000h"];
/// What signs it.
pub(crate) const SIGN: [&str; 3] = ["csr", "sign", "requests"];

/// `csr import` of everything, in the place of what is there.
pub(crate) fn import() -> Subject {
    Subject::new("csr import", &["csr", "import", "certificates"], |tree| {
        keys_away(tree);
        pkigen(tree, &[&ASK[..], &["--to", "requests"]].concat()).expect(0, "create");
        let to = ["--authorities", "safe", "--to", "certificates"];
        pkigen(tree, &[&SIGN[..], &to].concat()).expect(0, "sign");
    })
    .thinly()
}
