//! The items of the CIS Kubernetes Benchmark that are about certificates, the flags that name
//! them, and who may read and write their files.
//!
//! [`CIS_ITEMS`] is the table, pure data. It is numbered as in the benchmark 2.0.1, whose checks
//! are those of 1.12; the numbers of older ones are beside it.

mod table;

pub use table::CIS_ITEMS;

use crate::table::{Component, FileSet, FlagSpec};

/// An item of the CIS Kubernetes Benchmark.
#[derive(Debug)]
#[non_exhaustive]
pub struct CisItem {
    /// Its number in the benchmark 2.0.1.
    pub number: &'static str,
    /// Its number in the benchmark 1.5, where it had one.
    pub in_1_5: Option<&'static str>,
    /// Its numbers in the benchmarks of [`EARLIER`], in their order; empty where it had none.
    pub earlier: [&'static str; EARLIER.len()],
    /// Whose flags, fields or files it is about; of files that several use, who is behind them.
    pub component: Component,
    /// Which flags, by their names in [`FLAGS`](crate::table::FLAGS).
    pub flags: &'static [&'static str],
    /// What it asks for, in one line.
    pub expectation: &'static str,
    /// What is judged.
    pub ask: Ask,
    /// How much it weighs.
    pub level: Level,
    /// Whether the benchmark leaves it to a person.
    pub manual: bool,
    /// Whether what kubeadm 1.36 sets up passes it.
    pub kubeadm_passes: bool,
    /// How the verdict here may differ from that of kube-bench, which looks for the flag; empty
    /// where it does not.
    pub differs: &'static str,
}

/// The older benchmarks whose numbers are known. 1.6 is numbered as 1.5; 1.9 to 1.12 as 2.0.1.
pub const EARLIER: [&str; 6] = ["1.5", "1.20", "1.23", "1.24", "1.7", "1.8"];

/// The benchmark that items are numbered by.
pub const NEWEST: &str = "2.0.1";

/// What an item asks of flags or files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// Every one of the flags is given, and what its file holds is accepted where it has to be.
    Given,
    /// The kubelet has a certificate of the cluster's authority: from files, or one that it asks
    /// for.
    ServingCertificate,
    /// None of the flags is given.
    NotGiven,
    /// The switch is on. Where it is not given, it is what `unset` says.
    On {
        /// What counts where nothing is given.
        unset: bool,
    },
    /// The switch is off. Where it is not given, it is what `unset` says.
    Off {
        /// What counts where nothing is given.
        unset: bool,
    },
    /// The list has this in it.
    Has(&'static str),
    /// The list has not this in it, and is given.
    HasNot(&'static str),
    /// The port is 0.
    NoPort,
    /// Cipher suites, where they are chosen at all, are strong ones.
    StrongCiphers,
    /// The feature gate is not switched off.
    GateNotOff(&'static str),
    /// The authorities of the file accept nobody elsewhere.
    OwnAuthority,
    /// Permissions are these or fewer.
    Mode(u32, &'static [FileSet]),
    /// The owner and the group are root.
    Owner(&'static [FileSet]),
    /// Nobody but a person can tell.
    ByHand,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Something is refused, exposed or open: the command ends with 1.
    Failure,
    /// Worth knowing.
    Warning,
}

impl Level {
    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
        }
    }
}

impl CisItem {
    /// The items with this number, in the newest benchmark or in 1.5, the newest first.
    pub fn numbered(number: &str) -> impl Iterator<Item = &'static Self> {
        let newest = CIS_ITEMS.iter().filter(move |item| item.number == number);
        let old = CIS_ITEMS
            .iter()
            .filter(move |item| item.number != number && item.in_1_5 == Some(number));
        newest.chain(old)
    }

    /// The item that has this number in a benchmark: `1.5`, `1.6`, … `2.0.1`.
    #[must_use]
    pub fn numbered_in(benchmark: &str, number: &str) -> Option<&'static Self> {
        let is = |item: &&Self| item.number_in(benchmark) == Some(number);
        CIS_ITEMS.iter().find(is)
    }

    /// Its number in a benchmark, where it has one there and the benchmark is known.
    #[must_use]
    pub fn number_in(&self, benchmark: &str) -> Option<&'static str> {
        let column = match benchmark {
            NEWEST | "2.0" | "1.12" | "1.11" | "1.10" | "1.9" => return Some(self.number),
            "1.6" => "1.5",
            other => other,
        };
        let at = EARLIER.iter().position(|known| *known == column)?;
        let number = self.earlier.get(at).copied()?;
        (!number.is_empty()).then_some(number)
    }

    /// The items about a flag or field.
    pub fn about(flag: &FlagSpec) -> impl Iterator<Item = &'static Self> {
        CIS_ITEMS
            .iter()
            .filter(move |item| item.component == flag.component && item.flags.contains(&flag.name))
    }

    /// The files it is about, if it is about files.
    #[must_use]
    pub const fn files(&self) -> &'static [FileSet] {
        match self.ask {
            Ask::Mode(_, files) | Ask::Owner(files) => files,
            _ => &[],
        }
    }

    /// Its name with the number that it had in 1.5, where that is another:
    /// `CIS 1.2.5 (1.5: 1.2.6)`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.in_1_5 {
            Some(old) if old != self.number => format!("CIS {} (1.5: {old})", self.number),
            _ => format!("CIS {}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn items_are_about_flags_of_the_table() {
        let mut numbers = BTreeSet::new();
        for item in CIS_ITEMS {
            assert!(
                numbers.insert(item.number),
                "{} is there twice",
                item.number
            );
            assert_ne!(
                item.flags.is_empty(),
                item.files().is_empty(),
                "{}",
                item.number
            );
            for name in item.flags {
                assert!(FlagSpec::find(item.component, name).is_some(), "{name}");
            }
            assert!(!item.expectation.ends_with('.'), "{}", item.number);
            assert!(
                item.differs.is_empty() || item.differs.ends_with('.'),
                "{}",
                item.number
            );
        }
    }

    #[test]
    fn in_each_benchmark_a_number_is_one_item_s() {
        for benchmark in EARLIER.iter().chain(&[NEWEST]) {
            let mut numbers = BTreeSet::new();
            for item in CIS_ITEMS {
                if let Some(number) = item.number_in(benchmark) {
                    assert!(numbers.insert(number), "{number} in {benchmark}");
                    let found = CisItem::numbered_in(benchmark, number);
                    assert_eq!(found.map(|found| found.number), Some(item.number));
                }
            }
        }
    }

    #[test]
    fn the_talks_numbers_lead_to_the_newest() {
        let newest = |old| {
            let items: Vec<&str> = CisItem::numbered(old).map(|item| item.number).collect();
            items
        };
        assert_eq!(newest("1.2.6"), ["1.2.6", "1.2.5"]);
        assert_eq!(newest("1.2.29"), ["1.2.29", "1.2.23"]);
        assert_eq!(newest("1.2.30"), ["1.2.30", "1.2.24"]);
        assert_eq!(newest("4.2.10"), ["4.2.10", "4.2.9"]);
        assert_eq!(newest("4.2.12"), ["4.2.12", "4.2.11"]);
        assert_eq!(newest("9.9"), [""; 0]);
    }
}
