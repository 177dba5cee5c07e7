//! A proxy, only where the user set one. The environment's `HTTPS_PROXY` is not read.

use std::fmt;
use std::str::FromStr;

/// An HTTP proxy that is asked to CONNECT: `http://HOST:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyUrl(String);

/// The text names no proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a proxy of the form http://HOST:PORT")]
pub struct ProxyError(pub String);

impl ProxyError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        "network.proxy_malformed"
    }
}

impl FromStr for ProxyUrl {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let malformed = || ProxyError(text.chars().take(80).collect());
        let rest = text.strip_prefix("http://").ok_or_else(malformed)?;
        let (host, port) = rest.rsplit_once(':').ok_or_else(malformed)?;
        // No user names: a proxy's password has no place that is kept secret.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.[]:".contains(c);
        let port = port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(malformed)?;
        if host.is_empty() || !host.chars().all(plain) {
            return Err(malformed());
        }
        Ok(Self(format!("http://{host}:{port}")))
    }
}

impl ProxyUrl {
    /// Its name or address, IPv6 in brackets, and its port.
    pub(crate) fn host_and_port(&self) -> Option<(&str, u16)> {
        let (host, port) = self.0.strip_prefix("http://")?.rsplit_once(':')?;
        Some((host, port.parse().ok()?))
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_and_what_is_none() {
        for text in ["http://proxy.example:3128", "http://127.0.0.1:8080", "http://[::1]:8080"] {
            let proxy = text.parse::<ProxyUrl>().unwrap();
            assert_eq!(proxy.to_string(), text);
            let (host, port) = proxy.host_and_port().unwrap();
            assert_eq!(format!("http://{host}:{port}"), text);
        }
        for text in ["", "proxy:3128", "https://proxy:1", "http://proxy", "http://u:p@proxy:1", "http://p:0"]
        {
            assert!(text.parse::<ProxyUrl>().is_err(), "{text}");
        }
    }
}
