//! What stands between C and us: panics end here, pointers are looked at, results are written last.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use super::types::{gf_license, gf_result};
use crate::license::License;
use crate::shared::note_crash;

/// Runs what a function of the header does. A panic must not unwind into C; that it came, and to which function, is noted. Where it
/// began the panic hook alone is told, and that is the host's.
#[track_caller]
pub(super) fn guarded(work: impl FnOnce() -> Result<(), gf_result>) -> gf_result {
    // Whatever a panic leaves behind is done anew by the next call: no state here is half written.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => gf_result::GF_OK,
        Ok(Err(result)) => result,
        Err(_) => {
            note(Location::caller());
            gf_result::GF_PANIC
        }
    }
}

/// Notes the place; a panic in that ends here, too.
fn note(place: &Location<'_>) {
    let file = place.file();
    // As it stands in the source, wherever that was built.
    let file = file.rfind("src/").map_or(file, |at| &file[at..]);
    let location = format!("{file}:{}:{}", place.line(), place.column());
    let _ = catch_unwind(AssertUnwindSafe(|| note_crash(&location)));
}

/// The license behind a pointer.
///
/// # Safety
/// NULL, or a license of `gf_open` that `gf_close` was not given, and is not given while this is used.
pub(super) unsafe fn license<'a>(license: *const gf_license) -> Result<&'a License, gf_result> {
    // SAFETY: not NULL, so it is a live license by this function's contract; it is only ever shared.
    unsafe { license.as_ref() }.map(|license| &license.0).ok_or(gf_result::GF_NULL)
}

/// A text that was handed in.
///
/// # Safety
/// NULL, or a text that ends with a zero byte and is not changed while this is used.
pub(super) unsafe fn bytes<'a>(text: *const c_char) -> Result<&'a [u8], gf_result> {
    if text.is_null() {
        return Err(gf_result::GF_NULL);
    }
    // SAFETY: not NULL, so it ends with a zero byte by this function's contract.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// [`bytes`] that must be UTF-8.
///
/// # Safety
/// As there.
pub(super) unsafe fn text<'a>(text: *const c_char) -> Result<&'a str, gf_result> {
    // SAFETY: the contract is the same.
    str::from_utf8(unsafe { bytes(text) }?).map_err(|_| gf_result::GF_NOT_UTF8)
}

/// That there is a place for a result: looked at before anything else is, so that a mistake of the caller's shows on every
/// computer and not only on one that has a license.
pub(super) fn require<T>(to: *const T) -> Result<(), gf_result> {
    if to.is_null() { Err(gf_result::GF_NULL) } else { Ok(()) }
}

/// Writes a result.
///
/// # Safety
/// NULL, or a place for a `T` that nobody else uses meanwhile.
pub(super) unsafe fn write<T>(to: *mut T, value: T) -> Result<(), gf_result> {
    require(to)?;
    // SAFETY: not NULL, so it may be written by this function's contract; what stood there is C's and needs no drop.
    unsafe { to.write(value) };
    Ok(())
}

/// Copies bytes into a buffer and says how many they are; with NULL for a buffer it says that alone.
///
/// # Safety
/// `buffer` is NULL or has room for `room_bytes`; `len_bytes` as in [`write`].
pub(super) unsafe fn copy(
    from: &[u8],
    buffer: *mut u8,
    room_bytes: usize,
    len_bytes: *mut usize,
) -> Result<(), gf_result> {
    require(len_bytes)?;
    if !buffer.is_null() {
        if room_bytes < from.len() {
            return Err(gf_result::GF_TOO_SMALL);
        }
        // SAFETY: there is room by this function's contract, and what is ours does not lie in a buffer of C's.
        unsafe { buffer.copy_from_nonoverlapping(from.as_ptr(), from.len()) };
    }
    // SAFETY: the contract is the same.
    unsafe { write(len_bytes, from.len()) }
}

/// [`copy`] of a text with its ending zero byte, which counts.
///
/// # Safety
/// As there.
pub(super) unsafe fn copy_text(
    from: &str,
    buffer: *mut c_char,
    room_bytes: usize,
    len_bytes: *mut usize,
) -> Result<(), gf_result> {
    // A zero byte inside would end it for C alone.
    let mut bytes: Vec<u8> = from.bytes().filter(|byte| *byte != 0).collect();
    bytes.push(0);
    // SAFETY: the contract is the same.
    unsafe { copy(&bytes, buffer.cast(), room_bytes, len_bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_here() {
        assert_eq!(guarded(|| panic!("on purpose")), gf_result::GF_PANIC);
        assert_eq!(guarded(|| Err(gf_result::GF_NONE)), gf_result::GF_NONE);
        assert_eq!(guarded(|| Ok(())), gf_result::GF_OK);
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        fn check(room_bytes: usize, expect: Result<usize, gf_result>) {
            let (mut buffer, mut len) = ([7_u8; 8], 99);
            // SAFETY: both are there, and as large as said.
            let copied = unsafe { copy(b"abc", buffer.as_mut_ptr(), room_bytes, &raw mut len) };
            assert_eq!(copied.map(|()| len), expect);
            let (written, untouched) = buffer.split_at(expect.unwrap_or(0));
            assert!(b"abc".starts_with(written) && untouched.iter().all(|byte| *byte == 7));
            assert!(expect.is_ok() || len == 99);
        }
        check(0, Err(gf_result::GF_TOO_SMALL));
        check(2, Err(gf_result::GF_TOO_SMALL));
        check(3, Ok(3));
        check(8, Ok(3));
    }
}
