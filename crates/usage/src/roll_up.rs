//! From sessions to counts. It refuses lists without end: rare versions and hosts become one.

use std::collections::{BTreeMap, BTreeSet};

use crate::week::Week;

/// How many hosts one upload names at most; the others are counted as [`OTHER`].
pub const MAX_DAWS: usize = 20;
/// How many versions of a product one upload names at most; the others are counted as [`OTHER`].
pub const MAX_VERSIONS: usize = 20;
/// What the rare ones are called.
pub const OTHER: &str = "other";

/// Sessions of one product that have everything in common, each item present only where its grant lets it be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The week.
    pub week: Week,
    /// The product's id in the vendor's file.
    pub product: String,
    /// How many sessions; none where how often the product is used was not granted.
    pub sessions: Option<u64>,
    /// The product's version.
    pub version: Option<String>,
    /// The host.
    pub daw: Option<String>,
}

/// A line of an upload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The week.
    pub week: Week,
    /// The product's id in the vendor's file.
    pub product: String,
    /// The product's version, where it was granted and known.
    pub version: Option<String>,
    /// The host, likewise.
    pub daw: Option<String>,
    /// How many sessions there were; none where that was not granted: then the line says that there was one.
    pub sessions: Option<u64>,
}

/// Adds up what is the same, in the order in which it is sent: by week, product, version, host.
pub fn roll_up(sessions: impl IntoIterator<Item = Session>) -> Vec<Count> {
    let mut all: Vec<Session> = sessions.into_iter().collect();
    name_the_common_alone(&mut all);
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for session in all {
        let is_counted = session.sessions.is_some();
        let line = (session.week, session.product, session.version, session.daw, is_counted);
        let count = counts.entry(line).or_default();
        *count = count.saturating_add(session.sessions.unwrap_or_default());
    }
    let says_something =
        |count: &Count| count.sessions.is_some() || count.version.is_some() || count.daw.is_some();
    counts
        .into_iter()
        .map(|((week, product, version, daw, is_counted), sessions)| Count {
            week,
            product,
            version,
            daw,
            sessions: is_counted.then_some(sessions),
        })
        .filter(says_something)
        .collect()
}

fn name_the_common_alone(all: &mut [Session]) {
    let hosts =
        common(all.iter().filter_map(|session| Some((session.daw.clone()?, weight(session)))), MAX_DAWS);
    let products: BTreeSet<String> = all.iter().map(|session| session.product.clone()).collect();
    let versions: BTreeMap<String, BTreeSet<String>> = products
        .into_iter()
        .map(|product| {
            let of_it = all.iter().filter(|session| session.product == product);
            let versions = of_it.filter_map(|session| Some((session.version.clone()?, weight(session))));
            let common = common(versions, MAX_VERSIONS);
            (product, common)
        })
        .collect();
    for session in all {
        let other = |name: &mut String| OTHER.clone_into(name);
        session.daw.iter_mut().filter(|daw| !hosts.contains(*daw)).for_each(other);
        let known = versions.get(&session.product);
        let is_rare = |version: &&mut String| known.is_none_or(|known| !known.contains(*version));
        session.version.iter_mut().filter(is_rare).for_each(other);
    }
}

fn weight(session: &Session) -> u64 {
    session.sessions.unwrap_or(1)
}

/// The names that occur most, at most so many; of those that occur as often, the first by the alphabet.
fn common(names: impl Iterator<Item = (String, u64)>, most: usize) -> BTreeSet<String> {
    let mut weights: BTreeMap<String, u64> = BTreeMap::new();
    for (name, weight) in names {
        let sum = weights.entry(name).or_default();
        *sum = sum.saturating_add(weight);
    }
    let mut sorted: Vec<(String, u64)> = weights.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sorted.into_iter().take(most).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(week: &str, product: &str, version: &str, daw: &str, sessions: Option<u64>) -> Session {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Session {
            week: week.parse().unwrap(),
            product: product.to_owned(),
            sessions,
            version: text(version),
            daw: text(daw),
        }
    }

    fn lines(counts: &[Count]) -> Vec<String> {
        let line = |count: &Count| {
            let Count { week, product, version, daw, sessions } = count;
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let sessions = sessions.map_or_else(|| "-".to_owned(), |count| count.to_string());
            format!("{week} {product} {} {} {sessions}", text(version), text(daw))
        };
        counts.iter().map(line).collect()
    }

    #[test]
    fn what_is_the_same_is_added_up() {
        let one = |week, product, version, daw| session(week, product, version, daw, Some(1));
        let counts = roll_up([
            one("2026-W49", "p", "2", "Ardour"),
            one("2026-W48", "p", "2", "Ardour"),
            one("2026-W49", "p", "2", "Ardour"),
            one("2026-W49", "q", "2", "Ardour"),
            one("2026-W49", "p", "1", "Ardour"),
            session("2026-W49", "p", "2", "Ardour", Some(40)),
        ]);
        assert_eq!(
            lines(&counts),
            [
                "2026-W48 p 2 Ardour 1",
                "2026-W49 p 1 Ardour 1",
                "2026-W49 p 2 Ardour 42",
                "2026-W49 q 2 Ardour 1",
            ]
        );
    }

    #[test]
    fn what_was_not_granted_is_absent() {
        let counts = roll_up([
            session("2026-W49", "p", "2", "", None),
            session("2026-W49", "p", "2", "", None),
            session("2026-W49", "p", "", "", Some(1)),
            session("2026-W49", "p", "", "", Some(1)),
            session("2026-W49", "p", "", "", None),
        ]);
        assert_eq!(lines(&counts), ["2026-W49 p - - 2", "2026-W49 p 2 - -"]);
        assert_eq!(roll_up([]), []);
    }

    #[test]
    fn rare_names_become_one() {
        let of = |nth: usize| {
            session("2026-W49", "p", "", &format!("host {nth:02}"), Some(1 + (nth == 29) as u64))
        };
        let counts = roll_up((0..30).map(of));
        assert_eq!(counts.len(), MAX_DAWS + 1);
        let other = counts.iter().find(|count| count.daw.as_deref() == Some(OTHER)).unwrap();
        assert_eq!(other.sessions, Some(10));
        assert!(counts.iter().any(|count| count.daw.as_deref() == Some("host 29")), "the commonest is named");
        // Versions are counted for each product.
        let of = |nth: usize| session("2026-W49", ["p", "q"][nth % 2], &format!("{nth:02}"), "", Some(1));
        assert_eq!(roll_up((0..40).map(of)).len(), 40);
        assert_eq!(roll_up((0..60).map(of)).len(), 2 * (MAX_VERSIONS + 1));
    }

    #[test]
    fn no_number_of_sessions_overflows() {
        let most = session("2026-W49", "p", "", "Ardour", Some(u64::MAX));
        assert_eq!(roll_up([most.clone(), most])[0].sessions, Some(u64::MAX));
    }
}
