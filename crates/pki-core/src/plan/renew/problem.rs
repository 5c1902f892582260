use time::OffsetDateTime;

use crate::authority::AuthorityError;
use crate::authority::path::PathError;
use crate::key::KeyType;
use crate::observation::Lapse;
use crate::spec::{Artifact, RowId};
use crate::text::instant::readable;
use crate::x509::{DistinguishedName, NameError, Validity};

/// Why a certificate cannot be renewed as it is, in words that follow its name and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewProblem {
    /// What is in its file is no certificate, or cannot be read.
    #[error("it {reason}")]
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
    /// The operating system does not let its file be read.
    #[error("it cannot be read: {reason}")]
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
    /// It is not of its authority.
    #[error(transparent)]
    Path(#[from] PathError),
    /// An authority of which none of the certificates here comes: new dates would make another one
    /// last.
    #[error("none of the certificates that are here comes from it")]
    SignedNothing,
    /// The configuration describes a certificate that cannot be.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The public key in it is none that can be told.
    #[error("its key {reason}")]
    PublicKey {
        /// What is wrong with it.
        reason: String,
    },
    /// A new key was asked for, of a kind that is not made.
    #[error("its key is {actual}, which is not made here")]
    KeyType {
        /// The kind.
        actual: KeyType,
    },
    /// Its key was to be kept, and the one beside it is not its own.
    #[error("the key beside it belongs to another certificate, so it cannot be kept")]
    OtherKey,
    /// Its key was to be kept, and is not there.
    #[error("its key is missing, so it cannot be kept")]
    NoKey,
    /// Its key was to be kept, and cannot be read.
    #[error("its key {reason}, so it cannot be kept")]
    UnusableKey {
        /// What is wrong with it.
        reason: String,
    },
    /// Its key was to be kept, and the operating system does not let it be read.
    #[error("its key cannot be read: {reason}")]
    UnreadableKey {
        /// What the operating system said.
        reason: String,
    },
    /// It is a kubelet's that is of no use any more, and what could issue another is not here.
    #[error(
        "its certificate in {file} {lapse}, and the key of its authority {authority} is not here"
    )]
    Lapsed {
        /// The certificate's file.
        file: String,
        /// Why it is of no use.
        lapse: Lapse,
        /// The authority.
        authority: RowId,
        /// Whether this is a worker, where that key has no business.
        on_worker: bool,
    },
    /// It is a kubelet's that is of no use any more, and nobody knows which node's.
    #[error("its certificate in {file} {lapse}, and nothing there says which node it was for")]
    Unidentified {
        /// The certificate's file.
        file: String,
        /// Why it is of no use.
        lapse: Lapse,
    },
    /// It is behind a symbolic link, which is not written through.
    #[error("{} is a symbolic link; put the file itself there", in_words(files))]
    Link {
        /// The links.
        files: Vec<Artifact>,
        /// Whether it was to be issued as the configuration says.
        configured: bool,
    },
    /// A file of its authority is not there.
    #[error("its authority's {file} is missing")]
    NoAuthority {
        /// The file.
        file: Artifact,
        /// The directory that the components are told of in the place of the one that was looked
        /// into.
        told: Option<String>,
    },
    /// A file of its authority is of no use.
    #[error("its authority's {file} {reason}")]
    UnusableAuthority {
        /// The file.
        file: Artifact,
        /// What is wrong with it.
        reason: String,
    },
    /// The operating system does not let a file of its authority be read.
    #[error("its authority's {file} cannot be read: {reason}")]
    UnreadableAuthority {
        /// The file.
        file: Artifact,
        /// What the operating system said.
        reason: String,
    },
    /// None of its authority's certificates can sign with the key beside them.
    #[error("its authority {authority} cannot sign: {error}")]
    Authority {
        /// The authority.
        authority: RowId,
        /// Why.
        error: AuthorityError,
    },
    /// The key that was given for its authority is not that one's.
    #[error("the key that was given for its authority {authority} is another: {error}")]
    OtherSigner {
        /// The authority.
        authority: RowId,
        /// How they differ.
        error: AuthorityError,
    },
    /// It is an authority that another one has issued, whose key signs its new certificate.
    #[error("it is issued by {issuer}, who alone can give it new dates")]
    IssuedByAnother {
        /// Who.
        issuer: DistinguishedName,
    },
    /// What was given to sign its new certificate has not issued the old one, though it may have the
    /// name of who has.
    #[error("it is issued by {expected}, and what is to sign it is {actual}")]
    OtherSuperior {
        /// Subject and key identifier of who has issued it.
        expected: String,
        /// Those of what was given.
        actual: String,
    },
    /// It signs itself, and something was given to sign it.
    #[error("it signs itself, and is not below {superior}")]
    SignsItself {
        /// What was given.
        superior: DistinguishedName,
    },
    /// What signs its new certificate has expired.
    #[error("{issuer}, who signs it, expired on {}", readable(*not_after))]
    SuperiorExpired {
        /// Who.
        issuer: DistinguishedName,
        /// Since when.
        not_after: OffsetDateTime,
    },
    /// The certificate that was issued elsewhere is from another issuer than the one that is there.
    #[error("what was issued is of {actual}, and the one that is there of {expected}")]
    OtherIssuer {
        /// Subject and key identifier of who has issued it.
        actual: String,
        /// Those of who has issued the one that is there.
        expected: String,
    },
    /// The certificate that was issued elsewhere names its issuer's key, which has not signed it.
    #[error("what was issued is not signed by {issuer}, though it says so")]
    NotSigned {
        /// Subject and key identifier of that issuer.
        issuer: String,
    },
    /// The certificate that was issued elsewhere has its name in other string types, which for most
    /// readers is another name.
    #[error("what was issued has the name {subject} encoded otherwise, in other types of strings")]
    OtherEncoding {
        /// The name.
        subject: DistinguishedName,
    },
    /// The certificate that was issued elsewhere lacks what strict readers want, or has it uncritical.
    #[error("what was issued has not what the one that is there has: {}", lacks.join(", "))]
    Lacks {
        /// The extensions.
        lacks: Vec<&'static str>,
    },
    /// The certificate that was issued elsewhere is another authority's.
    #[error("what was issued is {}, and it is {}", actual.join(" and "), expected.join(" and "))]
    OtherAuthority {
        /// Subject, issuer and key of what was issued.
        actual: Vec<String>,
        /// Those of what is there.
        expected: Vec<String>,
    },
    /// The certificate that was issued elsewhere has another subject key identifier, by which
    /// everything that the authority has signed names it.
    #[error(
        "what was issued has the subject key identifier {actual}, and everything that it has signed \
         names {expected}"
    )]
    OtherIdentifier {
        /// Of what was issued.
        actual: String,
        /// Of what is there.
        expected: String,
    },
    /// The certificate that was issued elsewhere is not valid now.
    #[error(
        "what was issued is valid from {} to {}, and not now",
        readable(validity.not_before),
        readable(validity.not_after)
    )]
    NotValidNow {
        /// When it is.
        validity: Validity,
    },
    /// Its authority's life is over.
    #[error("its authority {authority} expired on {}", readable(*not_after))]
    AuthorityExpired {
        /// The authority.
        authority: RowId,
        /// Whether another one has to give it new dates.
        is_below: bool,
        /// Since when.
        not_after: OffsetDateTime,
    },
    /// Its authority's life has not begun.
    #[error("its authority {authority} is not valid before {}", readable(*not_before))]
    AuthorityNotYetValid {
        /// The authority.
        authority: RowId,
        /// When it begins.
        not_before: OffsetDateTime,
    },
}

fn in_words(files: &[Artifact]) -> String {
    let files: Vec<String> = files.iter().map(ToString::to_string).collect();
    files.join(" and ")
}

impl RenewProblem {
    /// Whether the machine is at fault and not the content.
    #[must_use]
    pub const fn is_environment(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { .. } | Self::UnreadableKey { .. } | Self::UnreadableAuthority { .. }
        )
    }
}
