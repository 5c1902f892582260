//! Files that another program is writing at this moment, in place: half of one looks broken, and a
//! moment later it is not.

use std::time::Duration;

use pki_core::plan::renew::{RenewAction, RenewPlan, RenewProblem, RenewRule};
use time::OffsetDateTime;

use crate::Observation;

/// How often a file that looks broken is looked at again.
const LOOKS: usize = 4;
const PAUSE: Duration = Duration::from_millis(50);

impl Observation {
    /// A plan of what is there, once nobody is in the middle of writing it.
    pub(super) fn steady_plan(
        mut self,
        rule: &RenewRule,
        now: OffsetDateTime,
    ) -> (Self, RenewPlan) {
        let mut plan = self.plan_renew(rule.clone(), now);
        for _ in 0..LOOKS {
            if !plan.steps().iter().any(|step| looks_broken(&step.action)) {
                break;
            }
            std::thread::sleep(PAUSE);
            self = self.refreshed();
            plan = self.plan_renew(rule.clone(), now);
        }
        (self, plan)
    }
}

fn looks_broken(action: &RenewAction) -> bool {
    matches!(
        action,
        RenewAction::Broken {
            problem: RenewProblem::Unusable { .. }
                | RenewProblem::UnusableAuthority { .. }
                | RenewProblem::UnusableKey { .. }
                | RenewProblem::PublicKey { .. }
        }
    )
}
