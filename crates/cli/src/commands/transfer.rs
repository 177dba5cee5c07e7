//! Giving a license to somebody else: whether that is possible is asked first, then everything is shown, then sent; or a message
//! is written that the user sends. It refuses to send what was not shown and agreed to.

use gatefold_client::vendor::{Transfer, TransferBy};
use gatefold_client::{
    EntryId, Fact, Gatefold, InForce, OpenClaim, Owned, PlannedWhen, PreparedTransfer, Purpose, ToldTransfer,
    TransferMessage, TransferQuestion, Transferable, Transferred, Values, written,
};
use serde::Serialize;

use super::license::{meant, one_of};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Fault, MARK, Output, SOFT, STRONG, minute, styled};
use crate::preview::{self, Whose};

#[derive(Serialize)]
struct Report {
    /// `possible`, `transferred` or `message`.
    status: &'static str,
    product: String,
    license_id: String,
    /// To whose account; null where that was not said.
    recipient: Option<String>,
    /// What it costs, in the vendor's words; null where the file does not say.
    fee: Option<String>,
    /// How many seats other computers hold, where the vendor was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats_elsewhere: Option<u64>,
    /// Whether the account's list shows it no more; null where it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<Option<bool>>,
    /// Why the list was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<Fault>,
    /// The message to be sent by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    ledger: Vec<i64>,
}

#[derive(Serialize)]
struct Message {
    to: String,
    subject: String,
    body: String,
    /// Every fact that is in it.
    facts: Vec<FactLine>,
}

#[derive(Serialize)]
struct FactLine {
    name: &'static str,
    value: String,
}

/// By the beginning of its id, as `license list` and `account licenses` show it.
fn license_meant(gatefold: &Gatefold, typed: &str) -> Result<String, Failure> {
    if let Some((license, _)) = meant(gatefold, typed)? {
        return Ok(license);
    }
    let owned = gatefold.owned_licenses()?.into_iter().map(|owned| owned.license_id);
    one_of(owned, typed, "of your licenses")
}

pub(super) fn run(call: &Call, id: &str, to: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let license = gatefold.transferable(&license_meant(&gatefold, id)?)?;
    let rules = license.rules()?.clone();
    say_rules(call.out, &license, &rules);
    if rules.by == TransferBy::Message {
        let message = gatefold.transfer_message(&license, to)?;
        return write(call.out, license, &rules, message, to);
    }
    gatefold.secrets_unlocked()?;
    let mut sent = Vec::new();
    let done = by_server(call, &mut gatefold, license, &rules, to, yes, &mut sent);
    call.say_shown(&gatefold);
    done
}

fn by_server(
    call: &Call,
    gatefold: &mut Gatefold,
    license: Transferable,
    rules: &Transfer,
    to: Option<&str>,
    yes: &Ask,
    sent: &mut Vec<EntryId>,
) -> Result<(), Failure> {
    let out = call.out;
    let question = gatefold.plan_transfer_question(license, to)?;
    if yes.shows() {
        show_question(out, &question);
    }
    confirm(yes.yes, "Ask whether it can be given away?")?;
    let eligible = wait(gatefold.ask_transfer(question, sent))??;
    if to.is_none() {
        let (license, elsewhere) = (eligible.license(), gatefold.seats_elsewhere(&eligible)?);
        out.line(styled(CALM, format!("{} can be given to somebody else", license.product)));
        if elsewhere.count > 0 {
            out.say(styled(ATTENTION, format!("Give back first what is in use: {elsewhere}.")));
            out.say(format!("See which with: gatefold license seats {}", license.license_id));
        }
        out.say(format!("Do it with: gatefold license transfer {} --to EMAIL", license.license_id));
        call.say_sent();
        out.object(&Report {
            seats_elsewhere: Some(elsewhere.count),
            ..report("possible", license, rules, None, sent)
        });
        return Ok(());
    }
    call.go_on()?;
    let prepared = gatefold.plan_transfer(eligible)?;
    if yes.shows() {
        show(out, &prepared);
    }
    let product = &prepared.license().product;
    confirm(yes.yes, &format!("Give {product} to {}? It cannot be taken back here", prepared.recipient()))?;
    let license = prepared.license().clone();
    let done = wait(gatefold.transfer(prepared, sent))??;
    print(out, &license.vendor, &done);
    call.say_sent();
    let recipient = Some(done.recipient.clone());
    let is_gone = done.is_gone.as_ref();
    out.object(&Report {
        gone: Some(is_gone.and_then(|gone| gone.as_ref().ok().copied())),
        unread: is_gone.and_then(|gone| gone.as_ref().err()).map(Fault::from),
        ..report("transferred", &license, rules, recipient, sent)
    });
    Ok(())
}

fn report(
    status: &'static str,
    license: &Transferable,
    rules: &Transfer,
    recipient: Option<String>,
    sent: &[EntryId],
) -> Report {
    Report {
        status,
        product: license.product.clone(),
        license_id: license.license_id.clone(),
        recipient,
        fee: rules.fee.clone(),
        seats_elsewhere: None,
        gone: None,
        unread: None,
        message: None,
        ledger: sent.iter().map(|entry| entry.0).collect(),
    }
}

/// What the vendor's file says of it, before anything else.
fn say_rules(out: Output, license: &Transferable, rules: &Transfer) {
    out.say(styled(STRONG, format!("{} by {}", license.product, license.vendor.called())));
    out.say(format!("License        {}, {}", license.terms.as_str(), license.license_id));
    for (name, words) in rules_in_words(rules) {
        out.say(format!("{name:<15}{words}"));
    }
}

/// Row by row.
pub(super) fn rules_in_words(rules: &Transfer) -> Vec<(&'static str, String)> {
    let by = match rules.by {
        TransferBy::Endpoint => "by the vendor's server, from Gatefold".to_owned(),
        TransferBy::Message => "by a message that you send".to_owned(),
    };
    let mut rows = vec![("Given away", by)];
    rows.push(("Costs", rules.fee.clone().unwrap_or_else(|| "the vendor's file does not say".to_owned())));
    if let Some(days) = rules.after_days {
        rows.push((
            "Earliest",
            format!("{} after the purchase", gatefold_client::vendor::counted(days, "day")),
        ));
    }
    if !rules.never.is_empty() {
        let never: Vec<&str> = rules.never.iter().map(|terms| terms.as_str()).collect();
        rows.push(("Never", never.join(", ")));
    }
    rows
}

fn show_question(out: Output, question: &TransferQuestion) {
    let vendor = &question.license().vendor;
    out.say(String::new());
    let title = format!("First, {} is asked whether it can be given away", vendor.called());
    out.say(styled(STRONG, title));
    let requests = [question.preview()];
    preview::notes(out, vendor, Values { requests: &requests, ..Values::default() });
    preview::show(out, "This is everything in that request", question.preview());
}

fn show(out: Output, prepared: &PreparedTransfer) {
    let license = prepared.license();
    out.say(String::new());
    out.say(styled(STRONG, format!("{} goes to {}", license.product, prepared.recipient())));
    out.say("That address is another person's: the vendor learns it from you.");
    if prepared.removes_here() {
        out.say("This computer's license goes first; whatever comes after, it is then not here any more.");
    }
    let requests: Vec<_> = prepared.requests().iter().map(|request| &request.preview).collect();
    preview::notes_about(
        out,
        &license.vendor,
        Values { requests: &requests, ..Values::default() },
        Whose::ThisComputers,
    );
    preview::plan(out, prepared.requests(), |request| match (request.when, request.preview.purpose) {
        (PlannedWhen::Always, Purpose::Release) => "First, this gives this computer's seat back",
        (PlannedWhen::Always | PlannedWhen::IfGood, Purpose::Transfer) => "Then this gives the license away",
        (PlannedWhen::IfGood, _) => "Then this reads which licenses are yours",
        _ => preview::when(request.when),
    });
}

fn print(out: Output, vendor: &InForce, done: &Transferred) {
    let (name, product) = (vendor.called(), &done.product);
    out.line(styled(CALM, format!("{product} is given to {}", done.recipient)));
    match &done.is_gone {
        Some(Ok(false)) => {
            let text = format!("{name} says so, and its list of your licenses still shows it.");
            out.say(styled(ATTENTION, text));
            out.say("Read your licenses again in a while: gatefold account refresh");
        }
        Some(Err(error)) => {
            let why = error.advice().message;
            out.say(styled(ATTENTION, format!("Which licenses are still yours could not be read: {why}")));
            out.say("The transfer stands. Read them with: gatefold account refresh");
        }
        _ => {}
    }
}

/// The message with its facts marked; nothing is sent.
fn write(
    out: Output,
    license: Transferable,
    rules: &Transfer,
    message: TransferMessage,
    to: Option<&str>,
) -> Result<(), Failure> {
    out.say(styled(
        SOFT,
        "Nothing is sent: copy this message, and send it yourself. Marked is what is yours in it.",
    ));
    let marked = |text: &str| {
        let facts = message.facts.iter();
        facts.fold(text.to_owned(), |text, fact| text.replace(&fact.value, &styled(MARK, fact.value.clone())))
    };
    out.line(format!("To: {}", message.to));
    out.line(format!("Subject: {}", marked(&message.subject)));
    out.line(String::new());
    message.body.lines().for_each(|line| out.line(marked(line)));
    // Where there is no color the marks are not to be seen.
    let yours: Vec<String> =
        message.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
    out.say(styled(SOFT, format!("Yours in it is {}.", yours.join("; "))));
    let line = |fact: Fact| FactLine { name: fact.name, value: fact.value };
    let facts = message.facts.into_iter().map(line).collect();
    let recipient = to.map(|typed| typed.trim().to_owned());
    out.object(&Report {
        message: Some(Message { to: message.to, subject: message.subject, body: message.body, facts }),
        ..report("message", &license, rules, recipient, &[])
    });
    Ok(())
}

/// A transfer of which nobody here knows whether it was done, and what tells.
/// What the account's list told of transfers whose answer was lost.
pub(super) fn say_told(call: &Call, vendor: &InForce, transfers: &[ToldTransfer], owned: &[Owned]) {
    let name = vendor.called();
    for ToldTransfer { product, license_id, is_given } in transfers {
        let text = match is_given {
            true => format!("{product} was given away: {name} lists it as yours no more."),
            false => format!("{product} was not given away: {name} lists it as yours."),
        };
        call.out.say(styled(ATTENTION, text));
        let is_gone_here = |owned: &&Owned| owned.license_id == *license_id && !owned.is_here;
        if owned.iter().any(|owned| is_gone_here(&owned)) {
            call.out.say("Its seat here was given back before. Activate it again with: gatefold license activate --all");
        }
    }
}

pub(super) fn say_open(call: &Call, vendor: &InForce, open: Vec<OpenClaim>, way: &str) {
    for OpenClaim { product, since, .. } in open {
        let what = product.unwrap_or_else(|| "a license".to_owned());
        let (name, since) = (vendor.called(), minute(&written(since)));
        let text = format!("{name}: whether {what} was given away on {since} (UTC) is not known here.");
        call.out.say(styled(ATTENTION, text));
        call.out.say(styled(SOFT, way));
    }
}
