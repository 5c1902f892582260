//! What components are told of beside the table: manifests that name more, users that nobody uses.

use std::fs;

use super::Tree;
use super::workshop::How;

/// What a client's certificate says.
const CLIENT: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n\
                      basicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\n";

/// A certificate of the cluster's authority and its key, which ended a month ago.
pub(crate) fn expired(tree: &Tree, subject: &str) -> (String, String) {
    let shop = tree.workshop("ca");
    let key = shop.key("one", "P-256");
    let certificate = shop.signed_as("one", "ca", subject, CLIENT, How::days(-30));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(certificate), text(key))
}

/// Adds a user with a context to a kubeconfig, after what is there.
pub(crate) fn add_user(tree: &Tree, file: &str, name: &str, (certificate, key): (String, String)) {
    let path = tree.etc(file);
    let text = fs::read_to_string(&path).unwrap();
    let encode = super::x509::encode;
    let user = format!(
        "users:\n- name: {name}\n  user:\n    client-certificate-data: {}\n    client-key-data: {}\n",
        encode(certificate),
        encode(key)
    );
    let context =
        format!("contexts:\n- context: {{cluster: none, user: {name}}}\n  name: {name}@none\n");
    let text = text
        .replace("users:\n", &user)
        .replace("contexts:\n", &context);
    fs::write(path, text).unwrap();
}

/// The manifest of a component with these flags; `/etc/kubernetes` is mounted.
pub(crate) fn manifest(tree: &Tree, name: &str, component: &str, flags: &[&str]) {
    let flags: Vec<String> = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    let flags = flags.concat();
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: {component}\n    command:\n    \
         - {component}\n{flags}    volumeMounts:\n    - {{name: etc, mountPath: /etc/kubernetes}}\n  \
         volumes:\n  - {{name: etc, hostPath: {{path: /etc/kubernetes}}}}\n"
    );
    fs::create_dir_all(tree.etc("manifests")).unwrap();
    fs::write(tree.etc("manifests").join(name), pod).unwrap();
}
