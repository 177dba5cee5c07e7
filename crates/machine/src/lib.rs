//! Facts of this computer: device name, operating system, processor, memory.
//!
//! Each fact stands alone, so that a vendor who needs no processor is not hurt when that cannot be read. It refuses to
//! invent: what cannot be read is an error with a way out. It reads no serial number, no address, no disk, no user.

mod clean;
mod error;

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

pub use error::{CODES, MachineError};

/// The longest label a server of the protocol takes, in bytes.
pub const LABEL_MAX_BYTES: usize = 255;

/// What this computer says of itself, each string exactly as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The host name up to its first dot.
    pub device_name: Result<String, MachineError>,
    /// Name and version of the operating system, as in `Debian GNU/Linux 12`.
    pub os: Result<String, MachineError>,
    /// The brand of the first processor, white space squeezed.
    pub cpu: Result<String, MachineError>,
    /// Physical memory in GiB, rounded to the nearest whole number.
    pub memory_gib: Result<u64, MachineError>,
}

impl Facts {
    /// Asks the operating system. Reads a few small files of the system, nothing else.
    pub fn read() -> Self {
        let system = System::new_with_specifics(
            RefreshKind::nothing()
                .with_cpu(CpuRefreshKind::nothing())
                .with_memory(MemoryRefreshKind::nothing().with_ram()),
        );
        let system = system.as_ref().ok();
        Self {
            device_name: short_host_name(System::host_name().ok()),
            os: os_label(os_parts()),
            cpu: cpu_label(system.and_then(|system| system.cpus().first()).map(sysinfo::Cpu::brand)),
            memory_gib: gib(system.map_or(0, System::total_memory)),
        }
    }
}

/// The name a user chose for this computer, cleaned like a name that was read, but never cut: half a name was not chosen.
///
/// # Errors
/// [`MachineError::DeviceNameEmpty`] when nothing visible is left; [`MachineError::DeviceNameTooLong`].
pub fn chosen_device_name(name: &str) -> Result<String, MachineError> {
    let visible = clean::visible(name);
    match visible.trim() {
        "" => Err(MachineError::DeviceNameEmpty),
        name if name.len() > LABEL_MAX_BYTES => Err(MachineError::DeviceNameTooLong),
        name => Ok(name.to_owned()),
    }
}

fn short_host_name(full: Option<String>) -> Result<String, MachineError> {
    full.as_deref()
        .and_then(|full| full.trim().split('.').next())
        .and_then(clean::label)
        .ok_or(MachineError::DeviceNameUnreadable)
}

/// On Linux the distribution and its version (a rolling one has none); elsewhere the system's own long name.
fn os_parts() -> (Option<String>, Option<String>) {
    if cfg!(target_os = "linux") {
        (System::name().ok(), System::os_version().ok())
    } else {
        (System::long_os_version().ok(), None)
    }
}

fn os_label((name, version): (Option<String>, Option<String>)) -> Result<String, MachineError> {
    let bare = |text: Option<String>| text.and_then(|text| clean::squeezed(text.trim_matches('\'')));
    let name = bare(name).ok_or(MachineError::OsUnreadable)?;
    let whole = match bare(version) {
        Some(version) => format!("{name} {version}"),
        None => name,
    };
    clean::label(&whole).ok_or(MachineError::OsUnreadable)
}

fn cpu_label(brand: Option<&str>) -> Result<String, MachineError> {
    brand.and_then(clean::squeezed).ok_or(MachineError::CpuUnreadable)
}

fn gib(memory_bytes: u64) -> Result<u64, MachineError> {
    const GIB: u64 = 1 << 30;
    match memory_bytes {
        0 => Err(MachineError::MemoryUnreadable),
        bytes => Ok(bytes.saturating_add(GIB / 2) / GIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_device_name_is_the_short_host_name() {
        fn check(input: Option<&str>, expect: Option<&str>) {
            let expect = expect.map(str::to_owned).ok_or(MachineError::DeviceNameUnreadable);
            assert_eq!(short_host_name(input.map(str::to_owned)), expect, "{input:?}");
        }
        check(Some("studio"), Some("studio"));
        check(Some("studio.example.org"), Some("studio"));
        check(Some("Łódź-刻.local"), Some("Łódź-刻"));
        check(Some("  studio\n"), Some("studio"));
        check(Some("st\u{1b}[31mudio\u{7}"), Some("st[31mudio"));
        check(Some(""), None);
        check(Some(".local"), None);
        check(Some("\u{0}\u{1}"), None);
        check(None, None);
    }

    #[test]
    fn a_chosen_name_keeps_its_dots_and_inner_spaces() {
        fn check(input: &str, expect: Result<&str, MachineError>) {
            assert_eq!(chosen_device_name(input), expect.map(str::to_owned), "{input:?}");
        }
        check(" Live  rack no. 2 ", Ok("Live  rack no. 2"));
        check("line\nbreak", Ok("linebreak"));
        check(" \t ", Err(MachineError::DeviceNameEmpty));
        check("", Err(MachineError::DeviceNameEmpty));
        let longest = "x".repeat(LABEL_MAX_BYTES);
        check(&format!(" {longest}\n"), Ok(&longest));
        check(&format!("{longest}x"), Err(MachineError::DeviceNameTooLong));
        check(&"é".repeat(128), Err(MachineError::DeviceNameTooLong));
    }

    #[test]
    fn an_operating_system_needs_a_name_but_no_version() {
        fn check(name: Option<String>, version: Option<String>, expect: Result<&str, MachineError>) {
            let said = format!("{name:?} {version:?}");
            assert_eq!(os_label((name, version)), expect.map(str::to_owned), "{said}");
        }
        check(some("Debian GNU/Linux"), some("12"), Ok("Debian GNU/Linux 12"));
        check(some("Arch Linux"), None, Ok("Arch Linux"));
        check(some("'Void'"), some(""), Ok("Void"));
        check(some("macOS 15.1.1  Sequoia"), None, Ok("macOS 15.1.1 Sequoia"));
        check(None, some("12"), Err(MachineError::OsUnreadable));
        check(some(" "), some("12"), Err(MachineError::OsUnreadable));
    }

    #[test]
    fn a_processor_without_a_brand_is_an_error() {
        fn check(input: Option<&str>, expect: Result<&str, MachineError>) {
            assert_eq!(cpu_label(input), expect.map(str::to_owned), "{input:?}");
        }
        check(Some("Intel(R) Core(TM) i7    @ 2.60GHz  "), Ok("Intel(R) Core(TM) i7 @ 2.60GHz"));
        check(Some("AMD\tEPYC"), Ok("AMD EPYC"));
        check(Some(""), Err(MachineError::CpuUnreadable));
        check(None, Err(MachineError::CpuUnreadable));
    }

    #[test]
    fn memory_is_rounded_to_the_nearest_gib() {
        fn check(bytes: u64, expect: Result<u64, MachineError>) {
            assert_eq!(gib(bytes), expect, "{bytes}");
        }
        const HALF: u64 = 1 << 29;
        check(0, Err(MachineError::MemoryUnreadable));
        check(1, Ok(0));
        check(HALF - 1, Ok(0));
        check(HALF, Ok(1));
        check(3 * HALF - 1, Ok(1));
        check(3 * HALF, Ok(2));
        check(16_000_000_000, Ok(15));
        check(u64::MAX, Ok((1 << 34) - 1));
    }
}
