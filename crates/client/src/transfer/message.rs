//! A message that asks a vendor to give a license to somebody else. It is the user's to send: it refuses to send anything, and
//! holds no fact that it does not mark.

use gatefold_disclosure::vendor::TransferBy;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Transferable, address};
use crate::app::Gatefold;
use crate::error::ClientError;

/// A fact that stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// As it stands there.
    pub value: String,
}

/// A message, to be copied or opened in a mail program by the user's own hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferMessage {
    /// The vendor's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Every fact that is in it; the rest is the same for everybody.
    pub facts: Vec<Fact>,
}

impl TransferMessage {
    /// As a link that a mail program opens (RFC 6068).
    pub fn link(&self) -> String {
        format!("mailto:{}?subject={}&body={}", self.to, encoded(&self.subject), encoded(&self.body))
    }
}

impl Gatefold {
    /// Prepares the message; nothing leaves. Without a recipient the vendor is asked what it needs.
    ///
    /// # Errors
    /// [`Transferable::rules`]'s; [`ClientError::Recipient`].
    pub fn transfer_message(
        &self,
        license: &Transferable,
        recipient: Option<&str>,
    ) -> Result<TransferMessage, ClientError> {
        let rules = license.rules()?;
        let contact = rules.contact.as_ref().filter(|_| rules.by == TransferBy::Message);
        let to = contact.ok_or(ClientError::NoTransfer { contact: None })?.clone();
        let email = self.account(&license.vendor)?.map(|account| account.email);
        let own = email.as_deref().unwrap_or_default();
        let recipient = recipient.map(|typed| address(typed, own)).transpose()?;
        let facts = [
            ("Product", Some(license.product.clone())),
            ("License", Some(license.license_id.clone())),
            ("My account", email),
            ("New owner", recipient),
        ];
        let facts: Vec<Fact> =
            facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect();
        let rows: String = facts.iter().map(|fact| format!("{}: {}\n", fact.name, fact.value)).collect();
        let body = format!(
            "Hello,\n\nI would like to give a license of mine to somebody else.\n\n{rows}\n\
             Please tell me what you need from me, and what it costs.\n"
        );
        Ok(TransferMessage {
            to,
            subject: format!("Transfer of a license: {}", license.product),
            body,
            facts,
        })
    }
}

/// What needs no percent in a link (RFC 3986, section 2.3: unreserved); all else gets it.
const IN_PERCENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Line ends as RFC 6068 wants them.
fn encoded(text: &str) -> String {
    utf8_percent_encode(&text.replace('\n', "\r\n"), IN_PERCENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_the_message_and_nothing_else() {
        let message = TransferMessage {
            to: "licenses@a.example".into(),
            subject: "Tone & more?".into(),
            body: "Ä\n&bcc=x@y.example".into(),
            facts: Vec::new(),
        };
        let expect =
            "mailto:licenses@a.example?subject=Tone%20%26%20more%3F&body=%C3%84%0D%0A%26bcc%3Dx%40y.example";
        assert_eq!(message.link(), expect);
    }
}
