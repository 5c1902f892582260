//! Three members of etcd, and a writer that does not stop.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{presented_serial, serial_of};
use crate::etcd_cluster::{Client, Kind, Member, Node, Plan, require_etcd};

const ROUNDS: usize = 3;
/// How many writes must be acknowledged between two renewals.
const BETWEEN: usize = 10;

/// What the writer has done so far.
#[derive(Debug, Default)]
struct Account {
    stop: AtomicBool,
    acknowledged: AtomicUsize,
    retries: AtomicUsize,
}

#[test]
fn renewal_loses_no_write_and_needs_no_restart() {
    require_etcd();
    let kind = Kind {
        profile: "kubernetes-io",
        key_algorithm: "ecdsa-p256",
    };
    let first = Node::new(kind, "cp1", "127.0.0.1").init(&[]);
    let second = Node::new(kind, "cp2", "127.0.0.2").join(&first, &[]);
    let third = Node::new(kind, "cp3", "127.0.0.3").join(&first, &[]);
    let nodes = [first, second, third];
    let plan = Plan::new(&[&nodes[0], &nodes[1], &nodes[2]]);
    let mut members: Vec<Member> = (0..3).map(|n| plan.start(n, &nodes[n])).collect();
    let clients = nodes.each_ref().map(Client::of);
    for (member, client) in members.iter().zip(&clients) {
        member.await_health(client);
    }

    let account = Account::default();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| write(&members, &clients, &account));
        // A failed expectation must not leave the writer writing.
        let end = Stop(&account);
        await_writes(&account, BETWEEN);
        for round in 0..ROUNDS {
            renew_everywhere(round, &nodes, &members);
            await_writes(&account, BETWEEN);
        }
        drop(end);
        writer.join().unwrap();
    });
    let acknowledged = account.acknowledged.load(Ordering::SeqCst);
    eprintln!(
        "{acknowledged} writes acknowledged, {} retries, {} renewals of 3 nodes, {:?}",
        account.retries.load(Ordering::SeqCst),
        ROUNDS,
        started.elapsed()
    );
    for (member, client) in members.iter().zip(&clients) {
        everything_is_there(member, client, acknowledged);
    }
    for member in &mut members {
        assert!(member.is_running(), "{}", member.log());
    }
}

struct Stop<'a>(&'a Account);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::SeqCst);
    }
}

/// Writes one key after the other, to one member after the other. What is not acknowledged is
/// tried again at the next.
fn write(members: &[Member], clients: &[Client], account: &Account) {
    let mut turn = 0;
    while !account.stop.load(Ordering::SeqCst) {
        let number = account.acknowledged.load(Ordering::SeqCst);
        let (key, value) = (key(number), format!("value{number}"));
        for attempt in 0.. {
            let at = turn % members.len();
            turn += 1;
            let put = clients[at].run(&members[at].endpoint, &["put", &key, &value]);
            if put.code == Some(0) && put.stdout.trim() == "OK" {
                break;
            }
            assert!(attempt < 10, "{key} is never acknowledged: {put:#?}");
            account.retries.fetch_add(1, Ordering::SeqCst);
        }
        account.acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

fn key(number: usize) -> String {
    format!("write/{number:06}")
}

fn await_writes(account: &Account, more: usize) {
    let wanted = account.acknowledged.load(Ordering::SeqCst) + more;
    let started = Instant::now();
    while account.acknowledged.load(Ordering::SeqCst) < wanted {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "nothing is written: {account:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Renews all of every node, and looks at what new connections are shown on both ports.
fn renew_everywhere(round: usize, nodes: &[Node], members: &[Member]) {
    let files = ["server.crt", "peer.crt"];
    for (node, member) in nodes.iter().zip(members) {
        let etcd = node.pki().join("etcd");
        let old = files.map(|file| serial_of(&etcd.join(file)));
        node.renew().expect(0, "renew");
        let new = files.map(|file| serial_of(&etcd.join(file)));
        let name = |stem: &str, extension: &str| {
            let path = etcd.join(format!("{stem}.{extension}"));
            path.to_str().unwrap().to_owned()
        };
        for (number, (stem, url)) in [
            ("healthcheck-client", &member.endpoint),
            ("peer", &member.peer),
        ]
        .into_iter()
        .enumerate()
        {
            let address = url.strip_prefix("https://").unwrap();
            let (certificate, key) = (name(stem, "crt"), name(stem, "key"));
            let trust = name("ca", "crt");
            let options = ["-CAfile", &trust, "-cert", &certificate, "-key", &key];
            let options = [&options[..], &["-verify_return_error"]].concat();
            let presented = presented_serial(address, &options);
            let what = format!("round {round}, {url}");
            assert_ne!(presented, old[number], "{what} shows the old one");
            assert_eq!(presented, new[number], "{what}");
        }
    }
}

/// Every acknowledged write, as this member has it.
fn everything_is_there(member: &Member, client: &Client, acknowledged: usize) {
    let got = client.run(&member.endpoint, &["get", "--prefix", "write/"]);
    let got = got.expect(0, "get").stdout;
    let lines: Vec<&str> = got.lines().collect();
    for number in 0..acknowledged {
        let expected = [key(number), format!("value{number}")];
        let found = lines.get(2 * number..2 * number + 2);
        assert_eq!(found, Some(&expected.each_ref().map(String::as_str)[..]));
    }
}
