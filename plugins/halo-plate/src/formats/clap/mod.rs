//! As a CLAP.

mod params;
mod state;

use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_value,
    clap_input_events,
};
use clap_sys::ext::audio_ports::{
    CLAP_AUDIO_PORT_IS_MAIN, CLAP_EXT_AUDIO_PORTS, CLAP_PORT_STEREO, clap_audio_port_info,
    clap_plugin_audio_ports,
};
use clap_sys::ext::log::{CLAP_EXT_LOG, CLAP_LOG_INFO, clap_host_log};
use clap_sys::ext::params::CLAP_EXT_PARAMS;
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::timer_support::{
    CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support, clap_plugin_timer_support,
};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::id::{CLAP_INVALID_ID, clap_id};
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::plugin_features::{
    CLAP_PLUGIN_FEATURE_AUDIO_EFFECT, CLAP_PLUGIN_FEATURE_REVERB, CLAP_PLUGIN_FEATURE_STEREO,
};
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::version::CLAP_VERSION;
use gatefold_plugin_sdk::Host;

use super::instance::{Instance, run, text_of, write_text};
use crate::controls::Control;
use crate::engine::Engine;

const ID: &CStr = c"com.gatefold.halo-plate";
/// A license that is installed meanwhile is heard after so long, where the host has timers.
const LOOK_EVERY_MS: u32 = 2_000;
/// What the host looks for.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, unreachable_pub, reason = "the format's own name, which the host looks for")]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init_library),
    deinit: Some(deinit_library),
    get_factory: Some(get_factory),
};

unsafe extern "C" fn init_library(_: *const c_char) -> bool {
    true
}

unsafe extern "C" fn deinit_library() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: a host gives a text.
    let is_ours = !id.is_null() && unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID;
    if is_ours { ptr::from_ref(&FACTORY).cast() } else { ptr::null() }
}

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(plugin_count),
    get_plugin_descriptor: Some(plugin_descriptor),
    create_plugin: Some(create_plugin),
};

/// Texts of the program itself: they live as long as it, and nobody writes to them.
struct Texts([*const c_char; 4]);
// SAFETY: as said.
unsafe impl Sync for Texts {}

static FEATURES: Texts = Texts([
    CLAP_PLUGIN_FEATURE_AUDIO_EFFECT.as_ptr(),
    CLAP_PLUGIN_FEATURE_REVERB.as_ptr(),
    CLAP_PLUGIN_FEATURE_STEREO.as_ptr(),
    ptr::null(),
]);

static DESCRIPTOR: clap_plugin_descriptor = clap_plugin_descriptor {
    clap_version: CLAP_VERSION,
    id: ID.as_ptr(),
    name: c"Halo Plate".as_ptr(),
    vendor: c"Sleeve Audio".as_ptr(),
    url: c"".as_ptr(),
    manual_url: c"".as_ptr(),
    support_url: c"".as_ptr(),
    version: c"2.1.0".as_ptr(),
    description: c"A small plate reverb: the sample plug-in of Gatefold".as_ptr(),
    features: FEATURES.0.as_ptr(),
};

unsafe extern "C" fn plugin_count(_: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn plugin_descriptor(
    _: *const clap_plugin_factory,
    index: u32,
) -> *const clap_plugin_descriptor {
    if index == 0 { &raw const DESCRIPTOR } else { ptr::null() }
}

/// One instance. The host frees it by `destroy`.
struct Plugin {
    clap: clap_plugin,
    host: *const clap_host,
    instance: Instance,
    /// The audio thread's while it is active; made and dropped by the main thread while it is not.
    engine: UnsafeCell<Option<Engine>>,
    timer: Cell<Option<clap_id>>,
}

unsafe extern "C" fn create_plugin(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: a host gives itself and a text.
    let is_ours = !host.is_null() && !id.is_null() && unsafe { CStr::from_ptr(id) } == ID;
    if !is_ours {
        return ptr::null();
    }
    // SAFETY: a host's texts live as long as it.
    let told = unsafe { Host::new(&text_of((*host).name), &text_of((*host).version)) };
    let plugin = Box::into_raw(Box::new(Plugin {
        clap: CALLS,
        host,
        instance: Instance::new(told),
        engine: UnsafeCell::new(None),
        timer: Cell::new(None),
    }));
    // SAFETY: just made, and nobody else's yet.
    unsafe {
        (*plugin).clap.plugin_data = plugin.cast();
        &raw const (*plugin).clap
    }
}

const CALLS: clap_plugin = clap_plugin {
    desc: &raw const DESCRIPTOR,
    plugin_data: ptr::null_mut(),
    init: Some(init),
    destroy: Some(destroy),
    activate: Some(activate),
    deactivate: Some(deactivate),
    start_processing: Some(start_processing),
    stop_processing: Some(stop_processing),
    reset: Some(reset),
    process: Some(process),
    get_extension: Some(get_extension),
    on_main_thread: Some(on_main_thread),
};

impl Plugin {
    /// # Safety
    /// `plugin` is one that `create_plugin` made and `destroy` did not get yet, as the format promises.
    unsafe fn of<'a>(plugin: *const clap_plugin) -> &'a Self {
        // SAFETY: the caller's promise.
        unsafe { &*(*plugin).plugin_data.cast() }
    }

    /// A part of the host that it may lack.
    fn part<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the host outlives its plug-ins, and gives what the id names or null.
        unsafe { ((*self.host).get_extension?)(self.host, id.as_ptr()).cast::<T>().as_ref() }
    }

    /// The soft notice: a line in the host's log.
    fn say(&self) {
        let log = self.part::<clap_host_log>(CLAP_EXT_LOG).and_then(|part| part.log);
        let words = CString::new(format!("Halo Plate: {}", self.instance.access.words())).unwrap_or_default();
        if let (false, Some(log)) = (self.instance.access.plays(), log) {
            // SAFETY: the host's own function, on a thread of its choice: it may be called from any.
            unsafe { log(self.host, CLAP_LOG_INFO, words.as_ptr()) };
        }
    }

    /// # Safety
    /// `events` is null or a host's list, good during the call.
    unsafe fn turn(&self, events: *const clap_input_events) {
        // SAFETY: the caller's promise; each event says its kind, and one of this kind is as long as its type.
        unsafe {
            let Some(list) = events.as_ref() else { return };
            let (Some(size), Some(get)) = (list.size, list.get) else { return };
            for at in 0..size(events) {
                let event: *const clap_event_header = get(events, at);
                let Some(header) = event.as_ref() else { continue };
                if header.space_id == CLAP_CORE_EVENT_SPACE_ID && header.type_ == CLAP_EVENT_PARAM_VALUE {
                    let event = &*event.cast::<clap_event_param_value>();
                    if let Some(control) = Control::numbered(event.param_id) {
                        self.instance.controls.set(control, event.value as f32);
                    }
                }
            }
        }
    }
}

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    // SAFETY: the format's promise, on the main thread.
    let plugin = unsafe { Plugin::of(plugin) };
    plugin.say();
    let timers = plugin.part::<clap_host_timer_support>(CLAP_EXT_TIMER_SUPPORT);
    if let Some(register) = timers.and_then(|timers| timers.register_timer) {
        let mut id = CLAP_INVALID_ID;
        // SAFETY: the host's own function, on the main thread.
        if unsafe { register(plugin.host, LOOK_EVERY_MS, &raw mut id) } {
            plugin.timer.set(Some(id));
        }
    }
    true
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: made by `create_plugin`, and the last call for it.
    let plugin = unsafe { Box::from_raw((*plugin).plugin_data.cast::<Plugin>()) };
    let timers = plugin.part::<clap_host_timer_support>(CLAP_EXT_TIMER_SUPPORT);
    if let (Some(id), Some(unregister)) =
        (plugin.timer.get(), timers.and_then(|timers| timers.unregister_timer))
    {
        // SAFETY: the host's own function, on the main thread.
        unsafe { unregister(plugin.host, id) };
    }
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, rate_hz: f64, _: u32, _: u32) -> bool {
    // SAFETY: the format's promise, on the main thread, while it is not active.
    let plugin = unsafe { Plugin::of(plugin) };
    plugin.instance.access.begin();
    let mut engine = Engine::new(rate_hz);
    engine.begin(&plugin.instance.controls, plugin.instance.access.plays());
    engine.clear();
    // SAFETY: no audio thread has it now.
    unsafe { *plugin.engine.get() = Some(engine) };
    true
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: the format's promise, on the main thread, when no audio thread has it any more.
    unsafe {
        let plugin = Plugin::of(plugin);
        *plugin.engine.get() = None;
        plugin.instance.access.end();
    }
}

unsafe extern "C" fn start_processing(_: *const clap_plugin) -> bool {
    true
}

unsafe extern "C" fn stop_processing(_: *const clap_plugin) {}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    // SAFETY: the format's promise, on the audio thread.
    if let Some(engine) = unsafe { &mut *Plugin::of(plugin).engine.get() } {
        engine.clear();
    }
}

unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    // SAFETY: the format's promises: on the audio thread, while active; two sides in and out, of `frames_count` samples.
    unsafe {
        let (plugin, process) = (Plugin::of(plugin), &*process);
        let Some(engine) = &mut *plugin.engine.get() else { return CLAP_PROCESS_ERROR };
        plugin.turn(process.in_events);
        let (Some(input), Some(output)) = (process.audio_inputs.as_ref(), process.audio_outputs.as_ref())
        else {
            return CLAP_PROCESS_ERROR;
        };
        if input.channel_count != 2
            || output.channel_count != 2
            || input.data32.is_null()
            || output.data32.is_null()
        {
            return CLAP_PROCESS_ERROR;
        }
        engine.begin(&plugin.instance.controls, plugin.instance.access.plays());
        let input = [*input.data32, *input.data32.add(1)].map(|side| side.cast_const());
        let output = [*output.data32, *output.data32.add(1)];
        run(engine, input, output, process.frames_count as usize);
    }
    CLAP_PROCESS_CONTINUE
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    // SAFETY: the format's promise.
    unsafe { Plugin::of(plugin) }.instance.access.look();
}

unsafe extern "C" fn get_extension(_: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: a host gives a text.
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_EXT_PARAMS {
        ptr::from_ref(&params::PARAMS).cast()
    } else if id == CLAP_EXT_AUDIO_PORTS {
        ptr::from_ref(&PORTS).cast()
    } else if id == CLAP_EXT_STATE {
        ptr::from_ref(&state::STATE).cast()
    } else if id == CLAP_EXT_TIMER_SUPPORT {
        ptr::from_ref(&TIMER).cast()
    } else {
        ptr::null()
    }
}

static TIMER: clap_plugin_timer_support = clap_plugin_timer_support { on_timer: Some(on_timer) };

unsafe extern "C" fn on_timer(plugin: *const clap_plugin, _: clap_id) {
    // SAFETY: the format's promise, on the main thread.
    unsafe { Plugin::of(plugin) }.instance.access.look();
}

static PORTS: clap_plugin_audio_ports =
    clap_plugin_audio_ports { count: Some(port_count), get: Some(port_info) };

unsafe extern "C" fn port_count(_: *const clap_plugin, _: bool) -> u32 {
    1
}

unsafe extern "C" fn port_info(
    _: *const clap_plugin,
    index: u32,
    _: bool,
    info: *mut clap_audio_port_info,
) -> bool {
    if index != 0 {
        return false;
    }
    // SAFETY: the host gives room for one.
    unsafe {
        let info = &mut *info;
        info.id = 0;
        write_text("Main", info.name.as_mut_ptr(), info.name.len());
        info.flags = CLAP_AUDIO_PORT_IS_MAIN;
        info.channel_count = 2;
        info.port_type = CLAP_PORT_STEREO.as_ptr();
        info.in_place_pair = 0;
    }
    true
}
