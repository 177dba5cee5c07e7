//! The account at a vendor.

use gatefold_client::{
    Account, ClientError, Ended, Gatefold, InForce, Meant, PlannedWhen, PreparedSignIn, Preview, Purpose,
    Sensitive, SignedIn, Values, written,
};
use serde::Serialize;

use super::owned::{how_many, say_cut};
use super::signals::trail;
use super::{Call, wait};
use crate::args::{Account as Verb, Ask};
use crate::ask::{confirm, one_time_code, password};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Fault, Output, SOFT, styled};
use crate::preview;

#[derive(Serialize)]
struct Shown {
    vendor: String,
    email: Option<String>,
    signed_in_at: Option<String>,
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<Vec<i64>>,
}

impl Shown {
    fn of(vendor: &str, account: Option<&Account>) -> Self {
        Self {
            vendor: vendor.to_owned(),
            email: account.map(|account| account.email.clone()),
            signed_in_at: account.map(|account| written(account.signed_in_at)),
            expires_at: account.and_then(|account| account.token_expires_at).map(written),
            ledger: None,
        }
    }
}

/// What a sign-in brought.
#[derive(Serialize)]
struct Signed {
    #[serde(flatten)]
    shown: Shown,
    /// How many licenses are the account's, as far as they were read.
    licenses: Option<usize>,
    /// Why they were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<Fault>,
}

/// A sign-out.
#[derive(Serialize)]
struct Left {
    #[serde(flatten)]
    shown: Shown,
    /// Whether the vendor says that it revoked the token just now.
    revoked: bool,
}

/// Who is signed in, and what is remembered of their licenses.
#[derive(Serialize)]
struct Held {
    #[serde(flatten)]
    shown: Shown,
    licenses: Option<usize>,
    licenses_read_at: Option<String>,
    /// Since when it is not known whether a product was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_open_since: Option<String>,
    /// Since when it is not known whether a license was given away.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_open_since: Option<String>,
}

/// A token that is put away here goes on at the vendor: said before it happens.
pub(crate) fn say_open_sign_in(call: &Call, vendor: &Meant, account: Option<&Account>) {
    if let Some(account) = account {
        call.out.say(format!(
            "{} is signed in. That sign-in is forgotten here, and goes on at {} until it ends by itself.",
            account.email,
            vendor.name()
        ));
        let way = format!("To end it now, first: gatefold account sign-out --vendor {}", vendor.typed());
        call.out.say(styled(SOFT, way));
    }
}

pub(crate) fn run(call: &Call, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::SignIn { email, password_stdin, otp, yes } => sign_in(call, &email, password_stdin, otp, &yes),
        Verb::Show => show(call),
        Verb::Licenses => super::owned::list(call),
        Verb::Refresh { yes } => super::owned::refresh(call, &yes),
        Verb::SignOut { local_only, yes } => sign_out(call, local_only, &yes),
    }
}

fn sign_in(
    call: &Call,
    email: &str,
    password_stdin: bool,
    otp: Option<String>,
    yes: &Ask,
) -> Result<(), Failure> {
    if email.trim().is_empty() {
        return Err(Failure::Usage("The e-mail address is empty.".to_owned()));
    }
    let mut gatefold = call.open()?;
    gatefold.secrets_unlocked()?;
    gatefold.can_keep_sign_in()?;
    let vendor = call.vendor_to_use(&gatefold, yes)?.in_force;
    let password = Sensitive::new(password(&vendor.called(), password_stdin)?);
    let otp = otp.map(Sensitive::new);
    let mut asked = Vec::new();
    let mut signed_in = send_sign_in(call, &mut gatefold, &vendor, email, &password, otp.as_ref(), yes)?;
    if otp.is_none()
        && let Err(error) = &signed_in
        && error.wants_one_time_code()
        && let Some(code) = one_time_code(&vendor.called())
    {
        asked = trail().entries();
        // The code makes it another request, which is shown and asked about like the first.
        let code = Sensitive::new(code?);
        signed_in = send_sign_in(call, &mut gatefold, &vendor, email, &password, Some(&code), yes)?;
    }
    call.say_shown(&gatefold);
    let SignedIn { account, licenses, earlier, entries } = signed_in?;
    let ledger = asked.into_iter().chain(entries).map(|entry| entry.0).collect();
    let unread = licenses.as_ref().and_then(|licenses| licenses.as_ref().err());
    call.out.object(&Signed {
        shown: Shown { ledger: Some(ledger), ..Shown::of(vendor.vendor().id(), Some(&account)) },
        licenses: licenses.as_ref().and_then(|licenses| licenses.as_ref().ok()).map(|listed| listed.count),
        unread: unread.map(Fault::from),
    });
    call.out.line(styled(CALM, format!("Signed in as {}", account.email)));
    match &licenses {
        None => {}
        Some(Ok(listed)) => {
            call.out.line(how_many(listed.count));
            say_cut(call.out, listed);
        }
        Some(Err(error)) => {
            call.out.say(styled(
                ATTENTION,
                format!("Which licenses are yours could not be read: {}", error.advice().message),
            ));
            call.out.say("The sign-in stands. Read them with: gatefold account refresh");
        }
    }
    match earlier {
        None => {}
        Some((email, Ok(Ended::Revoked))) => {
            call.out.say(styled(SOFT, format!("The earlier sign-in of {email} is ended.")));
        }
        Some((email, Ok(Ended::Before))) => {
            let text = ended_before(&format!("the earlier sign-in of {email}"), &vendor);
            call.out.say(styled(ATTENTION, text));
        }
        Some((email, Err(error))) => call.out.say(still_valid(&email, &vendor, &error.advice().message)),
    }
    call.say_sent();
    Ok(())
}

fn send_sign_in(
    call: &Call,
    gatefold: &mut Gatefold,
    vendor: &InForce,
    email: &str,
    password: &Sensitive<String>,
    otp: Option<&Sensitive<String>>,
    yes: &Ask,
) -> Result<Result<SignedIn, ClientError>, Failure> {
    let prepared = gatefold.prepare_sign_in(vendor.clone(), email, password, otp)?;
    if let Some((email, false)) = prepared.earlier() {
        call.out.say(still_valid(email, vendor, "what ends it is not kept here"));
    }
    if yes.shows() {
        show_sign_in(call.out, vendor, &prepared);
    }
    confirm(yes.yes, "Sign in?")?;
    Ok(wait(gatefold.sign_in(prepared))?)
}

fn show_sign_in(out: Output, vendor: &InForce, prepared: &PreparedSignIn) {
    let requests: Vec<&Preview> = prepared.requests().iter().map(|request| &request.preview).collect();
    let values = Values { requests: &requests, email: Some(prepared.email()), ..Values::default() };
    preview::notes(out, vendor, values);
    preview::plan(out, prepared.requests(), |request| match (request.when, request.preview.purpose) {
        (PlannedWhen::IfNotKept, _) => "Only if that is not you, or it cannot be kept: this revokes it",
        (PlannedWhen::Always, Purpose::SignOut) => "Once you are signed in, this ends the earlier sign-in",
        (PlannedWhen::Always, Purpose::Library) => "Then this reads which licenses are yours",
        (PlannedWhen::Always, _) if request.preview.method == "GET" => "Then this asks whose sign-in it is",
        (PlannedWhen::Always, _) => "This signs in",
        _ => preview::when(request.when),
    });
}

/// A vendor who says so was perhaps asked about another token by somebody in between.
fn ended_before(which: &str, vendor: &InForce) -> String {
    let name = vendor.called();
    format!("{name} says that {which} had ended before, so it revoked nothing.")
}

/// A sign-in that is replaced and could not be ended.
fn still_valid(email: &str, vendor: &InForce, why: &str) -> String {
    let name = vendor.called();
    let why = why.trim_end_matches('.');
    styled(
        ATTENTION,
        format!(
            "The earlier sign-in of {email} cannot be ended ({why}): at {name} it goes on until it ends by itself."
        ),
    )
}

fn show(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let Some(several) = call.several(&gatefold)? else {
        call.out.object(&show_one(call, &gatefold, &call.vendor(&gatefold)?)?);
        return Ok(());
    };
    let mut entries = Vec::new();
    for vendor in several {
        if gatefold.account(&vendor)?.is_some() {
            entries.push(show_one(call, &gatefold, &vendor)?);
        }
    }
    if entries.is_empty() {
        call.out.line(styled(SOFT, "Nobody is signed in at any vendor"));
    }
    call.out.entries(&entries);
    Ok(())
}

fn show_one(call: &Call, gatefold: &Gatefold, vendor: &InForce) -> Result<Held, Failure> {
    let account = gatefold.account(vendor)?;
    let email = account.as_ref().map(|account| account.email.as_str());
    // A secrets file that is closed says nothing of what is in it.
    let unkept = email.is_some() && matches!(gatefold.holds_token(vendor), Ok(false));
    match email {
        Some(email) if unkept => {
            let name = vendor.called();
            let text =
                format!("{name}: signed in as {email}, but the token was not kept, so it is of no use here");
            call.out.line(styled(ATTENTION, text));
            call.out.say("Sign in again with GATEFOLD_PASSPHRASE set; it is then kept.");
        }
        Some(email) => call.out.line(format!("{}: signed in as {email}", vendor.called())),
        None => call.out.line(styled(SOFT, format!("{}: nobody is signed in", vendor.called()))),
    }
    let owned = match account.as_ref().and_then(|account| account.licenses_read_at) {
        Some(read_at) => Some((gatefold.owned_of(vendor)?.len(), written(read_at))),
        None => None,
    };
    if let Some((count, _)) = &owned {
        call.out.line(how_many(*count));
    }
    let open = gatefold.open_registration(vendor)?;
    let registration_open_since = open.as_ref().map(|open| written(open.since));
    super::register::say_open(call, vendor, open, super::register::READ_THEM);
    let transfers = gatefold.open_transfers(vendor)?;
    let transfer_open_since = transfers.first().map(|open| written(open.since));
    super::transfer::say_open(call, vendor, transfers, super::register::READ_THEM);
    let (licenses, licenses_read_at) = owned.unzip();
    Ok(Held {
        shown: Shown::of(vendor.vendor().id(), account.as_ref()),
        licenses,
        licenses_read_at,
        registration_open_since,
        transfer_open_since,
    })
}

/// Where none is named, the one that somebody is signed in to.
fn vendor_to_leave(call: &Call, gatefold: &Gatefold, yes: &Ask) -> Result<InForce, ClientError> {
    match call.several(gatefold)? {
        Some(_) => gatefold.vendor_signed_in_to()?.ok_or(ClientError::NotSignedIn),
        None => Ok(call.vendor_to_use(gatefold, yes)?.in_force),
    }
}

fn sign_out(call: &Call, local_only: bool, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let vendor = vendor_to_leave(call, &gatefold, yes)?;
    let id = vendor.vendor().id().to_owned();
    let signed_out = match gatefold.prepare_sign_out(vendor.clone())? {
        Some(_) if local_only => {
            let name = vendor.called();
            call.out.say(format!(
                "Nothing is sent: {name} is not told, and the sign-in goes on there until it ends by itself."
            ));
            confirm(yes.yes, &format!("Forget the sign-in at {name} on this computer alone?"))?;
            gatefold.forget_sign_in(&vendor)?;
            None
        }
        Some(prepared) => {
            if yes.shows() {
                let values = Values { requests: &[prepared.preview()], ..Values::default() };
                preview::notes(call.out, &vendor, values);
                preview::show(call.out, "This is everything that will be sent", prepared.preview());
            }
            confirm(yes.yes, "Sign out, and revoke the token at the vendor?")?;
            let signed_out = wait(gatefold.sign_out(prepared))?;
            call.say_shown(&gatefold);
            Some(signed_out?)
        }
        None => {
            call.out.say("The token is not on this computer any more, so nothing is sent. Unless it was revoked before, it ends by itself at the vendor.");
            gatefold.forget_sign_in(&vendor)?;
            None
        }
    };
    call.out.object(&Left {
        shown: Shown {
            ledger: Some(signed_out.iter().map(|done| done.entry.0).collect()),
            ..Shown::of(&id, None)
        },
        revoked: signed_out.as_ref().is_some_and(|done| done.ended == Ended::Revoked),
    });
    call.out.line(styled(CALM, "Signed out"));
    if signed_out.is_some_and(|done| done.ended == Ended::Before) {
        call.out.say(styled(ATTENTION, ended_before("this sign-in", &vendor)));
    }
    call.say_sent();
    Ok(())
}
