//! What an entry says: the words of the ledger's two kinds of record. Plain values; they decide nothing.

use std::fmt;
use std::str::FromStr;

use gatefold_disclosure::{Item, Mark, Purpose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The number of an entry: 1, 2, 3 … in the order of appending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub i64);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How something leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// A request over the network; also plain http to a loopback address.
    Https,
    /// A file that the user takes along, or a message that they copy.
    File,
}

/// What became of an entry; an entry without one is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeClass {
    /// The server answered, whatever it said.
    Answered,
    /// No byte left this computer.
    NotSent,
    /// Bytes may have left; no whole answer came back.
    Unknown,
    /// A file was written on this computer. Gatefold sent nothing; where the user carries it is not known here.
    Written,
}

macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            /// Every value there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable word, on disk and on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or(())
            }
        }
    };
}

words!(Carrier { Https = "https", File = "file" });
words!(OutcomeClass { Answered = "answered", NotSent = "not_sent", Unknown = "unknown", Written = "written" });

/// What the network itself saw of a request, besides its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkFacts {
    /// The name looked up; none for a literal address.
    pub name_looked_up: Option<String>,
    /// The TLS version, such as `TLSv1.3`; none without TLS.
    pub tls_version: Option<String>,
    /// The proxy that the user set, which saw the request's destination.
    pub proxy: Option<String>,
}

/// What became of a request. Never a response body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In clear, in the chain.
    pub class: OutcomeClass,
    /// Address and port that the bytes went to, or would have gone to: the last that was tried.
    pub peer: Option<String>,
    /// Every address and port that a connection was made to or attempted, in that order: each saw this computer.
    pub peers: Vec<String>,
    /// What the network saw.
    pub network: Option<NetworkFacts>,
    /// The response's status (RFC 9110, section 15).
    pub status: Option<u16>,
    /// The server's error code, or ours.
    pub code: Option<String>,
    /// The response's size, head and body, in bytes.
    pub response_len_bytes: Option<u64>,
}

impl Outcome {
    /// An outcome of which only the class is known.
    pub const fn bare(class: OutcomeClass) -> Self {
        Self {
            class,
            peer: None,
            peers: Vec::new(),
            network: None,
            status: None,
            code: None,
            response_len_bytes: None,
        }
    }
}

/// A file that the user exports for themselves: noted by name, size and hash, its bytes not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNote {
    /// The vendor it concerns, if one.
    pub vendor: Option<String>,
    /// The file's name, without its folder.
    pub name: String,
    /// The file's size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// A file's name and hash, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The file's name, without its folder.
    pub name: String,
    /// SHA-256, 64 hex digits.
    pub sha256: String,
}

/// Whether what stands beside the chain is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// As it was written.
    Whole,
    /// Erased by the user or by retention; the clear fields remain.
    Erased,
    /// It cannot be read as what was written; a check names the entry.
    Damaged,
}

/// An entry in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub id: EntryId,
    /// When it was written, to the millisecond.
    pub at: Timestamp,
    /// The vendor's id; none for a file that concerns no vendor.
    pub vendor: Option<String>,
    /// What it was for; none for a file that the user exports for themselves.
    pub purpose: Option<Purpose>,
    /// How it leaves.
    pub carrier: Carrier,
    /// What became of it; none while it is pending.
    pub outcome: Option<OutcomeClass>,
    /// The size on the wire, or of the file, in bytes.
    pub request_bytes: u64,
    /// Whether the fields below are there.
    pub kept: Kept,
    /// The request's method.
    pub method: Option<String>,
    /// Where it went.
    pub url: Option<String>,
    /// The items in it, each once, in the catalogue's order.
    pub items: Vec<Item>,
    /// Name and hash, for a file.
    pub file: Option<FileFacts>,
    /// Address and port that the bytes went to, or would have gone to.
    pub peer: Option<String>,
    /// Every address and port that was tried, in that order.
    pub peers: Vec<String>,
    /// The response's status.
    pub status: Option<u16>,
    /// The server's error code, or ours.
    pub code: Option<String>,
    /// The ids of license and machine that stand in it, as far as its bytes are kept.
    pub about: Vec<String>,
    /// It left by itself, as the user had agreed to before; as far as its bytes are kept.
    pub by_itself: bool,
}

impl Line {
    /// Whether the server said no. One that failed did not: what it made of the request is not known.
    pub fn is_refused(&self) -> bool {
        self.outcome == Some(OutcomeClass::Answered)
            && !self.has_failed()
            && (self.code.is_some() || self.status.is_some_and(|status| status >= 400))
    }

    /// Whether the server failed at it.
    pub fn has_failed(&self) -> bool {
        self.outcome == Some(OutcomeClass::Answered) && self.status.is_some_and(|status| status >= 500)
    }
}

/// An entry with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What a list shows of it.
    pub line: Line,
    /// The stored copy of the request; none if it was erased or never kept.
    pub bytes: Option<Vec<u8>>,
    /// The stretches of the stored copy that differ between users, in order.
    pub marks: Vec<Mark>,
    /// When the outcome was written.
    pub concluded_at: Option<Timestamp>,
    /// What the network saw.
    pub network: Option<NetworkFacts>,
    /// The response's size in bytes.
    pub response_len_bytes: Option<u64>,
    /// When the bytes were erased.
    pub erased_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for class in OutcomeClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(*class));
        }
        for carrier in Carrier::ALL {
            assert_eq!(carrier.as_str().parse(), Ok(*carrier));
        }
        assert_eq!("pending".parse::<OutcomeClass>(), Err(()));
    }
}
