//! Gatefold itself: its version, how it was built, and what it runs with.

use gatefold_diagnostics::formats::{App, Component};

use crate::clock::written;
use crate::diagnostics::Bundling;

pub(in crate::diagnostics) fn app(bundling: &Bundling) -> App {
    let built = if cfg!(debug_assertions) { "development" } else { "release" };
    let packaged = std::env::current_exe().is_ok_and(|program| program.starts_with("/usr"));
    let place = if packaged { "packaged" } else { "not packaged" };
    let components = bundling.components.iter();
    App {
        gatefold_version: env!("CARGO_PKG_VERSION").to_owned(),
        build: format!("{built}, {} {}, {place}", std::env::consts::OS, std::env::consts::ARCH),
        started_at: Some(written(bundling.started_at)),
        components: components
            .map(|(component, version)| Component { component: component.clone(), version: version.clone() })
            .collect(),
        ..App::new()
    }
}
