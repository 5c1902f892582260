//! `pkigen node` and `pkigen bootstrap`.

use pki_core::config::{ListedNode, check_distinct, parse_nodes};
use pki_core::key::FastKeys;
use pki_core::{NodeName, Provider, SystemRandom};
use pki_layout::LayoutError;
use pki_layout::identities::{BootstrapOrder, NewNode, NodeForm, NodesOrder, Token};
use pki_layout::token::Tokens;
use time::OffsetDateTime;

use super::identities::entrance;
use super::{located, not_there};
use crate::args::{BootstrapArguments, Global, NodeArguments, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen node`.
pub(crate) fn run(
    global: &Global,
    arguments: &NodeArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let mut order = NodesOrder::new(nodes(arguments)?, &arguments.to);
    order.serving = !arguments.no_serving;
    order.kube_proxy = arguments.kube_proxy;
    if arguments.archive {
        order.form = NodeForm::Archive;
    }
    let mut modules = Tokens::default();
    let entrance = entrance(global, &arguments.entrance, &mut modules, printer)?;
    let root = entrance.observation.root().clone();
    let mut cluster = entrance.cluster;
    if let Some(lifetime) = arguments.certificate_validity {
        cluster = cluster.certificate_lifetime(lifetime);
    }
    let provider = Provider::new(&FastKeys, &SystemRandom);
    let bar = printer.progress_bar("nodes");
    let result = entrance.observation.issue_nodes(
        (cluster, entrance.node),
        &order,
        &entrance.flags,
        now,
        &provider,
        &|progress| bar.update(progress.done, progress.total),
    );
    bar.finish();
    let result = result.map_err(|error| match error {
        LayoutError::NoAddress { node } => CliError::Missing(format!(
            "{node} has no address, and its kubelet's serving certificate needs one: write it \
             {node}=192.0.2.21, or leave serving certificates out with --no-serving"
        )),
        error => located(&entrance.places, error),
    })?;
    let words = |remedy: &_| printer.typed().words(remedy);
    let report = result.report(&order, &root, &words);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::identities::nodes(&report, printer)?,
    }
    Ok(if report.refusals.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}

/// `pkigen bootstrap`.
pub(crate) fn bootstrap(
    global: &Global,
    arguments: &BootstrapArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    not_there("--to", &arguments.to)?;
    let node: NodeName = arguments.node.parse().map_err(|error| CliError::Value {
        place: "NAME".to_owned(),
        problem: format!("{error}"),
    })?;
    let token = match &arguments.token_file {
        Some(path) => {
            let text = pki_layout::read_text(path).map_err(CliError::ConfigFile)?;
            Token::read(&text).map_err(|error| CliError::Value {
                place: path.display().to_string(),
                problem: error.to_string(),
            })?
        }
        None => Token::draw(&SystemRandom)?,
    };
    let mut order = BootstrapOrder::new(node, token, &arguments.to);
    order.lifetime = arguments.ttl;
    order.group.clone_from(&arguments.group);
    if let Some(problem) = order.wrong_group() {
        return Err(CliError::Value {
            place: format!("--group {}", order.group),
            problem: problem.to_owned(),
        });
    }
    let mut modules = Tokens::default();
    let entrance = entrance(global, &arguments.entrance, &mut modules, printer)?;
    order.version = arguments.kubernetes_version.or(entrance.flags.version());
    let observation = entrance.observation;
    let report = observation.bootstrap(entrance.cluster, entrance.node, &order, now);
    let report = report.map_err(|error| located(&entrance.places, error))?;
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::identities::bootstrap(&report, printer)?,
    }
    Ok(ExitStatus::Done)
}

fn nodes(arguments: &NodeArguments) -> Result<Vec<NewNode>, CliError> {
    let mut listed = Vec::new();
    for text in &arguments.nodes {
        listed.push(ListedNode::from_argument(text)?);
    }
    if let Some(path) = &arguments.from {
        let text = pki_layout::read_text(path).map_err(CliError::ConfigFile)?;
        listed.extend(parse_nodes(&path.display().to_string(), &text)?);
    }
    check_distinct(&listed)?;
    let nodes = listed
        .into_iter()
        .map(|one| NewNode::new(one.name, one.hosts));
    Ok(nodes.collect())
}
