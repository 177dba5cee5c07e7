//! What can be turned: mix, decay and tone. The same three in every format, by the same numbers.

use std::sync::atomic::{AtomicU32, Ordering};

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// How much of the sound is reverb, in percent.
    Mix,
    /// How long it sounds, in seconds until it is 60 dB quieter.
    Decay,
    /// From which frequency on it is dull, in Hz.
    Tone,
}

/// How a control is shown.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// What it is called.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// The least.
    pub min: f32,
    /// The most.
    pub max: f32,
    /// Before it is touched.
    pub default: f32,
}

impl Control {
    /// All, by their numbers.
    pub const ALL: [Self; 3] = [Self::Mix, Self::Decay, Self::Tone];

    /// By its number.
    pub fn numbered(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// How it is shown.
    pub const fn range(self) -> Range {
        match self {
            Self::Mix => Range { name: "Mix", unit: "%", min: 0.0, max: 100.0, default: 35.0 },
            Self::Decay => Range { name: "Decay", unit: "s", min: 0.2, max: 20.0, default: 2.4 },
            Self::Tone => Range { name: "Tone", unit: "Hz", min: 1_000.0, max: 20_000.0, default: 6_500.0 },
        }
    }

    /// A value as people read it.
    pub fn text(self, value: f32) -> String {
        match self {
            Self::Mix => format!("{value:.0} %"),
            Self::Decay => format!("{value:.1} s"),
            Self::Tone => format!("{:.1} kHz", value / 1_000.0),
        }
    }

    /// What somebody typed, with or without its unit. Thousands of Hz may be said as kHz.
    pub fn read(self, text: &str) -> Option<f32> {
        let text = text.trim().to_ascii_lowercase();
        let end =
            text.find(|letter: char| letter.is_ascii_alphabetic() || letter == '%').unwrap_or(text.len());
        let value: f32 = text[..end].trim().parse().ok()?;
        let factor = if self == Self::Tone && text[end..].starts_with('k') { 1_000.0 } else { 1.0 };
        Some(self.within(value * factor)).filter(|value| value.is_finite())
    }

    /// A value between the least and the most; what is no number is the default.
    pub fn within(self, value: f32) -> f32 {
        let range = self.range();
        if value.is_nan() { range.default } else { value.clamp(range.min, range.max) }
    }

    /// Where between the least and the most a value lies, from 0 to 1.
    pub fn to_part(self, value: f32) -> f64 {
        let range = self.range();
        f64::from((self.within(value) - range.min) / (range.max - range.min))
    }

    /// The value at a part of the way.
    pub fn of_part(self, part: f64) -> f32 {
        let range = self.range();
        self.within(range.min + part as f32 * (range.max - range.min))
    }
}

/// The values of one instance, which any thread may read and turn.
pub struct Controls([AtomicU32; 3]);

impl Default for Controls {
    fn default() -> Self {
        Self(Control::ALL.map(|control| AtomicU32::new(control.range().default.to_bits())))
    }
}

impl Controls {
    /// The value now.
    pub fn get(&self, control: Control) -> f32 {
        f32::from_bits(self.0[control as usize].load(Ordering::Relaxed))
    }

    /// Turns it, as far as it goes.
    pub fn set(&self, control: Control, value: f32) {
        self.0[control as usize].store(control.within(value).to_bits(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_typed() {
        for control in Control::ALL {
            let range = control.range();
            for value in [range.min, range.default, range.max] {
                let read = control.read(&control.text(value)).unwrap();
                assert!((read - value).abs() <= 0.01 * value.max(1.0), "{control:?}: {value} as {read}");
            }
        }
        assert_eq!(Control::Tone.read("2.5k"), Some(2_500.0));
        assert_eq!(Control::Mix.read("250"), Some(100.0));
        assert_eq!(Control::Mix.read("loud"), None);
    }

    #[test]
    fn a_value_stays_within_its_range() {
        let controls = Controls::default();
        for value in [f32::NAN, f32::INFINITY, -1e30, 0.0] {
            for control in Control::ALL {
                controls.set(control, value);
                let range = control.range();
                assert!((range.min..=range.max).contains(&controls.get(control)), "{control:?}: {value}");
            }
        }
        for control in Control::ALL {
            assert!((control.to_part(control.of_part(0.25)) - 0.25).abs() < 1e-6);
        }
    }
}
