//! What is turned and shown.

use std::ffi::c_char;
use std::ptr;

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::params::{
    CLAP_PARAM_IS_AUTOMATABLE, CLAP_PARAM_IS_READONLY, clap_param_info, clap_plugin_params,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::Plugin;
use crate::controls::Control;
use crate::formats::instance::{text_of, write_text};

/// After the three that are turned comes the one that says how the license stands.
const LICENSE: clap_id = 3;

pub(super) static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(param_count),
    get_info: Some(param_info),
    get_value: Some(param_value),
    value_to_text: Some(value_to_text),
    text_to_value: Some(text_to_value),
    flush: Some(flush),
};

unsafe extern "C" fn param_count(_: *const clap_plugin) -> u32 {
    LICENSE + 1
}

unsafe extern "C" fn param_info(_: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    let (name, flags, [min, max, default]) = match Control::numbered(index).map(Control::range) {
        Some(range) => (range.name, CLAP_PARAM_IS_AUTOMATABLE, [range.min, range.max, range.default]),
        None if index == LICENSE => ("License", CLAP_PARAM_IS_READONLY, [0.0, 1.0, 0.0]),
        None => return false,
    };
    // SAFETY: the host gives room for one.
    unsafe {
        let info = &mut *info;
        info.id = index;
        info.flags = flags;
        info.cookie = ptr::null_mut();
        write_text(name, info.name.as_mut_ptr(), info.name.len());
        write_text("", info.module.as_mut_ptr(), info.module.len());
        [info.min_value, info.max_value, info.default_value] = [min, max, default].map(f64::from);
    }
    true
}

unsafe extern "C" fn param_value(plugin: *const clap_plugin, id: clap_id, value: *mut f64) -> bool {
    // SAFETY: the format's promise.
    let instance = unsafe { &Plugin::of(plugin).instance };
    let now = match Control::numbered(id) {
        Some(control) => f64::from(instance.controls.get(control)),
        None if id == LICENSE => f64::from(u8::from(instance.access.plays())),
        None => return false,
    };
    // SAFETY: the host gives room for one.
    unsafe { value.write(now) };
    true
}

unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: clap_id,
    value: f64,
    text: *mut c_char,
    room: u32,
) -> bool {
    let words = match Control::numbered(id) {
        Some(control) => control.text(value as f32),
        // SAFETY: the format's promise, on the main thread.
        None if id == LICENSE => unsafe { Plugin::of(plugin) }.instance.access.words(),
        None => return false,
    };
    // SAFETY: the host gives so much room.
    unsafe { write_text(&words, text, room as usize) };
    true
}

unsafe extern "C" fn text_to_value(
    _: *const clap_plugin,
    id: clap_id,
    text: *const c_char,
    value: *mut f64,
) -> bool {
    // SAFETY: a host gives a text.
    let text = unsafe { text_of(text) };
    let Some(read) = Control::numbered(id).and_then(|control| control.read(&text)) else { return false };
    // SAFETY: the host gives room for one.
    unsafe { value.write(f64::from(read)) };
    true
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    input: *const clap_input_events,
    _: *const clap_output_events,
) {
    // SAFETY: the format's promise.
    unsafe { Plugin::of(plugin).turn(input) };
}
