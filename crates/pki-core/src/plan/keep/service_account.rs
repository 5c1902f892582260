use super::super::draft::Draft;
use super::super::{Creation, Problem, Step};
use super::broken;
use crate::key::PublicKey;
use crate::observation::Found;
use crate::spec::{Part, RowId};

/// The private key is what counts: the public one is rebuilt from it.
pub(super) fn judge(
    plan: &mut Draft<'_>,
    id: RowId,
    private: &Found<PublicKey>,
    public: &Found<Vec<PublicKey>>,
) {
    let file = id.part(Part::Key);
    let public_file = id.part(Part::PublicKey);
    for (file, problem) in [(file, broken(private)), (public_file, broken(public))] {
        if let Some(problem) = problem {
            plan.refuse(file, problem);
        }
    }
    match (private, public) {
        (Found::Absent, Found::Absent) => match plan.not_shared(id) {
            Some(problem) => plan.refuse(file, problem),
            None => plan.create(id, Creation::KeyPair),
        },
        (Found::Absent, Found::Present(_)) => {
            plan.refuse(public_file, Problem::PublicKeyWithoutKey);
        }
        (Found::Present(key), Found::Absent) => plan.steps.push(Step::create(
            plan.id(id),
            Creation::PublicKey(key.clone()),
            "sa.pub is missing and rebuilt from sa.key",
        )),
        // During a rotation the file holds the old key too.
        (Found::Present(key), Found::Present(keys)) if keys.contains(key) => {
            plan.keep(id, &[], "the pair matches");
        }
        (Found::Present(key), Found::Present(keys)) => {
            let identifiers: Vec<String> = keys
                .iter()
                .map(|key| key.identifier().to_string())
                .collect();
            plan.refuse(
                public_file,
                Problem::PublicKeyMismatch {
                    expected: key.identifier().to_string(),
                    actual: identifiers.join(", "),
                },
            );
        }
        _ => {}
    }
}
