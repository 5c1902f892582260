//! `user` and `issued`, for people.

use std::fmt::Write as _;

use pki_core::cluster::User;
use pki_layout::identities::{BootstrapReport, IssuedReport, IssuedRow, NodesReport, UserReport};
use pki_layout::report::RefusalRow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{counted, date, transaction};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// What was refused, to standard error.
pub(super) fn refused(refusals: &[RefusalRow], printer: &Printer) {
    let same = |one: &RefusalRow, other: &RefusalRow| one.remedy.text == other.remedy.text;
    for group in refusals.chunk_by(same) {
        for refusal in group {
            printer.refusal(&format!("{}: {}", refusal.file, refusal.problem));
        }
        if let Some(refusal) = group.first() {
            printer.remedy(&refusal.remedy.text);
        }
    }
    printer.plain("nothing was issued");
}

/// Standard output may be the kubeconfig's: what is said of it goes to standard error.
pub(crate) fn user(report: &UserReport, user: &User, printer: &Printer) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    for warning in &report.warnings {
        printer.warning(warning);
    }
    let (Some(certificate), Some(credential_id)) = (&report.certificate, &report.credential_id)
    else {
        refused(&report.refusals, printer);
        return Ok(());
    };
    printer.note(&format!(
        "{} until {}, at {}",
        who(&certificate.name, &certificate.groups),
        shown(&certificate.not_after),
        report.server
    ));
    printer.note(&format!("credential id {credential_id}"));
    if user.is_beyond_rbac() {
        printer.warning(
            "system:masters may do everything and bypasses RBAC: nothing but another cluster CA takes \
             that away before it ends",
        );
    } else {
        printer.note(&format!(
            "Kubernetes does not revoke certificates: until it ends whoever has the file is {}. Should \
             it leak, take its bindings away (`kubectl get clusterrolebindings,rolebindings -A -o wide` \
             shows them), or deny its credential id; docs/users.md has both",
            certificate.name
        ));
    }
    if user.is_administrator() {
        printer
            .warning("kubeadm:cluster-admins may do everything, by kubeadm's binding of that name");
    }
    if let Some(path) = &report.kubeconfig {
        printer.note(&format!("written to {path}"));
    }
    match &report.rbac {
        Some(text) => printer.data(text),
        None => Ok(()),
    }
}

/// What was made, and what to do with it. The token is in the files alone.
pub(crate) fn bootstrap(report: &BootstrapReport, printer: &Printer) -> Result<(), CliError> {
    let mut text = format!(
        "{HEADING}Node {} may ask for its certificates until {}{HEADING:#}, at {}\n\n",
        report.node,
        shown(&report.expires),
        report.server
    );
    for file in &report.files {
        let _ = writeln!(text, "  {}/{file}", report.directory);
    }
    let _ = writeln!(text, "\nkubeadm join pins the CA by:");
    for pin in &report.ca_cert_hashes {
        let _ = writeln!(text, "  {pin}");
    }
    let _ = write!(
        text,
        "\n{HEADING}Next:{HEADING:#}\n  \
         1. Make the token known: `kubectl apply -f {directory}/token.yaml`\n  \
         2. Carry {directory} to the node, and do there what its INSTALL.md says\n",
        directory = report.directory
    );
    printer.account_of(&text, true)
}

/// What was made, and where it is.
pub(crate) fn nodes(report: &NodesReport, printer: &Printer) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    for warning in &report.warnings {
        printer.warning(warning);
    }
    if report.outcome == "refused" {
        refused(&report.refusals, printer);
        return Ok(());
    }
    let mut text = String::new();
    if report.outcome == "unchanged" {
        let _ = writeln!(
            text,
            "Nothing to do: {} in {} already, and not looked into; move away what is to be made anew",
            match report.nodes {
                1 => "1 node is".to_owned(),
                nodes => format!("{nodes} nodes are"),
            },
            report.directory
        );
        return printer.account(&text);
    }
    let _ = writeln!(
        text,
        "{HEADING}Made the files of {} in {}{HEADING:#}",
        counted(report.made + report.completed, "node"),
        report.directory
    );
    let expires = report.expires.as_deref().map(shown).unwrap_or_default();
    let _ = writeln!(
        text,
        "{} issued, which expire {expires}; they dial {}",
        counted(report.certificates, "certificate"),
        report.server
    );
    if report.completed > 0 {
        let _ = writeln!(
            text,
            "{} of them an earlier run had made and not put in their places",
            report.completed
        );
    }
    if report.kept > 0 {
        let _ = writeln!(
            text,
            "{} there already, and not looked into; move away what is to be made anew",
            match report.kept {
                1 => "1 was".to_owned(),
                kept => format!("{kept} were"),
            }
        );
    }
    let _ = write!(
        text,
        "\n{HEADING}Next:{HEADING:#}\n  \
         1. Copy each to its node, and do there what its INSTALL.md says\n  \
         2. Take {} away: the private keys in it are the nodes'\n",
        report.directory
    );
    printer.account_of(&text, true)
}

/// Each with what it is looked for by.
pub(crate) fn issued(report: &IssuedReport, printer: &Printer) -> Result<(), CliError> {
    for problem in &report.unreadable {
        printer.warning(&format!("{problem}; what it says is missing below"));
    }
    if let Some(first) = report.remembered_since {
        printer.note(&format!(
            "what transactions before {first} issued is not remembered any more, this node's first \
             certificates among it; `pkigen check-expiration` shows what is in its place"
        ));
    }
    if report.certificates.is_empty() {
        return printer
            .account("No certificate that answers to this is known to have been issued.\n");
    }
    let mut text = String::new();
    for row in &report.certificates {
        text.push_str(&entry(row));
    }
    let valid = report.certificates.iter().filter(|row| row.valid).count();
    let _ = writeln!(
        text,
        "{}, {valid} of them valid now",
        counted(report.certificates.len(), "certificate")
    );
    printer.data(&text)
}

fn entry(row: &IssuedRow) -> String {
    let certificate = &row.certificate;
    let state = if row.valid { "valid" } else { "not valid" };
    let owner = match &certificate.owner {
        Some(owner) if *owner != certificate.name => format!(" of {owner}"),
        _ => String::new(),
    };
    let mut text = format!(
        "{HEADING}{}{HEADING:#}: {}{owner}, {state} until {}\n  credential id {}\n  serial {}\n",
        who(&certificate.name, &certificate.groups),
        certificate.row,
        shown(&certificate.not_after),
        row.credential_id,
        certificate.serial_number,
    );
    let from = row
        .source
        .as_ref()
        .map_or_else(String::new, |source| format!(", as {source} says"));
    let _ = writeln!(text, "  {} by `{}`{from}", shown(&row.at), row.command);
    if let Some(reason) = &certificate.reason {
        let _ = writeln!(text, "  because: {reason}");
    }
    text.push('\n');
    text
}

/// A user name, and the groups.
fn who(name: &str, groups: &[String]) -> String {
    let name = if name.is_empty() { "(no name)" } else { name };
    match groups {
        [] => name.to_owned(),
        [group] => format!("{name} in group {group}"),
        groups => format!("{name} in groups {}", groups.join(", ")),
    }
}

fn shown(instant: &str) -> String {
    OffsetDateTime::parse(instant, &Rfc3339).map_or_else(|_| instant.to_owned(), date)
}
