//! Shell scripts that start a component: `sh -c "set -e; exec kube-apiserver …"`. They are taken
//! apart into commands and words, and not run: what a word is that depends on variables is not
//! known.

/// A word of a script, and whether it is another one once the script runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ScriptWord {
    pub(super) text: String,
    pub(super) expands: bool,
}

/// The commands of a script, each with its words; `None` where a quotation does not end.
pub(super) fn commands(script: &str) -> Option<Vec<Vec<ScriptWord>>> {
    let mut reader = Reader::default();
    let mut letters = script.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '$' if letters.peek() == Some(&'(') => {
                reader.expand(letter);
                let mut depth = 0;
                loop {
                    let letter = letters.next()?;
                    reader.push(letter);
                    match letter {
                        '(' => depth += 1,
                        ')' if depth == 1 => break,
                        ')' => depth -= 1,
                        _ => {}
                    }
                }
            }
            '`' => {
                reader.expand(letter);
                loop {
                    let letter = letters.next()?;
                    reader.push(letter);
                    if letter == '`' {
                        break;
                    }
                }
            }
            '\\' => match letters.next() {
                Some('\n') | None => {}
                Some(letter) => reader.push(letter),
            },
            '\'' => {
                reader.begin();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        letter => reader.push(letter),
                    }
                }
            }
            '"' => {
                reader.begin();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            '\n' => {}
                            letter @ ('"' | '\\' | '$' | '`') => reader.push(letter),
                            letter => {
                                reader.push('\\');
                                reader.push(letter);
                            }
                        },
                        letter => reader.expand(letter),
                    }
                }
            }
            '#' if reader.word.is_none() => {
                while letters.next_if(|letter| *letter != '\n').is_some() {}
            }
            // Where its output goes is no word of a command; a number before it is.
            '>' | '<' => {
                reader.end_word();
                while letters
                    .next_if(|letter| matches!(letter, '>' | '<' | '&' | ' '))
                    .is_some()
                {}
                reader.passes_over = true;
            }
            '\n' | ';' | '&' | '|' | '(' | ')' => reader.end_command(),
            letter if letter.is_whitespace() => reader.end_word(),
            letter => reader.expand(letter),
        }
    }
    reader.end_command();
    Some(reader.commands)
}

#[derive(Default)]
struct Reader {
    commands: Vec<Vec<ScriptWord>>,
    words: Vec<ScriptWord>,
    word: Option<ScriptWord>,
    /// The word that comes is no word of the command.
    passes_over: bool,
}

impl Reader {
    fn begin(&mut self) -> &mut ScriptWord {
        self.word.get_or_insert_default()
    }

    fn push(&mut self, letter: char) {
        self.begin().text.push(letter);
    }

    fn expand(&mut self, letter: char) {
        let word = self.begin();
        word.text.push(letter);
        word.expands |= matches!(letter, '$' | '`');
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.passes_over)
        {
            self.words.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.passes_over = false;
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Option<Vec<Vec<String>>> {
        let commands = commands(script)?.into_iter();
        let words = |command: Vec<ScriptWord>| command.into_iter().map(|word| word.text).collect();
        Some(commands.map(words).collect())
    }

    #[test]
    fn a_script_is_taken_apart_as_a_shell_does() {
        for (script, expected) in [
            ("a b", &[&["a", "b"][..]][..]),
            ("a; b && c|d\ne", &[&["a"], &["b"], &["c"], &["d"], &["e"]]),
            ("a \\\n  b", &[&["a", "b"]]),
            ("a 'b c' \"d e\"f ''", &[&["a", "b c", "d ef", ""]]),
            (
                "a --b=$(c -d; (e)) `f g`",
                &[&["a", "--b=$(c -d; (e))", "`f g`"]],
            ),
            (r#"a \" "b\"\n" 'c\'"#, &[&["a", "\"", "b\"\\n", "c\\"]]),
            ("a # b\nc#d", &[&["a"], &["c#d"]]),
            ("a >>/var/log/x b", &[&["a", "b"]]),
            ("", &[]),
        ] {
            assert_eq!(read(script), Some(owned(expected)), "{script}");
        }
        assert_eq!(read("a 'b"), None);
        assert_eq!(read("a \"b"), None);
    }

    fn owned(commands: &[&[&str]]) -> Vec<Vec<String>> {
        let owned = |words: &&[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        commands.iter().map(owned).collect()
    }

    #[test]
    fn what_depends_on_variables_is_marked() {
        let script = r#"a $B "${C}" 'D$' \$e `f`"#;
        let [command] = commands(script).unwrap().try_into().unwrap();
        let expands: Vec<bool> = command.iter().map(|word| word.expands).collect();
        assert_eq!(expands, [false, true, true, false, false, true]);
    }
}
