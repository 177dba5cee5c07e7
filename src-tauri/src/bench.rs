//! What lies on the desk of the thread that works for support: a bundle in the making, and bundles of others that are looked at.
//!
//! It refuses to hand out a text whole: the page asks for rows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gatefold_client::reading::{MAX_BYTES, Opened};
use gatefold_client::{
    Bundle, BundleDraft, BundleExported, BundleOut, Bundling, ClientError, Clock, Gatefold, Home,
    export_bundle, export_map, open_bundle, part_word,
};
use jiff::Timestamp;

use crate::dto::{
    BundleComparison, BundleFile, BundleLeftOut, BundleName, BundlePage, BundlePart, BundleSize, Failure,
    OpenedBundle, SealedFor, TextRows, Words,
};
use crate::rows::Rows;

/// See the module.
#[derive(Default)]
pub(crate) struct Bench {
    making: Option<Making>,
    /// What the user chose, kept while it is collected anew.
    chosen: Choices,
    looked_at: LookedAt,
    /// A second bundle that is still sealed.
    sealed_second: Option<PathBuf>,
}

/// What goes in, as the user wants it.
#[derive(Default)]
struct Choices {
    left_out: BTreeSet<String>,
    note: String,
    reachability: bool,
}

struct Making {
    draft: BundleDraft,
    /// As it would be written; forgotten when something is chosen.
    bundle: Option<Bundle>,
    cut: Option<Cut>,
}

/// A text that was cut for a page of some width.
struct Cut {
    file: String,
    columns: usize,
    rows: Rows,
}

impl Cut {
    fn is_of(&self, file: &str, columns: usize) -> bool {
        self.file == file && self.columns == columns
    }
}

#[derive(Default)]
enum LookedAt {
    #[default]
    Nothing,
    Bundle(Box<Reading>),
    /// Nothing of it is loaded.
    Refused(PathBuf, Failure),
}

struct Reading {
    path: PathBuf,
    opened: Opened,
    cut: Option<Cut>,
}

/// What a bundle is made of beside the home.
#[derive(Clone)]
pub(crate) struct MadeBy {
    pub(crate) home: Home,
    pub(crate) started_at: Timestamp,
}

impl Bench {
    /// Collects everything anew; what was left out stays so.
    pub(crate) fn make(&mut self, by: MadeBy, gatefold: &Gatefold) -> Result<BundlePage, Failure> {
        let mut how = Bundling::new(by.home, Clock::system());
        how.started_at = by.started_at;
        how.components =
            tauri::webview_version().map(|version| ("web view".to_owned(), version)).into_iter().collect();
        how.reachability = self.chosen.reachability;
        let mut draft = how.draft(Some(gatefold))?;
        draft.set_note(&self.chosen.note);
        for part in draft.parts() {
            if self.chosen.left_out.contains(&part.name) {
                draft.include(&part.name, false)?;
            }
        }
        self.making = Some(Making { draft, bundle: None, cut: None });
        self.page(gatefold)
    }

    /// The same with or without the last contacts to servers.
    pub(crate) fn with_reachability(&mut self, on: bool) {
        self.chosen.reachability = on;
    }

    /// Takes in or leaves out a file, or all files of a part, by its word.
    pub(crate) fn include(
        &mut self,
        what: &str,
        on: bool,
        gatefold: &Gatefold,
    ) -> Result<BundlePage, Failure> {
        let making = self.making.as_mut().ok_or_else(Failure::no_bundle)?;
        let is_meant = |part: &gatefold_client::BundlePart| part.name == what || part_word(part.part) == what;
        for part in making.draft.parts().into_iter().filter(is_meant) {
            making.draft.include(&part.name, on)?;
            if on {
                self.chosen.left_out.remove(&part.name);
            } else {
                self.chosen.left_out.insert(part.name);
            }
        }
        making.changed();
        self.page(gatefold)
    }

    pub(crate) fn set_note(&mut self, note: String, gatefold: &Gatefold) -> Result<BundlePage, Failure> {
        let making = self.making.as_mut().ok_or_else(Failure::no_bundle)?;
        making.draft.set_note(&note);
        making.changed();
        self.chosen.note = note;
        self.page(gatefold)
    }

    fn page(&mut self, gatefold: &Gatefold) -> Result<BundlePage, Failure> {
        let Choices { note, reachability, .. } = &self.chosen;
        let (note, reachability) = (note.clone(), *reachability);
        let making = self.making()?;
        let files = making.bundle()?.files().iter().map(BundleFile::from).collect();
        let draft = &making.draft;
        Ok(BundlePage {
            notices: draft.notices().iter().map(gatefold_client::BundleNotice::sentence).collect(),
            parts: draft.parts().into_iter().map(BundlePart::from).collect(),
            files,
            left_out: draft.left_out().iter().map(BundleLeftOut::from).collect(),
            uncollected: draft.uncollected().iter().map(Words::of_error).collect(),
            note,
            reachability,
            recipients: gatefold.bundle_recipients()?.into_iter().map(SealedFor::from).collect(),
        })
    }

    pub(crate) fn size(&mut self) -> Result<BundleSize, Failure> {
        Ok(BundleSize { bytes: self.making()?.draft.packed_bytes()?, max_bytes: MAX_BYTES })
    }

    /// Rows of a file as it will be written.
    pub(crate) fn rows(
        &mut self,
        file: &str,
        columns: usize,
        from: usize,
        count: usize,
    ) -> Result<TextRows, Failure> {
        let rows = self.making()?.cut(file, columns)?;
        Ok(TextRows { count: rows.count(), rows: rows.part(from, count) })
    }

    /// The row in which one of the file's replaced parts begins.
    pub(crate) fn row_of_mark(&mut self, file: &str, columns: usize, nth: usize) -> Result<usize, Failure> {
        Ok(self.making()?.cut(file, columns)?.row_of_mark(nth).unwrap_or_default())
    }

    pub(crate) fn names(&mut self) -> Result<Vec<BundleName>, Failure> {
        Ok(self.making()?.draft.names().into_iter().map(BundleName::from).collect())
    }

    pub(crate) fn file_name(&mut self) -> Result<String, Failure> {
        Ok(self.making()?.draft.file_name())
    }

    /// Writes it as it was shown.
    pub(crate) fn export(
        &mut self,
        path: &Path,
        seal_for: Option<&str>,
        gatefold: &mut Gatefold,
    ) -> Result<BundleExported, Failure> {
        let draft = &self.making()?.draft;
        let sealed_for = match seal_for {
            Some(vendor) => {
                let known = gatefold.bundle_recipients()?.into_iter().find(|one| one.vendor == vendor);
                Some(known.ok_or_else(|| ClientError::NoSupportKey(vendor.to_owned()))?)
            }
            None => None,
        };
        let out = BundleOut { sealed_for, max_bytes: MAX_BYTES };
        Ok(export_bundle(Some(gatefold), draft, path, &out)?)
    }

    /// Writes who is called what, for the user alone.
    pub(crate) fn export_names(
        &mut self,
        path: &Path,
        gatefold: &mut Gatefold,
    ) -> Result<BundleExported, Failure> {
        Ok(export_map(Some(gatefold), &self.making()?.draft, path)?)
    }

    fn making(&mut self) -> Result<&mut Making, Failure> {
        self.making.as_mut().ok_or_else(Failure::no_bundle)
    }
}

impl Making {
    fn changed(&mut self) {
        (self.bundle, self.cut) = (None, None);
    }

    fn bundle(&mut self) -> Result<&Bundle, Failure> {
        if self.bundle.is_none() {
            self.bundle = Some(self.draft.bundle()?);
        }
        self.bundle.as_ref().ok_or_else(Failure::no_bundle)
    }

    fn cut(&mut self, file: &str, columns: usize) -> Result<&Rows, Failure> {
        if !self.cut.as_ref().is_some_and(|cut| cut.is_of(file, columns)) {
            let found = self.bundle()?.files().iter().find(|found| found.name == file);
            let found = found.ok_or_else(Failure::no_bundle)?;
            // Each file of a bundle is UTF-8.
            let text = String::from_utf8_lossy(&found.bytes).into_owned();
            let rows = Rows::cut(text, columns, &found.spans);
            self.cut = Some(Cut { file: file.to_owned(), columns, rows });
        }
        self.cut.as_ref().map(|cut| &cut.rows).ok_or_else(Failure::no_bundle)
    }
}

/// Bundles of others.
impl Bench {
    /// Opens one in the place of what was looked at before; where it is refused nothing of it is loaded.
    pub(crate) fn open(&mut self, path: PathBuf, identity: Option<&Path>) {
        self.looked_at = LookedAt::Nothing;
        self.looked_at = match open_bundle(&path, identity) {
            Ok(opened) => LookedAt::Bundle(Box::new(Reading { path, opened, cut: None })),
            Err(error) => LookedAt::Refused(path, error.into()),
        };
    }

    /// What is looked at; none where nothing is.
    pub(crate) fn opened(&self) -> Result<Option<OpenedBundle>, Failure> {
        match &self.looked_at {
            LookedAt::Nothing => Ok(None),
            LookedAt::Bundle(reading) => Ok(Some(OpenedBundle::of(&reading.path, &reading.opened))),
            LookedAt::Refused(_, failure) => Err(failure.clone()),
        }
    }

    /// The file that was refused.
    pub(crate) fn refused(&self) -> Result<PathBuf, Failure> {
        match &self.looked_at {
            LookedAt::Refused(path, _) => Ok(path.clone()),
            _ => Err(Failure::no_bundle()),
        }
    }

    pub(crate) fn close(&mut self) {
        (self.looked_at, self.sealed_second) = (LookedAt::Nothing, None);
    }

    /// Compares with a second one, which is not kept; a sealed one is remembered until its key is named.
    pub(crate) fn compare(
        &mut self,
        path: PathBuf,
        identity: Option<&Path>,
    ) -> Result<BundleComparison, Failure> {
        let reading = self.reading()?;
        match open_bundle(&path, identity) {
            Ok(second) => {
                let compared = BundleComparison::of(&path, &reading.opened, &second)?;
                self.sealed_second = None;
                Ok(compared)
            }
            Err(error) => {
                self.sealed_second = Some(path);
                Err(error.into())
            }
        }
    }

    pub(crate) fn sealed_second(&self) -> Result<PathBuf, Failure> {
        self.sealed_second.clone().ok_or_else(Failure::no_bundle)
    }

    pub(crate) fn read_rows(
        &mut self,
        file: &str,
        columns: usize,
        from: usize,
        count: usize,
    ) -> Result<TextRows, Failure> {
        let rows = self.reading()?.cut(file, columns)?;
        Ok(TextRows { count: rows.count(), rows: rows.part(from, count) })
    }

    /// The row with which a line of a file begins.
    pub(crate) fn row_of_line(&mut self, file: &str, columns: usize, line: u32) -> Result<usize, Failure> {
        Ok(self.reading()?.cut(file, columns)?.row_of_line(line))
    }

    /// What a search looks through, or a ticket is told of.
    pub(crate) fn looked_at(&mut self) -> Result<&Opened, Failure> {
        Ok(&self.reading()?.opened)
    }

    fn reading(&mut self) -> Result<&mut Reading, Failure> {
        match &mut self.looked_at {
            LookedAt::Bundle(reading) => Ok(reading),
            _ => Err(Failure::no_bundle()),
        }
    }
}

impl Reading {
    fn cut(&mut self, file: &str, columns: usize) -> Result<&Rows, Failure> {
        if !self.cut.as_ref().is_some_and(|cut| cut.is_of(file, columns)) {
            let text = self.opened.text(file).map_err(|error| match error.code() {
                // The bundle is opened; it is this file that is too much for a page.
                "diagnostics.excessive" => Failure::file_too_large(),
                _ => ClientError::from(error).into(),
            })?;
            let rows = Rows::cut(text, columns, &[]);
            self.cut = Some(Cut { file: file.to_owned(), columns, rows });
        }
        self.cut.as_ref().map(|cut| &cut.rows).ok_or_else(Failure::no_bundle)
    }
}

#[cfg(test)]
mod tests {
    use gatefold_client::OpenOptions;

    use super::*;

    struct Scene {
        dir: tempfile::TempDir,
        gatefold: Gatefold,
        by: MadeBy,
        bench: Bench,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let home = Home::at(&dir.path().join("home"));
            let options = OpenOptions { home: home.clone(), passphrase: None, clock: Clock::system() };
            let gatefold = Gatefold::open(options).unwrap();
            let by = MadeBy { home, started_at: Timestamp::now() };
            Self { dir, gatefold, by, bench: Bench::default() }
        }

        fn make(&mut self) -> BundlePage {
            self.bench.make(self.by.clone(), &self.gatefold).unwrap()
        }

        fn export(&mut self) -> PathBuf {
            let path = self.dir.path().join("a.gatefold-diagnostics");
            self.bench.export(&path, None, &mut self.gatefold).unwrap();
            path
        }
    }

    fn names(page: &BundlePage) -> Vec<&str> {
        page.files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn what_is_chosen_stays_so_when_all_is_collected_anew() {
        let mut scene = Scene::new();
        assert!(names(&scene.make()).contains(&"settings.json"));
        scene.bench.include("settings", false, &scene.gatefold).unwrap();
        scene.bench.include("app.json", false, &scene.gatefold).unwrap();
        scene.bench.set_note("It is silent.".to_owned(), &scene.gatefold).unwrap();
        scene.bench.with_reachability(true);
        let page = scene.make();
        let held = names(&page);
        assert!(!held.contains(&"settings.json") && !held.contains(&"app.json"), "{held:?}");
        assert!(held.contains(&"note.txt") && held.contains(&"reachability.json"), "{held:?}");
        assert_eq!(page.note, "It is silent.");
        let page = scene.bench.include("settings", true, &scene.gatefold).unwrap();
        assert!(names(&page).contains(&"settings.json"));
    }

    #[test]
    fn the_rows_of_each_file_are_its_bytes_as_they_are_written() {
        let mut scene = Scene::new();
        let page = scene.make();
        let path = scene.export();
        let opened = open_bundle(&path, None).unwrap();
        assert_eq!(opened.names(), names(&page));
        for file in &page.files {
            let rows = scene.bench.rows(&file.name, 40, 0, usize::MAX).unwrap();
            let text: String =
                rows.rows.iter().map(|row| row.text.clone() + if row.ends { "\n" } else { "" }).collect();
            assert_eq!(text.len() as u64, file.bytes, "{}", file.name);
            assert_eq!(gatefold_client::reading::visible(&text), opened.text(&file.name).unwrap());
            let marked: BTreeSet<u32> =
                rows.rows.iter().flat_map(|row| &row.marks).map(|mark| mark.nth).collect();
            assert_eq!(marked.len(), file.marks, "{}", file.name);
        }
        let size = scene.bench.size().unwrap();
        assert_eq!(size.bytes, path.metadata().unwrap().len());
    }

    #[test]
    fn what_is_refused_takes_the_place_of_what_was_looked_at() {
        let mut scene = Scene::new();
        scene.make();
        let path = scene.export();
        assert!(scene.bench.opened().unwrap().is_none());
        scene.bench.open(path.clone(), None);
        assert!(scene.bench.opened().unwrap().is_some());
        assert!(scene.bench.read_rows("manifest.json", 80, 0, 10).is_ok());
        let compared = scene.bench.compare(path.clone(), None).unwrap();
        assert_eq!(compared.differences.len(), 0);
        let none = scene.dir.path().join("none.gatefold-diagnostics");
        std::fs::write(&none, b"nothing of ours").unwrap();
        assert_eq!(scene.bench.compare(none.clone(), None).unwrap_err().code, "diagnostics.not_a_bundle");
        assert!(scene.bench.opened().unwrap().is_some(), "the first stays");
        scene.bench.open(none.clone(), None);
        assert_eq!(scene.bench.opened().unwrap_err().code, "diagnostics.not_a_bundle");
        assert_eq!(scene.bench.refused().unwrap(), none);
        assert_eq!(scene.bench.read_rows("manifest.json", 80, 0, 10).unwrap_err().code, "app.no_bundle");
        scene.bench.close();
        assert!(scene.bench.opened().unwrap().is_none());
    }
}
