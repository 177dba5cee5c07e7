//! The issuers of a vendor: which server keys count, for which account, in which time. It refuses a vendor file that the
//! root key did not sign, and any issuer it cannot read whole.
//!
//! Plug-ins read the shelf's copy of the vendor file when they start, and only `id`, `version` and the `[[issuer]]`
//! tables of it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use memchr::{memchr_iter, memmem};
use serde::{Deserialize, Deserializer};

use crate::error::LicenseError;
use crate::root::RootKey;
use crate::server_key::ServerKey;

/// A server key with the terms on which it counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Issuer {
    /// The key that signs the server's files and replies.
    #[serde(deserialize_with = "server_key")]
    pub public_key: ServerKey,
    /// The account at the server; `None` only for a bare key. A slug cannot be compared with the ids in files and
    /// replies: the key alone decides then, as a server has another key for every account (protocol reference 2).
    #[serde(deserialize_with = "account")]
    pub account: Option<String>,
    /// The origins it answers at.
    pub hosts: Vec<String>,
    /// The first day (UTC) on which files are its.
    #[serde(default)]
    pub not_before: Option<Date>,
    /// The first day (UTC) on which files are no longer its.
    #[serde(default)]
    pub not_after: Option<Date>,
}

impl Issuer {
    /// An issuer of which nothing is known but its key.
    pub const fn of_key(public_key: ServerKey) -> Self {
        Self { public_key, account: None, hosts: Vec::new(), not_before: None, not_after: None }
    }

    /// Whether a file issued at this time is its: `not_before <= issued < not_after`.
    pub fn in_force(&self, issued: Timestamp) -> bool {
        self.not_before.is_none_or(|day| midnight(day).is_some_and(|start| start <= issued))
            && self.not_after.is_none_or(|day| midnight(day).is_some_and(|end| issued < end))
    }

    /// The account's id, where it is known.
    pub fn account_id(&self) -> Option<&str> {
        self.account.as_deref().filter(|account| is_uuid(account))
    }

    /// Whether it speaks for this account.
    pub(crate) fn owns(&self, account: &str) -> bool {
        self.account_id().is_none_or(|own| own.eq_ignore_ascii_case(account))
    }
}

/// The issuers of a vendor file that its root key signed.
#[derive(Clone, Debug, Deserialize)]
pub struct IssuerList {
    id: String,
    version: u32,
    #[serde(rename = "issuer")]
    issuers: Vec<Issuer>,
}

impl IssuerList {
    /// Checks the root signature over a vendor file and reads its issuers.
    ///
    /// # Errors
    /// The errors of [`RootKey::verify`]; `IssuersMalformed`.
    pub fn open(vendor_toml: &[u8], minisig_text: &str, root: &RootKey) -> Result<Self, LicenseError> {
        root.verify(vendor_toml, minisig_text)?;
        Self::of_signed(vendor_toml)
    }

    /// [`IssuerList::open`] that leaves the signature's trusted comment unverified, for a plug-in, which never reads it.
    ///
    /// # Errors
    /// The errors of [`RootKey::verify_without_comment`]; `IssuersMalformed`.
    pub fn open_without_comment(
        vendor_toml: &[u8],
        minisig_text: &str,
        root: &RootKey,
    ) -> Result<Self, LicenseError> {
        root.verify_without_comment(vendor_toml, minisig_text)?;
        Self::of_signed(vendor_toml)
    }

    fn of_signed(vendor_toml: &[u8]) -> Result<Self, LicenseError> {
        let text = str::from_utf8(vendor_toml).map_err(|_| LicenseError::IssuersMalformed("not text"))?;
        Self::read(text)
    }

    /// Reads the excerpt where there is one, and the whole file wherever the excerpt leaves a doubt.
    fn read(text: &str) -> Result<Self, LicenseError> {
        let excerpt = excerpt(text).and_then(|excerpt| toml::from_str(&excerpt).ok());
        let list = match excerpt {
            Some(list) => list,
            None => toml::from_str(text)
                .map_err(|_| LicenseError::IssuersMalformed("its members are not those of an issuer"))?,
        };
        let Self { issuers, .. } = &list;
        if issuers.is_empty() {
            return Err(LicenseError::IssuersMalformed("it names none"));
        }
        Ok(list)
    }

    /// The vendor's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The vendor file's version.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The issuers, in the file's order.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }
}

/// The lines before the first table and those of the `[[issuer]]` tables: what a plug-in needs of a file that may be
/// thirty times as long.
///
/// In TOML without multi-line strings a line that opens with `[` is a table's header or stands inside an array. In the
/// second case what is kept ends inside that array and does not parse. A header that could name the issuers otherwise
/// (dotted, quoted, with a comment) gives no excerpt.
fn excerpt(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"\"\"\"").or_else(|| memmem::find(bytes, b"'''")).is_some() {
        return None;
    }
    let mut excerpt = String::new();
    let mut wanted = Some(0);
    for (start, line) in memchr_iter(b'[', bytes).filter_map(|at| header(text, at)) {
        excerpt.push_str(wanted.map_or("", |from| &text[from..start]));
        let is_issuer = line == "[[issuer]]";
        if !is_issuer && (line.contains("issuer") || line.contains(['"', '\''])) {
            return None;
        }
        wanted = is_issuer.then_some(start);
    }
    excerpt.push_str(wanted.map_or("", |from| &text[from..]));
    Some(excerpt)
}

/// Where the line begins that the bracket at `at` opens, and the line without the blanks around it; `None` if more stands before it.
fn header(text: &str, at: usize) -> Option<(usize, &str)> {
    let before = text[..at].trim_end_matches([' ', '\t']);
    let opens = before.is_empty() || before.ends_with('\n');
    opens.then(|| (before.len(), text[at..].lines().next().unwrap_or_default().trim_end()))
}

/// Groups of 8, 4, 4, 4 and 12 hex digits (RFC 9562).
fn is_uuid(text: &str) -> bool {
    let groups = text
        .split('-')
        .map(|group| if group.bytes().all(|byte| byte.is_ascii_hexdigit()) { group.len() } else { 0 });
    groups.eq([8, 4, 4, 4, 12])
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn server_key<'de, D: Deserializer<'de>>(from: D) -> Result<ServerKey, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn account<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{ACCOUNT, SERVER_SEED, public_key};

    fn issuer(more: &str) -> String {
        let key = hex::encode(public_key(&SERVER_SEED));
        format!(
            "[[issuer]]\npublic_key = \"{key}\"\naccount = \"{ACCOUNT}\"\nhosts = [\"https://license.example\"]\n{more}"
        )
    }

    fn vendor(tables: &str) -> String {
        format!("id = \"sleeve\"\nname = \"Sleeve\"\nversion = 3\n\n{tables}")
    }

    #[test]
    fn only_what_the_root_signed_is_read() {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let root: RootKey = pair.pk.to_base64().parse().unwrap();
        let text = vendor(&issuer("not_before = \"2026-01-01\"\n"));
        let signature = minisign::sign(Some(&pair.pk), &pair.sk, Cursor::new(&text), Some("v3"), None)
            .unwrap()
            .into_string();
        let list = IssuerList::open(text.as_bytes(), &signature, &root).unwrap();
        assert_eq!((list.id(), list.version(), list.issuers().len()), ("sleeve", 3, 1));
        assert_eq!(list.issuers()[0].public_key.as_bytes(), &public_key(&SERVER_SEED));
        assert_eq!(list.issuers()[0].account.as_deref(), Some(ACCOUNT));
        let altered = text.replace("2026", "2025");
        let refused = IssuerList::open(altered.as_bytes(), &signature, &root).map(drop);
        assert_eq!(refused, Err(LicenseError::RootSignatureInvalid));
        let refused = IssuerList::open_without_comment(altered.as_bytes(), &signature, &root).map(drop);
        assert_eq!(refused, Err(LicenseError::RootSignatureInvalid));
        let commented = signature.replace("trusted comment: v3", "trusted comment: v4");
        assert_ne!(commented, signature);
        let refused = IssuerList::open(text.as_bytes(), &commented, &root).map(drop);
        assert_eq!(refused, Err(LicenseError::RootSignatureInvalid));
        let list = IssuerList::open_without_comment(text.as_bytes(), &commented, &root).unwrap();
        assert_eq!((list.id(), list.version(), list.issuers().len()), ("sleeve", 3, 1));
        let other =
            minisign::KeyPair::generate_unencrypted_keypair().unwrap().pk.to_base64().parse().unwrap();
        assert_eq!(
            IssuerList::open(text.as_bytes(), &signature, &other).map(drop),
            Err(LicenseError::RootForeign)
        );
    }

    #[test]
    fn every_way_to_write_issuers_reads_the_same() {
        fn check(text: &str, excerpted: bool, expect: Option<usize>) {
            let read = IssuerList::read(text).map(|list| list.issuers.len());
            assert_eq!(read.ok(), expect, "{text}");
            let found = excerpt(text).and_then(|excerpt| toml::from_str::<IssuerList>(&excerpt).ok());
            assert_eq!(found.is_some(), excerpted, "{text}");
        }
        let (one, key) = (issuer(""), hex::encode(public_key(&SERVER_SEED)));
        check(&vendor(&one), true, Some(1));
        check(&vendor(&format!("{one}[[product]]\nid = \"1\"\n{one}[link]\nx = \"y\"\n")), true, Some(2));
        check(&vendor(&format!("  {one}")).replace('\n', "\r\n"), true, Some(1));
        check(&vendor(&one.replace("hosts = [", "hosts = [\n  ").replace("\"]", "\",\n]")), true, Some(1));
        check(&vendor(&one).replace("[[issuer]]", "[[issuer]] # ours"), false, Some(1));
        check(&vendor(&one).replace("[[issuer]]", "[[ issuer ]]"), false, Some(1));
        check(&vendor(&one).replace("[[issuer]]", "[[\"iss\\u0075er\"]]"), false, Some(1));
        check(&vendor(&format!("{one}[issuer.more]\nx = 1\n")), false, Some(1));
        let inline =
            format!("issuer = [{{ public_key = \"{key}\", account = \"{ACCOUNT}\", hosts = [] }}]\n");
        check(&vendor(&inline), true, Some(1));
        check(&vendor(&format!("{inline}{one}")), false, None);
        check(&vendor(&format!("{one}nested = [\n[1, 2],\n]\n")), false, Some(1));
        check(&format!("lists = [\n[1],\n[2]]\n{}", vendor(&one)), false, Some(1));
        check(&vendor(&format!("words = \"\"\"\n{one}\"\"\"\n{one}")), false, Some(1));
        check(&vendor(&format!("words = '''\n{one}'''\n")), false, None);
        check(&vendor(&format!("# [[issuer]]\n#{one}")), false, None);
        check(&vendor(""), false, None);
        check(&vendor("issuer = []\n"), true, None);
        check("version = 3\n", false, None);
    }

    #[test]
    fn an_issuer_is_read_whole_or_not_at_all() {
        fn check(from: &str, to: &str) {
            let text = vendor(&issuer("not_before = \"2026-01-01\"\n"));
            assert!(IssuerList::read(&text).is_ok() && text.contains(from));
            let read = IssuerList::read(&text.replacen(from, to, 1)).map(drop);
            assert_eq!(
                read.map_err(|error| error.code()),
                Err("license.issuers_malformed"),
                "{from} -> {to}"
            );
        }
        check("public_key", "public_kee");
        check("account", "acount");
        check("hosts", "host");
        check("2026-01-01", "2026-13-01");
        check("2026-01-01", "01.01.2026");
        check("public_key = \"", "public_key = \"0");
        check("version = 3", "version = -1");
        check("id = \"sleeve\"", "");
        check("[[issuer]]", "[[issuer]");
    }

    #[test]
    fn the_demo_vendors_take_the_short_way() {
        for text in [
            include_str!("../../../vendors/sleeve/vendor.toml"),
            include_str!("../../../vendors/tidewater/vendor.toml"),
        ] {
            let short = excerpt(text).unwrap();
            assert!(short.len() * 4 < text.len());
            let (short, whole): (IssuerList, IssuerList) =
                (toml::from_str(&short).unwrap(), toml::from_str(text).unwrap());
            assert_eq!((short.id, short.version, short.issuers), (whole.id, whole.version, whole.issuers));
        }
    }

    #[test]
    fn an_issuer_is_in_force_from_its_first_day_until_its_last() {
        fn check(not_before: Option<&str>, not_after: Option<&str>, issued: &str, expect: bool) {
            let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
            let day = |text: &str| text.parse().unwrap();
            let issuer = Issuer {
                not_before: not_before.map(day),
                not_after: not_after.map(day),
                ..Issuer::of_key(key)
            };
            assert_eq!(
                issuer.in_force(issued.parse().unwrap()),
                expect,
                "{not_before:?} {not_after:?} {issued}"
            );
        }
        let (new_year, leap) = (Some("2028-01-01"), Some("2028-02-29"));
        check(None, None, "1970-01-01T00:00:00Z", true);
        check(new_year, None, "2027-12-31T23:59:59.999Z", false);
        check(new_year, None, "2028-01-01T00:00:00Z", true);
        check(None, leap, "2028-02-28T23:59:59.999Z", true);
        check(None, leap, "2028-02-29T00:00:00Z", false);
        check(new_year, leap, "2028-02-01T00:00:00Z", true);
        check(leap, new_year, "2028-02-01T00:00:00Z", false);
    }

    #[test]
    fn an_issuer_owns_the_account_it_names_by_id() {
        fn check(own: Option<&str>, account: &str, expect: bool) {
            let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
            let issuer = Issuer { account: own.map(str::to_owned), ..Issuer::of_key(key) };
            assert_eq!(issuer.owns(account), expect, "{own:?} {account}");
        }
        let other = ACCOUNT.replace('0', "1");
        check(None, ACCOUNT, true);
        check(Some(ACCOUNT), ACCOUNT, true);
        check(Some(&ACCOUNT.to_uppercase()), ACCOUNT, true);
        check(Some(&other), ACCOUNT, false);
        check(Some(ACCOUNT), "", false);
        // Slugs.
        check(Some("sleeve-audio"), ACCOUNT, true);
        check(Some("0a5f6b3e-0001-4a5b-8c11"), ACCOUNT, true);
        check(Some("0a5f6b3e-0001-4a5b-8c11-5e1ee7e033zz"), ACCOUNT, true);
    }

    proptest! {
        /// Whatever stands around and between the issuers: where an excerpt is read, it says what the whole file says.
        #[test]
        fn the_excerpt_says_what_the_whole_file_says(
            head in proptest::sample::subsequence(HEAD, 0..=HEAD.len()),
            parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..8),
        ) {
            let issuer = issuer("");
            let text = vendor(&format!("{}{}", head.concat(), parts.concat())).replace("[[issuer]]\n", &issuer);
            let Ok(whole) = toml::from_str::<IssuerList>(&text) else { return Ok(()) };
            let read = IssuerList::read(&text);
            prop_assert_eq!(read.map(|list| list.issuers).unwrap_or_default(), whole.issuers, "{}", text);
        }
    }

    const HEAD: &[&str] = &[
        "a = [\n[\n[1],\n],\n]\n",
        "b = \"[[issuer]]\"\n",
        "# [[issuer]]\n",
        "c = [\n\"[[issuer]]\",\n]\n",
        "d = { issuer = 1 }\n",
        "e = \"\"\"\n[[issuer]]\n\"\"\"\n",
    ];
    const PARTS: &[&str] = &[
        "[[issuer]]\n",
        "[[issuer]]\n",
        "not_after = \"2027-01-01\"\n",
        "[[product]]\n",
        "[link]\n",
        "[issuer.deeper]\n",
        "[[issuer.deeper]]\n",
        "x = [\n[1],\n[\"[[issuer]]\"],\n]\n",
        "y = [\n[\n],\n]\n",
        "z = '''\n[[issuer]]\n'''\n",
        "\"issuer\" = 1\n",
    ];
}
