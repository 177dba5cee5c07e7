//! Requests as they are shown: text, the stretches to mark, and the liner notes.

use gatefold_client::{
    InForce, Item, Mark as Stretch, MarkKind as StretchKind, Note, NoteGroup, Planned, PlannedWhen, Preview,
    Values,
};
use serde::Serialize;

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum MarkKind {
    Item,
    Secret,
    Slot,
}

/// A stretch of a request's text, in UTF-16 units, as the page counts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mark {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: MarkKind,
    pub(crate) items: Vec<&'static str>,
    pub(crate) sent_bytes: Option<usize>,
}

/// When a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestWhen {
    Always,
    /// The check before it says that the license is good.
    IfGood,
    UnlessSeatTaken,
    IfSeatTaken,
    /// The answer before it is not the seat.
    IfNoSeatCame,
    /// The page before it is not the last one.
    IfMore,
    /// No answer says what became of the request before it.
    IfUnanswered,
    /// The sign-in is not kept.
    IfNotKept,
}

impl From<PlannedWhen> for RequestWhen {
    fn from(when: PlannedWhen) -> Self {
        match when {
            PlannedWhen::Always => Self::Always,
            PlannedWhen::IfGood => Self::IfGood,
            PlannedWhen::UnlessSeatTaken => Self::UnlessSeatTaken,
            PlannedWhen::IfSeatTaken => Self::IfSeatTaken,
            PlannedWhen::IfNoSeatCame => Self::IfNoSeatCame,
            PlannedWhen::IfMore | PlannedWhen::IfStillMore => Self::IfMore,
            PlannedWhen::IfUnanswered => Self::IfUnanswered,
            PlannedWhen::IfNotKept => Self::IfNotKept,
        }
    }
}

/// A request that is sent in any case.
pub(crate) fn alone(preview: &Preview) -> Sending<'_> {
    (preview, PlannedWhen::Always)
}

/// The requests of a plan.
pub(crate) fn planned(requests: &[Planned]) -> Vec<Sending<'_>> {
    requests.iter().map(|request| (&request.preview, request.when)).collect()
}

/// A request, and when it is sent.
pub(crate) type Sending<'a> = (&'a Preview, PlannedWhen);

/// What a request does, where its purpose alone would not tell it from its neighbors.
#[cfg(test)]
#[derive(Debug, serde::Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestDeed {
    Seat,
    Look,
    File,
    Standing,
}

/// One request as it is kept and shown: head and body, secrets named in their place.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) purpose: &'static str,
    pub(crate) label: &'static str,
    #[cfg_attr(test, ts(as = "Option<RequestDeed>"))]
    pub(crate) deed: Option<&'static str>,
    pub(crate) wire_bytes: usize,
    pub(crate) items: Vec<&'static str>,
    pub(crate) text: String,
    pub(crate) marks: Vec<Mark>,
    pub(crate) when: RequestWhen,
    /// So many more like it may follow: nothing but a page's number differs.
    pub(crate) alike: usize,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ItemGroup {
    Bind,
    Required,
    Chosen,
    Protocol,
    /// What the user agreed to share of their use.
    Shared,
    /// What goes along with it, and with asking for its erasure.
    Frame,
    Network,
}

/// A row of the liner notes. What is null the policy does not say.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemRow {
    pub(crate) item: String,
    pub(crate) label: String,
    pub(crate) group: ItemGroup,
    pub(crate) value: Option<String>,
    pub(crate) words: String,
    pub(crate) reason: Option<String>,
    /// Which lines of the policy give the reason, where the basis does not cite the same.
    pub(crate) source: Option<String>,
    pub(crate) basis: Option<String>,
    /// What else weighs most, with basis and lines of its own.
    pub(crate) also: Option<String>,
    pub(crate) retention: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) recipients: Vec<String>,
    pub(crate) secret: bool,
}

/// Something that is ready to be sent, once. Nothing has left.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prepared {
    pub(crate) preview: u32,
    pub(crate) vendor: String,
    pub(crate) host: String,
    pub(crate) rows: Vec<ItemRow>,
    pub(crate) requests: Vec<Request>,
}

impl Prepared {
    /// Shows some requests of one vendor. `beside` are the values that stand in none of them.
    pub(crate) fn of(preview: u32, vendor: &InForce, beside: Values<'_>, requests: &[Sending<'_>]) -> Self {
        let items: Vec<Item> =
            requests.iter().flat_map(|(request, _)| request.items.iter().copied()).collect();
        let previews: Vec<&Preview> = requests.iter().map(|(request, _)| *request).collect();
        let values = Values { requests: &previews, ..beside };
        let mut rows: Vec<ItemRow> = vendor.notes(&items, values).into_iter().map(ItemRow::from).collect();
        rows.extend(network(vendor));
        Self {
            preview,
            vendor: vendor.named(),
            host: host_of(requests.first().map_or("", |(request, _)| &request.url)),
            rows,
            requests: shown(requests),
        }
    }
}

/// Requests that differ from the one before in a page's number alone are counted, not shown.
fn shown(requests: &[Sending<'_>]) -> Vec<Request> {
    let mut shown: Vec<Request> = Vec::new();
    for (request, when) in requests {
        match shown.last_mut().filter(|_| *when == PlannedWhen::IfStillMore) {
            Some(last) => last.alike += 1,
            None => shown.push(Request::of(request, *when)),
        }
    }
    shown
}

/// What the network shows without being in a request.
pub(crate) fn network(vendor: &InForce) -> Vec<ItemRow> {
    let policy = vendor.vendor().policy();
    let row = |fact: &gatefold_client::vendor::NetworkFact| ItemRow {
        item: "network".to_owned(),
        label: fact.name.clone(),
        group: ItemGroup::Network,
        value: None,
        words: fact.name.clone(),
        reason: fact.reason.in_words(),
        source: None,
        basis: fact.basis.in_words(),
        also: None,
        retention: policy.retention.in_words(),
        region: policy.region.in_words(),
        recipients: Vec::new(),
        secret: false,
    };
    vendor.vendor().network().iter().map(row).collect()
}

impl From<Note> for ItemRow {
    fn from(note: Note) -> Self {
        Self {
            item: note.item.id().to_owned(),
            label: note.item.label().to_owned(),
            group: match note.group {
                NoteGroup::Bind => ItemGroup::Bind,
                NoteGroup::Required => ItemGroup::Required,
                NoteGroup::Chosen => ItemGroup::Chosen,
                NoteGroup::Protocol => ItemGroup::Protocol,
            },
            value: note.value,
            words: note.words,
            reason: note.reason,
            source: note.source,
            basis: note.basis,
            also: note.also,
            retention: note.retention,
            region: note.region,
            recipients: note.recipients,
            secret: note.item.is_secret(),
        }
    }
}

impl Request {
    fn of(preview: &Preview, when: PlannedWhen) -> Self {
        let (text, marks) = marked(&preview.bytes, &preview.marks);
        Self {
            method: preview.method.clone(),
            url: preview.url.clone(),
            purpose: preview.purpose.id(),
            label: preview.purpose.label(),
            deed: gatefold_client::Deed::of(Some(&preview.method), Some(&preview.url))
                .map(gatefold_client::Deed::as_str),
            wire_bytes: preview.wire_len_bytes,
            items: preview.items.iter().map(|item| item.id()).collect(),
            text,
            marks,
            when: when.into(),
            alike: 0,
        }
    }
}

/// The kept bytes as text, and its marks counted as the page counts. A mark that does not lie within the bytes, or not
/// after the one before, is left out: a tampered row shows no more than its bytes.
pub(crate) fn marked(bytes: &[u8], stretches: &[Stretch]) -> (String, Vec<Mark>) {
    let (mut text, mut units, mut done) = (String::new(), 0, 0);
    let mut marks = Vec::new();
    let mut take = |text: &mut String, from: usize, to: usize| {
        let part = String::from_utf8_lossy(&bytes[from..to]);
        units += part.encode_utf16().count();
        text.push_str(&part);
        units
    };
    for stretch in stretches {
        let Some(end) = stretch.offset.checked_add(stretch.len) else { continue };
        if stretch.offset < done || end > bytes.len() {
            continue;
        }
        let from = take(&mut text, done, stretch.offset);
        let to = take(&mut text, stretch.offset, end);
        done = end;
        let (kind, sent_bytes) = match stretch.kind {
            StretchKind::Item => (MarkKind::Item, None),
            StretchKind::Secret { sent_len_bytes } => (MarkKind::Secret, Some(sent_len_bytes)),
            StretchKind::Slot => (MarkKind::Slot, None),
        };
        let items = stretch.items.iter().map(|item| item.id()).collect();
        marks.push(Mark { start: from, end: to, kind, items, sent_bytes });
    }
    take(&mut text, done, bytes.len());
    (text, marks)
}

fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_as_the_page_counts() {
        fn check(bytes: &str, offset: usize, len: usize, expect: Option<&str>) {
            let stretch = Stretch { offset, len, kind: StretchKind::Item, items: vec![Item::DeviceName] };
            let (text, marks) = marked(bytes.as_bytes(), &[stretch]);
            assert_eq!(text, bytes);
            let units: Vec<u16> = text.encode_utf16().collect();
            let found = marks.first().map(|mark| String::from_utf16(&units[mark.start..mark.end]).unwrap());
            assert_eq!(found.as_deref(), expect, "{bytes} {offset} {len}");
        }
        check("name: desk!", 6, 4, Some("desk"));
        check("näme: dësk!", 7, 5, Some("dësk"));
        check("🎛: 🎚x", 6, 5, Some("🎚x"));
        check("short", 2, 9, None);
        check("short", usize::MAX, 2, None);
    }
}
