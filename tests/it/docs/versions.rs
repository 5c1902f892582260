//! `docs/versions.md`.

use std::fmt::Write as _;

use pkigen::pki_core::spec::{
    ENCRYPTION_ALGORITHMS, KUBEADM_ETCD, KubeadmApi, PUBLIC_KEYS_ECDSA_GONE, Since,
};
use pkigen::pki_layout::table::reload::RELOADS;
use pkigen::pki_layout::table::{
    BY_VERSION, ByVersion, GATED_FLAGS, GONE_GATES, KubernetesVersion, NEWER_FLAGS,
};

use super::reload::what;
use super::{NOTICE, code, header, row};

pub(super) fn page() -> String {
    let mut page = format!("# What differs between versions\n\n{NOTICE}");
    let (oldest, newest) = (KubernetesVersion::OLDEST, KubernetesVersion::NEWEST);
    let _ = writeln!(
        page,
        "The tables speak of Kubernetes {oldest} to {}. What they say of {newest} was checked with its \
         sources and programs; of those before by what these know of them, by changelogs and pull \
         requests. What is said of {} and later is announced: it is what release notes and pull \
         requests say, and nobody has checked it here. An older version is answered as \
         {oldest}, a newer one as {newest} with what is announced, and both is said.\n\n\
         The version is what `--kubernetes-version` says. Else it is, for what is advised about what runs \
         (`renew`, `undo`, `recover`, `explain`, `audit`, `map`), the tag of an image in a manifest, and \
         then the configuration's, which may be as old as the cluster; for what is written (`init`, \
         `flags`) the configuration's, and then the image's. Where nobody says it is {newest}. What \
         changes with it: which flags there are and in which version of kubeadm's API \
         `flags/kubeadm.yaml` is written (`flags`, `init`), what is read again and so what has to be \
         restarted (`renew`, `undo`, `recover`, `explain`; the table is [reload.md](reload.md)), which \
         flags a component refuses (`audit`).",
        KubernetesVersion::ANNOUNCED,
        KubernetesVersion::all()
            .find(|version| *version > newest)
            .unwrap()
    );
    kubeadm(&mut page);
    flags(&mut page);
    page.push_str("\n## Read again less often before\n\n");
    header(
        &mut page,
        &["what", "reader", "before", "as it was", "source"],
    );
    for reload in RELOADS {
        for older in reload.older {
            let was = match older.note {
                "" => older.reload.words().to_owned(),
                note => format!("{}; {note}", older.reload.words()),
            };
            let before = older.before.to_string();
            row(
                &mut page,
                &[
                    &what(reload),
                    reload.reader.called(),
                    &before,
                    &was,
                    older.source,
                ],
            );
        }
    }
    page.push_str("\n## By themselves\n\n");
    header(&mut page, &["whose", "what", "since", "how", "source"]);
    for line in BY_VERSION {
        by_version(&mut page, line);
    }
    page
}

fn by_version(page: &mut String, line: &ByVersion) {
    let whose = line
        .component
        .map_or("kubeadm", |component| component.name());
    row(page, &[whose, line.what, "", line.at_first, ""]);
    for (since, later) in line.changes {
        row(
            page,
            &[whose, line.what, &said(*since), later, since.source],
        );
    }
}

/// `1.36`, or `1.37, announced`.
fn said(since: Since) -> String {
    let version = since.version;
    if version > KubernetesVersion::NEWEST {
        format!("{version}, announced")
    } else {
        version.to_string()
    }
}

fn kubeadm(page: &mut String) {
    page.push_str("\n## kubeadm\n\npkigen reads a configuration in all of these:\n\n");
    header(
        page,
        &[
            "`kubeadm.k8s.io/`",
            "since",
            "gone since",
            "arguments",
            "note",
            "source",
        ],
    );
    for api in KubeadmApi::ALL {
        let spec = api.spec();
        let gone = spec.gone.map(said).unwrap_or_default();
        let form = if api.has_lists_of_arguments() {
            "a list, in which a flag may come several times"
        } else {
            "a mapping"
        };
        let sources = spec.gone.filter(|gone| gone.source != spec.since.source);
        let sources = sources.map_or_else(
            || spec.since.source.to_owned(),
            |gone| format!("{}; {}", spec.since.source, gone.source),
        );
        row(
            page,
            &[
                &code(api.name()),
                &said(spec.since),
                &gone,
                form,
                spec.unusable.unwrap_or_default(),
                &sources,
            ],
        );
    }
    let _ = writeln!(
        page,
        "\n`flags -o kubeadm` and `init` write the newest that the kubeadm of the version takes. A configuration \
         that it does not take is a warning, with what mends it. The feature gate \
         `PublicKeysECDSA`: gone since {} ({}).\n",
        said(PUBLIC_KEYS_ECDSA_GONE),
        PUBLIC_KEYS_ECDSA_GONE.source
    );
    header(
        page,
        &["`encryptionAlgorithm`", "since", "made by pkigen", "source"],
    );
    for algorithm in ENCRYPTION_ALGORITHMS {
        let made = algorithm.made.map_or("not yet", |made| made.name());
        row(
            page,
            &[
                &code(algorithm.name),
                &said(algorithm.since),
                made,
                algorithm.since.source,
            ],
        );
    }
    page.push('\n');
    header(page, &["etcd that kubeadm runs", "since", "source"]);
    for etcd in KUBEADM_ETCD {
        let line = format!("{}.{}", etcd.line.0, etcd.line.1);
        row(page, &[&line, &said(etcd.since), etcd.since.source]);
    }
}

fn flags(page: &mut String) {
    page.push_str(
        "\n## Flags\n\nWhat pkigen sets every version takes. These came later, and who runs an older \
         version with them does not start; what is gone is in [flags.md](flags.md).\n\n",
    );
    header(page, &["flag or field", "since", "source"]);
    for flag in NEWER_FLAGS {
        row(
            page,
            &[
                &code(format!("{} {}", flag.component, flag.name)),
                &flag.since.to_string(),
                flag.source,
            ],
        );
    }
    page.push('\n');
    header(
        page,
        &[
            "flag",
            "refused without the feature gate",
            "which is on since",
            "source",
        ],
    );
    for flag in GATED_FLAGS {
        row(
            page,
            &[
                &code(format!("{} --{}", flag.component, flag.name)),
                flag.gate,
                &said(flag.on),
                flag.on.source,
            ],
        );
    }
    page.push('\n');
    header(page, &["feature gate", "gone since", "source"]);
    for gate in GONE_GATES {
        let name = code(format!("{} {}", gate.component, gate.gate));
        row(page, &[&name, &said(gate.gone), gate.gone.source]);
    }
    page.push_str(
        "\netcd 3.7 took every flag away that begins with `experimental-`; kubeadm up to 1.33 wrote two \
         of them.\n",
    );
}
