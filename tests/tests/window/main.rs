//! The real window: the built program with its page, on a screen of its own, driven as its user would.

#[path = "../support/mod.rs"]
mod support;

mod account;
mod bundles;
mod bus;
mod cancel;
mod computers;
mod driver;
mod ended;
mod everything;
mod first_run;
mod fits;
mod forgotten;
mod giving;
mod hands;
mod instance;
mod keyboard;
mod leaves;
mod left;
mod look;
mod mute;
mod offered;
mod offline;
mod pages;
mod policy;
mod printing;
mod record;
mod refusals;
mod registering;
mod renewing;
mod screen;
mod silent;
mod stage;
mod sunset;
mod trying;
mod typist;
mod unfinished;
mod unmoused;
mod usage;
mod weekly;
