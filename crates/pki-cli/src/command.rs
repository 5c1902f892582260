//! One module for each verb: read the arguments, call the library, print.

pub(crate) mod audit;
pub(crate) mod bundle;
pub(crate) mod check_expiration;
pub(crate) mod compare;
pub(crate) mod csr;
mod description;
pub(crate) mod explain;
pub(crate) mod flags;
pub(crate) mod generate;
pub(crate) mod identities;
pub(crate) mod init;
pub(crate) mod inspect;
mod keys;
pub(crate) mod kubeconfig;
pub(crate) mod map;
pub(crate) mod nodes;
pub(crate) mod readdress;
pub(crate) mod renew;
mod root_ca;
pub(crate) mod transaction;
pub(crate) mod verify;

use pki_core::config::{self, Format, Places, Settings};
use pki_core::judge::{Rule, UnknownRule};
use pki_core::text::nearest;
use pki_core::{ClusterBuilder, NodeBuilder};
use pki_layout::table::KubernetesVersion;
use pki_layout::{Directories, FlagOptions, LayoutError, Observation, Root, Writing};

use self::description::describe;
use crate::args::{ClusterArguments, Global, WritingArguments};
use crate::exit::CliError;
use crate::printer::Printer;
use crate::render;
use crate::render::init::KubeadmFile;

/// What to work on, as the arguments, the configuration file and the tree say.
struct Setting {
    observation: Observation,
    cluster: ClusterBuilder,
    node: NodeBuilder,
    flags: FlagOptions,
    places: Places,
    /// The configuration, where kubeadm takes the file too and no flag says anything else.
    kubeadm_file: Option<KubeadmFile>,
    /// Whether flags say something of the cluster or the node.
    flags_say_more: bool,
}

/// Where to work, where nothing of the cluster needs to be known: as the flags say, else the
/// configuration file.
fn root(global: &Global, printer: &Printer) -> Result<Root, CliError> {
    let settings = file_settings(global, printer)?;
    existing_root(global, &settings)
}

/// A tree that is looked at or changed, and so has to be somewhere: a name with a typing error in
/// it is no tree in which everything is missing.
fn existing_root(global: &Global, settings: &Settings) -> Result<Root, CliError> {
    let root = Root::new(global.root(), Directories::from_settings(settings))?;
    root.check_directories()?;
    Ok(root)
}

/// A tree that is looked at and not changed: a directory or an archive.
fn root_to_look_at(global: &Global, settings: &Settings) -> Result<Root, CliError> {
    let input = std::io::stdin().lock();
    let directories = Directories::from_settings(settings);
    Ok(Root::to_look_at(global.root(), input, directories)?)
}

/// Says what an archive lacks, and so nothing is said of, and what waits and cannot be told.
fn say_not_observed(observation: &Observation, printer: &Printer) {
    say_unusable_requests(observation, printer);
    let paths = observation.not_observed();
    if !paths.is_empty() {
        printer.note(&format!(
            "not observed, because the archive does not have it: {}",
            paths.join(", ")
        ));
    }
}

/// Says what waits and is of no use, or cannot be told.
fn say_unusable_requests(observation: &Observation, printer: &Printer) {
    if let Some(error) = observation.unusable_requests() {
        printer.warning(&error.to_string());
    }
}

/// How a command that writes gets along with others.
fn writing(global: &Global, arguments: &WritingArguments) -> Result<Writing, CliError> {
    let mut writing = Writing::default();
    writing.lock_timeout = arguments.lock_timeout;
    writing.keep = arguments.keep.map(usize::from);
    writing.command.clone_from(&global.line);
    writing.interruptible = crate::signal::interruptible();
    writing.accept = rules("--accept", &arguments.accept)?;
    Ok(writing)
}

/// The rules that a flag names.
fn rules(flag: &str, names: &[String]) -> Result<Vec<Rule>, CliError> {
    let rule = |name: &String| {
        name.parse().map_err(|error: UnknownRule| {
            let known = Rule::all().map(|spec| spec.id);
            let problem = match nearest(name, known) {
                Some(nearest) => format!("{error}; did you mean {}?", nearest.name),
                None => format!("{error}; docs/rules.md lists them"),
            };
            CliError::Value {
                place: flag.to_owned(),
                problem,
            }
        })
    };
    names.iter().map(rule).collect()
}

/// Says so when a run was interrupted and this one writes nothing that would complete it.
fn pending(root: &Root, printer: &Printer) -> bool {
    let pending = root.pending();
    let row = pending.as_ref().map(pki_layout::observe::Pending::row);
    render::transaction::pending(row.as_ref(), printer);
    pending.is_some()
}

/// What the configuration file says, with the directories that the flags give.
fn file_settings(global: &Global, printer: &Printer) -> Result<Settings, CliError> {
    with_flags(global, config_file(global, printer)?)
}

fn with_flags(global: &Global, file: Settings) -> Result<Settings, CliError> {
    Ok(file.overlaid(global.settings())?)
}

fn config_file(global: &Global, printer: &Printer) -> Result<Settings, CliError> {
    let mut settings = Settings::default();
    if let Some(path) = &global.config {
        let text = pki_layout::read_text(path).map_err(CliError::ConfigFile)?;
        let parsed = config::parse(&path.display().to_string(), &text)?;
        for warning in &parsed.warnings {
            printer.warning(warning);
        }
        settings = parsed.settings;
        if !settings.authority_keys.is_empty() {
            pki_layout::check_trusted(path).map_err(CliError::ConfigFile)?;
        }
    }
    Ok(settings)
}

/// Reads the configuration file, lays the flags over it and the tree beneath it, and says what was
/// assumed. `look` opens the tree in these directories, by what is said of it.
fn setting(
    global: &Global,
    arguments: &ClusterArguments,
    printer: &Printer,
    look: impl FnOnce(Directories, &Settings) -> Result<Observation, CliError>,
) -> Result<Setting, CliError> {
    let file = config_file(global, printer)?;
    let format = file.format;
    let given = arguments.settings();
    let flags_say_more = given != Settings::default();
    let settings = with_flags(global, file.clone())?.overlaid(given)?;
    let is_kubeadm = format == Some(Format::Kubeadm) && settings == file;
    let observation = look(Directories::from_settings(&settings), &settings)?;
    let (settings, description) =
        describe(settings, &observation, printer).map_err(|error| {
            match (error, &global.config) {
                (CliError::Missing(problem), Some(path)) => CliError::Value {
                    place: path.display().to_string(),
                    problem,
                },
                (error, _) => error,
            }
        })?;
    let mut flags = FlagOptions::from_settings(&settings);
    flags.cluster_signing_duration = arguments.signing_duration()?;
    if let Some(caveat) = flags.version().and_then(KubernetesVersion::caveat) {
        printer.note(&caveat);
    }
    for refused in flags.unavailable() {
        printer.warning(&refused);
    }
    Ok(Setting {
        observation,
        cluster: description.cluster,
        node: description.node.kubelet_serving(arguments.kubelet_serving),
        flags,
        places: description.places,
        flags_say_more,
        kubeadm_file: global
            .config
            .clone()
            .filter(|_| is_kubeadm)
            .map(|path| KubeadmFile {
                path,
                joins: file.joins,
            }),
    })
}

/// What is written for others is made anew: nothing is written over.
fn not_there(flag: &str, path: &std::path::Path) -> Result<(), CliError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(CliError::Value {
        place: format!("{flag} {}", path.display()),
        problem: "it is there already, and nothing is written over; name another".to_owned(),
    })
}

/// The same where what goes before cannot be taken back: that it can be written is seen first.
fn new_place(flag: &str, path: &std::path::Path) -> Result<(), CliError> {
    not_there(flag, path)?;
    Ok(pki_layout::requests::check_place(path)?)
}

/// Puts the place before what is wrong with a setting, where the disk may have failed as well.
fn located(places: &Places, error: LayoutError) -> CliError {
    match error {
        LayoutError::Cluster(error) => places.locate(error).into(),
        other => other.into(),
    }
}
