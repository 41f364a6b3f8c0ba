//! Replies, the clocks that they settle, and what ends with a notice.

use std::collections::BTreeSet;

use amana_notice::reply::{Awaited, DECIDE_WITHIN};
use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_seal::review::ReviewDecision;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{MemberCode, MemberKind, NoticeId, Seq, Timestamp};

use super::clocks::{Answer, Clock};
use super::load::{each, get};
use super::rows::{Cause, Encoded as _, Ended, Located, Requested, Way, expiry_key, place_key, place_of};
use super::{BlindTerm, Erasure, Kind, Owed, Owing, State, Waiting};
use crate::record::{
    ClockSet, Debtors, Effect, Looked, MEMBERS, Outcome, OutgoingReply, PairPlace, PassedOn, Reexamine,
    ReplyEnded, ReplyIn, Reviewed, Side, Verdict,
};

record! {
    /// Who has not signed yet that it erased a notice of ours that ended.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Debt {
        pub(crate) notice: NoticeId,
        pub(crate) since: Timestamp,
        pub(crate) members: BTreeSet<MemberCode> [..= MEMBERS],
    }
}

record! {
    /// Where to begin reading rows by place.
    struct From {
        clocks: Seq,
        looks: Seq,
        debts: Seq,
    }
}

/// The key of [`From`] among the rows of the state.
const FROM: &[u8] = b"replies";

impl State {
    pub(super) fn reply_put(&mut self, at: Seq, put: &OutgoingReply, terms: &[BlindTerm]) {
        if !put.held {
            self.linked(&put.recipients, put.header_hash);
        }
        let anew = self.outbox_ids.contains_key(&put.id);
        self.sealed(at, put.id, put.held, anew);
        let located = Located { way: Way::Sent, at, header_hash: put.header_hash };
        self.table.put(Kind::Notice, put.id.as_bytes(), located.encode());
        match self.outbox_ids.insert(put.id, at) {
            Some(before) => {
                self.outbox.remove(&before);
                self.changed.outbox.insert(before);
            }
            None => {
                let requested = Requested { content: put.content, id: put.id, at };
                self.table.put(Kind::Request, &put.request, requested.encode());
                self.said_back(at, put.notice, put.id);
                self.terms.add(at, terms);
                self.expires(at, put.id, put.expires);
            }
        }
        self.asks_or_settles(at, put);
        let remaining = put.recipients.iter().map(|place| place.member).collect();
        let (id, header_hash, expires) = (put.id, put.header_hash, put.expires);
        self.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked: false });
    }

    fn asks_or_settles(&mut self, at: Seq, put: &OutgoingReply) {
        let members = self.recipients(&put.recipients);
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

    pub(super) fn reply_in(&mut self, at: Seq, reply: &ReplyIn, terms: &[BlindTerm]) {
        let located = Located { way: Way::Received, at, header_hash: reply.header_hash };
        self.table.put(Kind::Notice, reply.id.as_bytes(), located.encode());
        self.expires(at, reply.id, reply.expires);
        if reply.held {
            if reply.passed.is_none() {
                self.waits_for_review(at, reply.id);
            }
        } else {
            self.heard(reply.sender, reply.pair_number, reply.pair_previous, reply.header_hash);
        }
        // The review desk sees it, and is neither asked nor answered.
        if !reply.held || reply.passed.is_some() {
            self.said_back(at, reply.notice, reply.id);
            self.terms.add(at, terms);
            self.asked_or_settled(at, reply);
        }
        self.owe(
            at,
            Owed {
                id: reply.id,
                sender: reply.sender,
                header_hash: reply.header_hash,
                index: reply.passed.unwrap_or(reply.proven.index),
                state: ReceiptState::Delivered,
                at: reply.received_at,
            },
        );
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

    /// Notes that something was said back to a notice, which may have ended in the meantime.
    fn said_back(&mut self, at: Seq, notice: NoticeId, reply: NoticeId) {
        self.table.put(Kind::Reply, &reply_key(notice, at), reply.encode());
        self.look(at, notice);
    }

    /// A notice passes another on; one of ours ends with its origin.
    pub(super) fn passed_on(&mut self, at: Seq, passed_on: &PassedOn) {
        self.table.put(Kind::Origin, passed_on.notice.as_bytes(), at.encode());
        if passed_on.ours {
            self.table.put(Kind::Forward, &reply_key(passed_on.origin, at), passed_on.notice.encode());
            self.look(at, passed_on.origin);
        }
    }

    /// What hangs on a notice is to be looked at: it ended, or something came to hang on it.
    pub(super) fn look(&mut self, at: Seq, notice: NoticeId) {
        self.looks.insert(at, notice);
        self.changed.looks.insert(at);
    }

    pub(super) fn looked(&mut self, looked: &Looked) {
        for place in &looked.places {
            self.looks.remove(place);
            self.changed.looks.insert(*place);
        }
    }

    pub(super) fn reply_ended(&mut self, at: Seq, ended: &ReplyEnded) {
        let cause = if ended.withdrawn { Cause::Withdrawn } else { Cause::Expired };
        self.no_review(ended.reply);
        let row = Ended { cause, at: ended.at, place: ended.of };
        self.table.put(Kind::Ended, ended.reply.as_bytes(), row.encode());
        let owing = |(sender, header_hash, index)| Owing { id: ended.reply, sender, header_hash, index };
        self.demand(at, Erasure { slot: Some(ended.key_slot), receipt: ended.received.map(owing) });
    }

    pub(super) fn clock_set(&mut self, at: Seq, set: &ClockSet) {
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
        self.note_due(&clock);
        self.clocks.insert(at, clock);
    }

    /// A notice of ours was sealed anew: others may owe the answer now.
    pub(super) fn clock_anew(&mut self, notice: NoticeId, held: bool, recipients: &[PairPlace]) {
        let everybody = self.recipients(recipients);
        let partner = |member: &MemberCode| {
            self.directory.member(*member).is_some_and(|member| member.kind == MemberKind::Partner)
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
    pub(super) fn clock_outcome(&mut self, outcome: &Outcome) {
        match &outcome.verdict {
            Verdict::Accepted(proven) => self.clock_published(outcome.id, proven.accepted_at, false),
            Verdict::Refused { .. } | Verdict::MadeAnew(_) => self.clock_refused(outcome.id),
        }
    }

    /// The same for what was held, by the desk's decision.
    pub(super) fn clock_reviewed(&mut self, reviewed: &Reviewed) {
        if reviewed.refused {
            return self.clock_refused(reviewed.notice);
        }
        // It was verified before it became a record, so it decodes.
        let Ok(decision) = ReviewDecision::decode(&reviewed.body) else { return };
        self.clock_published(reviewed.notice, decision.at, true);
    }

    fn clock_published(&mut self, id: NoticeId, at: Timestamp, held: bool) {
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
            self.note_due(&clock);
        }
    }

    fn clock_refused(&mut self, id: NoticeId) {
        self.clocks.change(id, |clock| match clock.answered {
            Some(answer) if answer.reply == id => Some(Clock { answered: None, ..clock }),
            _ if clock.asked_by.unwrap_or(clock.notice) == id && clock.side == Side::Awaited => None,
            _ => Some(clock),
        });
    }

    /// Keeps when the answer to a notice is due, also when nobody waits any more: what comes later is late.
    fn note_due(&mut self, clock: &Clock) {
        if let (Awaited::Reply, Some(due)) = (clock.what, clock.due()) {
            self.table.put(Kind::Due, clock.notice.as_bytes(), due.encode());
        }
    }

    /// Nothing is asked about a notice that ended, and what hangs on it is to be looked at.
    pub(super) fn clock_ended(&mut self, place: Seq, notice: NoticeId) {
        self.clocks.change(notice, |clock| (clock.notice != notice).then_some(clock));
        self.look(place, notice);
    }

    pub(super) fn reexamine(&mut self, at: Seq, reexamine: Reexamine) {
        let key = expiry_key((reexamine.due, at));
        self.table.put(Kind::Reexamine, &key, reexamine.notice.encode());
    }

    pub(super) fn debtors(&mut self, at: Seq, debtors: &Debtors) {
        let members = debtors.members.iter().copied();
        self.owe_erasure(at, debtors.notice, debtors.since, members.collect());
    }

    pub(super) fn owe_erasure(
        &mut self,
        at: Seq,
        notice: NoticeId,
        since: Timestamp,
        mut members: BTreeSet<MemberCode>,
    ) {
        let mut since = since;
        // Whoever was told before, because a version was no longer for it, may still owe it.
        if let Some(before) = self.debt_ids.get(&notice).copied()
            && let Some(debt) = self.debts.remove(&before)
        {
            members.extend(debt.members);
            since = since.min(debt.since);
            self.changed.debts.insert(before);
        }
        if members.is_empty() {
            return;
        }
        self.debt_ids.insert(notice, at);
        self.debts.insert(at, Debt { notice, since, members });
        self.changed.debts.insert(at);
    }

    /// A member signed that it erased a notice of ours.
    pub(super) fn has_erased(&mut self, notice: NoticeId, member: MemberCode) {
        let Some(at) = self.debt_ids.get(&notice).copied() else { return };
        let Some(debt) = self.debts.get_mut(&at) else { return };
        debt.members.remove(&member);
        if debt.members.is_empty() {
            self.no_debt(notice);
        }
        self.changed.debts.insert(at);
    }

    /// Nobody has to erase a notice, because nobody has it.
    pub(super) fn no_debt(&mut self, notice: NoticeId) {
        if let Some(at) = self.debt_ids.remove(&notice) {
            self.debts.remove(&at);
            self.changed.debts.insert(at);
        }
    }

    /// Who is to answer: the recipients without the review desk.
    fn recipients(&self, places: &[PairPlace]) -> BTreeSet<MemberCode> {
        let desk = |member: &MemberCode| {
            self.directory.member(*member).is_some_and(|member| member.kind == MemberKind::ReviewDesk)
        };
        places.iter().map(|place| place.member).filter(|member| !desk(member)).collect()
    }

    /// Puts what is held in memory of this among the rows.
    pub(super) fn write_reply_rows(&mut self) {
        let next = self.next;
        let from = From {
            clocks: self.clocks.first().unwrap_or(next),
            looks: self.looks.keys().next().copied().unwrap_or(next),
            debts: self.debts.keys().next().copied().unwrap_or(next),
        };
        self.table.put(Kind::State, FROM, from.encode());
        let changed = std::mem::take(&mut self.clocks.changed);
        self.table.put_changed(Kind::Clock, changed, |at| self.clocks.get(*at));
        let changed = std::mem::take(&mut self.changed.looks);
        self.table.put_changed(Kind::Look, changed, |at| self.looks.get(at));
        let changed = std::mem::take(&mut self.changed.debts);
        self.table.put_changed(Kind::Debt, changed, |at| self.debts.get(at));
    }

    /// Reads it back.
    pub(super) fn load_reply_rows(&mut self, views: &Views) -> Result<(), LoadError> {
        let Some(from) = get::<From>(views, Kind::State, FROM)? else { return Ok(()) };
        let state = self;
        each::<Clock>(views, Kind::Clock, &place_key(from.clocks), |key, clock| {
            if let Some(at) = place_of(key) {
                state.clocks.load(at, clock);
            }
        })?;
        each::<NoticeId>(views, Kind::Look, &place_key(from.looks), |key, notice| {
            state.looks.extend(place_of(key).map(|at| (at, notice)));
        })?;
        each::<Debt>(views, Kind::Debt, &place_key(from.debts), |key, debt| {
            if let Some(at) = place_of(key) {
                state.debt_ids.insert(debt.notice, at);
                state.debts.insert(at, debt);
            }
        })
    }
}

/// Whether a reply is what that clock waits for.
fn settles(effect: Effect, clock: &Clock) -> bool {
    match effect {
        Effect::Settles(what) => clock.is_settled_by(what),
        Effect::Accepts => clock.what == Awaited::Referral,
        Effect::None | Effect::Asks | Effect::Revokes => false,
    }
}

/// The key of what was said back to a notice, oldest first.
pub(crate) fn reply_key(notice: NoticeId, at: Seq) -> Vec<u8> {
    [notice.as_bytes().as_slice(), &place_key(at)].concat()
}
