//! What is asked of an open license.

use std::ffi::{c_char, c_int};

use super::guard::{copy, copy_text, guarded, license as opened, require, text, write};
use super::types::{gf_license, gf_result, gf_standing, gf_status};

/// What a license is worth now. Notices what was installed, refreshed or removed since. Where nothing changed it costs two
/// system calls; it may read files and wait for another thread that does, so not from the audio thread.
///
/// # Safety
/// `license` is NULL, or of gf_open and not closed; `status` is a place for one, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_check(license: *const gf_license, status: *mut gf_status) -> gf_result {
    guarded(|| {
        require(status)?;
        // SAFETY: both are as the caller promises.
        unsafe { write(status, opened(license)?.check().into()) }
    })
}

/// The standing of the last check: one atomic read, for the audio thread. GF_UNLICENSED of NULL.
///
/// # Safety
/// `license` is NULL, or of gf_open and not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_standing_now(license: *const gf_license) -> gf_standing {
    // Nothing here can panic, and the audio thread is to pay for no more than the read.
    // SAFETY: as the caller promises.
    let license = unsafe { opened(license) };
    license.map_or(gf_standing::GF_UNLICENSED, |license| license.standing().into())
}

/// How many features a license that counts includes; 0 of another.
///
/// # Safety
/// As gf_check, `count` for `status`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_entitlement_count(license: *const gf_license, count: *mut usize) -> gf_result {
    guarded(|| {
        require(count)?;
        // SAFETY: both are as the caller promises.
        unsafe { write(count, opened(license)?.entitlements().len()) }
    })
}

/// The code of one of them, by its number from 0, with its ending zero byte. `len_bytes` is set to its length with that;
/// with NULL for `buffer` nothing else is done. GF_NONE from the count on.
///
/// # Safety
/// As gf_check; `buffer` is NULL or has room for `room_bytes`, `len_bytes` is a place for a size, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_entitlement(
    license: *const gf_license,
    number: usize,
    buffer: *mut c_char,
    room_bytes: usize,
    len_bytes: *mut usize,
) -> gf_result {
    guarded(|| {
        require(len_bytes)?;
        // SAFETY: as the caller promises.
        let codes = unsafe { opened(license)? }.entitlements();
        let code = codes.get(number).ok_or(gf_result::GF_NONE)?;
        // SAFETY: as the caller promises.
        unsafe { copy_text(code, buffer, room_bytes, len_bytes) }
    })
}

/// Sets `has` to 1 if a license that counts includes the feature `code`, else to 0.
///
/// # Safety
/// As gf_check; `code` ends with a zero byte, or is NULL; `has` is a place for an int, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_has_entitlement(
    license: *const gf_license,
    code: *const c_char,
    has: *mut c_int,
) -> gf_result {
    guarded(|| {
        require(has)?;
        // SAFETY: all are as the caller promises.
        unsafe { write(has, opened(license)?.has_entitlement(text(code)?).into()) }
    })
}

/// The JSON document that the licensing server signed, for vendors who check more. It holds the license key: do not write it
/// anywhere. `len_bytes` is set to its length; with NULL for `buffer` nothing else is done. GF_NONE where there is no
/// file of this product and computer; GF_NULL without a place for the length, whatever there is.
///
/// # Safety
/// As gf_entitlement.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_document(
    license: *const gf_license,
    buffer: *mut u8,
    room_bytes: usize,
    len_bytes: *mut usize,
) -> gf_result {
    guarded(|| {
        require(len_bytes)?;
        // SAFETY: as the caller promises.
        let document = unsafe { opened(license)? }.document().ok_or(gf_result::GF_NONE)?;
        // SAFETY: as the caller promises.
        unsafe { copy(&document, buffer, room_bytes, len_bytes) }
    })
}

/// The link that opens Gatefold's window on this product, with its ending zero byte; at most 257 bytes. Otherwise as
/// gf_entitlement.
///
/// # Safety
/// As gf_entitlement.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_link(
    license: *const gf_license,
    buffer: *mut c_char,
    room_bytes: usize,
    len_bytes: *mut usize,
) -> gf_result {
    guarded(|| {
        // SAFETY: all are as the caller promises.
        unsafe { copy_text(opened(license)?.link(), buffer, room_bytes, len_bytes) }
    })
}

/// The plug-in is used: called when an instance is activated, never when it is only made. A product has one session a process:
/// from the first call to the last gf_close, whatever is stopped and started in between. Not from the audio thread.
///
/// Where the user shares usage with this vendor, the last gf_close writes one small file: the day, and what they granted of
/// product version and host. Else nothing is written.
///
/// # Safety
/// As gf_check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_session_start(license: *const gf_license) -> gf_result {
    guarded(|| {
        // SAFETY: as the caller promises.
        unsafe { opened(license)? }.start_session();
        Ok(())
    })
}

/// Takes back what this instance started last: called when it is deactivated. The session goes on until the last instance is
/// closed. GF_NONE if it had started nothing.
///
/// # Safety
/// As gf_check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_session_stop(license: *const gf_license) -> gf_result {
    guarded(|| {
        // SAFETY: as the caller promises.
        let stopped = unsafe { opened(license)? }.stop_session();
        if stopped { Ok(()) } else { Err(gf_result::GF_NONE) }
    })
}
