//! How notices end: taken back by their owner, or run out; and what follows from it.
//!
//! Whoever demands that a key goes only says so here. The writer erases it and then writes
//! [`Erased`]: so a receipt is owed when the key is gone, and not before.

use std::collections::BTreeSet;

use amana_seal::receipt::ReceiptState;
use amana_seal::record;
use amana_types::{Digest, MemberCode, NoticeId, Seq, Timestamp};

use super::rows::{
    Cause, Encoded as _, Ended, Located, Requested, Way, expiry_key, follows_key, place_key, recalled_key,
};
use super::{Kind, Owed, State, Waiting};
use crate::record::{Erased, Expired, MEMBERS, Recall, Recalled, Withdrawn};

record! {
    /// A key that is to be erased.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Erasure {
        /// Where the wrapped key lies; nothing when the notice was never here.
        pub(crate) slot: Option<u64>,
        /// The receipt that is owed once it is gone; none about a notice of ours.
        pub(crate) receipt: Option<Owing>,
    }
}

record! {
    /// What an erasure receipt is about, and who gets it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Owing {
        pub(crate) id: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) header_hash: Digest,
        pub(crate) index: Seq,
    }
}

record! {
    /// Who is still to be sent the withdrawal of a notice of ours.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Unreached {
        pub(crate) notice: NoticeId,
        pub(crate) members: BTreeSet<MemberCode> [..= MEMBERS],
    }
}

impl State {
    pub(super) fn withdrawn(&mut self, at: Seq, withdrawn: &Withdrawn) {
        let Withdrawn { notice, request, content, .. } = *withdrawn;
        self.end(at, notice, Cause::Withdrawn, withdrawn.at);
        self.table.put(Kind::Request, &request, Requested { content, id: notice, at }.encode());
        self.demand(at, Erasure { slot: Some(withdrawn.key_slot), receipt: None });
        self.owe_erasure(at, notice, withdrawn.at, withdrawn.recipients.iter().copied().collect());
        self.reach(at, notice, &withdrawn.recipients);
    }

    pub(super) fn recall(&mut self, at: Seq, recall: &Recall) {
        self.linked(&recall.recipients, recall.header_hash);
        let located = Located { way: Way::Sent, at, header_hash: recall.header_hash };
        self.table.put(Kind::Notice, recall.id.as_bytes(), located.encode());
        self.follows(recall.notice, recall.id, at);
        let mut left_out = Vec::new();
        if let Some(before) = self.outbox_ids.get(&recall.id).copied() {
            left_out.extend(self.outbox.remove(&before).into_iter().flat_map(|waiting| waiting.remaining));
            self.changed.outbox.insert(before);
        }
        let Recall { of, notice, id, header_hash, expires, .. } = *recall;
        let unreached = self.unreached.entry(of).or_insert(Unreached { notice, members: BTreeSet::new() });
        // Sealed anew for fewer, it is still to reach those that were left out.
        unreached.members.extend(left_out);
        for place in &recall.recipients {
            unreached.members.remove(&place.member);
        }
        if unreached.members.is_empty() {
            self.unreached.remove(&of);
        }
        self.changed.unreached.insert(of);
        let remaining = recall.recipients.iter().map(|place| place.member).collect();
        self.wait(at, Waiting { id, header_hash, expires, accepted: None, remaining, parked: false });
    }

    pub(super) fn recalled(&mut self, at: Seq, recalled: &Recalled) {
        let Recalled { id, sender, notice, notice_hash, received_at, header_hash, .. } = *recalled;
        self.heard(sender, recalled.pair_number, recalled.pair_previous, header_hash);
        let located = Located { way: Way::Received, at, header_hash };
        self.table.put(Kind::Notice, id.as_bytes(), located.encode());
        self.follows(notice, id, at);
        self.table.put(Kind::Recalled, &recalled_key(sender, notice, &notice_hash), at.encode());
        if recalled.held.is_some() {
            self.end(at, notice, Cause::Withdrawn, received_at);
        }
        // Of a notice that never came only the withdrawal has a place in the log.
        let index = recalled.held.map_or(recalled.proven.index, |held| held.index);
        let receipt = Owing { id: notice, sender, header_hash: notice_hash, index };
        self.demand(at, Erasure { slot: recalled.held.map(|held| held.key_slot), receipt: Some(receipt) });
        let index = recalled.proven.index;
        self.owe(
            at,
            Owed { id, sender, header_hash, index, state: ReceiptState::Delivered, at: received_at },
        );
    }

    pub(super) fn expired(&mut self, at: Seq, expired: &Expired) {
        self.swept = self.swept.max(expired.due);
        self.end(at, expired.notice, Cause::Expired, expired.at);
        let owing = |(sender, header_hash, index)| Owing { id: expired.notice, sender, header_hash, index };
        self.demand(at, Erasure { slot: Some(expired.key_slot), receipt: expired.received.map(owing) });
    }

    pub(super) fn erased(&mut self, at: Seq, erased: Erased) {
        self.changed.erasures.insert(erased.of);
        self.table.put(Kind::KeyGone, &place_key(erased.of), erased.at.encode());
        let Some(Erasure { slot, receipt }) = self.erasures.remove(&erased.of) else { return };
        if slot.is_some()
            && let Some(since) = &mut self.erased
        {
            since.insert(erased.of);
        }
        let Some(owing) = receipt else { return };
        let Owing { id, sender, header_hash, index } = owing;
        let state = ReceiptState::Erased;
        self.owe(at, Owed { id, sender, header_hash, index, state, at: erased.at });
    }

    /// Notes when a notice expires. One whose time was over before it came is next.
    pub(super) fn expires(&mut self, at: Seq, id: NoticeId, expires: Timestamp) {
        let (swept, _) = self.swept;
        self.table.put(Kind::Expiry, &expiry_key((expires.max(swept), at)), id.encode());
    }

    /// The hub refused a notice for good: nobody has it, so nobody is to be told.
    pub(super) fn nobody_has(&mut self, id: NoticeId) {
        self.no_debt(id);
        self.amended(id);
        let settled: Vec<Seq> =
            self.unreached.iter().filter(|(_, of)| of.notice == id).map(|(at, _)| *at).collect();
        for at in settled {
            self.unreached.remove(&at);
            self.changed.unreached.insert(at);
        }
    }

    fn end(&mut self, place: Seq, notice: NoticeId, cause: Cause, at: Timestamp) {
        self.no_review(notice);
        self.clock_ended(place, notice);
        self.amended(notice);
        self.no_fetch(notice);
        self.table.put(Kind::Ended, notice.as_bytes(), Ended { cause, at, place }.encode());
    }

    /// An envelope supersedes a notice: it belongs to its trail.
    pub(super) fn follows(&mut self, notice: NoticeId, follower: NoticeId, at: Seq) {
        self.table.put(Kind::Follows, &follows_key(notice, follower), at.encode());
    }

    pub(super) fn demand(&mut self, at: Seq, erasure: Erasure) {
        self.erasures.insert(at, erasure);
        self.changed.erasures.insert(at);
    }
}
