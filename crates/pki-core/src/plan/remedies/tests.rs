use super::*;
use crate::spec::{CERTS, Owner};

#[test]
fn every_question_has_a_reason() {
    for question in QUESTIONS {
        for text in [question.text, question.why] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
        }
    }
}

fn remedy(row: RowId, part: Part, problem: Problem) -> Remedy {
    let refusal = Refusal {
        file: row.part(part),
        owner: Owner::Cluster,
        problem,
        can_be_made: true,
        is_misframed: false,
        links: Vec::new(),
    };
    refusal.remedy(|file| file.to_string())
}

/// A new authority is trusted by nobody, and a new key for tokens makes all of them invalid:
/// whoever carries remedies out may not do either in passing.
#[test]
fn no_authority_and_no_token_key_is_made_unasked() {
    let problems = [
        Problem::Broken {
            reason: "is empty".to_owned(),
        },
        Problem::KeyWithoutCertificate,
        Problem::CertificateWithoutKey,
        Problem::PublicKeyWithoutKey,
        Problem::NotCopied,
        Problem::Forgotten {
            beside: RowId::ClusterCa.part(Part::Certificate),
        },
        Problem::Authority {
            reason: "is none".to_owned(),
        },
    ];
    let vital = CERTS.iter().filter(|spec| spec.issuer.is_none());
    for (spec, problem) in vital.flat_map(|spec| problems.iter().map(move |one| (spec, one))) {
        let part = match spec.form {
            Form::KeyPair { .. } if *problem == Problem::PublicKeyWithoutKey => Part::PublicKey,
            _ => Part::Key,
        };
        let remedy = remedy(spec.id, part, problem.clone());
        assert_eq!(remedy.executable(), None, "{}: {problem}", spec.name);
    }
    let authority = RowId::ClusterCa;
    let below = remedy(
        RowId::Apiserver,
        Part::Certificate,
        Problem::NoAuthority { authority },
    );
    assert_eq!(below.executable(), None);
}

#[test]
fn half_a_pair_is_put_back_or_moved_away() {
    let remedy = remedy(RowId::Apiserver, Part::Key, Problem::KeyWithoutCertificate);
    let away = Edit::new("apiserver.key", EditPlace::File, None);
    let init = Command::Init(Init::default());
    let expected = Remedy::ask_about(&PUT_BACK, "apiserver.crt")
        .or(Remedy::steps([Step::Edit(away), Step::Run(init)]))
        .because("the pair is made afresh");
    assert_eq!(remedy, expected);
}
