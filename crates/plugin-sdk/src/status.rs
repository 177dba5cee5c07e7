//! What a check says.

use gatefold_license::{Assessment, Ending, Reason, Standing};
use jiff::Timestamp;

/// Why a plug-in has the standing it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// By the file that it goes by.
    File(Reason),
    /// There is none, or none of this vendor's that can be read.
    NoFile,
    /// There is one, and neither is it genuine nor was it made for another computer.
    NotGenuine,
}

/// What this plug-in's license is worth, here and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// What it is worth.
    pub standing: Standing,
    /// Why.
    pub cause: Cause,
    /// Whether it counts: [`Standing::Active`] or [`Standing::Grace`].
    pub is_licensed: bool,
    /// There never was a right here, as far as is known: neither licensed nor lapsed. A removed file is as one that never was.
    pub is_never_licensed: bool,
    /// There was a right that counts no more, or not now. Sessions that played with it should go on playing.
    pub is_lapsed: bool,
    /// What ends next of a license that counts; none where nothing does.
    pub ending: Option<Ending>,
    /// When the right ends.
    pub expires_at: Option<Timestamp>,
    /// When the file ends, and should be fetched anew.
    pub refresh_by: Option<Timestamp>,
}

impl Status {
    pub(crate) fn of_file(assessment: &Assessment) -> Self {
        let Assessment { standing, reason, expires_at, refresh_by, ending, .. } = *assessment;
        Self { ending, expires_at, refresh_by, ..Self::of(standing, Cause::File(reason)) }
    }

    /// Where there is no file that could be read.
    pub(crate) fn of_cause(cause: Cause) -> Self {
        let standing = match cause {
            Cause::File(reason) => reason.standing(),
            Cause::NoFile | Cause::NotGenuine => Standing::Unlicensed,
        };
        Self::of(standing, cause)
    }

    fn of(standing: Standing, cause: Cause) -> Self {
        let is_licensed = matches!(standing, Standing::Active | Standing::Grace);
        let is_lapsed = matches!(cause, Cause::File(reason) if reason.is_lapsed());
        Self {
            standing,
            cause,
            is_licensed,
            is_never_licensed: !is_licensed && !is_lapsed,
            is_lapsed,
            ending: None,
            expires_at: None,
            refresh_by: None,
        }
    }

    /// Days until what counts needs its file again, or ends, the begun one included; none of what has no end.
    pub fn days_left(&self) -> Option<u32> {
        self.ending.map(|ending| ending.days_left)
    }
}
