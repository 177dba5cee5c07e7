//! The Keygen API, version 1.7, as Gatefold speaks it: requests, judged answers, facts, refusals. Pure.
//!
//! It refuses to build a request with anything the vendor did not declare, and to read a fact from an answer that the
//! vendor's server did not sign. No socket, no clock, no randomness: `egress` sends, `client` decides, `sandbox` plays
//! the other side with the same documents.

mod answer;
mod depth;
mod document;
mod refusal;
mod replies;
pub mod requests;
mod server_codes;

pub use answer::{Answer, Collected, Exchange, MAX_BODY_BYTES, Proof, Trust};
pub use document::{ApiError, ErrorDocument, ErrorMeta, Identity, Linkage, Source};
pub use refusal::{CODES, Limit, Refusal};
pub use replies::{
    Deleted, IssuedFile, License, LicensePage, Machine, MachinePage, Policy, SignIn, User, Validation,
    ValidationCode, refused_word,
};
pub use requests::{Claim, Credential, Id, MachineFacts, NewMachine, Page, Server, Token, Trial};
pub use server_codes::SERVER_CODES;

/// The version of the API that every request pins (protocol reference 0).
pub const API_VERSION: &str = "1.7";

/// The media type of every document (protocol reference 1.2).
pub const MEDIA_TYPE: &str = "application/vnd.api+json";
