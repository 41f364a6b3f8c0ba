//! What a notice asks for within a time, and when it is to be looked at again: taken from its content when
//! that is in the clear anyway, and kept as records, so that the fold can count.

use amana_types::notice::{Circulation, Notice};
use amana_types::reply::{Awaited, DECIDE_WITHIN};
use amana_types::{Duration, MemberCode, NoticeId, Timestamp};

use crate::record::{ClockSet, Record, Reexamine, Side};

/// What a notice asks for, and when it is to be looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    /// An answer, within a time.
    reply_within: Option<Duration>,
    /// A partner's word on a referral.
    refers: bool,
    reexamine: Option<Timestamp>,
}

/// Who is asked: everybody the answer, partners whether they take a referral on.
pub(crate) struct Asked {
    pub(crate) members: Vec<MemberCode>,
    pub(crate) partners: Vec<MemberCode>,
}

impl Dates {
    /// Of a notice.
    pub(crate) fn of(notice: &Notice) -> Self {
        let asks = notice.circulation == Circulation::RequestForInformation || !notice.question.is_empty();
        let reply_within = asks.then(|| notice.urgency.reply_within());
        Self { reply_within, refers: notice.referral.is_some(), reexamine: notice.reexamine }
    }

    /// Of what a partner gets of one.
    pub(crate) const fn of_referral() -> Self {
        Self { reply_within: None, refers: true, reexamine: None }
    }

    /// The records for its owner.
    pub(crate) fn of_own(self, notice: NoticeId, asked: &Asked, held: bool) -> Vec<Record> {
        let clock = |what, within, members: &[MemberCode]| {
            let (side, since, members) = (Side::Awaited, None, members.to_vec());
            Record::ClockSet(ClockSet { notice, what, side, members, since, within, held })
        };
        let reply = self.reply_within.filter(|_| !asked.members.is_empty());
        let reply = reply.map(|within| clock(Awaited::Reply, within, &asked.members));
        let refers = self.refers && !asked.partners.is_empty();
        let referral = refers.then(|| clock(Awaited::Referral, DECIDE_WITHIN, &asked.partners));
        let reexamine = self.reexamine.map(|due| Record::Reexamine(Reexamine { notice, due }));
        reply.into_iter().chain(referral).chain(reexamine).collect()
    }

    /// The record for a recipient; `partner` says whether it is one.
    pub(crate) fn of_received(
        self,
        notice: NoticeId,
        (owner, partner): (MemberCode, bool),
        since: Timestamp,
    ) -> Option<Record> {
        let (what, within) = match partner {
            true => (Awaited::Referral, self.refers.then_some(DECIDE_WITHIN)?),
            false => (Awaited::Reply, self.reply_within?),
        };
        let (side, members, since) = (Side::Owed, vec![owner], Some(since));
        Some(Record::ClockSet(ClockSet { notice, what, side, members, since, within, held: false }))
    }
}
