/// A block that some reader does not find, or reads otherwise than others do, and the line that
/// says so, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {framing}")]
#[non_exhaustive]
pub struct FramingError {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub framing: Framing,
}

/// How a block is not as every reader wants it: each marker alone on its line, nothing but base64
/// between the two, and a label that says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Framing {
    /// A byte order mark stands before the first marker.
    #[error("a byte order mark stands before the block, and Go passes over it then")]
    ByteOrderMark,
    /// Blanks stand before a marker.
    #[error("blanks stand before the dashes, and Go passes over the block then")]
    Indented,
    /// Text stands before a marker: the end of another block, for instance.
    #[error(
        "something else stands before the dashes on their line, and Go passes over the block then"
    )]
    TextBefore,
    /// Text stands after the marker of an end on its line.
    #[error(
        "something else stands after the dashes on their line, and Go passes over the block then"
    )]
    TextAfter,
    /// Text stands after the marker of a beginning on its line.
    #[error("something else stands after the dashes on their line, and the block is none then")]
    TextAfterBegin,
    /// All of a block is on one line.
    #[error("the whole block is on one line, and Go passes over it then")]
    OneLine,
    /// Lines end in a carriage return alone.
    #[error("lines end in a carriage return alone, which for Go is one line")]
    CarriageReturns,
    /// The only block has no end.
    #[error("the block that begins there has no end; it may be cut off")]
    Unended,
    /// A block has the end of another label.
    #[error("the block that begins there has the end of another, and Go passes over it then")]
    OtherEnd,
    /// A label that RFC 7468 does not allow.
    #[error("the label of the block that begins there cannot be read")]
    Label,
    /// The last block has no end, behind others that are whole.
    #[error("the last block begins there and has no end; Go passes over it silently")]
    CutOff,
    /// Another block begins before this one has ended.
    #[error(
        "the block that begins there has no end before another begins; Go passes over it silently"
    )]
    CutInto {
        /// Whether no whole block stands before it.
        is_first: bool,
    },
    /// Headers stand in a block (RFC 1421).
    #[error("the block that begins there has headers, as RFC 1421 had them")]
    Headers,
    /// An empty line stands in a block.
    #[error("an empty line stands in the block")]
    EmptyLine,
    /// A tab stands after a marker.
    #[error("a tab stands after the dashes on their line")]
    Tab,
    /// The label of a private key is of another form than the key.
    #[error("the block is a private key in {form}, and its label {label}")]
    KeyLabel {
        /// What the label says.
        label: KeyLabel,
        /// What it is.
        form: KeyForm,
    },
}

impl Framing {
    /// Whether Go does not find the block, and nothing is read of the file here either.
    #[must_use]
    pub const fn hides(self) -> bool {
        !matches!(
            self,
            Self::CutOff
                | Self::CutInto { .. }
                | Self::Headers
                | Self::EmptyLine
                | Self::Tab
                | Self::KeyLabel { .. }
        )
    }
}

/// The form of a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum KeyForm {
    /// RSA alone.
    #[error("PKCS#1")]
    Pkcs1,
    /// Any kind.
    #[error("PKCS#8")]
    Pkcs8,
    /// ECDSA alone.
    #[error("SEC1")]
    Sec1,
}

/// What the label of a private key says, as far as readers tell it apart. Go's
/// `tls.X509KeyPair` takes whatever ends so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum KeyLabel {
    /// `PRIVATE KEY`.
    #[error("says PKCS#8")]
    Plain,
    /// `ENCRYPTED PRIVATE KEY`.
    #[error("says that it is encrypted")]
    Encrypted,
    /// `RSA PRIVATE KEY`.
    #[error("says PKCS#1")]
    Rsa,
    /// `EC PRIVATE KEY`.
    #[error("says SEC1")]
    Ec,
    /// `DSA PRIVATE KEY`.
    #[error("says DSA")]
    Dsa,
    /// Whatever else ends in ` PRIVATE KEY`.
    #[error("is no form's")]
    Other,
}

impl KeyLabel {
    /// What a label says; `None` of what is no private key's.
    pub(crate) fn of(label: &str) -> Option<Self> {
        Some(match label {
            "PRIVATE KEY" => Self::Plain,
            "ENCRYPTED PRIVATE KEY" => Self::Encrypted,
            "RSA PRIVATE KEY" => Self::Rsa,
            "EC PRIVATE KEY" => Self::Ec,
            "DSA PRIVATE KEY" => Self::Dsa,
            other if other.ends_with(" PRIVATE KEY") => Self::Other,
            _ => return None,
        })
    }

    /// Whether it is what a key of this form should have.
    pub(crate) fn fits(self, form: KeyForm) -> bool {
        matches!(
            (self, form),
            (Self::Plain, KeyForm::Pkcs8) | (Self::Rsa, KeyForm::Pkcs1) | (Self::Ec, KeyForm::Sec1)
        )
    }
}
