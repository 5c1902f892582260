//! What only a person can do about a finding, and why.

use crate::remedy::Question;

/// `NAME: "what to do", "why nobody else can";`
macro_rules! questions {
    ($($name:ident: $text:literal, $why:literal;)*) => {
        $(pub(in crate::judge) static $name: Question = Question::new($text, $why);)*

        /// Every row.
        #[cfg(test)]
        pub(in crate::judge) static QUESTIONS: &[&Question] = &[$(&$name),*];
    };
}

questions! {
    OTHERS: "have it issued again by whoever issued it",
        "pkigen did not issue it, and the key that did may be anywhere";
    BY_OTHERS: "check it with a program that knows it, such as openssl verify",
        "pkigen does not, and whether it is in order is not said by that";
    RESTORE: "restore the file from a backup",
        "which copy is the right one is not on this disk";
    RESTORE_AUTHORITY: "restore the authority's files from a backup or another control-plane node",
        "a new authority is trusted by nobody, and which copy is the right one is not on this disk";
    RESTORE_OTHER: "restore the other file",
        "which copy is the right one is not on this disk";
    RESTORE_REPLACED: "restore the file that was replaced",
        "which of the two was replaced is not on this disk";
    RESTORE_PAIR: "restore the pair from another control-plane node",
        "which key the other control-plane nodes sign tokens with is not on this disk";
    RIGHT_AUTHORITY: "put the right authority's certificate in place",
        "which authority is meant is not on this disk";
    PRIVILEGE: "run the command as root, or as the owner of the file",
        "the operating system does not let this user read it";
    OWN_USER: "run the command as the user whose control plane this is",
        "who runs the control plane is not on this disk";
    WHERE_READ: "issue it anew where somebody may have read it",
        "who has read a file is not on this disk";
    READS_BY_GROUP: "where a component that is not root reads it by its group",
        "who reads a file by its group is not on this disk";
    RESTART: "restart what it says",
        "pkigen stops no component";
    LOOK: "look at what is in it",
        "what somebody else may have written is for a person to tell";
    CLOCK: "set this machine's clock right if it is wrong",
        "which of two clocks is wrong cannot be told from one machine";
    REPLACE: "replace it, and everything that it has signed",
        "what that costs, and when, is for a person to decide";
    SAME_KEY: "issue the authority again with the same key and name",
        "an authority is given a new life where its key is kept, which need not be here";
    SAME_KEY_SIGNING: "issue the authority again with the same key and name, and keyCertSign",
        "an authority is given a new life where its key is kept, which need not be here";
    SAME_KEY_ANY_USE: "issue the authority again with the same key and name, without an extended key usage",
        "an authority is given a new life where its key is kept, which need not be here";
    SAME_KEY_UNLIMITED: "issue the authority that sets the limit again without it, with the same key and name",
        "an authority is given a new life where its key is kept, which need not be here";
    CRITICAL_CONSTRAINTS: "issue the authority again with critical name constraints",
        "an authority is given a new life where its key is kept, which need not be here";
    NO_CONSTRAINTS: "issue the authority again without them",
        "an authority is given a new life where its key is kept, which need not be here";
    OTHER_CONSTRAINTS: "issue it without the name, or the authority with other constraints",
        "which of the two was meant is not on this disk";
    ONE_OF_THE_NAME: "take the one that is of no use out of the file, or put it where it is not taken",
        "which of them others still need is not on this disk";
    ADD_ROOT: "where no other trust file gets the same one, add the authority's issuer, up to the self-signed one, at the end of the file",
        "the certificates above need not be here";
    CALLERS: "give callers a file of their own, `ca-callers.crt` with the root after the intermediate",
        "the root need not be here";
    ISSUING_FIRST: "put the certificate whose key is beside the file first",
        "a trust file is changed by whoever manages the others like it";
    ISSUED_ABOVE: "issue everything below the authority anew, if its files are right",
        "whether its files are right is not on this disk";
    REPLACE_IN_TIME: "give the authority new dates in time, or replace it",
        "when is for a person to decide";
    NEW_COPY: "put the authority's certificate in the place of its old one there",
        "pkigen writes no files outside its two directories";
    ADD_NAME: "have the name in the configuration",
        "whether a name is served on purpose is for a person to decide";
    SPLIT_TRUST: "take the shared authority out of one of the trust files, and give that place one of its own",
        "whose clients are meant is not on this disk";
    SPLIT_KEY: "give one of them a key of its own, and issue everything below it anew",
        "which of the two gets another key is for a person to decide";
    CONFIGMAP: "have --cluster-signing-cert-file in ClusterConfiguration name the file with one certificate",
        "ClusterConfiguration is in the cluster, not on this disk";
    APPROVE: "approve the kubelet's request, once it is known to be that node's: `kubectl get csr`, then `kubectl certificate approve NAME`",
        "whether a node is who it says it is, is for a person to tell";
    DIALLED: "see to it that nobody dials them any more",
        "who dials a name is not on this disk";
    LINK: "give the file a name of its own beside it, with a date as the kubelet has it, and put a link to that in its place",
        "which of several files is the newest the kubelet knows, and it must not run meanwhile";
    EMBED: "put the authorities of ca.crt into its certificate-authority-data",
        "pkigen does not write kubeconfigs that are not its own";
    VERIFY: "take insecure-skip-tls-verify out of it, and put the authorities of ca.crt into its certificate-authority-data",
        "pkigen does not write kubeconfigs that are not its own";
    BINDING: "see to the binding that gives the right instead, which has to be in the cluster before",
        "what is in the cluster is not on this disk";
    CORRECT_CONFIGURATION: "correct the configuration",
        "whether the certificate or the configuration is as it is meant to be is for a person to decide";
}
