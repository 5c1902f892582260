//! Names that no earlier run has used.

use pki_core::Random;

use crate::LayoutError;
use crate::error::Operation;

/// Sixteen hexadecimal digits.
pub(crate) fn hex(random: &dyn Random) -> Result<String, LayoutError> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes).map_err(|error| {
        LayoutError::io(Operation::Stage, std::path::Path::new("a random name"))(
            std::io::Error::other(error),
        )
    })?;
    Ok(pki_core::text::hex::plain(&bytes))
}
