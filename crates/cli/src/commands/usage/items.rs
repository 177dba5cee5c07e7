//! Items as the user names them. It refuses what this vendor does not take, and names what it does.

use gatefold_client::{ClientError, InForce, Item};

use crate::failure::Failure;

pub(super) fn all_named(vendor: &InForce, typed: &[String]) -> Result<Vec<Item>, Failure> {
    typed.iter().map(|typed| named(vendor, typed)).collect()
}

/// An item that there is; whether the vendor takes it is for whoever shares it to say.
pub(super) fn named(vendor: &InForce, typed: &str) -> Result<Item, Failure> {
    typed.parse().map_err(|_| {
        let taken = vendor.vendor().shares();
        if taken.is_empty() {
            return ClientError::UsageNotOffered.into();
        }
        let taken: Vec<&str> = taken.iter().map(|item| item.id()).collect();
        Failure::Usage(format!(
            "There is no item '{typed}'. {} takes: {}.",
            vendor.called(),
            taken.join(", ")
        ))
    })
}
