//! What a notice asks for within a time, and when it is to be looked at again: taken from its content when
//! that is in the clear anyway, and kept as records, so that the fold can count.
//!
//! A referral is due in three days or at its `until`, whichever is sooner. Once taken on, it is due at `until`.
//! There the partner's part ends with its clock, and the owner goes on waiting.

use amana_notice::content::Notice;
use amana_notice::convert::timestamp;
use amana_notice::reply::{Awaited, DECIDE_WITHIN};
use amana_notice::{Circulation, Urgency, known};
use amana_types::{Duration, MemberCode, NoticeId, Timestamp};

use crate::replies::record::{ClockSet, Reexamine, Side};
use crate::subjects::Record;

/// What a notice asks for, and when it is to be looked at again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    /// An answer, within a time.
    reply_within: Option<Duration>,
    /// A partner's word on a referral, and until when its part of the case goes.
    refers: Option<Timestamp>,
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
        let asks = known(notice.circulation) == Some(Circulation::RequestForInformation)
            || !notice.question.is_empty();
        let urgency = known(notice.urgency).unwrap_or(Urgency::Routine);
        Self {
            reply_within: asks.then(|| urgency.reply_within()),
            refers: notice.referral.as_ref().and_then(|referral| referral.until).map(timestamp),
            reexamine: notice.reexamine.map(timestamp),
        }
    }

    /// Of what a partner gets of one.
    pub(crate) const fn of_referral(until: Timestamp) -> Self {
        Self { reply_within: None, refers: Some(until), reexamine: None }
    }

    /// The records for its owner.
    pub(crate) fn of_own(self, notice: NoticeId, asked: &Asked, held: bool) -> Vec<Record> {
        let clock = |what, (within, by), members: &[MemberCode]| {
            let (side, since, members) = (Side::Awaited, None, members.to_vec());
            Record::ClockSet(ClockSet { notice, what, side, members, since, within, by, held })
        };
        let reply = self.reply_within.filter(|_| !asked.members.is_empty());
        let reply = reply.map(|within| clock(Awaited::Reply, (within, None), &asked.members));
        let refers = self.refers.filter(|_| !asked.partners.is_empty());
        let referral =
            refers.map(|until| clock(Awaited::Referral, (DECIDE_WITHIN, Some(until)), &asked.partners));
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
        let (what, within, by) = match partner {
            true => (Awaited::Referral, DECIDE_WITHIN, Some(self.refers?)),
            false => (Awaited::Reply, self.reply_within?, None),
        };
        let (side, members, since) = (Side::Owed, vec![owner], Some(since));
        Some(Record::ClockSet(ClockSet { notice, what, side, members, since, within, by, held: false }))
    }
}
