//! Giving a license to somebody else: whether it can be given away is shown and asked, then all the rest; or a message is written
//! that the user sends. Nothing is given away without a native confirmation.

use gatefold_client::{TransferMessage, Values};

use super::{Answer, Here};
use crate::app::App;
use crate::desk::Prepared;
use crate::dto::{Changed, Failure, Message, Prepared as Shown, Transferred, alone, planned};

/// The question whether it can be given away, and to whom it would go.
#[tauri::command]
pub(crate) async fn prepare_transfer(app: Here<'_>, license: String, recipient: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let license = desk.gatefold.transferable(&license)?;
            let question = desk.gatefold.plan_transfer_question(license, Some(&recipient))?;
            let vendor = &question.license().vendor;
            let mut shown = Shown::of(0, vendor, Values::default(), &[alone(question.preview())]);
            shown.preview = desk.keep(Prepared::TransferQuestion(Box::new(question)));
            Ok(shown)
        })
        .await
}

/// Asks; what comes after a yes is shown, and not sent yet.
#[tauri::command]
pub(crate) async fn ask_transfer(app: Here<'_>, preview: u32) -> Answer<Shown> {
    let asked = app
        .acts
        .ask(move |desk| {
            let Prepared::TransferQuestion(question) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let mut entries = Vec::new();
            let asking = desk.gatefold.ask_transfer(*question, &mut entries);
            let eligible = desk.runtime.block_on(asking)?;
            let transfer = desk.gatefold.plan_transfer(eligible)?;
            let vendor = &transfer.license().vendor;
            let mut shown = Shown::of(0, vendor, Values::default(), &planned(transfer.requests()));
            shown.preview = desk.keep(Prepared::Transfer(Box::new(transfer)));
            Ok(shown)
        })
        .await;
    app.changed(&[Changed::Ledger]);
    asked
}

/// After a native confirmation; none when the user said no, and it can still be sent.
#[tauri::command]
pub(crate) async fn send_transfer(app: Here<'_>, preview: u32) -> Answer<Option<Transferred>> {
    let (title, words) = app.acts.ask(move |desk| desk.asked_of_transfer(preview)).await?;
    if !app.native.confirm(&title, &words, "Give it away").await {
        return Ok(None);
    }
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Transfer(transfer) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let done = desk.runtime.block_on(desk.gatefold.transfer(*transfer, &mut Vec::new()))?;
            Ok(Some(done.into()))
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors, Changed::Library]);
    done
}

/// The message that the vendor wants; nothing is sent.
#[tauri::command]
pub(crate) async fn transfer_message(
    app: Here<'_>,
    license: String,
    recipient: Option<String>,
) -> Answer<Message> {
    Ok(written(&app, license, recipient).await?.into())
}

#[tauri::command]
pub(crate) async fn copy_transfer_message(
    app: Here<'_>,
    license: String,
    recipient: Option<String>,
) -> Answer<()> {
    let TransferMessage { to, subject, body, .. } = written(&app, license, recipient).await?;
    app.native.copy(format!("To: {to}\nSubject: {subject}\n\n{body}"))
}

/// Opens the mail program with it after a native confirmation; false when the user said no.
#[tauri::command]
pub(crate) async fn open_transfer_message(
    app: Here<'_>,
    license: String,
    recipient: Option<String>,
) -> Answer<bool> {
    let message = written(&app, license, recipient).await?;
    let words = format!("To {}. Nothing is sent until you send it there.", message.to);
    if !app.native.confirm("Open this message in your mail program?", &words, "Open").await {
        return Ok(false);
    }
    app.native.open(&message.link())?;
    Ok(true)
}

async fn written(app: &App, license: String, recipient: Option<String>) -> Answer<TransferMessage> {
    app.reads
        .ask(move |desk| {
            let license = desk.gatefold.transferable(&license)?;
            let recipient = recipient.as_deref().filter(|typed| !typed.trim().is_empty());
            Ok(desk.gatefold.transfer_message(&license, recipient)?)
        })
        .await
}
