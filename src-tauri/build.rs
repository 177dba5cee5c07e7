//! Lists every command: what is not listed here cannot be called from the page. It refuses to build a window without its
//! page.

use std::path::Path;

const PAGE: &str = "../ui/dist";

fn main() {
    println!("cargo::rerun-if-changed={PAGE}");
    if !Path::new(PAGE).join("index.html").is_file() {
        println!("cargo::error=the window's page is not built yet: run `cargo xtask build-ui` first");
        return;
    }
    let commands = tauri_build::AppManifest::new().commands(&[
        "start",
        "vendors",
        "bundled",
        "quit",
        "damaged_vendors",
        "activation_items",
        "forget_sign_in",
        "pick_vendor",
        "review_bundled",
        "review_waiting",
        "agree_vendor",
        "remove_vendor",
        "vendor_page",
        "export_vendor_page",
        "export_usage_records",
        "open_link",
        "open_review_link",
        "library",
        "vendors_of_key",
        "prepare_check",
        "send_check",
        "prepare_check_again",
        "rename_device",
        "plan_by_sign_in",
        "send_activation",
        "cancel",
        "discard",
        "prepare_refresh",
        "send_refresh",
        "prepare_release",
        "send_release",
        "remove_here",
        "prepare_seats",
        "plan_seats_by_sign_in",
        "send_seats",
        "prepare_rename",
        "send_rename",
        "prepare_release_of_all",
        "send_release_of_all",
        "prepare_activation_of_all",
        "send_activation_of_all",
        "prepare_sign_in",
        "send_sign_in",
        "prepare_library",
        "send_library",
        "prepare_registration",
        "send_registration",
        "prepare_trial",
        "send_trial",
        "prepare_transfer",
        "ask_transfer",
        "send_transfer",
        "transfer_message",
        "copy_transfer_message",
        "open_transfer_message",
        "prepare_sign_out",
        "send_sign_out",
        "reveal_key",
        "copy_key",
        "ledger_page",
        "former_vendors",
        "ledger_entry",
        "ledger_check",
        "ledger_ends_whole",
        "begin_ledger_anew",
        "sent_today",
        "copy_entry",
        "export_ledger",
        "erase_entry",
        "settings",
        "change_settings",
        "let_renew",
        "notices",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)).unwrap_or_else(|error| {
        println!("cargo::error={error:#}");
    });
}
