//! What takes graviola's place where the feature `graviola` is off, or nobody has written it for the
//! kind of processor: nothing.

pub(super) const fn is_here() -> bool {
    false
}

pub(super) const fn public_point(_: &[u8]) -> Option<[u8; 65]> {
    None
}

pub(super) const fn sign(_: &[u8], _: &[u8]) -> Option<Vec<u8>> {
    None
}
