//! A question in a dialog of GTK. A no has the keyboard and is the default: whoever presses Return or Escape without reading
//! has agreed to nothing. The dialog plug-in cannot say which answer is the default.

use std::cell::Cell;

use gtk::prelude::*;
use tokio::sync::oneshot;

/// What is asked.
pub(super) struct Question {
    pub(super) title: String,
    pub(super) words: String,
    pub(super) yes: String,
}

/// Opens the dialog; on GTK's own thread. Closed in any other way than by the yes it is a no.
pub(super) fn ask(
    parent: Option<&gtk::ApplicationWindow>,
    question: &Question,
    answer: oneshot::Sender<bool>,
) {
    let dialog = gtk::MessageDialog::new(
        parent,
        gtk::DialogFlags::MODAL | gtk::DialogFlags::DESTROY_WITH_PARENT,
        gtk::MessageType::Question,
        gtk::ButtonsType::None,
        &question.title,
    );
    dialog.set_title(&question.title);
    dialog.set_secondary_text(Some(&question.words));
    let no = dialog.add_button("Cancel", gtk::ResponseType::Cancel);
    dialog.add_button(&question.yes, gtk::ResponseType::Accept);
    dialog.set_default_response(gtk::ResponseType::Cancel);
    let answer = Cell::new(Some(answer));
    dialog.connect_response(move |dialog, said| {
        if let Some(answer) = answer.take() {
            // Nobody waits any more: then nobody is told.
            let _ = answer.send(said == gtk::ResponseType::Accept);
            dialog.close();
        }
    });
    dialog.show_all();
    no.grab_focus();
}
