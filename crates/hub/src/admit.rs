//! `Received -> Verified -> Admitted`: what must hold before the sequencer sees an envelope.
//!
//! Each type can be made only by the step that earns it, and none of the steps needs a lock: they run
//! beside the sequencer, on a directory that is a snapshot. The sequencer asks
//! [`Admitted::still_holds`] again if the directory has moved on meanwhile.

use amana_notice::SectionKind;
use amana_policy::{EnvelopeSort, RouteRefused, grants, may_send, route};
use amana_seal::envelope::{
    EnvelopeRef, EnvelopeRefused, GrantedSections, Header, Kind, ReceivedEnvelope, SectionHeader,
    SectionIndex, SlotRef, VerifiedEnvelope, verify_together,
};
use amana_seal::{SignerKey, SignerRefused, labelled};
use amana_types::{
    Digest, Directory, DirectoryHead, HpkeEpoch, Member, MemberCode, NoticeId, Seq, Timestamp, limits,
};
use amana_wire::convert::section_kind;
use amana_wire::v1;
use bytes::Bytes;

use crate::record::{Accept, Ciphertext, Slot, Stamp};
use crate::refusal::Refusal;

/// Label of the digest that names a submission.
const SUBMISSION: &str = "amana/v1/submission";

/// The directory by which an envelope is judged, and where in the log that is.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    /// The directory, folded up to `at`.
    pub(crate) directory: &'a Directory,
    /// The first place that the envelope could get.
    pub(crate) at: Seq,
    /// The hub's clock.
    pub(crate) now: Timestamp,
}

/// An envelope as it came, on a connection of `caller`.
pub(crate) struct Received {
    caller: MemberCode,
    envelope: v1::Envelope,
}

/// A refusal, with the notice's id if there was one to read.
pub(crate) type Refused = (Option<NoticeId>, Refusal);

/// An envelope that was read, and what it says of itself.
struct Read<'a> {
    envelope: ReceivedEnvelope<'a>,
    claimed: Claimed,
}

struct Claimed {
    id: NoticeId,
    recipients: Vec<Addressee>,
    signer: SignerKey,
}

/// Whom a slot is for, by which key, and which sections it grants.
type Addressee = (MemberCode, HpkeEpoch, GrantedSections);

/// An envelope that its sender signed as it stands; the sender is the caller.
pub(crate) struct Verified {
    envelope: v1::Envelope,
    recipients: Vec<Addressee>,
    proof: VerifiedEnvelope,
    signer: SignerKey,
    submission: Digest,
}

/// An envelope that may be sequenced, if the directory is still the one it was admitted under.
pub(crate) struct Admitted {
    verified: Verified,
    under: DirectoryHead,
}

impl Received {
    /// Takes an envelope from a member's connection.
    pub(crate) fn new(caller: MemberCode, envelope: v1::Envelope) -> Self {
        Self { caller, envelope }
    }

    /// Checks sizes and order, and finds the key it must be signed by.
    fn read(&self, judge: Judge<'_>) -> Result<Read<'_>, Refused> {
        let unread = |refusal| (Header::decode(&self.envelope.header).ok().map(|header| header.id), refusal);
        let recipients = recipients(&self.envelope).map_err(unread)?;
        let envelope =
            ReceivedEnvelope::parse(view(&self.envelope, &recipients)).map_err(|why| unread(refuse(&why)))?;
        let header = envelope.header();
        let refused = |refusal| (Some(header.id), refusal);
        if header.sender != self.caller {
            return Err(refused(Refusal::OtherSender));
        }
        let signer = SignerKey::find(judge.directory, header.sender, header.sender_key, judge.at)
            .map_err(|why| refused(refuse_signer(why)))?;
        Ok(Read { claimed: Claimed { id: header.id, recipients, signer }, envelope })
    }

    fn verified(self, claimed: Claimed, proof: VerifiedEnvelope) -> Verified {
        let submission = labelled(
            SUBMISSION,
            &[
                proof.header_hash().as_bytes(),
                &self.envelope.slots_root,
                &self.envelope.depth.to_be_bytes(),
                &self.envelope.signature,
            ],
        );
        let Claimed { recipients, signer, .. } = claimed;
        Verified { envelope: self.envelope, recipients, proof, signer, submission }
    }
}

/// Checks sizes, signatures, hashes, slots and addressing: the step that costs. Each envelope has its
/// own verdict; their signatures are verified together.
pub(crate) fn verify(received: Vec<Received>, judge: Judge<'_>) -> Vec<Result<Verified, Refused>> {
    let mut together = Vec::with_capacity(received.len());
    let claimed: Vec<Result<Claimed, Refused>> = received
        .iter()
        .map(|one| {
            let Read { envelope, claimed } = one.read(judge)?;
            together.push((envelope, claimed.signer));
            Ok(claimed)
        })
        .collect();
    let mut proofs = verify_together(together).into_iter();
    let verdict = |(received, claimed): (Received, Result<Claimed, Refused>)| {
        let claimed = claimed?;
        let proof = proofs.next().unwrap_or(Err(EnvelopeRefused::Signature));
        match proof {
            Ok(proof) => Ok(received.verified(claimed, proof)),
            Err(why) => Err((Some(claimed.id), refuse(&why))),
        }
    };
    received.into_iter().zip(claimed).map(verdict).collect()
}

impl Verified {
    /// Checks time, recipients and keys against the directory.
    ///
    /// # Errors
    /// [`Refusal`], with the id.
    pub(crate) fn admit(self, judge: Judge<'_>) -> Result<Admitted, Refused> {
        let id = self.proof.header().id;
        let admissible =
            check_times(&self.proof, judge.now).and_then(|()| check_recipients(&self.proof, judge));
        match admissible {
            Ok(()) => Ok(Admitted { verified: self, under: judge.directory.head }),
            Err(refusal) => Err((Some(id), refusal)),
        }
    }
}

impl Admitted {
    /// The notice's id.
    pub(crate) fn notice(&self) -> NoticeId {
        self.verified.proof.header().id
    }

    /// Who sent it.
    pub(crate) fn sender(&self) -> MemberCode {
        self.verified.proof.header().sender
    }

    /// What it says of itself.
    pub(crate) fn header(&self) -> &Header {
        self.verified.proof.header()
    }

    /// What names these very bytes.
    pub(crate) fn submission(&self) -> Digest {
        self.verified.submission
    }

    /// Asks again what the directory decides, if it is another than at admission.
    ///
    /// # Errors
    /// [`Refusal`] when it no longer holds.
    pub(crate) fn still_holds(&self, judge: Judge<'_>) -> Result<(), Refusal> {
        if judge.directory.head == self.under {
            return Ok(());
        }
        let header = self.verified.proof.header();
        let signer = SignerKey::find(judge.directory, header.sender, header.sender_key, judge.at);
        if signer.map_err(refuse_signer)? != self.verified.signer {
            return Err(Refusal::Envelope);
        }
        check_recipients(&self.verified.proof, judge)
    }

    /// The record that it becomes. Sealed bytes are shared, not copied.
    pub(crate) fn into_record(self, stamp: Stamp) -> Accept {
        let Verified { envelope, recipients, proof, submission, .. } = self.verified;
        let slots = recipients.into_iter().zip(envelope.slots);
        let mut signature = [0; 64];
        signature.iter_mut().zip(&envelope.signature).for_each(|(to, from)| *to = *from);
        let mut slots_root = [0; 32];
        slots_root.iter_mut().zip(&envelope.slots_root).for_each(|(to, from)| *to = *from);
        Accept {
            stamp,
            notice: proof.header().id,
            submission,
            sender: proof.header().sender,
            held: proof.header().held,
            withdraws: withdrawn_by(proof.header()),
            expires: proof.header().expires,
            attachments: proof.header().attachments.iter().map(|one| one.sealed).collect(),
            groups: proof.addressing().groups.iter().cloned().collect(),
            header: envelope.header,
            slots_root: Digest(slots_root),
            depth: proof.slots().view().depth().map_or(0, |depth| depth.get().into()),
            signature,
            addressing: envelope.addressing,
            addressing_salt: envelope.addressing_salt,
            slot_tree: Bytes::copy_from_slice(proof.slots().as_bytes()),
            slots: slots
                .map(|((recipient, epoch, granted), slot)| Slot {
                    recipient,
                    epoch,
                    granted,
                    sealed: slot.sealed,
                })
                .collect(),
            sections: envelope.sections.into_iter().map(|bytes| Ciphertext { bytes }).collect(),
            erased: false,
        }
    }
}

/// The notice that an envelope takes back.
fn withdrawn_by(header: &Header) -> Option<NoticeId> {
    let supersedes = header.supersedes.filter(|_| header.kind == Kind::Withdrawal);
    supersedes.map(|withdrawn| withdrawn.id)
}

/// Whom the slots are for, as far as that can be read.
fn recipients(envelope: &v1::Envelope) -> Result<Vec<Addressee>, Refusal> {
    if envelope.slots.len() > limits::RECIPIENTS {
        return Err(Refusal::TooLarge);
    }
    let slots = envelope.slots.iter();
    slots
        .map(|slot| {
            let recipient = slot.recipient.parse().map_err(|_| Refusal::Envelope)?;
            let granted = GrantedSections::of_bits(slot.granted_sections).ok_or(Refusal::Envelope)?;
            Ok((recipient, HpkeEpoch(slot.key_epoch), granted))
        })
        .collect()
}

/// The envelope as `seal` reads it, borrowed.
fn view<'a>(envelope: &'a v1::Envelope, recipients: &[Addressee]) -> EnvelopeRef<'a> {
    let slots = recipients.iter().zip(&envelope.slots);
    EnvelopeRef {
        header: &envelope.header,
        slots_root: &envelope.slots_root,
        depth: envelope.depth,
        signature: &envelope.signature,
        addressing: &envelope.addressing,
        addressing_salt: &envelope.addressing_salt,
        slots: slots
            .map(|((recipient, epoch, granted), slot)| SlotRef {
                recipient: *recipient,
                epoch: *epoch,
                granted: *granted,
                bytes: &slot.sealed,
            })
            .collect(),
        padding: envelope.padding_leaves.iter().map(Bytes::as_ref).collect(),
        sections: envelope.sections.iter().map(Bytes::as_ref).collect(),
    }
}

/// Made within the submission window, not from the future, not expired; the id was made at that time.
fn check_times(proof: &VerifiedEnvelope, now: Timestamp) -> Result<(), Refusal> {
    let header = proof.header();
    let (latest, earliest) = (now.after(limits::CLOCK_SKEW), now.before(limits::SUBMISSION_WINDOW));
    let named = header.id.timestamp();
    if header.created > latest || named > header.created.after(limits::CLOCK_SKEW) {
        return Err(Refusal::ClockOff);
    }
    // The id is looked up among those of the window only, so it must lie in it too.
    if header.expires <= now || header.created < earliest || named < earliest {
        return Err(Refusal::Expired);
    }
    Ok(())
}

/// A member under review has everything held, and the slots are for exactly those whom the addressing
/// names, of what is held for the review desk as well, and sealed to keys they have.
fn check_recipients(proof: &VerifiedEnvelope, judge: Judge<'_>) -> Result<(), Refusal> {
    let header = proof.header();
    let sender = judge.directory.member(header.sender);
    if let Some(kind) = sender.map(|sender| sender.kind)
        && !may_send(kind, sort(header.kind))
    {
        return Err(Refusal::KindMayNotSend { kind, envelope: header.kind.code() });
    }
    if sender.is_some_and(|sender| sender.is_under_review()) && header.kind.is_reviewable() && !header.held {
        return Err(Refusal::ReviewNeeded);
    }
    let refusal = match route(proof.addressing(), header.sender, header.held, judge.directory, judge.now) {
        Ok(audience) => {
            let same = proof.recipients().eq(audience.recipients().iter().copied());
            if same && proof.stale_recipient(judge.directory).is_none() && grants_hold(proof, judge.directory)
            {
                return Ok(());
            }
            Refusal::RecipientsMismatch
        }
        Err(why) => refuse_route(&why),
    };
    let moved = judge.directory.head != header.directory;
    // Whether the sender may send at all is no matter of which directory it read.
    let own_standing = matches!(refusal, Refusal::SenderNotActive(_));
    Err(if moved && !own_standing { Refusal::DirectoryMoved(judge.directory.head) } else { refusal })
}

/// Whether every slot grants what its recipient may open, all of it and nothing else, by the kinds that the
/// header names. Who may open a kind of section that is not known here, nobody could say.
fn grants_hold(proof: &VerifiedEnvelope, directory: &Directory) -> bool {
    let kind = |section: &SectionHeader| section_kind(section.kind.0).ok();
    let kinds: Vec<Option<SectionKind>> = proof.header().sections.iter().map(kind).collect();
    proof.granted().all(|(code, granted)| {
        let holds = |member: &Member, (index, kind): (SectionIndex, &Option<SectionKind>)| {
            kind.is_none_or(|kind| grants(kind, member) == granted.contains(index))
        };
        let mut told = (0..).map(SectionIndex).zip(&kinds);
        directory.member(code).is_some_and(|member| told.all(|section| holds(member, section)))
    })
}

/// What an envelope is for, as the rules about kinds of members tell them apart.
const fn sort(kind: Kind) -> EnvelopeSort {
    match kind {
        Kind::Notice => EnvelopeSort::Notice,
        Kind::Query => EnvelopeSort::Question,
        Kind::Reply | Kind::Answer => EnvelopeSort::Answer,
        Kind::Withdrawal | Kind::Suspension | Kind::Receipt | Kind::Review | Kind::Heartbeat => {
            EnvelopeSort::Upkeep
        }
    }
}

fn refuse_route(why: &RouteRefused) -> Refusal {
    match why {
        RouteRefused::UnknownSender(sender) | RouteRefused::SenderSuspended(sender) => {
            Refusal::SenderNotActive(*sender)
        }
        RouteRefused::EmptyAudience => Refusal::EmptyAudience,
        RouteRefused::TooManyRecipients { .. } => Refusal::TooLarge,
        RouteRefused::NoReviewDesk => Refusal::NoReviewDesk,
        RouteRefused::UnknownMembers(_)
        | RouteRefused::UnknownGroups(_)
        | RouteRefused::ReviewDeskExcepted(_)
        | RouteRefused::OperationsNotStarted(_)
        | RouteRefused::OperationsEnded(_)
        | RouteRefused::MembersSuspended(_) => Refusal::UnknownMember,
    }
}

fn refuse_signer(why: SignerRefused) -> Refusal {
    match why {
        SignerRefused::Unknown(member) | SignerRefused::Suspended(member) => Refusal::SenderNotActive(member),
        SignerRefused::Key { .. } => Refusal::Envelope,
    }
}

fn refuse(why: &EnvelopeRefused) -> Refusal {
    tracing::debug!(cause = %why, "an envelope does not verify");
    match why {
        EnvelopeRefused::TooLarge { .. } => Refusal::TooLarge,
        _ => Refusal::Envelope,
    }
}
