//! What mends a finding, a refusal or a failure, as data: who works on a node's files words it, or
//! carries it out. Holds no rule and no row: what they are called is text here.

/// What mends something.
///
/// ```
/// use pki_core::remedy::{Edit, EditPlace, Question, Remedy, Step};
///
/// static RESTORE: Question = Question::new("restore it", "which copy is right, this disk does not say");
/// let away = Edit::new("/etc/kubernetes/admin.conf", EditPlace::File, None);
/// let remedy = Remedy::ask(&RESTORE).or(Remedy::edit(away.clone()));
/// assert_eq!(remedy.executable(), Some(&[Step::Edit(away)][..]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Remedy {
    /// Any one of these will do, the one to be thought of first before the others. Each is a row
    /// of steps, one after the other.
    pub ways: Vec<Vec<Step>>,
    /// What comes of the last of them, where that does not go without saying: words that follow a
    /// colon.
    pub because: Option<&'static str>,
}

/// One step of a remedy. A kind that is added has to be worded, so that this is exhaustive, and
/// what it is made of too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something that pkigen does.
    Run(Command),
    /// A change that is made by hand, or by whoever manages the node's files.
    Edit(Edit),
    /// Something that only a person can do, and what it is about where that differs.
    Ask(&'static Question, Option<String>),
    /// What was refused, once more, and these rules may be broken by it: their ids.
    Accept(Vec<&'static str>),
}

/// What pkigen does for a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Issues certificates again.
    Renew {
        /// Names of rows; `all` for every row that is there.
        names: Vec<String>,
        /// As the configuration says, not as they are.
        reconcile: bool,
        /// With the keys that are there.
        reuse_key: bool,
        /// Rules that may be broken by it: their ids.
        accept: Vec<&'static str>,
    },
    /// Puts an authority's certificate that was issued elsewhere, with the key it has, in the place
    /// of the old one.
    Take {
        /// Name of the authority's row.
        name: String,
        /// The file with the certificate, as the running system sees it; `FILE` for one that is
        /// still to be issued or copied.
        file: String,
        /// Whether that is done on another node, of which nobody here knows where its files are.
        there: bool,
    },
    /// Has an authority's certificate signed anew by the one above it, which is kept elsewhere.
    RenewBelow {
        /// Name of the authority's row.
        name: String,
    },
    /// Makes requests for certificates of an authority whose key is kept elsewhere.
    Request {
        /// Names of rows; none for everything that is missing or due.
        names: Vec<String>,
    },
    /// Takes the certificates that have come for requests.
    Import,
    /// Issues certificates again as the configuration says, without the names that it does not
    /// have.
    DropNames {
        /// Names of rows.
        names: Vec<String>,
    },
    /// Makes what is missing, as the configuration says.
    Init(Init),
    /// The same in another directory.
    InitIn {
        /// Whether it is the one of kubeconfigs that is another, and not the one of certificates.
        kubeconfigs: bool,
        /// The directory.
        directory: String,
    },
    /// Completes what was interrupted.
    Recover,
}

/// What is made beside what is always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Init {
    /// The kubelet's serving certificate too.
    pub kubelet_serving: bool,
    /// super-admin.conf too.
    pub super_admin: bool,
    /// What the nodes of a cluster share too, because there is no other node.
    pub new_cluster: bool,
}

/// A change to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, named as whoever asked for the remedy wants it: in a finding, as the running
    /// system sees it.
    pub file: String,
    /// What of it.
    pub place: EditPlace,
    /// What it is to be; `None` where it is to go.
    pub value: Option<String>,
}

/// What of a file is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditPlace {
    /// The file itself: it is moved away.
    File,
    /// The symbolic link that it is: what it leads to goes in its place.
    Link,
    /// Its permissions, as `chmod` takes them.
    Mode,
    /// Its owner and group, as `chown` takes them.
    Owner,
    /// A component's flag, by its name without dashes.
    Flag(String),
    /// A field, by its path.
    Field(String),
    /// A variable of the environment.
    Variable(String),
    /// A word of a command line, as it is written: what it is written as instead.
    Word(String),
}

/// What a person is asked to do: a row of a table that gives the reason.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// What, in a few words: lower case, no full stop. What it is about follows.
    pub text: &'static str,
    /// Why no step that can be carried out takes its place.
    pub why: &'static str,
}

impl Question {
    /// A row.
    #[must_use]
    pub const fn new(text: &'static str, why: &'static str) -> Self {
        Self { text, why }
    }
}

impl Edit {
    /// A change to a file.
    #[must_use]
    pub fn new(file: &str, place: EditPlace, value: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            place,
            value,
        }
    }
}

impl Remedy {
    /// One way, of these steps.
    #[must_use]
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            ways: vec![steps.into_iter().collect()],
            because: None,
        }
    }

    /// One thing to do.
    #[must_use]
    pub fn step(step: Step) -> Self {
        Self::steps([step])
    }

    /// Something that pkigen does.
    #[must_use]
    pub fn run(command: Command) -> Self {
        Self::step(Step::Run(command))
    }

    /// A change to a file.
    #[must_use]
    pub fn edit(edit: Edit) -> Self {
        Self::step(Step::Edit(edit))
    }

    /// Something that a person does.
    #[must_use]
    pub fn ask(question: &'static Question) -> Self {
        Self::step(Step::Ask(question, None))
    }

    /// Something that a person does, about this.
    #[must_use]
    pub fn ask_about(question: &'static Question, about: impl Into<String>) -> Self {
        Self::step(Step::Ask(question, Some(about.into())))
    }

    /// The ways of another remedy after these.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.ways.extend(other.ways);
        self.because = other.because.or(self.because);
        self
    }

    /// What mends two things at once, where it is the same that mends them: the same rows of steps,
    /// with more certificates to be issued again or more files to be moved away.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Option<Self> {
        if self.because != other.because || self.ways.len() != other.ways.len() {
            return None;
        }
        let ways = self.ways.iter().zip(&other.ways);
        let ways: Option<Vec<Vec<Step>>> = ways.map(|(one, other)| joined(one, other)).collect();
        Some(Self {
            ways: ways?,
            because: self.because,
        })
    }

    /// The same where these files are symbolic links, which are not written through: before anything
    /// is issued in their place, the files themselves are put there.
    #[must_use]
    pub fn after_links(mut self, links: &[String]) -> Self {
        let writes = |step: &Step| {
            matches!(
                step,
                Step::Run(Command::Renew { .. } | Command::DropNames { .. } | Command::Take { .. })
            )
        };
        for way in &mut self.ways {
            if let Some(at) = way.iter().position(writes) {
                let links = links.iter();
                let links = links.map(|file| Step::Edit(Edit::new(file, EditPlace::Link, None)));
                way.splice(at..at, links);
            }
        }
        self
    }

    /// Whether what can be carried out makes something that is not there.
    #[must_use]
    pub fn makes_afresh(&self) -> bool {
        let steps = self.executable().unwrap_or_default();
        let is_init = |step: &Step| matches!(step, Step::Run(Command::Init(_)));
        steps.iter().any(is_init)
    }

    /// The same, where the files that are changed are named differently.
    #[must_use]
    pub fn with_files(mut self, name: impl Fn(&str) -> String) -> Self {
        for step in self.ways.iter_mut().flatten() {
            if let Step::Edit(edit) = step {
                edit.file = name(&edit.file);
            }
        }
        self
    }

    /// With what comes of it.
    #[must_use]
    pub fn because(mut self, because: &'static str) -> Self {
        self.because = Some(because);
        self
    }

    /// The first way that can be carried out: that has something to run or to change. Whether a
    /// cluster is new is for a person to say.
    #[must_use]
    pub fn executable(&self) -> Option<&[Step]> {
        let is_asked = |step: &Step| match step {
            Step::Ask(..) => true,
            Step::Run(Command::Init(init)) => init.new_cluster,
            _ => false,
        };
        // What signs is elsewhere.
        let is_elsewhere = |step: &Step| {
            matches!(
                step,
                Step::Run(Command::Request { .. } | Command::Import | Command::RenewBelow { .. })
            )
        };
        let mut ways = self.ways.iter();
        let way = ways.find(|way| !way.iter().all(is_asked) && !way.iter().any(is_elsewhere))?;
        Some(way)
    }
}

fn joined(one: &[Step], other: &[Step]) -> Option<Vec<Step>> {
    let (mut steps, one) = moved_away(one);
    let (further, other) = moved_away(other);
    if one.len() != other.len() || (one.is_empty() && steps != further) {
        return None;
    }
    let further: Vec<Step> = further
        .into_iter()
        .filter(|step| !steps.contains(step))
        .collect();
    steps.extend(further);
    for pair in one.iter().zip(other) {
        steps.push(match pair {
            (one, other) if one == other => one.clone(),
            (Step::Run(one), Step::Run(other)) => Step::Run(one.joined(other)?),
            _ => return None,
        });
    }
    Some(steps)
}

/// The files that are moved away first, and what follows.
fn moved_away(steps: &[Step]) -> (Vec<Step>, &[Step]) {
    let is_first = |step: &&Step| matches!(step, Step::Edit(edit) if matches!(edit.place, EditPlace::File | EditPlace::Link));
    let first: Vec<Step> = steps.iter().take_while(is_first).cloned().collect();
    let rest = steps.get(first.len()..).unwrap_or_default();
    (first, rest)
}

impl Command {
    /// One that issues again what both issue, in the same way.
    fn joined(&self, other: &Self) -> Option<Self> {
        let mut joined = self.clone();
        let mut further = other.clone();
        let (names, more) = (joined.names()?, further.names()?);
        let new = |name: &String| !names.contains(name);
        let new: Vec<String> = more.iter().filter(|name| new(name)).cloned().collect();
        // But for the names they are the same.
        more.clone_from(names);
        if joined != further {
            return None;
        }
        joined.names()?.extend(new);
        Some(joined)
    }

    /// The rows that are issued again, or asked for.
    fn names(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::Renew { names, .. } | Self::Request { names } => Some(names),
            _ => None,
        }
    }
}
