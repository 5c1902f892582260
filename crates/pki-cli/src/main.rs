//! `pkigen`: parse, call, print. What it does is in the library beside it.

use std::process::ExitCode;

use time::OffsetDateTime;

fn main() -> ExitCode {
    pki_cli::run(std::env::args_os(), OffsetDateTime::now_utc())
}
