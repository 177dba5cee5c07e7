//! Trying a product, from its page to the plug-in's license: nothing leaves before the one yes.

use serde_json::json;

use crate::stage::Stage;

#[test]
pub(crate) fn a_product_is_tried() {
    let Some(stage) = Stage::open("a_product_is_tried") else { return };
    stage.add_vendor();
    stage.driver.click(&stage.find("//a[contains(., 'Paper Moon')]"));
    stage.reads("A perpetual license for good; a subscription or a trial until it ends");
    stage.look("trial-1-product");
    let before = stage.sandbox.recorded().len();
    stage.press("Try it for 14 days");
    stage.reads("It begins now and ends after 14 days");
    stage.reads("One trial for this computer.");
    stage.look("trial-2-preview");
    assert_eq!((stage.sandbox.recorded().len(), stage.sandbox.trials().len()), (before, 0));
    stage.press("Send and begin the trial");
    stage.reads("14 days are left");
    stage.look("trial-3-done");

    let here = stage.cli().json(["license", "list"]);
    assert_eq!(
        (&here["entries"][0]["kind"], &here["entries"][0]["standing"]),
        (&json!("trial"), &json!("active"))
    );
    assert_eq!(here["entries"][0]["license_id"], stage.sandbox.trials()[0].as_str());
    stage.press("Open Paper Moon");
    stage.reads("Trial");
    stage.look("trial-4-license");
}
