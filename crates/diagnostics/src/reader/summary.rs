//! A summary for a ticket: plain text, short, nothing in it that a tracker would make a link or a picture of.

use std::fmt::Write as _;

use super::open::Opened;
use super::visible::line;

/// A few lines that say what is wrong and with what.
pub fn summary(opened: &Opened) -> String {
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = writeln!(
        text,
        "Diagnostic bundle by {}, made {}",
        line(&opened.manifest.tool),
        line(&opened.manifest.made_at)
    );
    if let Some(app) = &opened.contents.app {
        let _ = writeln!(text, "Gatefold {} {}", app.gatefold_version, app.build);
    }
    if let Some(machine) = &opened.contents.machine {
        let memory = machine.memory_gib.map_or_else(String::new, |gib| format!(", {gib} GiB"));
        let _ = writeln!(text, "{}, {}{memory}", machine.os, machine.cpu);
    }
    let findings = opened.findings();
    let _ = writeln!(text, "\nFindings: {}", if findings.is_empty() { "none" } else { "" });
    for finding in &findings {
        let times = if finding.count > 1 { format!(", {} times", finding.count) } else { String::new() };
        let last = finding.last_at.as_ref().map_or_else(String::new, |at| format!(", last {at}"));
        let _ = writeln!(
            text,
            "- {}: {} ({}{times}{last})",
            finding.severity.as_str(),
            finding.words,
            finding.file
        );
    }
    if let Some(licenses) = opened.contents.licenses.as_ref().filter(|licenses| !licenses.entries.is_empty())
    {
        let _ = writeln!(text, "\nLicenses:");
        for license in &licenses.entries {
            let ends = license.expires_at.as_ref().map_or_else(String::new, |at| format!(", ends {at}"));
            let _ = writeln!(
                text,
                "- {} ({}): {}, {}{ends}",
                license.product, license.vendor, license.terms, license.standing
            );
        }
    }
    if let Some(note) = &opened.contents.note {
        let _ = writeln!(text, "\nThe user says: {}", line(note.trim()));
    }
    // No tracker makes a link of it then.
    text.replace("://", ": //")
}
