use std::hint::black_box;

/// Deeper than the frames of whatever works with a key, in builds without optimisation too.
pub(crate) const DEPTH: usize = 256 << 10;

/// Writes zeros over the stack below the caller. Arithmetic with private keys leaves numbers where
/// its frames were; wiping of values does not reach them, and a thread's stack is given to the
/// next one as it is. Call it where the work was called from, on the same thread.
///
/// Takes 256 KiB of the stack. The library does so on the threads that it starts itself; a
/// thread of somebody else on which it has signed, or on which it was denied another, is theirs to
/// overwrite.
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what it is about, and what calls it has as much"
)]
pub fn overwrite_stack() {
    let zeros = [0_u8; DEPTH];
    black_box(&zeros);
}
