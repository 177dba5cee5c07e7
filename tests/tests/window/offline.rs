//! A studio without a network: the window starts, shows what was known last, and says plainly what it cannot do.

use serde_json::json;

use crate::stage::Stage;

#[test]
pub(crate) fn without_a_network_the_library_is_as_it_was() {
    let Some(mut stage) = Stage::open("without_a_network_the_library_is_as_it_was") else { return };
    stage.add_vendor();
    stage.activate(&["free", "one_seat"]);
    stage.tap.close();
    stage.start_again();
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]");
    let sent = stage.cli().json(["ledger", "list"]);

    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.press("Refresh the license");
    stage.press("Send and refresh");
    stage.is_told("network.unreachable", "could not be reached, and nothing was sent", &["Try again"]);
    stage.picture("offline-1-refresh");
    stage.library();
    stage.reads("Everything on this computer goes on working.");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]");
    stage.picture("offline-2-library");
    // The try stands in the record, as not sent.
    let now = stage.cli().json(["ledger", "list"]);
    let new = &now["entries"].as_array().unwrap()[sent["entries"].as_array().unwrap().len()..];
    assert_eq!(new.iter().map(|line| &line["outcome"]).collect::<Vec<_>>(), [&json!("not_sent")]);
}
