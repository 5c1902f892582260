use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::mode::{PUBLIC, SECRET};

/// A file as a value: of a tree in memory, or one that is to be written somewhere.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TreeFile {
    /// Its path, as the running system sees it.
    pub path: PathBuf,
    /// Its permissions: the low twelve bits of `st_mode`.
    pub mode: u32,
    /// Whether it holds a private key.
    pub secret: bool,
    /// What is in it; wiped when dropped.
    pub contents: Zeroizing<Vec<u8>>,
}

impl TreeFile {
    /// A file with the permissions that its content wants: 0600 with a private key in it, or 0644.
    ///
    /// ```
    /// use pki_layout::TreeFile;
    ///
    /// let key = b"-----BEGIN EC PRIVATE KEY-----".to_vec();
    /// assert_eq!(TreeFile::new("/etc/kubernetes/pki/ca.key", key).mode, 0o600);
    /// ```
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        let contents = Zeroizing::new(contents.into());
        let has = |word: &[u8]| contents.windows(word.len()).any(|window| window == word);
        let secret = has(b"PRIVATE KEY-----") || has(b"client-key-data");
        Self {
            path: path.into(),
            mode: if secret { SECRET } else { PUBLIC },
            secret,
            contents,
        }
    }
}

impl fmt::Debug for TreeFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may hold a private key.
        f.debug_struct("TreeFile")
            .field("path", &self.path)
            .field("mode", &format_args!("{:#o}", self.mode))
            .finish_non_exhaustive()
    }
}
