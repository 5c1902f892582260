//! One certificate in files of its own. OpenSSL makes everything here, and is asked about it with
//! the others.

use super::oracle::{self, Presented};
use crate::support::openssl::AUTHORITY;
use crate::support::{Workshop, pkigen};

/// What is asked of the files that [`files`] makes.
struct Question {
    name: &'static str,
    /// The leaf's extensions, and what else is asked of the command.
    leaf: &'static str,
    arguments: &'static [&'static str],
    /// Which of the files is the authority, and which goes with the leaf.
    trusts: &'static str,
    below: &'static str,
    /// The one finding and its file, if there is to be one.
    finds: Option<(&'static str, &'static str)>,
    /// Who refuses, as in the other tables.
    refused: &'static str,
    /// Where that is not what the rule says, why.
    because: &'static str,
}

const SERVER: &str = "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:web.example.org,DNS:*.apps.example.org,IP:192.0.2.1,IP:2001:db8::1\n";
const CLIENT: &str = "extendedKeyUsage=clientAuth\n";
const PEER: &str = "extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:web.example.org\n";
const WEB: &[&str] = &["--host", "web.example.org"];

const fn ask(
    name: &'static str,
    leaf: &'static str,
    arguments: &'static [&'static str],
    finds: Option<(&'static str, &'static str)>,
    refused: &'static str,
) -> Question {
    Question {
        name,
        leaf,
        arguments,
        trusts: "root",
        below: "root",
        finds,
        refused,
        because: "",
    }
}

impl Question {
    /// The leaf comes from this authority; the root is trusted.
    const fn below(mut self, authority: &'static str) -> Self {
        self.below = authority;
        self
    }

    const fn trusting(mut self, authority: &'static str) -> Self {
        self.trusts = authority;
        self
    }

    const fn because(mut self, reason: &'static str) -> Self {
        self.because = reason;
        self
    }
}

const QUESTIONS: &[Question] = &[
    ask("its name", SERVER, WEB, None, "---"),
    ask("its address", SERVER, &["--host", "192.0.2.1"], None, "---"),
    ask(
        "its other address",
        SERVER,
        &["--host", "2001:db8::1"],
        None,
        "---",
    ),
    ask(
        "a name of its wildcard",
        SERVER,
        &["--host", "a.apps.example.org"],
        None,
        "---",
    ),
    ask("no name at all", SERVER, &[], None, "---"),
    ask(
        "another name",
        SERVER,
        &["--host", "www.example.org"],
        Some(("name-not-served", "leaf")),
        "OGW",
    ),
    ask(
        "another address",
        SERVER,
        &["--host", "192.0.2.2"],
        Some(("name-not-served", "leaf")),
        "OGW",
    ),
    ask(
        "two labels below its wildcard",
        SERVER,
        &["--host", "a.b.apps.example.org"],
        Some(("name-not-served", "leaf")),
        "OGW",
    ),
    ask(
        "what its wildcard stands beside",
        SERVER,
        &["--host", "apps.example.org"],
        Some(("name-not-served", "leaf")),
        "OGW",
    ),
    ask(
        "a server as a client",
        SERVER,
        &["--usage", "client"],
        Some(("wrong-purpose", "leaf")),
        "OGW",
    ),
    ask(
        "a server as a peer",
        SERVER,
        &["--usage", "peer", "--host", "web.example.org"],
        Some(("wrong-purpose", "leaf")),
        "OGW",
    ),
    ask(
        "a client as a client",
        CLIENT,
        &["--usage", "client"],
        None,
        "---",
    ),
    ask("a client", CLIENT, &[], None, "---"),
    ask(
        "a client as a server",
        "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:web.example.org\n",
        &["--usage", "server", "--host", "web.example.org"],
        Some(("wrong-purpose", "leaf")),
        "OGW",
    ),
    ask(
        "a peer as a peer",
        PEER,
        &["--usage", "peer", "--host", "web.example.org"],
        None,
        "---",
    ),
    ask(
        "no purpose",
        "subjectAltName=DNS:web.example.org\n",
        WEB,
        None,
        "---",
    ),
    ask(
        "without its intermediate",
        SERVER,
        WEB,
        Some(("unknown-issuer", "leaf")),
        "OGW",
    )
    .below("middle"),
    ask(
        "with its intermediate",
        SERVER,
        &["--intermediates", "middle", "--host", "web.example.org"],
        None,
        "---",
    )
    .below("middle"),
    ask(
        "with an intermediate of an intermediate",
        SERVER,
        &["--intermediates", "both", "--host", "web.example.org"],
        Some(("path-length", "leaf")),
        "OGW",
    )
    .below("third")
    .because("webpki counts below intermediates, and so it refuses this one"),
    ask(
        "with an expired intermediate",
        SERVER,
        &["--intermediates", "expired", "--host", "web.example.org"],
        Some(("authority-expired", "leaf")),
        "OGW",
    )
    .below("expired")
    .because("an intermediate is no anchor: webpki looks at its dates"),
    ask(
        "below an authority for clients",
        SERVER,
        &["--intermediates", "clients", "--host", "web.example.org"],
        Some(("authority-narrows-purpose", "leaf")),
        "OGW",
    )
    .below("clients"),
    ask(
        "a permitted name",
        SERVER,
        &["--intermediates", "permits", "--host", "web.example.org"],
        None,
        "---",
    )
    .below("permits"),
    ask(
        "a name that is not permitted",
        SERVER,
        &["--intermediates", "other", "--host", "web.example.org"],
        Some(("name-constraint", "leaf")),
        "OGW",
    )
    .below("other"),
    ask(
        "an intermediate that is trusted alone",
        SERVER,
        WEB,
        Some(("no-root", "root")),
        "O--",
    )
    .below("middle")
    .trusting("middle"),
    ask(
        "another authority",
        SERVER,
        WEB,
        Some(("unknown-issuer", "leaf")),
        "OGW",
    )
    .trusting("stranger"),
    ask(
        "another authority of that name",
        SERVER,
        WEB,
        Some(("bad-signature", "leaf")),
        "OGW",
    )
    .trusting("namesake"),
];

/// Authorities, each with what it says, and the one that has issued it.
const AUTHORITIES: &[(&str, &str, &str)] = &[
    ("root", "/CN=root", ""),
    ("namesake", "/CN=root", ""),
    ("stranger", "/CN=stranger", ""),
    ("middle", "/CN=middle", "pathlen:0"),
    ("clients", "/CN=clients", "clientAuth"),
    ("permits", "/CN=permits", "DNS:example.org"),
    ("other", "/CN=other", "DNS:other.example"),
    ("expired", "/CN=expired", "expired"),
];

fn authorities() -> Workshop {
    let shop = Workshop::new();
    let named = format!("{AUTHORITY}authorityKeyIdentifier=keyid\n");
    for (name, subject, says) in AUTHORITIES {
        shop.key(name, "P-256");
        let everything = "permitted;IP:0.0.0.0/0.0.0.0,permitted;IP:::/::";
        let extensions = match *says {
            "" => {
                shop.self_signed(name, subject, AUTHORITY);
                continue;
            }
            "pathlen:0" => named.replace("CA:TRUE", "CA:TRUE,pathlen:0"),
            "expired" => named.clone(),
            dns if dns.starts_with("DNS:") => {
                format!("{named}nameConstraints=critical,permitted;{dns},{everything}\n")
            }
            purpose => format!("{named}extendedKeyUsage={purpose}\n"),
        };
        let days = if *says == "expired" {
            " -days -1"
        } else {
            " -days 400"
        };
        shop.signed_with(name, "root", subject, &extensions, days);
    }
    shop.key("third", "P-256");
    let third = shop.signed_with("third", "middle", "/CN=third", &named, " -days 399");
    shop.write("both.crt", [third, shop.read("middle.crt")].concat());
    shop
}

#[test]
fn questions() {
    let shop = authorities();
    shop.key("leaf", "P-256");
    for question in QUESTIONS {
        let extensions = format!("authorityKeyIdentifier=keyid\n{}", question.leaf);
        shop.signed("leaf", question.below, "/CN=leaf", &extensions);
        let path = |name: &str| shop.path(&format!("{name}.crt")).display().to_string();
        let after = |option: &str| {
            let position = question.arguments.iter().position(|one| *one == option)?;
            Some(question.arguments[position + 1])
        };
        let mut arguments = [
            "verify",
            "--ca",
            &path(question.trusts),
            "--cert",
            &path("leaf"),
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.extend(question.arguments.iter().map(|argument| {
            let is_file = after("--intermediates") == Some(argument);
            if is_file {
                path(argument)
            } else {
                (*argument).to_owned()
            }
        }));
        let text = pkigen(&arguments);
        let json = pkigen(arguments.iter().map(String::as_str).chain(["-o", "json"])).json();
        let found: Vec<(String, String)> = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |field: &str| one[field].as_str().unwrap().to_owned();
                (text("rule"), text("file"))
            })
            .collect();
        let file = |name: &str| match name {
            "root" => path(question.trusts),
            name => path(name),
        };
        let expected = question
            .finds
            .map(|(rule, name)| (rule.to_owned(), file(name)));
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found, expected, "{}: {json:#}", question.name);
        assert_eq!(text.code, i32::from(!found.is_empty()), "{}", question.name);
        for (rule, file) in &expected {
            let heading = format!("{file}\n  {rule}\n");
            assert!(
                text.stdout.contains(&heading),
                "{}: {text:#?}",
                question.name
            );
        }
        let read = |name: &str| String::from_utf8(shop.read(&format!("{name}.crt"))).unwrap();
        let host = after("--host").map(str::to_owned);
        let usage = after("--usage").unwrap_or(match question.leaf {
            CLIENT => "client",
            _ => "server",
        });
        let presented = Presented {
            chain: read("leaf") + &after("--intermediates").map(read).unwrap_or_default(),
            anchors: read(question.trusts),
            serves: usage != "client",
            dials: usage != "server",
            host: host.or_else(|| Some("web.example.org".to_owned())),
        };
        let (letters, said) = oracle::ask(&presented);
        assert_eq!(letters, question.refused, "{}: {said:#?}", question.name);
        let rule = question.finds.map(|(rule, _)| rule);
        let differs = rule.is_some_and(|rule| super::differences::differs(rule, &letters));
        assert_eq!(
            differs,
            !question.because.is_empty(),
            "{}: {letters} is not what {rule:?} says, or a reason is stale",
            question.name
        );
    }
}
