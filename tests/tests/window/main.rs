//! The real window: the built program with its page, on a screen of its own, driven as its user would.

#[path = "../support/mod.rs"]
mod support;

mod driver;
mod first_run;
mod mute;
mod offered;
mod screen;
mod stage;
mod unfinished;
