//! A checked-out license or machine file (protocol reference 6.1). Not verified yet: only `license` can do that.

use gatefold_license::FileKind;
use jiff::Timestamp;
use serde::Deserialize;

use super::{Document, Resource};
use crate::answer::Answer;
use crate::refusal::Refusal;

/// A file as the server issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedFile {
    /// License or machine file.
    pub kind: FileKind,
    /// The file's text, to be verified before anything is made of it.
    pub certificate: String,
    /// When it was issued, as the envelope says; the file says so itself.
    pub issued: Option<Timestamp>,
    /// When it ends, as the envelope says; never, if there is none.
    pub refresh_by: Option<Timestamp>,
}

impl Answer {
    /// The file that was asked for.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read; a file of the other kind is unreadable.
    pub fn file(&self, kind: FileKind) -> Result<IssuedFile, Refusal> {
        let raw = self.document::<Document<Resource<Attributes, serde::de::IgnoredAny>>>()?.data;
        let expected = match kind {
            FileKind::License => "license-files",
            FileKind::Machine => "machine-files",
        };
        if raw.kind != expected {
            return Err(Refusal::Unreadable { what: "a file of another kind" });
        }
        let Attributes { certificate, issued, expiry } = raw.attributes;
        Ok(IssuedFile { kind, certificate, issued, refresh_by: expiry })
    }
}

#[derive(Deserialize)]
struct Attributes {
    certificate: String,
    #[serde(default)]
    issued: Option<Timestamp>,
    #[serde(default)]
    expiry: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::{signed, unsigned};

    const FILE: &str = r#"{"data":{"id":"cc000000-0000-4000-8000-000000000001","type":"machine-files","attributes":{
        "certificate":"-----BEGIN MACHINE FILE-----\n","algorithm":"aes-256-gcm+ed25519","includes":["license"],
        "ttl":null,"expiry":null,"issued":"2026-11-02T03:04:05.678Z"},"relationships":{"license":{"data":null}}}}"#;

    #[test]
    fn a_file_is_read_only_as_what_was_asked_for() {
        let file = signed(200, FILE).file(FileKind::Machine).unwrap();
        assert_eq!(file.certificate, "-----BEGIN MACHINE FILE-----\n");
        assert_eq!(file.refresh_by, None);
        assert!(matches!(signed(200, FILE).file(FileKind::License), Err(Refusal::Unreadable { .. })));
        assert_eq!(unsigned(200, FILE).file(FileKind::Machine), Err(Refusal::Unconfirmed { status: 200 }));
    }
}
