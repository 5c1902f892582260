//! What nodes can be to each other that they should not, as a table.

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Weight {
    /// Somebody is refused, or will be.
    Error,
    /// Nobody is refused by it, and nobody meant it.
    Warning,
}

impl Weight {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A kind of divergence.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompareRule {
    /// Its name, for programs.
    pub id: &'static str,
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong, and what comes of it.
    pub problem: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Declares the constants and the table together.
macro_rules! rules {
    ($($name:ident $id:literal $weight:ident: $problem:literal, $remedy:literal;)*) => {
        $(pub(super) static $name: CompareRule = CompareRule {
            id: $id,
            weight: Weight::$weight,
            problem: $problem,
            remedy: $remedy,
        };)*

        /// Every kind of divergence.
        pub static COMPARE_RULES: &[&CompareRule] = &[$(&$name),*];
    };
}

rules! {
    OTHER_AUTHORITY "other-authority" Error:
        "the nodes have different authorities: what one issues, the others refuse",
        "find out which one the cluster uses, and bring that to the others: `pkigen bundle export` there, \
         `pkigen bundle import` here once the wrong files are moved away";
    OTHER_GENERATION "other-generation" Error:
        "the authority was renewed on some nodes and not on others: what believes the old certificate \
         refuses everything once that ends",
        "copy the newer certificate over the older one, or take it with `pkigen renew NAME --certificate FILE`";
    OTHER_BUNDLE "other-bundle" Error:
        "the nodes believe different authorities: a client that one accepts, another one refuses",
        "complete the rotation that this is a step of, or take the certificate away that one has too many";
    AUTHORITY_MISSING "authority-missing" Error:
        "an authority that the others have is not there",
        "bring what the nodes share there: `pkigen bundle export` on one that has it, `pkigen bundle import` \
         there";
    KEY_MISSING "key-missing" Warning:
        "the authority's key is on some nodes and not on others: where it is missing nothing is issued or \
         renewed, and kube-controller-manager signs nothing while it leads there",
        "bring it there with `pkigen bundle export` and `pkigen bundle import`, or take it away everywhere and \
         keep it offline";
    OTHER_CALLERS_BUNDLE "other-callers-bundle" Error:
        "callers on the nodes believe different authorities",
        "copy the bundle from a node where every component is reached";
    OTHER_TOKEN_KEY "other-token-key" Error:
        "the nodes sign service-account tokens by different keys: a token of one is refused by the API \
         servers of the others",
        "bring sa.key and sa.pub of one node to all of them, and restart kube-apiserver and \
         kube-controller-manager there";
    OTHER_TOKEN_VERIFIERS "other-token-verifiers" Error:
        "the API servers believe service-account tokens of different keys",
        "give every node the same sa.pub, with every key that tokens in use were signed by";
    OTHER_ETCD "other-etcd" Error:
        "one node keeps its state in an etcd of its own, and another one elsewhere",
        "give every kube-apiserver the members of the one etcd";
    OTHER_TRUST "other-trust" Error:
        "the kubeconfigs of the nodes believe different authorities: after a move to another API server their \
         components are cut off",
        "write them anew: `pkigen renew NAME --reconcile`";
    COPIED_CERTIFICATE "copied-certificate" Error:
        "several nodes have one and the same certificate, which is a node's own: the whole directory was \
         copied. It has the names of one of them, and whoever dials the others refuses it",
        "on the node that it was copied to, move the file and its key away, and run `pkigen init`";
    COPIED_KEY "copied-key" Error:
        "several nodes have one key in certificates that are a node's own: who has the key of one is the \
         others too",
        "give all but one another key: `pkigen renew NAME`";
    SAME_NAME "same-name" Error:
        "several nodes have one name: each takes the other's Node object, leases and pods",
        "set --hostname-override or the host's name, and make that node's certificates anew";
    SAME_ADDRESS "same-address" Error:
        "several nodes advertise one address: clients of the service `kubernetes` reach one of them",
        "set --advertise-address of each to its own address: `pkigen readdress`";
    SAME_MEMBER "same-member" Error:
        "several members of etcd have one name or one address: the second does not join",
        "give each its own --name and --initial-advertise-peer-urls";
    NAMES_OF_ANOTHER "names-of-another" Error:
        "a certificate serves another node's name and not its own: whoever dials this node refuses it",
        "make it anew on this node: `pkigen renew NAME --reconcile`, with the node's own configuration";
    OTHER_NAMES "other-names" Error:
        "the API servers do not all serve the same names: who dials a name that one lacks is refused whenever \
         the balancer chooses that one",
        "give every node the same apiserver names in its configuration, and run `pkigen renew apiserver \
         --reconcile` where one is missing";
    OTHER_SETTING "other-setting" Error:
        "the nodes are of differently described clusters",
        "give every node the same configuration of the cluster, and make what depends on it anew with \
         `pkigen renew all --reconcile`";
    OTHER_RIGHTS "other-rights" Warning:
        "the same kubeconfig gives different rights on different nodes",
        "issue the one with more rights again: `pkigen renew admin.conf --reconcile --accept right-removed`";
    BREAK_GLASS_COPIED "break-glass-copied" Warning:
        "super-admin.conf is on several nodes: its rights bypass RBAC, and each copy can be stolen",
        "keep one, offline, and take the others away";
    ROW_MISSING "row-missing" Warning:
        "a certificate that some nodes have is not on others",
        "make it there: `pkigen init` with the same flags as where it is";
    OTHER_PROFILE "other-profile" Warning:
        "the certificates of the nodes were made by different profiles",
        "name one with --profile, and issue the others again: `pkigen renew all --reconcile`";
    OTHER_ALGORITHM "other-algorithm" Warning:
        "the keys of the nodes are of different kinds",
        "name one with --key-algorithm, and issue the others again: `pkigen renew all --reconcile`";
    EXPIRY_SPREAD "expiry-spread" Warning:
        "the certificates of the nodes do not end at about the same time: one of them is forgotten easily",
        "renew those that end first: `pkigen renew all`";
    OTHER_VERSION "other-version" Warning:
        "the nodes run different versions of a component: that is for the time of an upgrade",
        "complete the upgrade";
    OTHER_FLAG_OF_TRUST "other-flag-of-trust" Error:
        "a flag that decides who is believed differs: what one node accepts, another one refuses",
        "give it the same value on every node, in manifests or in the ConfigMap kubeadm-config";
    OTHER_FLAG "other-flag" Warning:
        "a flag that has to do with certificates differs",
        "give it the same value on every node";
    OTHER_FILE "other-file" Error:
        "a file that a flag names is not the same on every node: what one API server encrypts or lets in, \
         another one cannot read or refuses",
        "copy it from the node where it is right";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let mut ids: Vec<_> = COMPARE_RULES.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(count >= 25);
    }
}
