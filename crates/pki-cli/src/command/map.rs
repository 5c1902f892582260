use pki_core::cluster::NodeName;
use pki_layout::explain::Question;
use pki_layout::map::{EtcdPlace, Setup, Situation, UNNAMED};
use pki_layout::{KubernetesVersion, Root};
use time::OffsetDateTime;

use super::{existing_root, file_settings};
use crate::args::{EtcdArgument, Global, MapArguments, MapFormat, SetupArgument};
use crate::config::{self, EtcdSettings, Settings};
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
    let (settings, _) = file_settings(global, printer)?;
    let (root, mut situation) = if global.root.is_some() {
        let root = existing_root(global, &settings)?;
        let situation = root.situation(now);
        (root, situation)
    } else {
        let root = Root::nowhere(config::directories(&settings))?;
        (root, of_tables(arguments, &settings, now)?)
    };
    situation.add_nodes(arguments.nodes.iter().map(ToString::to_string));
    match arguments.etcd {
        Some(EtcdArgument::Local) => situation.etcd = EtcdPlace::Local,
        Some(EtcdArgument::None) => situation.etcd = EtcdPlace::Missing,
        Some(EtcdArgument::External) if !matches!(situation.etcd, EtcdPlace::External(_)) => {
            situation.etcd = EtcdPlace::External(Vec::new());
        }
        Some(EtcdArgument::External) | None => {}
    }
    let text = match arguments.output {
        MapFormat::Text => map::text(&situation),
        MapFormat::Dot => map::dot(&situation),
        MapFormat::Mermaid => map::mermaid(&situation),
        MapFormat::Svg => map::svg(&situation),
        MapFormat::Html => {
            let question = Question::new(&root, KubernetesVersion::NEWEST, now);
            map::html(&situation, &question)
        }
    };
    printer.data(&text)?;
    Ok(ExitStatus::Done)
}

fn of_tables(
    arguments: &MapArguments,
    settings: &Settings,
    now: OffsetDateTime,
) -> Result<Situation, CliError> {
    let node = match &settings.node_name {
        Some(name) => config::parse_value::<NodeName>(name)?.to_string(),
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
        SetupArgument::Kubeadm => Setup::Kubeadm,
        SetupArgument::Pkigen => Setup::Ours,
    };
    let directories = config::directories(settings);
    Ok(Situation::of_tables(
        setup,
        vec![node],
        etcd,
        &directories,
        now,
    ))
}
