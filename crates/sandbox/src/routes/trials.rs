//! Beginning a trial. No call of the Keygen API for a customer: a vendor's own server answers it beside the others
//! (decision 0030).

use gatefold_disclosure::{Item, Purpose};
use serde_json::json;

use super::registrations::claimed;
use super::tokens::signed_in;
use crate::api::{Call, Reply};
use crate::failure::{Failure, invalid};
use crate::model::{License, Tried};
use crate::seed;
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const CREATE: Shape = Object(&[
    (
        "data",
        Object(&[
            ("type", Any),
            ("attributes", Object(&[("fingerprint", Any)])),
            (
                "relationships",
                Object(&[("product", Object(&[("data", Object(&[("type", Any), ("id", Any)]))]))]),
            ),
        ]),
    ),
    ("meta", Object(&[("nonce", Any)])),
]);

const PRODUCT: &str = "/data/relationships/product";

/// A trial that runs is answered with once more: to ask twice is to ask once. One that has ended begins no second time.
pub(super) fn create(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &CREATE)?;
    let vendor = &call.sandbox.vendor;
    let wants = |item| vendor.allows(Purpose::Trial, item);
    let user = match wants(Item::Token) || call.authorization.is_some() {
        true => Some(signed_in(call)?.0),
        false => None,
    };
    let fingerprint = match wants(Item::Identifier) {
        true => Some(strict::required(call.body, "/data/attributes/fingerprint")?),
        false => strict::text(call.body, "/data/attributes/fingerprint")?,
    };
    let nonce = strict::nonce(call.body)?;
    let product = vendor.product(strict::required(call.body, "/data/relationships/product/data/id")?);
    let offered = product.and_then(|product| Some((product, product.trial_days?)));
    let Some((product, days)) = offered else {
        return Err(refusal(invalid("TRIAL_NOT_OFFERED", PRODUCT, "cannot be tried")));
    };
    let user_id = user.as_ref().map(|user| user.id.as_str());
    let tried = Tried { product: &product.id, fingerprint, user: user_id };
    if let Some(had) = tried.license(call.db)? {
        let had = License::find(call.db, &had)?.ok_or_else(Failure::internal)?;
        return match had.expiry {
            Some(end) if end <= call.now => {
                let mut error = invalid("TRIAL_ENDED", PRODUCT, "was tried before, and the trial has ended");
                error.meta = Some(json!({ "expiry": end }));
                Err(refusal(error))
            }
            _ => Ok(claimed(call, 200, &had, nonce)),
        };
    }
    let license = seed::trial(call.db, vendor, product, days, user.as_ref(), call.now)?;
    tried.note(call.db, &license.id)?;
    Ok(claimed(call, 201, &license, nonce))
}

fn refusal(error: gatefold_keygen::ApiError) -> Failure {
    Failure::unprocessable(vec![error])
}
