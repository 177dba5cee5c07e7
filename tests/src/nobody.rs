//! An address at which nobody listens, kept so: a port that was only free a moment ago may be another test's by now.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::sockopt::set_socket_reuseaddr;
use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

/// Holds a port of this computer and listens at none: whoever connects is refused.
#[derive(Debug)]
pub struct Nobody {
    port: u16,
    _held: OwnedFd,
}

impl Nobody {
    /// At a port that is free.
    pub fn anywhere() -> Self {
        Self::at(0)
    }

    /// At this port, whose server has ended.
    pub fn at(port: u16) -> Self {
        let held = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        // What its server answered last may still linger.
        set_socket_reuseaddr(&held, true).unwrap();
        bind(&held, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).unwrap();
        let port = SocketAddrV4::try_from(getsockname(&held).unwrap()).unwrap().port();
        Self { port, _held: held }
    }

    /// Which.
    pub fn port(&self) -> u16 {
        self.port
    }
}
