//! `pkigen readdress`.

use std::net::IpAddr;

use pki_core::key::FastKeys;
use pki_core::{Provider, SystemRandom};
use pki_layout::Move;
use pki_layout::token::Tokens;
use time::OffsetDateTime;

use super::keys::signers;
use super::{existing_root, file_settings, pending, writing};
use crate::args::{Global, ReaddressArguments, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen readdress`.
pub(crate) fn run(
    global: &Global,
    arguments: &ReaddressArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let (old, new) = (
        address("OLD", &arguments.old)?,
        address("NEW", &arguments.new)?,
    );
    let addresses = Move::new(old, new).map_err(|error| CliError::Missing(error.to_string()))?;
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let root = root.with_writing(writing(global, &arguments.writing)?);
    let mut modules = Tokens::default();
    let root = root.with_signers(signers(&arguments.keys, &settings, &mut modules)?);
    let provider = Provider::new(&FastKeys, &SystemRandom);
    let observation = root.observe_to_write();
    let result = observation.readdress(&settings, addresses, now, &provider, arguments.dry_run)?;
    let report = result.report();
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::readdress::print(&report, printer)?,
    }
    let is_pending = arguments.dry_run && pending(&root, printer);
    Ok(
        if report.refusals.is_empty()
            && report.outcome != "unchanged"
            && report.late_writes.is_empty()
            && !is_pending
        {
            ExitStatus::Done
        } else {
            ExitStatus::Findings
        },
    )
}

fn address(place: &str, text: &str) -> Result<IpAddr, CliError> {
    text.parse().map_err(|_| CliError::Value {
        place: place.to_owned(),
        problem: format!(
            "{text:?} is no IP address. A node's name cannot change: its Node object, its pods and volumes, \
             its leases and its member of etcd go by it; take the node out and let it join anew"
        ),
    })
}
