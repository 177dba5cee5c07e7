//! What the user chose.

use gatefold_client::Setting;
use serde::Deserialize;

use super::{Answer, Here};
use crate::dto::{Changed, LibraryView, Settings, Theme};

/// The choices that are changed; each in a list, so that null can be told from absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Change {
    theme: Option<Theme>,
    zoom: Option<u16>,
    #[serde(deserialize_with = "given")]
    proxy: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    keep_bytes_months: Option<Option<u16>>,
    #[serde(deserialize_with = "given")]
    keep_lines_months: Option<Option<u16>>,
    ledger_in_backups: Option<bool>,
    hide_values: Option<bool>,
    library: Option<LibraryView>,
}

/// A member that is there, also as null.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl Change {
    fn settings(self) -> impl Iterator<Item = Setting> {
        [
            self.theme.map(|theme| Setting::Theme(theme.into())),
            self.zoom.map(Setting::ZoomPercent),
            self.proxy.map(Setting::Proxy),
            self.keep_bytes_months.map(Setting::KeepBytesMonths),
            self.keep_lines_months.map(Setting::KeepLinesMonths),
            self.ledger_in_backups.map(Setting::LedgerInBackups),
            self.hide_values.map(Setting::HideValues),
            self.library.map(|view| Setting::Library(view.into())),
        ]
        .into_iter()
        .flatten()
    }
}

#[tauri::command]
pub(crate) async fn settings(app: Here<'_>) -> Answer<Settings> {
    app.reads.ask(|desk| Ok(desk.gatefold.settings()?.into())).await
}

#[tauri::command]
pub(crate) async fn change_settings(app: Here<'_>, change: Change) -> Answer<Settings> {
    let done = app
        .acts
        .ask(move |desk| {
            for setting in change.settings() {
                desk.gatefold.choose(&setting)?;
            }
            Ok(desk.gatefold.settings()?)
        })
        .await;
    app.changed(&[Changed::Settings]);
    let settings = done?;
    app.native.wear(settings.theme);
    Ok(settings.into())
}

/// Whether licenses are asked about again by themselves: one, or all for which the user agreed to it. On is agreed to in a
/// native dialog; false when the user said no. Off counts at once.
#[tauri::command]
pub(crate) async fn let_renew(app: Here<'_>, license: Option<String>, on: bool) -> Answer<bool> {
    if on && !agreed(&app, license.clone()).await? {
        return Ok(false);
    }
    let done = app
        .acts
        .ask(move |desk| {
            match &license {
                Some(license) => desk.gatefold.let_renew(license, on)?,
                None => desk.gatefold.choose(&Setting::Renew(on))?,
            }
            Ok(true)
        })
        .await;
    app.changed(&[Changed::Settings, Changed::Library]);
    done
}

const HOW: &str = "From 14 days before a license file ends, and while this window is open, Gatefold asks how the license stands and for a new file, at most once a day. Each request is in the record.";

async fn agreed(app: &Here<'_>, license: Option<String>) -> Answer<bool> {
    let (title, words) = match license {
        None => ("Let Gatefold ask again by itself?".to_owned(), HOW.to_owned()),
        Some(id) => {
            let (product, vendor) = app.reads.ask(move |desk| Ok(desk.gatefold.named(&id)?)).await?;
            (format!("Let Gatefold ask about {product} by itself?"), format!("{vendor} is asked. {HOW}"))
        }
    };
    Ok(app.native.confirm(&title, &words, "Let it ask").await)
}

/// Third-party notices: what others made that is part of this program, with its licenses.
#[tauri::command]
pub(crate) async fn notices() -> Answer<&'static str> {
    Ok(include_str!("../../notices.txt"))
}
