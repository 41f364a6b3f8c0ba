//! The owner's signed word that a member may do with a notice what its handling code forbids.
//!
//! It names one version of one notice by id and header hash, one member that may, and until when. It is
//! verified by the owner's signing key alone, so that it can travel: with what is passed on under it, and
//! in an export for a court. A member that it was given to can hand it on, and gains nothing for others by
//! that: it permits nothing to anybody but the grantee, and a forward reaches only whom it names.

use std::collections::BTreeSet;

use amana_notice::Handling;
use amana_notice::reply;
use amana_types::{Digest, KeyId, MemberCode, NoticeId, Timestamp, limits};

use crate::codec::{Bounded, CodecError, Encoded, Reader, plain};
use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};
use crate::signer::{SignerKey, SignerRefused};

/// The most bytes of an encoded grant.
pub const USE_GRANT_BYTES: usize = 4 * 1024;
const _: () = assert!(LARGEST <= USE_GRANT_BYTES);
/// Owner, key, notice and hash; handling and grantee; the most members; until and at.
const LARGEST: usize = (4 + MemberCode::MOST_BYTES)
    + size_of::<KeyId>()
    + 16
    + 32
    + (4 + HANDLING_BYTES)
    + (4 + MemberCode::MOST_BYTES)
    + (1 + 4 + limits::RECIPIENTS * (4 + MemberCode::MOST_BYTES))
    + 2 * 8;
/// The most bytes of a handling code.
const HANDLING_BYTES: usize = 8;

/// What is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permitted {
    /// Use as evidence in court.
    CourtUse,
    /// Passing on to these members.
    Forward(BTreeSet<MemberCode>),
}

impl Permitted {
    /// Its code.
    #[must_use]
    pub const fn permitted_use(&self) -> reply::Use {
        match self {
            Self::CourtUse => reply::Use::Court,
            Self::Forward(_) => reply::Use::Onward,
        }
    }
}

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseGrant {
    /// Whose notice it is, and who signs.
    pub owner: MemberCode,
    /// The owner's signing key.
    pub key: KeyId,
    /// The notice.
    pub notice: NoticeId,
    /// The SHA-256 of its header core.
    pub header_hash: Digest,
    /// How the notice is handled: what is derived from it is handled no looser.
    pub handling: Handling,
    /// Who may.
    pub grantee: MemberCode,
    /// What.
    pub permitted: Permitted,
    /// Until when; at the latest when the notice ends.
    pub until: Timestamp,
    /// When it was given, by the owner's clock.
    pub at: Timestamp,
}

/// Why a grant permits nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UseGrantRefused {
    /// Not the one encoding of a grant.
    #[error("the grant is malformed: {0}")]
    Malformed(CodecError),
    /// The owner's key does not count at this place in the log.
    #[error("the owner: {0}")]
    Owner(#[from] SignerRefused),
    /// The signature does not verify.
    #[error("the owner's signature does not verify")]
    Signature,
}

/// What somebody wants to do under a grant.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// Whose notice it is.
    pub owner: MemberCode,
    /// The notice.
    pub notice: NoticeId,
    /// The SHA-256 of its header core.
    pub header_hash: Digest,
    /// Who wants to.
    pub by: MemberCode,
    /// What.
    pub what: Wanted<'a>,
    /// When.
    pub at: Timestamp,
}

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// To use it as evidence in court.
    CourtUse,
    /// To pass it on to these members.
    Forward(&'a BTreeSet<MemberCode>),
}

/// A grant as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUseGrant {
    /// The grant, encoded.
    pub bytes: Vec<u8>,
    /// The owner's Ed25519 signature.
    pub signature: Signature,
}

crate::encoded!(UseGrant { owner, key, notice, header_hash, handling, grantee, permitted, until, at });
plain! {
    Permitted: |w, permitted| match permitted {
        Permitted::CourtUse => w.u8(1),
        Permitted::Forward(members) => {
            members.write_within(w.u8(2), limits::RECIPIENTS)?;
            w
        }
    }, |r| match r.u8()? {
        1 => Ok(Self::CourtUse),
        2 => r.set(limits::RECIPIENTS, Reader::member).map(Self::Forward),
        _ => Err(CodecError::Value("permitted use")),
    };
}

impl UseGrant {
    /// The one encoding of this grant.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Reads a grant, believing nothing.
    ///
    /// # Errors
    /// [`UseGrantRefused::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, UseGrantRefused> {
        Encoded::decode(bytes).map_err(UseGrantRefused::Malformed)
    }

    /// Signs the grant. `keys` is the pair that [`Self::key`] names.
    #[must_use]
    pub fn sign(&self, keys: &SigningKeyPair) -> SignedUseGrant {
        let bytes = self.encode();
        let signature = keys.sign(PayloadType::USE_GRANT, &[&bytes]);
        SignedUseGrant { bytes, signature }
    }

    /// Whether it permits that.
    #[must_use]
    pub fn permits(&self, wanted: &Use<'_>) -> bool {
        let about_it = (self.owner, self.notice, self.header_hash, self.grantee)
            == (wanted.owner, wanted.notice, wanted.header_hash, wanted.by);
        let so = match (&self.permitted, wanted.what) {
            (Permitted::CourtUse, Wanted::CourtUse) => true,
            (Permitted::Forward(members), Wanted::Forward(to)) => !to.is_empty() && to.is_subset(members),
            _ => false,
        };
        about_it && so && wanted.at <= self.until
    }
}

/// Reads a grant and verifies it by the owner's key.
///
/// # Errors
/// [`UseGrantRefused`].
pub fn verify_use_grant(
    bytes: &[u8],
    signature: &[u8],
    owner: impl FnOnce(&UseGrant) -> Result<SignerKey, SignerRefused>,
) -> Result<UseGrant, UseGrantRefused> {
    let grant = UseGrant::decode(bytes)?;
    let named = (grant.owner, grant.key);
    if owner(&grant)?.verifies(named, PayloadType::USE_GRANT, &[bytes], signature) {
        Ok(grant)
    } else {
        Err(UseGrantRefused::Signature)
    }
}
