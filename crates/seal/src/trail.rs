//! The signature over a trail: whoever tells the life of a notice vouches for the whole of it, so that
//! nothing in it can be changed, left out or added by those through whose hands it goes.

use amana_types::{KeyId, MemberCode};

use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};
use crate::signer::SignerKey;

/// Signs the bytes of a trail.
#[must_use]
pub fn sign_trail(bytes: &[u8], keys: &SigningKeyPair) -> Signature {
    keys.sign(PayloadType::TRAIL, &[bytes])
}

/// Whether the member that a trail names as its maker signed these bytes, with the key that it names.
#[must_use]
pub fn verify_trail(bytes: &[u8], signature: &[u8], named: (MemberCode, KeyId), maker: &SignerKey) -> bool {
    maker.verifies(named, PayloadType::TRAIL, &[bytes], signature)
}
