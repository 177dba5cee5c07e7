//! The real window: the built program with its page, on a screen of its own, driven as its user would.

#[path = "../support/mod.rs"]
mod support;

mod account;
mod cancel;
mod driver;
mod everything;
mod first_run;
mod hands;
mod keyboard;
mod mute;
mod offered;
mod offline;
mod record;
mod refusals;
mod screen;
mod stage;
mod unfinished;
