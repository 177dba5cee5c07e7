//! Outside the page: dialogs of the system, which script in the page cannot press, the clipboard, the browser. One dialog
//! is open at a time: whoever is asked ten things at once has agreed to none of them.

#[cfg(target_os = "linux")]
mod question;
#[cfg(target_os = "linux")]
mod theme;

use std::path::PathBuf;
use std::sync::Arc;

use gatefold_client::{BUNDLE_EXTENSION, Theme};
use jiff::civil::Date;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_dialog::{DialogExt as _, FilePath, MessageDialogKind};
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::{Mutex, oneshot};

use crate::dto::Failure;

/// The system's own dialogs and tools.
#[derive(Clone)]
pub(crate) struct Native {
    handle: AppHandle,
    /// Held while a dialog is open.
    open: Arc<Mutex<()>>,
}

/// The name that an export is offered: what it is, whose, and of which day.
pub(crate) fn name_of_export(what: &str, vendor: Option<&str>, day: Date, extension: &str) -> String {
    let vendor = vendor.map(|id| format!("-{id}")).unwrap_or_default();
    format!("gatefold-{what}{vendor}-{day}.{extension}")
}

impl Native {
    pub(crate) fn new(handle: AppHandle) -> Self {
        Self { handle, open: Arc::default() }
    }

    /// Asks in a dialog of the system. Closing it is a no, and so is another that is open.
    pub(crate) async fn confirm(&self, title: &str, words: &str, yes: &str) -> bool {
        let Ok(_open) = self.open.try_lock() else { return false };
        let (answer, answered) = oneshot::channel();
        self.ask(title, words, yes, answer);
        answered.await.unwrap_or(false)
    }

    #[cfg(target_os = "linux")]
    fn ask(&self, title: &str, words: &str, yes: &str, answer: oneshot::Sender<bool>) {
        let question =
            question::Question { title: title.to_owned(), words: words.to_owned(), yes: yes.to_owned() };
        let handle = self.handle.clone();
        let asked = self.handle.run_on_main_thread(move || {
            let parent = handle.get_webview_window("main").and_then(|window| window.gtk_window().ok());
            question::ask(parent.as_ref(), &question, answer);
        });
        // Where the window has ended meanwhile nobody answers, which is a no.
        drop(asked);
    }

    #[cfg(not(target_os = "linux"))]
    fn ask(&self, title: &str, words: &str, yes: &str, answer: oneshot::Sender<bool>) {
        use tauri_plugin_dialog::MessageDialogButtons;

        let mut dialog = self
            .handle
            .dialog()
            .message(words)
            .title(title)
            .kind(MessageDialogKind::Info)
            .buttons(MessageDialogButtons::OkCancelCustom(yes.to_owned(), "Cancel".to_owned()));
        if let Some(window) = self.handle.get_webview_window("main") {
            dialog = dialog.parent(&window);
        }
        dialog.show(move |said| {
            // Nobody waits any more: then nobody is told.
            let _ = answer.send(said);
        });
    }

    /// Has what the system draws for the window wear the window's theme. Elsewhere than on Linux the page draws it all.
    pub(crate) fn wear(&self, theme: Theme) {
        #[cfg(target_os = "linux")]
        // Where the window has ended meanwhile nothing is drawn any more.
        drop(self.handle.run_on_main_thread(move || theme::wear(theme)));
        #[cfg(not(target_os = "linux"))]
        let _ = theme;
    }

    /// The file that the user picks, if any.
    pub(crate) async fn open_vendor_file(&self) -> Option<PathBuf> {
        self.pick("Choose a vendor file", Some(("Vendor files", "toml"))).await
    }

    /// The bundle that the user picks, if any.
    pub(crate) async fn open_bundle(&self) -> Option<PathBuf> {
        self.pick("Choose a bundle", Some(("Diagnostic bundles", BUNDLE_EXTENSION))).await
    }

    /// The file of a key that the user picks, if any: it may have any name.
    pub(crate) async fn open_identity(&self) -> Option<PathBuf> {
        self.pick("Choose the file of the key", None).await
    }

    async fn pick(&self, title: &str, only: Option<(&str, &str)>) -> Option<PathBuf> {
        let _open = self.open.try_lock().ok()?;
        let (answer, answered) = oneshot::channel();
        let mut dialog = self.handle.dialog().file().set_title(title);
        if let Some((files, end)) = only {
            dialog = dialog.add_filter(files, &[end]);
        }
        dialog.pick_file(move |path| drop(answer.send(path)));
        local(answered.await.ok().flatten())
    }

    /// Where the user wants a file, if anywhere.
    pub(crate) async fn save_as(&self, name: &str) -> Option<PathBuf> {
        let _open = self.open.try_lock().ok()?;
        let (answer, answered) = oneshot::channel();
        self.handle
            .dialog()
            .file()
            .set_title("Export")
            .set_file_name(name)
            .save_file(move |path| drop(answer.send(path)));
        local(answered.await.ok().flatten())
    }

    pub(crate) fn copy(&self, text: String) -> Result<(), Failure> {
        self.handle.clipboard().write_text(text).map_err(|_| Failure::no_clipboard())
    }

    pub(crate) fn open(&self, url: &str) -> Result<(), Failure> {
        self.handle.opener().open_url(url, None::<&str>).map_err(|_| Failure::no_browser())
    }
}

/// What keeps the window from opening at all, in a dialog of the system; then the program ends.
pub(crate) fn say_and_quit(handle: &AppHandle, failure: &Failure) {
    let quitting = handle.clone();
    handle
        .dialog()
        .message(format!("{} {}", failure.message, failure.hint))
        .title("Gatefold cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| quitting.exit(1));
}

fn local(path: Option<FilePath>) -> Option<PathBuf> {
    path.and_then(|path| path.into_path().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_called_by_what_it_is_whose_and_when() {
        let day = jiff::civil::date(2026, 11, 3);
        assert_eq!(
            name_of_export("what-was-sent", None, day, "har"),
            "gatefold-what-was-sent-2026-11-03.har"
        );
        assert_eq!(
            name_of_export("privacy", Some("sleeve"), day, "jsonld"),
            "gatefold-privacy-sleeve-2026-11-03.jsonld"
        );
    }
}
