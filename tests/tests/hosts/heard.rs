//! A sound, and what is heard of it: a tenth of a second of tone in each second, so that whatever a plug-in adds is heard in the
//! silence between. Nothing here minds how late a host plays.

use std::path::Path;

/// Of the files that hosts are given: low, for one of them writes each sample by itself.
const RATE_HZ: u32 = 16_000;
const SECONDS: u32 = 2;
/// The parts of a second that are looked at: one of them lies wholly within each burst.
const PARTS: usize = 20;
/// As loud as the bursts are, left and right, in dB.
const BURSTS_DB: [f64; 2] = [-9.0, -15.0];
/// What is quieter is silence, in dB.
const SILENCE_DB: f64 = -70.0;

/// What somebody hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// As it came: bursts, and nothing between.
    AsItCame,
    /// Something comes after each burst.
    Effect,
}

/// How a plug-in sounds where it plays.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sounds {
    /// Between bursts it never falls silent.
    Reverb,
    /// Between bursts they are heard again, and again.
    Echo,
}

/// Left and right.
pub(crate) struct Sound {
    rate_hz: u32,
    sides: [Vec<f32>; 2],
}

impl Sound {
    /// What every host plays.
    pub(crate) fn bursts() -> Self {
        let second = |side: f32| {
            (0..RATE_HZ).map(move |at| {
                let turns = 440.0 * at as f32 / RATE_HZ as f32;
                if at < RATE_HZ / 10 { side * (std::f32::consts::TAU * turns).sin() } else { 0.0 }
            })
        };
        let sides = [0.5, 0.25].map(|side| (0..SECONDS).flat_map(|_| second(side)).collect());
        Self { rate_hz: RATE_HZ, sides }
    }

    /// As a WAV file, and as plain samples in `bursts.raw` beside it.
    pub(crate) fn write(&self, dir: &Path) {
        let sample_format = hound::SampleFormat::Float;
        let spec = hound::WavSpec { channels: 2, sample_rate: RATE_HZ, bits_per_sample: 32, sample_format };
        let mut wav = hound::WavWriter::create(dir.join("bursts.wav"), spec).unwrap();
        let mut raw = Vec::new();
        for sample in self.sides[0].iter().zip(&self.sides[1]).flat_map(|(left, right)| [*left, *right]) {
            wav.write_sample(sample).unwrap();
            raw.extend(sample.to_le_bytes());
        }
        wav.finalize().unwrap();
        std::fs::write(dir.join("bursts.raw"), raw).unwrap();
    }

    /// Of a WAV file with both sides, or of plain samples.
    pub(crate) fn read(path: &Path) -> Self {
        let (rate_hz, samples) = if path.extension().is_some_and(|ending| ending == "wav") {
            wav(path)
        } else {
            let bytes = std::fs::read(path).unwrap();
            (RATE_HZ, bytes.as_chunks::<4>().0.iter().map(|sample| f32::from_le_bytes(*sample)).collect())
        };
        let sides = [0, 1].map(|side| samples.iter().copied().skip(side).step_by(2).collect());
        Self { rate_hz, sides }
    }

    /// Of two WAV files with a side each.
    pub(crate) fn read_sides(left: &Path, right: &Path) -> Self {
        let [(rate_hz, left), (_, right)] = [left, right].map(wav);
        Self { rate_hz, sides: [left, right] }
    }

    /// Whether each sample is a number.
    pub(crate) fn is_sound(&self) -> bool {
        self.sides.iter().flatten().all(|sample| sample.is_finite())
    }

    /// Checks what is heard of a plug-in.
    pub(crate) fn check(&self, what: &str, plays: Sounds, expect: Heard) {
        let second = self.rate_hz as usize;
        for (side, samples) in self.sides.iter().enumerate() {
            let last = samples.len().checked_sub(second).unwrap_or_else(|| panic!("{what}: too short"));
            let levels: Vec<f64> = samples[last..].chunks_exact(second / PARTS).map(level_db).collect();
            let sounding = levels.iter().filter(|level| **level > SILENCE_DB).count();
            let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (of_twenty, off_db) = match (expect, plays) {
                // Wherever the windows begin, a burst is heard in two of them or three.
                (Heard::AsItCame, _) => (2..=3, 0.1),
                (Heard::Effect, Sounds::Reverb) => (20..=20, 6.0),
                (Heard::Effect, Sounds::Echo) => (6..=12, 6.0),
            };
            assert!(of_twenty.contains(&sounding), "{what}: {sounding} of 20 sound: {levels:.1?}");
            let off = (loudest - BURSTS_DB[side]).abs();
            assert!(off <= off_db, "{what}: {loudest:.1} dB on side {side}");
        }
    }
}

/// The rate, and all samples in turn.
fn wav(path: &Path) -> (u32, Vec<f32>) {
    let reader = hound::WavReader::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (reader.spec().sample_rate, reader.into_samples().map(Result::unwrap).collect())
}

fn level_db(samples: &[f32]) -> f64 {
    let power: f64 =
        samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * power.log10()
}

#[test]
fn the_bursts_are_heard_as_they_came() {
    let dir = tempfile::tempdir().unwrap();
    Sound::bursts().write(dir.path());
    for name in ["bursts.wav", "bursts.raw"] {
        Sound::read(&dir.path().join(name)).check(name, Sounds::Reverb, Heard::AsItCame);
    }
}
