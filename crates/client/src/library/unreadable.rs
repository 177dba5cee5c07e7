//! Files that cannot be used, by the name of what they were: a product means something to a musician, a path does not. It
//! refuses to guess: what is not remembered has no name.

use std::path::{Path, PathBuf};

use gatefold_license::Terms;

use crate::error::ClientError;
use crate::words::advice_of;
use crate::worth::Said;

/// An installed file that cannot be used, and why.
#[derive(Debug)]
pub struct Unreadable {
    /// Which file.
    pub path: PathBuf,
    /// Why not.
    pub error: ClientError,
    /// Of which license it was, where that is remembered.
    pub was: Option<WasOf>,
}

/// What is remembered of a license whose file cannot be used.
#[derive(Clone, Debug)]
pub struct WasOf {
    /// The product's name, or its id where the vendor file no longer names it.
    pub product: String,
    /// On which terms it was held.
    pub terms: Terms,
}

/// The license, by a license file's name; none of what is no license file.
pub(crate) fn license_of(path: &Path) -> Option<&str> {
    let id = path.file_name()?.to_str()?.split('.').next()?;
    id.parse::<uuid::Uuid>().is_ok().then_some(id)
}

impl Unreadable {
    pub(crate) fn new(path: PathBuf, error: ClientError) -> Self {
        Self { path, error, was: None }
    }

    /// What there is to say of it. A trial has no key that anybody could type.
    pub fn says(&self) -> Said {
        let is_trial = self.was.as_ref().is_some_and(|was| was.terms == Terms::Trial);
        match is_trial && self.is_of_another_computer() {
            true => ("license.trial_elsewhere", advice_of("license.trial_elsewhere", None)),
            false => (self.error.code(), self.error.advice()),
        }
    }

    /// The license, by the file's name; none for what is no license file.
    pub fn license_id(&self) -> Option<&str> {
        license_of(&self.path)
    }

    /// Whether it was sealed to another computer: a home may be shared between several, each with files of its own.
    pub fn is_of_another_computer(&self) -> bool {
        matches!(self.error, ClientError::OfAnotherComputer(_))
    }
}
