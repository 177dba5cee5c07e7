//! The window: a thin face over `client`. The page asks by commands, each listed in `build.rs`, and is told by events.
//!
//! It refuses to decide: what may be sent, installed or erased is `client`'s; what the user must agree to is asked in a
//! dialog of the system. The page itself reaches no network (decision in ARCHITECTURE.md, I7).

mod app;
mod arguments;
mod bench;
mod bundled;
mod commands;
mod desk;
mod dto;
mod instance;
mod native;
mod renewing;
mod rows;
mod sharing;
mod signals;
mod surroundings;
mod teller;
mod watching;

use std::path::PathBuf;

use gatefold_client::Theme;
use tauri::webview::NewWindowResponse;
use tauri::window::Color;
use tauri::{
    AppHandle, DragDropEvent, Manager as _, RunEvent, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent,
};

use tauri_plugin_window_state::StateFlags;

use crate::app::{App, Opening};
use crate::arguments::Arguments;
use crate::dto::{Changed, Failure, Offered};

/// What is remembered of the window. Not whether it is in sight: it always is, once it is where it was.
const REMEMBERED: StateFlags = StateFlags::all().difference(StateFlags::VISIBLE);

/// Opens the window and runs until it is closed.
///
/// # Errors
/// What keeps the home from being opened, or the window system's refusal.
pub fn run() -> Result<(), String> {
    if !has_screen() {
        return Err(
            "there is no screen to open a window on; `gatefold` does the same in a terminal".to_owned()
        );
    }
    surroundings::settle()?;
    let arguments = Arguments::read(std::env::args_os().skip(1));
    let home = arguments.home().map_err(|error| Failure::from(error).message)?;
    gatefold_client::report_crashes(&home, "window", gatefold_client::Clock::system());
    if instance::hand_over(home.place()) {
        return Ok(());
    }
    // A log that cannot be opened is no reason not to start; whoever needs it is told.
    let _ = gatefold_client::log_to(&home, gatefold_client::Clock::system());
    let opening = Opening::begin(home.clone());
    // An absolute path stays what it is: size and place of the window lie in the home, too.
    let window_state = home.ledger().with_file_name("window.json").display().to_string();
    let (for_setup, context) = (arguments, tauri::generate_context!());
    tauri::Builder::default()
        .plugin(instance::of(home.place()))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(window_state)
                .with_state_flags(REMEMBERED)
                .build(),
        )
        .invoke_handler(tauri::generate_handler![
            commands::start::start,
            commands::start::vendors,
            commands::start::bundled,
            commands::start::quit,
            commands::start::damaged_vendors,
            commands::activation::activation_items,
            commands::account::forget_sign_in,
            commands::vendors::pick_vendor,
            commands::vendors::review_bundled,
            commands::vendors::review_waiting,
            commands::vendors::agree_vendor,
            commands::vendors::remove_vendor,
            commands::vendors::vendor_page,
            commands::vendors::export_vendor_page,
            commands::vendors::export_usage_records,
            commands::vendors::open_link,
            commands::vendors::open_review_link,
            commands::library::library,
            commands::activation::vendors_of_key,
            commands::activation::prepare_check,
            commands::activation::send_check,
            commands::activation::prepare_check_again,
            commands::activation::rename_device,
            commands::activation::plan_by_sign_in,
            commands::activation::send_activation,
            commands::activation::cancel,
            commands::activation::discard,
            commands::library::prepare_refresh,
            commands::library::send_refresh,
            commands::library::prepare_release,
            commands::library::send_release,
            commands::library::remove_here,
            commands::seats::prepare_seats,
            commands::seats::plan_seats_by_sign_in,
            commands::seats::send_seats,
            commands::seats::prepare_rename,
            commands::seats::send_rename,
            commands::everything::prepare_release_of_all,
            commands::everything::send_release_of_all,
            commands::everything::prepare_activation_of_all,
            commands::everything::send_activation_of_all,
            commands::account::prepare_sign_in,
            commands::account::send_sign_in,
            commands::account::prepare_library,
            commands::account::send_library,
            commands::registration::prepare_registration,
            commands::registration::send_registration,
            commands::trial::prepare_trial,
            commands::trial::send_trial,
            commands::transfer::prepare_transfer,
            commands::transfer::ask_transfer,
            commands::transfer::send_transfer,
            commands::transfer::transfer_message,
            commands::transfer::copy_transfer_message,
            commands::transfer::open_transfer_message,
            commands::account::prepare_sign_out,
            commands::account::send_sign_out,
            commands::library::reveal_key,
            commands::library::copy_key,
            commands::ledger::ledger_page,
            commands::ledger::former_vendors,
            commands::ledger::ledger_entry,
            commands::ledger::ledger_check,
            commands::ledger::ledger_ends_whole,
            commands::ledger::begin_ledger_anew,
            commands::ledger::sent_today,
            commands::ledger::copy_entry,
            commands::ledger::export_ledger,
            commands::ledger::erase_entry,
            commands::usage::usage_page,
            commands::usage::plan_usage_grant,
            commands::usage::grant_usage,
            commands::usage::refuse_usage,
            commands::usage::withdraw_usage,
            commands::usage::withdraw_usage_item,
            commands::usage::let_usage_go_weekly,
            commands::usage::lock_usage,
            commands::usage::lift_usage_lock,
            commands::usage::prepare_upload,
            commands::usage::send_upload,
            commands::usage::throw_away_upload,
            commands::usage::prepare_erasure,
            commands::usage::send_erasure,
            commands::bundle::crash_reports,
            commands::bundle::clear_crash_reports,
            commands::bundle::make_bundle,
            commands::bundle::let_reachability_in,
            commands::bundle::include_in_bundle,
            commands::bundle::set_bundle_note,
            commands::bundle::bundle_size,
            commands::bundle::bundle_rows,
            commands::bundle::bundle_mark,
            commands::bundle::bundle_names,
            commands::bundle::export_bundle,
            commands::bundle::export_bundle_names,
            commands::opened::pick_bundle,
            commands::opened::opened_bundle,
            commands::opened::unseal_bundle,
            commands::opened::close_bundle,
            commands::opened::compare_bundle,
            commands::opened::unseal_second_bundle,
            commands::opened::opened_rows,
            commands::opened::opened_line,
            commands::opened::search_bundle,
            commands::opened::copy_bundle_summary,
            commands::settings::settings,
            commands::settings::change_settings,
            commands::settings::let_renew,
            commands::settings::notices,
        ])
        .setup(move |application| {
            let handle = application.handle().clone();
            let resources = application.path().resource_dir().unwrap_or_default();
            match App::of(opening, &handle, for_setup, &resources) {
                Ok(app) => {
                    application.manage(app);
                    signals::watch(handle.clone());
                    renewing::begin(handle.clone());
                    watching::begin(handle.clone());
                    sharing::begin(handle.clone());
                    open_window(&handle)?;
                }
                // Without a home there is no page to say it on.
                Err(failure) => native::say_and_quit(&handle, &failure),
            }
            Ok(())
        })
        .build(context)
        .map_err(|error| error.to_string())?
        .run(|handle, event| {
            if let (RunEvent::Exit, Some(app)) = (event, handle.try_state::<App>()) {
                app.end();
            }
        });
    Ok(())
}

/// Elsewhere there is always one.
fn has_screen() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|screen| !screen.is_empty());
    !cfg!(target_os = "linux") || named("WAYLAND_DISPLAY") || named("DISPLAY")
}

/// The one window. It shows our own page, and leads nowhere else.
fn open_window(handle: &AppHandle) -> tauri::Result<()> {
    let theme = chosen_theme(handle);
    let window = WebviewWindowBuilder::new(handle, "main", WebviewUrl::default())
        .title("Gatefold")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .data_directory(web_data(handle))
        .proxy_url(nowhere()?)
        .on_navigation(is_a_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .devtools(false)
        .background_color(paper(theme))
        .visible(false)
        .build()?;
    // By now it has the size and the place that it was left with, so it appears once.
    window.show()?;
    let handle = handle.clone();
    handle.state::<App>().native.wear(theme);
    window.on_window_event(move |event| match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            offer(&handle, paths.clone());
        }
        // The command line may have been at work on the same home in the meantime.
        WindowEvent::Focused(true) => {
            let all = [Changed::Ledger, Changed::Library, Changed::Vendors, Changed::Usage];
            handle.state::<App>().changed(&all);
        }
        _ => {}
    });
    Ok(())
}

/// Settings that cannot be read are told by the page; until then the system's theme does.
fn chosen_theme(handle: &AppHandle) -> Theme {
    let app = handle.state::<App>();
    let chosen = tauri::async_runtime::block_on(app.reads.ask(|desk| Ok(desk.gatefold.settings()?.theme)));
    chosen.unwrap_or(Theme::System)
}

/// What is seen before the page is: its paper (`--paper` in the page's tokens), not a white flash.
fn paper(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x14, 0x12, 0x10, 0xff),
        // What the system prefers is known once there is a window; the page asks it again.
        Theme::Light | Theme::System => Color(0xf5, 0xf1, 0xe9, 0xff),
    }
}

/// Whether an address is one of the page's own: our document, and a `#/…` of it. Nothing else is ever opened here.
fn is_a_page(url: &Url) -> bool {
    let origin = (url.scheme(), url.host_str(), url.port());
    let ours = match origin {
        ("tauri", Some("localhost"), None) => true,
        ("http" | "https", Some("tauri.localhost"), None) => cfg!(windows),
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    let document = matches!(url.path(), "" | "/" | "/index.html");
    ours && plain
        && document
        && url.fragment().is_none_or(|fragment| fragment.is_empty() || fragment.starts_with('/'))
}

/// Where the web view takes what it asks of a network: to a port of this computer at which nobody listens. Its own files
/// and the program's answers come by other ways. A content policy alone does not do: `<link rel=preconnect>` and a link
/// that is clicked open a connection before the policy is asked.
fn nowhere() -> tauri::Result<Url> {
    Url::parse("http://127.0.0.1:1").map_err(|_| tauri::Error::InvalidWebviewUrl("nowhere is no address"))
}

/// The web view's own data lies under our folder too.
fn web_data(handle: &AppHandle) -> PathBuf {
    handle.state::<App>().home.ledger().with_file_name("web")
}

/// Shows the vendor file or the bundle that was dropped on the window or given to a start.
pub(crate) fn offer(handle: &AppHandle, paths: Vec<PathBuf>) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>();
        if let [file] = paths.as_slice()
            && commands::opened::is_a_bundle(file)
        {
            match commands::opened::begin(&app, file.clone()).await {
                Ok(()) => app.page.bundle(),
                Err(failure) => app.page.review(Offered::Failure(failure)),
            }
            return;
        }
        if let Some(offered) = commands::vendors::offered(&app, paths).await {
            app.page.review(offered);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_its_own_pages_alone() {
        fn check(address: &str, expect: bool) {
            assert_eq!(is_a_page(&address.parse().unwrap()), expect, "{address}");
        }
        for ours in [
            "tauri://localhost",
            "tauri://localhost/",
            "tauri://localhost/index.html",
            "tauri://localhost/#/",
            "tauri://localhost/#/product/sleeve%40aa/halo-plate",
        ] {
            check(ours, true);
        }
        for foreign in [
            "tauri://localhost/assets/main.js",
            "tauri://localhost/?key=1",
            "tauri://localhost/?key=1#/",
            "tauri://localhost/#javascript:alert(1)",
            "tauri://localhost:80/",
            "tauri://somebody@localhost/",
            "tauri://elsewhere/",
            "https://tauri.localhost/",
            "https://example.com/#/",
            "http://localhost/",
            "ipc://localhost/start",
            "data:text/html,hello",
            "about:blank",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "blob:tauri://localhost/1",
        ] {
            check(foreign, false);
        }
    }
}
