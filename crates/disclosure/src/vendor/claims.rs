//! Whether what a vendor file says of registering, trying and giving away holds together: the words, and the items that are sent
//! for it, stand there together or not at all.

use super::check::Part;
use super::file::VendorFile;
use super::transfer::{TransferBy, is_address};
use crate::catalogue::Item;
use crate::purpose::Purpose;

/// What a registration sends, the file tells; and nobody claims a product for no account.
pub(super) fn registration(file: &VendorFile) -> Option<(Part, String)> {
    let sends =
        |item: Item| file.item.iter().any(|rule| rule.id == item && rule.when.contains(&Purpose::Register));
    if file.registration.as_ref().is_some_and(|asks| asks.fields.is_empty()) {
        return Some((
            Part::In("registration".into(), "fields".into()),
            "[registration] names what it asks for".to_owned(),
        ));
    }
    let nth = file.item.iter().position(|rule| rule.when.contains(&Purpose::Register))?;
    let found = |message: &str| Some((Part::Nth("item", nth), message.to_owned()));
    if file.registration.is_none() {
        return found("it is sent with register, and no [registration] says what that asks for");
    }
    let is_whole = sends(Item::Token) && sends(Item::Nonce);
    if !is_whole || ![Item::Product, Item::ProductSerial].into_iter().any(sends) {
        return found("register needs the token, the nonce, and the product or its serial number");
    }
    None
}

/// How long a trial may last, in days.
pub(super) const TRIAL_DAYS: std::ops::RangeInclusive<u32> = 1..=365;

/// Where a product can be tried, this file declares what the trial is begun with, and for whom it is counted: for a computer
/// or for an account.
pub(super) fn trial(file: &VendorFile) -> Option<(Part, String)> {
    let declares = |item: Item, purpose: Purpose| {
        file.item.iter().any(|rule| rule.id == item && rule.when.contains(&purpose))
    };
    let sends = |item: Item| declares(item, Purpose::Trial);
    let offered = file.product.iter().position(|product| product.trial_days.is_some());
    let declared = file.item.iter().position(|rule| rule.when.contains(&Purpose::Trial));
    let found = |nth, message: &str| Some((Part::Of("item", nth, "when"), message.to_owned()));
    match (offered, declared) {
        (None, None) => None,
        (None, Some(nth)) => found(nth, "it is sent with trial, and no product has trial_days"),
        (Some(_), Some(nth)) if sends(Item::Identifier) && !declares(Item::Identifier, Purpose::Activate) => {
            found(nth, "a trial is not bound to a computer that an activation is not told of")
        }
        (Some(nth), _) => {
            let is_counted = sends(Item::Identifier) || sends(Item::Token);
            let is_whole = is_counted && sends(Item::Product) && sends(Item::Nonce);
            let message = "a trial needs the product, the nonce, and the identifier or the token";
            (!is_whole).then(|| (Part::Of("product", nth, "trial_days"), message.to_owned()))
        }
    }
}

/// How long after the purchase a license may have to stay, in days.
const AFTER_DAYS: std::ops::RangeInclusive<u32> = 1..=3660;

/// A vendor's server gives a license away by what this file declares for it; a message goes to an address, and declares nothing.
pub(super) fn transfer(file: &VendorFile) -> Option<(Part, String)> {
    let sends =
        |item: Item| file.item.iter().any(|rule| rule.id == item && rule.when.contains(&Purpose::Transfer));
    let declared = file.item.iter().position(|rule| rule.when.contains(&Purpose::Transfer));
    let by_server = file.transfer.as_ref().is_some_and(|rules| rules.by == TransferBy::Endpoint);
    if let (Some(nth), false) = (declared, by_server) {
        let message = "it is sent with transfer, and no [transfer] says that this is done by = \"endpoint\"";
        return Some((Part::Of("item", nth, "when"), message.to_owned()));
    }
    let rules = file.transfer.as_ref()?;
    let found = |member: &'static str, message: &str| {
        Some((Part::In("transfer".into(), member.into()), message.to_owned()))
    };
    let needed = [Item::Token, Item::LicenseId, Item::RecipientEmail, Item::Nonce];
    if by_server && !needed.into_iter().all(sends) {
        return found("by", "a transfer needs the token, the license_id, the recipient_email and the nonce");
    }
    if rules.after_days.is_some_and(|days| !AFTER_DAYS.contains(&days)) {
        return found("after_days", "after_days is from 1 to 3660");
    }
    match &rules.contact {
        None if !by_server => found("by", "a message goes to a contact: name its e-mail address"),
        Some(address) if !is_address(address) => {
            found("contact", "contact is an e-mail address, and nothing else")
        }
        _ => None,
    }
}
