//! Records about what is said back to notices, and about what is due.
//!
//! What a reply does to a clock is in the clear here, so that the fold can count; what it says is sealed.

use amana_notice::reply::{Awaited, ReplyType};
use amana_seal::record;
use amana_types::limits::{MESSAGE_BYTES, RECIPIENTS};
use amana_types::{Digest, Duration, MemberCode, NoticeId, Seq, Timestamp};

use crate::fold::facts::Facts;
use crate::fold::parts::{BlindDigest, MEMBERS, PairPlace, Proven, SMALL, Vaulted};

record! {
    /// What a reply does to the clocks of its notice.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Effect {
        /// Nothing.
        None = 1,
        /// It is what was waited for.
        Settles(Awaited) = 2,
        /// It asks the owner for a permission.
        Asks = 3,
        /// It takes back the grant that it carries.
        Revokes = 4,
        /// The partner takes the referral on.
        Accepts = 5,
    }
}

record! {
    /// A grant that its owner signed, verbatim.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct GrantBytes {
        pub(crate) body: Vec<u8> [..= SMALL],
        pub(crate) signature: Vec<u8> [..= SMALL],
    }
}

record! {
    /// A reply of ours in the outbox. The same id can be put again, sealed anew, until the hub took it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct OutgoingReply {
        pub(crate) id: NoticeId,
        /// The notice that it answers.
        pub(crate) notice: NoticeId,
        pub(crate) created: Timestamp,
        pub(crate) expires: Timestamp,
        /// Keyed digest of the agency and its request id.
        pub(crate) request: BlindDigest,
        /// Keyed digest of what was asked.
        pub(crate) content: BlindDigest,
        pub(crate) recipients: Vec<PairPlace> [..= RECIPIENTS],
        /// Whether it is held for the review desk.
        pub(crate) held: bool,
        pub(crate) header_hash: Digest,
        pub(crate) effect: Effect,
        pub(crate) grant: Option<GrantBytes>,
        /// The envelope as it goes to the hub, in the encoding of the contract.
        pub(crate) envelope: Vec<u8> [..= MESSAGE_BYTES],
        pub(crate) vaulted: Vaulted,
    }
}

record! {
    /// A reply that another member sent to us, verified and opened.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct ReplyIn {
        pub(crate) id: NoticeId,
        /// The notice that it answers.
        pub(crate) notice: NoticeId,
        pub(crate) sender: MemberCode,
        pub(crate) created: Timestamp,
        pub(crate) expires: Timestamp,
        pub(crate) received_at: Timestamp,
        pub(crate) header_hash: Digest,
        /// Whether it was held for the review desk.
        pub(crate) held: bool,
        /// The place of the desk's pass by which it came; nothing at the desk itself.
        pub(crate) passed: Option<Seq>,
        pub(crate) proven: Proven,
        pub(crate) pair_number: u64,
        pub(crate) pair_previous: Digest,
        pub(crate) effect: Effect,
        pub(crate) grant: Option<GrantBytes>,
        pub(crate) vaulted: Vaulted,
    }
}

record! {
    /// Who owes, seen from here.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Side {
        /// We owe it to the members named.
        Owed = 1,
        /// The members named owe it to us.
        Awaited = 2,
    }
}

record! {
    /// A notice asks for something within a time.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct ClockSet {
        pub(crate) notice: NoticeId,
        pub(crate) what: Awaited,
        pub(crate) side: Side,
        pub(crate) members: Vec<MemberCode> [..= MEMBERS],
        /// When it was published; of a notice of ours that is not known yet.
        pub(crate) since: Option<Timestamp>,
        pub(crate) within: Duration,
        /// At the latest when, if that is sooner.
        pub(crate) by: Option<Timestamp>,
        /// Whether the notice is held for the review desk, so that the clock begins with the desk's pass.
        pub(crate) held: bool,
    }
}

record! {
    /// A notice of ours is to be looked at again.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Reexamine {
        pub(crate) notice: NoticeId,
        pub(crate) due: Timestamp,
    }
}

record! {
    /// A reply ends because its notice did.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct ReplyEnded {
        pub(crate) reply: NoticeId,
        /// The record that ended its notice.
        pub(crate) of: Seq,
        pub(crate) withdrawn: bool,
        pub(crate) at: Timestamp,
        /// Where its wrapped data key lies.
        pub(crate) key_slot: u64,
        /// Of a received one: who gets the receipt, and its header hash and place in the exchange's log.
        pub(crate) received: Option<(MemberCode, Digest, Seq)>,
    }
}

impl Effect {
    /// What a reply of that type does.
    pub(crate) fn of(reply_type: ReplyType) -> Self {
        match reply_type {
            ReplyType::PermissionRequest => Self::Asks,
            ReplyType::PermissionRevoked => Self::Revokes,
            ReplyType::ReferralAccepted => Self::Accepts,
            _ => reply_type.settles().map_or(Self::None, Self::Settles),
        }
    }
}

impl Facts for OutgoingReply {
    fn envelope(&self) -> Option<&[u8]> {
        Some(&self.envelope)
    }

    fn content(&self) -> Option<(NoticeId, &Vaulted)> {
        Some((self.id, &self.vaulted))
    }

    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        Some(&mut self.vaulted.key_slot)
    }

    fn request(&self) -> Option<BlindDigest> {
        Some(self.request)
    }
}

impl Facts for ReplyIn {
    fn content(&self) -> Option<(NoticeId, &Vaulted)> {
        Some((self.id, &self.vaulted))
    }

    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        Some(&mut self.vaulted.key_slot)
    }
}

impl Facts for ReplyEnded {
    fn ends_key_of(&self) -> Option<NoticeId> {
        Some(self.reply)
    }
}

impl Facts for ClockSet {}
impl Facts for Reexamine {}
