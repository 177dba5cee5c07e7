//! The invariants that speak of what is absent (ARCHITECTURE.md), read from the sources and from cargo itself.

mod consent;
mod declared;
mod dependencies;
mod documents;
mod makers;
mod sources;
mod window;
