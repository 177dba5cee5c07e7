//! Where a server is: scheme, host, port. It refuses anything but https, and http to a literal loopback address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An https server, or an http one on this very computer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    tls: bool,
    host: String,
    port: Option<u16>,
}

/// Why a text names no server that may be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Neither https nor a literal loopback address.
    #[error("\"{0}\" is not https; http is for literal loopback addresses alone")]
    NotHttps(String),
    /// Not `https://HOST` or `https://HOST:PORT`.
    #[error("\"{0}\" is not of the form https://HOST or https://HOST:PORT")]
    Malformed(String),
}

impl Origin {
    /// Whether the connection is encrypted.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The name or address, without port; IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 443 and 80 where none is named.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls { 443 } else { 80 })
    }

    /// Host, and port where it is not the default: the `host` header (RFC 9110, section 7.2).
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The address, if the host is one.
    pub fn literal_address(&self) -> Option<IpAddr> {
        self.host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Whether the host is a literal loopback address.
    pub fn is_loopback(&self) -> bool {
        self.literal_address().is_some_and(|address| address.is_loopback())
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let malformed = || OriginError::Malformed(text.chars().take(80).collect());
        let (scheme, rest) = text.split_once("://").ok_or_else(malformed)?;
        let tls = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError::NotHttps(text.chars().take(80).collect())),
        };
        let (host, port) = split_port(rest).ok_or_else(malformed)?;
        let port = match port {
            None => None,
            Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(malformed)?),
        };
        let default = if tls { 443 } else { 80 };
        let origin = Self { tls, host: host.to_owned(), port: port.filter(|port| *port != default) };
        if !is_host(host) {
            return Err(malformed());
        }
        if !tls && !origin.is_loopback() {
            return Err(OriginError::NotHttps(text.chars().take(80).collect()));
        }
        Ok(origin)
    }
}

fn split_port(rest: &str) -> Option<(&str, Option<&str>)> {
    if let Some(end) = rest.strip_prefix('[').and_then(|inner| inner.find(']')) {
        let (host, port) = rest.split_at(end + 2);
        return match port {
            "" => Some((host, None)),
            port => Some((host, Some(port.strip_prefix(':')?))),
        };
    }
    match rest.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((rest, None)),
    }
}

/// A DNS name of letters, digits and hyphens (RFC 1123, section 2.1), or an address.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    host.len() <= 253 && host.split('.').all(label) && !is_number_in_disguise(host)
}

/// Whether the URL rules would take the host for an IPv4 address although it is not written as one (`127.1`,
/// `2130706433`, `0x7f.1`): a host whose last label is a number is an address, and only its one plain spelling counts
/// (WHATWG URL, "ends in a number checker").
fn is_number_in_disguise(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_number && host.parse::<std::net::Ipv4Addr>().is_err()
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_may_be_asked() {
        for (text, authority, port) in [
            ("https://license.sleeve.example", "license.sleeve.example", 443),
            ("https://license.sleeve.example:443", "license.sleeve.example", 443),
            ("https://license.sleeve.example:8443", "license.sleeve.example:8443", 8443),
            ("http://127.0.0.1:4000", "127.0.0.1:4000", 4000),
            ("http://127.9.9.9", "127.9.9.9", 80),
            ("http://[::1]:4000", "[::1]:4000", 4000),
            ("https://[2001:db8::1]", "[2001:db8::1]", 443),
        ] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!((origin.authority().as_str(), origin.port()), (authority, port), "{text}");
        }
    }

    #[test]
    fn servers_that_may_not() {
        for text in [
            "http://license.sleeve.example",
            "http://localhost:4000",
            "http://10.0.0.1",
            "http://0.0.0.0:80",
            "ftp://license.sleeve.example",
            "https://",
            "https://a b",
            "https://user@host.example",
            "https://host.example/path",
            "https://host.example?q",
            "https://host.example:0",
            "https://host.example:99999",
            "https://-host.example",
            "https://127.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0x",
            "https://0",
            "https://127.0.0.01",
            "https://host.example.1",
            "https://HOST.example",
            "https://höst.example",
            "https://[::1",
            "https://[zz]",
            "license.sleeve.example",
            "",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
