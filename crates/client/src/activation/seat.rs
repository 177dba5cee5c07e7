//! Taking the seat. An answer that was lost is resolved by looking, and so is a refusal: whoever stands in between could
//! have put it in the place of a seat.
//!
//! It refuses to settle the journal's intent by an answer that may be older than this activation.

use gatefold_keygen::{Answer, Machine, Refusal};
use gatefold_ledger::EntryId;
use gatefold_store::{OpenIntent, SeatsTaken};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::plan::{ActivationPlan, Seat};
use super::watch::ActivationStep;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::send::never_left;

/// Whether the journal's intent is settled: nothing is held at the server, or nothing is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    No,
}

/// What a look shows.
enum Seen {
    /// This computer's seat.
    Seat(Uuid),
    /// That it has none, at this signed time.
    Nothing(Timestamp),
    /// That the server lets nobody look this way, so nobody takes a seat this way either.
    Refused(ClientError),
    /// Nothing that counts.
    Unclear(ClientError),
}

type Taken = Result<Uuid, (ClientError, Settled)>;

impl Gatefold {
    /// Takes the seat, or finds the one that an earlier try took.
    pub(super) async fn take_seat(
        &self,
        plan: &ActivationPlan,
        seat: &Seat,
        intent: &mut OpenIntent,
        entries: &mut Vec<EntryId>,
    ) -> Taken {
        let mut since = plan.checked.signed_at;
        // Whether the earlier try is known to hold nothing.
        let mut earlier = Settled::Yes;
        if seat.begun {
            match self.look(plan, seat, since, entries).await {
                Seen::Seat(machine) => return self.gone_on(plan, intent, machine),
                Seen::Nothing(signed) => {
                    // Another sign-in than the one that tried sees nothing, whatever there is.
                    let by = &plan.way_in.user_id;
                    if by.is_some() && *by != intent.intent().what.user_id {
                        earlier = Settled::No;
                    }
                    // Only a later look tells more than this one.
                    since = signed + SignedDuration::from_secs(1);
                }
                Seen::Refused(error) | Seen::Unclear(error) => {
                    return Err((plan.way_in.explain(error), Settled::No));
                }
            }
        }
        match self.create(plan, seat, since, entries).await {
            Ok(machine) => self.gone_on(plan, intent, machine),
            Err((error, Settled::Yes)) => Err((error, earlier)),
            Err(open) => Err(open),
        }
    }

    /// Asks for the seat; whatever is answered but the seat itself, looks.
    async fn create(
        &self,
        plan: &ActivationPlan,
        seat: &Seat,
        since: Timestamp,
        entries: &mut Vec<EntryId>,
    ) -> Taken {
        let Some(create) = &seat.create else { return Ok(seat.id) };
        plan.watched.begins(ActivationStep::Seat).map_err(|stopped| (stopped, Settled::Yes))?;
        let (because, refused_at) = match self.ask(&plan.checked.vendor, create, entries).await {
            Ok(answer) => match answer.machine() {
                Ok(machine) if machine.id == seat.id => {
                    self.note_one_more(plan);
                    return Ok(machine.id);
                }
                // The id is ours to choose (protocol reference 5.1): another one is a seat that was not asked for.
                Ok(_) => (ClientError::contradictory("a seat of another id than asked for"), None),
                Err(refusal) => {
                    let at = answer.signed_date().filter(|at| *at >= plan.checked.signed_at);
                    let at = at.filter(|_| refusal.is_confirmed());
                    (ClientError::from(refusal), at)
                }
            },
            Err(error) if never_left(&error) => return Err((error, Settled::Yes)),
            Err(error) => (error, None),
        };
        if because.is_pause() {
            // One more request is not what the server asks for; and nobody signs this.
            return Err((because, Settled::No));
        }
        let taken = matches!(because, ClientError::Refusal(Refusal::FingerprintTaken { .. }));
        match self.look(plan, seat, refused_at.unwrap_or(since), entries).await {
            Seen::Seat(machine) => {
                if machine == seat.id {
                    self.note_one_more(plan);
                }
                Ok(machine)
            }
            Seen::Nothing(_) if taken => {
                Err((ClientError::SeatElsewhere(self.sibling_of(&plan.checked)), Settled::Yes))
            }
            // It was refused: nothing is held.
            Seen::Nothing(_) | Seen::Refused(_) if refused_at.is_some() => {
                Err((plan.way_in.explain(because), Settled::Yes))
            }
            // Why nobody may look either is what the next license is to know.
            Seen::Unclear(error) if error.asks_for_pause() => Err((error, Settled::No)),
            // What got no answer may still be on its way: a gateway gives up sooner than the server behind it.
            Seen::Nothing(_) | Seen::Refused(_) | Seen::Unclear(_) => {
                Err((plan.way_in.explain(because), Settled::No))
            }
        }
    }

    /// The check counted the seats before this one was taken.
    fn note_one_more(&self, plan: &ActivationPlan) {
        let license_id = plan.checked.license.id.to_string();
        self.note_taken(&plan.checked.vendor, &license_id, SeatsTaken::OneMore);
    }

    /// Resolves by reading (design, section 5) what became of a seat. That there is none counts only where the server
    /// signed it at this time or later.
    async fn look(
        &self,
        plan: &ActivationPlan,
        seat: &Seat,
        since: Timestamp,
        entries: &mut Vec<EntryId>,
    ) -> Seen {
        if let Err(stopped) = plan.watched.begins(ActivationStep::Look) {
            return Seen::Unclear(stopped);
        }
        let answer = match self.ask(&plan.checked.vendor, &seat.find, entries).await {
            Ok(answer) => answer,
            Err(error) => return Seen::Unclear(error),
        };
        let signed = answer.signed_date().filter(|signed| *signed >= since);
        match (own_seat(&answer, plan.checked.license.id, seat), signed) {
            (Ok(Some(machine)), _) => Seen::Seat(machine),
            (Ok(None), Some(signed)) => Seen::Nothing(signed),
            (Ok(None), None) => Seen::Unclear(Refusal::Replayed.into()),
            (Err(refusal), Some(_)) if refusal.is_confirmed() => {
                plan.watched.look_refused();
                Seen::Refused(refusal.into())
            }
            (Err(refusal), _) => Seen::Unclear(refusal.into()),
        }
    }

    /// The seat is held by this way in, and is given back by it.
    fn gone_on(&self, plan: &ActivationPlan, intent: &mut OpenIntent, machine: Uuid) -> Taken {
        self.go_on_by(plan, intent).map_err(|error| (error, Settled::No))?;
        Ok(machine)
    }

    pub(super) fn go_on_by(&self, plan: &ActivationPlan, intent: &mut OpenIntent) -> Result<(), ClientError> {
        let user_id = plan.way_in.user_id.as_deref();
        if intent.intent().what.user_id.as_deref() != user_id {
            self.store.go_on_as(intent, user_id)?;
        }
        Ok(())
    }
}

/// This computer's seat of this license, if there is one: the one asked for, or the only one.
fn own_seat(answer: &Answer, license: Uuid, seat: &Seat) -> Result<Option<Uuid>, Refusal> {
    let is_own =
        |machine: &Machine| machine.license == Some(license) && machine.fingerprint == seat.identifier;
    let mut own: Vec<Uuid> =
        answer.machines()?.iter().filter(|machine| is_own(machine)).map(|m| m.id).collect();
    if own.contains(&seat.id) {
        return Ok(Some(seat.id));
    }
    match (own.pop(), own.is_empty()) {
        (found, true) => Ok(found),
        _ => Err(Refusal::Contradictory { what: "several seats of one computer".to_owned() }),
    }
}
