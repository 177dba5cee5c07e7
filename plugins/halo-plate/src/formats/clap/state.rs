//! What a session keeps.

use clap_sys::ext::state::clap_plugin_state;
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};

use super::Plugin;
use crate::state;

pub(super) static STATE: clap_plugin_state = clap_plugin_state { save: Some(save), load: Some(load) };

unsafe extern "C" fn save(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    // SAFETY: the format's promise; a stream takes as much as it says, again and again.
    unsafe {
        let instance = &Plugin::of(plugin).instance;
        let bytes = state::saved(&instance.controls, instance.access.played());
        let Some(write) = (*stream).write else { return false };
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let written = write(stream, rest.as_ptr().cast(), rest.len() as u64);
            match usize::try_from(written) {
                Ok(taken @ 1..) if taken <= rest.len() => rest = &rest[taken..],
                _ => return false,
            }
        }
    }
    true
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    // One more than ours has, to tell a longer one.
    let mut bytes = [0_u8; state::BYTES + 1];
    let mut length = 0;
    // SAFETY: the format's promise; a stream gives as much as it says, until nothing is left.
    let instance = unsafe {
        let Some(read) = (*stream).read else { return false };
        while length < bytes.len() {
            let room = bytes.len() - length;
            let got = read(stream, bytes[length..].as_mut_ptr().cast(), room as u64);
            match usize::try_from(got) {
                Ok(0) => break,
                Ok(got) if got <= room => length += got,
                _ => return false,
            }
        }
        &Plugin::of(plugin).instance
    };
    let Some(played) = state::restore(&instance.controls, &bytes[..length]) else { return false };
    instance.access.session_loaded(played);
    true
}
