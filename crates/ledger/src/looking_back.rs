//! How far back a reader goes who wants what is newer than a time. It refuses to believe that the clock only ever went on.

use jiff::Timestamp;

/// So many entries in a row are not all from a clock that was set back for a while.
const TOO_MANY_OLDER: u32 = 1_000;

/// Looks back from the newest entry to a time. Entries stand in the order in which they were made, whatever clocks said: one
/// that claims to be older ends nothing, only many in a row do.
pub(crate) struct LookingBack {
    to_ms: i64,
    older_in_a_row: u32,
}

impl LookingBack {
    pub(crate) fn to(time: Timestamp) -> Self {
        Self { to_ms: time.as_millisecond(), older_in_a_row: 0 }
    }

    /// Whether the next older entry is within it.
    pub(crate) fn is_within(&mut self, at_ms: i64) -> bool {
        let is_within = at_ms >= self.to_ms;
        self.older_in_a_row = if is_within { 0 } else { self.older_in_a_row + 1 };
        is_within
    }

    pub(crate) fn is_over(&self) -> bool {
        self.older_in_a_row > TOO_MANY_OLDER
    }
}
