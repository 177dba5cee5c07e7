//! Whose address a license is given to, as it is typed.

use gatefold_disclosure::quote;

use crate::error::ClientError;

/// What fits into an attribute of the protocol (reference 5.1).
const MAX_ADDRESS_CHARS: usize = 254;

/// Somebody else's address, fit to be sent.
pub(super) fn address(typed: &str, own: &str) -> Result<String, ClientError> {
    let typed = typed.trim();
    let fault = |fault| Err(ClientError::Recipient(fault));
    match typed.split_once('@') {
        _ if typed.chars().any(|c| c.is_whitespace() || quote::is_unsafe(c)) => {
            fault("holds characters that no address has")
        }
        _ if typed.chars().count() > MAX_ADDRESS_CHARS => fault("is too long to be one"),
        Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@') => {
            match typed.eq_ignore_ascii_case(own) {
                true => fault("is that of your own account"),
                false => Ok(typed.to_owned()),
            }
        }
        _ => fault("is no e-mail address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_ones_address() {
        let check = |typed: &str, expect: Result<&str, &str>| {
            let found = address(typed, "me@here.example");
            let found = found.map_err(|error| match error {
                ClientError::Recipient(fault) => fault,
                other => panic!("{other:?}"),
            });
            assert_eq!(found.as_deref(), expect.as_ref().map(|text| *text), "{typed:?}");
        };
        check(" you@there.example\n", Ok("you@there.example"));
        for none in ["", "you", "@there", "you@", "a@b@c"] {
            check(none, Err("is no e-mail address"));
        }
        check("Me@Here.example", Err("is that of your own account"));
        check("you @there.example", Err("holds characters that no address has"));
        check("you@there\u{202e}.example", Err("holds characters that no address has"));
        check(&format!("{}@x", "a".repeat(300)), Err("is too long to be one"));
    }
}
