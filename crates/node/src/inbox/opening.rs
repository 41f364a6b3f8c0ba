//! From a delivery to its sections in clear, in the receiver's order. Nothing of it is shown or kept before every
//! step held. What its kind says is read by its subject.

use amana_notice::SectionKind;
use amana_policy::grants;
use amana_policy::operation::OperationRefused;
use amana_seal::SignerKey;
use amana_seal::envelope::{
    Delivered, EnvelopeRefused, GrantedSections, Header, Opened, ReceivedDelivery, SectionIndex,
    VerifiedDelivery,
};
use amana_seal::keys::HpkeKeyPair;
use amana_seal::rest::RestError;
use amana_types::{Directory, HpkeEpoch, MemberCode, MemberKind, Reason, Seq};
use amana_wire::convert::section_kind;
use amana_wire::v1;

use crate::inbox::unreadable::Unreadable;

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
    /// It needs review and was not held for it.
    #[error(
        "it needs the review desk's pass and was not held for it; its sender and the exchange broke the rule"
    )]
    ReviewNeeded,
    /// It was held for review and comes without the desk's pass.
    #[error("it was held for the review desk and comes without the desk's pass; ask the exchange")]
    NotPassed,
    /// Its sender granted us what is not for us. It was not opened.
    #[error("its section {0} is not for members like us; its sender and the exchange broke the rule")]
    NotForUs(SectionKind),
    /// Its sender kept from us what is for us.
    #[error("its section {0} is for us and was kept from us; its sender and the exchange broke the rule")]
    KeptFromUs(SectionKind),
    /// Members of its sender's kind send no such notices.
    #[error("members of kind {} send no such notices", .0.code())]
    KindMayNotSend(MemberKind),
    /// Members of our kind are sent no such notices.
    #[error("members of kind {} are sent no such notices", .0.code())]
    KindMayNotReceive(MemberKind),
    /// It does not say what an envelope of its kind must.
    #[error("{detail}")]
    Said {
        /// The reason of its subject.
        reason: Reason,
        /// What is wrong.
        detail: &'static str,
    },
    /// A permission without a grant, or with one that its owner did not sign for it.
    #[error("the grant does not hold: {0}")]
    Grant(&'static str),
    /// It may not travel in the name of its operation.
    #[error("in the name of an operation: {0}")]
    Operation(#[from] OperationRefused),
    /// It passes on what its owner did not permit to pass on.
    #[error("it passes on another's notice without the owner's grant for us; its sender broke the rule")]
    GrantNeeded,
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// Opening it made this program fail.
    #[error("opening it made this program fail; report it with the record's evidence")]
    Fault,
}

impl Rejected {
    /// The reason that the quarantine records.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::NoSlot | Self::Envelope(_) | Self::NotOurs => Reason::EnvelopeRefused,
            Self::Kind(_) => Reason::KindUnknown,
            Self::Unreadable(_) => Reason::Unreadable,
            Self::ReviewNeeded => Reason::ReviewNeeded,
            Self::NotPassed => Reason::NotPassed,
            Self::NotForUs(_) | Self::KeptFromUs(_) => Reason::SectionNotGranted,
            Self::KindMayNotSend(_) => Reason::KindMayNotSend,
            Self::KindMayNotReceive(_) => Reason::KindMayNotReceive,
            Self::Said { reason, .. } => *reason,
            Self::Grant(_) => Reason::GrantRefused,
            Self::Operation(_) => Reason::OperationRefused,
            Self::GrantNeeded => Reason::GrantNeeded,
            Self::Rest(_) => Reason::NotKept,
            Self::Fault => Reason::NodeFault,
        }
    }
}

/// Who opens, with which keys.
pub(crate) struct Opener<'a> {
    pub(crate) own: MemberCode,
    pub(crate) directory: &'a Directory,
    pub(crate) hpke: &'a [(HpkeEpoch, HpkeKeyPair)],
    /// Whether the review desk's pass came with it.
    pub(crate) passed: bool,
}

impl Opener<'_> {
    /// Verifies one delivery at its place in the log.
    pub(crate) fn verify<'d>(
        &self,
        message: &'d v1::EnvelopeDelivery,
        path: &'d [u8],
        at: Seq,
    ) -> Result<VerifiedDelivery<'d>, Rejected> {
        let slot = message.slot.as_ref().ok_or(Rejected::NoSlot)?;
        if slot.recipient != self.own.as_str() {
            return Err(Rejected::NotOurs);
        }
        let delivered = Delivered {
            header: &message.header,
            slots_root: &message.slots_root,
            depth: message.depth,
            signature: &message.signature,
            epoch: HpkeEpoch(slot.key_epoch),
            granted: GrantedSections::of_bits(slot.granted_sections).ok_or(EnvelopeRefused::Granted)?,
            slot: &slot.sealed,
            place: message.slot_index,
            path,
            sections: message.sections.iter().map(AsRef::as_ref).collect(),
        };
        let received = ReceivedDelivery::parse(delivered, self.own)?;
        let (sender, key) = (received.header().sender, received.header().sender_key);
        let signer = SignerKey::find(self.directory, sender, key, at).map_err(EnvelopeRefused::from)?;
        Ok(received.verify(&signer)?)
    }

    /// Opens one that verified, if all of it is for us and nothing else. Slow: about 320 us with [`Self::verify`].
    pub(crate) fn open(&self, verified: VerifiedDelivery<'_>) -> Result<Opened, Rejected> {
        self.check_review(verified.header())?;
        self.check_granted(verified.header(), verified.granted())?;
        let key_of = |epoch| self.hpke.iter().find(|(held, _)| *held == epoch).map(|(_, pair)| pair);
        Ok(verified.open(key_of)?)
    }

    /// What is held comes to the desk, or with its pass; what a member under review sends is held.
    fn check_review(&self, header: &Header) -> Result<(), Rejected> {
        let member = |code| self.directory.member(code);
        let desk = member(self.own).is_some_and(|own| own.kind == MemberKind::ReviewDesk);
        if header.held != self.passed && !(header.held && desk) {
            return Err(Rejected::NotPassed);
        }
        let under_review = member(header.sender).is_some_and(|sender| sender.is_under_review());
        if under_review && header.kind.is_reviewable() && !header.held {
            return Err(Rejected::ReviewNeeded);
        }
        Ok(())
    }

    /// We are granted what the table says, all of it and nothing else. What is not for us is not opened.
    ///
    /// What was held may have been sealed long before it comes: what we have become entitled to since is
    /// not in it.
    fn check_granted(&self, header: &Header, granted: GrantedSections) -> Result<(), Rejected> {
        let Some(own) = self.directory.member(self.own) else { return Err(Rejected::NotOurs) };
        for (index, section) in (0..).map(SectionIndex).zip(&header.sections) {
            // A kind that is not known here is refused where it is read.
            let Ok(kind) = section_kind(section.kind.0) else { continue };
            match (granted.contains(index), grants(kind, own)) {
                (true, false) => return Err(Rejected::NotForUs(kind)),
                (false, true) if !header.held => return Err(Rejected::KeptFromUs(kind)),
                _ => {}
            }
        }
        Ok(())
    }
}
