//! Replies, and the clocks that they settle.

use std::collections::BTreeSet;

use amana_notice::reply::{Awaited, DECIDE_WITHIN};
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_seal::review::ReviewDecision;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{MemberCode, MemberKind, NoticeId, Seq, Timestamp};

use super::clocks::{Answer, Clock, Clocks};
use super::record::{ClockSet, Effect, OutgoingReply, Reexamine, ReplyEnded, ReplyIn, Side};
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Erasure, Owed, Owing, Waiting};
use crate::fold::load::{each, get};
use crate::fold::parts::PairPlace;
use crate::fold::record::{Outcome, Verdict};
use crate::fold::rows::{
    Cause, Encoded as _, Located, Requested, Way, expiry_key, hanging_key, place_key, place_of,
};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::index::BlindTerm;
use crate::review::record::Reviewed;
use crate::subjects::Record;

impl RowKind {
    /// A notice's id and a place: what was said back to it.
    pub(crate) const REPLY: Self = Self::new(24, "a reply");
    /// What is waited for, by place.
    pub(crate) const CLOCK: Self = Self::new(25, "what is waited for");
    /// When notices of ours are to be looked at again, by moment and place.
    pub(crate) const REEXAMINE: Self = Self::new(28, "a notice's re-examination");
    /// A notice's id: when the answer to it is due, or was.
    pub(crate) const DUE: Self = Self::new(29, "when an answer is due");
}

record! {
    /// Where to begin reading rows by place.
    struct From {
        clocks: Seq,
    }
}

/// The key of [`From`] among the rows of the state.
const FROM: &[u8] = b"replies";

/// What is waited for, on both sides.
#[derive(Default)]
pub(crate) struct Replies {
    pub(crate) clocks: Clocks,
}

impl SubjectState for Replies {
    const KINDS: &'static [RowKind] = &[RowKind::REPLY, RowKind::CLOCK, RowKind::REEXAMINE, RowKind::DUE];

    fn apply(&mut self, base: &mut Base, Folded { at, record, terms, anew }: Folded<'_>) {
        match record {
            Record::Outgoing(put) if anew => self.clock_anew(base, put.id, put.held, &put.recipients),
            Record::OutgoingReply(put) => self.reply_put(base, at, put, terms),
            Record::ReplyIn(reply) => self.reply_in(base, at, reply, terms),
            Record::ReplyEnded(ended) => ended.fold(base, at),
            Record::ClockSet(set) => self.clock_set(base, at, set),
            Record::Reexamine(Reexamine { notice, due }) => {
                base.table.put(RowKind::REEXAMINE, &expiry_key((*due, at)), notice.encode());
            }
            Record::Outcome(outcome) => self.outcome(base, outcome),
            Record::Reviewed(reviewed) => self.reviewed(base, reviewed),
            _ => {}
        }
        if let Some(ending) = record.facts().ends() {
            // Nothing is asked about a notice that ended.
            self.clocks.change(ending.notice, |clock| (clock.notice != ending.notice).then_some(clock));
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        let clocks = self.clocks.first().unwrap_or(base.next);
        base.table.put(RowKind::STATE, FROM, From { clocks }.encode());
        let changed = std::mem::take(&mut self.clocks.changed);
        base.table.put_changed(RowKind::CLOCK, changed, |at| self.clocks.get(*at));
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        let Some(from) = get::<From>(views, RowKind::STATE, FROM)? else { return Ok(()) };
        each::<Clock>(views, RowKind::CLOCK, &place_key(from.clocks), |key, clock| {
            if let Some(at) = place_of(key) {
                self.clocks.load(at, clock);
            }
        })
    }
}

impl Replies {
    fn reply_put(&mut self, base: &mut Base, at: Seq, put: &OutgoingReply, terms: &[BlindTerm]) {
        let OutgoingReply { id, header_hash, expires, notice, .. } = *put;
        if !put.held {
            base.linked(&put.recipients, header_hash);
        }
        base.locate(id, Located { way: Way::Sent, at, header_hash });
        if base.takes_the_place_of(id).is_none() {
            base.request(&put.request, Requested { content: put.content, id, at });
            said_back(base, at, notice, id);
            base.index(at, terms);
            base.expires(at, id, expires);
        }
        self.asks_or_settles(base, at, put);
        let remaining = put.recipients.iter().map(|place| place.member).collect();
        base.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked: false });
    }

    fn asks_or_settles(&mut self, base: &mut Base, at: Seq, put: &OutgoingReply) {
        let members = recipients(base, &put.recipients);
        match put.effect {
            Effect::None | Effect::Revokes => {}
            Effect::Settles(_) | Effect::Accepts => {
                let accepts = put.effect == Effect::Accepts;
                let answered = Some(Answer { reply: put.id, held: put.held, accepts });
                self.clocks.change(put.notice, |clock| {
                    let ours = clock.side == Side::Owed
                        && settles(put.effect, &clock)
                        && !clock.members.is_disjoint(&members);
                    Some(if ours { Clock { answered, ..clock } } else { clock })
                });
            }
            Effect::Asks => {
                let before: Vec<Seq> = self.clocks.asked_by(put.id);
                for place in before {
                    self.clocks.remove(place);
                }
                let clock = Clock {
                    notice: put.notice,
                    what: Awaited::Permission,
                    side: Side::Awaited,
                    members,
                    since: None,
                    within: DECIDE_WITHIN,
                    by: None,
                    held: put.held,
                    asked_by: Some(put.id),
                    answered: None,
                };
                self.clocks.insert(at, clock);
            }
        }
    }

    fn reply_in(&mut self, base: &mut Base, at: Seq, reply: &ReplyIn, terms: &[BlindTerm]) {
        let ReplyIn { id, sender, header_hash, .. } = *reply;
        base.locate(id, Located { way: Way::Received, at, header_hash });
        base.expires(at, id, reply.expires);
        if !reply.held {
            base.hear(sender, reply.pair_number, reply.pair_previous, header_hash);
        }
        // The review desk sees it, and is neither asked nor answered.
        if !reply.held || reply.passed.is_some() {
            said_back(base, at, reply.notice, id);
            base.index(at, terms);
            self.asked_or_settled(at, reply);
        }
        let index = reply.passed.unwrap_or(reply.proven.index);
        let state = ReceiptState::Delivered;
        base.owe(at, Owed { id, sender, header_hash, index, state, at: reply.received_at });
    }

    fn asked_or_settled(&mut self, at: Seq, reply: &ReplyIn) {
        match reply.effect {
            Effect::None | Effect::Revokes => {}
            Effect::Settles(_) | Effect::Accepts => {
                let settled = |clock: &Clock| {
                    clock.side == Side::Awaited
                        && settles(reply.effect, clock)
                        && clock.members.contains(&reply.sender)
                };
                let taken_on = self.clocks.of(reply.notice).find(|clock| settled(clock)).cloned();
                self.clocks.change(reply.notice, |mut clock| {
                    if settled(&clock) {
                        clock.members.remove(&reply.sender);
                    }
                    (!clock.members.is_empty()).then_some(clock)
                });
                if reply.effect == Effect::Accepts
                    && let Some(clock) = taken_on
                    && let Some(goes_on) = clock.accepted(reply.proven.accepted_at)
                {
                    let members = BTreeSet::from([reply.sender]);
                    self.clocks.insert(at, Clock { members, ..goes_on });
                }
            }
            Effect::Asks => {
                let clock = Clock {
                    notice: reply.notice,
                    what: Awaited::Permission,
                    side: Side::Owed,
                    members: BTreeSet::from([reply.sender]),
                    since: Some(reply.proven.accepted_at),
                    within: DECIDE_WITHIN,
                    by: None,
                    held: false,
                    asked_by: Some(reply.id),
                    answered: None,
                };
                self.clocks.insert(at, clock);
            }
        }
    }

    fn clock_set(&mut self, base: &mut Base, at: Seq, set: &ClockSet) {
        let members = set.members.iter().copied().collect();
        let clock = Clock {
            notice: set.notice,
            what: set.what,
            side: set.side,
            members,
            since: set.since,
            within: set.within,
            by: set.by,
            held: set.held,
            asked_by: None,
            answered: None,
        };
        note_due(base, &clock);
        self.clocks.insert(at, clock);
    }

    /// A notice of ours was sealed anew: others may owe the answer now.
    fn clock_anew(&mut self, base: &Base, notice: NoticeId, held: bool, places: &[PairPlace]) {
        let everybody = recipients(base, places);
        let partner = |member: &MemberCode| {
            base.directory.member(*member).is_some_and(|member| member.kind == MemberKind::Partner)
        };
        let (partners, others): (BTreeSet<MemberCode>, BTreeSet<MemberCode>) =
            everybody.into_iter().partition(partner);
        self.clocks.change(notice, |clock| {
            let members = if clock.what == Awaited::Referral { &partners } else { &others };
            let ours = clock.side == Side::Awaited && clock.asked_by.is_none() && clock.since.is_none();
            Some(if ours { Clock { held, members: members.clone(), ..clock } } else { clock })
        });
    }

    /// The hub's answer begins what an envelope of ours asks for, ends what it settles, or, when it was
    /// refused, undoes both.
    fn outcome(&mut self, base: &mut Base, outcome: &Outcome) {
        match &outcome.verdict {
            Verdict::Accepted(proven) => self.clock_published(base, outcome.id, proven.accepted_at, false),
            Verdict::Refused { .. } | Verdict::MadeAnew(_) => self.clock_refused(outcome.id),
        }
    }

    /// The same for what was held, by the desk's decision.
    fn reviewed(&mut self, base: &mut Base, reviewed: &Reviewed) {
        if reviewed.refused {
            return self.clock_refused(reviewed.notice);
        }
        // It was verified before it became a record, so it decodes.
        let Ok(decision) = ReviewDecision::decode(&reviewed.body) else { return };
        self.clock_published(base, reviewed.notice, decision.at, true);
    }

    fn clock_published(&mut self, base: &mut Base, id: NoticeId, at: Timestamp, held: bool) {
        let begun = self.clocks.change(id, |clock| {
            if let Some(answer) = clock.answered
                && (answer.reply, answer.held) == (id, held)
            {
                return if answer.accepts { clock.accepted(at) } else { None };
            }
            let asks = clock.asked_by.unwrap_or(clock.notice) == id && clock.side == Side::Awaited;
            let begins = asks && clock.since.is_none() && clock.held == held;
            Some(if begins { Clock { since: Some(at), ..clock } } else { clock })
        });
        for clock in begun {
            note_due(base, &clock);
        }
    }

    fn clock_refused(&mut self, id: NoticeId) {
        self.clocks.change(id, |clock| match clock.answered {
            Some(answer) if answer.reply == id => Some(Clock { answered: None, ..clock }),
            _ if clock.asked_by.unwrap_or(clock.notice) == id && clock.side == Side::Awaited => None,
            _ => Some(clock),
        });
    }
}

/// Notes that something was said back to a notice, which may have ended in the meantime.
fn said_back(base: &mut Base, at: Seq, notice: NoticeId, reply: NoticeId) {
    base.table.put(RowKind::REPLY, &hanging_key(notice, at), reply.encode());
    base.look(at, notice);
}

impl ReplyEnded {
    fn fold(&self, base: &mut Base, at: Seq) {
        let cause = if self.withdrawn { Cause::Withdrawn } else { Cause::Expired };
        base.end(self.reply, cause, self.at, self.of);
        let owing = |(sender, header_hash, index)| Owing { id: self.reply, sender, header_hash, index };
        base.demand(at, Erasure { slot: Some(self.key_slot), receipt: self.received.map(owing) });
    }
}

/// Keeps when the answer to a notice is due, also when nobody waits any more: what comes later is late.
fn note_due(base: &mut Base, clock: &Clock) {
    if let (Awaited::Reply, Some(due)) = (clock.what, clock.due()) {
        base.table.put(RowKind::DUE, clock.notice.as_bytes(), due.encode());
    }
}

/// Who is to answer: the recipients without the review desk.
fn recipients(base: &Base, places: &[PairPlace]) -> BTreeSet<MemberCode> {
    let desk = |member: &MemberCode| {
        base.directory.member(*member).is_some_and(|member| member.kind == MemberKind::ReviewDesk)
    };
    places.iter().map(|place| place.member).filter(|member| !desk(member)).collect()
}

/// Whether a reply is what that clock waits for.
fn settles(effect: Effect, clock: &Clock) -> bool {
    match effect {
        Effect::Settles(what) => clock.is_settled_by(what),
        Effect::Accepts => clock.what == Awaited::Referral,
        Effect::None | Effect::Asks | Effect::Revokes => false,
    }
}
