//! Directory entries as they travel, and what root keys say in them.

use amana_types::{ExchangeName, KeyId, MemberCode, VerifyingKey, limits};

use super::grant::{OneTimeSecret, SignedGrant, signed_by_root};
use super::refused::EntryRefused;
use super::statement::IdentitySigned;
use crate::codec::{CodecError, Reader, Writer};
use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};

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
    },
    /// A member changes its keys.
    Keys(IdentitySigned),
    /// A member is suspended or reinstated.
    Status(RootSigned),
    /// A group is set.
    Group(RootSigned),
    /// A member is put under review, or taken off it.
    Review(RootSigned),
    /// A member answers a group's invitation.
    Answer(IdentitySigned),
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
        let mut w = Writer::with_capacity(2048);
        match self {
            Self::Enrol { grant, secret, statement } => {
                grant.write(w.u8(1));
                statement.write(w.fixed(secret.0.as_slice()));
            }
            Self::Keys(change) => change.write(w.u8(2)),
            Self::Status(change) => change.write(w.u8(3)),
            Self::Group(change) => change.write(w.u8(4)),
            Self::Review(change) => change.write(w.u8(5)),
            Self::Answer(answer) => answer.write(w.u8(6)),
        }
        w.finish()
    }

    /// Reads an entry, believing nothing.
    ///
    /// # Errors
    /// [`EntryRefused::TooLarge`], [`EntryRefused::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryRefused> {
        if bytes.len() > limits::DIRECTORY_ENTRY_BYTES {
            return Err(EntryRefused::TooLarge { bytes: bytes.len(), most: limits::DIRECTORY_ENTRY_BYTES });
        }
        Self::fields(bytes).map_err(EntryRefused::Malformed)
    }

    fn fields(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let entry = match r.u8()? {
            1 => Self::Enrol {
                grant: SignedGrant::read(&mut r)?,
                secret: OneTimeSecret(r.array()?.into()),
                statement: IdentitySigned::read(&mut r)?,
            },
            2 => Self::Keys(IdentitySigned::read(&mut r)?),
            3 => Self::Status(RootSigned::read(&mut r)?),
            4 => Self::Group(RootSigned::read(&mut r)?),
            5 => Self::Review(RootSigned::read(&mut r)?),
            6 => Self::Answer(IdentitySigned::read(&mut r)?),
            _ => return Err(CodecError::Value("kind of entry")),
        };
        r.finish().map(|()| entry)
    }
}

impl RootSigned {
    pub(super) fn over(bytes: Vec<u8>, payload: PayloadType, root: &SigningKeyPair) -> Self {
        let signature = root.sign(payload, &[&bytes]);
        Self { bytes, root: root.id(), signature }
    }

    pub(super) fn is_signed_by(&self, root_keys: &[VerifyingKey], payload: PayloadType) -> bool {
        signed_by_root(root_keys, self.root, payload, &self.bytes, &self.signature)
    }

    fn write(&self, w: &mut Writer) {
        w.bytes(&self.bytes).key_id(self.root).fixed(&self.signature);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let bytes = r.bytes(limits::DIRECTORY_ENTRY_BYTES)?.to_vec();
        Ok(Self { bytes, root: r.key_id()?, signature: r.array()? })
    }
}

impl StatusChange {
    /// The one encoding of this change.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.text(self.exchange.as_str()).u64(self.number).member(self.code).flag(self.suspended);
        w.finish()
    }

    /// Reads a change, believing nothing.
    ///
    /// # Errors
    /// [`CodecError`] for bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let change = Self {
            exchange: r.parsed(63, "exchange")?,
            number: r.u64()?,
            code: r.member()?,
            suspended: r.flag()?,
        };
        r.finish().map(|()| change)
    }

    /// Signs the change with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> RootSigned {
        RootSigned::over(self.encode(), PayloadType::STATUS, root)
    }
}

impl ReviewChange {
    /// The one encoding of this change.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.text(self.exchange.as_str()).u64(self.number).member(self.code).flag(self.under_review);
        w.finish()
    }

    /// Reads a change, believing nothing.
    ///
    /// # Errors
    /// [`CodecError`] for bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let change = Self {
            exchange: r.parsed(63, "exchange")?,
            number: r.u64()?,
            code: r.member()?,
            under_review: r.flag()?,
        };
        r.finish().map(|()| change)
    }

    /// Signs the change with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> RootSigned {
        RootSigned::over(self.encode(), PayloadType::UNDER_REVIEW, root)
    }
}
