use pki_core::Etcd;
use pki_layout::Root;
use pki_layout::flags::{FlagSet, Format, render};
use pki_layout::table::Component;

use super::{Setting, setting};
use crate::args::{FlagsArguments, FlagsFormat, Global};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;

/// `pkigen flags`.
pub(crate) fn run(
    global: &Global,
    arguments: &FlagsArguments,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let component: Option<Component> = match &arguments.component {
        Some(name) => Some(name.parse().map_err(|error| CliError::Value {
            place: "COMPONENT".to_owned(),
            problem: format!("{error}"),
        })?),
        None => None,
    };
    let Setting {
        observation,
        cluster,
        node,
        flags,
        places,
        ..
    } = setting(global, &arguments.cluster, printer, |directories, _| {
        let input = std::io::stdin().lock();
        Ok(Root::to_plan_for(global.root(), input, directories)?.observe())
    })?;
    let cluster = cluster.build().map_err(|error| places.locate(error))?;
    let node = node.build(&cluster);
    let node = node.map_err(|error| places.locate(error))?;
    let site = cluster.at(&node);
    let directories = observation.directories();
    let options = observation.flag_options(&flags);
    let sets = match component {
        Some(one) => vec![FlagSet::of(one, site, directories, &options)?],
        None => FlagSet::all(site, directories, &options)?,
    };
    if component == Some(Component::Etcd) && *cluster.etcd() != Etcd::Local {
        printer.note("etcd is run elsewhere, so it has no flags here");
    }
    let format = match arguments.output {
        FlagsFormat::Args => Format::Args,
        FlagsFormat::Yaml => Format::Yaml,
        FlagsFormat::Json => Format::Json,
        FlagsFormat::Systemd => Format::Systemd,
        FlagsFormat::Kubeadm => Format::Kubeadm,
    };
    printer.data(&render(&sets, format)?)?;
    Ok(ExitStatus::Done)
}
