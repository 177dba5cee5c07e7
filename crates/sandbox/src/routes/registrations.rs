//! Claiming a product that was bought. No call of the Keygen API: a vendor's own server answers it beside the others
//! (decision 0022).

use serde_json::{Value, json};

use super::tokens::signed_in;
use crate::api::{Call, Reply};
use crate::failure::{Failure, invalid};
use crate::model::{License, Purchase};
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const CREATE: Shape = Object(&[
    (
        "data",
        Object(&[
            ("type", Any),
            ("attributes", Object(&[("serial", Any), ("unlock_code", Any)])),
            (
                "relationships",
                Object(&[("product", Object(&[("data", Object(&[("type", Any), ("id", Any)]))]))]),
            ),
        ]),
    ),
    ("meta", Object(&[("nonce", Any)])),
]);

/// What is the user's already is answered with once more: to claim twice is to claim once.
pub(super) fn create(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &CREATE)?;
    let (user, _) = signed_in(call)?;
    let nonce = strict::nonce(call.body)?;
    let purchase = match strict::text(call.body, "/data/attributes/serial")? {
        Some(serial) => by_serial(call, serial)?,
        None => by_product(call, &user.id)?,
    };
    let owner = license(call, &purchase)?.owner;
    match &owner {
        None => purchase.give_to(call.db, &user.id, call.now)?,
        Some(owner) if *owner == user.id => {}
        Some(_) => return Err(refusal("SERIAL_TAKEN", SERIAL, "has already been registered")),
    }
    let status = if owner.is_none() { 201 } else { 200 };
    Ok(claimed(call, status, &license(call, &purchase)?, nonce))
}

/// The answer to a claim: its license, and its nonce once more.
pub(super) fn claimed(call: &Call<'_>, status: u16, license: &License, nonce: Option<&Value>) -> Reply {
    let data = call.scribe().license(license);
    let document = match nonce {
        Some(nonce) => json!({ "data": data, "meta": { "nonce": nonce } }),
        None => json!({ "data": data }),
    };
    Reply::json(status, document)
}

const SERIAL: &str = "/data/attributes/serial";

/// The code is looked at before the owner: whoever has a serial number alone learns nothing of whose it is.
fn by_serial(call: &Call<'_>, serial: &str) -> Result<Purchase, Failure> {
    let purchase = Purchase::by_serial(call.db, serial)?
        .ok_or_else(|| refusal("SERIAL_NOT_FOUND", SERIAL, "was not found"))?;
    let code = strict::text(call.body, "/data/attributes/unlock_code")?;
    if purchase.unlock_code.is_some() && purchase.unlock_code.as_deref() != code {
        return Err(refusal("UNLOCK_CODE_INVALID", "/data/attributes/unlockCode", "is not valid"));
    }
    Ok(purchase)
}

fn by_product(call: &Call<'_>, user: &str) -> Result<Purchase, Failure> {
    let product = strict::required(call.body, "/data/relationships/product/data/id")?;
    Purchase::of_product(call.db, product, user)?
        .ok_or_else(|| refusal("PRODUCT_NOT_FOUND", "/data/relationships/product", "cannot be registered"))
}

fn license(call: &Call<'_>, purchase: &Purchase) -> Result<License, Failure> {
    License::find(call.db, &purchase.license)?.ok_or_else(Failure::internal)
}

fn refusal(code: &str, pointer: &str, detail: &str) -> Failure {
    Failure::unprocessable(vec![invalid(code, pointer, detail)])
}
