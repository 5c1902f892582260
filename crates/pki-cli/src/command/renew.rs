use std::collections::BTreeMap;
use std::path::Path;

use pki_core::judge::expiration::Threshold;
use pki_core::key::FastKeys;
use pki_core::plan::renew::RenewRule;
use pki_core::text::nearest;
use pki_core::{CertSpec, Certificate, Lifetime, Provider, RowId, Setup, SystemRandom, Table};
use pki_layout::LayoutError;
use pki_layout::requests::read_certificates;
use pki_layout::token::Tokens;
use time::OffsetDateTime;

use super::description::describe_tree;
use super::keys::signers;
use super::root_ca::existing;
use super::{existing_root, file_settings, pending, say_unusable_requests, writing};
use crate::args::{Global, RenewArguments, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// What the CA above the tree's is called among the names.
const ROOT_CA: &str = "root-ca";

/// `pkigen renew`.
pub(crate) fn run(
    global: &Global,
    arguments: &RenewArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    if arguments.names.iter().any(|name| name == ROOT_CA) {
        return super::root_ca::renew(global, arguments, now, printer);
    }
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let root = root.with_writing(writing(global, &arguments.writing)?);
    let mut modules = Tokens::default();
    let root = root.with_signers(signers(&arguments.keys, &settings, &mut modules)?);
    let root = match existing(&arguments.root_ca, Some(&root), &mut modules)? {
        Some(superior) => root.with_superior(superior),
        None => root,
    };
    let mut rule = RenewRule::all();
    rule.names = names(&arguments.names)?;
    let mut named = rule.names.iter();
    let is_any = rule.names.is_empty() || named.any(|row| row.spec().is_authority());
    if arguments.root_ca.root_ca.is_some() && !is_any {
        return Err(CliError::Value {
            place: "--root-ca".to_owned(),
            problem: "it signs CAs, and none is named; what is below them is renewed without it"
                .to_owned(),
        });
    }
    rule.threshold = Threshold {
        within: arguments.within.map(Lifetime::duration),
    };
    rule.reuse_key = arguments.reuse_key;
    rule.authority_lifetime = arguments.ca_validity;
    if let Some(path) = &arguments.certificate {
        rule.issued = issued(&rule.names, path)?;
    }
    rule.drop_names = arguments.drop_names;
    rule.lifetime = match (
        arguments.certificate_validity,
        &settings.certificate_validity,
    ) {
        (Some(lifetime), _) => lifetime,
        (None, Some(configured)) => configured.parse()?,
        (None, None) => Lifetime::YEAR,
    };
    let observation = root.observe_to_write();
    say_unusable_requests(&observation, printer);
    let version = arguments.kubernetes_version;
    let version = version.unwrap_or_else(|| observation.kubernetes_version(&settings));
    if arguments.reconcile {
        let description = describe_tree(settings, &observation, printer)?;
        let cluster = description.cluster.certificate_lifetime(rule.lifetime);
        let profile = observation.inventory().profile();
        let cluster = cluster.profile_or(profile).build()?;
        let node = description.node.build(&cluster)?;
        rule.reconcile = Some(Box::new(Setup::new(cluster, node)));
    }
    let result = if arguments.dry_run {
        observation.rehearse_renew(rule, now)
    } else {
        let line = printer.progress_line();
        let progress = |progress| line.update(progress);
        let provider = Provider::new(&FastKeys, &SystemRandom).with_progress(&progress);
        let result = observation.renew(&rule, now, &provider);
        line.finish();
        result?
    };
    let words = |remedy: &_| printer.typed().words(remedy);
    let report = result.report(&root, version, &words);
    match arguments.output {
        ReportFormat::Json => {
            let account = render::renew::advice(&report.readers, report.dry_run);
            let done = report.has_changed().then_some(account.as_str());
            printer.report(&render::json(&report)?, done)?;
        }
        ReportFormat::Text => render::renew::print(&report, printer)?,
    }
    let is_pending = arguments.dry_run && pending(&root, printer);
    Ok(if result.plan.is_environment() {
        ExitStatus::Environment
    } else if result.has_findings() || is_pending {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}

/// The certificates that authorities were given elsewhere: of all that came, each takes its own.
fn issued(names: &[RowId], path: &Path) -> Result<BTreeMap<RowId, Vec<Certificate>>, CliError> {
    let wrong = |problem: String| CliError::Value {
        place: format!("--certificate {}", path.display()),
        problem,
    };
    if names.is_empty() {
        return Err(wrong("it is an authority's; name that".to_owned()));
    }
    if let Some(other) = names.iter().find(|row| !row.spec().is_authority()) {
        return Err(wrong(format!("{other} is no authority")));
    }
    let certificates = read_certificates(path).map_err(|error| match error {
        LayoutError::Certificate { source, .. } => wrong(source.to_string()),
        error => error.into(),
    })?;
    let each = names.iter().map(|row| (*row, certificates.clone()));
    Ok(each.collect())
}

/// The rows that were named; none for `all`.
fn names(names: &[String]) -> Result<Vec<RowId>, CliError> {
    if names.iter().any(|name| name == "all") {
        return match names {
            [_] => Ok(Vec::new()),
            _ => Err(CliError::Value {
                place: "NAME".to_owned(),
                problem: "\"all\" goes alone; leave out the other names".to_owned(),
            }),
        };
    }
    names.iter().map(|name| row(name)).collect()
}

pub(super) fn row(name: &str) -> Result<RowId, CliError> {
    let table = Table::kubernetes();
    let has_certificate = |spec: &CertSpec| spec.issuer.is_some() || spec.is_authority();
    let renewable = table.rows().filter(|spec| has_certificate(spec));
    let known: Vec<&str> = renewable.map(|spec| spec.name).collect();
    let found = table.find(name).filter(|id| has_certificate(id.spec()));
    found.ok_or_else(|| {
        let why = match table.find(name) {
            Some(_) => " has no certificate;",
            None => " is no certificate of the table;",
        };
        // Files are named by it, with an ending more.
        let stem = name.strip_suffix(".crt").or(name.strip_suffix(".key"));
        let near = nearest(stem.unwrap_or(name), known.iter().copied());
        let meant = near.map_or_else(String::new, |near| format!("; did you mean {}?", near.name));
        CliError::Value {
            place: "NAME".to_owned(),
            problem: format!("{name:?}{why} there are all, {}{meant}", known.join(", ")),
        }
    })
}
