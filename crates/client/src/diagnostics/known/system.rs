//! What tells this computer and its user apart: names, addresses, numbers, as the system knows them. It starts no program, looks
//! nothing up in a network, and what cannot be read it passes over: the net of patterns is below it.

use std::path::Path;

use gatefold_diagnostics::Kind;
use gatefold_shelf::os_machine_id;
use sysinfo::{Networks, System};

use super::KnownHere;
use crate::home::Home;

/// Larger files are none of those that are read here.
const MOST_BYTES: u64 = 1 << 20;

/// A login that every system has says nothing of who sits there.
const EVERYBODYS: &[&str] = &["root", "nobody"];

pub(super) fn all(home: &Home, known: &mut KnownHere) {
    hosts(known);
    people(known);
    folders(home, known);
    addresses(known);
    numbers(known);
}

fn hosts(known: &mut KnownHere) {
    let mut names: Vec<String> = System::host_name().into_iter().collect();
    names.extend(["HOSTNAME", "HOST", "COMPUTERNAME"].iter().filter_map(|name| std::env::var(name).ok()));
    names.extend(read("/etc/hostname"));
    names.retain(|name| !name.trim().is_empty() && !name.trim().eq_ignore_ascii_case("localhost"));
    let own: Vec<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    // Its other names: where the table of hosts has it under a longer one.
    let table = read("/etc/hosts").unwrap_or_default();
    for line in table.lines().map(|line| line.split('#').next().unwrap_or_default()) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        if words.iter().any(|word| own.contains(&word.to_lowercase())) {
            let others = words.into_iter().filter(|word| !word.starts_with("localhost"));
            names.extend(others.map(str::to_owned));
        }
    }
    known.add_all(Kind::Host, names.iter().map(String::as_str));
    let described = read("/etc/machine-info").unwrap_or_default();
    let pretty = described.lines().filter_map(|line| line.strip_prefix("PRETTY_HOSTNAME="));
    known.add_all(Kind::Device, pretty.map(|name| name.trim_matches(['"', '\''])));
}

fn people(known: &mut KnownHere) {
    let names = ["USER", "LOGNAME", "USERNAME", "SUDO_USER"].map(|name| std::env::var(name).ok());
    names.iter().flatten().for_each(|name| login(name, known));
    known.add_all(Kind::Email, std::env::var("EMAIL").ok().as_deref());
    let table = read("/etc/passwd").unwrap_or_default();
    for row in own_rows(&table) {
        login(row.login, known);
        for (nth, part) in row.about.split(',').enumerate() {
            // An ampersand there stands for the login.
            let part = part.replace('&', row.login);
            let is_name = nth == 0 && !EVERYBODYS.contains(&part.trim());
            let is_long = part.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
            if is_name || (nth > 0 && is_long) {
                known.add(Kind::Name, &part);
            }
        }
        known.add(Kind::Home, row.home);
    }
}

fn login(name: &str, known: &mut KnownHere) {
    if !EVERYBODYS.contains(&name.trim()) {
        known.add(Kind::Login, name);
    }
}

/// A row of the system's table of people.
struct Row<'a> {
    login: &'a str,
    about: &'a str,
    home: &'a str,
}

/// The rows of whoever runs this program.
fn own_rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    let own = own_number();
    table.lines().filter_map(move |line| {
        let parts: Vec<&str> = line.split(':').collect();
        let [login, _, number, _, about, home, ..] = parts.as_slice() else { return None };
        (own.as_deref() == Some(*number)).then_some(Row { login, about, home })
    })
}

fn own_number() -> Option<String> {
    #[cfg(unix)]
    return Some(rustix::process::getuid().as_raw().to_string());
    #[cfg(not(unix))]
    None
}

fn folders(home: &Home, known: &mut KnownHere) {
    let named = ["HOME", "USERPROFILE"].map(std::env::var_os);
    for folder in named.iter().flatten().map(Path::new).chain([home.place()]) {
        folder_and_where_it_leads(folder, known);
    }
}

fn folder_and_where_it_leads(folder: &Path, known: &mut KnownHere) {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let leads = whole.canonicalize().unwrap_or_else(|_| whole.clone());
    for path in [whole, leads] {
        // The folders at the top are every system's.
        if path.components().count() > 2 || path == Path::new("/root") {
            known.add(Kind::Home, &path.to_string_lossy());
        }
    }
}

fn addresses(known: &mut KnownHere) {
    let Ok(cards) = Networks::new_with_refreshed_list() else { return };
    for card in cards.values() {
        if !card.mac_address().is_unspecified() {
            known.add(Kind::Mac, &card.mac_address().to_string());
        }
        for network in card.ip_networks().iter().filter(|network| !network.addr.is_loopback()) {
            known.add(Kind::Ip, &network.addr.to_string());
        }
    }
}

fn numbers(known: &mut KnownHere) {
    if let Ok(id) = os_machine_id() {
        // Exposed to be looked for: it must be in no bundle in any shape.
        known.add(Kind::Identifier, id.expose());
    }
    const NUMBERS: [&str; 4] = ["product_uuid", "product_serial", "board_serial", "chassis_serial"];
    let numbers = NUMBERS.map(|name| read(&format!("/sys/class/dmi/id/{name}")));
    // What a maker left empty says `None`, or `To be filled`.
    let told = numbers.iter().flatten().filter(|number| number.chars().any(|c| c.is_ascii_digit()));
    known.add_all(Kind::Identifier, told.map(String::as_str));
    let disks = std::fs::read_dir("/sys/block").into_iter().flatten().flatten();
    for disk in disks {
        let serial = read(&disk.path().join("device/serial").to_string_lossy());
        known.add_all(Kind::Serial, serial.as_deref());
    }
}

fn read(path: &str) -> Option<String> {
    let bytes = crate::given::read_given(Path::new(path), MOST_BYTES).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_row_alone_is_read() {
        let own = own_number().unwrap();
        let table = format!(
            "a:x:4294967294:1:Somebody Else:/home/a:/bin/sh\nada:x:{own}:1:Ada Königin,Room 7,5550100:/home/ada:/bin/sh\nbroken\n"
        );
        let rows: Vec<_> = own_rows(&table).map(|row| (row.login, row.about, row.home)).collect();
        assert_eq!(rows, [("ada", "Ada Königin,Room 7,5550100", "/home/ada")]);
    }

    #[test]
    fn this_computer_is_known_by_its_name_and_its_folder() {
        let mut known = KnownHere::default();
        all(&Home::at(Path::new("/srv/music/gatefold")), &mut known);
        let has = |kind: Kind, value: &str| {
            // Exposed to be compared: a test's own values.
            known.known.iter().any(|one| one.kind == kind && one.value.expose() == value)
        };
        assert!(has(Kind::Home, "/srv/music/gatefold"));
        if let Some(host) = System::host_name().ok().filter(|host| !host.is_empty() && host != "localhost") {
            assert!(has(Kind::Host, &host), "{host}");
        }
    }
}
