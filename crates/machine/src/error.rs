//! What can go wrong while reading this computer's facts.

/// A fact that is not known. It names the fact alone: nothing else fails with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MachineError {
    /// The system gives no host name, or one without a visible character.
    #[error("the device name could not be read")]
    DeviceNameUnreadable,
    /// The name the user chose has no visible character.
    #[error("the chosen device name is empty")]
    DeviceNameEmpty,
    /// The name the user chose has more than [`crate::LABEL_MAX_BYTES`] bytes.
    #[error("the chosen device name is too long")]
    DeviceNameTooLong,
    /// The system does not say what it is.
    #[error("the name of the operating system could not be read")]
    OsUnreadable,
    /// The system does not say which processor it runs on.
    #[error("the processor's name could not be read")]
    CpuUnreadable,
    /// The system does not say how much memory it has.
    #[error("the size of the memory could not be read")]
    MemoryUnreadable,
}

/// Every code of [`MachineError::code`].
pub const CODES: &[&str] = &[
    "machine.device_name_unreadable",
    "machine.device_name_empty",
    "machine.device_name_too_long",
    "machine.os_unreadable",
    "machine.cpu_unreadable",
    "machine.memory_unreadable",
];

impl MachineError {
    /// The stable code under which words and advice are kept.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DeviceNameUnreadable => "machine.device_name_unreadable",
            Self::DeviceNameEmpty => "machine.device_name_empty",
            Self::DeviceNameTooLong => "machine.device_name_too_long",
            Self::OsUnreadable => "machine.os_unreadable",
            Self::CpuUnreadable => "machine.cpu_unreadable",
            Self::MemoryUnreadable => "machine.memory_unreadable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_code_in_the_list() {
        use MachineError::*;
        let all = [
            DeviceNameUnreadable,
            DeviceNameEmpty,
            DeviceNameTooLong,
            OsUnreadable,
            CpuUnreadable,
            MemoryUnreadable,
        ];
        let codes: Vec<_> = all.iter().map(MachineError::code).collect();
        assert_eq!(codes, CODES);
    }
}
