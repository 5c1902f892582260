//! Arguments of a configuration that send a component to other files than those that are made.

use std::fmt;

use pki_core::Site;

use super::resolve::Source;
use super::{FlagOptions, FlagsError};
use crate::Directories;
use crate::table::{Component, FlagValue};

/// A component that is told of another file than the table's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The component.
    pub component: Component,
    /// Its flag, without dashes.
    pub flag: &'static str,
    /// The file that it is told of.
    pub told: String,
    /// The file that is made here for it.
    pub made: String,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            component,
            flag,
            told,
            made,
        } = self;
        write!(
            f,
            "the configuration tells {component} --{flag}={told}, and what is made and renewed here \
             is {made}, which {component} then does not read"
        )
    }
}

impl FlagOptions {
    /// The overrides by which a component is told of other files than those that are made for it.
    ///
    /// # Errors
    ///
    /// As [`FlagSet::of`](super::FlagSet::of).
    pub fn elsewhere(
        &self,
        site: Site<'_>,
        directories: &Directories,
    ) -> Result<Vec<Elsewhere>, FlagsError> {
        let mut found = Vec::new();
        for component in Component::ALL {
            let source = Source::new(component, site, directories, self);
            for (spec, told) in source.given()? {
                let is_file = matches!(spec.value, FlagValue::File { .. });
                let Some(made) = source.usual(spec)?.filter(|made| is_file && *made != told) else {
                    continue;
                };
                found.push(Elsewhere {
                    component,
                    flag: spec.name,
                    told,
                    made,
                });
            }
        }
        Ok(found)
    }
}
