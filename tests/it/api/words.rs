//! Tokens as people write them.

/// The text of tokens, which has a space between every two.
pub(super) fn tidy(tokens: &str) -> String {
    let mut text = tokens.split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" > ", "> "),
        (" >", ">"),
        (" ->", "->"),
        ("->", " -> "),
        ("  ", " "),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
        (" , ", ", "),
        (" ,", ","),
        (" : ", ": "),
        ("& ", "&"),
        ("* ", "*"),
        (",)", ")"),
        (", )", ")"),
        (",>", ">"),
        ("# [", "#["),
        ("->(", "-> ("),
        ("(mut ", "("),
        (", mut ", ", "),
    ] {
        text = text.replace(from, to);
    }
    text.trim().to_owned()
}
