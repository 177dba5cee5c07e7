//! Sharing usage: how it stands, agreeing, taking back, what would be sent, sending it. It refuses to agree to anything that was not
//! shown, and needs no yes to stop.

mod export;
mod items;
mod status;
mod stop;
mod weekly;

use gatefold_client::{
    ClientError, Gatefold, Gone, InForce, Item, PreparedErasure, PreparedUpload, UsageState, written,
};
use serde::Serialize;

use super::signals::{self, Subject};
use super::{Call, wait};
use crate::args::{Ask, Usage};
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, SOFT, STRONG, day, styled, write_out};
use crate::preview;

pub(super) fn run(call: &Call, verb: Usage) -> Result<(), Failure> {
    match verb {
        Usage::Status => status::run(call),
        Usage::Grant { items, lift_lock, yes } => grant(call, &items, lift_lock, &yes),
        Usage::Weekly { choice, yes } => weekly::run(call, choice, &yes),
        Usage::Withdraw { item: Some(named), .. } => stop::one(call, &named),
        Usage::Withdraw { item: None, erase, yes } => withdraw(call, erase, &yes),
        Usage::Export { file, yes } => export::run(call, &file, &yes),
        Usage::Preview { raw } => next(call, raw),
        Usage::Send { yes } => send(call, &yes),
    }
}

/// The items that are shared now.
#[derive(Serialize)]
pub(super) struct Shared {
    item: Item,
    /// The grant's number.
    grant: i64,
    granted_at: String,
    ends_at: String,
}

impl Shared {
    pub(super) fn of(grant: &gatefold_client::Grant) -> Self {
        let (granted_at, ends_at) = (written(grant.granted_at), written(grant.ends_at));
        Self { item: grant.item, grant: grant.id, granted_at, ends_at }
    }
}

#[derive(Serialize)]
struct GrantReport {
    status: &'static str,
    vendor: String,
    items: Vec<Shared>,
    /// SHA-256 of the text that was shown.
    notice_sha256: String,
}

fn grant(call: &Call, named: &[String], lift_lock: bool, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let vendor = call.vendor_to_use(&gatefold, yes)?.in_force;
    let items = &items::all_named(&vendor, named)?;
    if lift_lock && gatefold.lift_usage_lock()? {
        call.out.say("The lock is lifted.");
    }
    let items = with_shared(&mut gatefold, &vendor, items)?;
    let prepared = gatefold.plan_grant(vendor.clone(), &items)?;
    // It is shown in any case: what a record says was shown, was.
    call.out.say(String::new());
    prepared.notice().text.lines().for_each(|line| call.out.say(line));
    call.out.say(String::new());
    if !prepared.is_as_before() {
        let asked = confirm(yes.yes, &format!("Share this with {}?", vendor.called()));
        if matches!(asked, Err(Failure::Declined)) {
            gatefold.refuse_usage(&prepared)?;
        }
        asked?;
    }
    let grants = gatefold.grant_usage(&prepared)?;
    call.out.line(styled(CALM, format!("Shared with {}", vendor.called())));
    for grant in &grants {
        call.out.line(format!("{}, until {}", grant.item.label(), day(&written(grant.ends_at))));
    }
    let is_weekly = gatefold.usage_status(&vendor)?.weekly.is_some();
    let by_itself = if is_weekly { weekly::IN_WORDS } else { "Nothing is sent by itself." };
    call.out.line(styled(SOFT, format!("{by_itself} Stop at any time with: gatefold usage withdraw")));
    call.out.object(&GrantReport {
        status: "shared",
        vendor: vendor.vendor().id().to_owned(),
        items: grants.iter().map(Shared::of).collect(),
        notice_sha256: prepared.notice().sha256(),
    });
    Ok(())
}

/// Who names an item more shares it beside what they share already.
fn with_shared(gatefold: &mut Gatefold, vendor: &InForce, items: &[Item]) -> Result<Vec<Item>, Failure> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let status = gatefold.usage_status(vendor)?;
    let before = status.grants.iter().map(|grant| grant.item).filter(|item| !items.contains(item));
    Ok(items.iter().copied().chain(before).collect())
}

#[derive(Serialize)]
struct WithdrawReport {
    status: &'static str,
    vendor: String,
    /// Whether anything was shared.
    was_shared: bool,
    /// The entries of what had gone before.
    sent_before: Vec<i64>,
    erasure: Option<ErasureReport>,
    ledger: Vec<i64>,
}

#[derive(Serialize)]
struct ErasureReport {
    status: &'static str,
    batch_ids: Vec<String>,
}

fn withdraw(call: &Call, erase: bool, yes: &Ask) -> Result<(), Failure> {
    let (mut gatefold, unwritable) = stop::open(call)?;
    let vendor = call.vendor(&gatefold)?;
    let done = gatefold.withdraw_usage(&vendor, erase);
    let done =
        done.map_err(|error| stop::failed(&gatefold, &vendor, &[], erase, unwritable.unwrap_or(error)))?;
    call.out.line(styled(
        CALM,
        match done.was_on {
            true => format!("Nothing more is shared with {}", vendor.called()),
            false => format!("Nothing is shared with {}", vendor.called()),
        },
    ));
    say_gone(call, &done.gone);
    let mut ledger = Vec::new();
    let wanted = if erase { gatefold.plan_erasure(&vendor)? } else { None };
    let erasure = match wanted {
        None if erase => {
            call.out.line("Nothing was sent that could be erased.");
            None
        }
        None => None,
        Some(prepared) => {
            erased(call, &mut gatefold, &prepared, yes, &mut ledger)?;
            let batch_ids = prepared.batches().iter().map(ToString::to_string).collect();
            Some(ErasureReport { status: "erased", batch_ids })
        }
    };
    call.out.object(&WithdrawReport {
        status: "stopped",
        vendor: vendor.vendor().id().to_owned(),
        was_shared: done.was_on,
        sent_before: done.gone.iter().map(|gone| gone.entry.0).collect(),
        erasure,
        ledger,
    });
    Ok(())
}

fn say_gone(call: &Call, gone: &[Gone]) {
    if gone.is_empty() {
        return;
    }
    let entries: Vec<String> = gone.iter().map(|gone| gone.entry.to_string()).collect();
    let noun = if entries.len() == 1 { "entry" } else { "entries" };
    call.out.line(format!("Had gone before, by the record: {noun} {}", entries.join(", ")));
}

fn erased(
    call: &Call,
    gatefold: &mut Gatefold,
    prepared: &PreparedErasure,
    yes: &Ask,
    ledger: &mut Vec<i64>,
) -> Result<(), Failure> {
    signals::is_about(Subject::Erasure);
    if yes.shows() {
        preview::show(call.out, "This asks for the erasure", prepared.preview());
    }
    let asked = confirm(yes.yes, &format!("Ask {} to erase it?", prepared.vendor().called()));
    if asked.is_err() {
        call.out
            .say(styled(ATTENTION, "Sharing has stopped. The erasure was not asked for yet; it is kept."));
    }
    asked?;
    let mut entries = Vec::new();
    let done = wait(gatefold.send_erasure(prepared, &mut entries))?;
    call.say_shown(gatefold);
    ledger.extend(entries.iter().map(|entry| entry.0));
    if done.is_err() {
        call.out.say(styled(ATTENTION, "Sharing has stopped. The erasure is kept, to be asked for again."));
    }
    done?;
    call.out.line(styled(CALM, format!("{} confirmed that it is erased", prepared.vendor().called())));
    call.say_sent();
    Ok(())
}

#[derive(Serialize)]
struct CountReport<'a> {
    week: String,
    product: &'a str,
    version: Option<&'a str>,
    daw: Option<&'a str>,
    sessions: Option<u64>,
}

fn counts(counts: &[gatefold_client::Count]) -> Vec<CountReport<'_>> {
    fn report(count: &gatefold_client::Count) -> CountReport<'_> {
        let gatefold_client::Count { week, product, version, daw, sessions } = count;
        let (version, daw) = (version.as_deref(), daw.as_deref());
        CountReport { week: week.to_string(), product, version, daw, sessions: *sessions }
    }
    counts.iter().map(report).collect()
}

#[derive(Serialize)]
struct NextReport<'a> {
    vendor: String,
    batch_id: Option<String>,
    url: Option<&'a str>,
    request_bytes: usize,
    items: &'a [Item],
    counts: Vec<CountReport<'a>>,
    /// The exact bytes; nothing of them is secret.
    request: Option<String>,
}

fn next(call: &Call, raw: bool) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let vendor = call.vendor(&gatefold)?;
    let prepared = gatefold.plan_upload(&vendor)?;
    if raw {
        write_out(&prepared.ok_or(ClientError::UsageNothingToSend)?.preview().bytes);
        return Ok(());
    }
    match &prepared {
        Some(prepared) => {
            call.out.line(styled(STRONG, format!("To {}, if you send it", vendor.called())));
            let preview = prepared.preview();
            call.out.line(preview::marked(&preview.bytes, &preview.marks));
            if !call.out.styles_result() {
                call.out.table(&preview::named(&preview.bytes, &preview.marks).indented(2));
            }
        }
        None => call.out.line("Nothing was counted that has not been sent."),
    }
    let shown = prepared.as_ref().map(PreparedUpload::preview);
    call.out.object(&NextReport {
        vendor: vendor.vendor().id().to_owned(),
        batch_id: prepared.as_ref().map(|prepared| prepared.batch().to_string()),
        url: shown.map(|preview| preview.url.as_str()),
        request_bytes: shown.map_or(0, |preview| preview.wire_len_bytes),
        items: shown.map_or(&[], |preview| preview.items.as_slice()),
        counts: prepared.as_ref().map(|prepared| counts(prepared.counts())).unwrap_or_default(),
        request: shown.map(|preview| String::from_utf8_lossy(&preview.bytes).into_owned()),
    });
    Ok(())
}

#[derive(Serialize)]
struct SendReport {
    status: &'static str,
    vendor: String,
    batch_id: String,
    /// How many points the collector did not take.
    rejected: u64,
    ledger: Vec<i64>,
}

fn send(call: &Call, yes: &Ask) -> Result<(), Failure> {
    signals::is_about(Subject::Upload);
    let mut gatefold = call.open()?;
    let vendor = call.vendor(&gatefold)?;
    let prepared = gatefold.plan_upload(&vendor)?.ok_or(ClientError::UsageNothingToSend)?;
    if yes.shows() {
        preview::show(call.out, "This is sent", prepared.preview());
    }
    confirm(yes.yes, &format!("Send it to {}?", vendor.called()))?;
    let done = wait(gatefold.send_upload(&prepared, &mut Vec::new()))?;
    call.say_shown(&gatefold);
    let done = done?;
    call.out.line(styled(CALM, format!("Sent to {}", vendor.called())));
    if done.rejected > 0 {
        let text =
            format!("The collector did not take {} of its lines; they are not sent again.", done.rejected);
        call.out.line(styled(ATTENTION, text));
    }
    call.say_sent();
    call.out.object(&SendReport {
        status: if done.rejected == 0 { "sent" } else { "partly" },
        vendor: vendor.vendor().id().to_owned(),
        batch_id: done.batch.to_string(),
        rejected: done.rejected,
        ledger: vec![done.entry.0],
    });
    Ok(())
}

/// What a user reads of a state.
pub(super) fn in_words(state: UsageState) -> &'static str {
    match state {
        UsageState::NotOffered => "takes no usage",
        UsageState::NotAsked => "you were not asked yet; nothing is shared",
        UsageState::Off => "you said no; nothing is shared",
        UsageState::On => "shared",
        UsageState::Withdrawing => {
            "you took it back, and nothing new is shared; its record waits for another Gatefold that was sending, or for a disk that can be written"
        }
        UsageState::Withdrawn => "you took it back; nothing is shared",
        UsageState::Expired => "ended by itself; nothing is shared",
        UsageState::Locked => "locked off; nothing is shared",
    }
}
