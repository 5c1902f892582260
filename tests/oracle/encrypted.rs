//! Keys that other programs encrypted, in every way they have.

use std::process::Command;

use pkigen::pki_core::key::{KeyError, Passphrase, PrivateKey, SigningKey as _};

/// How OpenSSL is told to encrypt, and whether that is read.
const OPENSSL: &[(&str, bool)] = &[
    ("", true),
    ("-v2 aes-128-cbc -v2prf hmacWithSHA256", true),
    ("-v2 aes-192-cbc -v2prf hmacWithSHA512", true),
    ("-v2 aes-256-cbc -v2prf hmacWithSHA384 -iter 600000", true),
    ("-v2 aes-256-cbc -v2prf hmacWithSHA1", true),
    ("-v2 des3 -v2prf hmacWithSHA1", true),
    ("-scrypt", true),
    ("-scrypt -scrypt_N 8192 -scrypt_r 8 -scrypt_p 2", true),
    ("-v1 PBE-SHA1-3DES", false),
    ("-v2 camellia-256-cbc", false),
];

#[test]
fn what_openssl_encrypts_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("plain.key");
    let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    run(Command::new("openssl")
        .arg("genpkey")
        .args(curve)
        .arg("-out")
        .arg(&key));
    let plain = PrivateKey::from_pem(&std::fs::read(&key).unwrap()).unwrap();
    for (how, read) in OPENSSL {
        let encrypted = run(Command::new("openssl")
            .args(["pkcs8", "-topk8", "-passout", "pass:test", "-in"])
            .arg(&key)
            .args(how.split_whitespace()));
        judge(&format!("openssl {how}"), &encrypted, &plain, *read);
    }
    let old = run(Command::new("openssl")
        .args(["ec", "-aes256", "-passout", "pass:test", "-in"])
        .arg(&key));
    judge("openssl ec", &old, &plain, false);
}

/// GnuTLS's names of ciphers.
#[test]
fn what_certtool_encrypts_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("plain.key");
    let curve = [
        "--generate-privkey",
        "--key-type=ecdsa",
        "--curve=secp256r1",
    ];
    run(Command::new("certtool")
        .args(curve)
        .arg("--outfile")
        .arg(&key));
    let plain = PrivateKey::from_pem(&std::fs::read(&key).unwrap()).unwrap();
    for (cipher, read) in [
        ("aes-128", true),
        ("aes-256", true),
        ("3des", true),
        ("3des-pkcs12", false),
    ] {
        let encrypted = run(Command::new("certtool")
            .args(["--to-p8", "--password=test", "--pkcs-cipher", cipher])
            .arg("--load-privkey")
            .arg(&key));
        judge(&format!("certtool {cipher}"), &encrypted, &plain, read);
    }
}

fn judge(how: &str, encrypted: &[u8], plain: &PrivateKey, read: bool) {
    let passphrase = |octets: &[u8]| Passphrase::new(octets.to_vec()).unwrap();
    let key = PrivateKey::from_encrypted_pem(encrypted, &passphrase(b"test"));
    if !read {
        let refused = key.unwrap_err();
        assert!(
            matches!(refused, KeyError::Cipher { .. }),
            "{how}: {refused}"
        );
        return;
    }
    let key = key.unwrap_or_else(|error| panic!("{how}: {error}"));
    assert_eq!(key.public_key(), plain.public_key(), "{how}");
    let wrong = PrivateKey::from_encrypted_pem(encrypted, &passphrase(b"tset")).unwrap_err();
    assert!(matches!(wrong, KeyError::Passphrase), "{how}: {wrong}");
}

#[track_caller]
fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output.stdout
}
