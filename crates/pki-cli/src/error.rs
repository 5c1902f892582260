//! Errors in words: a library says what is wrong, and here is what to do about it, with which
//! flag or command.

use std::error::Error;

use pki_core::config::{ConfigError, Setting, SettingsError};
use pki_layout::requests::RequestError;
use pki_layout::{LayoutError, Operation, UndoRefusal};

use crate::exit::CliError;
use crate::typed::Typed;

/// An error and every cause of it, in one line.
pub(crate) fn with_causes(error: &CliError, typed: &Typed) -> String {
    let mut text = match error {
        CliError::Layout(error) | CliError::ConfigFile(error) | CliError::Input(error) => {
            layout(error, typed)
        }
        CliError::Config(error) => config(error),
        other => other.to_string(),
    };
    let mut source = error.source();
    while let Some(cause) = source {
        let said = told(cause, typed);
        // What is passed on as it is says the same twice.
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    if is_prefix_missing(error) {
        text.push_str("; make it first, with mkdir -p, or correct --root");
    }
    if is_denied(error) {
        text.push_str("; run this again as root, or as the user who owns the files");
    }
    text
}

/// Whether it is the root that is not there.
fn is_prefix_missing(error: &CliError) -> bool {
    matches!(
        error,
        CliError::Layout(LayoutError::Io { operation: Operation::Open, path, source })
            if source.kind() == std::io::ErrorKind::NotFound && !path.is_absolute()
    )
}

/// Whether it is this user who may not.
fn is_denied(error: &CliError) -> bool {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let mut causes = causes.filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|cause| cause.kind() == std::io::ErrorKind::PermissionDenied)
}

fn told(cause: &(dyn Error + 'static), typed: &Typed) -> String {
    let boxed = || cause.downcast_ref::<Box<LayoutError>>().map(AsRef::as_ref);
    let error = cause.downcast_ref::<LayoutError>().or_else(boxed);
    error.map_or_else(|| cause.to_string(), |error| layout(error, typed))
}

fn layout(error: &LayoutError, typed: &Typed) -> String {
    let recover = || typed.line(&["recover"]);
    match error {
        LayoutError::Locked { .. } => {
            format!("{error}; wait until that run is done, or give it longer with --lock-timeout")
        }
        LayoutError::Unfinished { .. } => {
            format!("{error}; mend this, and run `{}`", recover())
        }
        LayoutError::Conflict { .. } => format!(
            "{error}; put that right and run `{}`, or take back what was done with `{}`",
            recover(),
            typed.line(&["recover", "--abandon"])
        ),
        LayoutError::NoCopy { journal, .. } => format!(
            "{error}; put the files right by hand, as `{}` says, and move {} away",
            typed.line(&["verify"]),
            journal.display()
        ),
        LayoutError::Journal { .. } => format!(
            "{error}. Look at the files with `{}`, and move it away when they are right",
            typed.line(&["verify"])
        ),
        LayoutError::OtherDirectories {
            path,
            certificates,
            kubeconfigs,
        } => format!(
            "an interrupted run was at work in {} as well; complete it first: pkigen recover \
             --cert-dir {} --kubeconfig-dir {}",
            path.display(),
            certificates.display(),
            kubeconfigs.display()
        ),
        LayoutError::Appeared { path } => format!(
            "{} appeared while this command was running; run it again",
            path.display()
        ),
        LayoutError::Changed { path } => format!(
            "{} changed while this command was running; run it again",
            path.display()
        ),
        LayoutError::NoKey { .. } => format!(
            "{error}; put it there or, where it is in a token, name that: --root-ca-key for what is \
             above the cluster's CAs, --ca-key, --front-proxy-ca-key and --etcd-ca-key for these"
        ),
        LayoutError::NoPassphrase { .. } => format!(
            "{error}; say where it is, with --root-ca-passphrase, or --authorities-passphrase of csr \
             sign: file:PATH, fd:NUMBER or credential:NAME"
        ),
        LayoutError::Kubeconfig { problem, .. } => {
            let otherwise = if problem.to_string().ends_with("already") {
                "; give it another name with --cluster-name, --user-name and --context-name, or replace \
                 it with --replace"
            } else {
                ""
            };
            format!("{error}{otherwise}")
        }
        LayoutError::Request(error) => request(error, typed),
        LayoutError::Overtaken { kept, .. } => {
            let kept = kept.as_ref().map_or_else(String::new, |kept| {
                format!("; what was there before is kept in {}", kept.display())
            });
            format!("{error}{kept}; look at it, and run this again")
        }
        other => other.to_string(),
    }
}

fn request(error: &RequestError, typed: &Typed) -> String {
    let create = |name: &str| typed.line(&["csr", "create", name, "--to", "FILE"]);
    match error {
        RequestError::NothingAskedFor { .. } => format!(
            "{error}; what has come is taken already, or was never asked for: `{}` says what is \
             there. A CA's own certificate is taken with `{}`",
            typed.line(&["check-expiration"]),
            typed.line(&["renew", "NAME", "--certificate", "FILE"])
        ),
        RequestError::WaitingRow { name, .. } => format!("{error}: `{}`", create(name)),
        RequestError::NoSuperior { .. } => format!("{error}: say which with --root-ca DIR"),
        RequestError::NoAuthorities { .. } => format!("{error}: say which with --authorities DIR"),
        other => other.to_string(),
    }
}

/// Why a transaction is not taken back.
pub(crate) fn undo(refusal: &UndoRefusal, typed: &Typed) -> String {
    match refusal {
        UndoRefusal::Unknown { .. } => {
            format!(
                "{refusal}; `{}` lists those there are",
                typed.line(&["history"])
            )
        }
        UndoRefusal::Removes { number, .. } => {
            let undo = typed.line(&["undo", &number.to_string()]);
            format!("{refusal}; if that is meant: `{undo}`")
        }
        UndoRefusal::Unreadable { .. } => format!(
            "{refusal}; what can be taken back is in `pkigen history`, and goes by its number"
        ),
        UndoRefusal::NotKept { .. } => {
            format!("{refusal}; --keep says of how many transactions it is")
        }
        UndoRefusal::OtherDirectories {
            number,
            certificates,
            kubeconfigs,
        } => format!(
            "transaction {number} was made with --cert-dir {} --kubeconfig-dir {}",
            certificates.display(),
            kubeconfigs.display()
        ),
        other => other.to_string(),
    }
}

/// Where a configuration says it, in either format.
pub(crate) fn in_configuration(setting: Setting) -> &'static str {
    match setting {
        Setting::NodeName => "node-name, or nodeRegistration.name of an InitConfiguration",
        Setting::AdvertiseAddress => {
            "advertise-address, or localAPIEndpoint.advertiseAddress of an InitConfiguration"
        }
        _ => setting.key(),
    }
}

/// A configuration file that cannot be used.
fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::UnknownVersion {
            path,
            line,
            kind,
            api_version,
            accepted,
            migrated_by,
        } => {
            let read = format!(
                "{path}:{line}: {kind} is written in {api_version}, and of kubeadm.k8s.io pkigen \
                 reads {accepted}"
            );
            match migrated_by {
                Some(kubeadm) => format!(
                    "{read}; kubeadm {kubeadm} is the last one that reads it: have that write a \
                     newer one with `kubeadm config migrate --old-config {path} --new-config FILE`"
                ),
                None => format!(
                    "{read}; what concerns certificates is the same in them: write it as one of \
                     these, as TOML, or as flags"
                ),
            }
        }
        other => other.to_string(),
    }
}

impl From<SettingsError> for CliError {
    /// Adds what to do about it, where that is a matter of the command's flags.
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Missing { setting } => {
                Self::Missing(format!("{error}; add it, or give --{setting}"))
            }
            SettingsError::Unsaid { setting } => {
                Self::Missing(format!("{error}; give it with --{setting}"))
            }
            SettingsError::HostUnknown { setting } => Self::Missing(match setting {
                Setting::NodeName => {
                    "this host has no name; give the node's with --node-name".to_owned()
                }
                Setting::AdvertiseAddress => "this host has no default route to tell its \
                                              address by; give it with --advertise-address"
                    .to_owned(),
                other => format!("{error}; give it with --{other}"),
            }),
            SettingsError::EtcdIsExternal { ref at, .. } => Self::Value {
                place: at.to_string(),
                problem: "the configuration has an external etcd, whose certificates are not \
                          made here; remove the flag, or the external etcd"
                    .to_owned(),
            },
            other => Self::Settings(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_what_to_do_about_as_well() {
        let conflict = LayoutError::Conflict {
            path: "/a".into(),
            why: "is gone",
            command: "pkigen renew all".to_owned(),
        };
        let error = CliError::Layout(LayoutError::Unfinished {
            journal: "/j".into(),
            source: Box::new(conflict),
        });
        assert_eq!(
            with_causes(&error, &Typed::default()),
            "the change was decided and is not known to be complete; mend this, and run `pkigen \
             recover`: an interrupted `pkigen renew all` cannot be completed: /a is gone; put that \
             right and run `pkigen recover`, or take back what was done with `pkigen recover \
             --abandon`"
        );
    }
}
