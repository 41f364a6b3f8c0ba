//! What passes another notice on.

use super::record::PassedOn;
use crate::fold::apply::Folded;
use crate::fold::base::Base;
use crate::fold::rows::{Encoded as _, hanging_key};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// A notice's id: the record of what it passes on.
    pub(crate) const ORIGIN: Self = Self::new(35, "where a notice comes from");
    /// A notice's id and a place: a notice that passes it on.
    pub(crate) const FORWARD: Self = Self::new(36, "a notice that passes another on");
}

/// Everything about it stands in rows.
#[derive(Default)]
pub(crate) struct Handlings;

impl SubjectState for Handlings {
    const KINDS: &'static [RowKind] = &[RowKind::ORIGIN, RowKind::FORWARD];

    fn apply(&mut self, base: &mut Base, Folded { at, record, .. }: Folded<'_>) {
        let Record::PassedOn(PassedOn { notice, origin, ours, .. }) = record else { return };
        base.table.put(RowKind::ORIGIN, notice.as_bytes(), at.encode());
        // One of ours ends with its origin.
        if *ours {
            base.table.put(RowKind::FORWARD, &hanging_key(*origin, at), notice.encode());
            base.look(at, *origin);
        }
    }
}
