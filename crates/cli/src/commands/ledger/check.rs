//! Whether the record is what was written, in words that say no more than is known.

use gatefold_client::{AnchorState, Check, EntryId, written};
use serde::Serialize;

use super::super::Call;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, SOFT, styled};

#[derive(Serialize)]
struct Checked {
    entries: u64,
    intact: bool,
    broken: Vec<i64>,
    missing: Vec<i64>,
    erased: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_erasure: Option<Erasure>,
    retired: u64,
    anchor: AnchorState,
}

#[derive(Serialize)]
struct Erasure {
    entry: i64,
    at: String,
}

pub(super) fn check(call: &Call) -> Result<(), Failure> {
    let found = call.open_to_read()?.ledger_check()?;
    let out = call.out;
    if found.intact {
        let text = format!("The record is intact: {} entries, {} erased.", found.entries, found.erased);
        out.line(styled(CALM, text));
    }
    for text in wrongs(&found) {
        out.line(styled(ATTENTION, text));
    }
    for text in remarks(&found) {
        out.line(styled(SOFT, text));
    }
    let intact = found.intact;
    out.object(&Checked {
        entries: found.entries,
        intact,
        broken: ids(&found.broken),
        missing: ids(&found.missing),
        erased: found.erased,
        last_erasure: found
            .last_erasure
            .map(|erasure| Erasure { entry: erasure.entry.0, at: written(erasure.at) }),
        retired: found.retired,
        anchor: found.anchor,
    });
    if intact {
        return Ok(());
    }
    if found.anchor == AnchorState::Cut {
        out.say(
            "If you moved the ledger away or put an older one back, say so with: gatefold ledger begin-anew",
        );
    }
    Err(Failure::Said(1))
}

/// What is not as it was written.
fn wrongs(found: &Check) -> Vec<String> {
    let altered: Vec<i64> =
        ids(&found.broken).into_iter().filter(|id| !found.missing.contains(&EntryId(*id))).collect();
    let mut wrongs = Vec::new();
    if !altered.is_empty() {
        wrongs.push(format!("The record was altered at: {}.", listed(&altered)));
    }
    if !found.missing.is_empty() {
        wrongs.push(format!("The record was cut. Gone: {}.", listed(&ids(&found.missing))));
    } else if found.anchor == AnchorState::Cut {
        wrongs.push("The record was cut: it does not begin and end where it was remembered to.".to_owned());
    }
    if wrongs.is_empty() && !found.intact {
        wrongs.push("The record was altered: its numbers do not follow on each other.".to_owned());
    }
    wrongs
}

/// What is as it should be, as far as the record can know.
fn remarks(found: &Check) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(erasure) = &found.last_erasure {
        remarks.push(format!(
            "The last erasure noted: entry {}, {}. By you, by age or by another program of yours: the record cannot tell.",
            erasure.entry.0,
            written(erasure.at)
        ));
    }
    match (found.retired, found.anchor) {
        (0, _) | (_, AnchorState::Cut) => {}
        (gone, AnchorState::Absent) => {
            remarks.push(format!("Older entries that are gone: {gone}, by age as the file alone says."))
        }
        (gone, _) => {
            remarks.push(format!("Older entries that are gone, by age or given up by begin-anew: {gone}."))
        }
    }
    if found.anchor == AnchorState::Absent && found.entries > 0 {
        remarks.push("Its end is remembered nowhere else, so a cut tail would not show.".to_owned());
    }
    if found.index_emptied {
        remarks.push("The index of the search did not fit; the next search builds it anew.".to_owned());
    }
    remarks
}

fn ids(entries: &[EntryId]) -> Vec<i64> {
    entries.iter().map(|id| id.0).collect()
}

/// So many numbers are printed; `--json` has them all.
const PRINTED: usize = 50;

fn listed(ids: &[i64]) -> String {
    let mut text = ids.iter().take(PRINTED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if ids.len() > PRINTED {
        text.push_str(&format!(" and {} more", ids.len() - PRINTED));
    }
    text
}

pub(super) fn begin_anew(call: &Call, yes: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Begun {
        file: String,
        ledger: Vec<i64>,
    }
    let mut gatefold = call.open()?;
    confirm(
        yes,
        "Take the ledger as it is for whole from now on? What is missing in it will not show any more.",
    )?;
    let entry = gatefold.ledger_begin_anchor()?;
    let file = entry.file.map(|file| file.name).unwrap_or_default();
    call.out.line(format!(
        "Begun anew, noted in the ledger as {}. What was remembered before is beside it: {file}",
        entry.line.id
    ));
    call.out.object(&Begun { file, ledger: vec![entry.line.id] });
    Ok(())
}
