//! What a plug-in may ask of this host: a log, and to be told when its state changed.

use clack_extensions::log::{HostLog, HostLogImpl, LogSeverity};
use clack_extensions::state::{HostState, HostStateImpl};
use clack_host::prelude::*;

pub(crate) struct Host;
pub(crate) struct Shared;
pub(crate) struct MainThread;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder.register::<HostLog>().register::<HostState>();
    }
}

impl<'a> SharedHandler<'a> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl<'a> MainThreadHandler<'a> for MainThread {}

impl HostLogImpl for Shared {
    fn log(&self, _: LogSeverity, message: &str) {
        println!("{message}");
    }
}

impl HostStateImpl for MainThread {
    fn mark_dirty(&self) {}
}
