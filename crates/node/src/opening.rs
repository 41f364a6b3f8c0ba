//! From a delivery to a notice in clear, in the receiver's order. Nothing of it is shown or kept
//! before every step held.

use std::collections::BTreeSet;

use amana_notice::Handling;
use amana_notice::SectionKind;
use amana_notice::reply::ReplyType;
use amana_policy::operation::{self, OperationRefused};
use amana_policy::{grants, may_be_sent, may_send_notice};
use amana_seal::SignerKey;
use amana_seal::envelope::{
    Delivered, EnvelopeRefused, GrantedSections, Header, Kind, Opened, PairLink, ReceivedDelivery,
    SectionIndex, Supersedes,
};
use amana_seal::keys::HpkeKeyPair;
use amana_seal::rest::RestError;
use amana_seal::use_grant::{Permitted, Use, UseGrant, Wanted, verify_use_grant};
use amana_types::life::Grounds;

use amana_types::{Digest, Directory, HpkeEpoch, MemberCode, MemberKind, NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{
    decode, reply_section, section_kind, suspension as read_suspension, withdrawal as read_withdrawal,
};
use amana_wire::v1;
use prost::Message as _;

use crate::content::{Content, Label, Unreadable, needs_review, operation_of, sealed_kind, told};
use crate::record::{GrantBytes, PassedOn};

/// A delivery that verified, opened and reads.
pub(crate) struct IncomingNotice {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) header_hash: Digest,
    /// The version whose place it takes. Whether its sender may is not judged yet.
    pub(crate) supersedes: Option<Supersedes>,
    pub(crate) link: PairLink,
    /// Whether it was held for the review desk.
    pub(crate) held: bool,
    pub(crate) content: Content,
    /// What it passes on, if it does.
    pub(crate) origin: Option<PassedOn>,
}

/// A withdrawal that verified, opened and reads. Whether its sender may take that notice back is not
/// judged yet.
pub(crate) struct Withdrawal {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    /// The notice that it takes back.
    pub(crate) of: Supersedes,
    pub(crate) grounds: Grounds,
}

/// A reply that verified, opened and reads. Whether its sender may say that to us is not judged yet.
pub(crate) struct IncomingReply {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    /// Whether it was held for the review desk.
    pub(crate) held: bool,
    /// The notice that it answers.
    pub(crate) notice: NoticeId,
    pub(crate) reply_type: ReplyType,
    /// The grant that comes with it, as its owner signed it.
    pub(crate) grant: Option<(UseGrant, GrantBytes)>,
    pub(crate) content: Content,
}

/// A word about the suspension of a notice that verified, opened and reads. Whether its sender may say it is
/// not judged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SuspensionWord {
    pub(crate) id: NoticeId,
    pub(crate) sender: MemberCode,
    pub(crate) header_hash: Digest,
    pub(crate) link: PairLink,
    /// The notice that it is about.
    pub(crate) of: Supersedes,
    /// Suspended, or resumed.
    pub(crate) suspended: bool,
    /// The sequence number of the word about the notice, from 1.
    pub(crate) number: u64,
}

/// What can be delivered.
pub(crate) enum Incoming {
    Notice(Box<IncomingNotice>),
    Reply(Box<IncomingReply>),
    Withdrawal(Box<Withdrawal>),
    Suspension(SuspensionWord),
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
    /// A withdrawal that does not say one thing in header and section, or takes nothing back.
    #[error("the withdrawal does not name one notice, in its header and in its section, by its sender")]
    Withdrawal,
    /// A reply that does not say one thing in header and section, or answers nothing.
    #[error("the reply does not name one notice, in its header and in its section, by its sender")]
    Reply,
    /// A permission without a grant, or with one that its owner did not sign for it.
    #[error("the grant does not hold: {0}")]
    Grant(&'static str),
    /// A suspension that does not say one thing in header and section.
    #[error("the suspension does not name one notice, in its header and in its section, by its sender")]
    Suspension,
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
            Self::Withdrawal => Reason::WithdrawalRefused,
            Self::Reply => Reason::ReplyRefused,
            Self::Grant(_) => Reason::GrantRefused,
            Self::Suspension => Reason::SuspensionRefused,
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
            granted: GrantedSections::of_bits(slot.granted_sections).ok_or(EnvelopeRefused::Granted)?,
            slot: &slot.sealed,
            place: message.slot_index,
            path: &path,
            sections: message.sections.iter().map(AsRef::as_ref).collect(),
        };
        let received = ReceivedDelivery::parse(delivered, self.own)?;
        let (sender, key) = (received.header().sender, received.header().sender_key);
        let signer = SignerKey::find(self.directory, sender, key, at).map_err(EnvelopeRefused::from)?;
        let verified = received.verify(&signer)?;
        let kind = verified.header().kind;
        if !matches!(kind, Kind::Notice | Kind::Withdrawal | Kind::Reply | Kind::Suspension) {
            return Err(Rejected::Kind(kind.code()));
        }
        self.check_review(verified.header())?;
        self.check_granted(verified.header(), verified.granted())?;
        let key_of = |epoch| self.hpke.iter().find(|(held, _)| *held == epoch).map(|(_, pair)| pair);
        let opened = verified.open(key_of)?;
        match kind {
            Kind::Withdrawal => Ok(Incoming::Withdrawal(Box::new(withdrawal(&opened)?))),
            Kind::Reply => Ok(Incoming::Reply(Box::new(self.reply(opened, at)?))),
            Kind::Suspension => Ok(Incoming::Suspension(suspension(&opened)?)),
            _ => Ok(Incoming::Notice(Box::new(self.notice(opened, at)?))),
        }
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

    fn notice(&self, mut opened: Opened, at: Seq) -> Result<IncomingNotice, Rejected> {
        let brought = opened.sections.extract_if(.., |part| part.kind == sealed_kind(SectionKind::Grant));
        let brought: Vec<_> = brought.collect();
        let header = opened.header.clone();
        let label = Label {
            id: header.id,
            direction: v1::Direction::Received,
            sender: header.sender,
            created: header.created,
            expires: header.expires,
        };
        let (header_hash, link, held) = (opened.header_hash, opened.link, header.held);
        let supersedes = header.supersedes;
        let (content, expires) = Content::of_opened(opened, label)?;
        // Hub and sender together could leave the desk out; what the notice says cannot.
        if !held && needs_review(&content.summary) {
            return Err(Rejected::ReviewNeeded);
        }
        self.check_kinds(label.sender, &content, held)?;
        let origin = match brought.as_slice() {
            [] => None,
            [section] => {
                let bringing = Bringing { header: &header, at, summary: &content.summary };
                Some(self.passed_on(&section.content, &bringing)?)
            }
            _ => return Err(Rejected::Grant("it stands there twice")),
        };
        let Label { id, sender, created, .. } = label;
        if let Some((operation, what)) = operation_of(&content.summary) {
            operation::may_take(&operation, what, sender, self.directory, created)?;
        }
        Ok(IncomingNotice {
            id,
            sender,
            created,
            expires,
            header_hash,
            supersedes,
            link,
            held,
            content,
            origin,
        })
    }

    /// Reads a reply: one REPLY section, which says the same as the signed header, and with a permission its
    /// grant.
    fn reply(&self, opened: Opened, at: Seq) -> Result<IncomingReply, Rejected> {
        let header = &opened.header;
        let (id, sender, held) = (header.id, header.sender, header.held);
        let (created, expires, named) = (header.created, header.expires, header.in_reply_to);
        let (header_hash, link) = (opened.header_hash, opened.link);
        let mut sections = opened.sections.into_iter();
        let section = sections.next().filter(|section| section.kind == sealed_kind(SectionKind::Reply));
        let section = section.ok_or(Rejected::Reply)?;
        let told = reply_section(&section.content).map_err(Unreadable::from)?;
        if told.sender != sender || Some(told.notice) != named {
            return Err(Rejected::Reply);
        }
        let said = told.reply.reply_type();
        let grant = match sections.next() {
            Some(section) if section.kind == sealed_kind(SectionKind::Grant) && said.is_said_by_doing() => {
                Some(self.grant(&section.content, (said, sender), told.notice, at)?)
            }
            Some(_) => return Err(Rejected::Reply),
            // What may be used in court freely is exported under no grant.
            None if said.is_said_by_doing() && said != ReplyType::Exported => {
                return Err(Rejected::Grant("it is not there"));
            }
            None => None,
        };
        if sections.next().is_some() {
            return Err(Rejected::Reply);
        }
        let content = Content::of_reply(section.content);
        let (notice, reply_type) = (told.notice, told.reply.reply_type());
        Ok(IncomingReply {
            id,
            sender,
            created,
            expires,
            header_hash,
            link,
            held,
            notice,
            reply_type,
            grant,
            content,
        })
    }

    /// A grant in a reply about that notice: of whoever gives it or takes it back, or to whoever used it.
    fn grant(
        &self,
        section: &[u8],
        (said, sender): (ReplyType, MemberCode),
        notice: NoticeId,
        at: Seq,
    ) -> Result<(UseGrant, GrantBytes), Rejected> {
        let section = decode::<v1::GrantSection>(section).map_err(|_| Rejected::Grant("it does not read"))?;
        let signer = |grant: &UseGrant| SignerKey::find(self.directory, grant.owner, grant.key, at);
        let grant = verify_use_grant(&section.grant, &section.signature, signer)
            .map_err(|_| Rejected::Grant("its owner's signature does not verify"))?;
        let party = if said == ReplyType::Exported { grant.grantee } else { grant.owner };
        if (party, grant.notice) != (sender, notice) {
            return Err(Rejected::Grant("it is about another notice, or not its sender's"));
        }
        let (body, signature) = (section.grant.to_vec(), section.signature.to_vec());
        Ok((grant, GrantBytes { body, signature }))
    }

    /// What a notice passes on, if its sender may pass it on to us. The review desk reads it whoever it is for.
    fn passed_on(&self, section: &[u8], brings: &Bringing<'_>) -> Result<PassedOn, Rejected> {
        let section = decode::<v1::GrantSection>(section).map_err(|_| Rejected::Grant("it does not read"))?;
        let named = |_| Rejected::Grant("it does not name whose notice it passes on");
        let owner: MemberCode = section.owner.parse().map_err(|_| named(()))?;
        let origin: NoticeId = section.notice_id.parse().map_err(|_| named(()))?;
        let hash = <[u8; 32]>::try_from(section.header_hash.as_ref()).map_err(|_| named(()))?;
        let (header, origin_hash) = (brings.header, Digest(hash));
        let handling = Handling::at_least(section.handling);
        if handling_of(brings.summary) < handling {
            return Err(Rejected::Grant("it is handled looser than what it passes on"));
        }
        let grant = if section.grant.is_empty() {
            if handling.forbids_passing_on() {
                return Err(Rejected::GrantNeeded);
            }
            None
        } else {
            let signer =
                |grant: &UseGrant| SignerKey::find(self.directory, grant.owner, grant.key, brings.at);
            let grant = verify_use_grant(&section.grant, &section.signature, signer)
                .map_err(|_| Rejected::Grant("its owner's signature does not verify"))?;
            let desk = header.held && !self.passed;
            let to = match &grant.permitted {
                Permitted::Forward(members) if desk => members.clone(),
                _ => BTreeSet::from([self.own]),
            };
            let (by, at, what) = (header.sender, header.created, Wanted::Forward(&to));
            let wanted = Use { owner, notice: origin, header_hash: origin_hash, by, what, at };
            if !grant.permits(&wanted) || handling < grant.handling {
                return Err(Rejected::GrantNeeded);
            }
            Some(GrantBytes { body: section.grant.to_vec(), signature: section.signature.to_vec() })
        };
        Ok(PassedOn { notice: header.id, ours: false, owner, origin, origin_hash, handling, grant })
    }

    /// Its sender may send such a notice, and we may be sent it, as far as we can see what it is.
    fn check_kinds(&self, sender: MemberCode, content: &Content, held: bool) -> Result<(), Rejected> {
        let kind = |code| self.directory.member(code).map(|member| member.kind);
        let (Some(sender), Some(own)) = (kind(sender), kind(self.own)) else { return Err(Rejected::NotOurs) };
        let Some((circulation, notice_type)) = told(&content.summary) else { return Err(Rejected::NotOurs) };
        if !may_send_notice(sender, circulation, notice_type) {
            return Err(Rejected::KindMayNotSend(sender));
        }
        // The desk gets whatever it has to review.
        let reviews = held && own == MemberKind::ReviewDesk;
        if !reviews && !may_be_sent(own, circulation, notice_type) {
            return Err(Rejected::KindMayNotReceive(own));
        }
        Ok(())
    }
}

/// The notice that brings another one along.
struct Bringing<'a> {
    header: &'a Header,
    /// Its place in the log.
    at: Seq,
    summary: &'a [u8],
}

/// How a notice is handled, by its summary.
fn handling_of(summary: &[u8]) -> Handling {
    let summary = v1::NoticeSummary::decode(summary).unwrap_or_default();
    Handling::at_least(summary.marking.unwrap_or_default().handling)
}

/// Reads a withdrawal: one section, which says the same as the signed header.
fn withdrawal(opened: &Opened) -> Result<Withdrawal, Rejected> {
    let [section] = opened.sections.as_slice() else { return Err(Rejected::Withdrawal) };
    let of = opened.header.supersedes.ok_or(Rejected::Withdrawal)?;
    let (id, sender) = (opened.header.id, opened.header.sender);
    let told = read_withdrawal(&section.content).map_err(Unreadable::from)?;
    if section.kind != sealed_kind(SectionKind::Withdrawal) || told.sender != sender || told.notice != of.id {
        return Err(Rejected::Withdrawal);
    }
    let (header_hash, link) = (opened.header_hash, opened.link);
    Ok(Withdrawal { id, sender, header_hash, link, of, grounds: told.grounds })
}

/// Reads a word about a suspension: one section, which says the same as the signed header.
fn suspension(opened: &Opened) -> Result<SuspensionWord, Rejected> {
    let [section] = opened.sections.as_slice() else { return Err(Rejected::Suspension) };
    let of = opened.header.supersedes.ok_or(Rejected::Suspension)?;
    let (id, sender) = (opened.header.id, opened.header.sender);
    let told = read_suspension(&section.content).map_err(Unreadable::from)?;
    if section.kind != sealed_kind(SectionKind::Suspension) || told.sender != sender || told.notice != of.id {
        return Err(Rejected::Suspension);
    }
    let (header_hash, link) = (opened.header_hash, opened.link);
    Ok(SuspensionWord { id, sender, header_hash, link, of, suspended: told.suspended, number: told.number })
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
