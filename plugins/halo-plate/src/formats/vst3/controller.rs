//! What is turned and shown, by the format's parts from 0 to 1.

use std::ptr;

use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::texts::{text_in, write_wide};
use super::{Effect, LICENSE};
use crate::controls::Control;

impl IEditControllerTrait for Effect {
    unsafe fn setComponentState(&self, _: *mut IBStream) -> tresult {
        // It is its own component, which has it.
        kResultOk
    }

    unsafe fn setState(&self, _: *mut IBStream) -> tresult {
        kResultOk
    }

    unsafe fn getState(&self, _: *mut IBStream) -> tresult {
        kResultOk
    }

    unsafe fn getParameterCount(&self) -> int32 {
        LICENSE as int32 + 1
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        use ParameterInfo_::ParameterFlags_::{kCanAutomate, kIsReadOnly};
        let Ok(id) = ParamID::try_from(index) else { return kInvalidArgument };
        let control = Control::numbered(id);
        let (name, unit, default, flags, steps) = match control.map(|control| (control, control.range())) {
            Some((control, range)) => {
                (range.name, range.unit, control.to_part(range.default), kCanAutomate, 0)
            }
            None if id == LICENSE => ("License", "", 0.0, kIsReadOnly, 1),
            None => return kInvalidArgument,
        };
        // SAFETY: the host gives room for one.
        unsafe {
            let info = &mut *info;
            info.id = id;
            write_wide(name, &mut info.title);
            write_wide(name, &mut info.shortTitle);
            write_wide(unit, &mut info.units);
            info.stepCount = steps;
            info.defaultNormalizedValue = default;
            info.unitId = 0;
            info.flags = flags as int32;
        }
        kResultOk
    }

    unsafe fn getParamStringByValue(&self, id: ParamID, part: ParamValue, text: *mut String128) -> tresult {
        let words = match (Control::numbered(id), self.instance.get()) {
            (Some(control), _) => control.text(control.of_part(part)),
            (None, Some(instance)) if id == LICENSE => instance.access.words(),
            _ => return kInvalidArgument,
        };
        // SAFETY: the host gives room for one.
        unsafe { write_wide(&words, &mut *text) };
        kResultOk
    }

    unsafe fn getParamValueByString(&self, id: ParamID, text: *mut TChar, part: *mut ParamValue) -> tresult {
        // SAFETY: a host gives a text that ends with a zero, of 128 at most, and room for one value.
        unsafe {
            let length = (0..128).take_while(|at| *text.add(*at) != 0).count();
            let text = text_in(std::slice::from_raw_parts(text, length));
            let read = Control::numbered(id).and_then(|control| Some((control, control.read(&text)?)));
            let Some((control, value)) = read else { return kInvalidArgument };
            part.write(control.to_part(value));
        }
        kResultOk
    }

    unsafe fn normalizedParamToPlain(&self, id: ParamID, part: ParamValue) -> ParamValue {
        Control::numbered(id).map_or(part, |control| f64::from(control.of_part(part)))
    }

    unsafe fn plainParamToNormalized(&self, id: ParamID, value: ParamValue) -> ParamValue {
        Control::numbered(id).map_or(value, |control| control.to_part(value as f32))
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        let Some(instance) = self.instance.get() else { return 0.0 };
        match Control::numbered(id) {
            Some(control) => control.to_part(instance.controls.get(control)),
            None => f64::from(u8::from(instance.access.plays())),
        }
    }

    unsafe fn setParamNormalized(&self, id: ParamID, part: ParamValue) -> tresult {
        match (self.instance.get(), Control::numbered(id)) {
            (Some(instance), Some(control)) => {
                instance.controls.set(control, control.of_part(part));
                kResultOk
            }
            _ => kInvalidArgument,
        }
    }

    unsafe fn setComponentHandler(&self, _: *mut IComponentHandler) -> tresult {
        kResultOk
    }

    unsafe fn createView(&self, _: FIDString) -> *mut IPlugView {
        ptr::null_mut()
    }
}
