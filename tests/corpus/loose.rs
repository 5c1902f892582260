//! One certificate in files of its own.

use crate::support::{AUTHORITY, How, Presented, Workshop};

/// What is asked of a leaf below the authorities.
pub(crate) struct Question {
    pub(crate) name: &'static str,
    /// The leaf's extensions, and what else is asked of the command.
    leaf: &'static str,
    arguments: &'static [&'static str],
    /// Which of the files is the authority, and which goes with the leaf.
    pub(crate) trusts: &'static str,
    below: &'static str,
    /// The one finding and its file, if there is to be one.
    pub(crate) finds: Option<(&'static str, &'static str)>,
    /// Who refuses, as in the other tables.
    pub(crate) refused: &'static str,
    /// Where that is not what the rule says, why.
    pub(crate) because: &'static str,
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

pub(crate) const QUESTIONS: &[Question] = &[
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
    .below("third"),
    ask(
        "with an expired intermediate",
        SERVER,
        &["--intermediates", "expired", "--host", "web.example.org"],
        Some(("authority-expired", "leaf")),
        "OGW",
    )
    .below("expired"),
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
    ask(
        "six authorities below the root",
        SERVER,
        &["--intermediates", "up-from-6", "--host", "web.example.org"],
        None,
        "---",
    )
    .below("rung-6"),
    ask(
        "seven authorities below the root",
        SERVER,
        &["--intermediates", "up-from-7", "--host", "web.example.org"],
        Some(("path-refused", "leaf")),
        "--W",
    )
    .below("rung-7"),
    ask(
        "twenty authorities below the root",
        SERVER,
        &["--intermediates", "up-from-20", "--host", "web.example.org"],
        Some(("path-refused", "leaf")),
        "--W",
    )
    .below("rung-20")
    .because("GnuTLS refuses more than 16 certificates in a handshake; certtool follows them"),
    ask(
        "twenty authorities below another root",
        SERVER,
        &["--intermediates", "up-from-20", "--host", "web.example.org"],
        Some(("unknown-issuer", "leaf")),
        "OGW",
    )
    .below("rung-20")
    .trusting("stranger"),
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

pub(crate) fn authorities() -> Workshop {
    let shop = Workshop::new();
    shop.key("leaf", "P-256");
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
        let days = if *says == "expired" { -1 } else { 400 };
        shop.signed_as(name, "root", subject, &extensions, How::days(days));
    }
    shop.key("third", "P-256");
    let third = shop.signed_as("third", "middle", "/CN=third", &named, How::days(399));
    shop.write("both.crt", [third, shop.read("middle.crt")].concat());
    ladder(&shop, &named);
    shop
}

/// Twenty authorities below one another, and files of each with all those above it.
fn ladder(shop: &Workshop, extensions: &str) {
    let mut above = ("root".to_owned(), Vec::new());
    for number in 1..=20 {
        let name = format!("rung-{number}");
        shop.key(&name, "P-256");
        let subject = format!("/CN={name}");
        let rung = shop.signed_as(&name, &above.0, &subject, extensions, How::days(400));
        let all = [rung, above.1].concat();
        shop.write(&format!("up-from-{number}.crt"), &all);
        above = (name, all);
    }
}

impl Question {
    /// Issues the leaf; the arguments of the command that asks about it.
    pub(crate) fn arguments(&self, shop: &Workshop) -> Vec<String> {
        let extensions = format!("authorityKeyIdentifier=keyid\n{}", self.leaf);
        shop.signed("leaf", self.below, "/CN=leaf", &extensions);
        let path = |name: &str| shop.path(&format!("{name}.crt")).display().to_string();
        let mut arguments = vec![
            "verify".to_owned(),
            "--strict".to_owned(),
            "--ca".to_owned(),
            path(self.trusts),
        ];
        arguments.extend(["--cert".to_owned(), path("leaf")]);
        arguments.extend(self.arguments.iter().map(|argument| {
            if self.after("--intermediates") == Some(argument) {
                path(argument)
            } else {
                (*argument).to_owned()
            }
        }));
        arguments
    }

    fn after(&self, option: &str) -> Option<&'static str> {
        let position = self.arguments.iter().position(|one| *one == option)?;
        Some(self.arguments[position + 1])
    }

    /// What others are asked, once the leaf is issued.
    pub(crate) fn presented(&self, shop: &Workshop) -> Presented {
        let read = |name: &str| String::from_utf8(shop.read(&format!("{name}.crt"))).unwrap();
        let usage = self.after("--usage").unwrap_or(match self.leaf {
            CLIENT => "client",
            _ => "server",
        });
        let host = self.after("--host").unwrap_or("web.example.org");
        Presented {
            chain: read("leaf") + &self.after("--intermediates").map(read).unwrap_or_default(),
            anchors: read(self.trusts),
            serves: usage != "client",
            dials: usage != "server",
            host: Some(host.to_owned()),
        }
    }
}
