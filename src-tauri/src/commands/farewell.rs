//! A vendor's signed word that it is gone, dropped on the window, picked or given to a start: asked about by the system, for
//! the page has nothing to show of it.

use std::path::{Path, PathBuf};

use super::Answer;
use crate::app::App;
use crate::dto::{Changed, Failure};

/// Asks about a file if it is such a statement, and takes it if the user says so; whether it was one.
pub(super) async fn asked(app: &App, path: &Path) -> Answer<bool> {
    let path = path.to_owned();
    let farewell = app.reads.ask(move |desk| Ok(desk.gatefold.review_sunset(&path)?)).await?;
    let Some(farewell) = farewell else { return Ok(false) };
    let title = format!("Let your licenses of {} stay yours?", farewell.vendor.called());
    let words = format!("{}\n\n{}", farewell.said(), farewell.means());
    if app.native.confirm(&title, &words, "Let them stay").await {
        app.acts.ask(move |desk| Ok(desk.gatefold.accept_sunset(&farewell)?)).await?;
        app.changed(&[Changed::Vendors, Changed::Library]);
    }
    Ok(true)
}

/// Whether a file is such a statement, or would be one if it held: then the page is not made to wait for what is asked.
pub(super) async fn is_one(app: &App, path: &Path) -> bool {
    let path: PathBuf = path.to_owned();
    let read: Result<_, Failure> = app.reads.ask(move |desk| Ok(desk.gatefold.review_sunset(&path)?)).await;
    !matches!(read, Ok(None))
}
