//! What of LV2's extensions is spoken: state, worker, log and the map of URIs to numbers, each by its header.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use super::Plugin;

/// `LV2_Feature`, of lv2.h.
#[repr(C)]
pub(super) struct Feature {
    uri: *const c_char,
    data: *mut c_void,
}

/// A host's list of them, which ends with a null.
pub(super) type Features = *const *const Feature;

/// What a host gives under a URI.
///
/// # Safety
/// `features` is null or such a list, and `T` is what the URI names.
unsafe fn given<T>(features: Features, uri: &CStr) -> Option<*const T> {
    if features.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = features;
        while let Some(feature) = (*at).as_ref() {
            if CStr::from_ptr(feature.uri) == uri && !feature.data.is_null() {
                return Some(feature.data.cast_const().cast());
            }
            at = at.add(1);
        }
    }
    None
}

/// `LV2_URID_Map`, of urid.h.
#[repr(C)]
struct Map {
    handle: *mut c_void,
    map: unsafe extern "C" fn(*mut c_void, *const c_char) -> u32,
}

/// The number of a URI in this host.
///
/// # Safety
/// `features` is a host's list.
unsafe fn number(features: Features, uri: &CStr) -> Option<u32> {
    // SAFETY: the caller's promise; the host's own function.
    unsafe {
        let map = &*given::<Map>(features, c"http://lv2plug.in/ns/ext/urid#map")?;
        Some((map.map)(map.handle, uri.as_ptr())).filter(|number| *number != 0)
    }
}

/// By which a session says whether it was played.
pub(super) struct Marks {
    key: u32,
    int: u32,
}

impl Marks {
    /// # Safety
    /// `features` is a host's list.
    pub(super) unsafe fn of(features: Features) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe {
            let key = number(features, c"https://sleeve.example/plug-ins/halo-plate#played")?;
            Some(Self { key, int: number(features, c"http://lv2plug.in/ns/ext/atom#Int")? })
        }
    }
}

/// `LV2_State_Interface`, of state.h.
#[repr(C)]
struct State {
    save: unsafe extern "C" fn(*mut Plugin, Store, *mut c_void, u32, Features) -> u32,
    restore: unsafe extern "C" fn(*mut Plugin, Retrieve, *mut c_void, u32, Features) -> u32,
}

type Store = unsafe extern "C" fn(*mut c_void, u32, *const c_void, usize, u32, u32) -> u32;
type Retrieve = unsafe extern "C" fn(*mut c_void, u32, *mut usize, *mut u32, *mut u32) -> *const c_void;

/// `LV2_STATE_SUCCESS` and `LV2_STATE_ERR_NO_FEATURE`.
const SUCCESS: u32 = 0;
const NO_FEATURE: u32 = 4;
/// `LV2_STATE_IS_POD` and `LV2_STATE_IS_PORTABLE`.
const PLAIN: u32 = 1 | 2;

static STATE: State = State { save, restore };

unsafe extern "C" fn save(
    plugin: *mut Plugin,
    store: Store,
    handle: *mut c_void,
    _: u32,
    _: Features,
) -> u32 {
    // SAFETY: one that `instantiate` made; it may be running, and what is asked of it is made for any thread.
    let (marks, access) = unsafe { (&(*plugin).marks, &(*plugin).instance.access) };
    let Some(marks) = marks else { return NO_FEATURE };
    let played = i32::from(access.played());
    // SAFETY: the host's own function, which copies the value.
    unsafe { store(handle, marks.key, (&raw const played).cast(), size_of::<i32>(), marks.int, PLAIN) }
}

unsafe extern "C" fn restore(
    plugin: *mut Plugin,
    retrieve: Retrieve,
    handle: *mut c_void,
    _: u32,
    _: Features,
) -> u32 {
    // SAFETY: as in `save`; what is turned is made for any thread.
    let (marks, access) = unsafe { (&(*plugin).marks, &(*plugin).instance.access) };
    let Some(marks) = marks else { return NO_FEATURE };
    let (mut size, mut kind, mut flags) = (0, 0, 0);
    // SAFETY: the host's own function.
    let found = unsafe { retrieve(handle, marks.key, &raw mut size, &raw mut kind, &raw mut flags) };
    if !found.is_null() && size == size_of::<i32>() {
        // SAFETY: the host gives as much as it says; where it lies it need not be aligned.
        access.session_loaded(unsafe { found.cast::<i32>().read_unaligned() } == 1);
    }
    SUCCESS
}

/// `LV2_Worker_Schedule`, of worker.h.
#[repr(C)]
struct Schedule {
    handle: *mut c_void,
    schedule_work: unsafe extern "C" fn(*mut c_void, u32, *const c_void) -> u32,
}

/// `LV2_Worker_Interface`, of worker.h.
#[repr(C)]
struct Worker {
    work: unsafe extern "C" fn(*mut Plugin, *const c_void, *mut c_void, u32, *const c_void) -> u32,
    work_response: Option<unsafe extern "C" fn(*mut Plugin, u32, *const c_void) -> u32>,
    end_run: Option<unsafe extern "C" fn(*mut Plugin) -> u32>,
}

static WORKER: Worker = Worker { work, work_response: None, end_run: None };

unsafe extern "C" fn work(
    plugin: *mut Plugin,
    _: *const c_void,
    _: *mut c_void,
    _: u32,
    _: *const c_void,
) -> u32 {
    // SAFETY: one that `instantiate` made; what is looked at is made for any thread.
    unsafe { &(*plugin).instance.access }.look();
    SUCCESS
}

/// Has the host look for a license now and then, on a thread that may wait.
pub(super) struct Looking {
    schedule: *const Schedule,
    every: u64,
    played: u64,
}

impl Looking {
    /// # Safety
    /// `features` is a host's list that outlives what is made of it.
    pub(super) unsafe fn of(features: Features, rate_hz: f64) -> Option<Self> {
        // SAFETY: the caller's promise.
        let schedule = unsafe { given::<Schedule>(features, c"http://lv2plug.in/ns/ext/worker#schedule")? };
        // Two seconds of sound.
        Some(Self { schedule, every: (2.0 * rate_hz) as u64, played: 0 })
    }

    /// After so many frames more. On the audio thread, for which the host's function is made.
    pub(super) fn after(&mut self, frames: u32) {
        self.played += u64::from(frames);
        if self.played >= self.every {
            self.played = 0;
            let nothing = 0_u8;
            // SAFETY: the host's own function, which copies what it is given.
            unsafe {
                let Schedule { handle, schedule_work } = *self.schedule;
                schedule_work(handle, 1, (&raw const nothing).cast());
            }
        }
    }
}

/// `LV2_Log_Log`, of log.h.
#[repr(C)]
struct Printing {
    handle: *mut c_void,
    printf: unsafe extern "C" fn(*mut c_void, u32, *const c_char, ...) -> c_int,
    vprintf: *const c_void,
}

/// The host's log.
pub(super) struct Log {
    printing: *const Printing,
    note: u32,
}

impl Log {
    /// # Safety
    /// `features` is a host's list that outlives what is made of it.
    pub(super) unsafe fn of(features: Features) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe {
            let printing = given::<Printing>(features, c"http://lv2plug.in/ns/ext/log#log")?;
            Some(Self { printing, note: number(features, c"http://lv2plug.in/ns/ext/log#Note")? })
        }
    }

    /// A line of its own.
    pub(super) fn say(&self, words: &str) {
        let words = CString::new(words).unwrap_or_default();
        // SAFETY: the host's own function; the format asks for one text.
        unsafe {
            let Printing { handle, printf, .. } = *self.printing;
            printf(handle, self.note, c"%s\n".as_ptr(), words.as_ptr());
        }
    }
}

/// What a host may ask an instance for, by its URI.
pub(super) fn offered(uri: &CStr) -> *const c_void {
    if uri == c"http://lv2plug.in/ns/ext/state#interface" {
        ptr::from_ref(&STATE).cast()
    } else if uri == c"http://lv2plug.in/ns/ext/worker#interface" {
        ptr::from_ref(&WORKER).cast()
    } else {
        ptr::null()
    }
}
