//! What is seen in a handshake only: GnuTLS wants a leaf whose key may sign.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::parts::KEY_USAGE;
use crate::scene::{authority, key, leaf};
use crate::support::program;

/// `openssl s_server`, until it goes out of scope.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn gnutls_wants_a_key_that_may_sign() {
    let directory = tempfile::TempDir::new().unwrap();
    let root = authority("root", "root").sign(&key("root"));
    std::fs::write(directory.path().join("root"), root).unwrap();
    for (bits, accepts) in [([7, 0x80], true), ([5, 0x20], false), ([3, 0x08], false)] {
        let mut parts = leaf(&[1]);
        parts.put(KEY_USAGE, true, [&[3, 2][..], &bits].concat());
        let pem = parts.sign(&key("root")) + &parts.key.to_pem();
        std::fs::write(directory.path().join("leaf"), pem).unwrap();
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut server = Command::new("openssl");
        server.args([
            "s_server",
            "-quiet",
            "-accept",
            &port.to_string(),
            "-cert",
            "leaf",
        ]);
        server.args(["-key", "leaf"]).current_dir(directory.path());
        server
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _server = Server(server.spawn().unwrap());
        let mut attempts = 0;
        let accepted = loop {
            let mut client = Command::new("gnutls-cli");
            client.args([
                "--x509cafile",
                "root",
                "--verify-hostname",
                "web.example.org",
            ]);
            client.args(["--port", &port.to_string(), "127.0.0.1"]);
            let output = program(client.current_dir(directory.path()), "gnutls-bin", "");
            let said = crate::support::said(&output);
            if said.contains("Key usage violation") {
                break false;
            }
            if output.status.success() {
                break true;
            }
            attempts += 1;
            assert!(attempts < 50, "{said}");
            std::thread::sleep(std::time::Duration::from_millis(100));
        };
        assert_eq!(accepted, accepts, "{bits:?}");
    }
}
