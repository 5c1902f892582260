//! `pkigen`: parse, call, print. What it does is in the library beside it.

use std::alloc::System;
use std::process::ExitCode;

use time::OffsetDateTime;
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed: our own buffers wipe themselves, those inside of parsers, encoders and
/// big-number arithmetic do not.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks for the time; everything else is told"
    )]
    let now = OffsetDateTime::now_utc();
    let code = pki_cli::run(std::env::args_os(), now);
    pki_core::key::overwrite_stack();
    code
}
