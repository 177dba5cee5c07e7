//! The three formats: thin, each speaking its own C. What an instance is they share.
#![allow(unsafe_code, reason = "a plug-in format is a contract in C; each block says what the host promises")]

mod clap;
mod instance;
mod lv2;
mod vst3;

#[cfg(test)]
mod callback_tests;
