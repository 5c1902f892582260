//! Modes and owners.

use pki_core::remedy::{Edit, EditPlace, Remedy, Step};

use super::finding::{AuditFinding, Findings, Subject};
use super::{AuditRule, questions};
use crate::observe::{Machine, Permission};
use crate::table::FileSet;
use crate::table::cis::{Ask, CIS_ITEMS, CisItem};

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    let mut paths: Vec<&str> = machine
        .permissions
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let sets: Vec<&Permission> = machine
            .permissions
            .iter()
            .filter(|one| one.path == path)
            .collect();
        if let Some(first) = sets.first() {
            modes(findings, path, first.mode, &sets);
            owners(findings, machine, path, first, &sets);
        }
    }
}

/// The items about any of the sets that a file is in, of those that ask this.
fn items<'a>(sets: &'a [&Permission]) -> impl Iterator<Item = &'static CisItem> + 'a {
    let about = |item: &&CisItem| {
        let files = item.files();
        sets.iter().any(|one| files.contains(&one.set))
    };
    CIS_ITEMS.iter().filter(about)
}

fn modes(findings: &mut Findings, path: &str, mode: u32, sets: &[&Permission]) {
    let mut broken: Vec<&'static CisItem> = Vec::new();
    let mut wanted = 0o777;
    for item in items(sets) {
        if let Ask::Mode(most, _) = item.ask
            && mode & 0o777 & !most != 0
        {
            broken.push(item);
            wanted &= most;
        }
    }
    let message = format!(
        "it has mode {:o}; {wanted:o} or less is wanted",
        mode & 0o777
    );
    let remedy = edit(path, EditPlace::Mode, format!("{wanted:o}"));
    // Root needs no group to read it by.
    let reads_by_group = mode & 0o040 & !wanted != 0 && sets.iter().any(|one| one.owner.1 != 0);
    let remedy = if reads_by_group {
        let ways = remedy.ways.into_iter().flatten();
        Remedy::steps(std::iter::once(Step::Ask(&questions::READS_BY_GROUP, None)).chain(ways))
    } else {
        remedy
    };
    say(
        findings,
        AuditRule::LooseMode,
        path,
        broken,
        message,
        remedy,
    );
}

fn owners(
    findings: &mut Findings,
    machine: &Machine,
    path: &str,
    file: &Permission,
    sets: &[&Permission],
) {
    let (user, group) = file.owner;
    let (own_user, own_group) = machine.user;
    // Who runs the control plane without being root owns its files.
    let is_root = (user == 0 || user == own_user) && (group == 0 || group == own_group);
    let of_its_own = sets.iter().any(|one| one.set == FileSet::EtcdData) && user != 0 && group != 0;
    if is_root || of_its_own {
        return;
    }
    let broken = items(sets)
        .filter(|item| matches!(item.ask, Ask::Owner(_)))
        .collect();
    let message = format!("it belongs to user {user} and group {group}, not to root");
    let remedy = edit(path, EditPlace::Owner, "root:root".to_owned());
    say(
        findings,
        AuditRule::WrongOwner,
        path,
        broken,
        message,
        remedy,
    );
}

fn edit(path: &str, place: EditPlace, value: String) -> Remedy {
    Remedy::edit(Edit::new(path, place, Some(value)))
}

fn say(
    findings: &mut Findings,
    rule: AuditRule,
    path: &str,
    items: Vec<&'static CisItem>,
    message: String,
    remedy: Remedy,
) {
    let Some(level) = items.iter().map(|item| item.level).min() else {
        return;
    };
    findings.add(AuditFinding {
        rule,
        level,
        items,
        subject: Subject::default().file(path),
        message,
        remedy,
        concerns: Vec::new(),
    });
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use crate::insight::audit::{AuditOptions, audit};
    use crate::observe::{Machine, Permission};
    use crate::table::FileSet;

    /// The items that fail for a file of this set with this mode and owner, asked by root.
    fn failing(set: FileSet, mode: u32, owner: (u32, u32)) -> Vec<&'static str> {
        let mut machine = Machine::default();
        machine.permissions.push(Permission {
            path: "/x".to_owned(),
            set,
            mode,
            owner,
        });
        let audit = audit(&machine, &AuditOptions::at(OffsetDateTime::UNIX_EPOCH));
        let items = audit.findings.iter().flat_map(|finding| &finding.items);
        items.map(|item| item.number).collect()
    }

    #[test]
    fn files_belong_to_root() {
        assert_eq!(failing(FileSet::AdminConf, 0o600, (0, 0)), [""; 0]);
        assert_eq!(failing(FileSet::AdminConf, 0o600, (1000, 0)), ["1.1.14"]);
        assert_eq!(failing(FileSet::AdminConf, 0o600, (0, 1000)), ["1.1.14"]);
        assert_eq!(failing(FileSet::Pki, 0o755, (65534, 65534)), ["1.1.19"]);
    }

    #[test]
    fn etcd_s_data_may_belong_to_a_user_of_its_own() {
        assert_eq!(failing(FileSet::EtcdData, 0o700, (997, 995)), [""; 0]);
        assert_eq!(failing(FileSet::EtcdData, 0o700, (0, 0)), [""; 0]);
        assert_eq!(failing(FileSet::EtcdData, 0o700, (0, 995)), ["1.1.12"]);
    }

    #[test]
    fn fewer_permissions_are_as_good() {
        assert_eq!(failing(FileSet::PkiKeys, 0o400, (0, 0)), [""; 0]);
        assert_eq!(failing(FileSet::PkiKeys, 0o640, (0, 0)), ["1.1.21"]);
        assert_eq!(failing(FileSet::PkiCertificates, 0o444, (0, 0)), [""; 0]);
        assert_eq!(failing(FileSet::PkiCertificates, 0o664, (0, 0)), ["1.1.20"]);
    }
}
