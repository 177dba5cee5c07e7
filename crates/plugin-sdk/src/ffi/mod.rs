//! The functions of `include/gatefold.h`, which is made from the files of this folder. It refuses to let a panic out, to
//! write where nothing succeeded, and to believe that a pointer is there.

#![allow(unsafe_code, reason = "C is spoken here, and nowhere else")]
#![allow(non_camel_case_types, reason = "names of C")]

mod asking;
mod guard;
mod opening;
mod types;

pub use asking::{
    gf_check, gf_document, gf_entitlement, gf_entitlement_count, gf_has_entitlement, gf_link,
    gf_session_start, gf_session_stop, gf_standing_now,
};
#[cfg(feature = "test-panic")]
pub use opening::gf_test_panic;
pub use opening::{gf_close, gf_open, gf_result_text, gf_standing_text, gf_version};
pub use types::{
    GF_BINDING_ACCOUNT, GF_BINDING_MACHINE, GF_NO_DAYS, GF_NO_TIME, gf_cause, gf_ends, gf_host, gf_license,
    gf_product, gf_result, gf_standing, gf_status,
};
