//! The audio callback of each format, called as a host calls it: it allocates nothing, and the system is not asked for anything,
//! also while other threads look at the license that it goes by.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::path::PathBuf;
use std::process::Command;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_value,
    clap_input_events,
};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, clap_process};
use clap_sys::version::CLAP_VERSION;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{ComPtr, Interface as _};

use super::instance::Instance;

const FRAMES: usize = 64;
const BLOCKS: usize = 2_000;
const RATE_HZ: f64 = 48_000.0;

/// The system's, with a count of what a thread asks of it in its callback.
struct Counting;

thread_local! {
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

fn note() {
    if IN_CALLBACK.get() {
        ASKED.set(ASKED.get() + 1);
    }
}

// SAFETY: the system's allocator does the work; the count touches two cells of this thread, which allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        note();
        // SAFETY: as before.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often an allocator is asked while the callback runs block by block; the trace finds the loop by the paths before and after it.
fn callback(format: &str, mut block: impl FnMut()) -> usize {
    let mark =
        |word: &str| assert!(PathBuf::from(format!("/no-such-folder/{format}-{word}")).metadata().is_err());
    mark("begins");
    IN_CALLBACK.set(true);
    (0..BLOCKS).for_each(|_| block());
    IN_CALLBACK.set(false);
    mark("ends");
    ASKED.take()
}

/// Two sides in and out.
struct Sound {
    input: [[f32; FRAMES]; 2],
    output: [[f32; FRAMES]; 2],
}

impl Sound {
    fn new() -> Self {
        let wave = |at: usize| (at as f32 * 0.1).sin();
        Self { input: [std::array::from_fn(wave); 2], output: [[0.0; FRAMES]; 2] }
    }

    fn pointers(&mut self) -> [[*mut f32; 2]; 2] {
        [&mut self.input, &mut self.output].map(|sides| sides.each_mut().map(|side| side.as_mut_ptr()))
    }
}

unsafe extern "C" {
    static clap_entry: clap_plugin_entry;
    fn lv2_descriptor(index: u32) -> *const Descriptor;
}
unsafe extern "system" {
    fn GetPluginFactory() -> *mut IPluginFactory;
}

/// `LV2_Descriptor`, of lv2.h.
#[repr(C)]
struct Descriptor {
    uri: *const c_char,
    instantiate: unsafe extern "C" fn(*const Self, f64, *const c_char, *const c_void) -> *mut c_void,
    connect_port: unsafe extern "C" fn(*mut c_void, u32, *mut c_void),
    activate: unsafe extern "C" fn(*mut c_void),
    run: unsafe extern "C" fn(*mut c_void, u32),
    deactivate: unsafe extern "C" fn(*mut c_void),
    cleanup: unsafe extern "C" fn(*mut c_void),
}

fn as_lv2() -> usize {
    let mut sound = Sound::new();
    let [input, output] = sound.pointers();
    let mut controls = [35.0_f32, 2.0, 6_000.0, 0.0];
    // SAFETY: the calls of a host, in their order; what is connected outlives the instance.
    unsafe {
        let lv2 = &*lv2_descriptor(0);
        let plugin = (lv2.instantiate)(lv2, RATE_HZ, c"".as_ptr(), null());
        for (port, side) in (0..).zip(input.into_iter().chain(output)) {
            (lv2.connect_port)(plugin, port, side.cast());
        }
        for (port, control) in (4..).zip(&mut controls) {
            (lv2.connect_port)(plugin, port, (&raw mut *control).cast());
        }
        (lv2.activate)(plugin);
        let mut turns = 0.0;
        let asked = callback("lv2", || {
            turns += 1.0;
            (&raw mut controls[1]).write(1.0 + turns % 5.0);
            (lv2.run)(plugin, FRAMES as u32);
        });
        (lv2.deactivate)(plugin);
        (lv2.cleanup)(plugin);
        asked
    }
}

unsafe extern "C" fn nothing(_: *const clap_host, _: *const c_char) -> *const c_void {
    null()
}
unsafe extern "C" fn no_request(_: *const clap_host) {}

unsafe extern "C" fn one_event(_: *const clap_input_events) -> u32 {
    1
}
unsafe extern "C" fn that_event(list: *const clap_input_events, _: u32) -> *const clap_event_header {
    // SAFETY: `as_clap` put an event there.
    unsafe { (*list).ctx.cast() }
}

fn as_clap() -> usize {
    let host = clap_host {
        clap_version: CLAP_VERSION,
        host_data: null_mut(),
        name: c"Callback".as_ptr(),
        vendor: c"".as_ptr(),
        url: c"".as_ptr(),
        version: c"1".as_ptr(),
        get_extension: Some(nothing),
        request_restart: Some(no_request),
        request_process: Some(no_request),
        request_callback: Some(no_request),
    };
    let mut sound = Sound::new();
    let [mut input, mut output] = sound.pointers();
    let buffer = |sides: &mut [*mut f32; 2]| clap_audio_buffer {
        data32: sides.as_mut_ptr(),
        data64: null_mut(),
        channel_count: 2,
        latency: 0,
        constant_mask: 0,
    };
    let (input, mut output) = (buffer(&mut input), buffer(&mut output));
    let mut event = clap_event_param_value {
        header: clap_event_header {
            size: size_of::<clap_event_param_value>() as u32,
            time: 0,
            space_id: CLAP_CORE_EVENT_SPACE_ID,
            type_: CLAP_EVENT_PARAM_VALUE,
            flags: 0,
        },
        param_id: 1,
        cookie: null_mut(),
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value: 1.0,
    };
    let events =
        clap_input_events { ctx: (&raw mut event).cast(), size: Some(one_event), get: Some(that_event) };
    let process = clap_process {
        steady_time: 0,
        frames_count: FRAMES as u32,
        transport: null(),
        audio_inputs: &raw const input,
        audio_outputs: &raw mut output,
        audio_inputs_count: 1,
        audio_outputs_count: 1,
        in_events: &raw const events,
        out_events: null(),
    };
    // SAFETY: the calls of a host, in their order; what is handed in outlives the instance.
    unsafe {
        let entry = &clap_entry;
        assert!(entry.init.unwrap()(c"".as_ptr()));
        let factory =
            entry.get_factory.unwrap()(CLAP_PLUGIN_FACTORY_ID.as_ptr()).cast::<clap_plugin_factory>();
        let id = CStr::from_ptr((*(*factory).get_plugin_descriptor.unwrap()(factory, 0)).id);
        let plugin = (*factory).create_plugin.unwrap()(factory, &raw const host, id.as_ptr());
        assert!((*plugin).init.unwrap()(plugin));
        assert!((*plugin).activate.unwrap()(plugin, RATE_HZ, 1, FRAMES as u32));
        assert!((*plugin).start_processing.unwrap()(plugin));
        let call = (*plugin).process.unwrap();
        let mut went_well = true;
        let asked =
            callback("clap", || went_well &= call(plugin, &raw const process) == CLAP_PROCESS_CONTINUE);
        assert!(went_well);
        (*plugin).stop_processing.unwrap()(plugin);
        (*plugin).deactivate.unwrap()(plugin);
        (*plugin).destroy.unwrap()(plugin);
        asked
    }
}

fn as_vst3() -> usize {
    let mut sound = Sound::new();
    let [mut input, mut output] = sound.pointers();
    let buffers = |sides: &mut [*mut f32; 2]| AudioBusBuffers {
        numChannels: 2,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 { channelBuffers32: sides.as_mut_ptr() },
    };
    let (mut input, mut output) = (buffers(&mut input), buffers(&mut output));
    let mut data = ProcessData {
        processMode: 0,
        symbolicSampleSize: 0,
        numSamples: FRAMES as int32,
        numInputs: 1,
        numOutputs: 1,
        inputs: &raw mut input,
        outputs: &raw mut output,
        inputParameterChanges: null_mut(),
        outputParameterChanges: null_mut(),
        inputEvents: null_mut(),
        outputEvents: null_mut(),
        processContext: null_mut(),
    };
    let mut setup = ProcessSetup {
        processMode: 0,
        symbolicSampleSize: 0,
        maxSamplesPerBlock: FRAMES as int32,
        sampleRate: RATE_HZ,
    };
    // SAFETY: the calls of a host, in their order; what is handed in outlives the instance.
    unsafe {
        let factory = ComPtr::from_raw(GetPluginFactory()).unwrap();
        let mut class = std::mem::zeroed::<PClassInfo>();
        assert_eq!(factory.getClassInfo(0, &raw mut class), kResultOk);
        let mut made = null_mut();
        let interface = IComponent::IID;
        let result = factory.createInstance(class.cid.as_ptr(), interface.as_ptr().cast(), &raw mut made);
        assert_eq!(result, kResultOk);
        let component = ComPtr::from_raw(made.cast::<IComponent>()).unwrap();
        assert_eq!(component.initialize(null_mut()), kResultOk);
        let processor = component.cast::<IAudioProcessor>().unwrap();
        assert_eq!(processor.setupProcessing(&raw mut setup), kResultOk);
        assert_eq!(component.setActive(1), kResultOk);
        let mut went_well = true;
        let asked = callback("vst3", || went_well &= processor.process(&raw mut data) == kResultOk);
        assert!(went_well);
        assert_eq!(component.setActive(0), kResultOk);
        assert_eq!(component.terminate(), kResultOk);
        asked
    }
}

/// Runs a format's callback, and says how often it asked the allocator.
type Run = fn() -> usize;

const FORMATS: [(&str, Run); 3] = [("lv2", as_lv2), ("clap", as_clap), ("vst3", as_vst3)];

#[test]
fn no_format_allocates_in_its_callback() {
    let kept = Cell::new(Vec::new());
    assert_eq!(
        callback("counted", || drop(kept.replace(vec![1]))),
        2 * BLOCKS - 1,
        "what allocates is counted"
    );
    for (format, run) in FORMATS {
        assert_eq!(run(), 0, "{format}");
    }
}

/// Run by the test below, under a trace: meanwhile two threads look at the license again and again, so that a lock that the
/// callback took would make it wait, which asks the system.
#[test]
#[ignore = "run by `no_format_asks_the_system_in_its_callback`"]
fn under_a_trace() {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let instance = Instance::new(gatefold_plugin_sdk::Host::default());
                while !done.load(Ordering::Relaxed) {
                    instance.access.look();
                }
            });
        }
        for (_, run) in FORMATS {
            run();
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn no_format_asks_the_system_in_its_callback() {
    if !Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no strace here");
        return;
    }
    let log = std::env::temp_dir().join(format!("halo-plate-trace-{}", std::process::id()));
    let name = "formats::callback_tests::under_a_trace";
    let output = Command::new("strace")
        .args(["-f", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--test-threads=1"])
        .env("XDG_DATA_HOME", "/nonexistent")
        .output()
        .unwrap();
    let text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(&log).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (format, _) in FORMATS {
        let [begins, ends] = ["begins", "ends"].map(|word| {
            let mark = format!("/no-such-folder/{format}-{word}\"");
            let at = text.lines().position(|line| line.contains(&mark));
            at.unwrap_or_else(|| panic!("{format} {word} is not in the trace"))
        });
        let thread = |line: &str| line.split_whitespace().next().map(str::to_owned);
        let lines: Vec<&str> = text.lines().collect();
        let audio = thread(lines[begins]);
        let own = |line: &&&str| thread(line) == audio && !line.contains("resumed>") && !line.contains("---");
        let asked: Vec<&&str> = lines[begins + 1..ends].iter().filter(own).collect();
        assert_eq!(asked, Vec::<&&str>::new(), "{format}");
    }
    let others = text.lines().filter(|line| line.contains("/licenses")).count();
    assert!(others > 100, "the others looked {others} times");
}
