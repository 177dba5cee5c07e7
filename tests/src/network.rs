//! A network with nothing but loopback, so that what gets out of a program gets nowhere; and what `strace` saw of it.

use std::process::Command;

use crate::skip::{skipped, tool};

const INSIDE: &str = "GATEFOLD_TEST_INSIDE_NAMESPACE";

/// Runs the calling test once more, in namespaces of its own for network and mounts. True in there; false outside, once it has passed
/// in there or, said aloud, cannot be run here. `test` is its name as the test runner has it.
///
/// # Panics
/// When the test fails inside.
pub fn in_own_network(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        assert!(Command::new("ip").args(["link", "set", "lo", "up"]).status().unwrap().success());
        return true;
    }
    if ["unshare", "ip"].iter().any(|needed| tool(test, needed).is_none()) {
        return false;
    }
    if !Command::new("unshare").args(["-nm", "true"]).status().unwrap().success() {
        skipped(test, "network namespaces are not allowed here");
        return false;
    }
    let status = Command::new("unshare")
        .args(["-nm", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "inside the namespace: {status}");
    false
}

/// [`in_own_network`], and `/etc` is a copy with an empty folder for the administrator's policy: what is changed there nobody else sees.
///
/// # Panics
/// Likewise, and when it cannot be copied.
pub fn in_own_etc(test: &str) -> bool {
    if !in_own_network(test) {
        return false;
    }
    let copy = "mount -t tmpfs -o mode=0755 none /mnt && cp -a /etc/. /mnt && mount --move /mnt /etc && rm -rf /etc/gatefold && mkdir /etc/gatefold";
    assert!(Command::new("sh").args(["-c", copy]).status().unwrap().success());
    true
}

/// Sockets of other families than these: the internet's, this computer's own, and the kernel's, which the system's resolver
/// asks for this computer's addresses.
pub fn strange_sockets(trace: &str) -> Vec<&str> {
    let known = [
        "socket(AF_INET,",
        "socket(AF_INET6,",
        "socket(AF_UNIX,",
        "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE)",
    ];
    let sockets = trace.lines().filter(|line| line.contains(" socket("));
    sockets.filter(|line| !known.iter().any(|known| line.contains(known))).collect()
}

/// `ADDRESS:PORT` of a traced call that names one.
pub fn peer(line: &str) -> Option<String> {
    let between =
        |after: &str, before: &str| line.split_once(after)?.1.split_once(before).map(|found| found.0);
    let port = between("sin_port=htons(", ")").or_else(|| between("sin6_port=htons(", ")"))?;
    let v6 = || between("inet_pton(AF_INET6, \"", "\"").map(|address| format!("[{address}]"));
    let address = between("inet_addr(\"", "\")").map(str::to_owned).or_else(v6)?;
    Some(format!("{address}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traced_call_names_its_peer() {
        let line = r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("127.0.0.1")}, 16) = 0"#;
        assert_eq!(peer(line).as_deref(), Some("127.0.0.1:4000"));
        let line = r#"7 connect(9, {sa_family=AF_INET6, sin6_port=htons(4000), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#;
        assert_eq!(peer(line).as_deref(), Some("[::1]:4000"));
        assert_eq!(peer("7 connect(9, {sa_family=AF_UNIX, sun_path=\"/run/nscd\"}, 110) = -1"), None);
    }
}
