use std::sync::Arc;

use pki_core::key::FastKeys;
use pki_core::{Provider, SystemRandom};
use pki_layout::Root;
use pki_layout::token::Tokens;
use time::OffsetDateTime;

use super::keys::signers;
use super::root_ca::above;
use super::{Setting, located, pending, setting, writing};
use crate::args::{Global, InitArguments, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen init`.
pub(crate) fn run(
    global: &Global,
    arguments: &InitArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let writing = writing(global, &arguments.writing)?;
    let mut modules = Tokens::default();
    let Setting {
        observation,
        cluster,
        node,
        flags,
        places,
        kubeadm_file,
        flags_say_more,
    } = setting(
        global,
        &arguments.cluster,
        printer,
        |directories, settings| {
            let signers = signers(&arguments.keys, settings, &mut modules)?;
            let root = Root::new(global.root(), directories)?;
            let root = root.with_writing(writing).with_signers(signers);
            Ok(root.observe_to_write())
        },
    )?;
    let mut node = node
        .for_join(arguments.for_join)
        .new_cluster(arguments.new_cluster);
    if let Some(wanted) = arguments.super_admin {
        node = node.super_admin(wanted);
    }
    let line = printer.progress_line();
    let progress = |progress| line.update(progress);
    let provider = Provider::new(&FastKeys, &SystemRandom).with_progress(&progress);
    let above = above(
        &arguments.root_ca,
        observation.root(),
        &cluster,
        now,
        &provider,
        &mut modules,
    )?;
    let observation = match &above {
        None => observation,
        Some(above) => {
            let root = observation.root().clone();
            root.with_superior(Arc::clone(&above.authority))
                .observe_to_write()
        }
    };
    let root = observation.root().clone();
    let new = above.and_then(|above| above.new);
    let result = match &new {
        _ if arguments.dry_run => observation.rehearse_init(cluster, node, &flags, now, &provider),
        None => observation.init(cluster, node, &flags, now, &provider),
        Some(new) => observation.init_below(new, cluster, node, &flags, now, &provider),
    };
    line.finish();
    let result = result.map_err(|error| located(&places, error))?;
    match arguments.output {
        ReportFormat::Json => {
            let report = result.report(&root, &|remedy| printer.typed().words(remedy));
            let account = render::renew::advice(&report.readers, report.dry_run);
            let done = (report.outcome == "done").then_some(account.as_str());
            printer.report(&render::json(&report)?, done)?;
        }
        ReportFormat::Text => {
            let kubeadm = kubeadm_file.as_ref();
            let flags = arguments.cluster.words();
            render::init::print(&result, &root, kubeadm, (&flags, flags_say_more), printer)?;
        }
    }
    if arguments.dry_run && pending(&root, printer) {
        return Ok(ExitStatus::Findings);
    }
    Ok(status(&result))
}

/// A refusal is a finding, unless the machine is to blame.
fn status(result: &pki_layout::Initialised) -> ExitStatus {
    let refusals = result.plan.refusals();
    let is_whole = result.late.is_empty() && result.waiting() == 0;
    if refusals.is_empty() && result.offences.is_empty() && is_whole {
        ExitStatus::Done
    } else if refusals.iter().any(|one| one.problem.is_environment()) {
        ExitStatus::Environment
    } else {
        ExitStatus::Findings
    }
}
