//! What the command adds to the meaning of settings: what the tree says, and where there is none,
//! what this host says about itself.

use pki_core::config::{Assumption, Description, HostFacts, Settings, SettingsError};
use pki_layout::{FlagOptions, Observation};

use crate::error::in_configuration;
use crate::exit::CliError;
use crate::host;
use crate::printer::Printer;

/// Reads the meaning of every setting, where the tree is looked at as it is: what no setting says,
/// the tree does.
pub(super) fn describe_tree(
    settings: Settings,
    observation: &Observation,
    printer: &Printer,
) -> Result<Description, CliError> {
    let settings = over_tree(settings, observation)?;
    let description = settings.describe_tree().map_err(unsaid)?;
    for assumed in &description.assumed {
        printer.note(&assumed.to_string());
    }
    say_contradictions(&settings, &description, observation, printer);
    Ok(description)
}

/// The same for what is issued for others: whose tree it is matters to them no more than who signs.
pub(super) fn describe_entrance(
    settings: Settings,
    observation: &Observation,
) -> Result<(Settings, Description), CliError> {
    let settings = over_tree(settings, observation)?;
    let description = settings.describe_tree().map_err(unsaid)?;
    Ok((settings, description))
}

/// What neither configuration nor tree say, with how to say it.
fn unsaid(error: SettingsError) -> CliError {
    match error {
        SettingsError::Unsaid { setting } => CliError::Missing(format!(
            "{error}; add it to the configuration: {}",
            in_configuration(setting)
        )),
        error => error.into(),
    }
}

/// The same where a tree is made or completed: what neither settings nor tree say is asked of this
/// host, as long as nothing of a node is there.
pub(super) fn describe(
    settings: Settings,
    observation: &Observation,
    printer: &Printer,
) -> Result<(Settings, Description), CliError> {
    let settings = over_tree(settings, observation)?;
    let description = if observation.is_of_a_node() {
        settings.describe_tree()
    } else {
        settings.describe(&host_facts())
    };
    let description = description?;
    for assumed in &description.assumed {
        printer.note(&overridable(assumed));
    }
    if settings.format.is_none() && observation.is_before_a_node() {
        let defaults = settings.defaults();
        if !defaults.is_empty() {
            printer.note(&overridable(&Assumption::Defaults(defaults)));
        }
    }
    say_contradictions(&settings, &description, observation, printer);
    Ok((settings, description))
}

/// What the tree says, beneath what is given; a configuration of another node is told from that.
fn over_tree(settings: Settings, observation: &Observation) -> Result<Settings, CliError> {
    let tree = observation.settings();
    let checked = settings.check_node(&tree);
    checked.map_err(|other| CliError::Value {
        place: other.at.to_string(),
        problem: format!("{other}; give that node's own configuration"),
    })?;
    Ok(settings.over_tree(tree))
}

/// Warns of arguments of components that contradict what certificates are made for. Of what does
/// not hold together the builders tell.
fn say_contradictions(
    settings: &Settings,
    description: &Description,
    observation: &Observation,
    printer: &Printer,
) {
    let profile = observation.inventory().profile();
    let cluster = description.cluster.clone().profile_or(profile).build();
    let Ok(cluster) = cluster else { return };
    let Ok(node) = description.node.clone().build(&cluster) else {
        return;
    };
    for contradiction in settings.contradictions(&cluster, &node) {
        printer.warning(&contradiction.to_string());
    }
    let flags = FlagOptions::from_settings(settings);
    let elsewhere = flags.elsewhere(cluster.at(&node), observation.directories());
    for elsewhere in elsewhere.unwrap_or_default() {
        printer.warning(&elsewhere.to_string());
    }
}

fn host_facts() -> HostFacts {
    let mut facts = HostFacts::default();
    facts.name = host::name();
    facts.address = host::address();
    facts.ipv6_address = host::ipv6_address();
    facts
}

/// What was assumed, and the flag that says otherwise.
fn overridable(assumed: &Assumption) -> String {
    match assumed.setting() {
        Some(setting) => format!("{assumed}; --{setting} names another"),
        None => format!("{assumed}; --config or flags say otherwise"),
    }
}
