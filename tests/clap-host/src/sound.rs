//! Stereo sound in a file.

use std::path::Path;

use crate::Failed;

/// Left and right, at a rate in Hz.
pub(crate) struct Sound {
    pub(crate) rate_hz: u32,
    pub(crate) sides: [Vec<f32>; 2],
}

impl Sound {
    pub(crate) fn read(path: &Path) -> Result<Self, Failed> {
        let mut reader = hound::WavReader::open(path)?;
        let spec = reader.spec();
        if spec.channels != 2 || spec.sample_format != hound::SampleFormat::Float {
            return Err("a stereo file of floating point samples is wanted".into());
        }
        let mut sides = [Vec::new(), Vec::new()];
        for (at, sample) in reader.samples().enumerate() {
            sides[at % 2].push(sample?);
        }
        Ok(Self { rate_hz: spec.sample_rate, sides })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failed> {
        let sample_format = hound::SampleFormat::Float;
        let spec =
            hound::WavSpec { channels: 2, sample_rate: self.rate_hz, bits_per_sample: 32, sample_format };
        let mut writer = hound::WavWriter::create(path, spec)?;
        for (left, right) in self.sides[0].iter().zip(&self.sides[1]) {
            writer.write_sample(*left)?;
            writer.write_sample(*right)?;
        }
        Ok(writer.finalize()?)
    }
}
