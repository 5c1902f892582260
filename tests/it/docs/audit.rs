//! `docs/audit.md`.

use std::fmt::Write as _;

use pkigen::pki_layout::audit::AUDIT_RULES;
use pkigen::pki_layout::table::cis::{
    CIS_ITEMS, CisItem, EARLIER as CIS_EARLIER, Level, NEWEST as CIS_NEWEST,
};

use super::{NOTICE, code, header, row};

const INTRODUCTION: &str = "\
`pkigen audit` reads what the components of a machine are told about certificates and the files that
this names, and says for every communication path what protects it and what is wrong. It changes
nothing, dials nobody and opens no private key; whether a key belongs to its certificate is for
`pkigen verify` to say.

It looks at the static pods of `/etc/kubernetes/manifests` (`--manifests DIR`), whatever their files
are called, with `command` and `args`, `--flag=value` and `--flag value`, and mounts; at the
kubelet's configuration (`--kubelet-config FILE`) with its drop-in directory; at etcd's flags,
variables and `--config-file`; with `--systemd` at units, drop-ins and their files of variables; and
with `--proc` at `/proc/*/cmdline`. A component that is not there is not audited, and that is said.
A source that cannot be read is a finding and hides nothing else.

`--only`, `--skip` and `--warn-only` take a rule's id or an item's number: `1.2.5`, or in an older
benchmark `1.5:1.2.6`. The command ends with 1 when a failure is left.

Two warnings are found on clusters of kubeadm and of pkigen alike, and are left to whoever runs
them. Anonymous requests (1.2.1) are what the API server's probes and `kubeadm join` make, and RBAC
allows them health, version and cluster-info; an AuthenticationConfiguration limits them to those
paths. The longer life of pods' tokens (1.2.30) is Kubernetes' default, for clients that do not read
their token again.
";

const RULES: &str = "
## Rules

Those of `pkigen verify` ([rules.md](rules.md)) are found too, where a flag names the file.
";

const ITEMS: &str = "
## Items of the CIS Kubernetes Benchmark

Numbered as in 2.0.1, whose checks are those of 1.12; 1.9 to 1.12 have the same numbers. 1.6 is
numbered as 1.5, which the talk this project began with used.
";

pub(super) fn page() -> String {
    let mut page = format!("# What `pkigen audit` judges\n\n{NOTICE}{INTRODUCTION}{RULES}");
    for rule in AUDIT_RULES {
        let _ = write!(
            page,
            "\n### {}\n\n{}{}. A {}.\n\n{}\n",
            rule.id,
            rule.title[..1].to_uppercase(),
            &rule.title[1..],
            rule.level.name(),
            rule.meaning
        );
    }
    page.push_str(ITEMS);
    page.push('\n');
    let mut columns = vec![CIS_NEWEST];
    columns.extend(CIS_EARLIER);
    columns.extend(["asks that", "flags", "kubeadm", "weighs"]);
    header(&mut page, &columns);
    for item in CIS_ITEMS {
        item_row(&mut page, item);
    }
    page.push_str("\n## Where kube-bench may say something else\n\n");
    for item in CIS_ITEMS.iter().filter(|item| !item.differs.is_empty()) {
        let _ = writeln!(page, "- {}: {}", item.number, item.differs);
    }
    page
}

fn item_row(page: &mut String, item: &CisItem) {
    let flags: Vec<String> = item.flags.iter().map(code).collect();
    let flags = flags.join(", ");
    let earlier = item
        .earlier
        .map(|number| if number.is_empty() { "-" } else { number });
    let kubeadm = if item.kubeadm_passes {
        "passes"
    } else {
        "does not pass"
    };
    let weighs = match (item.level, item.manual) {
        (Level::Failure, false) => "failure",
        (Level::Failure, true) => "failure; left to a person by the benchmark",
        (_, false) => "warning",
        (_, true) => "warning; left to a person by the benchmark",
    };
    let mut cells = vec![item.number];
    cells.extend(earlier);
    cells.extend([item.expectation, flags.as_str(), kubeadm, weighs]);
    row(page, &cells);
}
