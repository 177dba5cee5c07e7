//! The demo vendors' files against the policies that they cite: the text is the one that was hashed, and every line that
//! is cited exists and says something.

use gatefold_tests::root_dir;
use sha2::{Digest, Sha256};
use toml::Value;

use crate::cited::cite;

#[test]
fn every_cited_line_is_in_the_policy() {
    let mut vendors = 0;
    for entry in std::fs::read_dir(root_dir().join("vendors")).unwrap() {
        let dir = entry.unwrap().path();
        let Ok(policy) = std::fs::read_to_string(dir.join("policy.txt")) else { continue };
        vendors += 1;
        let vendor: toml::Table = std::fs::read_to_string(dir.join("vendor.toml")).unwrap().parse().unwrap();
        let hash = hex::encode(Sha256::digest(&policy));
        assert_eq!(vendor["policy"]["sha256"].as_str(), Some(hash.as_str()), "{}", dir.display());
        let lines: Vec<&str> = policy.lines().collect();
        let mut cited = Vec::new();
        cite(&Value::Table(vendor), "vendor.toml", &mut cited);
        assert!(cited.len() > 20, "{}: {} lines cited", dir.display(), cited.len());
        for (place, number) in cited {
            let line = number.checked_sub(1).and_then(|index| lines.get(index));
            let says = line.is_some_and(|line| !line.trim().is_empty());
            assert!(says, "{}: {place} cites line {number}: {line:?}", dir.display());
        }
    }
    assert_eq!(vendors, 2);
}
