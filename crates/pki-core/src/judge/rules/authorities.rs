//! What an authority must be.

rules! {
    AuthorityExpired "authority-expired" "an authority whose life is over":
        "Nothing that it has signed is accepted any more, however long that is valid itself. \
         rustls does not notice.",
        "Issue it again with the same key and name, or rotate to a new one; leaves stay as they are in the first case.",
        [Go, OpenSsl, GnuTls], "RFC 5280 section 6.1.3.";
    AuthorityNotYetValid "authority-not-yet-valid" "an authority whose life has not begun":
        "Nothing that it has signed is accepted until then. Mostly a clock is wrong.",
        "Compare this machine's clock with another's; if it is right, issue the authority again with the same key and name.",
        [Go, OpenSsl, GnuTls], "RFC 5280 section 6.1.3.";
    NotAnAuthority "not-an-authority" "a certificate without CA:TRUE where an authority belongs":
        "Nothing that it has signed is accepted.",
        "Restore the authority's file; if it was made like this, replace it and everything below it.",
        [OpenSsl, GnuTls, Kubeadm], "RFC 5280 section 4.2.1.9.";
    AuthorityKeyUsage "authority-key-usage" "an authority that is not allowed to sign certificates":
        "Its key usage has no keyCertSign, or it has no key usage at all, which OpenSSL refuses \
         only when it is strict. Go does not look.",
        "Issue it again with the same key and name, and keyCertSign.",
        [OpenSsl, OpenSslStrict, GnuTls], "RFC 5280 section 4.2.1.3.";
    AuthorityNarrowsPurpose "authority-narrows-purpose" "an authority whose extended key usage leaves out what it signs for":
        "The purposes of an authority bound those of everything below it.",
        "Issue it again with the same key and name, without an extended key usage.",
        [Go, OpenSsl, GnuTls, Webpki], "Go, crypto/x509 checkChainForKeyUsage; CA/Browser Forum BR 7.1.2.";
    ConstraintsNotCritical "constraints-not-critical" "basic constraints of an authority that are not critical":
        "They must be. OpenSSL refuses the authority when it is strict, as Python is from 3.13 on.",
        "Issue it again with the same key and name.",
        [OpenSslStrict], "RFC 5280 section 4.2.1.9.";
    NameConstraintsNotCritical "name-constraints-not-critical" "name constraints that are not critical":
        "A verifier that does not know them may pass over them, and then they do not constrain.",
        "Issue the authority again with critical name constraints.",
        [], "RFC 5280 section 4.2.1.10.";
    NameConstraintsUnsupported "name-constraints-unsupported" "name constraints of a kind that Go does not know":
        "Go and rustls refuse every certificate below an authority that has critical constraints \
         on directory names; Go does for all but DNS names, addresses, mail addresses and URIs.",
        "Issue the authority again without them.",
        [Go, Webpki], "Go, crypto/x509 parseNameConstraintsExtension; rustls-webpki, subject_name check_name_constraints.";
    NoKeyIdentifier "no-key-identifier" "a missing key identifier":
        "An authority must have a subject key identifier, and what it signs must name it. Verifiers \
         choose among authorities of one name by it; OpenSSL refuses when it is strict, as Python \
         is from 3.13 on.",
        "`pkigen renew NAME`; an authority is issued again with the same key and name.",
        [OpenSslStrict], "RFC 5280 sections 4.2.1.1 and 4.2.1.2.";
    NoRoot "no-root" "a trust file that ends with an intermediate authority":
        "Go and rustls trust every certificate of the file. OpenSSL wants to see a self-signed one \
         at the end, unless it is told to accept a partial chain.",
        "Add the authority's issuer, up to the self-signed one, at the end of the file; or give callers a \
         file of their own, `ca-callers.crt` with the root after the intermediate.",
        [OpenSsl], "openssl-verification-options(1), -partial_chain.";
    IssuingNotFirst "issuing-not-first" "an issuing authority that is not the first in its file":
        "kubeadm takes the first certificate of the file for the one that signs, and finds that \
         the key is not its own.",
        "Put the certificate whose key is beside the file first.",
        [Kubeadm], "Kubernetes, cmd/kubeadm/app/util/pkiutil TryLoadCertFromDisk.";
}
