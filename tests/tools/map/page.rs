//! The page in a browser: nothing is loaded, nothing fails, and it is used by mouse and keyboard.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::Browser;
use super::{CLUSTERS, of_kubeadm};
use crate::support::pkigen;

const FLAG: &str = "flag-kube-apiserver-kubelet-certificate-authority";

/// A page in a file.
struct Page {
    directory: TempDir,
}

impl Page {
    fn of(text: &str) -> Self {
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join("map.html"), text).unwrap();
        Self { directory }
    }

    fn kubeadm() -> Self {
        Self::of(&of_kubeadm(&["-o", "html"]).stdout)
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("map.html")
    }
}

/// What the panel shows.
fn panel(browser: &Browser) -> String {
    let text = browser.run("return document.querySelector('aside').innerText", &[]);
    text.as_str().unwrap().to_owned()
}

/// Ids of what is marked on the map.
fn marked(browser: &Browser) -> Vec<String> {
    let found = browser.run(
        "return [...document.querySelectorAll('.map .chosen')].map(one => one.dataset.topic)",
        &[],
    );
    serde_json::from_value(found).unwrap()
}

/// Fails when anything was said on the console or asked of the network.
#[track_caller]
fn is_quiet(browser: &Browser) {
    let said = browser.log("browser");
    assert!(said.is_empty(), "{said:?}");
    let asked: Vec<String> = browser
        .log("performance")
        .iter()
        .filter_map(|entry| {
            let entry: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &entry["message"];
            let is_request = message["method"] == "Network.requestWillBeSent";
            let url = message["params"]["request"]["url"].as_str()?;
            // What the browser asks of itself when it starts is not the page's doing.
            let ours = message["params"]["documentURL"]
                .as_str()?
                .contains("/map.html");
            // The empty picture is in the page itself.
            let elsewhere = ours && !url.contains("/map.html") && !url.starts_with("data:,");
            (is_request && elsewhere).then(|| url.to_owned())
        })
        .collect();
    assert!(asked.is_empty(), "{asked:?}");
    let loaded = browser.run(
        "return performance.getEntriesByType('resource').map(one => one.name)",
        &[],
    );
    assert_eq!(loaded, json!([]));
}

#[test]
fn a_flag_shows_its_path_as_unauthenticated() {
    let browser = Browser::open(1600, 1000);
    browser.visit(&Page::kubeadm().file());
    assert!(panel(&browser).contains("Nothing is chosen"));
    browser.click(&format!(".index a[href='#{FLAG}']"));
    let text = panel(&browser);
    assert!(
        text.contains("kube-apiserver --kubelet-certificate-authority"),
        "{text}"
    );
    assert!(
        text.contains("apiserver->kubelet unauthenticated"),
        "{text}"
    );
    let marked_now = marked(&browser);
    for topic in [
        "path-apiserver--kubelet",
        "party-apiserver",
        "party-kubelet",
        "cert-ca",
    ] {
        assert!(
            marked_now.contains(&topic.to_owned()),
            "{topic} in {marked_now:?}"
        );
    }
    assert!(!marked_now.contains(&"party-etcd".to_owned()));
    // From there to the path, and to one of its certificates.
    browser.click("#shown a[href='#path-apiserver--kubelet']");
    let text = panel(&browser);
    assert!(
        text.contains("unauthenticated") && text.contains("Whoever answers"),
        "{text}"
    );
    browser.click("#shown a[href='#cert-apiserver-kubelet-client']");
    assert!(panel(&browser).contains("pkigen renew apiserver-kubelet-client"));
    is_quiet(&browser);
}

#[test]
fn every_element_can_be_chosen_by_mouse() {
    let browser = Browser::open(1600, 1000);
    browser.visit(&Page::kubeadm().file());
    browser.click(".map [data-topic='party-etcd'] text");
    assert!(panel(&browser).contains("etcd"), "{}", panel(&browser));
    browser.click(".map [data-topic='path-pod--apiserver'] .label");
    assert!(panel(&browser).contains("pod->apiserver"));
    browser.click(".map [data-topic='cert-etcd-peer'] text");
    assert!(
        panel(&browser).starts_with("Close\netcd-peer"),
        "{}",
        panel(&browser)
    );
    browser.click(".time [data-topic='cert-admin.conf'] path");
    assert!(panel(&browser).contains("admin.conf"));
    browser.click(".close");
    assert!(panel(&browser).contains("Nothing is chosen"));
    // Every one has an explanation.
    let without = browser.run(
        "const known = new Set(); \
         const data = JSON.parse(document.getElementById('topics').textContent); \
         for (const topic of data.topics) known.add(data.texts[topic[0]]); \
         const named = [...document.querySelectorAll('[data-topic], .chips a')] \
             .map(one => one.dataset.topic ?? one.hash.slice(1)); \
         return [named.length, named.filter(one => !known.has(one))];",
        &[],
    );
    assert_eq!(without[1], json!([]));
    assert!(without[0].as_i64().unwrap() > 200, "{without}");
    is_quiet(&browser);
}

#[test]
fn the_keyboard_reaches_and_chooses_everything() {
    let browser = Browser::open(1600, 1000);
    browser.visit(&Page::kubeadm().file());
    let count = browser.run("return document.querySelectorAll('.map .pick').length", &[]);
    let mut reached = Vec::new();
    for _ in 0..count.as_i64().unwrap() {
        browser.press("\u{e004}");
        let topic = browser.run("return document.activeElement.dataset.topic ?? ''", &[]);
        reached.push(topic.as_str().unwrap().to_owned());
    }
    for topic in ["party-etcd", "path-apiserver--etcd", "cert-ca", "cert-sa"] {
        assert!(
            reached.contains(&topic.to_owned()),
            "{topic} in {reached:?}"
        );
    }
    let nameless = browser.run(
        "return [...document.querySelectorAll('[role=button]')] \
         .filter(one => !one.getAttribute('aria-label') || one.tabIndex !== 0).length",
        &[],
    );
    assert_eq!(nameless, json!(0));
    for (key, topic, text) in [
        (
            "\u{e007}",
            "path-scheduler--apiserver",
            "scheduler->apiserver",
        ),
        (" ", "party-kubelet", "The kubelet runs"),
    ] {
        let focus = "document.querySelector(`.map [data-topic='${arguments[0]}']`).focus()";
        browser.run(focus, &[json!(topic)]);
        browser.press(key);
        assert!(panel(&browser).contains(text), "{}", panel(&browser));
        let pressed = browser.run(
            "return document.activeElement.getAttribute('aria-pressed')",
            &[],
        );
        assert_eq!(pressed, json!("true"));
    }
    browser.press("\u{e00c}");
    assert!(panel(&browser).contains("Nothing is chosen"));
    is_quiet(&browser);
}

#[test]
fn the_search_finds_flags() {
    let browser = Browser::open(1600, 1000);
    browser.visit(&Page::kubeadm().file());
    browser.run("document.querySelector('input').focus()", &[]);
    browser.press("kubelet-cert");
    let left = browser.run(
        "return [...document.querySelectorAll('.index li')].filter(one => one.offsetParent) \
         .map(one => one.innerText)",
        &[],
    );
    assert_eq!(left, json!(["--kubelet-certificate-authority"]));
}

#[test]
fn what_is_in_the_address_is_shown() {
    let browser = Browser::open(1600, 1000);
    let page = Page::kubeadm();
    let address = format!("{}#cert-etcd-server", page.file().display());
    browser.visit(Path::new(&address));
    assert!(
        panel(&browser).starts_with("Close\netcd-server"),
        "{}",
        panel(&browser)
    );
}

/// Fonts are wider here than there: what is really drawn must neither overlap nor stick out.
#[test]
fn texts_do_not_overlap_as_drawn() {
    let browser = Browser::open(1600, 1000);
    for arguments in CLUSTERS {
        let all = [&["map", "-o", "html"], arguments].concat();
        let page = Page::of(&pkigen(all).exits(0).stdout);
        browser.visit(&page.file());
        let found = browser.run(
            "const box = one => { const r = one.getBoundingClientRect(); \
                 return [one.textContent, r.left + 1, r.top + 2, r.right - 1, r.bottom - 2]; }; \
             const texts = [...document.querySelectorAll('.map text')].map(box) \
                 .filter(([text]) => text.trim()); \
             const rects = [...document.querySelectorAll('.map .box rect')].map(box); \
             const [, left, top, right, bottom] = box(document.querySelector('.map svg')); \
             const wrong = []; \
             const cross = (a, b) => a[1] < b[3] && b[1] < a[3] && a[2] < b[4] && b[2] < a[4]; \
             texts.forEach((one, at) => { \
                 if (one[1] < left || one[3] > right || one[2] < top || one[4] > bottom) \
                     wrong.push([one[0], 'outside']); \
                 for (const other of texts.slice(at + 1)) \
                     if (cross(one, other)) wrong.push([one[0], other[0]]); \
                 for (const rect of rects) { \
                     const inside = one[1] >= rect[1] - 2 && one[3] <= rect[3] + 2; \
                     if (cross(one, rect) && !inside) wrong.push([one[0], 'edge of a box']); \
                 } \
             }); \
             return [texts.length, wrong];",
            &[],
        );
        assert!(found[0].as_i64().unwrap() > 60, "{found}");
        assert_eq!(found[1], json!([]), "{arguments:?}");
        is_quiet(&browser);
    }
}

/// Enough between what is read and what it is read on (WCAG 2, 1.4.3), in light and in dark.
#[test]
fn light_and_dark_can_be_read() {
    let browser = Browser::open(1600, 1000);
    for scheme in ["light", "dark"] {
        let feature = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.devtools("Emulation.setEmulatedMedia", &feature);
        browser.visit(&Page::kubeadm().file());
        browser.click(&format!(".index a[href='#{FLAG}']"));
        let ground = browser.run(
            "return getComputedStyle(document.body).backgroundColor",
            &[],
        );
        let expected = if scheme == "light" {
            "rgb(255, 255, 255)"
        } else {
            "rgb(20, 24, 29)"
        };
        assert_eq!(ground, json!(expected));
        let weak = browser.run(
            "const part = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 }; \
             const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number); \
                 return .2126 * part(r) + .7152 * part(g) + .0722 * part(b); }; \
             const ground = getComputedStyle(document.body).backgroundColor; \
             const frame = getComputedStyle(document.querySelector('.frame')).fill; \
             const box = getComputedStyle(document.querySelector('.box rect')).fill; \
             const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; \
                 return (Math.max(x, y) + .05) / (Math.min(x, y) + .05); }; \
             const weak = []; \
             for (const one of document.querySelectorAll('text, aside *, .index *, header *')) { \
                 if (!one.textContent.trim() || one.closest('[hidden]')) continue; \
                 const style = getComputedStyle(one); \
                 const color = one.closest('svg') ? style.fill : style.color; \
                 for (const under of one.closest('svg') ? [ground, frame, box] : [ground]) \
                     if (ratio(color, under) < 4.5) weak.push([one.textContent, color, under]); \
             } \
             return weak;",
            &[],
        );
        assert_eq!(weak, json!([]), "{scheme}");
    }
}

/// The picture alone, opened as a file: every part can be gone to, and says what it is.
#[test]
fn the_picture_alone_is_reached_by_keyboard() {
    let browser = Browser::open(1600, 1000);
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("map.svg");
    fs::write(&file, of_kubeadm(&["-o", "svg"]).stdout).unwrap();
    browser.visit(&file);
    browser.press("\u{e004}\u{e004}");
    let label = "return document.activeElement.getAttribute('aria-label')";
    let label = browser.run(label, &[]);
    assert!(
        label.as_str().is_some_and(|text| text.contains("->")),
        "{label}"
    );
    let width =
        "return getComputedStyle(document.activeElement.querySelector('.line')).strokeWidth";
    assert_eq!(browser.run(width, &[]), json!("4.5px"));
    let selectable = "return getComputedStyle(document.querySelector('text')).userSelect";
    assert_ne!(browser.run(selectable, &[]), json!("none"));
    assert!(browser.log("browser").is_empty());
}

#[test]
fn it_prints_on_one_page() {
    let browser = Browser::open(1600, 1000);
    for page in [
        Page::kubeadm(),
        Page::of(&pkigen([&["map", "-o", "html"], CLUSTERS[2]].concat()).stdout),
    ] {
        browser.visit(&page.file());
        let pdf = browser.pdf();
        // Chromium writes an object for each page, and does not compress these.
        let pages = pdf
            .windows(12)
            .filter(|one| one == b"/Type /Page\n")
            .count();
        assert_eq!(pages, 1);
    }
}
