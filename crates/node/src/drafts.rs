//! Keeping notices that are still being written. Of two officers who save the same draft the second is told
//! so, instead of overwriting what the first one wrote: hence one after the other, in the press.

use amana_types::limits::{DRAFT_BYTES, DRAFT_RETENTION, DRAFTS_PER_AGENCY, LINE_CHARS};
use amana_types::{NoticeId, Reason, Timestamp};

use crate::machine::Kept;
use crate::press::{PressError, Workshop};
use crate::record::{BlindDigest, Discarded, Drafted, Record};
use crate::scribe::Draft;

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

impl Workshop {
    /// Saves a draft.
    pub(crate) fn save_draft(&self, saving: &Saving) -> Result<Saved, PressError> {
        let Saving { draft: DraftRef { id, revision }, agency, content, name, document } = saving;
        let name_fits = name.chars().count() <= LINE_CHARS && !name.contains(char::is_control);
        if document.is_empty() || document.len() > DRAFT_BYTES || !name_fits {
            return Err(DraftRefused::Size.into());
        }
        match self.kept_draft(*id, *agency) {
            Ok(kept) if kept.revision == *revision => {}
            Ok(kept) if kept.revision == revision.saturating_add(1) && kept.content == *content => {
                return Ok(Saved { revision: kept.revision, saved: kept.saved, expires: kept.expires });
            }
            Ok(kept) => return Err(DraftRefused::Changed(kept.revision).into()),
            Err(DraftRefused::NotFound) if *revision == 0 && !self.is_kept(*id) => self.has_room(*agency)?,
            Err(refused) => return Err(refused.into()),
        }
        let saved = self.clock.now();
        let at = Saved { revision: revision + 1, saved, expires: saved.after(DRAFT_RETENTION) };
        let sealed = self.vault.seal_draft(*id, name, document)?;
        let record = Record::Drafted(Drafted {
            id: *id,
            agency: *agency,
            revision: at.revision,
            content: *content,
            saved: at.saved,
            expires: at.expires,
            key_slot: 0,
            name: sealed.name,
            document: sealed.document,
        });
        let draft = Draft { record, terms: Vec::new(), key: Some(sealed.slot) };
        self.scribe.queue(vec![draft])?.wait_blocking()?;
        Ok(at)
    }

    /// Discards a draft; one that is not there is discarded already.
    pub(crate) fn discard_draft(&self, draft: DraftRef, agency: BlindDigest) -> Result<(), PressError> {
        match self.discarding(draft, agency) {
            Ok(discarded) => {
                self.scribe.queue(vec![Record::Discarded(discarded).into()])?.wait_blocking()?;
                Ok(())
            }
            Err(DraftRefused::NotFound) => Ok(()),
            Err(refused) => Err(refused.into()),
        }
    }

    /// The record that discards a draft as its reader knows it.
    pub(crate) fn discarding(&self, draft: DraftRef, agency: BlindDigest) -> Result<Discarded, DraftRefused> {
        let kept = self.kept_draft(draft.id, agency)?;
        if kept.revision != draft.revision {
            return Err(DraftRefused::Changed(kept.revision));
        }
        Ok(Discarded { id: draft.id, revision: draft.revision, at: self.clock.now() })
    }

    fn kept_draft(&self, id: NoticeId, agency: BlindDigest) -> Result<Kept, DraftRefused> {
        let kept = self.shelf.state().read().drafts.get(&id).cloned();
        kept.filter(|kept| kept.agency == agency).ok_or(DraftRefused::NotFound)
    }

    fn is_kept(&self, id: NoticeId) -> bool {
        self.shelf.state().read().drafts.contains_key(&id)
    }

    fn has_room(&self, agency: BlindDigest) -> Result<(), DraftRefused> {
        let state = self.shelf.state().read();
        let has = state.drafts.values().filter(|kept| kept.agency == agency).count();
        if has < DRAFTS_PER_AGENCY { Ok(()) } else { Err(DraftRefused::TooMany) }
    }
}
