//! A text as it reads once something is taken off it, with the place of each byte in the text it came from.

/// A text derived from another.
pub(crate) struct View {
    pub(crate) bytes: Vec<u8>,
    origin: Origin,
    /// Whether a hit takes along the letters and digits that touch it: they are of the same code.
    pub(crate) glued: bool,
}

enum Origin {
    /// Where each byte began and ended.
    Each(Vec<(u32, u32)>),
    /// Runs of base64, decoded: where each begins here, and there.
    Base64(Vec<(usize, usize)>),
}

impl View {
    /// A view that grows byte by byte.
    pub(crate) fn growing(glued: bool) -> Self {
        Self { bytes: Vec::new(), origin: Origin::Each(Vec::new()), glued }
    }

    /// A view of decoded runs of base64.
    pub(crate) fn decoded() -> Self {
        Self { bytes: Vec::new(), origin: Origin::Base64(Vec::new()), glued: true }
    }

    /// These bytes stood at `from..to`.
    pub(crate) fn push(&mut self, bytes: &[u8], from: usize, to: usize) {
        let Origin::Each(each) = &mut self.origin else { return };
        self.bytes.extend_from_slice(bytes);
        // A text of more than 4 GiB is refused long before it gets here.
        let place = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX));
        each.extend(std::iter::repeat_n(place, bytes.len()));
    }

    /// As one byte that stood at `at`.
    pub(crate) fn push_byte(&mut self, byte: u8, at: usize) {
        if let Origin::Each(each) = &mut self.origin {
            self.bytes.push(byte);
            let from = u32::try_from(at).unwrap_or(u32::MAX);
            each.push((from, from.saturating_add(1)));
        }
    }

    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
        if let Origin::Each(each) = &mut self.origin {
            each.reserve(bytes);
        }
    }

    /// What follows is decoded from the run of base64 at `from`.
    pub(crate) fn begin_run(&mut self, from: usize) {
        let here = self.bytes.len();
        if let Origin::Base64(runs) = &mut self.origin {
            runs.push((here, from));
        }
    }

    /// Where `start..end` of this view stands in the text it was derived from.
    pub(crate) fn back(&self, start: usize, end: usize) -> (usize, usize) {
        match &self.origin {
            Origin::Each(each) => {
                let first = each.get(start).map_or(0, |place| place.0 as usize);
                let last = end
                    .checked_sub(1)
                    .and_then(|last| each.get(last))
                    .map_or(first, |place| place.1 as usize);
                (first, last)
            }
            Origin::Base64(runs) => (sextet_of(runs, start).0, sextet_of(runs, end.saturating_sub(1)).1),
        }
    }

    /// Whether a hit may be as far apart in the text as it is here together: three signs in between at most.
    pub(crate) fn holds_together(&self, start: usize, end: usize) -> bool {
        let Origin::Each(each) = &self.origin else { return true };
        let places = each.get(start..end).unwrap_or_default();
        places.windows(2).all(|pair| pair[1].0.saturating_sub(pair[0].1) <= 3)
    }
}

/// The characters of base64 that the byte at `index` was made of, as a range in the text.
fn sextet_of(runs: &[(usize, usize)], index: usize) -> (usize, usize) {
    let run = runs.partition_point(|run| run.0 <= index).saturating_sub(1);
    let Some((here, there)) = runs.get(run).copied() else { return (0, 0) };
    let (group, byte) = ((index - here) / 3, (index - here) % 3);
    let first = there + 4 * group + byte;
    (first, first + 2)
}
