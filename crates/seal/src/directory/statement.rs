//! What a member says about its own keys, signed by its identity key.

use std::sync::Arc;

use amana_types::{Digest, ExchangeName, HpkeEpoch, HpkePublicKey, MemberCode, VerifyingKey};

use crate::codec::{CodecError, Reader, Writer};
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

impl MemberStatement {
    /// The one encoding of this statement.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(1500);
        w.text(self.exchange.as_str()).member(self.code).digest(&self.grant).digest(&self.tls_key);
        w.fixed(&self.identity_key.0).fixed(&self.signing_key.0);
        w.u32(self.hpke_epoch.0).fixed(self.hpke_key.0.as_slice());
        w.finish()
    }

    /// Reads a statement, believing nothing.
    ///
    /// # Errors
    /// [`CodecError`] for bytes that [`Self::encode`] would not have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut r = Reader::new(bytes);
        let statement = Self {
            exchange: r.parsed(63, "exchange")?,
            code: r.member()?,
            grant: r.digest()?,
            tls_key: r.digest()?,
            identity_key: read_key(&mut r)?,
            signing_key: read_key(&mut r)?,
            hpke_epoch: HpkeEpoch(r.u32()?),
            hpke_key: read_hpke_key(&mut r)?,
        };
        r.finish().map(|()| statement)
    }

    /// Signs the statement. `identity` is the pair that [`Self::identity_key`] names.
    #[must_use]
    pub fn sign(&self, identity: &SigningKeyPair) -> IdentitySigned {
        IdentitySigned::over(self.encode(), PayloadType::STATEMENT, identity)
    }
}

impl KeyChange {
    /// The one encoding of this change.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(1500);
        w.text(self.exchange.as_str()).member(self.code).u64(self.number);
        w.option(self.tls_key, |w, key| {
            w.digest(&key);
        });
        for key in [self.identity_key, self.signing_key] {
            w.option(key, |w, key| {
                w.fixed(&key.0);
            });
        }
        w.option(self.hpke_key.as_ref(), |w, (epoch, key)| {
            w.u32(epoch.0).fixed(key.0.as_slice());
        });
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
            code: r.member()?,
            number: r.u64()?,
            tls_key: r.option(Reader::digest)?,
            identity_key: r.option(read_key)?,
            signing_key: r.option(read_key)?,
            hpke_key: r.option(|r| Ok((HpkeEpoch(r.u32()?), read_hpke_key(r)?)))?,
        };
        r.finish().map(|()| change)
    }

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

    pub(super) fn write(&self, w: &mut Writer) {
        w.bytes(&self.bytes).fixed(&self.signature);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let bytes = r.bytes(amana_types::limits::DIRECTORY_ENTRY_BYTES)?.to_vec();
        Ok(Self { bytes, signature: r.array()? })
    }
}

fn read_key(r: &mut Reader<'_>) -> Result<VerifyingKey, CodecError> {
    r.array().map(VerifyingKey)
}

fn read_hpke_key(r: &mut Reader<'_>) -> Result<HpkePublicKey, CodecError> {
    r.array().map(|bytes| HpkePublicKey(Arc::new(bytes)))
}
