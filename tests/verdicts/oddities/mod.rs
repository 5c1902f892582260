//! Certificates with one oddity each, by what is odd.

mod bounds;
mod chains;
mod constraints;
mod fields;
mod hosts;
mod identifiers;
mod keys;
mod names;
mod objects;
mod others;
mod policies;
mod purposes;
mod rolled;
mod salts;
mod served;
mod subjects;
mod tangles;

use crate::scene::{Case, Oddity};

/// Every case, none of a name twice.
pub(crate) fn cases() -> Vec<Case> {
    let mut all: Vec<Oddity> = vec![crate::scene::odd("nothing", &ALL, |_| ())];
    for list in [
        fields::all(),
        names::all(),
        keys::all(),
        constraints::all(),
        purposes::all(),
        served::all(),
        identifiers::all(),
        objects::all(),
        policies::all(),
        others::all(),
    ] {
        all.extend(list);
    }
    let mut cases: Vec<Case> = all.iter().flat_map(Oddity::cases).collect();
    cases.extend(chains::cases());
    cases.extend(rolled::cases());
    cases.extend(salts::cases());
    cases.extend(subjects::cases());
    cases.extend(tangles::cases());
    cases.extend(hosts::cases());
    cases.extend(bounds::cases());
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None);
    cases
}

static ALL: [crate::scene::Role; 4] = {
    use crate::scene::Role::{Client, Intermediate, Root, Server};
    [Server, Client, Intermediate, Root]
};
