//! What one request does, more closely than its purpose: an activation is several of them.

/// What a request of the Keygen API does, where its purpose alone would not tell it from its neighbors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Takes a seat.
    Seat,
    /// Looks whether a seat is this computer's.
    Look,
    /// Fetches the license file.
    File,
    /// Asks how the license stands.
    Standing,
}

impl Deed {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Seat, Self::Look, Self::File, Self::Standing];

    /// By method and address; none where the purpose says it all.
    pub fn of(method: Option<&str>, url: Option<&str>) -> Option<Self> {
        let path = url?.split('?').next()?;
        if path.ends_with("/actions/check-out") {
            Some(Self::File)
        } else if path.ends_with("/actions/validate") {
            Some(Self::Standing)
        } else if path.ends_with("/machines") {
            Some(if method == Some("POST") { Self::Seat } else { Self::Look })
        } else {
            None
        }
    }

    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Look => "look",
            Self::File => "file",
            Self::Standing => "standing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_told_by_its_address() {
        let check = |method: &str, path: &str, expect: Option<Deed>| {
            let url = format!("https://licensing.sleeve.example/v1/accounts/a/{path}");
            assert_eq!(Deed::of(Some(method), Some(&url)), expect, "{method} {path}");
        };
        check("POST", "machines/m/actions/check-out", Some(Deed::File));
        check("POST", "licenses/l/actions/validate", Some(Deed::Standing));
        check("POST", "licenses/actions/validate-key", None);
        check("POST", "machines", Some(Deed::Seat));
        check("GET", "machines?license=l&fingerprint=f", Some(Deed::Look));
        check("DELETE", "machines/m", None);
        assert_eq!(Deed::of(None, None), None, "erased");
    }
}
