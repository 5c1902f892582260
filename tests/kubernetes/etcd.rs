//! etcd's addresses for HTTP alone: what they serve, and what counts where they are given twice.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::Tree;
use crate::{binary, made};

/// A member that runs until it is dropped, in a tree of its own.
struct Member {
    child: Child,
    _tree: Tree,
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on.
fn port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A member with these arguments and the files of a tree.
fn member(arguments: &[String]) -> Option<Member> {
    let mut command = binary("etcd")?;
    let tree = made();
    let pki = tree.etc("pki/etcd");
    let file = |flag: &str, name: &str| format!("--{flag}={}", pki.join(name).display());
    command
        .arg(format!("--data-dir={}", tree.at("/data").display()))
        .arg("--client-cert-auth")
        .arg(file("cert-file", "server.crt"))
        .arg(file("key-file", "server.key"))
        .arg(file("trusted-ca-file", "ca.crt"))
        .arg(format!("--listen-peer-urls=http://127.0.0.1:{}", port()))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = command.spawn().unwrap();
    Some(Member { child, _tree: tree })
}

/// What a plain HTTP request is answered, within some seconds; nothing where nobody listens.
fn asked(port: u16, path: &str, body: &str) -> String {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let timeout = Some(Duration::from_secs(5));
            stream.set_read_timeout(timeout).unwrap();
            let length = body.len();
            let request = format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: \
                 application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer);
            if answer.contains("\"header\"") {
                return answer;
            }
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    String::new()
}

/// Why `audit` says that the flag lets everyone in.
#[test]
fn an_address_for_http_serves_every_key_to_everyone() {
    let (client, http) = (port(), port());
    let arguments = [
        format!("--listen-client-urls=https://127.0.0.1:{client}"),
        format!("--advertise-client-urls=https://127.0.0.1:{client}"),
        format!("--listen-client-http-urls=http://127.0.0.1:{http}"),
    ];
    let Some(_member) = member(&arguments) else {
        return;
    };
    // The key `a` and the value `b`, in base64.
    let put = asked(http, "/v3/kv/put", r#"{"key":"YQ==","value":"Yg=="}"#);
    assert!(put.contains("200 OK"), "{put}");
    let range = asked(http, "/v3/kv/range", r#"{"key":"YQ=="}"#);
    assert!(range.contains(r#""value":"Yg==""#), "{range}");
}

/// Why `audit` takes the first of two lists there.
#[test]
fn a_url_that_counts_already_takes_no_other_away() {
    let (client, http) = (port(), port());
    let arguments = [
        format!("--listen-client-urls=http://127.0.0.1:{http},https://127.0.0.1:{client}"),
        format!("--listen-client-urls=https://127.0.0.1:{client}"),
        format!("--advertise-client-urls=https://127.0.0.1:{client}"),
    ];
    let Some(_member) = member(&arguments) else {
        return;
    };
    let range = asked(http, "/v3/kv/range", r#"{"key":"YQ=="}"#);
    assert!(range.contains("200 OK"), "{range}");
}
