//! `pkigen`: parse, call, print. What it does is in the library beside it.

use std::process::ExitCode;

use time::OffsetDateTime;

fn main() -> ExitCode {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks for the time; everything else is told"
    )]
    let now = OffsetDateTime::now_utc();
    pki_cli::run(std::env::args_os(), now)
}
