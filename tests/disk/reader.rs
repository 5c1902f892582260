//! What somebody sees who opens certificate and key again and again while they are being renewed.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use pki_core::Certificate;
use pki_core::key::{PrivateKey, SigningKey as _};

use super::subject::{command, pkigen};
use crate::support::{INIT, Tree, run};

const ROUNDS: usize = 200;

/// What a reader has seen.
#[derive(Debug, Default)]
struct Seen {
    reads: usize,
    /// A name that was not there, or a content that was no certificate or key.
    broken: usize,
    /// A key that others might read.
    open: usize,
    /// A certificate and a key that do not belong together.
    mismatched: usize,
}

/// Reads as kube-apiserver does: the certificate, then the key.
fn watch(certificate: &Path, key: &Path, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut last = (Vec::new(), Vec::new());
    while !stop.load(Ordering::SeqCst) {
        seen.reads += 1;
        let (Some((pair, _)), Some((secret, mode))) = (read(certificate), read(key)) else {
            seen.broken += 1;
            continue;
        };
        if mode & 0o077 != 0 {
            seen.open += 1;
        }
        let now = (pair, secret);
        if now != last {
            match fits(&now.0, &now.1) {
                None => seen.broken += 1,
                Some(false) => seen.mismatched += 1,
                Some(true) => last = now,
            }
        }
    }
    seen
}

fn read(path: &Path) -> Option<(Vec<u8>, u32)> {
    let mut file = File::open(path).ok()?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).ok()?;
    Some((content, file.metadata().ok()?.mode()))
}

/// `None` where one of them is not whole.
fn fits(certificate: &[u8], key: &[u8]) -> Option<bool> {
    let chain = Certificate::all_from_pem(certificate).ok()?;
    let key = PrivateKey::from_pem(key).ok()?;
    Some(chain.first()?.spki_der() == key.public_key().spki_der())
}

/// Watches a pair while something is done again and again, and tells what was seen.
fn during(tree: &Tree, what: &str, mut action: impl FnMut(usize)) -> Seen {
    let (certificate, key) = pair(tree);
    let stop = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&certificate, &key, &stop));
        for round in 0..ROUNDS {
            action(round);
        }
        stop.store(true, Ordering::SeqCst);
        watcher.join().unwrap()
    });
    let in_a_million = |count: usize| count * 1_000_000 / seen.reads.max(1);
    eprintln!(
        "{what}, {ROUNDS} times: {} reads of the pair; in a million, {} met a broken file and {} \
         a pair that does not fit",
        seen.reads,
        in_a_million(seen.broken),
        in_a_million(seen.mismatched)
    );
    assert!(seen.reads > ROUNDS, "{seen:?}");
    seen
}

fn pair(tree: &Tree) -> (PathBuf, PathBuf) {
    let pki = tree.pki();
    (pki.join("apiserver.crt"), pki.join("apiserver.key"))
}

fn initialised() -> Tree {
    let tree = Tree::in_memory();
    run(command(&tree, &INIT).arg("-q")).expect(0, "init");
    tree
}

#[test]
fn a_renewal_shows_no_broken_file_and_no_open_key() {
    let tree = initialised();
    let seen = during(&tree, "renew", |_| {
        pkigen(&tree, &["renew", "apiserver"]).expect(0, "renew");
    });
    assert_eq!((seen.broken, seen.open), (0, 0), "{seen:?}");
}

#[test]
fn with_its_key_kept_a_pair_always_fits() {
    let tree = initialised();
    let seen = during(&tree, "renew --reuse-key", |_| {
        pkigen(&tree, &["renew", "apiserver", "--reuse-key"]).expect(0, "renew");
    });
    assert_eq!(
        (seen.broken, seen.open, seen.mismatched),
        (0, 0, 0),
        "{seen:?}"
    );
}

/// For comparison, as kubeadm's `keyutil.WriteKey` and `cert.WriteCert` do it with `os.WriteFile`:
/// truncated and written, the key and then the certificate, nothing forced to disk.
#[test]
fn writing_in_place_is_worse() {
    let tree = initialised();
    let (certificate, key) = pair(&tree);
    // Two pairs by turns; made first, so that all the time goes into writing.
    let mut pairs = Vec::new();
    for _ in 0..2 {
        pkigen(&tree, &["renew", "apiserver"]).expect(0, "renew");
        pairs.push((
            std::fs::read(&certificate).unwrap(),
            std::fs::read(&key).unwrap(),
        ));
    }
    let seen = during(&tree, "writing in place as kubeadm does", |round| {
        let (new_certificate, new_key) = &pairs[round % 2];
        for (path, content, mode) in [
            (&key, new_key, 0o600),
            (&certificate, new_certificate, 0o644),
        ] {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(mode);
            options.open(path).unwrap().write_all(content).unwrap();
        }
        // A renewal of ours takes longer than this, and is looked at as often.
        std::thread::sleep(std::time::Duration::from_millis(5));
    });
    assert!(fits(&read(&certificate).unwrap().0, &read(&key).unwrap().0) == Some(true));
    assert_eq!(seen.open, 0);
}
