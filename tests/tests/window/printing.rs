//! A vendor's page on paper: whole, dark on white, and without what can only be pressed. A driven window opens no dialog for
//! printing, so the style sheet's words for paper are put into force on the screen, at the breadth of a sheet.

use serde_json::json;

use crate::stage::Stage;

/// The breadth of A4 within margins, in CSS pixels.
const PAPER_PX: u32 = 680;

const ON_PAPER: &str = "
    const into_force = (rules) => { for (const rule of rules) {
        if (rule.media?.mediaText === 'print') rule.media.mediaText = 'all';
        if (rule.cssRules) into_force(rule.cssRules);
    } };
    for (const sheet of document.styleSheets) into_force(sheet.cssRules);";

/// Everything that is wrong with the page as it would be printed.
const FAULTS: &str = "
    const faults = [];
    const say = (what, at) => faults.push(`${what}: <${at.localName} class=\"${at.className}\"> ${at.innerText?.slice(0, 60)}`);
    const light = (color) => {
        const [red, green, blue, seen = 1] = color.match(/[\\d.]+/g).map(Number);
        return seen === 0 ? null : (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    };
    const isOne = (at) => /grid|flex/.test(getComputedStyle(at).display);
    for (const at of document.querySelectorAll('html, body, body *')) {
        const box = at.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        const style = getComputedStyle(at);
        if (at.closest('.unprinted, nav, button')) say('can only be pressed', at);
        if ((light(style.backgroundColor) ?? 1) < 0.99) say('dark ground', at);
        if (light(style.color) > 0.5) say('pale ink', at);
        if (box.right > innerWidth + 1) say('beyond the sheet', at);
        if (style.overflow !== 'visible' && (at.scrollHeight > at.clientHeight + 1 || at.scrollWidth > at.clientWidth + 1)) say('cut', at);
        // What is laid out as one piece is cut where a sheet ends, through the middle of a line.
        if (at.matches('.fact, li, tr')) {
            for (let around = at.parentElement; around; around = around.parentElement) if (isOne(around)) say('in one piece', around);
        }
        // An address that cannot be pressed on paper is written there.
        if (at.localName === 'a' && !at.getAttribute('href').startsWith('#') && !at.innerText.includes(at.getAttribute('href'))) say('not written out', at);
    }
    return [...new Set(faults)];";

#[test]
fn a_vendors_page_is_whole_on_paper() {
    let Some(stage) = Stage::open("a_vendors_page_is_whole_on_paper") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.driver.click(&stage.find("//nav//a[contains(., 'Privacy')]"));
    stage.reads("In plain words");
    let faults = || stage.driver.script(FAULTS, &[]);
    // On the screen there is enough that would not do.
    stage.wear("dark");
    assert_ne!(faults(), json!([]), "nothing was looked at");
    stage.driver.script(ON_PAPER, &[]);
    stage.resize(PAPER_PX, 900);
    stage.driver.settle();
    assert_eq!(faults(), json!([]));
    let text = stage.driver.script("return document.body.innerText", &[]);
    for part in ["In plain words", "Your rights", "The vendor file", "Item by item", "Identifier"] {
        assert!(text.as_str().unwrap().contains(part), "{part} is not on paper: {text}");
    }
}
