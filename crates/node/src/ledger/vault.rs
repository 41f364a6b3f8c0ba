//! The cipher over everything the node holds: the only place where the vault key is used.
//!
//! A notice is sealed under a data key of its own, which lies wrapped in a slot beside the journal:
//! without its slot the notice is gone, though its record stays. What belongs to no notice (who read
//! what, index rows, blind terms) is sealed under the vault key itself. Every ciphertext is bound to
//! where it lies.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_seal::rest::{DataKey, Place, RestError, VaultKey};
use amana_store::RealDisk;
use amana_store::journal::Journal;
use amana_store::keyslots::{KeyOf, KeySlot, KeySlots, KeySlotsError, SlotNumber, SlotUse};
use amana_types::life::{GROUND_TEXT_CHARS, Ground, Grounds};
use amana_types::{NoticeId, Random};
use zeroize::Zeroizing;

use crate::fold::parts::{BlindDigest, Vaulted};
use crate::index::BlindTerm;
use crate::search::{Field, Scope, Term};

const NOTICE: &str = "notice";
const DRAFT: &str = "draft";
const DATA_KEY: &str = "data-key";
const GROUNDS: &str = "grounds";
/// The most bytes of a ground, and of what is said about it.
const MOST_OF_GROUNDS: usize = 4 * GROUND_TEXT_CHARS;
const TERMS: &str = "terms";

/// Something at rest does not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    /// The ciphertext is refused.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The slots do not read.
    #[error(transparent)]
    Slots(#[from] KeySlotsError),
    /// What was sealed does not decode.
    #[error("a sealed detail does not read: {0}")]
    Detail(CodecError),
    /// The notice was erased: its key is gone.
    #[error("the notice was erased")]
    Erased,
}

impl VaultError {
    /// Whether one notice alone does not open: a list shows the others.
    pub(crate) const fn is_of_one(&self) -> bool {
        match self {
            Self::Rest(_) | Self::Detail(_) | Self::Erased => true,
            Self::Slots(error) => {
                matches!(error, KeySlotsError::Damaged { .. } | KeySlotsError::NoSuchSlot { .. })
            }
        }
    }
}

/// A part of a notice at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What a list shows.
    Summary,
    /// The CASE section.
    Case,
    /// The PROTECTED_PERSONS section.
    Protected,
}

impl Part {
    const fn field(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Case => "case",
            Self::Protected => "protected",
        }
    }
}

/// The wrapped data keys, read by many and written by the ledger writer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Slots(Arc<RwLock<KeySlots>>);

impl Slots {
    /// Opens the slots of this journal, or begins them beside one without records.
    pub(crate) fn open(path: &Path, journal: &Journal) -> Result<Self, KeySlotsError> {
        let slots = KeySlots::open(path, journal, Arc::new(RealDisk))?;
        Ok(Self(Arc::new(RwLock::new(slots))))
    }

    /// Adds keys, durably; they have the numbers from the answer on. A reader waits for at most one sync.
    pub(crate) fn append(&self, keys: &[KeySlot]) -> Result<SlotNumber, KeySlotsError> {
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.is_empty() { Ok(SlotNumber(slots.count())) } else { slots.append(keys) }
    }

    /// Erases keys, durably.
    pub(crate) fn erase(&self, keys: &[KeyOf]) -> Result<(), KeySlotsError> {
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if keys.is_empty() { Ok(()) } else { slots.erase(keys) }
    }

    /// Whether the slots have all that the journal's records need.
    fn covers(&self, needed: SlotUse) -> Result<(), KeySlotsError> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).covers(needed)
    }

    fn get(&self, slot: SlotNumber) -> Result<Option<KeySlot>, KeySlotsError> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(slot)
    }
}

/// The opened vault. It has no `Debug`.
pub(crate) struct Vault {
    key: VaultKey,
    slots: Slots,
    random: Arc<dyn Random>,
}

/// What a subject keeps sealed, in clear. It has no `Debug`: it is case text.
pub(crate) struct InClear<'a> {
    pub(crate) summary: &'a [u8],
    pub(crate) case: &'a [u8],
    pub(crate) protected: Option<&'a [u8]>,
    pub(crate) terms: &'a BTreeSet<Term>,
}

/// A notice sealed at rest, and the key slot that must be written before it.
pub(crate) struct ContentAtRest {
    pub(crate) vaulted: Vaulted,
    pub(crate) terms: Vec<BlindTerm>,
    pub(crate) slot: KeySlot,
}

/// A draft sealed at rest, and the key slot that must be written before it.
pub(crate) struct SealedDraft {
    pub(crate) name: Vec<u8>,
    pub(crate) document: Vec<u8>,
    pub(crate) slot: KeySlot,
}

impl Vault {
    pub(crate) const fn new(key: VaultKey, slots: Slots, random: Arc<dyn Random>) -> Self {
        Self { key, slots, random }
    }

    /// Whether the key slots have all that the journal's records need.
    pub(crate) fn covers(&self, needed: SlotUse) -> Result<(), KeySlotsError> {
        self.slots.covers(needed)
    }

    /// Seals a notice under a new key. The number of the slot is set when the slot is written.
    pub(crate) fn seal_content(
        &self,
        id: NoticeId,
        content: &InClear<'_>,
    ) -> Result<ContentAtRest, RestError> {
        let key = DataKey::draw(&*self.random);
        let seal = |part: Part, value: &[u8]| key.seal(place(&id, part.field()), value, &*self.random);
        let terms: Vec<BlindTerm> =
            content.terms.iter().map(|term| self.term(term.scope, term.field, &term.token)).collect();
        let vaulted = Vaulted {
            key_slot: 0,
            summary: seal(Part::Summary, content.summary)?,
            case: seal(Part::Case, content.case)?,
            protected: content.protected.map(|section| seal(Part::Protected, section)).transpose()?,
            terms: key.seal(place(&id, TERMS), terms.as_flattened(), &*self.random)?,
        };
        let wrapped = self.key.wrap(place(&id, DATA_KEY), &key, &*self.random)?;
        let slot = KeySlot { id, wrapped: wrapped.to_vec() };
        Ok(ContentAtRest { vaulted, terms, slot })
    }

    /// Opens one part of a notice; `None` when the notice does not have it.
    pub(crate) fn open(
        &self,
        id: NoticeId,
        vaulted: &Vaulted,
        part: Part,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let sealed = match part {
            Part::Summary => &vaulted.summary,
            Part::Case => &vaulted.case,
            Part::Protected => match &vaulted.protected {
                Some(sealed) => sealed,
                None => return Ok(None),
            },
        };
        let key = self.data_key(place(&id, DATA_KEY), vaulted.key_slot)?;
        Ok(Some(key.open(place(&id, part.field()), sealed)?))
    }

    /// Opens the blind terms of a notice; none when it was erased.
    pub(crate) fn open_terms(&self, id: NoticeId, vaulted: &Vaulted) -> Result<Vec<BlindTerm>, VaultError> {
        let key = match self.data_key(place(&id, DATA_KEY), vaulted.key_slot) {
            Err(VaultError::Erased) => return Ok(Vec::new()),
            key => key?,
        };
        let terms = key.open(place(&id, TERMS), &vaulted.terms)?;
        let (terms, _) = terms.as_chunks();
        Ok(terms.to_vec())
    }

    fn data_key(&self, place: Place<'_>, slot: u64) -> Result<DataKey, VaultError> {
        let slot = self.slots.get(SlotNumber(slot))?.ok_or(VaultError::Erased)?;
        Ok(self.key.unwrap(place, &slot.wrapped)?)
    }

    /// Seals a draft under a new key. The number of the slot is set when the slot is written.
    pub(crate) fn seal_draft(
        &self,
        id: NoticeId,
        name: &str,
        document: &[u8],
    ) -> Result<SealedDraft, RestError> {
        let key = DataKey::draw(&*self.random);
        let name = key.seal(of_draft(&id, "name"), name.as_bytes(), &*self.random)?;
        let document = key.seal(of_draft(&id, "document"), document, &*self.random)?;
        let wrapped = self.key.wrap(of_draft(&id, DATA_KEY), &key, &*self.random)?;
        Ok(SealedDraft { name, document, slot: KeySlot { id, wrapped: wrapped.to_vec() } })
    }

    /// Opens what the author calls a draft.
    pub(crate) fn open_draft_name(&self, id: NoticeId, slot: u64, name: &[u8]) -> Result<String, VaultError> {
        let key = self.data_key(of_draft(&id, DATA_KEY), slot)?;
        let name = key.open(of_draft(&id, "name"), name)?;
        String::from_utf8(name.to_vec()).map_err(|_| VaultError::Detail(CodecError::Value("name")))
    }

    /// Opens the document of a draft.
    pub(crate) fn open_draft(
        &self,
        id: NoticeId,
        slot: u64,
        document: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        Ok(self.data_key(of_draft(&id, DATA_KEY), slot)?.open(of_draft(&id, "document"), document)?)
    }

    /// The blind form of a word.
    pub(crate) fn term(&self, scope: Scope, field: Field, token: &str) -> BlindTerm {
        let [a, b, c, d, e, f, g, h, ..] = self.key.blind_index(field.label(scope), token);
        [a, b, c, d, e, f, g, h]
    }

    /// A keyed digest of something that must be recognised and not be guessed.
    pub(crate) fn digest(&self, what: &str, text: &str) -> BlindDigest {
        self.key.blind_index(what, text)
    }

    /// Seals a detail of a record that belongs to no notice; answers the name it is bound to.
    pub(crate) fn seal_detail(&self, tree: &str, detail: &[u8]) -> Result<([u8; 16], Vec<u8>), RestError> {
        let mut nonce = [0; 16];
        self.random.fill(&mut nonce);
        let sealed = self.key.seal(Place { tree, key: &nonce, field: "detail" }, detail, &*self.random)?;
        Ok((nonce, sealed))
    }

    /// Opens a detail of a record that belongs to no notice.
    pub(crate) fn open_detail(
        &self,
        tree: &str,
        nonce: &[u8; 16],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, RestError> {
        self.key.open(Place { tree, key: nonce, field: "detail" }, sealed)
    }

    /// Seals why a notice was withdrawn.
    pub(crate) fn seal_grounds(&self, grounds: &Grounds) -> Result<([u8; 16], Vec<u8>), RestError> {
        let mut w = Writer::with_capacity(64 + grounds.text().len());
        w.text(grounds.ground().code()).text(grounds.text());
        self.seal_detail(GROUNDS, &w.finish())
    }

    /// Opens why a notice was withdrawn.
    pub(crate) fn open_grounds(&self, nonce: &[u8; 16], sealed: &[u8]) -> Result<Grounds, VaultError> {
        let opened = self.open_detail(GROUNDS, nonce, sealed)?;
        let mut r = Reader::new(&opened);
        let ground: Ground = r.parsed(MOST_OF_GROUNDS, "ground").map_err(VaultError::Detail)?;
        let text = r.text(MOST_OF_GROUNDS).map_err(VaultError::Detail)?;
        r.finish().map_err(VaultError::Detail)?;
        Grounds::new(ground, text).map_err(|_| VaultError::Detail(CodecError::Value("grounds")))
    }

    /// Seals a row of the index: the same entries give the same bytes.
    pub(crate) fn seal_row(&self, key: &[u8], entries: &[u8]) -> Result<Vec<u8>, RestError> {
        self.key.seal_row(Place { tree: "terms", key, field: "entries" }, entries)
    }

    /// Opens a row of the index.
    pub(crate) fn open_row(&self, key: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, RestError> {
        self.key.open_row(Place { tree: "terms", key, field: "entries" }, sealed)
    }
}

/// Where a part of a draft lies.
const fn of_draft<'a>(id: &'a NoticeId, field: &'a str) -> Place<'a> {
    Place { tree: DRAFT, key: id.as_bytes(), field }
}

/// Where a part of a notice lies.
const fn place<'a>(id: &'a NoticeId, field: &'a str) -> Place<'a> {
    Place { tree: NOTICE, key: id.as_bytes(), field }
}
