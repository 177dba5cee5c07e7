//! What is asked of a vendor's own server, beside the calls of the Keygen API: a product that was bought is claimed, a trial is
//! begun, a license is given to somebody else. The intent is in the journal before the claim leaves, and the answer is told by its nonce.
//!
//! It refuses to close an intent by anything but the vendor's signed word, or by what never left: to claim twice is to claim
//! once, so whoever does not know may ask again.

use gatefold_disclosure::Payload;
use gatefold_disclosure::vendor::Product;
use gatefold_egress::SendError;
use gatefold_keygen::{Answer, License, Refusal};
use gatefold_ledger::EntryId;
use gatefold_store::{IntentKind, NewIntent, OpenIntent, VendorKey};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::seats::is_here;
use crate::vendors::InForce;

/// So far this computer's clock may be ahead of the server's before a no to a claim counts for an old one.
const CLOCK_MAY_BE_AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// What the journal names in the place of a license, which only the answer will name. No license has such an id.
pub(crate) const fn license_to_come(kind: IntentKind) -> &'static str {
    match kind {
        IntentKind::Trial => "trial",
        _ => "registration",
    }
}

/// A claim whose end is not known here, or of which not everything followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenClaim {
    /// The product's name, where the user chose one.
    pub product: Option<String>,
    /// When it was begun.
    pub since: Timestamp,
    /// The vendor is known to have done it.
    pub is_done: bool,
}

/// What a claim is about.
#[derive(Default)]
pub(crate) struct About {
    /// None where only the server knows it.
    pub(crate) product: Option<String>,
    /// The license, where there is one already.
    pub(crate) license_id: Option<String>,
    /// Whose sign-in claims it.
    pub(crate) user_id: Option<String>,
    /// The computer that it is claimed for.
    pub(crate) identifier: Option<String>,
    /// The seat that the license which comes of it will take.
    pub(crate) seat: Option<Uuid>,
}

impl About {
    pub(crate) fn product(id: Option<&str>) -> Self {
        Self { product: id.map(str::to_owned), ..Self::default() }
    }
}

/// A license that came of a claim, and when the server said so.
pub(crate) struct Claimed {
    pub(crate) license: License,
    pub(crate) signed_at: Timestamp,
}

impl Claimed {
    /// Of the answer to the claim with this nonce. A license of another product is no answer to it.
    fn of(answer: &Answer, nonce: u64, product_id: Option<&str>) -> Result<Self, Refusal> {
        let license = answer.claimed(nonce)?;
        let signed_at = answer.signed_date().ok_or(Refusal::Replayed)?;
        if product_id.is_some_and(|claimed| license.product.is_none_or(|id| id.to_string() != claimed)) {
            return Err(Refusal::Contradictory { what: "it is about another product".to_owned() });
        }
        Ok(Self { license, signed_at })
    }
}

impl Gatefold {
    /// Writes down what is about to be claimed.
    pub(crate) fn begin_claim(
        &self,
        kind: IntentKind,
        vendor: &VendorKey,
        about: About,
    ) -> Result<OpenIntent, ClientError> {
        let what = NewIntent {
            id: chance::uuid()?,
            kind,
            vendor: vendor.clone(),
            license_id: about.license_id.unwrap_or_else(|| license_to_come(kind).to_owned()),
            machine_id: about.seat,
            identifier: about.identifier,
            product: about.product.unwrap_or_default(),
            user_id: about.user_id,
        };
        Ok(self.store.begin(what, self.clock.now())?)
    }

    /// Sends a claim that was written down; what else its license must be, `fits` says. A no counts only where the server
    /// signed it at `since` or later, by its own clock. Where this succeeds, the intent is confirmed and still open.
    ///
    /// # Errors
    /// What the server refuses with, and why nothing left: then the intent is closed. [`ClientError::ClaimUnknown`] of
    /// everything else, and the intent stays.
    pub(crate) async fn claim(
        &self,
        vendor: &InForce,
        (payload, nonce): (&Payload, u64),
        (mut intent, since): (OpenIntent, Option<Timestamp>),
        fits: impl FnOnce(&License) -> Result<(), Refusal>,
        entries: &mut Vec<EntryId>,
    ) -> Result<(Claimed, OpenIntent), ClientError> {
        let what = &intent.intent().what;
        let (kind, product) = (what.kind, Some(what.product.as_str()).filter(|id| !id.is_empty()));
        let unknown = |cause: ClientError| ClientError::ClaimUnknown { kind, cause: Box::new(cause) };
        // A no has no nonce of ours in it, and an older one may be played again. Where the server said nothing before, this
        // computer's clock has to do, which may be somewhat wrong.
        let begun_at = intent.intent().started_at;
        let is_of_now = |signed: Timestamp| match since {
            Some(since) => signed >= since,
            None => signed.duration_since(begun_at) >= -CLOCK_MAY_BE_AHEAD,
        };
        let judge = |answer: Answer| {
            let claimed = Claimed::of(&answer, nonce, product).and_then(|claimed| {
                fits(&claimed.license)?;
                Ok(claimed)
            });
            match claimed {
                Err(refusal) if refusal.is_confirmed() && !answer.signed_date().is_some_and(is_of_now) => {
                    Err(ClientError::from(Refusal::Replayed))
                }
                claimed => Ok(claimed?),
            }
        };
        match self.ask(vendor, payload, entries).await.and_then(judge) {
            Ok(claimed) => match self.store.confirm(&mut intent) {
                Ok(()) => Ok((claimed, intent)),
                // It is done, and to ask again is harmless; what is not noted cannot be said to be.
                Err(_) => Err(unknown(SendError::NotNoted.into())),
            },
            Err(cause) if may_be_done(&cause) => Err(unknown(cause)),
            Err(refused) => {
                // Where that cannot be noted it stays open, and to ask again settles it. What the vendor said matters more.
                let _ = self.store.finish(intent);
                Err(refused)
            }
        }
    }

    /// The claims of a kind at a vendor that a crash or a lost answer left open, oldest first. What another Gatefold is at
    /// work on just now is none.
    pub(crate) fn open_claims_of(
        &self,
        vendor: &InForce,
        kind: IntentKind,
    ) -> Result<Vec<OpenClaim>, ClientError> {
        let key = vendor.key();
        let mut open = self.store.open_intents()?;
        open.retain(|open| {
            let is_meant = open.what.kind == kind && open.what.vendor == key;
            is_meant && is_here(&key, open.what.identifier.as_deref()) && !self.is_settled(open)
        });
        open.retain(|open| !matches!(self.store.try_hold_license(&key, &open.what.license_id), Ok(None)));
        let product = |id: &str| vendor.vendor().product(id).map(|product| product.name.clone());
        let mut told: Vec<(NewIntent, OpenClaim)> = Vec::new();
        for open in open {
            let is_same = |(what, _): &&mut (NewIntent, OpenClaim)| {
                (&what.license_id, &what.product, &what.user_id)
                    == (&open.what.license_id, &open.what.product, &open.what.user_id)
            };
            // Who asked again and got no answer either has one thing open, not several.
            match told.iter_mut().find(is_same) {
                Some((_, claim)) => claim.is_done |= open.confirmed,
                None => {
                    let product = product(&open.what.product);
                    let claim = OpenClaim { product, since: open.started_at, is_done: open.confirmed };
                    told.push((open.what, claim));
                }
            }
        }
        Ok(told.into_iter().map(|(_, claim)| claim).collect())
    }

    /// Claims at a vendor that nobody works on any more.
    pub(crate) fn abandoned_claims(
        &self,
        vendor: &VendorKey,
        is_it: impl Fn(&NewIntent) -> bool,
    ) -> Result<Vec<OpenIntent>, ClientError> {
        let mut open = self.store.adopt()?;
        open.retain(|open| {
            let what = &open.intent().what;
            what.kind.is_claim() && what.vendor == *vendor && is_it(what)
        });
        Ok(open)
    }
}

/// The vendor's signed no is a no, and what never left did nothing. Of everything else nobody here knows.
pub(crate) fn may_be_done(error: &ClientError) -> bool {
    match error {
        // "Wait" is never signed (protocol reference 2): whoever stands in between may have said it of a claim that was taken.
        ClientError::Refusal(refusal) => !refusal.is_confirmed(),
        ClientError::Send(_) => !error.is_before_sending(),
        _ => false,
    }
}

/// The product that is named by its id, its code or its name.
pub(crate) fn product_named<'a>(vendor: &'a InForce, named: &str) -> Option<&'a Product> {
    let named = named.trim();
    vendor.vendor().products().iter().find(|product| {
        product.id.eq_ignore_ascii_case(named)
            || product.code == named
            || product.name.eq_ignore_ascii_case(named)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only the vendor's own no, and what never left, is known to have done nothing.
    #[test]
    fn what_nobody_knows_is_not_told_as_a_no() {
        let check = |refusal: Refusal, expect| assert_eq!(may_be_done(&refusal.into()), expect);
        check(Refusal::SerialUnknown, false);
        check(Refusal::NotFound, false);
        check(Refusal::Throttled { retry_after_secs: None }, true);
        check(Refusal::Conflict, true);
        check(Refusal::Unconfirmed { status: 422 }, true);
        check(Refusal::ServerError { status: 502 }, true);
        check(Refusal::BadSignature { status: 201 }, true);
        check(Refusal::Unreadable { what: "" }, true);
        assert!(!may_be_done(&ClientError::Stopped));
    }
}
