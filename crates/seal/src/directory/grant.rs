//! Enrolment grants: a root key's word that one party may enrol, once, as one member.
//!
//! The token that a new member gets is the grant and a secret. Rejected: a table of tokens at the hub. The hub
//! process holds no root key, and the fold enforces that a grant is used once.

use std::collections::BTreeSet;
use std::fmt;

use amana_types::{
    Digest, ExchangeName, GroupName, HpkeEpoch, KeyId, MemberCode, MemberKind, Random, Region, Timestamp,
    VerifyingKey, limits,
};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::codec::{CodecError, plain, signed};
use crate::dsse::PayloadType;
use crate::hash::labelled;
use crate::keys::{Signature, SigningKeyPair, key_id, verify};

const SECRET_LABEL: &str = "amana/v1/enrolment-secret";
const GRANT_LABEL: &str = "amana/v1/grant";
/// The most bytes that a member's name or a group's title may have.
const NAME_BYTES: usize = 200;
/// The most groups that a grant may name.
const GROUPS: usize = 64;

/// The secret half of an invitation: who shows it may use the grant. Used once, then worthless.
#[derive(Clone)]
pub struct OneTimeSecret(pub(crate) Zeroizing<[u8; 32]>);

impl OneTimeSecret {
    /// Draws a new secret.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        Self(crate::keys::draw_seed(random))
    }

    /// The labelled hash by which a grant names the secret.
    #[must_use]
    pub fn hash(&self) -> Digest {
        labelled(SECRET_LABEL, &[self.0.as_slice()])
    }

    /// Whether it is the secret that a grant names; in constant time.
    #[must_use]
    pub fn fits(&self, grant: &Grant) -> bool {
        self.hash().0.ct_eq(&grant.secret_hash.0).into()
    }
}

impl fmt::Debug for OneTimeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeSecret(..)")
    }
}

/// Leave to enrol: all that the exchange, and not the member itself, says about a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The exchange.
    pub exchange: ExchangeName,
    /// The member's code.
    pub code: MemberCode,
    /// Its name, 1 to 200 bytes.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// The country it belongs to: of a sub-bureau, and of no other kind.
    pub parent: Option<MemberCode>,
    /// The regions it belongs to; a sub-bureau has its country's, and none of its own.
    pub regions: BTreeSet<Region>,
    /// Whether it may open sections that are kept for child protection.
    pub child_protection: bool,
    /// The groups that it joins; they must exist.
    pub groups: BTreeSet<GroupName>,
    /// The epoch of its first HPKE key: 0 for a new member, one past the last for one that enrols
    /// again.
    pub first_epoch: HpkeEpoch,
    /// The first moment at which the grant no longer counts.
    pub expires: Timestamp,
    /// The labelled hash of the one-time secret.
    pub secret_hash: Digest,
}

/// A grant as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedGrant {
    /// The grant, encoded.
    pub bytes: Vec<u8>,
    /// The root key that signed it.
    pub root: KeyId,
    /// The signature.
    pub signature: Signature,
}

signed!(Grant {
    exchange, code, name [..= NAME_BYTES], kind, parent, regions [..= Region::ALL.len()], child_protection,
    groups [..= GROUPS], first_epoch, expires, secret_hash,
} if |grant: &Grant| check_name(&grant.name));
crate::encoded!(SignedGrant { bytes [..= limits::DIRECTORY_ENTRY_BYTES], root, signature });
plain! {
    OneTimeSecret: |w, secret| w.fixed(secret.0.as_slice()), |r| Ok(Self(r.array()?.into()));
}

impl Grant {
    /// Signs the grant with a root key.
    #[must_use]
    pub fn sign(&self, root: &SigningKeyPair) -> SignedGrant {
        let bytes = self.encode();
        let signature = root.sign(PayloadType::GRANT, &[&bytes]);
        SignedGrant { bytes, root: root.id(), signature }
    }
}

impl SignedGrant {
    /// What names the grant: it counts once.
    #[must_use]
    pub fn digest(&self) -> Digest {
        labelled(GRANT_LABEL, &[&self.bytes])
    }

    /// Whether one of the root keys signed it.
    #[must_use]
    pub fn is_signed_by(&self, root_keys: &[VerifyingKey]) -> bool {
        signed_by_root(root_keys, self.root, PayloadType::GRANT, &self.bytes, &self.signature)
    }
}

pub(super) fn signed_by_root(
    root_keys: &[VerifyingKey],
    named: KeyId,
    payload: PayloadType,
    bytes: &[u8],
    signature: &Signature,
) -> bool {
    let root = root_keys.iter().find(|root| key_id(&root.0) == named);
    root.is_some_and(|root| verify(root, payload, &[bytes], signature))
}

/// A name that people read is not empty and has no control characters.
fn check_name(name: &str) -> Result<(), CodecError> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(CodecError::Value("name"));
    }
    Ok(())
}
