//! One instance, from its making to its end: activated, run on a thread of its own, deactivated.

use std::fs::File;
use std::path::Path;

use clack_extensions::state::PluginState;
use clack_host::prelude::*;

use crate::Failed;
use crate::host::{Host, MainThread, Shared};
use crate::sound::Sound;

/// Frames in a block.
const BLOCK: usize = 256;

pub(crate) fn render(plugin: &Path, input: &Path, output: &Path, state: Option<&Path>) -> Result<(), Failed> {
    let mut sound = Sound::read(input)?;
    let info = HostInfo::new("Clap Host", "Gatefold", "https://gatefold.example", "1.2")?;
    let entry = crate::entry::load(plugin)?;
    let factory = entry.get_plugin_factory().ok_or("no plug-ins in it")?;
    let id = factory.plugin_descriptors().find_map(|plugin| plugin.id()).ok_or("no plug-in in it")?;
    let mut instance = PluginInstance::<Host>::new(|_| Shared, |_| MainThread, &entry, id, &info)?;
    if let Some(path) = state.filter(|path| path.exists()) {
        let part: PluginState = instance.plugin_handle().get_extension().ok_or("it keeps no state")?;
        part.load(&instance.plugin_handle(), &mut File::open(path)?)?;
    }
    play(&mut instance, &mut sound)?;
    if let Some(path) = state.filter(|path| !path.exists()) {
        let part: PluginState = instance.plugin_handle().get_extension().ok_or("it keeps no state")?;
        part.save(&instance.plugin_handle(), &mut File::create(path)?)?;
    }
    sound.write(output)
}

/// The sound through the plug-in, in place.
fn play(instance: &mut PluginInstance<Host>, sound: &mut Sound) -> Result<(), Failed> {
    let configuration = PluginAudioConfiguration {
        sample_rate: f64::from(sound.rate_hz),
        min_frames_count: 1,
        max_frames_count: BLOCK as u32,
    };
    let audio = instance.activate(|_, _| (), configuration)?;
    let stopped = std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let mut audio = audio.start_processing().map_err(|error| error.to_string())?;
            let [left, right] = &mut sound.sides;
            for (left, right) in left.chunks_mut(BLOCK).zip(right.chunks_mut(BLOCK)) {
                block(&mut audio, [left, right]).map_err(|error| error.to_string())?;
            }
            Ok::<_, String>(audio.stop_processing())
        });
        thread.join().map_err(|_| "the audio thread panicked".to_owned())?
    })?;
    instance.deactivate(stopped);
    Ok(())
}

fn block(
    audio: &mut StartedPluginAudioProcessor<Host>,
    sides: [&mut [f32]; 2],
) -> Result<(), PluginInstanceError> {
    let mut heard = sides.each_ref().map(|side| side.to_vec());
    let (mut ports_in, mut ports_out) = (AudioPorts::with_capacity(2, 1), AudioPorts::with_capacity(2, 1));
    let input = ports_in.with_input_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_input_only(
            heard.iter_mut().map(|side| InputChannel::variable(&mut side[..])),
        ),
    }]);
    let mut output = ports_out.with_output_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_output_only(sides.into_iter()),
    }]);
    let nothing = InputEvents::empty();
    audio.process(&input, &mut output, &nothing, &mut OutputEvents::void(), None, None).map(|_| ())
}
