//! An instance without its format: the plate, its controls and its license. What the formats share.

use crate::controls::{Control, Controls};
use crate::plate::Plate;

/// How long the reverb takes to come in, in seconds.
const FADE_S: f64 = 0.05;
/// What is louder goes into the reverb as loud as this: what has no end would go round for ever.
const LOUDEST: f32 = 1e6;

/// What works on the audio thread. It refuses to allocate, to lock and to call the system once it is made.
pub struct Engine {
    plate: Plate,
    rate_hz: f64,
    tuned: [f32; 2],
    wet: f32,
    /// The most that `wet` moves in a sample.
    step: f32,
    wanted: f32,
}

impl Engine {
    /// At a rate in Hz.
    pub fn new(rate_hz: f64) -> Self {
        let step = (1.0 / (FADE_S * rate_hz.max(1.0))) as f32;
        Self { plate: Plate::new(rate_hz), rate_hz, tuned: [0.0; 2], wet: 0.0, step, wanted: 0.0 }
    }

    /// Silence, and the mix at once where it should be.
    pub fn clear(&mut self) {
        self.plate.clear();
        self.wet = self.wanted;
    }

    /// Before a block: what is turned, and whether the reverb may be heard.
    pub fn begin(&mut self, controls: &Controls, plays: bool) {
        let tuning = [Control::Decay, Control::Tone].map(|control| controls.get(control));
        if self.tuned != tuning {
            self.tuned = tuning;
            self.plate.tune(tuning[0], tuning[1], self.rate_hz);
        }
        self.wanted = if plays { controls.get(Control::Mix) / 100.0 } else { 0.0 };
    }

    /// One sample of each side. What may not be heard leaves the sound as it came.
    pub fn next(&mut self, input: [f32; 2]) -> [f32; 2] {
        self.wet += (self.wanted - self.wet).clamp(-self.step, self.step);
        // A host's sample that is no number would go round for ever.
        let heard = input.map(|sample| if sample.is_finite() { sample } else { 0.0 });
        let reverb = self.plate.next(heard.map(|sample| sample.clamp(-LOUDEST, LOUDEST)));
        [0, 1].map(|side: usize| (1.0 - self.wet) * heard[side] + self.wet * reverb[side])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(engine: &mut Engine, controls: &Controls, plays: bool, input: &[f32]) -> Vec<f32> {
        let block = |engine: &mut Engine, block: &[f32]| {
            engine.begin(controls, plays);
            block.iter().map(|sample| engine.next([*sample; 2])[0]).collect::<Vec<_>>()
        };
        input.chunks(64).flat_map(|samples| block(engine, samples)).collect()
    }

    #[test]
    fn unlicensed_the_sound_is_as_it_came() {
        let mut engine = Engine::new(44_100.0);
        let sound: Vec<f32> = (0..5_000).map(|at| (at as f32 * 0.05).sin()).collect();
        assert_eq!(heard(&mut engine, &Controls::default(), false, &sound), sound);
    }

    #[test]
    fn licensed_a_click_is_followed_by_its_reverb() {
        let mut engine = Engine::new(44_100.0);
        let mut click = vec![0.0; 44_100];
        click[4_410] = 1.0;
        let out = heard(&mut engine, &Controls::default(), true, &click);
        let tail: f32 = out[8_820..].iter().map(|sample| sample * sample).sum();
        assert!(tail > 1e-4, "{tail}");
    }

    #[test]
    fn a_license_that_appears_comes_in_without_a_click() {
        let mut engine = Engine::new(44_100.0);
        let sound = vec![0.5; 20_000];
        heard(&mut engine, &Controls::default(), false, &sound);
        let out = heard(&mut engine, &Controls::default(), true, &sound);
        let steps = out.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        assert!(steps.fold(0.0, f32::max) < 0.05);
        assert!(out.iter().any(|sample| (sample - 0.5).abs() > 0.01), "it came in");
    }

    #[test]
    fn what_is_no_number_is_silence() {
        for strange in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN] {
            let mut engine = Engine::new(48_000.0);
            let mut input = vec![strange; 20];
            input.resize(480_000, 0.0);
            let out = heard(&mut engine, &Controls::default(), true, &input);
            assert!(out.iter().all(|sample| sample.is_finite()), "{strange}");
            // Whatever it was, the reverb of it ends.
            assert!(out[470_000..].iter().all(|sample| sample.abs() < 1.0), "{strange}");
        }
    }
}
