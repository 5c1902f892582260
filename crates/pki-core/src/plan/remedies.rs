//! What mends what a plan refuses or cannot do.

mod elsewhere;

use elsewhere::{asked_for, issued_elsewhere, renewed_below};
pub(crate) use elsewhere::{brought, forgotten, from_elsewhere, waited_for, with_its_authority};

use super::renew::{RenewAction, RenewProblem, RenewStep};
use super::{Problem, Refusal};
use crate::authority::path::PathError;
use crate::observation::Lapse;
use crate::remedy::{Command, Edit, EditPlace, Init, Question, Remedy, Step};
use crate::spec::{Artifact, Form, Part, RowId};

/// `NAME: "what to do", "why nobody else can";`
macro_rules! questions {
    ($($name:ident: $text:literal, $why:literal;)*) => {
        $(pub(crate) static $name: Question = Question::new($text, $why);)*

        /// Every row.
        #[cfg(test)]
        static QUESTIONS: &[&Question] = &[$(&$name),*];
    };
}

questions! {
    PRIVILEGE: "run this again as root, or as the user who owns the directory",
        "the operating system does not let this user read it";
    REFRAME: "write the file anew: every marker alone at the start of its line, and the label that the content has",
        "what the file was to hold is for whoever wrote it to say";
    COPY: "copy from the first control-plane node:",
        "the other node is not on this disk";
    MOVE_HERE: "move to where this looks for it, and have the components told of that, what is in",
        "whether the directory or what the components are told is as it is meant to be is for a person to decide";
    OTHER_NODE: "see that no other node of this cluster has it, as on a first node with the authorities of a company",
        "the other nodes are not on this disk";
    WHERE: "name the directory of certificates that the components are told of",
        "whether what is there or what was asked about is meant is for a person to decide";
    PUT_KEY: "put here, from another control-plane node or a backup,",
        "where the key is kept is not on this disk";
    NAME_TOKEN: "name the token that has it",
        "whether it is in one is not on this disk";
    RIGHT_SIGNER: "name the key that is this authority's",
        "which keys there are elsewhere is not on this disk";
    PUT_BACK: "put back",
        "where another copy is, is not on this disk";
    PUT_BACK_RIGHT: "put back the right",
        "which copy is the right one is not on this disk";
    IS_MEANT: "see that the authority's files are as they are meant to be, on every control-plane node",
        "whether its files are right is not on this disk";
    PUT_BACK_TOKEN_KEY: "put back the key that signs this cluster's tokens:",
        "which key the cluster's tokens are signed with is not on this disk";
    NEW_TOKEN_KEY: "to have a new one, by which every token signed so far becomes invalid, move away",
        "whether tokens may become invalid is for a person to decide";
    NEW_UNKNOWN_AUTHORITY: "to have the authority made afresh, where nothing trusts it yet, move away",
        "who trusts an authority already is not on this disk";
    NEW_AUTHORITY: "move them away with everything that they signed, and start with a new authority",
        "what that costs, and when, is for a person to decide";
    AFRESH_BELOW: "to have a new authority made for it, move away",
        "a new authority is trusted by nobody, and whether that is meant is for a person to decide";
    OTHER_CONSTRAINTS: "leave the name out, or have the authority issued again with other constraints",
        "which of the two was meant is not on this disk";
    SIGNED_THERE: "have what is asked for signed where the key is kept",
        "the key that signs is kept elsewhere";
    RIGHT_ROOT: "give the directory of the one that has issued it",
        "where that is kept is not on this disk";
    RENEW_ROOT: "give that one new dates first, as root-ca where it is a root",
        "where that is kept is not on this disk";
    ISSUED_THERE: "have it issued where the key is kept",
        "where the key is kept is not on this disk";
    JOIN_AGAIN: "have the node join again: on a control-plane node `kubeadm token create --print-join-command` prints the command",
        "the control-plane nodes are not on this disk";
    ISSUE_LIKE_THE_OLD: "have the same key certified again under the same name, with the same subject key identifier",
        "the key that signs is kept elsewhere";
    NEW_ABOVE: "have it given new dates where its key is kept, with the same key and name",
        "the key that signs is kept elsewhere";
    SAME_ISSUER: "have it issued by the authority that has issued the one that is there",
        "the key that signs is kept elsewhere";
    SAME_IDENTIFIER: "have the same key certified again with the name and the extensions that the request asks for, byte for byte: `openssl x509 -req` takes them with `-copy_extensions copyall`",
        "the key that signs is kept elsewhere";
    REPLACE: "replace the authority, and everything that it has signed",
        "what that costs, and when, is for a person to decide";
    KEY_OF_ITS_OWN: "give each authority a key of its own",
        "which keys there are elsewhere is not on this disk";
    OTHER_SUPERIOR: "name an authority that can sign others, or have this one issued again so that it can",
        "which authorities there are elsewhere is not on this disk";
    WITHOUT_SUPERIOR: "leave out the authority that was given to be above it, and it stays as it is",
        "whether it is to be replaced is for a person to decide";
    CLOCK: "set this machine's clock right if it is wrong",
        "which of two clocks is wrong cannot be told from one machine";
    CORRECT_CONFIGURATION: "correct the configuration",
        "what it is meant to say is for a person to decide";
}

/// How files are named to whoever is told.
struct Names<F>(F);

impl<F: Fn(Artifact) -> String> Names<F> {
    fn of(&self, files: &[Artifact]) -> String {
        let names: Vec<String> = files.iter().map(|file| (self.0)(*file)).collect();
        names.join(" and ")
    }

    /// These files moved away, and what is missing then made.
    fn afresh(&self, files: &[Artifact], because: &'static str) -> Remedy {
        let names = files.iter().map(|file| (self.0)(*file));
        let away = names.map(|name| Step::Edit(Edit::new(&name, EditPlace::File, None)));
        let is_of = |row| files.iter().any(|file| file.id == row);
        let init = Step::Run(Command::Init(Init {
            kubelet_serving: is_of(RowId::KubeletServing),
            super_admin: is_of(RowId::SuperAdminConf),
            ..Init::default()
        }));
        Remedy::steps(away.chain([init])).because(because)
    }

    /// A row moved away and made afresh.
    fn row_afresh(&self, row: RowId) -> Remedy {
        let because = match row.spec().form {
            Form::Kubeconfig { .. } => "it is made afresh",
            _ => "the pair is made afresh",
        };
        self.afresh(&row.spec().artifacts(), because)
    }

    fn ask(&self, question: &'static Question, files: &[Artifact]) -> Remedy {
        Remedy::ask_about(question, self.of(files))
    }
}

impl Refusal {
    /// What to do about it. `path` says how files are named to the reader.
    ///
    /// What would have a new authority made, or a new key for tokens, is always asked.
    #[must_use]
    pub fn remedy(&self, path: impl Fn(Artifact) -> String) -> Remedy {
        let names = Names(path);
        let links: Vec<String> = self.links.iter().map(|file| (names.0)(*file)).collect();
        let remedy = self.here(&names).after_links(&links);
        // What is in it may be right.
        let remedy = if self.is_misframed {
            Remedy::ask(&REFRAME).or(remedy)
        } else {
            remedy
        };
        if self.can_be_made {
            remedy
        } else {
            issued_elsewhere(remedy, self.file.id)
        }
    }

    /// What to do about it, where what issues it is here.
    fn here<F: Fn(Artifact) -> String>(&self, names: &Names<F>) -> Remedy {
        let row = self.file.id;
        let own = row.spec().artifacts();
        let here = [self.file];
        match &self.problem {
            Problem::Unreadable { .. } => Remedy::ask(&PRIVILEGE),
            Problem::Elsewhere { directory, .. } => Remedy::run(Command::InitIn {
                kubeconfigs: self.file.part == Part::Kubeconfig,
                directory: directory.clone(),
            })
            .or(Remedy::ask_about(&MOVE_HERE, directory)),
            Problem::SharedKey { .. } => Remedy::ask(&KEY_OF_ITS_OWN),
            Problem::OtherSigner { .. } => Remedy::ask(&RIGHT_SIGNER),
            Problem::Superior { .. } => Remedy::ask(&OTHER_SUPERIOR),
            Problem::NotBelow { .. } => Remedy::ask(&WITHOUT_SUPERIOR),
            Problem::NotCopied => names.ask(&COPY, &own),
            Problem::Forgotten { .. } => forgotten(&COPY, &names.of(&own)),
            Problem::KeyWithoutCertificate if row.spec().is_authority() => names
                .ask(&PUT_BACK, &[row.part(Part::Certificate)])
                .or(names.ask(&NEW_UNKNOWN_AUTHORITY, &here)),
            Problem::EndedBelow(_) => renewed_below(row).or(Remedy::ask(&REPLACE)),
            Problem::Path(PathError::Expired { .. }) if row.spec().is_authority() => {
                renew(row, Renew::AsItIs).or(Remedy::ask(&REPLACE))
            }
            _ if row.spec().is_authority() => names
                .ask(&PUT_BACK_RIGHT, &own)
                .or(Remedy::ask(&NEW_AUTHORITY)),
            Problem::PublicKeyWithoutKey => names
                .ask(&PUT_BACK_TOKEN_KEY, &[row.part(Part::Key)])
                .or(names.ask(&NEW_TOKEN_KEY, &here)),
            Problem::NoAuthority { authority } => names
                .ask(&PUT_BACK, &authority.spec().artifacts())
                .or(names.ask(&AFRESH_BELOW, &own)),
            Problem::ExternalAuthority { authority } => names
                .ask(&PUT_KEY, &[authority.part(Part::Key)])
                .or(Remedy::ask(&NAME_TOKEN))
                .or(asked_for(None)),
            // Which of the two the cluster's tokens are signed with, nobody here knows.
            Problem::PublicKeyMismatch { .. } => names.ask(&PUT_BACK_TOKEN_KEY, &own).or(names
                .afresh(
                    &here,
                    "it is rebuilt from the private key, and tokens that another has signed \
                     become invalid",
                )),
            // Made afresh, the pair would be another one, and what the old one signed is void.
            _ if self.file.part == Part::PublicKey => {
                names.afresh(&here, "it is rebuilt from the private key")
            }
            _ if row == RowId::ServiceAccount => names
                .ask(&PUT_BACK_TOKEN_KEY, &here)
                .or(names.ask(&NEW_TOKEN_KEY, &own)),
            Problem::KeyWithoutCertificate | Problem::CertificateWithoutKey => {
                let missing = own.into_iter().filter(|one| *one != self.file);
                let missing: Vec<Artifact> = missing.collect();
                let afresh = names.afresh(&here, "the pair is made afresh");
                names.ask(&PUT_BACK, &missing).or(afresh)
            }
            // What the configuration says may be what is wrong, and the names that clients dial by now
            // are in the certificate that is there.
            Problem::MissingHosts { .. } => {
                renew(row, Renew::AsConfigured).or(Remedy::ask(&CORRECT_CONFIGURATION))
            }
            Problem::Path(PathError::NameConstraint) => Remedy::ask(&OTHER_CONSTRAINTS),
            // What may be in use is not moved away: it is issued again in its place.
            Problem::Path(PathError::Expired { .. } | PathError::NotYetValid { .. }) => {
                renew(row, Renew::AsItIs)
            }
            Problem::KeyMismatch { .. } => renew(row, Renew::AsItIs).because("it gets a new key"),
            Problem::Path(PathError::UnknownIssuer { .. }) | Problem::OtherTrust => {
                of_another_authority(row, names)
            }
            // Where nothing is behind the name of a kubelet's certificate, nothing says who it was.
            Problem::Path(_)
            | Problem::PublicKey { .. }
            | Problem::Lapsed {
                lapse: Lapse::Missing,
                ..
            } => renew(row, Renew::AsConfigured),
            Problem::Lapsed { .. } => renew(row, Renew::AsItIs).or(renew(row, Renew::AsConfigured)),
            _ => names.row_afresh(row),
        }
    }
}

impl RenewStep {
    /// What to do where it cannot be renewed as it is. `path` says how files are named to the
    /// reader.
    #[must_use]
    pub fn remedy(&self, path: impl Fn(Artifact) -> String) -> Option<Remedy> {
        let names = Names(path);
        let problem = match &self.action {
            RenewAction::Broken { problem } => problem,
            RenewAction::External { authority } => {
                let row = self.id.row;
                let put = names.ask(&PUT_KEY, &[authority.part(Part::Key)]);
                let put = put.or(Remedy::ask(&NAME_TOKEN));
                if *authority == row {
                    let take = Step::Run(Command::Take {
                        name: row.spec().name.to_owned(),
                        file: "FILE".to_owned(),
                        there: false,
                    });
                    let issued = Step::Ask(&ISSUE_LIKE_THE_OLD, None);
                    return Some(put.or(Remedy::steps([issued, take])));
                }
                return Some(put.or(asked_for(self.named.then_some(row))));
            }
            RenewAction::Missing if self.can_be_made => {
                return Some(Remedy::run(Command::Init(Init {
                    kubelet_serving: self.id.row == RowId::KubeletServing,
                    super_admin: self.id.row == RowId::SuperAdminConf,
                    ..Init::default()
                })));
            }
            _ => return None,
        };
        let links: Vec<String> = self.links.iter().map(|file| (names.0)(*file)).collect();
        let remedy = problem.remedy(self.id.row, &names).after_links(&links);
        let is_misframed = match problem {
            RenewProblem::Unusable { .. } => self.misframed.iter().any(|one| one.id == self.id.row),
            RenewProblem::UnusableAuthority { file, .. } => self.misframed.contains(file),
            _ => false,
        };
        let remedy = if is_misframed {
            Remedy::ask(&REFRAME).or(remedy)
        } else {
            remedy
        };
        let is_signed_here = self.can_be_made || *problem == RenewProblem::SignedNothing;
        Some(if is_signed_here {
            remedy
        } else {
            issued_elsewhere(remedy, self.id.row)
        })
    }
}

impl RenewProblem {
    fn remedy<F: Fn(Artifact) -> String>(&self, row: RowId, names: &Names<F>) -> Remedy {
        match self {
            Self::Unreadable { .. }
            | Self::UnreadableKey { .. }
            | Self::UnreadableAuthority { .. } => Remedy::ask(&PRIVILEGE),
            Self::Unusable { .. } | Self::PublicKey { .. } => names.row_afresh(row),
            Self::Path(PathError::UnknownIssuer { .. }) | Self::SignedNothing => {
                of_another_authority(row, names)
            }
            // Others may be wrong as well, for which nothing could be made yet.
            Self::Path(_) => renew(row, Renew::AsConfigured).or(names.row_afresh(row)),
            Self::Name(_) => Remedy::ask(&CORRECT_CONFIGURATION),
            Self::KeyType { .. } => renew(row, Renew::WithItsKey).because("its key is kept"),
            Self::OtherKey | Self::NoKey | Self::UnusableKey { .. } => {
                renew(row, Renew::AsItIs).because("it gets a new key")
            }
            Self::Link {
                configured: false, ..
            } => renew(row, Renew::AsItIs),
            Self::Lapsed {
                on_worker: true, ..
            } => Remedy::ask(&JOIN_AGAIN).or(Remedy::ask(&ISSUED_THERE)),
            Self::Lapsed { authority, .. } => names
                .ask(&PUT_KEY, &[authority.part(Part::Key)])
                .or(Remedy::ask(&ISSUED_THERE)),
            Self::Unidentified { .. }
            | Self::Link {
                configured: true, ..
            } => renew(row, Renew::AsConfigured),
            Self::NoAuthority {
                told: Some(directory),
                ..
            } => told_of(directory),
            Self::NoAuthority { file, .. } => names.ask(&PUT_BACK, &[*file]),
            Self::UnusableAuthority { file, .. } => names.ask(&PUT_BACK_RIGHT, &[*file]),
            Self::Authority { authority, .. } => {
                names.ask(&PUT_BACK_RIGHT, &authority.spec().artifacts())
            }
            Self::AuthorityExpired {
                authority,
                is_below,
                ..
            } => with_its_authority(row, *authority, *is_below),
            Self::OtherIssuer { .. } | Self::NotSigned { .. } => Remedy::ask(&SAME_ISSUER),
            Self::OtherEncoding { .. } | Self::Lacks { .. } | Self::OtherIdentifier { .. } => {
                Remedy::ask(&SAME_IDENTIFIER)
            }
            Self::OtherAuthority { .. } | Self::NotValidNow { .. } => {
                Remedy::ask(&ISSUE_LIKE_THE_OLD)
            }
            Self::IssuedByAnother { .. } => renewed_below(row),
            Self::OtherSigner { .. } => Remedy::ask(&RIGHT_SIGNER),
            Self::SignsItself { .. } => Remedy::ask(&WITHOUT_SUPERIOR),
            Self::OtherSuperior { .. } => Remedy::ask(&RIGHT_ROOT),
            Self::SuperiorExpired { .. } => Remedy::ask(&RENEW_ROOT),
            Self::AuthorityNotYetValid { .. } => Remedy::ask(&CLOCK),
        }
    }
}

/// Which of the two authorities is meant is not known. Where it is the one that is there, others may
/// be the other one's too, and who trusts that refuses what this one signs: they change together.
fn of_another_authority<F: Fn(Artifact) -> String>(row: RowId, names: &Names<F>) -> Remedy {
    let authority = row.spec().issuer.unwrap_or(row);
    let anew = Step::Run(Command::Renew {
        names: vec!["all".to_owned()],
        reconcile: true,
        reuse_key: false,
        accept: Vec::new(),
    });
    names
        .ask(&PUT_BACK_RIGHT, &authority.spec().artifacts())
        .or(Remedy::steps([Step::Ask(&IS_MEANT, None), anew]))
}

/// Files that are in another directory than the one that was looked into.
fn told_of(directory: &str) -> Remedy {
    Remedy::ask_about(&WHERE, directory)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Renew {
    AsItIs,
    WithItsKey,
    AsConfigured,
}

fn renew(row: RowId, how: Renew) -> Remedy {
    Remedy::run(renewal(row, how))
}

fn renewal(row: RowId, how: Renew) -> Command {
    Command::Renew {
        names: vec![row.spec().name.to_owned()],
        reconcile: how == Renew::AsConfigured,
        reuse_key: how == Renew::WithItsKey,
        accept: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
