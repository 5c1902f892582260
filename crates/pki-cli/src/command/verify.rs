use std::path::Path;

use pki_core::Setup;
use pki_core::config::Sourced;
use pki_core::judge::{self, Finding, LooseFiles};
use pki_layout::Observation;
use pki_layout::report::{Levels, Looked, VerifyReport};
use time::OffsetDateTime;

use super::description::describe_tree;
use super::{file_settings, root_to_look_at, rules, say_not_observed};
use crate::args::{Global, LooseArguments, ReportFormat, VerifyArguments};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen verify`.
pub(crate) fn run(
    global: &Global,
    arguments: &VerifyArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let levels = Levels {
        warn_only: rules("--warn-only", &arguments.warn_only)?,
        strict: arguments.strict,
    };
    let loose = &arguments.loose;
    let (findings, looked, observation) = match (&loose.ca, &loose.cert) {
        (Some(authorities), Some(certificate)) => {
            let (findings, looked) = files(authorities, certificate, loose, now)?;
            (findings, looked, None)
        }
        _ => tree(global, now, printer)?,
    };
    let mut report = VerifyReport::new(&findings, &levels, looked, now, &|remedy| {
        printer.typed().words_of_finding(remedy)
    });
    if let Some(observation) = &observation {
        report.not_observed = observation.not_observed();
        if arguments.output == ReportFormat::Text {
            say_not_observed(observation, printer);
        }
    }
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::verify::print(&report, now, printer)?,
    }
    Ok(if report.findings.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}

/// The node's tree, and the configuration where there is one.
fn tree(
    global: &Global,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<(Vec<Finding>, Looked, Option<Observation>), CliError> {
    let settings = file_settings(global, printer)?;
    let root = root_to_look_at(global, &settings)?;
    let observation = root.observe().with_settings(&settings);
    let mut facts = observation.facts();
    if global.config.is_some() {
        let lifetime = settings
            .certificate_validity
            .as_ref()
            .map(Sourced::parse)
            .transpose()?;
        let description = describe_tree(settings, &observation, printer)?;
        let mut cluster = description.cluster;
        if let Some(lifetime) = lifetime {
            cluster = cluster.certificate_lifetime(lifetime);
        }
        let profile = facts.inventory.profile();
        let cluster = cluster.profile_or(profile).build()?;
        let node = description.node.build(&cluster)?;
        facts.setup = Some(Box::new(Setup::new(cluster, node)));
    }
    let looked = Looked {
        files: facts.file_count(),
        certificates: facts.certificate_count(),
        configuration: global
            .config
            .as_ref()
            .map(|path| path.display().to_string()),
        node: facts.node.clone(),
    };
    Ok((judge::tree(&facts, now), looked, Some(observation)))
}

/// One certificate in files of its own.
fn files(
    authorities: &Path,
    certificate: &Path,
    arguments: &LooseArguments,
    now: OffsetDateTime,
) -> Result<(Vec<Finding>, Looked), CliError> {
    let given = [Some(authorities), Some(certificate)].into_iter();
    let given = given.chain([arguments.intermediates.as_deref(), arguments.key.as_deref()]);
    if given
        .flatten()
        .filter(|path| path.as_os_str() == "-")
        .count()
        > 1
    {
        let message = "standard input can be read once; name one of the files - and not two";
        return Err(CliError::Missing(message.to_owned()));
    }
    let (chain, mut findings) =
        pki_layout::judge_certificates(certificate).map_err(CliError::File)?;
    let mut read = |path: &Path| {
        let (certificates, found) = pki_layout::read_certificates(path).map_err(CliError::File)?;
        findings.extend(found);
        Ok::<_, CliError>(certificates)
    };
    let anchors = read(authorities)?;
    let intermediates = arguments.intermediates.as_deref().map(read).transpose()?;
    let mut key = None;
    if let Some(path) = &arguments.key {
        let (half, found) = pki_layout::judge_key(path).map_err(CliError::File)?;
        findings.extend(found);
        key = half.map(|half| (path.display().to_string(), half));
    }
    let files = LooseFiles {
        file: certificate.display().to_string(),
        chain,
        intermediates: intermediates.unwrap_or_default(),
        anchors_file: authorities.display().to_string(),
        anchors,
        hosts: arguments.hosts.clone(),
        usage: arguments.usage.map(Into::into),
        key,
    };
    let looked = Looked {
        files: 2
            + usize::from(arguments.intermediates.is_some())
            + usize::from(arguments.key.is_some()),
        certificates: files.chain.len() + files.intermediates.len() + files.anchors.len(),
        ..Looked::default()
    };
    // Of what cannot be read it has been said.
    if !files.chain.is_empty() || findings.is_empty() {
        findings.extend(judge::loose(&files, now));
    }
    Ok((findings, looked))
}
