//! The reverb: what comes in is smeared by two all-pass filters a side, and goes round in four delay lines that feed each other
//! through an orthogonal matrix, each with a low pass (Stautner and Puckette 1982; Jot and Chaigne 1991). It refuses to
//! allocate once it is made.

/// Of the delay lines, in milliseconds: without a common divisor, so that echoes do not fall on each other.
const LINES_MS: [f64; 4] = [29.7, 37.1, 41.1, 43.7];
/// Of the all-pass filters, left and right.
const SMEARS_MS: [[f64; 2]; 2] = [[4.77, 3.59], [4.41, 3.83]];
const SMEAR: f32 = 0.7;
/// What is quieter is nothing: numbers so small are slow to work with.
const SILENCE: f32 = 1e-12;

fn audible(sample: f32) -> f32 {
    if sample.abs() < SILENCE { 0.0 } else { sample }
}

/// A plate of one sample rate.
pub struct Plate {
    smears: [[Smear; 2]; 2],
    lines: [Line; 4],
}

impl Plate {
    /// At a rate in Hz, which is taken to be between 8 and 768 kHz.
    pub fn new(rate_hz: f64) -> Self {
        let rate_hz = rate_hz.clamp(8_000.0, 768_000.0);
        let mut plate = Self {
            smears: SMEARS_MS.map(|side| side.map(|ms| Smear(Ring::new(ms, rate_hz)))),
            lines: LINES_MS.map(|ms| Line::new(ms, rate_hz)),
        };
        plate.tune(2.0, 6_000.0, rate_hz);
        plate
    }

    /// Sets how long it sounds, in seconds until it is 60 dB quieter, and from which frequency on it is dull.
    pub fn tune(&mut self, decay_s: f32, tone_hz: f32, rate_hz: f64) {
        let pole =
            (-std::f64::consts::TAU * f64::from(tone_hz) / rate_hz.clamp(8_000.0, 768_000.0)).exp() as f32;
        for (line, ms) in self.lines.iter_mut().zip(LINES_MS) {
            line.feed = 10_f32.powf(-3.0 * (ms / 1_000.0) as f32 / decay_s.max(0.05));
            line.pole = pole;
        }
    }

    /// Silence.
    pub fn clear(&mut self) {
        self.smears.iter_mut().flatten().for_each(|smear| smear.0.clear());
        self.lines.iter_mut().for_each(Line::clear);
    }

    /// One sample of each side in, the reverb of it out.
    pub fn next(&mut self, input: [f32; 2]) -> [f32; 2] {
        let mut smeared = input;
        for (sample, side) in smeared.iter_mut().zip(&mut self.smears) {
            *sample = side.iter_mut().fold(*sample, |sample, smear| smear.next(sample));
        }
        let [a, b, c, d] = [0, 1, 2, 3].map(|at: usize| self.lines[at].out());
        let (ab, cd, a_b, c_d) = (a + b, c + d, a - b, c - d);
        let mixed = [ab + cd, a_b + c_d, ab - cd, a_b - c_d].map(|sum| 0.5 * sum);
        for (at, line) in self.lines.iter_mut().enumerate() {
            line.put(smeared[at % 2] + line.feed * mixed[at]);
        }
        [0.5 * (a + c), 0.5 * (b + d)]
    }
}

/// A delay of fixed length.
struct Ring {
    samples: Box<[f32]>,
    at: usize,
}

impl Ring {
    fn new(ms: f64, rate_hz: f64) -> Self {
        let length = (ms * rate_hz / 1_000.0).round().max(1.0) as usize;
        Self { samples: vec![0.0; length].into_boxed_slice(), at: 0 }
    }

    /// What was put in a length ago.
    fn out(&self) -> f32 {
        self.samples[self.at]
    }

    fn put(&mut self, sample: f32) {
        self.samples[self.at] = audible(sample);
        self.at = if self.at + 1 == self.samples.len() { 0 } else { self.at + 1 };
    }

    fn clear(&mut self) {
        self.samples.fill(0.0);
    }
}

/// An all-pass filter: every frequency as loud as before, and later.
struct Smear(Ring);

impl Smear {
    fn next(&mut self, sample: f32) -> f32 {
        let before = self.0.out();
        let fed = sample + SMEAR * before;
        self.0.put(fed);
        before - SMEAR * fed
    }
}

/// A delay line whose end is dull.
struct Line {
    ring: Ring,
    /// How much of what comes out goes in again.
    feed: f32,
    /// Of the low pass.
    pole: f32,
    dull: f32,
}

impl Line {
    fn new(ms: f64, rate_hz: f64) -> Self {
        Self { ring: Ring::new(ms, rate_hz), feed: 0.0, pole: 0.0, dull: 0.0 }
    }

    fn out(&mut self) -> f32 {
        self.dull = audible((1.0 - self.pole) * self.ring.out() + self.pole * self.dull);
        self.dull
    }

    fn put(&mut self, sample: f32) {
        self.ring.put(sample);
    }

    fn clear(&mut self) {
        self.ring.clear();
        self.dull = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    /// The energy of each tenth of a second after one click on both sides.
    fn tenths(plate: &mut Plate, count: usize) -> Vec<f64> {
        let mut click = 1.0;
        let tenth = |plate: &mut Plate, click: &mut f32| {
            (0..4_800)
                .map(|_| {
                    let [left, right] = plate.next([*click, *click]);
                    *click = 0.0;
                    f64::from(left * left + right * right)
                })
                .sum::<f64>()
        };
        (0..count).map(|_| tenth(plate, &mut click)).collect()
    }

    #[test]
    fn it_sounds_as_long_as_it_is_tuned_to() {
        // Of longer ones the dull end takes the most.
        for decay_s in [0.5_f32, 1.0, 2.0] {
            let mut plate = Plate::new(RATE_HZ);
            plate.tune(decay_s, 20_000.0, RATE_HZ);
            let energy = tenths(&mut plate, 12);
            let db_a_second = 10.0 * (energy[11] / energy[1]).log10();
            let wanted = -60.0 / f64::from(decay_s);
            assert!(
                (db_a_second / wanted - 1.0).abs() < 0.3,
                "{decay_s} s: {db_a_second} dB, wanted {wanted}"
            );
        }
    }

    #[test]
    fn it_stays_bounded_and_ends_in_silence() {
        for rate_hz in [8_000.0, 44_100.0, 192_000.0] {
            let mut plate = Plate::new(rate_hz);
            plate.tune(20.0, 20_000.0, rate_hz);
            let loud = (0..200_000).map(|at| plate.next([if at % 2 == 0 { 1.0 } else { -1.0 }; 2]));
            let most = loud.flatten().fold(0.0_f32, |most, sample| most.max(sample.abs()));
            assert!(most.is_finite() && most < 100.0, "{rate_hz}: {most}");
            plate.tune(0.2, 2_000.0, rate_hz);
            let last = (0..2_000_000).map(|_| plate.next([0.0; 2])).last().unwrap();
            assert_eq!(last, [0.0; 2], "{rate_hz}");
        }
    }

    #[test]
    fn cleared_it_is_as_new() {
        let mut used = Plate::new(RATE_HZ);
        let fresh = tenths(&mut used, 3);
        used.clear();
        used.smears.iter_mut().flatten().for_each(|smear| smear.0.at = 0);
        used.lines.iter_mut().for_each(|line| line.ring.at = 0);
        assert_eq!(tenths(&mut used, 3), fresh);
    }
}
