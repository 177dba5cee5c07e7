//! The account at a vendor.

use gatefold_client::{
    Account as SignedIn, ClientError, InForce, PreparedSignOut, Preview, Sensitive, Values,
};
use serde::Serialize;

use super::{Call, wait};
use crate::args::{Account, Ask};
use crate::ask::{confirm, password};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, SOFT, styled};
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

/// A token that is put away here goes on at the vendor: said before it happens.
pub(crate) fn say_open_sign_in(call: &Call, vendor: &str, account: Option<&SignedIn>) {
    if let Some(account) = account {
        call.out.say(format!(
            "{} is signed in. That sign-in is forgotten here, and goes on at {vendor} until it ends by itself.",
            account.email
        ));
        call.out.say(styled(SOFT, "To end it now, first: gatefold account sign-out"));
    }
}

pub(crate) fn run(call: &Call, verb: Account) -> Result<(), Failure> {
    match verb {
        Account::SignIn { email, password_stdin, otp, yes } => {
            sign_in(call, &email, password_stdin, otp, &yes)
        }
        Account::Show => show(call),
        Account::SignOut { yes } => sign_out(call, &yes),
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
    let earlier = gatefold.account(&vendor)?.map(|account| account.email);
    let revocation = match earlier {
        Some(_) => gatefold.prepare_sign_out(vendor.clone())?,
        None => None,
    };
    if let (Some(email), None) = (&earlier, &revocation) {
        call.out.say(still_valid(email, &vendor, "its token was not kept here"));
    }
    let password = password(vendor.vendor().name(), password_stdin)?;
    let otp = otp.map(Sensitive::new);
    let prepared =
        gatefold.prepare_sign_in(vendor.clone(), email, &Sensitive::new(password), otp.as_ref())?;
    if yes.shows() {
        let first = revocation.as_ref().map(PreparedSignOut::preview);
        let requests: Vec<&Preview> = first.into_iter().chain([prepared.preview()]).collect();
        let values = Values { requests: &requests, email: Some(prepared.email()), ..Values::default() };
        preview::notes(call.out, &vendor, values);
        if let Some(first) = first {
            preview::show(call.out, "First, this ends the earlier sign-in", first);
        }
        let title =
            if revocation.is_some() { "Then, this signs in" } else { "This is everything that will be sent" };
        preview::show(call.out, title, prepared.preview());
    }
    confirm(yes.yes, "Sign in?")?;
    let mut ledger = Vec::new();
    if let (Some(email), Some(revocation)) = (&earlier, revocation) {
        match wait(gatefold.sign_out(revocation))? {
            Ok(entry) => {
                call.go_on()?;
                ledger.push(entry.0);
                call.out.say(styled(SOFT, format!("The earlier sign-in of {email} is ended.")));
            }
            // Not reached: the new sign-in would not be either, and the earlier one can still be ended later.
            Err(error @ ClientError::Send(_)) => return Err(error.into()),
            Err(error) => call.out.say(still_valid(email, &vendor, &error.advice().message)),
        }
    }
    let (account, entry) = wait(gatefold.sign_in(prepared))??;
    ledger.push(entry.0);
    call.out.object(&Shown {
        vendor: account.vendor.id.clone(),
        email: Some(account.email.clone()),
        signed_in_at: Some(gatefold_client::written(account.signed_in_at)),
        expires_at: account.token_expires_at.map(gatefold_client::written),
        ledger: Some(ledger),
    });
    call.out.line(styled(CALM, format!("Signed in as {}", account.email)));
    Ok(())
}

/// A sign-in that is replaced and could not be ended.
fn still_valid(email: &str, vendor: &InForce, why: &str) -> String {
    let name = vendor.vendor().name();
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
    let vendor = call.vendor(&gatefold)?;
    let account = gatefold.account(&vendor)?;
    let (email, at, until) = match account {
        None => (None, None, None),
        Some(account) => (Some(account.email), Some(account.signed_in_at), account.token_expires_at),
    };
    // A secrets file that is closed says nothing of what is in it.
    let unkept = email.is_some() && matches!(gatefold.holds_token(&vendor), Ok(false));
    match &email {
        Some(email) if unkept => {
            let name = vendor.vendor().name();
            let text =
                format!("{name}: signed in as {email}, but the token was not kept, so it is of no use here");
            call.out.line(styled(ATTENTION, text));
            call.out.say("Sign in again with GATEFOLD_PASSPHRASE set; it is then kept.");
        }
        Some(email) => call.out.line(format!("{}: signed in as {email}", vendor.vendor().name())),
        None => call.out.line(styled(SOFT, format!("{}: nobody is signed in", vendor.vendor().name()))),
    }
    call.out.object(&Shown {
        vendor: vendor.vendor().id().to_owned(),
        email,
        signed_in_at: at.map(gatefold_client::written),
        expires_at: until.map(gatefold_client::written),
        ledger: None,
    });
    Ok(())
}

fn sign_out(call: &Call, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let vendor = call.vendor(&gatefold)?;
    let id = vendor.vendor().id().to_owned();
    let ledger = match gatefold.prepare_sign_out(vendor.clone())? {
        Some(prepared) => {
            if yes.shows() {
                let values = Values { requests: &[prepared.preview()], ..Values::default() };
                preview::notes(call.out, &vendor, values);
                preview::show(call.out, "This is everything that will be sent", prepared.preview());
            }
            confirm(yes.yes, "Sign out, and revoke the token at the vendor?")?;
            vec![wait(gatefold.sign_out(prepared))??.0]
        }
        None => {
            call.out.say("The token was kept in memory and is gone, so nothing is sent; at the vendor it ends by itself.");
            gatefold.forget_sign_in(&vendor)?;
            Vec::new()
        }
    };
    call.out.object(&Shown {
        vendor: id,
        email: None,
        signed_in_at: None,
        expires_at: None,
        ledger: Some(ledger),
    });
    call.out.line(styled(CALM, "Signed out"));
    Ok(())
}
