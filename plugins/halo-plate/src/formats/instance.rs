//! An instance as each format has it.

use gatefold_plugin_sdk::Host;

use crate::access::Access;
use crate::controls::Controls;

/// What the threads of a host share of an instance; the engine is the audio thread's own.
pub(super) struct Instance {
    pub(super) controls: Controls,
    pub(super) access: Access,
}

impl Instance {
    pub(super) fn new(host: Host) -> Self {
        Self { controls: Controls::default(), access: Access::open(host) }
    }
}

/// Runs a block through an engine, in place where the host wants it so.
///
/// # Safety
/// Each pointer is good for `frames` samples; those of one side may be the same.
pub(super) unsafe fn run(
    engine: &mut crate::engine::Engine,
    input: [*const f32; 2],
    output: [*mut f32; 2],
    frames: usize,
) {
    for at in 0..frames {
        // SAFETY: `at` is below the length that the caller promises; read before it is written, and nothing is borrowed.
        unsafe {
            let heard = engine.next([input[0].add(at).read(), input[1].add(at).read()]);
            output[0].add(at).write(heard[0]);
            output[1].add(at).write(heard[1]);
        }
    }
}

/// A text of a host; empty where there is none.
///
/// # Safety
/// `text` is null or ends with a zero byte.
pub(super) unsafe fn text_of(text: *const std::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Writes a text and its ending zero byte, as much of it as there is room for.
///
/// # Safety
/// `to` is good for `room` bytes.
pub(super) unsafe fn write_text(text: &str, to: *mut std::ffi::c_char, room: usize) {
    let Some(most) = room.checked_sub(1) else { return };
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // SAFETY: `end` and the zero byte after it fit into the room.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), to, end);
        to.add(end).write(0);
    }
}
