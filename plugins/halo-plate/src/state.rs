//! What a session keeps of an instance: its controls, and whether it was played.

use crate::controls::{Control, Controls};

const MAGIC: [u8; 5] = *b"HALO1";
/// The length of what is kept, in bytes.
pub const BYTES: usize = MAGIC.len() + 1 + 4 * Control::ALL.len();

/// What is kept of these controls, and of whether the session was played.
pub fn saved(controls: &Controls, played: bool) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let (magic, rest) = bytes.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    let (mark, values) = rest.split_at_mut(1);
    mark[0] = u8::from(played);
    for (control, place) in Control::ALL.into_iter().zip(values.chunks_exact_mut(4)) {
        place.copy_from_slice(&controls.get(control).to_le_bytes());
    }
    bytes
}

/// Turns the controls as they were kept. Whether the session was played; nothing is turned, and nothing said, where that is not
/// ours.
pub fn restore(controls: &Controls, bytes: &[u8]) -> Option<bool> {
    let rest = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() == BYTES)?;
    let (mark, values) = rest.split_first()?;
    let played = match mark {
        0 => false,
        1 => true,
        _ => return None,
    };
    for (control, value) in Control::ALL.into_iter().zip(values.as_chunks::<4>().0) {
        controls.set(control, f32::from_le_bytes(*value));
    }
    Some(played)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_as_it_was_saved() {
        let before = Controls::default();
        before.set(Control::Mix, 12.5);
        before.set(Control::Decay, 7.25);
        for played in [false, true] {
            let after = Controls::default();
            assert_eq!(restore(&after, &saved(&before, played)), Some(played));
            assert_eq!(Control::ALL.map(|control| after.get(control)), [12.5, 7.25, 6_500.0]);
        }
        let (bytes, after) = (saved(&before, true), Controls::default());
        let mut strange = bytes;
        strange[MAGIC.len()] = 2;
        let longer = [bytes.as_slice(), &[0]].concat();
        for wrong in [&bytes[1..], &bytes[..BYTES - 1], b"", &[0; BYTES], &longer, &strange] {
            assert_eq!(restore(&after, wrong), None, "{wrong:?}");
        }
        assert_eq!(after.get(Control::Mix), Control::Mix.range().default);
    }
}
