//! What explains rather than makes: `explain` and `map` are views of tables and disk; `audit` judges
//! what components were told, by rules of its own beside those of `pki_core::judge`.

pub mod audit;
#[cfg(feature = "config")]
pub mod compare;
pub mod explain;
pub mod map;
