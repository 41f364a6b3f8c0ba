//! From a delivery to a notice in clear, in the receiver's order. Nothing of it is shown or kept
//! before every step held.

use amana_policy::grants;
use amana_seal::SignerKey;
use amana_seal::envelope::{Delivered, EnvelopeRefused, Kind, PairLink, ReceivedDelivery};
use amana_seal::keys::HpkeKeyPair;
use amana_seal::rest::RestError;
use amana_types::{Digest, Directory, HpkeEpoch, MemberCode, NoticeId, SectionKind, Seq, Timestamp};
use amana_wire::v1;

use crate::content::{Content, Label, Unreadable};

/// A delivery that verified, opened and reads.
pub(crate) struct Incoming {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    pub(crate) content: Content,
}

/// Why a delivery is set aside. It is recorded with its reason and never shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Rejected {
    /// There is no slot in it.
    #[error("the delivery has no slot")]
    NoSlot,
    /// It does not verify or does not open.
    #[error(transparent)]
    Envelope(#[from] EnvelopeRefused),
    /// It was sealed for somebody else's code.
    #[error("the slot that was delivered is for somebody else")]
    NotOurs,
    /// A kind of envelope that this version does not take.
    #[error("an envelope of kind {0} is not taken by this version; update this node")]
    Kind(&'static str),
    /// It verified and opened, and does not read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// Opening it made this program fail.
    #[error("opening it made this program fail; report it with the record's evidence")]
    Fault,
}

impl Rejected {
    /// The stable reason that the quarantine records.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::NoSlot | Self::Envelope(_) | Self::NotOurs => "ENVELOPE_REFUSED",
            Self::Kind(_) => "KIND_UNKNOWN",
            Self::Unreadable(_) => "UNREADABLE",
            Self::Rest(_) => "NOT_KEPT",
            Self::Fault => "NODE_FAULT",
        }
    }
}

/// Who opens, with which keys.
pub(crate) struct Opener<'a> {
    pub(crate) own: MemberCode,
    pub(crate) directory: &'a Directory,
    pub(crate) hpke: &'a [(HpkeEpoch, HpkeKeyPair)],
}

impl Opener<'_> {
    /// Verifies, opens and reads one delivery at its place in the log. Slow: about 320 us.
    pub(crate) fn open(&self, message: &v1::EnvelopeDelivery, at: Seq) -> Result<Incoming, Rejected> {
        let slot = message.slot.as_ref().ok_or(Rejected::NoSlot)?;
        if slot.recipient != self.own.as_str() {
            return Err(Rejected::NotOurs);
        }
        let path = message.slot_path.concat();
        let delivered = Delivered {
            header: &message.header,
            slots_root: &message.slots_root,
            depth: message.depth,
            signature: &message.signature,
            epoch: HpkeEpoch(slot.key_epoch),
            slot: &slot.sealed,
            place: message.slot_index,
            path: &path,
            sections: message.sections.iter().map(AsRef::as_ref).collect(),
        };
        let received = ReceivedDelivery::parse(delivered, self.own)?;
        let (sender, key) = (received.header().sender, received.header().sender_key);
        let signer = SignerKey::find(self.directory, sender, key, at).map_err(EnvelopeRefused::from)?;
        let verified = received.verify(&signer)?;
        if verified.header().kind != Kind::Notice {
            return Err(Rejected::Kind(verified.header().kind.code()));
        }
        let key_of = |epoch| self.hpke.iter().find(|(held, _)| *held == epoch).map(|(_, pair)| pair);
        let opened = verified.open(key_of)?;
        let header = &opened.header;
        let label = Label {
            id: header.id,
            direction: v1::Direction::Received,
            sender: header.sender,
            created: header.created,
            expires: header.expires,
        };
        let (header_hash, link) = (opened.header_hash, opened.link);
        let content = Content::of_opened(opened, label, self.may_hold_protected())?;
        let Label { id, sender, created, expires, .. } = label;
        Ok(Incoming { id, sender, created, expires, header_hash, link, content })
    }

    fn may_hold_protected(&self) -> bool {
        self.directory.member(self.own).is_some_and(|member| grants(SectionKind::ProtectedPersons, member))
    }
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
