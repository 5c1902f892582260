use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{fs, io};

use tempfile::TempDir;

/// Extensions of an authority as OpenSSL's configuration writes them.
pub(crate) const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";

/// Makes the odd keys and certificates that pkigen itself does not, by means of OpenSSL.
#[derive(Debug)]
pub(crate) struct Workshop(TempDir);

impl Workshop {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `openssl` in the workshop and returns what it prints.
    #[track_caller]
    pub(crate) fn openssl(&self, arguments: &str) -> Vec<u8> {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output();
        match output {
            Ok(output) if output.status.success() => output.stdout,
            Ok(output) => panic!(
                "openssl {arguments}: {}",
                String::from_utf8_lossy(&output.stderr)
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => panic!(
                "these tests need the openssl command: install Debian's package openssl \
                 (apt-get install openssl)"
            ),
            Err(error) => panic!("openssl does not start: {error}"),
        }
    }

    /// Reads what was made.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Brings a file in.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// A private key in PKCS#8. `kind` is `P-256`, `P-521`, `ed25519` or a number of RSA bits.
    #[track_caller]
    pub(crate) fn key(&self, name: &str, kind: &str) -> Vec<u8> {
        let algorithm = match kind {
            "ed25519" => "-algorithm ed25519".to_owned(),
            curve if curve.starts_with('P') => {
                format!("-algorithm EC -pkeyopt ec_paramgen_curve:{curve}")
            }
            bits => format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"),
        };
        self.openssl(&format!("genpkey {algorithm} -out {name}.key"));
        self.read(&format!("{name}.key"))
    }

    /// A certificate that `NAME.key` signs for itself.
    #[track_caller]
    pub(crate) fn self_signed(&self, name: &str, subject: &str, extensions: &str) -> Vec<u8> {
        self.self_signed_with(name, subject, extensions, "")
    }

    /// The same with further options, each after a space.
    #[track_caller]
    pub(crate) fn self_signed_with(
        &self,
        name: &str,
        subject: &str,
        extensions: &str,
        options: &str,
    ) -> Vec<u8> {
        self.write(
            "request.cnf",
            format!("[req]\ndistinguished_name=dn\nx509_extensions=e\n[dn]\n[e]\n{extensions}"),
        );
        self.openssl(&format!(
            "req -new -x509 -config request.cnf -key {name}.key -subj {subject} -days 3650 \
             -out {name}.crt{options}"
        ));
        self.read(&format!("{name}.crt"))
    }

    /// A certificate for `NAME.key` that `ISSUER.key` signs.
    #[track_caller]
    pub(crate) fn signed(
        &self,
        name: &str,
        issuer: &str,
        subject: &str,
        extensions: &str,
    ) -> Vec<u8> {
        self.signed_with(name, issuer, subject, extensions, "")
    }

    /// The same with further options, each after a space.
    #[track_caller]
    pub(crate) fn signed_with(
        &self,
        name: &str,
        issuer: &str,
        subject: &str,
        extensions: &str,
        options: &str,
    ) -> Vec<u8> {
        self.write("request.cnf", "[req]\ndistinguished_name=dn\n[dn]\n");
        self.openssl(&format!(
            "req -new -config request.cnf -key {name}.key -subj {subject} -out {name}.csr"
        ));
        self.write("extensions.cnf", extensions);
        self.openssl(&format!(
            "x509 -req -in {name}.csr -CA {issuer}.crt -CAkey {issuer}.key -CAcreateserial \
             -days 365 -extfile extensions.cnf -out {name}.crt{options}"
        ));
        self.read(&format!("{name}.crt"))
    }
}
