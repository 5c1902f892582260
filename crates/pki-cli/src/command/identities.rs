//! `pkigen user` and `pkigen issued`.

use pki_core::cluster::User;
use pki_core::key::FastKeys;
use pki_core::{ClusterBuilder, NodeBuilder, Provider, SystemRandom};
use pki_layout::identities::{IssuedReport, Role, UserOrder, binding, hand_out, read_ledger};
use pki_layout::token::Tokens;
use pki_layout::{Directories, Observation, Writing};
use time::OffsetDateTime;

use super::description::describe_entrance;
use super::keys::signers;
use super::{config_file, existing_root, file_settings, located, root_to_look_at, with_flags};
use crate::args::{EntranceArguments, Global, IssuedArguments, ReportFormat, UserArguments};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// Where others come in.
pub(super) struct Entrance {
    pub(super) observation: Observation,
    pub(super) cluster: ClusterBuilder,
    pub(super) node: NodeBuilder,
    pub(super) flags: pki_layout::FlagOptions,
    pub(super) places: pki_core::config::Places,
}

/// Reads the configuration, lays the flags over it and the tree beneath it.
pub(super) fn entrance(
    global: &Global,
    arguments: &EntranceArguments,
    modules: &mut Tokens,
    printer: &Printer,
) -> Result<Entrance, CliError> {
    let file = config_file(global, printer)?;
    let settings = with_flags(global, file)?.overlaid(arguments.settings())?;
    let mut writing = Writing::default();
    writing.lock_timeout = arguments.lock_timeout;
    writing.command.clone_from(&global.line);
    writing.interruptible = crate::signal::interruptible();
    let root = existing_root(global, &settings)?.with_writing(writing);
    let root = root.with_signers(signers(&arguments.keys, &settings, modules)?);
    let observation = root.observe_to_write();
    let (settings, description) = describe_entrance(settings, &observation)?;
    Ok(Entrance {
        observation,
        cluster: description.cluster,
        node: description.node,
        flags: pki_layout::FlagOptions::from_settings(&settings),
        places: description.places,
    })
}

/// `pkigen user`.
pub(crate) fn user(
    global: &Global,
    arguments: &UserArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let order = order(arguments)?;
    if arguments.output == ReportFormat::Json && arguments.to.is_none() {
        return Err(CliError::Missing(
            "standard output is the kubeconfig's; say where that is to go with --to FILE, and the \
             report is printed"
                .to_owned(),
        ));
    }
    if let Some(path) = &arguments.to {
        super::new_place("--to", path)?;
    }
    let mut modules = Tokens::default();
    let entrance = entrance(global, &arguments.entrance, &mut modules, printer)?;
    let root = entrance.observation.root().clone();
    let provider = Provider::new(&FastKeys, &SystemRandom);
    let result =
        entrance
            .observation
            .issue_user(entrance.cluster, entrance.node, &order, now, &provider);
    let result = result.map_err(|error| located(&entrance.places, error))?;
    let words = |remedy: &_| printer.typed().words(remedy);
    let mut report = result.report(&order, &root, &words);
    if let (Some(path), Some(text)) = (&arguments.to, &result.kubeconfig) {
        hand_out(path, text)?;
        report.kubeconfig = Some(path.display().to_string());
    }
    let role = arguments.bind.as_ref();
    let role = role.map(|role| Role::new(role, arguments.namespace.clone()));
    report.rbac = role.map(|role| binding(&order.user, &role));
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => {
            render::identities::user(&report, &order.user, printer)?;
            if let (None, Some(text)) = (&arguments.to, &result.kubeconfig) {
                printer.secret(text)?;
            }
        }
    }
    Ok(if report.certificate.is_some() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}

fn order(arguments: &UserArguments) -> Result<UserOrder, CliError> {
    let reason = match arguments.break_glass.as_deref().map(str::trim) {
        Some("") => {
            return Err(CliError::Value {
                place: "--break-glass".to_owned(),
                problem: "it says no reason, and that is what is remembered; say why".to_owned(),
            });
        }
        reason => reason.map(str::to_owned),
    };
    let (name, groups) = (arguments.name.as_str(), arguments.groups.iter().cloned());
    let user = match &reason {
        // In an emergency nobody should find out afterwards that it opens nothing.
        Some(_) if User::person(name, groups.clone()).is_ok() => {
            return Err(CliError::Value {
                place: "--break-glass".to_owned(),
                problem: "nothing that is asked for needs it; what RBAC does not stop is \
                          --group system:masters"
                    .to_owned(),
            });
        }
        Some(_) => User::privileged(name, groups),
        None => User::person(name, groups),
    };
    let user = user.map_err(|error| {
        let otherwise = if error.is_of_privilege() {
            "; in an emergency --break-glass REASON issues it all the same"
        } else {
            ""
        };
        CliError::Missing(format!("{error}{otherwise}"))
    })?;
    let mut order = UserOrder::new(user, arguments.lifetime);
    order.reason = reason;
    Ok(order)
}

/// `pkigen issued`.
pub(crate) fn issued(
    global: &Global,
    arguments: &IssuedArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let settings = file_settings(global, printer)?;
    let root = root_to_look_at(global, &settings)?;
    let own = root.issued()?;
    let others = arguments.from.iter().map(|path| {
        let directories = Directories::from_settings(&settings);
        Ok((path.display().to_string(), read_ledger(path, directories)?))
    });
    let others = others.collect::<Result<Vec<_>, CliError>>()?;
    let mut report = IssuedReport::new(own, others, now);
    if arguments.valid {
        report = report.valid_only();
    }
    if let Some(who) = &arguments.who {
        report = report.matching(who);
    }
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::identities::issued(&report, printer)?,
    }
    let is_missing = arguments.who.is_some() && report.certificates.is_empty();
    Ok(if is_missing || !report.unreadable.is_empty() {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}
