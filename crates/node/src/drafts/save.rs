//! Keeping notices that are still being written. Of two officers who save the same draft the second is told
//! so, instead of overwriting what the first one wrote: hence one after the other, in the command queue.
//!
//! A draft is its author's file, byte for byte, under a key of its own. The node does not read it, so a mistake
//! does not prevent saving it; it is checked when it is published. It is named with the revision that its reader
//! saw. Rejected: a half-filled message, which cannot hold what its author mistyped.

use amana_seal::rest::RestError;
use amana_types::limits::{DRAFT_BYTES, DRAFT_RETENTION, DRAFTS_PER_AGENCY, LINE_CHARS};
use amana_types::{NoticeId, Reason, Timestamp};

use crate::drafts::record::{Discarded, Drafted};
use crate::drafts::state::Kept;
use crate::fold::parts::BlindDigest;
use crate::ledger::vault::SealedDraft;
use crate::ledger::writer::Draft;
use crate::subjects::Record;
use crate::work::basis::Basis;
use crate::work::commands::{Command, CommandError, Decision};

/// A draft as somebody read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DraftRef {
    pub(crate) id: NoticeId,
    /// How often it was saved; none is a new one.
    pub(crate) revision: u64,
}

/// What an agency wants to be kept.
pub(crate) struct Saving {
    pub(crate) draft: DraftRef,
    /// Keyed digest of the agency's name.
    pub(crate) agency: BlindDigest,
    /// Keyed digest of name and document.
    pub(crate) content: BlindDigest,
    pub(crate) name: String,
    pub(crate) document: Vec<u8>,
}

/// Where a draft stands once it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) revision: u64,
    pub(crate) saved: Timestamp,
    pub(crate) expires: Timestamp,
}

/// Why a draft is not saved, read or published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DraftRefused {
    /// It is not here, or belongs to another agency.
    #[error("there is no such draft of this agency; `amana notice draft list` shows those that there are")]
    NotFound,
    /// Somebody saved it since.
    #[error("the draft was saved again and is at revision {0} now; read it, then go on from there")]
    Changed(u64),
    /// There are as many as there may be.
    #[error(
        "this agency has {DRAFTS_PER_AGENCY} drafts, the most that a node keeps; publish or discard some"
    )]
    TooMany,
    /// Nothing, or too much.
    #[error("a draft has 1 to {DRAFT_BYTES} bytes and a name of at most {LINE_CHARS} characters on one line")]
    Size,
}

impl DraftRefused {
    /// The reason, for programs.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::NotFound => Reason::DraftNotFound,
            Self::Changed(_) => Reason::DraftChanged,
            Self::TooMany => Reason::TooManyDrafts,
            Self::Size => Reason::DraftSize,
        }
    }
}

/// A draft was not saved or not discarded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DraftError {
    /// It is not as it was thought to be, or may not be.
    #[error(transparent)]
    Refused(#[from] DraftRefused),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl DraftError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Refused(refused) => refused.reason(),
            Self::Rest(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Saving {
    type Answer = Saved;
    type Error = DraftError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Saved, DraftError>, DraftError> {
        let Self { draft: DraftRef { id, revision }, agency, content, name, document } = self;
        let name_fits = name.chars().count() <= LINE_CHARS && !name.contains(char::is_control);
        if document.is_empty() || document.len() > DRAFT_BYTES || !name_fits {
            return Err(DraftRefused::Size.into());
        }
        match kept(basis, id, agency) {
            Ok(kept) if kept.revision == revision => {}
            Ok(kept) if kept.revision == revision.saturating_add(1) && kept.content == content => {
                let Kept { revision, saved, expires, .. } = kept;
                return Ok(Decision::answer(Saved { revision, saved, expires }));
            }
            Ok(kept) => return Err(DraftRefused::Changed(kept.revision).into()),
            Err(DraftRefused::NotFound) if revision == 0 => check_room(basis, id, agency)?,
            Err(refused) => return Err(refused.into()),
        }
        let (revision, saved) = (revision + 1, basis.now);
        let expires = saved.after(DRAFT_RETENTION);
        let SealedDraft { name, document, slot } = basis.vault.seal_draft(id, &name, &document)?;
        let drafted = Drafted { id, agency, revision, content, saved, expires, key_slot: 0, name, document };
        let draft = Draft { record: Record::Drafted(drafted), terms: Vec::new(), key: Some(slot) };
        Ok(Decision::records(vec![draft], Saved { revision, saved, expires }))
    }
}

/// A draft that an agency wants to be gone, as it knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Discarding {
    pub(crate) draft: DraftRef,
    /// Keyed digest of the agency's name.
    pub(crate) agency: BlindDigest,
}

impl Command for Discarding {
    type Answer = ();
    type Error = DraftError;

    /// One that is not there is discarded already.
    fn decide(self, basis: &Basis<'_>) -> Result<Decision<(), DraftError>, DraftError> {
        match self.record(basis) {
            Ok(record) => Ok(Decision::record(record, ())),
            Err(DraftRefused::NotFound) => Ok(Decision::answer(())),
            Err(refused) => Err(refused.into()),
        }
    }
}

impl Discarding {
    /// The record that discards the draft.
    pub(crate) fn record(self, basis: &Basis<'_>) -> Result<Record, DraftRefused> {
        let DraftRef { id, revision } = self.draft;
        let kept = kept(basis, id, self.agency)?;
        if kept.revision != revision {
            return Err(DraftRefused::Changed(kept.revision));
        }
        Ok(Record::Discarded(Discarded { id, revision, at: basis.now }))
    }
}

/// A draft of that agency.
fn kept(basis: &Basis<'_>, id: NoticeId, agency: BlindDigest) -> Result<Kept, DraftRefused> {
    let kept = basis.holdings.state().read().drafts.kept.get(&id).cloned();
    kept.filter(|kept| kept.agency == agency).ok_or(DraftRefused::NotFound)
}

/// Whether an agency may keep one more, under an id that no other agency has.
fn check_room(basis: &Basis<'_>, id: NoticeId, agency: BlindDigest) -> Result<(), DraftRefused> {
    let state = basis.holdings.state().read();
    if state.drafts.kept.contains_key(&id) {
        return Err(DraftRefused::NotFound);
    }
    let has = state.drafts.kept.values().filter(|kept| kept.agency == agency).count();
    if has < DRAFTS_PER_AGENCY { Ok(()) } else { Err(DraftRefused::TooMany) }
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
