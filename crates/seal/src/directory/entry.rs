//! Directory entries as they travel, and what root keys say in them.

use amana_types::{ExchangeName, KeyId, MemberCode, VerifyingKey, limits};

use super::grant::{OneTimeSecret, SignedGrant, signed_by_root};
use super::refused::EntryRefused;
use super::statement::IdentitySigned;
use crate::codec::{Encoded, signed};
use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};

crate::record! {
    /// One signed entry of the directory.
    #[derive(Clone, Debug)]
    pub enum Entry {
        /// A member enrols, or enrols again: grant, the grant's secret, the member's own statement.
        Enrol {
            /// A root key's leave.
            grant: SignedGrant,
            /// The secret that the grant names, spent by being shown.
            secret: OneTimeSecret,
            /// The member's keys, signed by its identity key.
            statement: IdentitySigned,
        } = 1,
        /// A member changes its keys.
        Keys(IdentitySigned) = 2,
        /// A member is suspended or reinstated.
        Status(RootSigned) = 3,
        /// A group is set.
        Group(RootSigned) = 4,
        /// A member is put under review, or taken off it.
        Review(RootSigned) = 5,
        /// A member answers a group's invitation.
        Answer(IdentitySigned) = 6,
    }
}

/// A root key's word, as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSigned {
    /// The statement, encoded.
    pub bytes: Vec<u8>,
    /// The root key that signed it.
    pub root: KeyId,
    /// The signature.
    pub signature: Signature,
}

/// A suspension or reinstatement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// The exchange.
    pub exchange: ExchangeName,
    /// How many entries, enrolments aside, the root keys signed before this one.
    pub number: u64,
    /// Who.
    pub code: MemberCode,
    /// Whether it is suspended from now on.
    pub suspended: bool,
}

/// A member is under review from now on, or no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewChange {
    /// The exchange.
    pub exchange: ExchangeName,
    /// How many entries, enrolments aside, the root keys signed before this one.
    pub number: u64,
    /// Who.
    pub code: MemberCode,
    /// Whether the review desk has to pass whatever it sends from now on.
    pub under_review: bool,
}

impl Entry {
    /// The one encoding of this entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Reads an entry, believing nothing.
    ///
    /// # Errors
    /// [`EntryRefused::TooLarge`], [`EntryRefused::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryRefused> {
        if bytes.len() > limits::DIRECTORY_ENTRY_BYTES {
            return Err(EntryRefused::TooLarge { bytes: bytes.len(), most: limits::DIRECTORY_ENTRY_BYTES });
        }
        Encoded::decode(bytes).map_err(EntryRefused::Malformed)
    }
}

crate::encoded!(RootSigned { bytes [..= limits::DIRECTORY_ENTRY_BYTES], root, signature });
signed!(StatusChange { exchange, number, code, suspended });
signed!(ReviewChange { exchange, number, code, under_review });

impl RootSigned {
    /// The bytes of an entry with a statement of so many: its kind, the statement behind its length, the key's
    /// id and the signature.
    pub(super) const fn entry_bytes(statement: usize) -> usize {
        1 + 4 + statement + size_of::<KeyId>() + size_of::<Signature>()
    }

    pub(super) fn over(bytes: Vec<u8>, payload: PayloadType, root: &SigningKeyPair) -> Self {
        let signature = root.sign(payload, &[&bytes]);
        Self { bytes, root: root.id(), signature }
    }

    pub(super) fn is_signed_by(&self, root_keys: &[VerifyingKey], payload: PayloadType) -> bool {
        signed_by_root(root_keys, self.root, payload, &self.bytes, &self.signature)
    }
}

impl StatusChange {
    /// Signs the change with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> RootSigned {
        RootSigned::over(self.encode(), PayloadType::STATUS, root)
    }
}

impl ReviewChange {
    /// Signs the change with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> RootSigned {
        RootSigned::over(self.encode(), PayloadType::UNDER_REVIEW, root)
    }
}
