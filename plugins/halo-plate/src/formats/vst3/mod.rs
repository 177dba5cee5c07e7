//! As a VST3: one object is component, processor and controller.

mod controller;
mod factory;
mod texts;

use std::cell::UnsafeCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use gatefold_plugin_sdk::Host;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComRef, uid};

use super::instance::{Instance, run};
use crate::controls::Control;
use crate::engine::Engine;
use crate::state;
use texts::{text_in, write_wide};

const CID: TUID = uid(0x9A4E6C1F, 0x2B7D4E58, 0x8C3F5A60, 0x71D2E894);
const NAME: &str = "Halo Plate";
/// After the three that are turned comes the one that says how the license stands.
const LICENSE: ParamID = 3;

struct Effect {
    /// From `initialize` on, which says in which host it is.
    instance: OnceLock<Instance>,
    rate_hz: AtomicU64,
    /// The audio thread's while it is active; made and dropped by the host's main thread while it is not.
    engine: UnsafeCell<Option<Engine>>,
}

impl Class for Effect {
    type Interfaces = (IComponent, IAudioProcessor, IEditController, IProcessContextRequirements);
}

impl Effect {
    fn new() -> Self {
        let rate_hz = AtomicU64::new(44_100_f64.to_bits());
        Self { instance: OnceLock::new(), rate_hz, engine: UnsafeCell::new(None) }
    }

    /// Of both interfaces that ask for it: a session keeps it once.
    ///
    /// # Safety
    /// `stream` is null or a host's stream, good during the call.
    unsafe fn load(&self, stream: *mut IBStream) -> tresult {
        // One more than ours has, to tell a longer one.
        let mut bytes = [0_u8; state::BYTES + 1];
        let mut length = 0;
        // SAFETY: the caller's promise; a stream writes as much as there is room for.
        unsafe {
            let Some(stream) = ComRef::from_raw(stream) else { return kInvalidArgument };
            while length < bytes.len() {
                let rest = &mut bytes[length..];
                let mut got = 0;
                stream.read(rest.as_mut_ptr().cast(), rest.len() as int32, &raw mut got);
                match usize::try_from(got) {
                    Ok(got @ 1..) if got <= rest.len() => length += got,
                    _ => break,
                }
            }
        }
        let Some(instance) = self.instance.get() else { return kNotInitialized };
        let Some(played) = state::restore(&instance.controls, &bytes[..length]) else { return kResultFalse };
        instance.access.session_loaded(played);
        kResultOk
    }
}

impl IPluginBaseTrait for Effect {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        let mut name: String128 = [0; 128];
        // SAFETY: a host gives itself, or null.
        unsafe {
            let host = ComRef::from_raw(context).and_then(|context| context.cast::<IHostApplication>());
            if let Some(host) = host {
                host.getName(&raw mut name);
            }
        }
        // The format gives no version of the host.
        self.instance.get_or_init(|| Instance::new(Host::new(&text_in(&name), "")));
        kResultOk
    }

    unsafe fn terminate(&self) -> tresult {
        kResultOk
    }
}

impl IComponentTrait for Effect {
    unsafe fn getControllerClassId(&self, _: *mut TUID) -> tresult {
        // It is its own.
        kNotImplemented
    }

    unsafe fn setIoMode(&self, _: IoMode) -> tresult {
        kResultOk
    }

    unsafe fn getBusCount(&self, media: MediaType, _: BusDirection) -> int32 {
        int32::from(media == MediaTypes_::kAudio as MediaType)
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        bus: *mut BusInfo,
    ) -> tresult {
        if media != MediaTypes_::kAudio as MediaType || index != 0 {
            return kInvalidArgument;
        }
        let name = if direction == BusDirections_::kInput as BusDirection { "Input" } else { "Output" };
        // SAFETY: the host gives room for one.
        unsafe {
            let bus = &mut *bus;
            bus.mediaType = media;
            bus.direction = direction;
            bus.channelCount = 2;
            write_wide(name, &mut bus.name);
            bus.busType = BusTypes_::kMain as BusType;
            bus.flags = BusInfo_::BusFlags_::kDefaultActive as uint32;
        }
        kResultOk
    }

    unsafe fn getRoutingInfo(&self, _: *mut RoutingInfo, _: *mut RoutingInfo) -> tresult {
        kNotImplemented
    }

    unsafe fn activateBus(&self, _: MediaType, _: BusDirection, _: int32, _: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setActive(&self, active: TBool) -> tresult {
        let Some(instance) = self.instance.get() else { return kNotInitialized };
        let engine = (active != 0).then(|| {
            instance.access.begin();
            let mut engine = Engine::new(f64::from_bits(self.rate_hz.load(Ordering::Relaxed)));
            engine.begin(&instance.controls, instance.access.plays());
            engine.clear();
            engine
        });
        // SAFETY: the format's promise: the main thread's, while no audio thread has it.
        let before = unsafe { (*self.engine.get()).take() };
        if before.is_some() {
            instance.access.end();
        }
        // SAFETY: as before.
        unsafe { *self.engine.get() = engine };
        kResultOk
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        // SAFETY: the format's promise.
        unsafe { self.load(state) }
    }

    unsafe fn getState(&self, stream: *mut IBStream) -> tresult {
        let Some(instance) = self.instance.get() else { return kNotInitialized };
        let mut bytes = state::saved(&instance.controls, instance.access.played());
        let mut written = 0;
        // SAFETY: a host gives a stream, which reads as much as it is told.
        unsafe {
            let Some(stream) = ComRef::from_raw(stream) else { return kInvalidArgument };
            stream.write(bytes.as_mut_ptr().cast(), bytes.len() as int32, &raw mut written);
        }
        if written == bytes.len() as int32 { kResultOk } else { kResultFalse }
    }
}

impl IAudioProcessorTrait for Effect {
    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        input_count: int32,
        outputs: *mut SpeakerArrangement,
        output_count: int32,
    ) -> tresult {
        if input_count != 1 || output_count != 1 {
            return kResultFalse;
        }
        // SAFETY: the host gives as many as it says.
        let both = unsafe { [*inputs, *outputs] };
        if both == [SpeakerArr::kStereo; 2] { kResultTrue } else { kResultFalse }
    }

    unsafe fn getBusArrangement(
        &self,
        _: BusDirection,
        index: int32,
        to: *mut SpeakerArrangement,
    ) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host gives room for one.
        unsafe { to.write(SpeakerArr::kStereo) };
        kResultOk
    }

    unsafe fn canProcessSampleSize(&self, size: int32) -> tresult {
        if size == SymbolicSampleSizes_::kSample32 as int32 { kResultTrue } else { kResultFalse }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        0
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        // SAFETY: the host gives one.
        let rate_hz = unsafe { (*setup).sampleRate };
        self.rate_hz.store(rate_hz.to_bits(), Ordering::Relaxed);
        kResultOk
    }

    unsafe fn setProcessing(&self, _: TBool) -> tresult {
        kResultOk
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: the format's promises: on the audio thread, while it is active; two sides in and out, of `numSamples`.
        unsafe {
            let data = &*data;
            let (Some(instance), Some(engine)) = (self.instance.get(), &mut *self.engine.get()) else {
                return kNotInitialized;
            };
            turn(instance, data.inputParameterChanges);
            // A host that only turns gives no buffers.
            let (Some(input), Some(output)) = (data.inputs.as_ref(), data.outputs.as_ref()) else {
                return kResultOk;
            };
            if input.numChannels != 2 || output.numChannels != 2 {
                return kResultOk;
            }
            let (input, output) = (input.__field0.channelBuffers32, output.__field0.channelBuffers32);
            if input.is_null() || output.is_null() {
                return kResultOk;
            }
            engine.begin(&instance.controls, instance.access.plays());
            let input = [*input, *input.add(1)].map(|side| side.cast_const());
            run(engine, input, [*output, *output.add(1)], usize::try_from(data.numSamples).unwrap_or(0));
        }
        kResultOk
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        let rate_hz = f64::from_bits(self.rate_hz.load(Ordering::Relaxed));
        let decay = self.instance.get().map_or(0.0, |instance| instance.controls.get(Control::Decay));
        (rate_hz * f64::from(decay)) as uint32
    }
}

/// Turns what the host turned, to its last value in this block.
///
/// # Safety
/// `changes` is null or a host's list, good during the call.
unsafe fn turn(instance: &Instance, changes: *mut IParameterChanges) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(changes) = ComRef::from_raw(changes) else { return };
        for at in 0..changes.getParameterCount() {
            let Some(queue) = ComRef::from_raw(changes.getParameterData(at)) else { continue };
            let (mut offset, mut part) = (0, 0.0);
            let last = queue.getPointCount() - 1;
            if last >= 0
                && queue.getPoint(last, &raw mut offset, &raw mut part) == kResultTrue
                && let Some(control) = Control::numbered(queue.getParameterId())
            {
                instance.controls.set(control, control.of_part(part));
            }
        }
    }
}

impl IProcessContextRequirementsTrait for Effect {
    unsafe fn getProcessContextRequirements(&self) -> uint32 {
        0
    }
}
