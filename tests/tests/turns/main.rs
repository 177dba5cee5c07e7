//! What becomes of a vendor: it moves its server and its key, and one day it is gone. The real command, real servers, and a
//! clock for all of them. Nobody loses a license by it, and nobody who is left behind can speak for the vendor.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod gone;
mod moved;
mod scene;
