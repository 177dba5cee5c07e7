//! A window with a page in it and nothing of ours: what the bench of the window takes as its floor. The same libraries,
//! the same web view, the same fonts.
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that cannot go on stops")]

use std::path::PathBuf;

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    let data = std::env::args_os().nth(1).map(PathBuf::from).unwrap();
    tauri::Builder::default()
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Gatefold")
                .inner_size(1280.0, 800.0)
                .data_directory(data)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!("examples/empty/tauri.conf.json"))
        .unwrap();
}
