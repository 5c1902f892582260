//! The console blocks of a page of the guide.

/// A command of a console block, the exit code it is said to have, and its output.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) code: i32,
    pub(crate) output: String,
}

/// The steps of a page, in order.
pub(crate) fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step {
                    command: command.to_owned(),
                    code: 0,
                    output: String::new(),
                });
            } else if let Some(code) = line.strip_prefix("? ") {
                steps.last_mut().unwrap().code = code.parse().unwrap();
            } else {
                let output = &mut steps.last_mut().unwrap().output;
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    steps
}

/// `Nov 23, 2027 12:00 UTC` becomes `DATE`, blanks in front of it stay.
pub(crate) fn masked(text: &str) -> String {
    let mut masked = String::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        while let Some(at) = words
            .iter()
            .position(|word| word.trim_end_matches(':') == "UTC")
        {
            let start = at.checked_sub(4).expect("a date has four words before UTC");
            words.splice(start..=at, ["DATE"]);
        }
        masked.push_str(&words.join(" "));
        masked.push('\n');
    }
    masked
}
