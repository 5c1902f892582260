//! Octets as people read them.

/// Lower-case hexadecimal without separators.
#[must_use]
pub fn plain(bytes: &[u8]) -> String {
    join(bytes, "")
}

/// Upper-case pairs with colons between, as OpenSSL prints serial numbers and fingerprints.
#[must_use]
pub fn colons(bytes: &[u8]) -> String {
    join(bytes, ":").to_uppercase()
}

fn join(bytes: &[u8], separator: &str) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(separator)
}
