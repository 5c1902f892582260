//! Keys from `tests/fixtures/keys`: one for each row of the table and each algorithm.

use std::path::PathBuf;

use pkigen::key::{KeyError, KeyRequest, KeySource, PrivateKey, Random};
use pkigen::table::{CERTS, Table};
use pkigen::{KeyAlgorithm, RowId};

use super::fixture;

/// Hands out the prepared key of a row.
#[derive(Debug)]
pub(crate) struct FixtureKeys;

impl KeySource for FixtureKeys {
    fn generate(
        &self,
        request: KeyRequest<'_>,
        _random: &dyn Random,
    ) -> Result<PrivateKey, KeyError> {
        let path = key_file(
            Table::kubernetes().find(request.name).unwrap(),
            request.algorithm,
        );
        let text =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        PrivateKey::from_pem(&text)
    }
}

/// Where the prepared key of a row is: `<algorithm>/<number of the row>.pem`.
fn key_file(id: RowId, algorithm: KeyAlgorithm) -> PathBuf {
    let position = CERTS.iter().position(|spec| spec.id == id).unwrap();
    fixture(&format!("keys/{algorithm}/{:02}.pem", position + 1))
}
