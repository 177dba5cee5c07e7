//! The way every request goes: sealed, into the ledger, through the gate.

use gatefold_disclosure::Payload;
use gatefold_keygen::{Answer, Refusal, Trust};
use gatefold_ledger::EntryId;
use gatefold_license::{LicenseError, SignedReply};
use gatefold_store::SinceRead;

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// An answer, and the entry of its request.
pub(crate) struct Sent {
    pub(crate) entry: EntryId,
    /// The answer, or why there is none; the entry exists in both cases.
    pub(crate) answer: Result<Answer, ClientError>,
}

impl Gatefold {
    /// One request of a use case that makes several; `entries` receives its entry, also when there is no answer.
    pub(crate) async fn ask(
        &self,
        vendor: &InForce,
        payload: &Payload,
        entries: &mut Vec<EntryId>,
    ) -> Result<Answer, ClientError> {
        let sent = self.send(vendor, payload).await?;
        entries.push(sent.entry);
        sent.answer
    }

    /// Seals a payload by the manifest in force, appends it, sends it. What the ledger refuses is not sent, and nothing
    /// once the user said stop.
    pub(crate) async fn send(&self, vendor: &InForce, payload: &Payload) -> Result<Sent, ClientError> {
        self.send_under(vendor, payload, &[]).await
    }

    /// [`Gatefold::send`] of what was gathered under these consents, by their numbers.
    pub(crate) async fn send_under(
        &self,
        vendor: &InForce,
        payload: &Payload,
        grants: &[i64],
    ) -> Result<Sent, ClientError> {
        // Without the proxy that was chosen a request would show this computer to whom it was hidden from.
        self.store.settings()?.whole(&["proxy"])?;
        let issuer = vendor.server(self)?.1;
        // Whoever agreed to another file since may have agreed to less.
        match self.store.since_read(&vendor.key(), vendor.vendor().version(), vendor.is_signed())? {
            SinceRead::Replaced => return Err(ClientError::VendorReplaced),
            SinceRead::NoneKept if vendor.was_kept() => return Err(ClientError::VendorRemoved),
            SinceRead::NoneKept | SinceRead::AsItWas => {}
        }
        let sealed = payload.seal(vendor.vendor())?.under(grants);
        let sealed = if self.by_itself { sealed.by_itself() } else { sealed };
        let mut leaving = self.trail.begins(&self.stop)?;
        let recorded = self.book.ledger().append(sealed, self.clock.now(), chance::bytes()?)?;
        let entry = recorded.id();
        leaving.entered(entry);
        self.book.tell();
        fail::fail_point!("client.after-append");
        let answer = self.gate.send(recorded, issuer).await.map_err(ClientError::from);
        fail::fail_point!("client.after-send");
        match &answer {
            Ok(_) => leaving.answered(),
            Err(error) if error.is_before_sending() => leaving.stayed(entry),
            Err(_) => {}
        }
        if let Some(signed) = answer.as_ref().ok().and_then(Answer::signed_date) {
            self.skew.note(signed, self.clock.now());
        }
        Ok(Sent { entry, answer })
    }
}

/// Whether it is certain that the server knows nothing of the request.
pub(crate) fn never_left(error: &ClientError) -> bool {
    match error {
        ClientError::Send(error) => error.is_before_sending(),
        ClientError::Refusal(_) => false,
        // Neither sealed nor recorded, so not sent.
        _ => true,
    }
}

/// Whether the vendor may have given something out that did not arrive, or that nobody vouched for. A page of somebody in
/// between and an unsigned no are what they look like, most of the time.
pub(crate) fn may_have_given(error: &ClientError) -> bool {
    match error {
        ClientError::Send(_) => !error.is_before_sending(),
        ClientError::Refusal(Refusal::Unconfirmed { status } | Refusal::BadSignature { status }) => {
            (200..300).contains(status)
        }
        ClientError::Refusal(Refusal::Unreadable { .. } | Refusal::Contradictory { .. }) => true,
        _ => false,
    }
}

/// What the vendor signed in answer to a request, for `read` to make of it what is kept; none where nobody signed it.
pub(crate) fn signed_words<T>(
    vendor: &InForce,
    request: &Payload,
    answer: &Answer,
    read: impl FnOnce(&SignedReply<'_>) -> Result<T, LicenseError>,
) -> Result<Option<T>, ClientError> {
    let Trust::Signed(proof) = answer.trust() else { return Ok(None) };
    let sealed = request.seal(vendor.vendor())?;
    // The signature covers the target as it was sent; it holds ids, never a secret.
    let target = String::from_utf8_lossy(sealed.expose_target()).into_owned();
    let reply = SignedReply {
        method: sealed.method().as_str(),
        target: &target,
        host: &proof.host,
        date: &proof.date_header,
        body: answer.signed_body()?,
        header: &proof.signature_header,
    };
    Ok(Some(read(&reply)?))
}
