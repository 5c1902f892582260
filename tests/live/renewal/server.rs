//! A server that does as kube-apiserver does: it looks at its files again and again, and takes
//! the pair when it has changed and fits together.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection};

use super::{presented_serial, serial_of};
use crate::support::{PKIGEN, Tree, run};

const ROUNDS: usize = 5;
const POLL: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(5);

/// Inode and time of change of a file.
type Stamp = (u64, i64, i64);

/// The pair that is served, and all that were.
#[derive(Debug)]
struct Served {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: Mutex<Arc<CertifiedKey>>,
    taken: Mutex<Vec<CertificateDer<'static>>>,
    /// How often the two files did not fit together, and the old pair stayed.
    mismatches: AtomicUsize,
    stop: AtomicBool,
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.lock().unwrap()))
    }
}

impl Served {
    fn new(pki: &Path) -> Self {
        let provider = Arc::new(ring::default_provider());
        let (certificate, key) = (pki.join("apiserver.crt"), pki.join("apiserver.key"));
        let pair = load(&certificate, &key, &provider).unwrap();
        Self {
            certificate,
            key,
            provider,
            taken: Mutex::new(vec![pair.cert[0].clone()]),
            current: Mutex::new(Arc::new(pair)),
            mismatches: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    fn stamps(&self) -> [Stamp; 2] {
        [&self.certificate, &self.key].map(|path| {
            // A renewal never takes a name away, not even for a moment.
            let metadata = path.metadata().expect("the file is there at every instant");
            (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
        })
    }

    /// Looks for changes until told to stop.
    fn watch(&self, mut seen: [Stamp; 2]) {
        while !self.stop.load(Ordering::SeqCst) {
            let stamps = self.stamps();
            if stamps != seen {
                // What does not fit together now will, when the other file has changed too.
                if let Some(pair) = load(&self.certificate, &self.key, &self.provider) {
                    let certificate = pair.cert[0].clone();
                    *self.current.lock().unwrap() = Arc::new(pair);
                    let mut taken = self.taken.lock().unwrap();
                    if taken.last() != Some(&certificate) {
                        taken.push(certificate);
                    }
                } else {
                    self.mismatches.fetch_add(1, Ordering::SeqCst);
                }
                seen = stamps;
            }
            std::thread::sleep(POLL);
        }
    }

    /// Answers one connection after the other. Owns the listener: whoever still waits when it
    /// ends is turned away, and not left hanging.
    fn serve(self: &Arc<Self>, listener: TcpListener) {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let config = builder.with_no_client_auth().with_cert_resolver(resolver);
        let config = Arc::new(config);
        loop {
            let connection = listener.accept();
            if self.stop.load(Ordering::SeqCst) {
                drop(listener);
                return;
            }
            let (mut socket, _) = connection.unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            // Who hangs up in between is not this server's concern.
            if tls.complete_io(&mut socket).is_ok() {
                let _ = tls.writer().write_all(b"hello\n");
                tls.send_close_notify();
                let _ = tls.complete_io(&mut socket);
            }
        }
    }

    fn await_taken(&self, certificate: &CertificateDer<'_>, what: &str) {
        let started = Instant::now();
        while self.taken.lock().unwrap().last() != Some(certificate) {
            assert!(started.elapsed() < PATIENCE, "{what} was not seen");
            std::thread::sleep(POLL);
        }
    }
}

/// The pair, when it is one.
fn load(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Option<CertifiedKey> {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    CertifiedKey::from_der(chain, key, provider).ok()
}

/// Tells the threads to end, also when an expectation has failed.
struct Stop<'a>(&'a Served, std::net::SocketAddr);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.1);
    }
}

#[test]
fn a_server_that_reads_its_pair_again_sees_each_renewal() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "init");
    let served = Arc::new(Served::new(&tree.pki()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let authority = tree.pki().join("ca.crt");
    let trust = authority.to_str().unwrap();
    let options = ["-CAfile", trust, "-verify_return_error"];
    let options = [&options[..], &["-verify_hostname", "cp1"]].concat();

    let handshakes = AtomicUsize::new(0);
    let stamps = served.stamps();
    std::thread::scope(|scope| {
        let _stop = Stop(&served, address);
        let server = &served;
        scope.spawn(move || server.serve(listener));
        scope.spawn(|| served.watch(stamps));
        // Whenever somebody connects, there is a certificate to present, and it verifies.
        scope.spawn(|| {
            while !served.stop.load(Ordering::SeqCst) {
                let mut client = Command::new("openssl");
                client.args(["s_client", "-connect", &address.to_string()]);
                let shown = run(client.args(&options));
                if !served.stop.load(Ordering::SeqCst) {
                    assert!(
                        shown.stdout.contains("Verify return code: 0 "),
                        "{shown:#?}"
                    );
                    handshakes.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        let mut serials = vec![presented_serial(&address.to_string(), &options)];
        for round in 0..ROUNDS {
            let mut renew = Command::new(PKIGEN);
            let renew = renew.args(["renew", "all", "--root"]).arg(tree.path());
            run(renew).expect(0, "renew");
            let new = CertificateDer::from_pem_file(&served.certificate).unwrap();
            served.await_taken(&new, &format!("renewal {round}"));
            let serial = presented_serial(&address.to_string(), &options);
            assert_eq!(serial, serial_of(&served.certificate), "renewal {round}");
            assert!(!serials.contains(&serial), "renewal {round}: {serials:?}");
            serials.push(serial);
        }
    });
    assert_eq!(served.taken.lock().unwrap().len(), ROUNDS + 1);
    eprintln!(
        "{ROUNDS} renewals seen, {} handshakes meanwhile, {} times the old pair stayed",
        handshakes.load(Ordering::SeqCst),
        served.mismatches.load(Ordering::SeqCst)
    );
}
