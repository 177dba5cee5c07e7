//! What the tests across crates share: see `tests/`.
