//! The style sheet of the picture, in light and dark, on screen and on paper.

use std::fmt::Write as _;

use super::style::LOOKS;

/// Colours that are not those of a protection: name of the class, property, light, dark.
const COLORS: &[(&str, &str, &str, &str)] = &[
    (".ground", "fill", "#ffffff", "#14181d"),
    (".frame", "fill", "#f4f6f8", "#1b2128"),
    (".frame", "stroke", "#d3d9e0", "#343d47"),
    (".box rect", "fill", "#ffffff", "#242c35"),
    (".box rect", "stroke", "#68737f", "#8b97a4"),
    (".hub rect", "fill", "#e8eef6", "#2a3950"),
    (".authority rect", "fill", "#fdf3d8", "#4a3f1e"),
    (".authority rect", "stroke", "#9a7b1a", "#d8b44a"),
    (".title", "fill", "#161b21", "#eef2f6"),
    (".text", "fill", "#161b21", "#eef2f6"),
    (".note", "fill", "#515b66", "#b3bdc8"),
    (".tree", "stroke", "#9a7b1a", "#d8b44a"),
    (".bad", "fill", "#b3261e", "#ff8a80"),
    (".now", "stroke", "#161b21", "#eef2f6"),
    (".life", "fill", "#7fa8cc", "#4d7ca6"),
    (".over", "fill", "#b3261e", "#ff8a80"),
    (".scale", "stroke", "#d3d9e0", "#343d47"),
];

const FIXED: &str = "\
text{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,Helvetica,Arial,\"DejaVu Sans\",sans-serif;font-size:11px}\
.heading{font-size:19px;font-weight:600}\
.title{font-size:12.5px;font-weight:600}\
.tree{fill:none;stroke-width:1.3}\
.frame{stroke-width:1}\
.box rect{stroke-width:1.2}\
.missing rect{stroke-dasharray:4 3}\
.missing{opacity:.62}\
.line{fill:none;stroke-linejoin:round}\
.hit{fill:none;stroke:transparent;stroke-width:12;pointer-events:stroke}\
.end{text-anchor:end}\
.middle{text-anchor:middle}\
.pick{cursor:pointer;outline:none}\
.pick:focus-visible rect,.pick.chosen rect{stroke-width:3}\
.pick:hover .line,.pick:focus-visible .line,.pick.chosen .line{stroke-width:4.5}\
.pick:focus-visible text,.pick.chosen text{text-decoration:underline}\
.choosing .wire:not(.chosen):not(:hover):not(:focus-visible),.choosing .box:not(.chosen):not(:hover):not(:focus-visible){opacity:.28}\
";

/// The style sheet.
pub(super) fn sheet() -> String {
    let mut sheet = FIXED.to_owned();
    rules(&mut sheet, false);
    for look in &LOOKS {
        let _ = write!(sheet, ".{} .line{{stroke-width:{}", look.class, look.width);
        if !look.dashes.is_empty() {
            let _ = write!(sheet, ";stroke-dasharray:{}", look.dashes);
        }
        sheet.push('}');
    }
    sheet.push_str("@media (prefers-color-scheme:dark){@media screen{");
    rules(&mut sheet, true);
    sheet.push_str("}}");
    sheet
}

fn rules(sheet: &mut String, dark: bool) {
    for (class, property, light, dim) in COLORS {
        let color = if dark { dim } else { light };
        let _ = write!(sheet, "{class}{{{property}:{color}}}");
    }
    for look in &LOOKS {
        let color = if dark { look.dark } else { look.light };
        let _ = write!(
            sheet,
            ".{0} .line{{stroke:{color}}}.{0} .arrow,.{0} .joint,.{0} .label{{fill:{color};color:{color}}}",
            look.class
        );
    }
}
