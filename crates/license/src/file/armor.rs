//! The armor around a file. Liberal in line ends, a missing last line end and the width of lines; it refuses anything
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
    let body = text[begin.len()..].strip_prefix("\r\n").or_else(|| text[begin.len()..].strip_prefix('\n'));
    let body = body.and_then(|body| without_line_ends(body).strip_suffix(end));
    match body {
        Some(body) if body.ends_with('\n') => Ok((kind, body)),
        _ => Err(LicenseError::FileMalformed("no matching label at its end")),
    }
}

/// Decodes the lines of a body, strictly: no blanks, no stray bits, padding where it belongs.
pub(super) fn decode(body: &str) -> Result<Vec<u8>, LicenseError> {
    let mut base64 = String::with_capacity(body.len());
    for line in body.split_terminator('\n') {
        base64.push_str(line.strip_suffix('\r').unwrap_or(line));
    }
    STANDARD.decode(base64).map_err(|_| LicenseError::FileMalformed("its body is not base64"))
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
