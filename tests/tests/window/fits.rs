//! Nothing is cut and nothing scrolls sideways, in the smallest window that is promised: with names as long as a vendor or a
//! user likes, and at the largest zoom.

use serde_json::json;

use crate::stage::Stage;

/// What is cut on the page, or scrolls sideways.
const CUT: &str = "
    const [found, edge] = [[], document.querySelector('main').getBoundingClientRect().right];
    for (const part of document.querySelectorAll('main, main *')) {
        const style = getComputedStyle(part);
        const bounds = part.getBoundingClientRect();
        if (bounds.width <= 1 || part.closest('.unseen, svg, .reel') || style.position === 'absolute') continue;
        const name = part.tagName + '.' + part.className + ': ' + part.textContent.trim().slice(0, 40);
        const scrolls = ['auto', 'scroll'].includes(style.overflowX) && part.scrollWidth > part.clientWidth + 1;
        if (scrolls) found.push('scrolls ' + name);
        if (bounds.right > edge + 1) found.push('cut ' + name);
    }
    return found.slice(0, 5);";
/// From now on the page says a long word in place of each of these.
const LENGTHEN: &str = "
    const [names] = arguments;
    const lengthen = (text) => {
        for (const [name, long] of Object.entries(names)) {
            if (text.data.includes(name)) text.data = text.data.replaceAll(name, long);
        }
    };
    const all = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (all.nextNode()) lengthen(all.currentNode);";

impl Stage {
    pub(crate) fn assert_all_fits(&self, what: &str) {
        self.driver.settle();
        assert_eq!(self.driver.script(CUT, &[]), json!([]), "{what}");
    }

    fn lengthen(&self, device: &str) {
        let names = json!({ "Halo Plate": "Plate".repeat(16), device: "desk".repeat(20) });
        self.driver.script(LENGTHEN, &[names]);
    }
}

#[test]
fn long_names_are_not_cut_in_the_smallest_window() {
    let Some(stage) = Stage::open("long_names_are_not_cut_in_the_smallest_window") else { return };
    let device = "Rehearsal room";
    let fits = |what: &str| {
        stage.lengthen(device);
        stage.assert_all_fits(what);
        stage.picture(&format!("fits-{what}"));
    };
    stage.add_vendor();
    stage.resize(1000, 700);
    stage.plan(&stage.sandbox.key("free"));
    stage.fill("Name of this computer, as Sleeve Audio will list it", device);
    stage.find(&format!("//li[@data-item='device_name'][contains(., '{device}')]"));
    fits("preview");
    stage.press("Show the requests");
    fits("bytes");
    stage.driver.reload();
    stage.plan(&stage.sandbox.key("free"));
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    fits("ready");
    stage.driver.reload();
    stage.press("Library");
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]"));
    stage.find("//h1[normalize-space()='Halo Plate']");
    fits("product");
}

#[test]
fn at_the_largest_zoom_the_library_has_its_button() {
    let Some(stage) = Stage::open("at_the_largest_zoom_the_library_has_its_button") else { return };
    stage.add_vendor();
    stage.resize(1000, 700);
    stage.driver.script("document.documentElement.style.setProperty('--zoom', '2')", &[]);
    stage.assert_all_fits("the library");
    stage.find("//a[normalize-space()='Add a license']");
}
