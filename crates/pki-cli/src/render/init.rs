//! `init`, for people.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pki_layout::Initialised;
use pki_layout::report::{InitReport, InitRow, RefusalRow};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::remedy::{WHERE_FILE_IS, names_file};
use super::{counted, date, lines, renew, table, transaction};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};
use crate::typed::quoted;

/// Prints warnings and refusals to standard error, the account to standard output.
pub(crate) fn print(
    result: &Initialised,
    root: &pki_layout::Root,
    kubeadm: Option<&KubeadmFile>,
    flags: (&[String], bool),
    printer: &Printer,
) -> Result<(), CliError> {
    let (flags, flags_say_more) = flags;
    let typed = printer.typed();
    let words = |remedy: &_| typed.words_of_init(remedy, flags, flags_say_more);
    let report = &result.report(root, &words);
    transaction::recovered(report.recovered.as_ref(), printer);
    for warning in &report.warnings {
        printer.warning(warning);
    }
    for late in &report.late_writes {
        printer.failure(late);
    }
    // What mends several is said once.
    let same = |one: &RefusalRow, other: &RefusalRow| one.remedy.text == other.remedy.text;
    for group in report.refusals.chunk_by(same) {
        for refusal in group {
            printer.refusal(&format!("{}: {}", refusal.file, refusal.problem));
        }
        if let Some(refusal) = group.first() {
            printer.remedy(&refusal.remedy.text);
        }
    }
    let mut remedies = report.refusals.iter().map(|one| one.remedy.text.as_str());
    if remedies.any(names_file) {
        printer.plain(WHERE_FILE_IS);
    }
    if report.outcome == "refused" {
        let count = report.refusals.len();
        let things = if count == 1 { "problem" } else { "problems" };
        printer.plain(&format!("{count} {things}; nothing was written"));
        return Ok(());
    }
    let waiting = report
        .rows
        .iter()
        .filter(|row| row.action == "wait")
        .count();
    let import = printer.typed().line(&["csr", "import", "FILE"]);
    if waiting > 0 {
        printer.failure(&format!(
            "{} asked for and not here yet",
            counted(waiting, "certificate")
        ));
        printer.remedy(&format!("`{import}`, once they have come."));
    }
    let mut text = String::new();
    text.push_str(&headline(report, root));
    text.push_str(&rows(report, printer.is_verbose()));
    if report.outcome == "done" {
        let import = (waiting > 0).then_some(import.as_str());
        text.push_str(&next_steps(report, root, kubeadm, import));
    }
    printer.account_of(&text, report.outcome == "done")
}

/// A configuration that kubeadm takes as it is: no flag says anything else.
#[derive(Debug)]
pub(crate) struct KubeadmFile {
    pub(crate) path: PathBuf,
    /// Whether it is for `kubeadm join`.
    pub(crate) joins: bool,
}

impl KubeadmFile {
    fn is_for(&self, situation: &str) -> bool {
        situation
            == if self.joins {
                "kubeadm-join"
            } else {
                "kubeadm-init"
            }
    }

    fn command(&self) -> String {
        Self::line(if self.joins { "join" } else { "init" }, &self.path)
    }

    fn line(verb: &str, file: &Path) -> String {
        let words = ["kubeadm", verb, "--config", &file.display().to_string()];
        quoted(&words.map(str::to_owned))
    }
}

fn headline(report: &InitReport, root: &pki_layout::Root) -> String {
    let verb = match report.outcome {
        "planned" => "Would complete",
        "unchanged" => "Nothing to do for",
        _ => "Completed",
    };
    let place = match root.prefix() {
        prefix if prefix == Path::new("/") => String::new(),
        prefix => format!(" below {}", prefix.display()),
    };
    let above = report.superior.as_ref().map_or_else(String::new, |above| {
        format!(
            "authorities below {}, which {}\n",
            above.subject,
            expires(&above.expires)
        )
    });
    format!(
        "{HEADING}{verb} control-plane node {} ({}){HEADING:#}{place}\n\
         profile {}, new keys {}\n{above}\n",
        report.node, report.advertise_address, report.profile, report.key_algorithm
    )
}

fn rows(report: &InitReport, verbose: bool) -> String {
    let mut table = table();
    let would = report.dry_run;
    for row in &report.rows {
        let action = match row.action {
            "create" if would => "create",
            "create" => "created",
            "wait" => "waits",
            _ if would => "keep",
            _ => "kept",
        };
        let mut cells = vec![
            format!("  {action}"),
            row.name.clone(),
            row.expires.as_deref().map(expires).unwrap_or_default(),
        ];
        if verbose {
            cells.push(row.reason.clone());
            cells.push(row.files.join(" "));
        }
        table.add_row(cells);
    }
    let mut text = lines(table);
    let derived = report.derived_files.len();
    if derived > 0 {
        let action = if would { "create" } else { "created" };
        let files = counted(derived, "file");
        let _ = writeln!(text, "  {action:<8} {files} with flags and bindings");
    }
    text
}

fn expires(instant: &str) -> String {
    OffsetDateTime::parse(instant, &Rfc3339).map_or_else(
        |_| String::new(),
        |instant| format!("expires {}", date(instant)),
    )
}

/// The configuration that was given says more than the one that is written beside the flags.
fn next_steps(
    report: &InitReport,
    root: &pki_layout::Root,
    kubeadm: Option<&KubeadmFile>,
    import: Option<&str>,
) -> String {
    let directories = root.directories();
    let flags = directories.flags();
    let flags = flags.display();
    let own = directories.flags().join("kubeadm.yaml");
    let given = kubeadm.filter(|file| file.is_for(report.situation));
    let row = |name: &str| report.rows.iter().find(|row| row.name == name);
    let created = |row: Option<&InitRow>| row.is_some_and(|row| row.action == "create");
    let mut steps = vec![match report.situation {
        "kubeadm-init" => format!(
            "Start the control plane: `{}` keeps these files;\n     or start the components yourself with \
             the flags in {flags}/",
            given.map_or_else(|| KubeadmFile::line("init", &own), KubeadmFile::command)
        ),
        "kubeadm-join" if given.is_some() => {
            let command = given.map(KubeadmFile::command);
            format!("Join: `{}`", command.unwrap_or_default())
        }
        "kubeadm-join" => format!(
            "Join: on a node of the cluster `kubeadm token create --print-join-command` prints the \
             command;\n     here add --control-plane --node-name {} --apiserver-advertise-address {}",
            report.node, report.advertise_address
        ),
        "further" => format!(
            "This is a further node, where `kubeadm init` would start a second cluster. Either `kubeadm join`, which\n     \
             refuses a kubelet.conf that is there (--for-join makes the node without it: `pkigen undo`, then the same\n     \
             command with it); or start the components\n     \
             yourself with the flags in {flags}/, etcd as a member of the others"
        ),
        "running" => format!("Compare the flags of the components that run with those in {flags}/"),
        _ => format!("Start the components with the flags in {flags}/"),
    }];
    if let Some(import) = import {
        steps.insert(
            0,
            format!("Take what is asked for, once it has come: `{import}`"),
        );
    }
    let super_admin = row("super-admin.conf");
    // What was asked for is there already, or is to come, when the rest is made.
    if created(super_admin) || (super_admin.is_some() && created(row("sa"))) {
        let kubeconfig = super_admin.and_then(|row| row.files.first());
        let unless = match (report.situation, report.not_bound_by_kubeadm.as_slice()) {
            ("kubeadm-init", []) | ("further", _) => ", unless they have them".to_owned(),
            ("kubeadm-init", rows) => format!(
                "; the kubeadm of this version does not, for {}",
                rows.join(" and ")
            ),
            _ => String::new(),
        };
        steps.push(format!(
            "Give the certificates' names their rights{unless}:\n     kubectl --kubeconfig {} apply -f \
             {}",
            kubeconfig.map_or("super-admin.conf", String::as_str),
            directories.rbac().display()
        ));
    }
    if let Some(first) = &report.first_expiration {
        steps.push(format!(
            "Note the date: the first certificate {}",
            expires(first)
        ));
    }
    if report.superior.is_some() {
        steps.push(
            "Keep the directory of --root-ca elsewhere than on a node: it is needed again only to give an\n     \
             authority new dates, or to make another"
                .to_owned(),
        );
    }
    let mut text = String::new();
    if !report.readers.is_empty() {
        text.push_str(&renew::advice(&report.readers, false));
    }
    let _ = writeln!(text, "\n{HEADING}Next:{HEADING:#}");
    for (number, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. {step}", number + 1);
    }
    text
}
