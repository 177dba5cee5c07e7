//! Which addresses a request may go to, one after the other.
//!
//! The library would try several at once and tell of the last alone; whoever was tried saw this computer, so each is
//! tried by itself and noted. It refuses to look up any name but the one it was made for.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The addresses of a server or of the proxy before it, in the order in which they are tried.
#[derive(Debug)]
pub(crate) struct Route {
    host: String,
    port: u16,
}

impl Route {
    /// To a name or an address; IPv6 in brackets.
    pub(crate) fn to(host: &str, port: u16) -> Self {
        Self { host: host.trim_start_matches('[').trim_end_matches(']').to_owned(), port }
    }

    /// The name that has to be looked up; none for an address.
    pub(crate) fn name(&self) -> Option<&str> {
        self.host.parse::<IpAddr>().is_err().then_some(&self.host)
    }

    /// Where it leads; asks the system's resolver if the host is a name. Empty if nothing is known of it.
    pub(crate) async fn addresses(&self) -> Vec<SocketAddr> {
        match self.host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, self.port)],
            Err(_) => tokio::net::lookup_host((self.host.as_str(), self.port))
                .await
                .map_or_else(|_| Vec::new(), |found| in_turns(found.collect())),
        }
    }
}

/// Each address once, the two families in turns, the system's first choice first (RFC 8305, section 4): where one family
/// leads nowhere, the second try is of the other.
fn in_turns(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut sorted = Vec::new();
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = [first.next(), second.next()];
        if pair == [None, None] {
            return sorted;
        }
        for address in pair.into_iter().flatten() {
            if !sorted.contains(&address) {
                sorted.push(address);
            }
        }
    }
}

/// Answers the library's one question with the one address that is tried now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneAddress(pub(crate) SocketAddr);

impl Resolve for OneAddress {
    fn resolve(&self, _name: Name) -> Resolving {
        let address = self.0;
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_take_turns() {
        fn check(found: &str, expect: &str) {
            let parse = |text: &str| text.split(' ').map(|one| one.parse().unwrap()).collect::<Vec<_>>();
            assert_eq!(in_turns(parse(found)), parse(expect), "{found}");
        }
        check("10.0.0.1:1", "10.0.0.1:1");
        check("10.0.0.1:1 10.0.0.2:1 10.0.0.1:1", "10.0.0.1:1 10.0.0.2:1");
        check("[::1]:1 [::2]:1 10.0.0.1:1", "[::1]:1 10.0.0.1:1 [::2]:1");
        check("10.0.0.1:1 10.0.0.2:1 10.0.0.3:1 [::1]:1", "10.0.0.1:1 [::1]:1 10.0.0.2:1 10.0.0.3:1");
        assert_eq!(in_turns(Vec::new()), []);
    }

    #[test]
    fn only_names_are_looked_up() {
        let check =
            |host: &str, expect: Option<&str>| assert_eq!(Route::to(host, 1).name(), expect, "{host}");
        check("license.sleeve.example", Some("license.sleeve.example"));
        check("127.0.0.1", None);
        check("[::1]", None);
    }
}
