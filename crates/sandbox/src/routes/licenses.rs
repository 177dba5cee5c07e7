//! Licenses: list, show, what they include; for the vendor, suspend and reinstate (protocol reference 4).

use serde_json::json;

use super::paging;
use crate::api::{Call, Reply};
use crate::failure::Failure;
use crate::model::{Entitlement, License, LicenseFilter};

pub(super) fn list(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let seen = call.bearer()?.licenses()?;
    let wanted = |name: &str| call.query.get(name).map(str::to_owned);
    // The owner is the bearer's own at most: asking for another's finds nothing.
    let owner = wanted("owner").or_else(|| wanted("user"));
    if seen.owner.is_some() && owner.is_some() && owner != seen.owner {
        return paging::list(call, Vec::<License>::new(), |license| Ok(call.scribe().license(license)));
    }
    let filter = LicenseFilter {
        owner: seen.owner.or(owner),
        product: wanted("product"),
        policy: wanted("policy"),
        status: wanted("status"),
        metadata: call.query.nested("metadata"),
    };
    let licenses = License::list(call.db, &filter, call.now)?;
    paging::list(call, licenses, |license| Ok(call.scribe().license(license)))
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let license = call.bearer()?.license(call.db, id)?;
    Ok(Reply::json(200, json!({ "data": call.scribe().license(&license) })))
}

pub(super) fn entitlements(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let license = call.bearer()?.license(call.db, id)?;
    let entitlements = Entitlement::of_license(call.db, &license.id)?;
    paging::list(call, entitlements, |entitlement| Ok(call.scribe().entitlement(entitlement)))
}

pub(super) fn policy(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let license = call.bearer()?.license(call.db, id)?;
    Ok(Reply::json(200, json!({ "data": call.scribe().policy(&license.policy) })))
}

pub(super) fn suspend(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    set_suspended(call, id, true)
}

pub(super) fn reinstate(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    set_suspended(call, id, false)
}

fn set_suspended(call: &Call<'_>, id: &str, suspended: bool) -> Result<Reply, Failure> {
    let bearer = call.bearer()?;
    bearer.must_be_vendor()?;
    bearer.license(call.db, id)?.set_suspended(call.db, suspended, call.now)?;
    show(call, id)
}
