//! What stands between a certificate and who trusts it.

rules! {
    UnknownIssuer "unknown-issuer" "a certificate of an authority that is not trusted here":
        "None of the authorities that its reader trusts has the issuer's name. Everybody who \
         checks the certificate refuses it.",
        "Put the right authority's certificate in place; or issue this one anew: move it away and run `pkigen init`.",
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    BadSignature "bad-signature" "a signature that the authority has not made":
        "An authority of the issuer's name is there, and the signature is not its own: the \
         certificate comes from another authority of that name, or was changed.",
        "Put the right authority's certificate in place; or issue this one anew: move it away and run `pkigen init`.",
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    AuthorityReplaced "authority-replaced" "an authority that has signed none of its certificates":
        "Not one certificate that should come from it does. Most likely the authority was made \
         anew or copied from elsewhere, and nobody is accepted any more.",
        "Restore the authority's files from a backup or another control-plane node. If they are right, issue everything below anew.",
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    UnsupportedSignature "unsupported-signature" "a signature algorithm that cannot be checked":
        "Not one of the algorithms that Kubernetes' authorities sign with: RSA or ECDSA \
         with SHA-256, SHA-384 or SHA-512. rustls and kubeadm may not take it.",
        "`pkigen renew NAME`.",
        [Webpki], "RFC 5758; RFC 8017 section 8.2.";
    KeyIdentifierMismatch "key-identifier-mismatch" "an authority key identifier of another authority":
        "The signature is the authority's, and the certificate names another key. Go does not \
         look; OpenSSL and GnuTLS do not find the issuer.",
        "`pkigen renew NAME`.",
        [OpenSsl, GnuTls], "RFC 5280 section 4.2.1.1.";
    OutlivesAuthority "outlives-authority" "a certificate that outlives its authority":
        "It looks valid for longer than it is: when the authority ends, it is refused on the same day.",
        "Replace the authority in time; `pkigen renew NAME` cuts the life short to what it is worth.",
        [], "RFC 5280 section 6.1.3.";
    PathLength "path-length" "more authorities below one than it allows":
        "An authority says how many others may follow it, and there are more.",
        "Issue the authority that sets the limit again without it, with the same key and name.",
        [Go, OpenSsl, GnuTls], "RFC 5280 section 4.2.1.9.";
    NameConstraint "name-constraint" "a name that an authority above is not allowed to certify":
        "The authority's name constraints leave out a name of this certificate.",
        "Issue it without the name, or the authority with other constraints.",
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.1.10.";
    PathRefused "path-refused" "a chain that does not verify":
        "rustls refuses it for a reason that none of the other rules names, one of them a path of more \
         authorities than it follows.",
        "Issue it anew: `pkigen renew NAME --reconcile --config FILE`.",
        [Webpki], "rustls-webpki, Error.";
}
