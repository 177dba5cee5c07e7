//! Texts as the format has them: narrow ones in the factory, wide ones everywhere else.

use std::ffi::c_char;

use vst3::Steinberg::Vst::TChar;

use crate::formats::instance::write_text;

pub(super) fn write_narrow(text: &str, to: &mut [c_char]) {
    // SAFETY: the room is the slice's own.
    unsafe { write_text(text, to.as_mut_ptr(), to.len()) };
}

pub(super) fn write_wide(text: &str, to: &mut [TChar]) {
    let most = to.len() - 1;
    let mut end = 0;
    for (unit, place) in text.encode_utf16().take(most).zip(to.iter_mut()) {
        *place = unit as TChar;
        end += 1;
    }
    to[end] = 0;
}

/// A text up to its zero, or its end.
pub(super) fn text_in(text: &[TChar]) -> String {
    let units: Vec<u16> = text.iter().copied().take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}
