//! What an authority must be.

use crate::judge::remedies::Advice::{Ask, Init, MoveAway, Renew, Take, TakeThis};
use crate::judge::rules::questions::{
    ADD_ROOT, CALLERS, CLOCK, CRITICAL_CONSTRAINTS, ISSUING_FIRST, NEW_COPY, NO_CONSTRAINTS,
    REPLACE, RESTART, RESTORE_AUTHORITY, SAME_KEY, SAME_KEY_ANY_USE, SAME_KEY_SIGNING,
};

rules! {
    AuthorityExpired "authority-expired" "an authority whose life is over":
        "Nothing that it has signed is accepted any more, however long that is valid itself. \
         rustls does not notice where it is one of those that are trusted.",
        {leaf [Ask(&SAME_KEY)] [Ask(&REPLACE)];
         authority [Renew, Ask(&RESTART)] [Ask(&SAME_KEY), Take] [Ask(&REPLACE)];
         other [Ask(&SAME_KEY)] [Ask(&REPLACE)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    AuthorityNotYetValid "authority-not-yet-valid" "an authority whose life has not begun":
        "Nothing that it has signed is accepted until then. Mostly a clock is wrong.",
        {any [Ask(&CLOCK)] [Ask(&SAME_KEY)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.3.";
    NotAnAuthority "not-an-authority" "a certificate without CA:TRUE where an authority belongs":
        "Nothing that it has signed is accepted.",
        {any [Ask(&RESTORE_AUTHORITY)] [Ask(&REPLACE)]},
        [Go, OpenSsl, OpenSslStrict, GnuTls, Webpki, Kubeadm], "RFC 5280 section 4.2.1.9.";
    AuthorityKeyUsage "authority-key-usage" "an authority that is not allowed to sign certificates":
        "Its key usage has no keyCertSign, which rustls alone does not look at, or it has no key usage \
         at all, which OpenSSL refuses only when it is strict.",
        {any [Ask(&SAME_KEY_SIGNING)]},
        [Go, OpenSsl, OpenSslStrict, GnuTls], "RFC 5280 section 4.2.1.3.";
    AuthorityNarrowsPurpose "authority-narrows-purpose" "an authority whose extended key usage leaves out what it signs for":
        "The purposes of an authority bound those of everything below it.",
        {any [Ask(&SAME_KEY_ANY_USE)]},
        [Go, OpenSsl, GnuTls, Webpki], "Go, crypto/x509 checkChainForKeyUsage; CA/Browser Forum BR 7.1.2.";
    ConstraintsNotCritical "constraints-not-critical" "basic constraints of an authority that are not critical":
        "They must be. OpenSSL refuses the authority when it is strict, as Python is from 3.13 on.",
        {any [Ask(&SAME_KEY)]},
        [OpenSslStrict], "RFC 5280 section 4.2.1.9.";
    NameConstraintsNotCritical "name-constraints-not-critical" "name constraints that are not critical":
        "A verifier that does not know them may pass over them, and then they do not constrain.",
        {any [Ask(&CRITICAL_CONSTRAINTS)]},
        [], "RFC 5280 section 4.2.1.10.";
    NameConstraintsUnsupported "name-constraints-unsupported" "name constraints of a kind that Go does not know":
        "Go and rustls refuse every certificate below an authority that has critical constraints \
         on directory names; Go does for all but DNS names, addresses, mail addresses and URIs.",
        {any [Ask(&NO_CONSTRAINTS)]},
        [Go, GnuTls, Webpki], "Go, crypto/x509 parseNameConstraintsExtension; rustls-webpki, subject_name check_name_constraints.";
    NoKeyIdentifier "no-key-identifier" "a missing key identifier":
        "An authority must have a subject key identifier, and what it signs must name it. Verifiers \
         choose among authorities of one name by it; OpenSSL refuses when it is strict, as Python \
         is from 3.13 on.",
        {leaf [MoveAway, Init]; others [Ask(&SAME_KEY)]},
        [OpenSslStrict], "RFC 5280 sections 4.2.1.1 and 4.2.1.2.";
    NoRoot "no-root" "a trust file that ends with an intermediate authority":
        "Go and rustls trust every certificate of the file. OpenSSL wants to see a self-signed one \
         at the end, unless it is told to accept a partial chain.",
        {any [Ask(&CALLERS)] [Ask(&ADD_ROOT)]},
        [OpenSsl], "openssl-verification-options(1), -partial_chain.";
    IssuingNotFirst "issuing-not-first" "an issuing authority that is not the first in its file":
        "kubeadm takes the first certificate of the file for the one that signs, and finds that \
         the key is not its own.",
        {any [Ask(&ISSUING_FIRST)]},
        [Kubeadm], "Kubernetes, cmd/kubeadm/app/util/pkiutil TryLoadCertFromDisk.";
    CopyEndsEarlier "copy-ends-earlier" "a copy of an authority's certificate that ends before it does":
        "The authority was issued again with its key and its name, and who goes by an old copy of it \
         goes on until that ends: a kubeconfig, a bundle, a chain. From then on they refuse everything \
         that it has signed, however long the authority itself is valid.",
        {leaf [Ask(&NEW_COPY)]; authority [TakeThis, Ask(&RESTART)]; other [Ask(&NEW_COPY)]},
        [], "RFC 5280 section 6.1.3; client-go certificate-authority-data.";
}
