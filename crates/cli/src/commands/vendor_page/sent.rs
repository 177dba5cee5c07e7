//! What was sent to a vendor: of each item, and by category in the past twelve months.

use gatefold_client::vendor::counted;
use gatefold_client::{Dealings, ItemSent, written};

use super::super::vendor_words::joined;
use super::Page;

/// What was sent of an item.
pub(super) fn was_sent(sent: Option<&ItemSent>, vendor: &str) -> String {
    match sent {
        None => "Was sent: never".to_owned(),
        Some(ItemSent { item, times, last_at, entry }) => {
            let all = match times {
                1 => String::new(),
                _ => format!("; all with: gatefold ledger list --vendor {vendor} --item {item}"),
            };
            format!("Was sent: {}, last {}, line {entry}{all}", counted(*times, "time"), written(*last_at))
        }
    }
}

impl Page<'_> {
    /// By category; then what is not known any more.
    pub(super) fn past_year(&mut self, dealings: &Dealings) {
        let year = &dealings.past_year;
        self.0.heading("What this computer sent to it in the past 12 months");
        let since = written(year.since);
        let since = since.split('T').next().unwrap_or(&since);
        let requests = |times| counted(times, "request");
        if year.requests == 0 {
            self.0.note(&format!("Nothing, since {since}."));
        } else {
            let bytes = counted(year.request_bytes, "byte");
            self.0.note(&format!("{}, {bytes}, since {since}.", requests(year.requests)));
        }
        for sent in &year.categories {
            let items = joined(sent.items.iter().map(|item| item.label()), ", ");
            self.0.note(&format!("{}, in {}: {items}", sent.category.label(), requests(sent.times)));
        }
        if year.requests > 0 {
            self.0
                .note(&format!("Seen on the network, with {}: IP address and time", requests(year.requests)));
        }
        if dealings.erased > 0 {
            let of = counted(dealings.erased, "request");
            self.0.note(&format!("The bytes of {of} were erased: what stood in them is not known any more."));
        }
        if dealings.cut {
            self.0.note("There are older requests, which are not added up here.");
        }
    }
}
