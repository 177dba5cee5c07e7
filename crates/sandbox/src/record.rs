//! Requests as they came from the socket, byte for byte, a file each (`000001.http`), in the order in which they were
//! complete. A file is whole before its request is answered. What a connection leaves incomplete is kept as
//! `000002.cut.http`. If a request cannot be recorded, its connection is given up: the folder never lies.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A folder of recorded requests.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    folder: PathBuf,
    last: Arc<Mutex<u64>>,
}

impl Recorder {
    /// Goes on after the last recorded request of the folder.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut last = 0;
        for entry in std::fs::read_dir(folder)? {
            let name = entry?.file_name();
            let number = name.to_string_lossy().split('.').next().and_then(|stem| stem.parse().ok());
            last = number.unwrap_or(0).max(last);
        }
        Ok(Self { folder: folder.to_owned(), last: Arc::new(Mutex::new(last)) })
    }

    fn keep(&self, bytes: &[u8], ending: &str) -> io::Result<()> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let temporary = self.folder.join("incoming.new");
        std::fs::write(&temporary, bytes)?;
        std::fs::rename(&temporary, self.folder.join(format!("{:06}.{ending}", *last + 1)))?;
        *last += 1;
        Ok(())
    }
}

/// A connection whose incoming bytes are recorded.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    stream: S,
    recorder: Option<Recorder>,
    pending: Vec<u8>,
}

impl<S> Tap<S> {
    pub(crate) const fn new(stream: S, recorder: Option<Recorder>) -> Self {
        Self { stream, recorder, pending: Vec::new() }
    }

    fn take_in(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(recorder) = &self.recorder else { return Ok(()) };
        self.pending.extend_from_slice(bytes);
        while let Some(len) = request_len(&self.pending) {
            recorder.keep(&self.pending[..len], "http")?;
            self.pending.drain(..len);
        }
        Ok(())
    }
}

impl<S> Drop for Tap<S> {
    fn drop(&mut self) {
        if let Some(recorder) = &self.recorder
            && !self.pending.is_empty()
        {
            // Nobody waits for an answer any more; there is nobody to tell either.
            let _ = recorder.keep(&self.pending, "cut.http");
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        std::task::ready!(Pin::new(&mut self.stream).poll_read(context, buf))?;
        Poll::Ready(self.take_in(&buf.filled()[before..]))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The length of the request that the bytes begin with, once it is complete (RFC 9112, sections 6 and 7).
fn request_len(bytes: &[u8]) -> Option<usize> {
    let head_len = find(bytes, b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..head_len]).to_ascii_lowercase();
    let header = |name: &str| {
        head.split("\r\n").skip(1).find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    let body_len = if header("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked")) {
        chunked_len(&bytes[head_len..])?
    } else {
        header("content-length").map_or(Some(0), |len| len.parse().ok())?
    };
    let len = head_len.checked_add(body_len)?;
    (bytes.len() >= len).then_some(len)
}

fn chunked_len(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let line_len = find(&bytes[at..], b"\r\n")?;
        let size = std::str::from_utf8(&bytes[at..at + line_len]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        at += line_len + 2;
        if size == 0 {
            // Trailers, each a line, then an empty line.
            return match find(&bytes[at..], b"\r\n")? {
                0 => Some(at + 2),
                _ => Some(at + find(&bytes[at..], b"\r\n\r\n")? + 4),
            };
        }
        at = at.checked_add(size)?.checked_add(2)?;
        bytes.get(at..)?;
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_end_where_http_says() {
        let check = |bytes: &str, expect: Option<usize>| {
            assert_eq!(request_len(bytes.as_bytes()), expect, "{bytes:?}")
        };
        check("", None);
        check("GET / HTTP/1.1\r\nhost: x\r\n", None);
        check("GET / HTTP/1.1\r\nhost: x\r\n\r\n", Some(27));
        check("GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / ", Some(27));
        check("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", None);
        check("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", Some(41));
        check("POST / HTTP/1.1\r\ncontent-length: x\r\n\r\nabc", None);
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        check(chunked, None);
        check(&format!("{chunked}3\r\nabc\r\n"), None);
        check(&format!("{chunked}3\r\nabc\r\n0\r\n"), None);
        check(&format!("{chunked}3\r\nabc\r\n0\r\n\r\nGET"), Some(chunked.len() + 13));
        check(&format!("{chunked}3;x=y\r\nabc\r\n0\r\na: b\r\n\r\n"), Some(chunked.len() + 23));
        check(&format!("{chunked}zz\r\nabc\r\n0\r\n\r\n"), None);
        check(&format!("{chunked}fffffffffffffffff\r\n"), None);
        check(&format!("{chunked}ffffffffffffffff\r\nab"), None);
    }

    #[test]
    fn requests_are_kept_one_by_one_and_the_rest_as_cut() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("000007.http"), "old").unwrap();
        let recorder = Recorder::open(folder.path()).unwrap();
        let mut tap = Tap::new((), Some(recorder));
        let one = "POST /1 HTTP/1.1\r\ncontent-length: 2\r\n\r\nab";
        let two = "GET /2 HTTP/1.1\r\n\r\n";
        for piece in format!("{one}{two}GET /3").as_bytes().chunks(5) {
            tap.take_in(piece).unwrap();
        }
        drop(tap);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("000008.http"), one);
        assert_eq!(read("000009.http"), two);
        assert_eq!(read("000010.cut.http"), "GET /3");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
    }
}
