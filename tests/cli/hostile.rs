//! Files that somebody made to cost time, memory or a crash.

#[path = "../../fuzz/src/properties.rs"]
mod properties;

use std::fs;
use std::path::{Path, PathBuf};

use pki_core::Certificate;
use pki_core::x509::CertificateRequest;

use crate::support::{Tree, pkigen};

/// Each ends with exit code 2 and a message of a few lines, in a time that a test does not notice.
#[test]
fn inspect_ends_quickly_and_says_why() {
    let tree = Tree::good();
    let certificate = tree.text("ca.crt");
    let key = tree.text("ca.key");
    let kubeconfig = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let block = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let samples: &[(&str, Vec<u8>, &str)] = &[
        ("long", vec![b'\n'; (1 << 20) + 1], "is larger than 1 MiB"),
        (
            "certificates",
            certificate.repeat(400).into_bytes(),
            "holds 400 CERTIFICATE blocks; at most 256 are read",
        ),
        (
            "requests",
            block("CERTIFICATE REQUEST", "AAAA")
                .repeat(400)
                .into_bytes(),
            "holds 400 CERTIFICATE REQUEST blocks; at most 256 are read",
        ),
        (
            "labels",
            (0..10_000)
                .map(|number| block(&format!("THING {number}"), "AAAA"))
                .collect::<String>()
                .into_bytes(),
            "holds no certificate, no request for one and no key",
        ),
        (
            "steering",
            block("\u{1b}[2J", "AAAA").into_bytes(),
            "line 1: the label of the block that begins there cannot be read",
        ),
        (
            "no-end",
            "-----BEGIN CERTIFICATE-----\n".repeat(30_000).into_bytes(),
            "the block that begins there has no end",
        ),
        (
            "key-block",
            block("RSA PRIVATE KEY", &"A".repeat(100_000)).into_bytes(),
            "is no key: its block has 100062 bytes",
        ),
        (
            "flow",
            format!("{kubeconfig}x: {}", "[".repeat(500_000)).into_bytes(),
            "is not a kubeconfig: ",
        ),
        (
            "aliases",
            format!(
                "{kubeconfig}a: &a {}\nb: [{}]\n",
                "x".repeat(500_000),
                "*a, ".repeat(60)
            )
            .into_bytes(),
            "is not a kubeconfig: ",
        ),
        (
            "entries",
            format!("{kubeconfig}x: [{}]\n", "1, ".repeat(300_000)).into_bytes(),
            "is not a kubeconfig: ",
        ),
    ];
    for (name, content, says) in samples {
        tree.put(name, content);
        let path = tree.pki(name);
        for arguments in [&["inspect"][..], &["inspect", "-o", "json"]] {
            let arguments = arguments.iter().map(Into::into);
            let run = pkigen(arguments.chain([path.clone().into_os_string()])).exits(2);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains(says), "{name}: {said}");
            assert!(said.len() < 2_000, "{name}: {} bytes", said.len());
            assert!(!said.contains('\u{1b}'), "{name}: {said:?}");
        }
    }
    // The key is still there, and nothing of it was shown.
    assert_eq!(tree.text("ca.key"), key);
}

/// A path in somebody's kubeconfig is shown by every command that reads it.
#[test]
fn what_a_kubeconfig_names_cannot_steer_a_terminal() {
    let tree = Tree::good();
    let path = tree.etc("admin.conf");
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some((name, _)) if name.trim() == "client-certificate-data" => {
            "    client-certificate: \"/x\\e[2Jy\"".to_owned()
        }
        Some((name, _)) if name.trim() == "client-key-data" => "    client-key: /k".to_owned(),
        _ => line.to_owned(),
    });
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let file = path.to_str().unwrap();
    for arguments in [
        &["check-expiration"][..],
        &["renew", "all"],
        &["inspect", file],
    ] {
        let run = tree.pkigen(arguments);
        let said = run.stdout + &run.stderr;
        assert!(said.contains("/x\\u{1b}[2Jy"), "{said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

/// The properties of the fuzz targets, on every seed and on fixed damage to each.
#[test]
fn properties_hold_for_damaged_files() {
    let seeds = Seeds::find();
    let mut damage = Damage(0x9e37_79b9_7f4a_7c15);
    let mut inputs = 0;
    let certificate: fn(&[u8]) = properties::certificate;
    for (property, files, rounds) in [
        (certificate, &seeds.certificates, 40),
        (properties::request, &seeds.requests, 200),
        (properties::key_pem, &seeds.keys, 20),
        (properties::kubeconfig, &seeds.kubeconfigs, 20),
        (properties::config_toml, &seeds.toml, 200),
        (properties::config_kubeadm, &seeds.kubeadm, 60),
        (properties::journal, &seeds.journals, 300),
    ] {
        assert!(!files.is_empty());
        for file in files {
            property(file);
            for _ in 0..rounds {
                property(&damage.to(file));
                inputs += 1;
            }
        }
    }
    assert!(inputs > 5_000, "{inputs}");
}

/// What the corpora start from: `fuzz/seed.sh` collects the same files.
struct Seeds {
    certificates: Vec<Vec<u8>>,
    requests: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
    kubeconfigs: Vec<Vec<u8>>,
    toml: Vec<Vec<u8>>,
    kubeadm: Vec<Vec<u8>>,
    journals: Vec<Vec<u8>>,
}

impl Seeds {
    fn find() -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let fixtures = workspace.join("tests/fixtures");
        let read = |directory: &Path, extensions: &[&str]| {
            let mut paths = Vec::new();
            collect(directory, extensions, &mut paths);
            paths.sort();
            let mut contents: Vec<Vec<u8>> = Vec::new();
            for path in paths {
                let content = fs::read(path).unwrap();
                if !contents.contains(&content) {
                    contents.push(content);
                }
            }
            contents
        };
        let seeds = |target: &str| read(&workspace.join("fuzz/seeds").join(target), &[]);
        let mut certificates = read(&fixtures, &["crt"]);
        // Damage to base64 is refused at once: what matters is damage to DER.
        let der = certificates.iter().flat_map(|pem| {
            let certificates = Certificate::all_from_pem(pem).unwrap_or_default();
            certificates.into_iter().map(|one| one.as_der().to_vec())
        });
        let der: Vec<Vec<u8>> = der.collect();
        certificates.extend(der);
        certificates.extend(seeds("certificate"));
        let mut requests = seeds("request");
        let der = requests.iter().flat_map(|pem| {
            let requests = CertificateRequest::all_from_pem(pem).unwrap_or_default();
            requests.into_iter().map(|one| one.as_der().to_vec())
        });
        let der: Vec<Vec<u8>> = der.collect();
        requests.extend(der);
        let with = |mut files: Vec<Vec<u8>>, target| {
            files.extend(seeds(target));
            files
        };
        let mut kubeadm = read(
            &workspace.join("crates/pki-core/src/config/fixtures"),
            &["yaml"],
        );
        kubeadm.extend(read(&fixtures, &["yaml"]));
        Self {
            certificates,
            requests,
            keys: with(read(&fixtures, &["key", "pub"]), "key_pem"),
            kubeconfigs: with(read(&fixtures, &["conf"]), "kubeconfig"),
            toml: with(read(&workspace.join("examples"), &["toml"]), "config_toml"),
            kubeadm: with(kubeadm, "config_kubeadm"),
            journals: seeds("journal"),
        }
    }
}

/// Files below a directory with one of these extensions, or all of them when none is named.
fn collect(directory: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            collect(&path, extensions, paths);
        } else if extensions.is_empty() || extensions.contains(&&*extension) {
            paths.push(path.clone());
        }
    }
}

/// Xorshift: the same damage in every run.
struct Damage(u64);

impl Damage {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// Bits flipped, bytes changed, a piece cut out, doubled or moved, the end lost.
    fn to(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bad = good.to_vec();
        for _ in 0..=self.below(3) {
            if bad.is_empty() {
                break;
            }
            let at = self.below(bad.len());
            let length = 1 + self.below(32.min(bad.len() - at));
            match self.below(7) {
                0 => bad[at] ^= 1 << self.below(8),
                1 => bad[at] = [0, 0xff, 0x80, 0x30, b'\n', b'"', b'*', b'&'][self.below(8)],
                2 => drop(bad.drain(at..at + length)),
                3 => {
                    let piece = bad[at..at + length].to_vec();
                    let at = self.below(bad.len());
                    bad.splice(at..at, piece);
                }
                4 => {
                    let piece = bad[at..at + length].to_vec();
                    bad.splice(at..at, piece.repeat(8));
                }
                5 => bad[at..at + length].reverse(),
                _ => bad.truncate(at),
            }
        }
        bad
    }
}
