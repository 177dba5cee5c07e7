//! What there is to say of a license's standing, for every face alike: why it does not count, what ends soon and in how
//! many days, how far the clock is behind. It refuses to name dates: a face shows those by its own clock.

use gatefold_disclosure::vendor::counted;
use gatefold_license::{Assessment, Ending, Ends, Reason, Standing, Terms};

use crate::activation::Activated;
use crate::clock::rounded;
use crate::library::Installed;
use crate::words::{Advice, advice_of};

/// A code, and its words as they are now: `license.active` where there is nothing to say.
pub type Said = (&'static str, Advice);

impl Installed {
    /// The features that it includes, by their codes, quoted.
    pub fn entitlements(&self) -> Vec<String> {
        self.verified.entitlements().iter().map(|code| gatefold_disclosure::quote(code)).collect()
    }

    /// What there is to say of it now.
    pub fn says(&self) -> Said {
        let said = said(&self.assessment, self.terms);
        match &self.copied {
            Some(compared) if said.0 == Reason::Active.code() => {
                let code = "license.copied_system";
                (code, advice_of(code, Some(compared.to_string())))
            }
            // Nobody sells it any more.
            _ if said.0 == "license.trial_ended" && self.vendor_is_gone => {
                let code = "license.trial_outlives_vendor";
                (code, advice_of(code, None))
            }
            _ => said,
        }
    }

    /// Whether it is a trial that has ended, by this computer's clock.
    pub fn is_trial_over(&self) -> bool {
        self.terms == Terms::Trial && self.assessment.standing == Standing::Expired
    }

    /// Whether its vendor is gone, and it counts without one.
    pub fn outlives_vendor(&self) -> bool {
        self.assessment.reason == Reason::VendorGone
    }

    /// Whether it counts, and is said to end soon.
    pub fn ends_soon(&self) -> bool {
        self.assessment.notice(self.terms).is_some()
    }
}

impl Activated {
    /// What there is to say of it now.
    pub fn says(&self) -> Said {
        said(&self.assessment, self.terms)
    }
}

fn said(assessment: &Assessment, terms: Terms) -> Said {
    let soon = assessment.notice(terms);
    let (code, detail) = match (assessment.standing, soon, assessment.behind) {
        (Standing::Active, Some(ending), _) => (code_of(ending, terms), Some(until(ending))),
        (_, Some(ending), _) => (assessment.reason.code(), Some(until(ending))),
        // Nobody can renew a trial.
        (Standing::Expired, None, _) if terms == Terms::Trial => ("license.trial_ended", None),
        (_, None, Some(behind)) => {
            (assessment.reason.code(), Some(format!("by {} at least", rounded(behind))))
        }
        (_, None, None) => (assessment.reason.code(), None),
    };
    (code, advice_of(code, detail))
}

fn code_of(ending: Ending, terms: Terms) -> &'static str {
    match (ending.what, terms) {
        (_, Terms::Trial) => "license.trial_ends_soon",
        (Ends::File, _) => "license.file_ends_soon",
        _ => "license.ends_soon",
    }
}

fn until(ending: Ending) -> String {
    let days = u64::from(ending.days_left);
    match ending.what {
        Ends::License => format!("in {}", counted(days, "day")),
        Ends::File => format!("within {}", counted(days, "day")),
        Ends::Grace => format!("for {}", counted(days, "more day")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    #[test]
    fn what_is_said_says_when() {
        use Terms::{Perpetual, Subscription, Trial};
        let check =
            |terms, reason: Reason, ends: Option<(Ends, u32)>, behind_hours: Option<i64>, expect: &str| {
                let at = Timestamp::UNIX_EPOCH;
                let assessment = Assessment {
                    standing: reason.standing(),
                    reason,
                    expires_at: None,
                    refresh_by: None,
                    ending: ends.map(|(what, days_left)| Ending { what, at, days_left }),
                    behind: behind_hours.map(SignedDuration::from_hours),
                };
                assert_eq!(said(&assessment, terms).1.message, expect);
            };
        check(Perpetual, Reason::Active, None, None, "The license is good.");
        check(Subscription, Reason::Active, Some((Ends::License, 15)), None, "The license is good.");
        check(
            Subscription,
            Reason::Active,
            Some((Ends::License, 14)),
            None,
            "The license ends soon: in 14 days.",
        );
        check(Trial, Reason::Active, Some((Ends::License, 4)), None, "The license is good.");
        check(Trial, Reason::Active, Some((Ends::License, 1)), None, "The trial ends soon: in 1 day.");
        let file = "The license goes on, but its file must be fetched again: within 12 days.";
        check(Perpetual, Reason::Active, Some((Ends::File, 12)), None, file);
        let grace =
            "The license file should have been fetched again, and still counts for a while: for 9 more days.";
        check(Perpetual, Reason::Grace, Some((Ends::Grace, 9)), None, grace);
        let behind =
            "This computer's clock is behind the time at which the vendor signed this: by 3 days at least.";
        check(Subscription, Reason::ClockBehind, None, Some(72), behind);
        check(Subscription, Reason::Expired, None, None, "The license has ended.");
    }
}
