//! By which a host makes instances, and what it looks for in the library.

use std::ffi::c_void;
use std::ptr;

use vst3::Steinberg::*;
use vst3::{Class, ComWrapper};

use super::texts::write_narrow;
use super::{CID, Effect, NAME};

struct Factory;

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2);
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host gives room for one.
        unsafe {
            let info = &mut *info;
            write_narrow("Sleeve Audio", &mut info.vendor);
            write_narrow("", &mut info.url);
            write_narrow("", &mut info.email);
            info.flags = PFactoryInfo_::FactoryFlags_::kUnicode as int32;
        }
        kResultOk
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host gives room for one.
        unsafe {
            let info = &mut *info;
            info.cid = CID;
            info.cardinality = PClassInfo_::ClassCardinality_::kManyInstances as int32;
            write_narrow("Audio Module Class", &mut info.category);
            write_narrow(NAME, &mut info.name);
        }
        kResultOk
    }

    unsafe fn createInstance(&self, class: FIDString, interface: FIDString, to: *mut *mut c_void) -> tresult {
        // SAFETY: a host gives two ids of sixteen bytes and room for one object.
        unsafe {
            if *class.cast::<TUID>() != CID {
                return kInvalidArgument;
            }
            let Some(effect) = ComWrapper::new(Effect::new()).to_com_ptr::<FUnknown>() else {
                return kInternalError;
            };
            let effect = effect.as_ptr();
            ((*(*effect).vtbl).queryInterface)(effect, interface.cast::<TUID>(), to)
        }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host gives room for one.
        unsafe {
            let info = &mut *info;
            info.cid = CID;
            info.cardinality = PClassInfo_::ClassCardinality_::kManyInstances as int32;
            write_narrow("Audio Module Class", &mut info.category);
            write_narrow(NAME, &mut info.name);
            info.classFlags = 0;
            write_narrow("Fx|Reverb", &mut info.subCategories);
            write_narrow("Sleeve Audio", &mut info.vendor);
            write_narrow("2.1.0", &mut info.version);
            write_narrow("VST 3.7", &mut info.sdkVersion);
        }
        kResultOk
    }
}

/// What the host looks for.
#[unsafe(no_mangle)]
extern "system" fn GetPluginFactory() -> *mut IPluginFactory {
    ComWrapper::new(Factory)
        .to_com_ptr::<IPluginFactory>()
        .map_or(ptr::null_mut(), |factory| factory.into_raw())
}

#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
extern "system" fn ModuleEntry(_: *mut c_void) -> bool {
    true
}

#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
extern "system" fn ModuleExit() -> bool {
    true
}

#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
extern "system" fn bundleEntry(_: *mut c_void) -> bool {
    true
}

#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
extern "system" fn bundleExit() -> bool {
    true
}

#[cfg(windows)]
#[unsafe(no_mangle)]
extern "system" fn InitDll() -> bool {
    true
}

#[cfg(windows)]
#[unsafe(no_mangle)]
extern "system" fn ExitDll() -> bool {
    true
}
