//! Whose key counts: the only way from a name in a message to a key that verifies it.

use amana_types::{Directory, KeyId, MemberCode, Seq, VerifyingKey};

use crate::dsse::PayloadType;
use crate::keys::{Signature, verify};
use crate::together::Claim;

/// Why a member's signing key does not count at a place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerRefused {
    /// The member is not in the directory.
    #[error("{0} is not in the directory; read the log up to here first, or ask for its enrolment")]
    Unknown(MemberCode),
    /// The member is suspended.
    #[error("{0} is suspended")]
    Suspended(MemberCode),
    /// The member has no such key, or it does not count there.
    #[error(
        "the key {key} of {member} does not count at this place in the log; use the member's present key"
    )]
    Key {
        /// The member.
        member: MemberCode,
        /// The key it named.
        key: KeyId,
    },
}

/// A member's signing key that counts at a place in the log. It can be had from a directory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignerKey {
    member: MemberCode,
    id: KeyId,
    key: VerifyingKey,
}

impl SignerKey {
    /// Finds the key by which `member` signs at `at`. `directory` is the one folded up to there.
    ///
    /// # Errors
    /// [`SignerRefused`].
    pub fn find(
        directory: &Directory,
        member: MemberCode,
        id: KeyId,
        at: Seq,
    ) -> Result<Self, SignerRefused> {
        let found = directory.member(member).ok_or(SignerRefused::Unknown(member))?;
        if found.suspended_since().is_some_and(|since| since <= at) {
            return Err(SignerRefused::Suspended(member));
        }
        let key = found.signing_key_at(id, at).ok_or(SignerRefused::Key { member, key: id })?;
        Ok(Self { member, id, key: key.key })
    }

    /// Whether it is the key that a message names, and the signature verifies under it.
    pub(crate) fn verifies(
        &self,
        named: (MemberCode, KeyId),
        payload: PayloadType,
        body: &[&[u8]],
        signature: &[u8],
    ) -> bool {
        named == (self.member, self.id) && verify(&self.key, payload, body, signature)
    }

    /// The same as a claim, to be verified together with others. `None` if it cannot hold.
    pub(crate) fn claim(
        &self,
        named: (MemberCode, KeyId),
        payload: PayloadType,
        body: &[&[u8]],
        signature: &Signature,
    ) -> Option<Claim> {
        (named == (self.member, self.id)).then(|| Claim::read(self.key, payload, body, signature))?
    }
}
