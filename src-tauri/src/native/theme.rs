//! The theme of what GTK draws itself: the list of a choice, a question of the system.

use gatefold_client::Theme;
use gtk::prelude::*;

/// Has GTK wear the window's theme; on GTK's own thread. The system's theme is whatever GTK was told outside.
pub(super) fn wear(theme: Theme) {
    let Some(settings) = gtk::Settings::default() else { return };
    match theme {
        Theme::System => settings.reset_property("gtk-application-prefer-dark-theme"),
        Theme::Light | Theme::Dark => settings.set_gtk_application_prefer_dark_theme(theme == Theme::Dark),
    }
}
