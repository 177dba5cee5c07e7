//! A request that is shown before it is sent, and when it is sent. It refuses to leave one out: whatever may be sent after
//! the one yes is among them.

use gatefold_disclosure::Preview;

/// When a planned request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedWhen {
    /// In any case.
    Always,
    /// Only if the answer to the check says that the license is good.
    IfGood,
    /// Unless the server says that this computer holds a seat already.
    UnlessSeatTaken,
    /// Only if the server says that this computer holds a seat already.
    IfSeatTaken,
    /// Only if the answer before is not the seat: refused, lost, or one that is there already.
    IfNoSeatCame,
    /// Only if the page before is not the last one.
    IfMore,
    /// As [`PlannedWhen::IfMore`], and nothing but the page's number differs from the request before: it may be said in a
    /// sentence.
    IfStillMore,
    /// Only if no answer came that says what became of the request before.
    IfUnanswered,
    /// Only if the sign-in is not kept: the server does not confirm whose it is, or there is no place for it here.
    IfNotKept,
}

/// A request of a plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// When it is sent.
    pub when: PlannedWhen,
    /// Its exact bytes; what only the server knows yet stands there by its name.
    pub preview: Preview,
}
