//! Opening and closing, and the words for numbers.

use std::ffi::c_char;
use std::ptr::null;

use gatefold_license::Binding;

use super::guard::{bytes, guarded, text, write};
use super::types::{
    GF_BINDING_ACCOUNT, GF_BINDING_MACHINE, gf_host, gf_license, gf_product, gf_result, gf_standing,
};
use crate::host::Host;
use crate::license::License;
use crate::product::{Product, ProductError};

/// Opens the license of a product in a host, and checks it once: reads a few small files, so not from the audio thread.
/// `host` may be NULL. What it makes is the caller's, to be given to gf_close.
///
/// # Safety
/// `product` and `host` point to such structs, or are NULL; their texts end with a zero byte; `license` is a place for a
/// pointer, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_open(
    product: *const gf_product,
    host: *const gf_host,
    license: *mut *mut gf_license,
) -> gf_result {
    guarded(|| {
        if license.is_null() {
            return Err(gf_result::GF_NULL);
        }
        // SAFETY: what stands in them is as the caller promises of each.
        let (product, host) = unsafe { (product_of(product)?, host_of(host)) };
        let opened = Box::new(gf_license(License::open(product, host)));
        // SAFETY: `license` is a place for a pointer, as the caller promises.
        unsafe { write(license, Box::into_raw(opened)) }
    })
}

/// Closes a license; the last one of a product ends its session. NULL is nothing. No other thread may use it any more.
///
/// # Safety
/// `license` is NULL, or of gf_open and not closed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gf_close(license: *mut gf_license) {
    guarded(|| {
        if !license.is_null() {
            // SAFETY: gf_open made it of a box, and it is closed once, as the caller promises.
            drop(unsafe { Box::from_raw(license) });
        }
        Ok(())
    });
}

/// What a result means, in English, for a log. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn gf_result_text(result: i32) -> *const c_char {
    use gf_result::*;
    let words = [
        (GF_OK, c"it is done"),
        (GF_NULL, c"an argument is NULL"),
        (GF_NOT_UTF8, c"a text is not UTF-8"),
        (GF_BAD_VENDOR, c"the vendor's id is not of lower-case letters, digits and hyphens"),
        (GF_BAD_ROOT_KEY, c"the root key is no minisign public key"),
        (GF_BAD_ACCOUNT, c"the account's id is empty"),
        (GF_BAD_PRODUCT, c"the product's id is not of letters, digits and hyphens, or too long"),
        (GF_BAD_BINDING, c"the binding is neither machine nor account"),
        (GF_TOO_SMALL, c"the buffer is too small"),
        (GF_NONE, c"there is no such thing"),
        (GF_PANIC, c"a fault of the library"),
    ];
    let word = words.iter().find(|(of, _)| *of as i32 == result);
    word.map_or(c"no result of this library", |(_, word)| word).as_ptr()
}

/// The word for a standing: `active`, `wrong_machine`. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn gf_standing_text(standing: u32) -> *const c_char {
    use gf_standing::*;
    let words = [
        (GF_ACTIVE, c"active"),
        (GF_GRACE, c"grace"),
        (GF_CLOCK_BEHIND, c"clock_behind"),
        (GF_EXPIRED, c"expired"),
        (GF_REVOKED, c"revoked"),
        (GF_INCOMPLETE, c"incomplete"),
        (GF_WRONG_MACHINE, c"wrong_machine"),
        (GF_WRONG_PRODUCT, c"wrong_product"),
        (GF_WRONG_KIND, c"wrong_kind"),
        (GF_UNLICENSED, c"unlicensed"),
    ];
    let word = words.iter().find(|(of, _)| *of as u32 == standing);
    word.map_or(c"unknown", |(_, word)| word).as_ptr()
}

/// The version of this library: `0.1.0`. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn gf_version() -> *const c_char {
    VERSION.as_ptr().cast()
}

#[cfg(not(feature = "test-panic"))]
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
/// Two versions can only meet in one process where one says that it is another.
#[cfg(feature = "test-panic")]
const VERSION: &str = match option_env!("GATEFOLD_TEST_VERSION") {
    Some(_) => "9.9.9\0",
    None => concat!(env!("CARGO_PKG_VERSION"), "\0"),
};

/// Panics, for a test of the guard.
///
/// cbindgen:ignore
#[cfg(feature = "test-panic")]
#[unsafe(no_mangle)]
pub extern "C" fn gf_test_panic() -> gf_result {
    guarded(|| panic!("on purpose"))
}

/// # Safety
/// As `gf_open` says of `product`.
unsafe fn product_of(product: *const gf_product) -> Result<Product, gf_result> {
    // SAFETY: a product or NULL, by the contract.
    let product = unsafe { product.as_ref() }.ok_or(gf_result::GF_NULL)?;
    // SAFETY: texts or NULL, by the contract.
    let [vendor, root_key, account, id] = unsafe {
        [text(product.vendor)?, text(product.root_key)?, text(product.account)?, text(product.product)?]
    };
    let binding = match product.binding {
        GF_BINDING_MACHINE => Binding::Machine,
        GF_BINDING_ACCOUNT => Binding::Account,
        _ => return Err(gf_result::GF_BAD_BINDING),
    };
    let made = Product::new(vendor, root_key, account, id, binding).map_err(|error| match error {
        ProductError::Vendor => gf_result::GF_BAD_VENDOR,
        ProductError::RootKey => gf_result::GF_BAD_ROOT_KEY,
        ProductError::Account => gf_result::GF_BAD_ACCOUNT,
        ProductError::Product => gf_result::GF_BAD_PRODUCT,
    })?;
    let made = match product.max_file_days {
        0 => made,
        days => made.with_max_file_days(days),
    };
    if product.version.is_null() {
        return Ok(made);
    }
    // SAFETY: a text, by the contract.
    Ok(made.with_version(unsafe { text(product.version)? }))
}

/// What a host says of itself is no reason to refuse it.
///
/// # Safety
/// As `gf_open` says of `host`.
unsafe fn host_of(host: *const gf_host) -> Host {
    // SAFETY: a host or NULL, by the contract.
    let host = unsafe { host.as_ref() };
    let (name, version) = host.map_or((null(), null()), |host| (host.name, host.version));
    // SAFETY: texts or NULL, by the contract.
    let [name, version] = unsafe { [bytes(name), bytes(version)] };
    Host::new(
        &String::from_utf8_lossy(name.unwrap_or_default()),
        &String::from_utf8_lossy(version.unwrap_or_default()),
    )
}
