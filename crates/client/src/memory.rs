//! Keys, passwords and tokens pass through this program's memory. What a crash makes of it is kept by the system, sent
//! along with reports of faults, and read by others: so there is none.

/// Asks the system to keep no copy of this program's memory when it crashes, and where it can (Linux) to let no other
/// program of this user read it. To be called first. What the system refuses changes nothing: this is a second lock.
pub fn keep_memory_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
    // A handler of crashes that the kernel pipes into does not ask for the limit above, but for this.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
