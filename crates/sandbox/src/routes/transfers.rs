//! Giving a license to somebody else. No call of the Keygen API for a customer: a vendor's own server answers it beside the
//! others (decision 0030).

use gatefold_disclosure::vendor::{TransferBy, TransferTerms};
use gatefold_keygen::ApiError;
use serde_json::{Value, json};

use super::tokens::signed_in;
use crate::api::{Call, Reply};
use crate::failure::{Failure, invalid};
use crate::model::{License, Transfer, User};
use crate::seed;
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const CREATE: Shape = Object(&[
    (
        "data",
        Object(&[
            ("type", Any),
            ("attributes", Object(&[("recipient", Any)])),
            (
                "relationships",
                Object(&[("license", Object(&[("data", Object(&[("type", Any), ("id", Any)]))]))]),
            ),
        ]),
    ),
    ("meta", Object(&[("nonce", Any)])),
]);

const LICENSE: &str = "/data/relationships/license";
const RECIPIENT: &str = "/data/attributes/recipient";

/// Whether it can be given away now, but for the seats that are in use: those are in the license that is answered.
pub(super) fn eligibility(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let (user, _) = signed_in(call)?;
    let id =
        call.query.get("license").ok_or_else(|| Failure::bad_request("is missing").parameter("license"))?;
    let license = own(call, &user, id)?;
    if let Some(error) = refusal(call, &license) {
        return Err(Failure::unprocessable(vec![error]));
    }
    let nonce = call.query.get("nonce").and_then(|nonce| nonce.parse::<u64>().ok());
    Ok(answer(call, 200, &license, nonce.map(Value::from)))
}

/// What went to the same person already is answered with once more: to give twice is to give once.
pub(super) fn create(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &CREATE)?;
    let (user, _) = signed_in(call)?;
    let nonce = strict::nonce(call.body)?.cloned();
    let id = strict::required(call.body, "/data/relationships/license/data/id")?;
    let recipient = strict::required(call.body, RECIPIENT)?.to_lowercase();
    let transfer = Transfer { license: id, from: &user.id };
    if let Some(to) = transfer.recipient(call.db)? {
        let license = License::find(call.db, id)?.ok_or_else(Failure::internal)?;
        return match to == recipient {
            true => Ok(answer(call, 200, &license, nonce)),
            false => Err(Failure::not_found()),
        };
    }
    let license = own(call, &user, id)?;
    let mut errors: Vec<ApiError> = refusal(call, &license).into_iter().collect();
    if !recipient.contains('@') || recipient == user.email {
        errors.push(invalid("TRANSFER_RECIPIENT_INVALID", RECIPIENT, "is not another person's address"));
    }
    if license.machines_count > 0 {
        errors.push(invalid("TRANSFER_SEATS_IN_USE", LICENSE, "has seats in use"));
    }
    if !errors.is_empty() {
        return Err(Failure::unprocessable(errors));
    }
    // Whoever has no account yet finds the license in it once they have: it is not told which.
    let to = match User::by_email(call.db, &recipient)? {
        Some(to) => to,
        None => seed::somebody(call.db, &recipient, call.now)?,
    };
    let key = seed::another_key(&call.sandbox.vendor);
    transfer.give(call.db, (&to.id, &recipient), &key, call.now)?;
    let license = License::find(call.db, id)?.ok_or_else(Failure::internal)?;
    Ok(answer(call, 201, &license, nonce))
}

/// The license without its key, which is the other one's; and the nonce once more.
fn answer(call: &Call<'_>, status: u16, license: &License, nonce: Option<Value>) -> Reply {
    let mut data = call.scribe().license(license);
    if let Some(attributes) = data["attributes"].as_object_mut() {
        attributes.remove("key");
    }
    Reply::json(status, json!({ "data": data, "meta": { "nonce": nonce } }))
}

fn own(call: &Call<'_>, user: &User, id: &str) -> Result<License, Failure> {
    let license = License::find(call.db, id)?.filter(|license| license.id == id);
    license.filter(|license| license.owner.as_deref() == Some(&user.id)).ok_or_else(Failure::not_found)
}

/// Why it cannot be given away now, whoever would get it.
fn refusal(call: &Call<'_>, license: &License) -> Option<ApiError> {
    let no = |code: &str, detail: &str| Some(invalid(code, LICENSE, detail));
    let rules = call.sandbox.vendor.transfer().filter(|rules| rules.by == TransferBy::Endpoint);
    let Some(rules) = rules else { return no("TRANSFER_NOT_OFFERED", "is not transferred here") };
    let terms = match (license.metadata["terms"].as_str(), license.expiry) {
        (Some("trial"), _) => TransferTerms::Trial,
        (_, None) => TransferTerms::Perpetual,
        (_, Some(_)) => TransferTerms::Subscription,
    };
    if rules.never.contains(&terms) {
        return no("TRANSFER_KIND", "is of a kind that is not transferred");
    }
    if license.suspended || license.is_expired(call.now) {
        return no("TRANSFER_NOT_OFFERED", "is suspended or has ended");
    }
    let from = license.created.plus_days(rules.after_days.unwrap_or(0).into());
    if from > call.now {
        let mut error = invalid("TRANSFER_TOO_EARLY", LICENSE, "was bought too recently");
        error.meta = Some(json!({ "from": from }));
        return Some(error);
    }
    None
}
