//! Facts read from answers. Each starts from the signed body; an answer without the vendor's signature has no facts.
//!
//! Unknown members are fine, missing ones that a fact needs are not.

mod file;
mod license;
mod machine;
mod policy;
mod sign_in;
mod validation;

pub use file::IssuedFile;
pub use license::{License, LicensePage};
pub use machine::{Deleted, Machine, MachinePage};
pub use policy::Policy;
pub use sign_in::{SignIn, User};
pub(crate) use validation::refusal_of_word;
pub use validation::{Validation, ValidationCode, refused_word};

use serde::Deserialize;

/// `{"data": …}`, and where a list goes on.
#[derive(Deserialize)]
struct Document<T> {
    data: T,
    #[serde(default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

/// An object of the API: type, id, attributes, relationships.
#[derive(Deserialize)]
struct Resource<A, R> {
    #[serde(rename = "type")]
    kind: String,
    id: uuid::Uuid,
    attributes: A,
    #[serde(default)]
    relationships: R,
}
