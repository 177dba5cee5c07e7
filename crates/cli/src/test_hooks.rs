//! Crash points for tests, armed by the environment variable `FAILPOINTS`. Release builds lack this module.

/// Arms the crash points: one that says `panic` ends the process at once, as a power cut would.
pub(crate) fn arm() -> fail::FailScenario<'static> {
    std::panic::set_hook(Box::new(|_| std::process::abort()));
    fail::FailScenario::setup()
}
