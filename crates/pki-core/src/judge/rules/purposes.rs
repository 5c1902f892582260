//! Whom a certificate serves and what it may be used for.

use crate::judge::remedies::Advice::{Ask, Reconcile};
use crate::judge::rules::questions::ADD_NAME;

rules! {
    NoAlternativeName "no-alternative-name" "a server's certificate without alternative names":
        "Go, rustls and everything in Kubernetes ignore the common name: the certificate serves \
         nobody.",
        {leaf [Reconcile]},
        [Go, Webpki], "RFC 9525 section 6.3; Go 1.17, crypto/x509.";
    IpAsDnsName "ip-as-dns-name" "an address written as a DNS name":
        "Who dials an address looks for it among the IP addresses of the certificate, never among \
         its DNS names. Where nobody dials it, or it is there as an address too, it is a warning.",
        {leaf [Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.1.6; RFC 9525 section 6.5.";
    MalformedName "malformed-name" "an alternative name that matches nothing":
        "Neither a DNS name nor an address, or a wildcard that stands for something else than the \
         whole first label, or for every name below a top label, which Go alone takes. Who dials \
         such a name is refused, and that is a finding of its own.",
        {leaf [Reconcile]},
        [], "RFC 5280 section 4.2.1.6; RFC 9525 section 6.3.";
    NameNotServed "name-not-served" "a name that clients dial and the certificate does not have":
        "Every client that dials the server under this name refuses it.",
        {leaf [Ask(&ADD_NAME), Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 9525 section 6.";
    WrongPurpose "wrong-purpose" "an extended key usage that does not allow its use":
        "The certificate says what it is for, and this is something else. etcd needs both purposes \
         on its server and peer certificates, because it dials itself with them.",
        {leaf [Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.1.12.";
    AnyPurposeOnly "any-purpose-only" "an extended key usage of anyExtendedKeyUsage only":
        "Go and GnuTLS accept it for everything, OpenSSL and rustls want the purpose by name.",
        {leaf [Reconcile]},
        [OpenSsl, Webpki], "RFC 5280 section 4.2.1.12.";
    KeyUsage "key-usage" "a key usage without digitalSignature":
        "TLS 1.3 and every cipher suite in use sign with the certificate's key. Go does not look; \
         GnuTLS breaks the handshake off; OpenSSL looks whether it is for some kind of key exchange.",
        {leaf [Reconcile]},
        [OpenSsl, GnuTls], "RFC 5280 section 4.2.1.3; RFC 8446 section 4.4.2.2.";
}
