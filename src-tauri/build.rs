//! Lists every command: what is not listed here cannot be called from the page.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "start",
        "vendors",
        "bundled",
        "pick_vendor",
        "review_bundled",
        "agree_vendor",
        "remove_vendor",
        "vendor_page",
        "open_link",
        "library",
        "prepare_check",
        "send_check",
        "rename_device",
        "send_activation",
        "cancel",
        "discard",
        "prepare_refresh",
        "send_refresh",
        "prepare_release",
        "send_release",
        "prepare_sign_in",
        "send_sign_in",
        "prepare_sign_out",
        "send_sign_out",
        "reveal_key",
        "copy_key",
        "ledger_page",
        "ledger_entry",
        "ledger_check",
        "sent_today",
        "copy_entry",
        "export_ledger",
        "erase_entry",
        "settings",
        "change_settings",
        "notices",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)).unwrap_or_else(|error| {
        println!("cargo::error={error:#}");
    });
}
