//! JSON:API pieces that both sides of the wire write and read: error documents and linkage (protocol reference 1.3, 1.4).
//!
//! Unknown members are fine; a member of the wrong type is not.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What stands in the body of a refusal. It may hold several errors, and all of them count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDocument {
    /// The server's number for this answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<ErrorMeta>,
    /// Why the request was refused.
    pub errors: Vec<ApiError>,
}

/// What identifies a refusal in a talk with the vendor's support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMeta {
    /// The same as the header `x-request-id`.
    pub id: String,
}

/// One error. The server's words are shown to a user only after [`gatefold_disclosure::quote`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// The kind of error, in words.
    #[serde(default)]
    pub title: String,
    /// This error, in words.
    #[serde(default)]
    pub detail: String,
    /// The kind of error, stable; plain 400, 403 and 500 answers have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The part of the request that is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Facts beside the words, which each code has of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<serde_json::Value>,
}

impl ApiError {
    /// A time among the facts, if it is there and one.
    pub(crate) fn time(&self, name: &str) -> Option<jiff::Timestamp> {
        self.meta.as_ref()?.get(name)?.as_str()?.parse().ok()
    }
}

/// The part of the request that is at fault: one of the three.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// A JSON pointer (RFC 6901) into the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// A query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

/// Type and id of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `licenses`, `machines`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The object's id.
    pub id: Uuid,
}

/// A relationship to one object, or to none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linkage {
    /// The object.
    #[serde(default)]
    pub data: Option<Identity>,
}

impl Linkage {
    /// A relationship to the object of this type and id.
    pub fn to(kind: &str, id: Uuid) -> Self {
        Self { data: Some(Identity { kind: kind.to_owned(), id }) }
    }

    /// The id of the object related to.
    pub fn id(&self) -> Option<Uuid> {
        self.data.as_ref().map(|identity| identity.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_may_leave_out_what_they_like() {
        let document: ErrorDocument = serde_json::from_str(
            r#"{"errors":[{"title":"T","links":{"about":"x"}},{"code":"C","source":{"pointer":"/data"}}]}"#,
        )
        .unwrap();
        assert_eq!(document.errors.len(), 2);
        assert_eq!(document.errors[0].code, None);
        assert_eq!(document.errors[1].source.as_ref().unwrap().pointer.as_deref(), Some("/data"));
        assert!(serde_json::from_str::<ErrorDocument>(r#"{"data":{}}"#).is_err());
    }

    #[test]
    fn absent_members_are_not_written() {
        let document = ErrorDocument {
            meta: Some(ErrorMeta { id: "m".into() }),
            errors: vec![ApiError { title: "T".into(), detail: "D".into(), ..ApiError::default() }],
        };
        let text = serde_json::to_string(&document).unwrap();
        assert_eq!(text, r#"{"meta":{"id":"m"},"errors":[{"title":"T","detail":"D"}]}"#);
    }
}
