//! What a notice asks for within a time, and when it is to be looked at again: taken from its content when
//! that is in the clear anyway, and kept as records, so that the fold can count.

use amana_types::notice::{Circulation, Notice};
use amana_types::reply::Awaited;
use amana_types::{Duration, MemberCode, NoticeId, Timestamp};

use crate::record::{ClockSet, Record, Reexamine, Side};

/// What a notice asks for, and when it is to be looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    /// An answer, within a time.
    reply_within: Option<Duration>,
    reexamine: Option<Timestamp>,
}

impl Dates {
    /// Of a notice.
    pub(crate) fn of(notice: &Notice) -> Self {
        let asks = notice.circulation == Circulation::RequestForInformation || !notice.question.is_empty();
        Self { reply_within: asks.then(|| notice.urgency.reply_within()), reexamine: notice.reexamine }
    }

    /// The records for its owner, from whom these members are asked.
    pub(crate) fn of_own(self, notice: NoticeId, members: &[MemberCode], held: bool) -> Vec<Record> {
        let members = members.to_vec();
        let (since, side) = (None, Side::Awaited);
        let clock = self.clock(notice).map(|clock| ClockSet { side, members, since, held, ..clock });
        let reexamine = self.reexamine.map(|due| Record::Reexamine(Reexamine { notice, due }));
        clock.map(Record::ClockSet).into_iter().chain(reexamine).collect()
    }

    /// The record for a recipient.
    pub(crate) fn of_received(self, notice: NoticeId, owner: MemberCode, since: Timestamp) -> Option<Record> {
        let (side, since) = (Side::Owed, Some(since));
        let clock = self.clock(notice)?;
        Some(Record::ClockSet(ClockSet { side, members: vec![owner], since, ..clock }))
    }

    fn clock(self, notice: NoticeId) -> Option<ClockSet> {
        let (side, members, since, held) = (Side::Owed, Vec::new(), None, false);
        self.reply_within.map(|within| ClockSet {
            notice,
            what: Awaited::Reply,
            side,
            members,
            since,
            within,
            held,
        })
    }
}
