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
    let mut text = String::with_capacity(bytes.len() * (2 + separator.len()));
    for byte in bytes {
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.extend(
            [byte >> 4, byte & 0xf]
                .iter()
                .filter_map(|digit| char::from_digit(u32::from(*digit), 16)),
        );
    }
    text
}
