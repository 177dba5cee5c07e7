//! As an LV2. Its ports are those of `halo-plate.ttl`, by their numbers.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use gatefold_plugin_sdk::Host;

mod extensions;

use extensions::{Features, Log, Looking, Marks};

use super::instance::{Instance, run};
use crate::controls::Control;
use crate::engine::Engine;

const URI: &CStr = c"https://sleeve.example/plug-ins/halo-plate";
/// Left and right in, left and right out, then what is turned, then how the license stands.
const PORTS: usize = 8;
const INPUT: usize = 0;
const OUTPUT: usize = 2;
const TURNED: usize = 4;
const LICENSE: usize = 7;

/// `LV2_Descriptor`, of lv2.h.
#[repr(C)]
struct Descriptor {
    uri: *const c_char,
    instantiate: unsafe extern "C" fn(*const Self, f64, *const c_char, Features) -> *mut Plugin,
    connect_port: unsafe extern "C" fn(*mut Plugin, u32, *mut c_void),
    activate: unsafe extern "C" fn(*mut Plugin),
    run: unsafe extern "C" fn(*mut Plugin, u32),
    deactivate: unsafe extern "C" fn(*mut Plugin),
    cleanup: unsafe extern "C" fn(*mut Plugin),
    extension_data: unsafe extern "C" fn(*const c_char) -> *const c_void,
}

// SAFETY: texts and functions of the program itself, which nobody writes to.
unsafe impl Sync for Descriptor {}

static DESCRIPTOR: Descriptor = Descriptor {
    uri: URI.as_ptr(),
    instantiate,
    connect_port,
    activate,
    run: run_block,
    deactivate,
    cleanup,
    extension_data,
};

/// What the host looks for.
#[unsafe(no_mangle)]
extern "C" fn lv2_descriptor(index: u32) -> *const c_void {
    if index == 0 { ptr::from_ref(&DESCRIPTOR).cast() } else { ptr::null() }
}

/// One instance. The host frees it by `cleanup`.
struct Plugin {
    instance: Instance,
    engine: Engine,
    ports: [*mut f32; PORTS],
    /// How a session is told that it is one that was saved, where the host keeps more than the ports.
    marks: Option<Marks>,
    /// How a license that is installed meanwhile is noticed, where the host does work beside the audio thread.
    looking: Option<Looking>,
}

unsafe extern "C" fn instantiate(
    _: *const Descriptor,
    rate_hz: f64,
    _: *const c_char,
    features: Features,
) -> *mut Plugin {
    // The format does not say in which host it is: the program's own name does.
    let program = std::env::current_exe().unwrap_or_default();
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let instance = Instance::new(Host::new(&name, ""));
    // SAFETY: the host's list of features, and they outlive the instance.
    let (marks, looking, log) =
        unsafe { (Marks::of(features), Looking::of(features, rate_hz), Log::of(features)) };
    if let (false, Some(log)) = (instance.access.plays(), log) {
        log.say(&format!("Halo Plate: {}", instance.access.words()));
    }
    let engine = Engine::new(rate_hz);
    Box::into_raw(Box::new(Plugin { instance, engine, ports: [ptr::null_mut(); PORTS], marks, looking }))
}

unsafe extern "C" fn connect_port(plugin: *mut Plugin, port: u32, to: *mut c_void) {
    // SAFETY: one that `instantiate` made, and nobody runs it meanwhile; the host gives room for what the port is of.
    let ports = unsafe { &mut (*plugin).ports };
    if let Some(place) = ports.get_mut(port as usize) {
        *place = to.cast();
    }
}

unsafe extern "C" fn activate(plugin: *mut Plugin) {
    // SAFETY: one that `instantiate` made, while nobody runs it.
    let (instance, engine) = unsafe { (&(*plugin).instance, &mut (*plugin).engine) };
    instance.access.begin();
    engine.begin(&instance.controls, instance.access.plays());
    engine.clear();
}

unsafe extern "C" fn run_block(plugin: *mut Plugin, frames: u32) {
    // SAFETY: one that `instantiate` made, on the one thread that runs it; the host connected the ports that it has. Another
    // thread may look at what all share meanwhile, so the whole is not borrowed.
    unsafe {
        let (instance, ports) = (&(*plugin).instance, &(*plugin).ports);
        let (engine, looking) = (&mut (*plugin).engine, &mut (*plugin).looking);
        if let Some(looking) = looking {
            looking.after(frames);
        }
        for (control, port) in Control::ALL.into_iter().zip(&ports[TURNED..]) {
            if let Some(value) = port.as_ref() {
                instance.controls.set(control, *value);
            }
        }
        let plays = instance.access.plays();
        if let Some(told) = ports[LICENSE].as_mut() {
            *told = f32::from(u8::from(plays));
        }
        if ports[INPUT..TURNED].iter().any(|port| port.is_null()) {
            return;
        }
        engine.begin(&instance.controls, plays);
        let input = [ports[INPUT], ports[INPUT + 1]].map(|side| side.cast_const());
        run(engine, input, [ports[OUTPUT], ports[OUTPUT + 1]], frames as usize);
    }
}

unsafe extern "C" fn deactivate(plugin: *mut Plugin) {
    // SAFETY: one that `instantiate` made.
    unsafe { &(*plugin).instance }.access.end();
}

unsafe extern "C" fn cleanup(plugin: *mut Plugin) {
    // SAFETY: made by `instantiate`, and the last call for it.
    drop(unsafe { Box::from_raw(plugin) });
}

unsafe extern "C" fn extension_data(uri: *const c_char) -> *const c_void {
    // SAFETY: a host gives a text.
    let uri = unsafe { CStr::from_ptr(uri) };
    extensions::offered(uri)
}
