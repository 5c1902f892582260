//! What stands between a certificate and who trusts it.

use crate::judge::remedies::Advice::{Ask, Init, MoveAway, Reconcile, ReconcileAll, Renew};
use crate::judge::rules::questions::{
    BY_OTHERS, ISSUED_ABOVE, ONE_OF_THE_NAME, OTHER_CONSTRAINTS, OTHERS, REPLACE_IN_TIME,
    RESTORE_AUTHORITY, RIGHT_AUTHORITY, SAME_KEY, SAME_KEY_UNLIMITED,
};
use crate::plan::remedies::IS_MEANT;

rules! {
    UnknownIssuer "unknown-issuer" "a certificate of an authority that is not trusted here":
        "None of the authorities that its reader trusts has the issuer's name. Everybody who \
         checks the certificate refuses it.",
        {leaf [Ask(&RIGHT_AUTHORITY)] [Reconcile]; others [Ask(&RIGHT_AUTHORITY)] [Ask(&OTHERS)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    BadSignature "bad-signature" "a signature that the authority has not made":
        "An authority of the issuer's name is there, and the signature is not its own: the \
         certificate comes from another authority of that name, or was changed.",
        {leaf [Ask(&RIGHT_AUTHORITY)] [Reconcile]; others [Ask(&RIGHT_AUTHORITY)] [Ask(&OTHERS)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    AuthorityReplaced "authority-replaced" "an authority that has signed none of its certificates":
        "Not one certificate that should come from it does. Most likely the authority was made \
         anew or copied from elsewhere, and nobody is accepted any more.",
        {leaf [Ask(&RESTORE_AUTHORITY)] [Ask(&IS_MEANT), ReconcileAll]; authority [Ask(&RESTORE_AUTHORITY)] [Ask(&IS_MEANT), ReconcileAll]; other [Ask(&RESTORE_AUTHORITY)] [Ask(&ISSUED_ABOVE)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    UnsupportedSignature "unsupported-signature" "a signature algorithm that cannot be checked":
        "Not one of the algorithms that Kubernetes' authorities sign with: RSA or ECDSA \
         with SHA-256, SHA-384 or SHA-512. rustls and kubeadm may not take it.",
        {leaf [Renew]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5758; RFC 8017 section 8.2.";
    KeyIdentifierMismatch "key-identifier-mismatch" "an authority key identifier of another authority":
        "The signature is the authority's, and the certificate names another key. Go does not \
         look; OpenSSL and GnuTLS do not find the issuer.",
        {leaf [Renew]; others [Ask(&SAME_KEY)]},
        [OpenSsl, GnuTls], "RFC 5280 section 4.2.1.1.";
    OutlivesAuthority "outlives-authority" "a certificate that outlives its authority":
        "It looks valid for longer than it is: when the authority ends, it is refused on the same day.",
        {leaf [Ask(&REPLACE_IN_TIME)] [Renew]; others [Ask(&REPLACE_IN_TIME)]},
        [], "RFC 5280 section 6.1.3.";
    PathLength "path-length" "more authorities below one than it allows":
        "An authority says how many others may follow it, and there are more.",
        {any [Ask(&SAME_KEY_UNLIMITED)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.1.9.";
    NameConstraint "name-constraint" "a name that an authority above is not allowed to certify":
        "The authority's name constraints leave out a name of this certificate.",
        {any [Ask(&OTHER_CONSTRAINTS)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.1.10.";
    PolicyRequired "policy-required" "a certificate that wants a policy which is not there":
        "Its policy constraints say that whatever is below it has to name a policy.",
        {leaf [MoveAway, Init]},
        [Go], "RFC 5280 section 4.2.1.11; Go, crypto/x509 policiesValid.";
    WrongPathTaken "wrong-path-taken" "several authorities of one name, of which some take the wrong one":
        "Go and rustls try every way up. OpenSSL takes the first that is trusted, GnuTLS the first that \
         is presented and the last that is trusted, and they do not come back from it.",
        {leaf [Ask(&ONE_OF_THE_NAME)]; others [Ask(&ONE_OF_THE_NAME)] [Ask(&OTHERS)]},
        [OpenSsl, OpenSslStrict, GnuTls], "openssl-verification-options(1); GnuTLS, gnutls_x509_crt_list_verify.";
    UnreadableBeside "unreadable-beside" "a certificate on no path that is not parsed":
        "Go and GnuTLS parse all that is presented before they look for a path, and break the \
         handshake off. GnuTLS reads a file of authorities as a whole or not at all.",
        {leaf [MoveAway, Init]},
        [Go, GnuTls], "Go, crypto/tls processCertsFromClient and verifyServerCertificate.";
    PathRefused "path-refused" "a chain that does not verify":
        "rustls refuses it for a reason that none of the other rules names; or there are more \
         authorities above it than are followed: by rustls 6, by GnuTLS in a handshake 15, by Go 99, \
         by OpenSSL 100.",
        {leaf [Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki],
        "rustls-webpki, Error; Go, crypto/x509 maxChainSignatureChecks; GnuTLS, \
         DEFAULT_MAX_VERIFY_DEPTH; openssl-verification-options(1), -verify_depth.";
    NotChecked "not-checked" "what is not known, because it was not checked":
        "A signature of a kind that pkigen cannot check, more signatures than it checks for one \
         chain, or a question that others decide and that a refusal kept it from asking. It may be in \
         order; that nothing is said of it is no sign of that.",
        {leaf [Reconcile] [Ask(&BY_OTHERS)]; others [Ask(&BY_OTHERS)]},
        [] counts, "RFC 5280 section 6.1.3.";
}
