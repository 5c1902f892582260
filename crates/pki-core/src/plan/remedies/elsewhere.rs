//! What mends what is issued elsewhere, or is shared with others: it is asked for, signed there, and
//! taken, or copied, or goes with its authority.

use super::{NEW_ABOVE, OTHER_NODE, REPLACE, Renew, SIGNED_THERE, renewal};
use crate::remedy::{Command, Init, Question, Remedy, Step};
use crate::spec::RowId;

/// A remedy where what issues a row is not here: nothing can be made then, and who moves
/// something away is left without it.
pub(super) fn issued_elsewhere(mut remedy: Remedy, row: RowId) -> Remedy {
    let makes = |command: &Command| {
        !matches!(
            command,
            Command::RenewBelow { .. }
                | Command::Request { .. }
                | Command::Import
                | Command::Take { .. }
        )
    };
    let runs = |way: &Vec<Step>| {
        let mut steps = way.iter();
        steps.any(|step| matches!(step, Step::Run(command) if makes(command)))
    };
    if !remedy.ways.iter().any(runs) {
        return remedy;
    }
    remedy.ways.retain(|way| !runs(way));
    remedy.because = None;
    remedy.or(asked_for(Some(row)))
}

/// Certificates of authorities whose keys are kept elsewhere: of this row, or all that are missing or
/// due. An authority takes its own with the key that it has.
pub(super) fn asked_for(row: Option<RowId>) -> Remedy {
    let names: Vec<String> = row.iter().map(ToString::to_string).collect();
    let take = match row.filter(|row| row.spec().is_authority()) {
        Some(row) => Command::Take {
            name: row.to_string(),
            file: "FILE".to_owned(),
            there: false,
        },
        None => Command::Import,
    };
    let ask = Step::Run(Command::Request { names });
    Remedy::steps([ask, Step::Ask(&SIGNED_THERE, None), Step::Run(take)])
}

/// New dates for what is above an authority: its certificate alone is brought here.
pub(crate) fn brought(row: RowId) -> Remedy {
    let take = Step::Run(Command::Take {
        name: row.to_string(),
        file: "FILE".to_owned(),
        there: false,
    });
    Remedy::steps([Step::Ask(&NEW_ABOVE, None), take]).or(Remedy::ask(&REPLACE))
}

/// New dates for an authority that is below another one, which is elsewhere.
pub(super) fn renewed_below(row: RowId) -> Remedy {
    Remedy::run(Command::RenewBelow {
        name: row.to_string(),
    })
    .or(asked_for(Some(row)))
}

/// How what is issued elsewhere comes here: asked for, by itself or with everything that is missing or
/// due, unless it is asked for already.
pub(crate) fn from_elsewhere(row: RowId, is_requested: bool, with_all: bool) -> Remedy {
    if row.spec().is_authority() {
        renewed_below(row)
    } else if is_requested {
        waited_for()
    } else {
        asked_for((!with_all).then_some(row))
    }
}

/// What was asked for, and has not come.
pub(crate) fn waited_for() -> Remedy {
    let signed = Step::Ask(&SIGNED_THERE, None);
    Remedy::steps([signed, Step::Run(Command::Import)])
}

/// What the nodes of a cluster share, and is not here.
pub(crate) fn forgotten(question: &'static Question, files: &str) -> Remedy {
    Remedy::ask_about(question, files).or(Remedy::steps([
        Step::Ask(&OTHER_NODE, None),
        Step::Run(Command::Init(Init {
            new_cluster: true,
            ..Init::default()
        })),
    ]))
}

/// New dates for a certificate and first for its authority, whose life is over.
pub(crate) fn with_its_authority(row: RowId, authority: RowId, is_below: bool) -> Remedy {
    let also = |name: RowId| Step::Run(renewal(name, Renew::AsItIs));
    let first = if is_below {
        Step::Run(Command::RenewBelow {
            name: authority.to_string(),
        })
    } else {
        also(authority)
    };
    Remedy::steps([first, also(row)]).or(Remedy::ask(&REPLACE))
}
