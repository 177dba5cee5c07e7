//! The armor around a file. Liberal in line ends, the width of lines and how many line ends follow; it refuses anything
//! before, between or after exactly one block.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::FileKind;
use crate::error::LicenseError;

/// A larger file is refused unread.
pub const MAX_FILE_BYTES: usize = 256 * 1024;

const LICENSE: (&str, &str) = ("-----BEGIN LICENSE FILE-----", "-----END LICENSE FILE-----");
const MACHINE: (&str, &str) = ("-----BEGIN MACHINE FILE-----", "-----END MACHINE FILE-----");

/// Finds the label and what it encloses: base64 in lines, the last one ended.
pub(super) fn open(bytes: &[u8]) -> Result<(FileKind, &str), LicenseError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(LicenseError::FileTooLarge(bytes.len()));
    }
    let text = str::from_utf8(bytes).map_err(|_| LicenseError::FileMalformed("not text"))?;
    let (kind, (begin, end)) = if text.starts_with(LICENSE.0) {
        (FileKind::License, LICENSE)
    } else if text.starts_with(MACHINE.0) {
        (FileKind::Machine, MACHINE)
    } else {
        return Err(LicenseError::FileMalformed("no label at its start"));
    };
    let rest = &text[begin.len()..];
    let body = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
    match body.and_then(|body| without_line_ends(body).strip_suffix(end)) {
        Some(body) if body.ends_with('\n') => Ok((kind, body)),
        _ => Err(LicenseError::FileMalformed("no matching label at its end")),
    }
}

/// Decodes the lines of a body, strictly: no blanks, no empty lines, no stray bits, padding where it belongs.
pub(super) fn decode(body: &str) -> Result<Vec<u8>, LicenseError> {
    let base64 = joined_even(body).or_else(|| joined_uneven(body));
    base64
        .and_then(|base64| STANDARD.decode(base64).ok())
        .ok_or(LicenseError::FileMalformed("its body is not base64 in lines"))
}

/// Lines of one width, as every writer makes them, without their ends. A plug-in reads such a file in every session, so
/// the ends are not searched for. One in another place stays in, and does not decode.
fn joined_even(body: &str) -> Option<Vec<u8>> {
    let lines = body.as_bytes().chunks(body.find('\n')? + 1);
    joined(body.len(), lines.map(|line| line.strip_suffix(b"\n")))
}

/// Lines of any width without their ends.
fn joined_uneven(body: &str) -> Option<Vec<u8>> {
    joined(body.len(), body.split_terminator('\n').map(|line| Some(line.as_bytes())))
}

/// None of the lines may be empty.
fn joined<'a>(capacity: usize, lines: impl Iterator<Item = Option<&'a [u8]>>) -> Option<Vec<u8>> {
    let mut base64 = Vec::with_capacity(capacity);
    for line in lines {
        let line = line?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        base64.extend_from_slice(line);
    }
    Some(base64)
}

/// A lone carriage return is no line end.
fn without_line_ends(mut text: &str) -> &str {
    while let Some(shorter) = text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')) {
        text = shorter;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Result<(FileKind, Vec<u8>), &'static str> {
        open(text.as_bytes()).and_then(|(kind, body)| Ok((kind, decode(body)?))).map_err(|error| error.code())
    }

    #[test]
    fn one_block_is_read_however_its_lines_end() {
        fn check(text: &str) {
            assert_eq!(opened(text), Ok((FileKind::License, b"invented".to_vec())), "{text:?}");
        }
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----");
        check("-----BEGIN LICENSE FILE-----\naW52\nZW50\nZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\na\nW52ZW50ZW\nQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\r\naW52\r\nZW50ZWQ=\r\n-----END LICENSE FILE-----\r\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n\r\n\n");
        check("-----BEGIN LICENSE FILE-----\r\naW52\nZW50\r\nZWQ=\n-----END LICENSE FILE-----\r\n");
    }

    #[test]
    fn anything_else_is_refused() {
        fn check(text: &str) {
            assert_eq!(opened(text), Err("license.file_malformed"), "{text:?}");
        }
        check("");
        check("aW52ZW50ZWQ=");
        check("-----BEGIN LICENSE FILE-----");
        check("-----BEGIN LICENSE FILE----------END LICENSE FILE-----");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END MACHINE FILE-----\n");
        check("-----BEGIN license FILE-----\naW52ZW50ZWQ=\n-----END license FILE-----\n");
        check("-----BEGIN CERTIFICATE-----\naW52ZW50ZWQ=\n-----END CERTIFICATE-----\n");
        check(" -----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("\u{feff}-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\nmore");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\r");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\n\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52\n\nZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n\r\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\raW52ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52\rZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52 ZW50ZWQ=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWR=\n-----END LICENSE FILE-----\n");
        check("-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ_\n-----END LICENSE FILE-----\n");
        let block = "-----BEGIN LICENSE FILE-----\naW52ZW50ZWQ=\n-----END LICENSE FILE-----\n";
        check(&format!("{block}{block}"));
        assert_eq!(
            open(b"-----BEGIN LICENSE FILE-----\n\xff").map_err(|e| e.code()),
            Err("license.file_malformed")
        );
        assert_eq!(
            open(&vec![b'-'; MAX_FILE_BYTES + 1]).map_err(|e| e.code()),
            Err("license.file_too_large")
        );
    }
}
