//! Receipts: a recipient's signed word on what became of what it was sent.
//!
//! A receipt is a leaf of the audit log: the recipient's signature is stronger evidence than the hub's word that it
//! delivered. One receipt lists up to 256 envelopes of one sender and is signed once. The hub does not verify the
//! signature, since the sender does; it insists that the signer is the caller.

use std::collections::BTreeSet;

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::{Digest, KeyId, MemberCode, NoticeId, Seq, Timestamp, limits};

use crate::codec::{CodecError, Encoded, plain};
use crate::dsse::PayloadType;
use crate::keys::{Signature, SigningKeyPair};
use crate::signer::{SignerKey, SignerRefused};

/// What became of an envelope at its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptState {
    /// Verified, opened and durable.
    Delivered = 1,
    /// Read by somebody.
    Read = 2,
    /// Erased.
    Erased = 3,
}

impl ReceiptState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Delivered, Self::Read, Self::Erased];

    /// The state's code, such as `DELIVERED`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "DELIVERED",
            Self::Read => "READ",
            Self::Erased => "ERASED",
        }
    }

    /// The state's number in a receipt.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

plain! {
    ReceiptState: |w, state| w.u8(state.number()), |r| {
        let number = r.u8()?;
        let state = Self::ALL.into_iter().find(|state| state.number() == number);
        state.ok_or(CodecError::Value("state"))
    };
}

/// One envelope that a receipt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Receipted {
    /// Its place in the log.
    pub seq: Seq,
    /// Its id.
    pub id: NoticeId,
    /// The SHA-256 of its header core.
    pub header_hash: Digest,
}

/// One recipient's word to one sender, on up to 256 envelopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who signs.
    pub recipient: MemberCode,
    /// The recipient's signing key.
    pub key: KeyId,
    /// Who sent the envelopes, and gets the receipt.
    pub sender: MemberCode,
    /// What became of them.
    pub state: ReceiptState,
    /// When, by the recipient's clock.
    pub at: Timestamp,
    /// The envelopes, ascending by place.
    pub envelopes: BTreeSet<Receipted>,
}

/// Why a receipt is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptRefused {
    /// Not the one encoding of a receipt.
    #[error("the receipt is malformed: {0}")]
    Malformed(CodecError),
    /// It is about nothing.
    #[error("the receipt lists no envelope; list at least one")]
    Empty,
    /// The recipient's key does not count at this place in the log.
    #[error("the recipient: {0}")]
    Recipient(#[from] SignerRefused),
    /// The signature does not verify.
    #[error("the recipient's signature does not verify")]
    Signature,
}

/// A receipt as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReceipt {
    /// The receipt, encoded.
    pub bytes: Vec<u8>,
    /// The recipient's Ed25519 signature.
    pub signature: Signature,
}

crate::encoded!(Receipted { seq, id, header_hash });
crate::encoded!(Receipt { recipient, key, sender, state, at, envelopes [..= limits::RECEIPTS_PER_RECORD] });

impl Receipt {
    /// The most bytes a receipt has, for whoever stores one: parties and key, state and time, then place, id
    /// and header hash of the most envelopes.
    pub const MOST_BYTES: usize = 2 * (4 + MemberCode::MOST_BYTES)
        + size_of::<KeyId>()
        + 1
        + 8
        + 4
        + limits::RECEIPTS_PER_RECORD * (8 + 16 + 32);

    /// The one encoding of this receipt.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Reads a receipt, believing nothing.
    ///
    /// # Errors
    /// [`ReceiptRefused::Malformed`], [`ReceiptRefused::Empty`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptRefused> {
        let receipt = <Self as Encoded>::decode(bytes).map_err(ReceiptRefused::Malformed)?;
        if receipt.envelopes.is_empty() { Err(ReceiptRefused::Empty) } else { Ok(receipt) }
    }

    /// Signs the receipt. `keys` is the pair that [`Self::key`] names.
    #[must_use]
    pub fn sign(&self, keys: &SigningKeyPair) -> SignedReceipt {
        let bytes = self.encode();
        let signature = keys.sign(PayloadType::RECEIPT, &[&bytes]);
        SignedReceipt { bytes, signature }
    }
}

/// Reads a receipt and verifies it by the recipient's key.
///
/// # Errors
/// [`ReceiptRefused`].
pub fn verify_receipt(
    bytes: &[u8],
    signature: &[u8],
    recipient: impl FnOnce(&Receipt) -> Result<SignerKey, SignerRefused>,
) -> Result<Receipt, ReceiptRefused> {
    let receipt = Receipt::decode(bytes)?;
    let named = (receipt.recipient, receipt.key);
    if recipient(&receipt)?.verifies(named, PayloadType::RECEIPT, &[bytes], signature) {
        Ok(receipt)
    } else {
        Err(ReceiptRefused::Signature)
    }
}

/// The RECEIPT leaf: parts are the receipt's bytes, its signature, and the hub's time of acceptance
/// (8 bytes, Unix milliseconds).
///
/// # Errors
/// [`PartTooLong`], which no receipt within its limits causes.
pub fn receipt_leaf(
    salt: &LeafSalt,
    bytes: &[u8],
    signature: &[u8],
    accepted_at: Timestamp,
) -> Result<LeafHash, PartTooLong> {
    LeafType::Receipt.leaf_hash(salt, &[bytes, signature, &accepted_at.unix_millis().to_be_bytes()])
}
