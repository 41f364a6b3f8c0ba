//! What a member says about its own keys, signed by its identity key.

use amana_types::{Digest, ExchangeName, HpkeEpoch, HpkePublicKey, MemberCode, VerifyingKey, limits};

use crate::codec::signed;
use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};

/// A member's keys at its enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberStatement {
    /// The exchange.
    pub exchange: ExchangeName,
    /// The member's code.
    pub code: MemberCode,
    /// The digest of the grant that it uses.
    pub grant: Digest,
    /// SHA-256 of the DER SubjectPublicKeyInfo (RFC 5280 §4.1) of its TLS key.
    pub tls_key: Digest,
    /// The key that signs this, and its later entries.
    pub identity_key: VerifyingKey,
    /// The key that signs its envelopes and receipts.
    pub signing_key: VerifyingKey,
    /// The epoch of its first HPKE key, as the grant says.
    pub hpke_epoch: HpkeEpoch,
    /// Its first HPKE key.
    pub hpke_key: HpkePublicKey,
}

/// A statement, or another word of a member about itself, as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentitySigned {
    /// The statement, encoded.
    pub bytes: Vec<u8>,
    /// The identity key's signature.
    pub signature: Signature,
}

/// A change of a member's own keys: what is given is replaced, the rest stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The exchange.
    pub exchange: ExchangeName,
    /// The member's code.
    pub code: MemberCode,
    /// How many entries the member signed before this one.
    pub number: u64,
    /// Its new TLS key.
    pub tls_key: Option<Digest>,
    /// Its new identity key; this change is still signed by the old one.
    pub identity_key: Option<VerifyingKey>,
    /// Its new signing key; the old one counts up to this entry.
    pub signing_key: Option<VerifyingKey>,
    /// Its next HPKE key; the epoch is one past the last.
    pub hpke_key: Option<(HpkeEpoch, HpkePublicKey)>,
}

signed!(MemberStatement { exchange, code, grant, tls_key, identity_key, signing_key, hpke_epoch, hpke_key });
signed!(KeyChange { exchange, code, number, tls_key, identity_key, signing_key, hpke_key });
crate::encoded!(IdentitySigned { bytes [..= limits::DIRECTORY_ENTRY_BYTES], signature });

impl MemberStatement {
    /// Signs the statement. `identity` is the pair that [`Self::identity_key`] names.
    #[must_use]
    pub fn sign(&self, identity: &SigningKeyPair) -> IdentitySigned {
        IdentitySigned::over(self.encode(), PayloadType::STATEMENT, identity)
    }
}

impl KeyChange {
    /// Signs the change with the member's present identity key.
    #[must_use]
    pub fn sign(&self, identity: &SigningKeyPair) -> IdentitySigned {
        IdentitySigned::over(self.encode(), PayloadType::KEYS, identity)
    }
}

impl IdentitySigned {
    pub(super) fn over(bytes: Vec<u8>, payload: PayloadType, identity: &SigningKeyPair) -> Self {
        let signature = identity.sign(payload, &[&bytes]);
        Self { bytes, signature }
    }
}
