//! Notices that are still being written: where each is, and that the key of what it was before goes.

use std::collections::{BTreeMap, BTreeSet};

use amana_seal::record;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{NoticeId, Seq, Timestamp};

use super::record::{DRAFT_NAME_BYTES, Discarded, Drafted};
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Erasure};
use crate::fold::load::each;
use crate::fold::parts::BlindDigest;
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// Notices that are still being written, by id.
    pub(crate) const DRAFT: Self = Self::new(37, "a draft");
}

record! {
    /// A draft as it was saved last.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Kept {
        /// The record that holds it.
        pub(crate) at: Seq,
        /// Keyed digest of the agency's name.
        pub(crate) agency: BlindDigest,
        pub(crate) revision: u64,
        /// Keyed digest of what was saved.
        pub(crate) content: BlindDigest,
        pub(crate) saved: Timestamp,
        pub(crate) expires: Timestamp,
        /// What its author calls it, sealed.
        pub(crate) name: Vec<u8> [..= DRAFT_NAME_BYTES],
        pub(crate) key_slot: u64,
    }
}

/// All drafts. An agency has a limited number of them.
#[derive(Default)]
pub(crate) struct Drafts {
    pub(crate) kept: BTreeMap<NoticeId, Kept>,
    changed: BTreeSet<NoticeId>,
}

impl SubjectState for Drafts {
    const KINDS: &'static [RowKind] = &[RowKind::DRAFT];

    fn apply(&mut self, base: &mut Base, Folded { at, record, .. }: Folded<'_>) {
        match record {
            Record::Drafted(drafted) => self.drafted(base, at, drafted),
            Record::Discarded(discarded) => self.discarded(base, at, *discarded),
            _ => {}
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        let changed = std::mem::take(&mut self.changed);
        base.table.put_changed(RowKind::DRAFT, changed, |id| self.kept.get(id));
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        each::<Kept>(views, RowKind::DRAFT, b"", |key, kept| {
            self.kept.extend(NoticeId::from_bytes(key).map(|id| (id, kept)));
        })
    }
}

impl Drafts {
    fn drafted(&mut self, base: &mut Base, at: Seq, drafted: &Drafted) {
        let Drafted { id, agency, revision, content, saved, expires, key_slot, .. } = *drafted;
        let name = drafted.name.clone();
        let kept = Kept { at, agency, revision, content, saved, expires, name, key_slot };
        if let Some(before) = self.kept.insert(id, kept) {
            base.demand(at, Erasure { slot: Some(before.key_slot), receipt: None });
        }
        self.changed.insert(id);
    }

    /// One that was saved since stays.
    fn discarded(&mut self, base: &mut Base, at: Seq, discarded: Discarded) {
        if self.kept.get(&discarded.id).is_some_and(|kept| kept.revision == discarded.revision)
            && let Some(kept) = self.kept.remove(&discarded.id)
        {
            base.demand(at, Erasure { slot: Some(kept.key_slot), receipt: None });
            self.changed.insert(discarded.id);
        }
    }
}
