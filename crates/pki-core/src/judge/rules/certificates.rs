//! What a certificate is by itself.

use crate::judge::remedies::Advice::{Ask, Init, MoveAway, Reconcile, Renew};
use crate::judge::rules::questions::{CLOCK, OTHERS, REPLACE, RESTART, SAME_KEY};

rules! {
    Expired "expired" "a certificate whose life is over":
        "Everybody who checks it refuses it. Connections that are open stay; new ones fail.",
        {leaf [Renew, Ask(&RESTART)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.1.2.5.";
    NotYetValid "not-yet-valid" "a certificate whose life has not begun":
        "Everybody who checks it refuses it until then. Mostly a clock is wrong: this machine's, \
         or the one's that issued it.",
        {leaf [Ask(&CLOCK)] [Renew]; others [Ask(&CLOCK)] [Ask(&OTHERS)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.1.2.5.";
    WeakKey "weak-key" "an RSA key below 2048 bits":
        "Too short to be trusted: rustls refuses it, Go below 1024 bits and in FIPS mode, OpenSSL \
         at a security level of 2, which some distributions set.",
        {leaf [Reconcile]; others [Ask(&REPLACE)]},
        [Go, Webpki], "NIST SP 800-131A section 3; Go 1.24, crypto/rsa.";
    UnsupportedKey "unsupported-key" "a kind of key that not every component takes":
        "kubeadm reads RSA, ECDSA P-256 and P-384, service-account tokens cannot be signed with \
         Ed25519, and Go takes no RSA key above 8192 bits in TLS. rustls knows no P-521 with the \
         provider ring, which is not its usual one.",
        {leaf [Reconcile]; others [Ask(&REPLACE)]},
        [Go, OpenSsl, GnuTls, Webpki, Kubeadm], "Kubernetes, cmd/kubeadm/app/apis/kubeadm EncryptionAlgorithmType.";
    RsaParameters "rsa-parameters" "an RSA key without its NULL parameters":
        "Go does not parse the certificate: RSA key missing NULL parameters.",
        {leaf [MoveAway, Init]; others [Ask(&REPLACE)]},
        [Go], "RFC 3279 section 2.3.1; Go, crypto/x509 parsePublicKey.";
    WeakSignature "weak-signature" "a certificate signed with SHA-1 or MD5":
        "Others can make a certificate with the same signature. Go has refused it since 1.18, and \
         since 1.24 there is no switch.",
        {leaf [Renew];
         authority [Renew, Ask(&RESTART)] [Ask(&SAME_KEY)];
         other [Ask(&SAME_KEY)]},
        [Go, GnuTls, Webpki], "RFC 9155; Go 1.24, crypto/x509.";
    CertificateVersion "certificate-version" "a certificate that is not of version 3":
        "Before version 3 there are no extensions: it cannot say what it is for or whom it serves.",
        {leaf [MoveAway, Init]; others [Ask(&REPLACE)]},
        [Go, OpenSslStrict, GnuTls, Webpki], "RFC 5280 section 4.1.2.1.";
    SerialNegative "serial-negative" "a serial number below zero":
        "Go does not parse the certificate: negative serial number.",
        {leaf [Renew]},
        [Go], "RFC 5280 section 4.1.2.2; Go 1.23, crypto/x509.";
    SerialZero "serial-zero" "the serial number 0":
        "Not allowed, and in many tools the mark of a certificate that has none. The authorities \
         that kubeadm made before 1.28 have it; for a self-signed one it is no finding.",
        {leaf [Renew]},
        [], "RFC 5280 section 4.1.2.2.";
    SerialTooLong "serial-too-long" "a serial number of more than 20 octets":
        "Readers need not understand it, and databases cut it off.",
        {leaf [Renew]},
        [], "RFC 5280 section 4.1.2.2.";
    SerialDuplicate "serial-duplicate" "two certificates of one issuer with the same serial number":
        "Revoking one revokes the other, NSS and Firefox refuse the second that they see, and \
         nobody can tell from a log which one was presented.",
        {leaf [Renew]},
        [], "RFC 5280 section 4.1.2.2.";
    EmptyName "empty-name" "an empty subject or issuer":
        "An authority must have a name. A certificate without a subject must have alternative \
         names, and they must be critical.",
        {leaf [Reconcile]},
        [OpenSslStrict, GnuTls], "RFC 5280 sections 4.1.2.4, 4.1.2.6 and 4.2.1.6.";
    MalformedAttribute "malformed-attribute" "a name with a value that is not what its type says":
        "A PrintableString with other letters than it may have, or a type of string that has gone \
         out of use. Go does not parse the certificate.",
        {leaf [MoveAway, Init]; others [Ask(&REPLACE)]},
        [Go, OpenSsl, GnuTls], "RFC 5280 section 4.1.2.4; Go, crypto/x509 parseASN1String.";
    MalformedExtension "malformed-extension" "an extension that does not decode":
        "The certificate says something that nobody can read. Go refuses the whole certificate.",
        {leaf [MoveAway, Init]},
        [Go, OpenSsl, OpenSslStrict, GnuTls, Webpki], "RFC 5280 section 4.2.";
    UnknownCriticalExtension "unknown-critical-extension" "a critical extension that verifiers do not know":
        "Critical means: who does not understand it must refuse. So they do.",
        {leaf [MoveAway, Init]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 4.2.";
    IdentifierCritical "identifier-critical" "a key identifier or information access that is critical":
        "These extensions must not be critical, and Go does not parse a certificate where they are.",
        {leaf [MoveAway, Init]; others [Ask(&REPLACE)]},
        [Go, OpenSsl, Webpki], "RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.2.2.1; Go, crypto/x509 processExtensions.";
    LeafIsAuthority "leaf-is-authority" "an authority's certificate where a leaf belongs":
        "Its holder, a component on a node, can issue certificates that the whole cluster trusts. \
         rustls refuses it.",
        {leaf [MoveAway, Init]},
        [Webpki], "RFC 5280 section 4.2.1.9.";
    LeafMaySign "leaf-may-sign" "a leaf with what only an authority has":
        "Its key usage has keyCertSign, or it limits the length of paths, and yet it is no \
         authority.",
        {leaf [MoveAway, Init]},
        [OpenSslStrict], "RFC 5280 sections 4.2.1.3 and 4.2.1.9.";
    SelfSigned "self-signed" "a leaf that has signed itself":
        "No authority stands behind it, so that nobody who trusts an authority accepts it.",
        {leaf [Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 5280 section 6.1.";
    SubjectIsIssuer "subject-is-issuer" "a leaf that has its authority's name":
        "Who tells a root by its name takes it for self-signed and looks for no authority above \
         it. Verifiers with key identifiers to go by find their way.",
        {leaf [Reconcile]},
        [OpenSsl], "RFC 5280 section 6.1; Go, crypto/x509 CheckSignatureFrom.";
}
