//! The account at a vendor.

use gatefold_client::{Gatefold, InForce, Sensitive};
use serde::Serialize;

use super::{Call, wait};
use crate::args::{Account, Ask};
use crate::ask::{confirm, password};
use crate::failure::Failure;
use crate::output::{CALM, SOFT, styled};
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
pub(crate) fn say_open_sign_in(call: &Call, gatefold: &Gatefold, vendor: &InForce) -> Result<(), Failure> {
    if let Some(account) = gatefold.account(vendor)? {
        let name = vendor.vendor().name();
        call.out.say(format!(
            "{} is signed in. That sign-in is forgotten here, and goes on at {name} until it ends by itself.",
            account.email
        ));
        call.out.say(styled(SOFT, "To end it now, first: gatefold account sign-out"));
    }
    Ok(())
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
    let mut gatefold = call.open_to_keep()?;
    let vendor = call.vendor(&gatefold)?;
    say_open_sign_in(call, &gatefold, &vendor)?;
    let password = password(vendor.vendor().name(), password_stdin)?;
    let otp = otp.map(Sensitive::new);
    let prepared = gatefold.prepare_sign_in(vendor, email, &Sensitive::new(password), otp.as_ref())?;
    if yes.shows() {
        preview::show(call.out, "This is everything that will be sent", prepared.preview());
    }
    confirm(yes.yes, "Sign in?")?;
    let (account, entry) = wait(gatefold.sign_in(prepared))??;
    call.out.object(&Shown {
        vendor: account.vendor.id.clone(),
        email: Some(account.email.clone()),
        signed_in_at: Some(gatefold_client::written(account.signed_in_at)),
        expires_at: account.token_expires_at.map(gatefold_client::written),
        ledger: Some(vec![entry.0]),
    });
    call.out.line(styled(CALM, format!("Signed in as {}", account.email)));
    Ok(())
}

fn show(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open()?;
    let vendor = call.vendor(&gatefold)?;
    let account = gatefold.account(&vendor)?;
    let (email, at, until) = match account {
        None => (None, None, None),
        Some(account) => (Some(account.email), Some(account.signed_in_at), account.token_expires_at),
    };
    match &email {
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
