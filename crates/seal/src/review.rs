//! The review desk's signed word about an envelope that was held for it. On its pass alone the hub hands
//! the envelope to its recipients, and on its pass alone they take it.
//!
//! The hub cannot see what a notice is. So the sender says in the signed header that it is held (`held`), and
//! recipients, who can see, refuse a notice that needed review and was not held, or comes without the desk's pass.
//! That a member is under review is a root-signed entry, so for that the hub refuses too (`REVIEW_NEEDED`). Who the
//! desk is says the directory at that place in the log. Of two active desks neither counts.
//!
//! What the desk tells the sender is sealed to the sender, at one length. The hub sees pass or refusal, and a
//! ground.

use amana_log::{LeafHash, LeafSalt, LeafType, PartTooLong};
use amana_types::review::{REVIEW_TEXT_CHARS, ReviewGround, ReviewVerdict};
use amana_types::{Digest, Directory, HpkeEpoch, KeyId, Member, MemberCode, Random, Seq, Timestamp};
use zeroize::Zeroizing;

use crate::codec::{CodecError, Encoded, Reader, Writer};
use crate::dsse::PayloadType;
use crate::keys::{HpkeKeyPair, Signature, SigningKeyPair, key_id};
use crate::receipt::Receipted;
use crate::sealing::{self, Bound, ENCAPSULATION_BYTES, TAG_BYTES};
use crate::signer::{SignerKey, SignerRefused};

const INFO_LABEL: &str = "amana/v1/review-words";
/// Words are padded to this, so that their length says nothing.
const WORDS_BYTES: usize = 4 + 4 * REVIEW_TEXT_CHARS;
/// The most bytes the code of a ground may have.
const GROUND_BYTES: usize = 64;
const SEALED_WORDS_BYTES: usize = ENCAPSULATION_BYTES + WORDS_BYTES + TAG_BYTES;

crate::record! {
    /// What the desk decided.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Ruling {
        /// The recipients get it.
        Pass = 1,
        /// Nobody gets it.
        Refuse {
            /// Why.
            ground: ReviewGround,
            /// What else the desk tells the sender, and nobody else.
            words: Option<SealedWords>,
        } = 2,
    }
}

impl Ruling {
    /// The ruling's code.
    #[must_use]
    pub const fn verdict(&self) -> ReviewVerdict {
        match self {
            Self::Pass => ReviewVerdict::Pass,
            Self::Refuse { .. } => ReviewVerdict::Refuse,
        }
    }
}

/// Words for the sender alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedWords {
    /// Which of the sender's HPKE keys they are sealed to.
    pub epoch: HpkeEpoch,
    /// Always of the same length.
    pub sealed: Vec<u8>,
}

/// The desk's decision on one envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewDecision {
    /// Who decides.
    pub desk: MemberCode,
    /// The desk's signing key.
    pub key: KeyId,
    /// Who sent the envelope.
    pub sender: MemberCode,
    /// The envelope, by its place in the log, its id and its header hash.
    pub envelope: Receipted,
    /// What was decided.
    pub ruling: Ruling,
    /// When, by the desk's clock.
    pub at: Timestamp,
}

/// Why a decision does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefused {
    /// Not the one encoding of a decision.
    #[error("the decision is malformed: {0}")]
    Malformed(CodecError),
    /// Whoever decides is not the review desk.
    #[error("{0} is not the exchange's review desk at this place in the log")]
    NotTheDesk(MemberCode),
    /// The desk's key does not count at this place in the log.
    #[error("the review desk: {0}")]
    Desk(#[from] SignerRefused),
    /// The signature does not verify.
    #[error("the review desk's signature does not verify")]
    Signature,
}

/// A decision as it travels: kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDecision {
    /// The decision, encoded.
    pub bytes: Vec<u8>,
    /// The desk's Ed25519 signature.
    pub signature: Signature,
}

crate::encoded!(SealedWords { epoch, sealed [..= SEALED_WORDS_BYTES] } if |words: &SealedWords| {
    if words.sealed.len() == SEALED_WORDS_BYTES { Ok(()) } else { Err(CodecError::Value("words")) }
});
crate::encoded!(ReviewDecision { desk, key, sender, envelope, ruling, at });

impl ReviewDecision {
    /// The most bytes a decision has, for whoever stores one: parties and key, the envelope, a refusal with its
    /// ground and words, and the time.
    pub const MOST_BYTES: usize = 2 * (4 + MemberCode::MOST_BYTES)
        + size_of::<KeyId>()
        + (8 + 16 + 32)
        + (1 + 4 + GROUND_BYTES)
        + (1 + 4 + 4 + SEALED_WORDS_BYTES)
        + 8;

    /// The one encoding of this decision.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Reads a decision, believing nothing.
    ///
    /// # Errors
    /// [`DecisionRefused::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecisionRefused> {
        Encoded::decode(bytes).map_err(DecisionRefused::Malformed)
    }

    /// Signs the decision. `keys` is the pair that [`Self::key`] names.
    #[must_use]
    pub fn sign(&self, keys: &SigningKeyPair) -> SignedDecision {
        let bytes = self.encode();
        let signature = keys.sign(PayloadType::REVIEW, &[&bytes]);
        SignedDecision { bytes, signature }
    }
}

/// Reads a decision at its place in the log: it counts if the one active review desk of the directory,
/// folded up to there, signed it.
///
/// # Errors
/// [`DecisionRefused`].
pub fn verify_decision(
    bytes: &[u8],
    signature: &[u8],
    directory: &Directory,
    at: Seq,
) -> Result<ReviewDecision, DecisionRefused> {
    let decision = ReviewDecision::decode(bytes)?;
    if directory.review_desk().is_none_or(|desk| desk.code != decision.desk) {
        return Err(DecisionRefused::NotTheDesk(decision.desk));
    }
    let named = (decision.desk, decision.key);
    let desk = SignerKey::find(directory, decision.desk, decision.key, at)?;
    if desk.verifies(named, PayloadType::REVIEW, &[bytes], signature) {
        Ok(decision)
    } else {
        Err(DecisionRefused::Signature)
    }
}

/// The REVIEW leaf: parts are the decision's bytes, its signature, and the hub's time of acceptance
/// (8 bytes, Unix milliseconds).
///
/// # Errors
/// [`PartTooLong`], which no decision within its limits causes.
pub fn decision_leaf(
    salt: &LeafSalt,
    bytes: &[u8],
    signature: &[u8],
    accepted_at: Timestamp,
) -> Result<LeafHash, PartTooLong> {
    LeafType::Review.leaf_hash(salt, &[bytes, signature, &accepted_at.unix_millis().to_be_bytes()])
}

/// Seals words to the sender of the envelope with that header hash; `None` when they are longer than
/// words may be, or the sender has no key.
#[must_use]
pub fn seal_words(
    words: &str,
    desk: MemberCode,
    sender: &Member,
    header_hash: &Digest,
    random: &dyn Random,
) -> Option<SealedWords> {
    let (epoch, key) = sender.current_hpke_key()?;
    let mut w = Writer::with_capacity(WORDS_BYTES);
    w.text(words);
    let mut plaintext = Zeroizing::new(w.finish());
    if plaintext.len() > WORDS_BYTES {
        return None;
    }
    plaintext.resize(WORDS_BYTES, 0);
    let info = info(desk, sender.code, key_id(key.0.as_slice()), epoch);
    let bound = Bound { info: &info, aad: header_hash.as_bytes() };
    Some(SealedWords { epoch, sealed: sealing::seal(key, bound, &plaintext, random)? })
}

/// Opens the words of a decision about an envelope of ours; `None` when they do not open.
#[must_use]
pub fn open_words(
    decision: &ReviewDecision,
    words: &SealedWords,
    keys: &HpkeKeyPair,
) -> Option<Zeroizing<String>> {
    let info = info(decision.desk, decision.sender, keys.id(), words.epoch);
    let bound = Bound { info: &info, aad: decision.envelope.header_hash.as_bytes() };
    let plaintext = sealing::open(keys, bound, &words.sealed)?;
    let mut r = Reader::new(&plaintext);
    r.text(WORDS_BYTES).ok().map(|words| Zeroizing::new(words.to_owned()))
}

fn info(desk: MemberCode, sender: MemberCode, key: KeyId, epoch: HpkeEpoch) -> Vec<u8> {
    let mut w = Writer::labelled(INFO_LABEL);
    w.member(desk).member(sender).key_id(key).u32(epoch.0);
    w.finish()
}
