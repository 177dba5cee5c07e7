//! Crash points: places where a test build stops the process. Nothing at all in any other build.

macro_rules! crash_point {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name);
    };
}

pub(crate) use crash_point;
