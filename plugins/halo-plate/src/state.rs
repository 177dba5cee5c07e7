//! What a session keeps of an instance: its controls, and that it was saved.

use crate::controls::{Control, Controls};

const MAGIC: [u8; 5] = *b"HALO1";
/// The length of what is kept, in bytes.
pub const BYTES: usize = MAGIC.len() + 4 * Control::ALL.len();

/// What is kept of these controls.
pub fn saved(controls: &Controls) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let (magic, values) = bytes.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    for (control, place) in Control::ALL.into_iter().zip(values.chunks_exact_mut(4)) {
        place.copy_from_slice(&controls.get(control).to_le_bytes());
    }
    bytes
}

/// Turns the controls as they were kept. Whether that was ours; nothing is turned where it was not.
pub fn restore(controls: &Controls, bytes: &[u8]) -> bool {
    let Some(values) = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() == BYTES) else { return false };
    for (control, value) in Control::ALL.into_iter().zip(values.as_chunks::<4>().0) {
        controls.set(control, f32::from_le_bytes(*value));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_as_it_was_saved() {
        let before = Controls::default();
        before.set(Control::Mix, 12.5);
        before.set(Control::Decay, 7.25);
        let bytes = saved(&before);
        let after = Controls::default();
        assert!(restore(&after, &bytes));
        assert_eq!(Control::ALL.map(|control| after.get(control)), [12.5, 7.25, 6_500.0]);
        for wrong in [&bytes[1..], &bytes[..BYTES - 1], b"", &[0; BYTES], &[bytes.as_slice(), &[0]].concat()]
        {
            assert!(!restore(&after, wrong), "{wrong:?}");
        }
        assert_eq!(after.get(Control::Mix), 12.5);
    }
}
