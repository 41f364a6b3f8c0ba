use std::collections::BTreeMap;

use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::MemberCode;

use crate::fold::apply::Folded;
use crate::fold::base::Base;
use crate::fold::load::each;
use crate::fold::rows::Encoded as _;
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// A member: its newest heartbeat.
    pub(crate) const BEAT: Self = Self::new(255, "a heartbeat");
}

/// The newest heartbeat of each member.
#[derive(Default)]
pub(crate) struct Beats {
    pub(crate) newest: BTreeMap<MemberCode, u64>,
}

impl SubjectState for Beats {
    const KINDS: &'static [RowKind] = &[RowKind::BEAT];

    fn apply(&mut self, _: &mut Base, Folded { record, .. }: Folded<'_>) {
        if let Record::Beat(beat) = record {
            let newest = self.newest.entry(beat.sender).or_default();
            *newest = beat.count.max(*newest);
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        for (member, count) in &self.newest {
            base.table.put(RowKind::BEAT, member.as_str().as_bytes(), count.encode());
        }
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        each::<u64>(views, RowKind::BEAT, b"", |key, count| {
            let member = std::str::from_utf8(key).ok().and_then(|code| code.parse().ok());
            self.newest.extend(member.map(|member: MemberCode| (member, count)));
        })
    }
}
