use pki_core::cluster::NodeName;
use pki_core::config::{EtcdSettings, Settings};
use pki_layout::explain::Question;
use pki_layout::map::{EtcdPlace, MapFacts, Setup, UNNAMED};
use pki_layout::{Directories, Root};
use time::OffsetDateTime;

use super::{file_settings, root_to_look_at, say_not_observed};
use crate::args::{EtcdArgument, Global, MapArguments, MapFormat, SetupArgument};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render::map;

/// `pkigen map`.
pub(crate) fn run(
    global: &Global,
    arguments: &MapArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let wrong = |place: &str, problem: &str| CliError::Value {
        place: place.to_owned(),
        problem: problem.to_owned(),
    };
    if global.root.is_some() && arguments.defaults.is_some() {
        let problem = "the files below --root say how the cluster is set up; leave one of them out";
        return Err(wrong("--defaults", problem));
    }
    let settings = file_settings(global, printer)?;
    let (observation, mut facts) = if global.root.is_some() {
        let root = root_to_look_at(global, &settings)?;
        let observation = root.observe();
        let facts = observation.map_facts(now);
        (observation, facts)
    } else {
        let root = Root::nowhere(Directories::from_settings(&settings))?;
        (root.observe(), of_tables(arguments, &settings, now)?)
    };
    facts.version = observation.kubernetes_version(&settings);
    facts.add_nodes(arguments.nodes.iter().map(ToString::to_string));
    let named = |node: &NodeName| facts.nodes.iter().any(|name| name == node.as_str());
    if !arguments.nodes.iter().all(named) {
        return Err(wrong("--node", "a map has room for 9 control-plane nodes"));
    }
    match arguments.etcd {
        Some(EtcdArgument::Local) => facts.etcd = EtcdPlace::Local,
        Some(EtcdArgument::None) => facts.etcd = EtcdPlace::Missing,
        Some(EtcdArgument::External) if !matches!(facts.etcd, EtcdPlace::External(_)) => {
            facts.etcd = EtcdPlace::External(Vec::new());
        }
        Some(EtcdArgument::External) | None => {}
    }
    let text = match arguments.output {
        MapFormat::Text => map::text(&facts),
        MapFormat::Dot => map::dot(&facts),
        MapFormat::Mermaid => map::mermaid(&facts),
        MapFormat::Svg => map::svg(&facts),
        MapFormat::Html => {
            let question = Question::new(&observation, facts.version, now, &crate::words);
            map::html(&facts, &question)
        }
    };
    if let Some(caveat) = facts.version.caveat() {
        printer.note(&caveat);
    }
    say_not_observed(&observation, printer);
    printer.data(&text)?;
    Ok(ExitStatus::Done)
}

fn of_tables(
    arguments: &MapArguments,
    settings: &Settings,
    now: OffsetDateTime,
) -> Result<MapFacts, CliError> {
    let node = match &settings.node_name {
        Some(name) => name.parse::<NodeName>()?.to_string(),
        None => UNNAMED.to_owned(),
    };
    let etcd = match settings.etcd.as_ref().map(|etcd| &etcd.value) {
        Some(EtcdSettings::External { endpoints, .. }) => {
            let urls = endpoints.iter().map(|url| url.value.as_str());
            EtcdPlace::external(urls)
        }
        _ => EtcdPlace::Local,
    };
    let setup = match arguments.defaults {
        None | Some(SetupArgument::Kubeadm) => Setup::Kubeadm,
        Some(SetupArgument::Pkigen) => Setup::Ours,
    };
    let directories = Directories::from_settings(settings);
    Ok(MapFacts::of_tables(
        setup,
        vec![node],
        etcd,
        &directories,
        now,
    ))
}
