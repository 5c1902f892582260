//! The etcd of Debian's packages with pkigen's certificates and pkigen's flags.

use crate::etcd_cluster::{Client, Kind, Member, Node, Plan, require_etcd};

#[test]
fn a_cluster_of_three_with_ecdsa_keys() {
    cluster_of_three(Kind {
        profile: "kubernetes-io",
        key_algorithm: "ecdsa-p256",
    });
}

#[test]
fn a_cluster_of_three_with_rsa_keys_and_kubeadms_profile() {
    cluster_of_three(Kind {
        profile: "kubeadm",
        key_algorithm: "rsa-2048",
    });
}

fn cluster_of_three(kind: Kind) {
    require_etcd();
    // The authority is some days old, so that a certificate of it can have expired.
    let first = Node::new(kind, "cp1", "127.0.0.1").init(&["--at", &days_ago(10)]);
    let second = Node::new(kind, "cp2", "127.0.0.2").join(&first, &[]);
    let third = Node::new(kind, "cp3", "127.0.0.3").join(&first, &[]);
    let foreign = Node::new(kind, "cp3", "127.0.0.3").init(&[]);

    let plan = Plan::new(&[&first, &second, &third]);
    let mut members = vec![plan.start(0, &first), plan.start(1, &second)];
    let clients = [Client::of(&first), Client::of(&second), Client::of(&third)];

    a_foreign_peer_stays_outside(&plan, &members, &foreign, &clients[0]);

    members.push(plan.start(2, &third));
    for (member, client) in members.iter().zip(&clients) {
        member.await_health(client);
    }
    everybody_reads_what_anybody_writes(&members, &clients);
    // No member turned away another, nor itself: etcd's gateway dials its own client port.
    let log = members[2].log();
    assert!(!log.contains("rejected connection"), "{log}");

    let expired = Node::new(kind, "cp4", "127.0.0.1");
    let lifetime = ["--at", &days_ago(9), "--certificate-validity", "24h"];
    let expired = expired.join(&first, &lifetime);
    strangers_are_refused(&members[1], &first, &foreign, &expired);

    // The API server's own client pair is let in as well.
    let apiserver = Client::of(&second).presenting(&second.pki().join("apiserver-etcd-client"));
    let got = apiserver.run(&members[2].endpoint, &["get", "key0", "--print-value-only"]);
    assert_eq!(
        got.expect(0, "apiserver-etcd-client").stdout.trim(),
        "value0"
    );
}

/// The third member's place is taken by one with the same names, but another authority.
fn a_foreign_peer_stays_outside(plan: &Plan, members: &[Member], foreign: &Node, client: &Client) {
    let intruder = plan.start(2, foreign);
    // Two of three are enough for a leader; the intruder must be none of them.
    for member in members {
        member.await_health(client);
        // It is refused when it connects, and when it is connected to.
        member.await_log(0, &["rejected connection", "127.0.0."], "a foreign peer");
        member.await_log(
            0,
            &["x509: certificate signed by unknown authority"],
            "a foreign peer",
        );
    }
    let itself = Client::of(foreign).run(&intruder.endpoint, &["endpoint", "health"]);
    assert_ne!(itself.code, Some(0), "{itself:#?}");
    assert!(
        !intruder.log().contains("became leader"),
        "{}",
        intruder.log()
    );
}

fn everybody_reads_what_anybody_writes(members: &[Member], clients: &[Client]) {
    for (number, (member, client)) in members.iter().zip(clients).enumerate() {
        let (key, value) = (format!("key{number}"), format!("value{number}"));
        let put = client.run(&member.endpoint, &["put", &key, &value]);
        assert_eq!(put.expect(0, "put").stdout.trim(), "OK");
    }
    for (member, client) in members.iter().zip(clients) {
        for number in 0..members.len() {
            let key = format!("key{number}");
            let got = client.run(&member.endpoint, &["get", &key, "--print-value-only"]);
            assert_eq!(got.expect(0, "get").stdout.trim(), format!("value{number}"));
        }
    }
    let listed = clients[0].run(&members[0].endpoint, &["member", "list"]);
    let listed = listed.expect(0, "member list").stdout;
    let started = listed.lines().filter(|line| line.contains(", started, "));
    assert_eq!(started.count(), 3, "{listed}");
}

fn strangers_are_refused(member: &Member, first: &Node, foreign: &Node, expired: &Node) {
    // The control: with this tree's certificate the same request is answered.
    let get = ["get", "key0"];
    Client::of(first)
        .run(&member.endpoint, &get)
        .expect(0, "the control");
    let strangers = [
        (
            "no certificate",
            Client::of(first).without_certificate(),
            "tls: client didn't provide a certificate",
        ),
        (
            "another authority's certificate",
            Client::of(foreign).trusting(first),
            "x509: certificate signed by unknown authority",
        ),
        (
            "an expired certificate",
            Client::of(expired),
            "x509: certificate has expired or is not yet valid",
        ),
    ];
    for (what, client, reason) in strangers {
        let before = member.log().len();
        let refused = client.run(&member.endpoint, &get);
        assert_eq!(refused.code, Some(1), "{what}: {refused:#?}");
        assert!(!refused.stdout.contains("value0"), "{what}: {refused:#?}");
        member.await_log(before, &["rejected connection", reason], what);
    }
    // And a client that trusts another authority does not speak to this server.
    let wary = Client::of(first).trusting(foreign);
    let refused = wary.run(&member.endpoint, &get);
    assert_eq!(refused.code, Some(1), "{refused:#?}");
}

/// Three authorities below one root: etcd lets in the clients of its own, and nobody else's, whatever
/// chain they present.
#[test]
fn clients_of_other_domains_are_refused_below_a_shared_root() {
    require_etcd();
    let safe = tempfile::tempdir().unwrap();
    let (root, passphrase) = (safe.path().join("root-ca"), safe.path().join("passphrase"));
    std::fs::write(&passphrase, "correct horse\n").unwrap();
    let owners = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&passphrase, owners).unwrap();
    let kind = Kind {
        profile: "kubernetes-io",
        key_algorithm: "ecdsa-p256",
    };
    let node = Node::new(kind, "cp1", "127.0.0.1").init(&[
        "--root-ca",
        root.to_str().unwrap(),
        "--root-ca-passphrase",
        &format!("file:{}", passphrase.display()),
    ]);
    let member = Plan::new(&[&node]).start(0, &node);
    member.await_health(&Client::of(&node));
    let get = ["get", "key0"];
    let own = Client::of(&node).presenting(&node.pki().join("apiserver-etcd-client"));
    own.run(&member.endpoint, &get).expect(0, "the control");
    for stranger in ["apiserver-kubelet-client", "front-proxy-client"] {
        let pair = node.pki().join(stranger);
        let with_root = safe.path().join(stranger);
        let mut chain = std::fs::read(pair.with_extension("crt")).unwrap();
        chain.extend(std::fs::read(root.join("ca.crt")).unwrap());
        std::fs::write(with_root.with_extension("crt"), chain).unwrap();
        std::fs::copy(pair.with_extension("key"), with_root.with_extension("key")).unwrap();
        for presented in [&pair, &with_root] {
            let before = member.log().len();
            let client = Client::of(&node).presenting(presented);
            let refused = client.run(&member.endpoint, &get);
            assert_eq!(refused.code, Some(1), "{stranger}: {refused:#?}");
            let reason = "x509: certificate signed by unknown authority";
            member.await_log(before, &["rejected connection", reason], stranger);
        }
    }
}

fn days_ago(days: i64) -> String {
    let then = time::OffsetDateTime::now_utc() - time::Duration::days(days);
    then.format(&time::format_description::well_known::Rfc3339)
        .unwrap()
}
