//! Letting the window send what is shared by itself. It refuses to choose that without what it means having been shown.

use gatefold_client::written;
use serde::Serialize;

use crate::args::{Ask, Switch};
use crate::ask::confirm;
use crate::commands::Call;
use crate::failure::Failure;
use crate::output::{CALM, SOFT, styled};

/// What it means, in a line.
pub(super) const IN_WORDS: &str =
    "Weeks that are over are sent by themselves while the window is open, once in seven days at most.";

#[derive(Serialize)]
struct Report {
    status: &'static str,
    vendor: String,
    /// Since when it is sent by itself; null where it is not.
    weekly_since: Option<String>,
    /// SHA-256 of the text that was shown.
    notice_sha256: Option<String>,
}

pub(super) fn run(call: &Call, choice: Switch, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let vendor = call.vendor(&gatefold)?;
    let mut notice_sha256 = None;
    match choice {
        Switch::On => {
            let prepared = gatefold.plan_weekly(vendor.clone())?;
            call.out.say(String::new());
            prepared.notice().text.lines().for_each(|line| call.out.say(line));
            call.out.say(String::new());
            confirm(yes.yes, &format!("Let it be sent to {} by itself?", vendor.called()))?;
            gatefold.send_weekly_from_now(&prepared)?;
            notice_sha256 = Some(prepared.notice().sha256());
            call.out.line(styled(CALM, IN_WORDS));
            call.out.line(styled(
                SOFT,
                "This command sends nothing by itself. By hand again with: gatefold usage weekly off",
            ));
        }
        Switch::Off => {
            gatefold.send_by_hand_from_now(&vendor)?;
            call.out.line(styled(CALM, "Nothing is sent by itself."));
        }
    }
    let weekly = gatefold.usage_status(&vendor)?.weekly;
    call.out.object(&Report {
        status: if weekly.is_some() { "weekly" } else { "by_hand" },
        vendor: vendor.vendor().id().to_owned(),
        weekly_since: weekly.map(|weekly| written(weekly.since)),
        notice_sha256,
    });
    Ok(())
}
