//! Records to bytes.

use amana_seal::codec::Writer;
use amana_seal::envelope::Supersedes;

use super::write_attachments;
use super::{
    AccessRead, Acknowledged, Inclusion, Outcome, Outgoing, PairPlace, Proven, Quarantined, Received, Record,
    Vaulted, Verdict,
};

impl Record {
    /// The one byte that tells the kinds apart.
    pub(super) const fn kind(&self) -> u8 {
        match self {
            Self::Outgoing(_) => 1,
            Self::Outcome(_) => 2,
            Self::Received(_) => 3,
            Self::Quarantined(_) => 4,
            Self::Receipt(_) => 5,
            Self::Directory(_) => 6,
            Self::Followed(_) => 7,
            Self::Acknowledged(_) => 8,
            Self::Access(_) => 9,
            Self::Alarm(_) => 10,
            Self::Confirmed(_) => 11,
            Self::Withdrawn(_) => 12,
            Self::Recall(_) => 13,
            Self::Recalled(_) => 14,
            Self::Expired(_) => 15,
            Self::Erased(_) => 16,
            Self::Gone(_) => 17,
            Self::Reviewed(_) => 22,
            Self::Proposed(_) => 23,
            Self::Decided(_) => 24,
            Self::OutgoingReply(_) => 45,
            Self::ReplyIn(_) => 46,
            Self::ClockSet(_) => 47,
            Self::Reexamine(_) => 48,
            Self::ReplyEnded(_) => 49,
            Self::Looked(_) => 50,
            Self::Debtors(_) => 51,
            Self::Suspended(_) => 30,
            Self::Suspension(_) => 31,
            Self::Restricted(_) => 32,
            Self::Fetched(_) => 57,
            Self::Exported(_) => 52,
            Self::PassedOn(_) => 53,
            Self::Drafted(_) => 60,
            Self::Discarded(_) => 61,
        }
    }

    /// The record's bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(self.size_hint());
        w.u8(self.kind());
        match self {
            Self::Outgoing(put) => write_put(&mut w, put),
            Self::Outcome(outcome) => write_outcome(&mut w, outcome),
            Self::Received(received) => write_received(&mut w, received),
            Self::Quarantined(quarantined) => write_quarantined(&mut w, quarantined),
            Self::Gone(gone) => {
                w.seq(gone.index).notice(gone.id).member(gone.sender).digest(&gone.header_hash);
                write_supersedes(&mut w, gone.supersedes);
                w.time(gone.at);
            }
            Self::Receipt(receipt) => {
                w.seq(receipt.index).time(receipt.accepted_at);
                w.bytes(&receipt.body).bytes(&receipt.signature);
                write_inclusion(&mut w, &receipt.inclusion);
            }
            Self::Directory(entry) => {
                w.seq(entry.index).time(entry.accepted_at).bytes(&entry.entry);
                write_inclusion(&mut w, &entry.inclusion);
            }
            Self::Followed(followed) => {
                w.seq(followed.cursor).bytes(&followed.checkpoint);
            }
            Self::Acknowledged(Acknowledged { id, sender, header_hash, index, at, nonce, sealed }) => {
                w.notice(*id).member(*sender).digest(header_hash).seq(*index);
                w.time(*at).fixed(nonce).bytes(sealed);
            }
            Self::Access(AccessRead { at, action, nonce, sealed }) => {
                w.time(*at).text(action.code()).fixed(nonce).bytes(sealed);
            }
            Self::Alarm(alarm) => {
                w.time(alarm.at).text(&alarm.reason).text(&alarm.message);
            }
            Self::Confirmed(confirmed) => {
                w.seq(confirmed.below);
            }
            Self::Withdrawn(withdrawn) => withdrawn.write(&mut w),
            Self::Recall(recall) => recall.write(&mut w),
            Self::Recalled(recalled) => recalled.write(&mut w),
            Self::Expired(expired) => expired.write(&mut w),
            Self::Erased(erased) => erased.write(&mut w),
            Self::Reviewed(reviewed) => reviewed.write(&mut w),
            Self::Proposed(proposed) => proposed.write(&mut w),
            Self::Decided(decided) => decided.write(&mut w),
            Self::OutgoingReply(put) => put.write(&mut w),
            Self::ReplyIn(reply) => reply.write(&mut w),
            Self::ClockSet(clock) => clock.write(&mut w),
            Self::Reexamine(reexamine) => reexamine.write(&mut w),
            Self::ReplyEnded(ended) => ended.write(&mut w),
            Self::Looked(looked) => looked.write(&mut w),
            Self::Debtors(debtors) => debtors.write(&mut w),
            Self::Suspended(suspended) => suspended.write(&mut w),
            Self::Suspension(suspension) => suspension.write(&mut w),
            Self::Restricted(restricted) => restricted.write(&mut w),
            Self::Fetched(fetched) => fetched.write(&mut w),
            Self::Exported(exported) => exported.write(&mut w),
            Self::PassedOn(passed_on) => passed_on.write(&mut w),
            Self::Drafted(drafted) => drafted.write(&mut w),
            Self::Discarded(discarded) => discarded.write(&mut w),
        }
        w.finish()
    }

    /// About how many bytes the record has.
    pub(crate) const fn size_hint(&self) -> usize {
        match self {
            Self::Outgoing(put) => 1024 + put.envelope.len() + put.vaulted.size() + put.recipients.len() * 52,
            Self::Recall(recall) => 1024 + recall.envelope.len() + recall.recipients.len() * 52,
            Self::Received(received) => 2048 + received.vaulted.size(),
            Self::OutgoingReply(put) => {
                1024 + put.envelope.len() + put.vaulted.size() + put.recipients.len() * 52
            }
            Self::ReplyIn(reply) => 2048 + reply.vaulted.size(),
            _ => 1024,
        }
    }
}

impl Vaulted {
    const fn size(&self) -> usize {
        let protected = match &self.protected {
            Some(bytes) => bytes.len(),
            None => 0,
        };
        self.summary.len() + self.case.len() + protected + self.terms.len()
    }
}

fn write_put(w: &mut Writer, put: &Outgoing) {
    w.notice(put.id).time(put.created).time(put.expires);
    w.fixed(&put.request).fixed(&put.content).flag(put.held).digest(&put.header_hash);
    write_supersedes(w, put.supersedes);
    write_attachments(w.flag(put.parked), &put.attachments);
    write_places(w, &put.recipients);
    write_vaulted(w, &put.vaulted);
    w.bytes(&put.envelope);
}

fn write_supersedes(w: &mut Writer, supersedes: Option<Supersedes>) {
    w.option(supersedes, |w, Supersedes { id, header_hash }| {
        w.notice(id).digest(&header_hash);
    });
}

pub(super) fn write_places(w: &mut Writer, places: &[PairPlace]) {
    w.count(places.len());
    for PairPlace { member, number, previous } in places {
        w.member(*member).u64(*number).digest(previous);
    }
}

fn write_outcome(w: &mut Writer, outcome: &Outcome) {
    w.notice(outcome.id).time(outcome.at);
    match &outcome.verdict {
        Verdict::Accepted(proven) => {
            w.flag(true);
            write_proven(w, proven);
        }
        Verdict::Refused { reason, message } => {
            w.flag(false).text(reason).text(message);
        }
    }
}

fn write_received(w: &mut Writer, received: &Received) {
    w.notice(received.id).member(received.sender);
    w.time(received.created).time(received.expires).time(received.received_at);
    w.digest(&received.header_hash);
    write_supersedes(w, received.supersedes);
    w.flag(received.held);
    w.option(received.passed, |w, index| {
        w.seq(index);
    });
    write_proven(w, &received.proven);
    w.u64(received.pair_number).digest(&received.pair_previous);
    write_attachments(w, &received.attachments);
    write_vaulted(w, &received.vaulted);
}

fn write_quarantined(w: &mut Writer, quarantined: &Quarantined) {
    w.seq(quarantined.index).time(quarantined.at);
    w.text(&quarantined.reason).text(&quarantined.detail).bytes(&quarantined.evidence);
}

pub(super) fn write_proven(w: &mut Writer, proven: &Proven) {
    w.seq(proven.index).time(proven.accepted_at).bytes(&proven.proof);
}

/// The one encoding of what is kept of a proof, in records and rows alike.
pub(crate) fn write_inclusion(w: &mut Writer, inclusion: &Inclusion) {
    w.fixed(&inclusion.leaf_salt).bytes(&inclusion.path).bytes(&inclusion.checkpoint);
}

pub(super) fn write_vaulted(w: &mut Writer, vaulted: &Vaulted) {
    w.u64(vaulted.key_slot).bytes(&vaulted.summary).bytes(&vaulted.terms).bytes(&vaulted.case);
    w.option(vaulted.protected.as_deref(), |w, protected| {
        w.bytes(protected);
    });
}
