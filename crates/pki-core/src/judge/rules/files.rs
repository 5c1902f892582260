//! What lies on the disk, and who may change it.

use crate::judge::remedies::Advice::{
    Ask, Init, Mode, MoveAway, Owner, Reconcile, Recover, Renew, SignWith,
};
use crate::judge::rules::questions::{
    LOOK, OTHERS, OWN_USER, PRIVILEGE, READS_BY_GROUP, RESTORE, RESTORE_AUTHORITY, RESTORE_OTHER,
    RESTORE_REPLACED, SPLIT_KEY, WHERE_READ,
};
use crate::plan::remedies::{REFRAME, WHERE};

rules! {
    PendingTransaction "pending-transaction" "an interrupted change":
        "A run of pkigen was stopped between its commit and its end. Some files are new and some \
         are old, so that a component that starts now may find a key beside a certificate of \
         another.",
        {any [Recover]},
        [] counts, "The journal in pki/.pkigen of a run that was stopped.";
    MissingFile "missing-file" "a file that this node needs":
        "A control-plane node has this file, and its flags name it. The component that reads it \
         does not start.",
        {leaf [Ask(&RESTORE)] [Init]; authority [Ask(&RESTORE_AUTHORITY)]; other [Ask(&RESTORE)] [Init, SignWith]},
        [KubeApiserver, KubeControllerManager, KubeScheduler, Etcd],
        "kubernetes.io, PKI certificates and requirements.";
    FilesElsewhere "files-elsewhere" "a directory of certificates that is not the one in use":
        "There is nothing of the table in it, on a node that has more: the components are told of files \
         in another one, a link leads to nothing, or the files are gone. Of files elsewhere nothing is \
         said but what flags name; what would be made here nobody would read or trust.",
        {any [Ask(&WHERE)] [Ask(&RESTORE)]},
        [] counts, "kubeadm, certificatesDir.";
    UnreadableFile "unreadable-file" "a file that cannot be read":
        "The operating system does not let this user read it, so nothing can be said about it.",
        {any [Ask(&PRIVILEGE)]},
        [] counts, "path_resolution(7).";
    MalformedFile "malformed-file" "a file that is not what its name says":
        "The content is no PEM, is cut off, or does not decode; also a certificate that has an \
         extension twice, or two signature algorithms that differ. Its reader does not start, or \
         goes on with what it read before.",
        {leaf [Ask(&RESTORE)] [MoveAway, Init]; authority [Ask(&RESTORE_AUTHORITY)]; other [Ask(&RESTORE)]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 7468; RFC 5280 sections 4.1 and 4.2.";
    PemFraming "pem-framing" "PEM that not everybody reads":
        "The blocks of PEM are found by their markers, each alone on its line, and readers differ in \
         what else they take: a byte order mark, blanks, two blocks that were glued together, a last \
         one that is cut off, a key under the label of another form. Who does not find a block goes \
         on without it, or refuses the file.",
        {leaf [Ask(&REFRAME)] [MoveAway, Init]; others [Ask(&REFRAME)]},
        [Go, OpenSsl, GnuTls, Webpki, Kubeadm, KubeControllerManager, KubeApiserver],
        "RFC 7468 section 2; Go encoding/pem; Kubernetes, client-go util/keyutil.";
    HalfPair "half-pair" "a certificate without its key, or a key without its certificate":
        "Components are given both files and do not start with one. An authority without its key \
         is complete all the same: it is kept elsewhere.",
        {leaf [Ask(&RESTORE_OTHER)] [MoveAway, Init]; others [Ask(&RESTORE_OTHER)]},
        [Go], "Go, crypto/tls LoadX509KeyPair.";
    PairMismatch "pair-mismatch" "a private key of another certificate":
        "The private key is not the one that the certificate was issued for. A component that \
         starts now fails; one that runs keeps what it has until it starts again.",
        {leaf [Ask(&RESTORE_REPLACED)] [Renew]; others [Ask(&RESTORE_REPLACED)]},
        [Go, OpenSsl, GnuTls, Webpki], "Go, crypto/tls X509KeyPair.";
    LeafNotFirst "leaf-not-first" "a certificate that is not the first in its file":
        "The first certificate of a file must be the one whose key is beside it, and the path to \
         the authority follows. Here it stands further down, so that its reader compares the key \
         with another.",
        {leaf [Reconcile]},
        [Go, OpenSsl, GnuTls, Webpki], "RFC 8446 section 4.4.2; Go, crypto/tls X509KeyPair.";
    KeyReused "key-reused" "one private key in two places":
        "Who gets hold of one of the files can pose as the holder of the other, and renewing one \
         of them does not put an end to it.",
        {leaf [Renew]; authority [Ask(&SPLIT_KEY)]; other [Ask(&OTHERS)]},
        [], "NIST SP 800-57 part 1, section 5.2.";
    KeyExposed "key-exposed" "a private key that others can read or change":
        "Everybody on this machine can read it, or a group can write it. The key counts as known \
         to whoever has had access.",
        {any [Mode("600"), Ask(&WHERE_READ)] [Ask(&READS_BY_GROUP), Mode("o=,g-w"), Ask(&WHERE_READ)]},
        [] counts, "CIS Kubernetes Benchmark 1.1.13 to 1.1.18 and 1.1.21.";
    WritableByOthers "writable-by-others" "a file or directory that everybody can write":
        "Whoever can write a trust file decides who is trusted; whoever can write the directory \
         can put any file in its place.",
        {any [Mode("o-w"), Ask(&LOOK)]},
        [] counts, "CIS Kubernetes Benchmark 1.1.19 and 1.1.20.";
    ForeignOwner "foreign-owner" "a file that belongs to somebody else":
        "It belongs neither to root nor to the user who runs this. Its owner can change it at any \
         time, and open it to others.",
        {any [Owner] [Ask(&OWN_USER)]},
        [] counts, "CIS Kubernetes Benchmark 1.1.14, 1.1.16, 1.1.18 and 1.1.19.";
    ManifestTwice "manifest-twice" "two manifests of one component":
        "The kubelet takes every file of its directory of manifests that does not begin with a dot, \
         whatever it is called: a copy that was made before a change too. Of two pods of one name it \
         runs the one that it sees first, after a restart perhaps the other; two of different names \
         it runs both.",
        {any [MoveAway]},
        [] counts, "Kubernetes, static pods; pkg/kubelet/config file.go.";
}
