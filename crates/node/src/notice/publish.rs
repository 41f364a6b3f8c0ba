//! Publishing a notice: what is written down so that it goes to the hub.

use amana_notice::CheckedNotice;
use amana_notice::Handling;
use amana_seal::envelope::Supersedes;
use amana_seal::rest::RestError;
use amana_types::{Addressing, Digest, MemberCode, MemberKind, NoticeId, Reason};
use amana_wire::convert::{SCHEMA, number};
use amana_wire::v1;
use prost::Message as _;

use crate::attachments::attach::{AttachError, Attached, Attaching, attach};
use crate::drafts::save::{Discarding, DraftRefused};
use crate::fold::parts::BlindDigest;
use crate::fold::rows::Requested;
use crate::fold::table::RowKind;
use crate::handling::record::PassedOn;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Part;
use crate::ledger::writer::Draft;
use crate::notice::content::{Content, Label};
use crate::notice::dates::Asked;
use crate::notice::record::Outgoing;
use crate::outbox::compose::Order;
use crate::outbox::sealing::{ResealError, SealingError, addressing_of, outside, seal};
use crate::replies::record::GrantBytes;
use crate::subjects::Record;
use crate::work::basis::{Basis, RequestIdReused};
use crate::work::commands::{Command, CommandError, Decision};

/// A notice to publish, checked and permitted.
pub(crate) struct Publication {
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of notice and addressing.
    pub(crate) content: BlindDigest,
    pub(crate) notice: CheckedNotice,
    pub(crate) addressing: Addressing,
    /// Whose uploads it names.
    pub(crate) agency: String,
    /// Of a notice that passes another on: which.
    pub(crate) origin: Option<Origin>,
    /// The draft that it was, which goes.
    pub(crate) draft: Option<Discarding>,
}

/// The notice that another one passes on.
pub(crate) struct Origin {
    pub(crate) owner: MemberCode,
    pub(crate) notice: NoticeId,
    pub(crate) hash: Digest,
    /// How it is handled.
    pub(crate) handling: Handling,
    /// The owner's grant, when the handling code needs one.
    pub(crate) grant: Option<GrantBytes>,
    /// Whether the identities of the protected go along.
    pub(crate) identities: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) id: NoticeId,
    pub(crate) recipients: Vec<MemberCode>,
    /// Whether it was published before, by the same request.
    pub(crate) repeated: bool,
}

/// A notice was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    /// The same request id came with another notice before.
    #[error(transparent)]
    RequestIdReused(#[from] RequestIdReused),
    /// A draft is not as it was thought to be.
    #[error(transparent)]
    Draft(#[from] DraftRefused),
    /// Its attachments cannot go with it.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// It cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl PublishError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::RequestIdReused(_) => Reason::RequestIdReused,
            Self::Draft(refused) => refused.reason(),
            Self::Attach(error) => error.reason(),
            Self::Sealing(error) => error.reason(),
            Self::Rest(_) | Self::Holdings(_) => Reason::NodeFault,
            Self::Command(error) => error.reason(),
        }
    }
}

impl Command for Publication {
    type Answer = Published;
    type Error = PublishError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Published, PublishError>, PublishError> {
        let Self { request, content, notice, addressing, agency, origin, draft } = self;
        if let Some(before) = basis.requested(request)? {
            return Ok(Decision::answer(published_before(basis, &before, content)?));
        }
        let beside = draft.map(|draft| draft.record(basis)).transpose()?;
        let (agency, addressing) = (agency.as_str(), &addressing);
        let new =
            NewNotice { request, content, notice, addressing, agency, supersedes: None, origin, beside };
        new.decide(basis)
    }
}

/// A notice of ours that is new, in the place of another or of none.
pub(crate) struct NewNotice<'a> {
    pub(crate) request: BlindDigest,
    pub(crate) content: BlindDigest,
    pub(crate) notice: CheckedNotice,
    pub(crate) addressing: &'a Addressing,
    /// Whose uploads it names.
    pub(crate) agency: &'a str,
    pub(crate) supersedes: Option<Supersedes>,
    pub(crate) origin: Option<Origin>,
    /// What is written down beside it.
    pub(crate) beside: Option<Record>,
}

impl NewNotice<'_> {
    /// What is written down so that it goes to the hub.
    pub(crate) fn decide(self, basis: &Basis<'_>) -> Result<Decision<Published, PublishError>, PublishError> {
        let of = Attaching { agency: self.agency, before: self.supersedes.map(|before| before.id) };
        let Attached { notice, plan: mut uploads } = attach(basis, self.notice, of);
        let notice = match notice {
            Ok(notice) => notice,
            Err(error) => return Ok(Decision::refuse(error.into(), uploads.refused(basis.uploads))),
        };
        let (id, created, expires) = (basis.new_id(), basis.now, notice.expires());
        let label = Label { id, direction: v1::Direction::Sent, sender: basis.own, created, expires };
        let content = content_of(&notice, label, self.origin.as_ref());
        let body = content.body(self.supersedes);
        let order = Order { id, sender: basis.own, created, expires, addressing: self.addressing, body };
        let parked = !content.attachments.is_empty();
        let mut sealed = seal(basis, &order, &[])?;
        if parked {
            // Until the hub holds its attachments others go ahead of it: it gets its place when it goes.
            sealed.recipients.iter_mut().for_each(|place| *place = outside(place.member));
        }
        let at_rest = basis.vault.seal_content(id, &content.in_clear())?;
        let codes: Vec<MemberCode> = sealed.recipients.iter().map(|place| place.member).collect();
        let dates = content.dates.of_own(id, &asked(basis, &codes), sealed.held);
        let put = Outgoing {
            id,
            created,
            expires,
            request: self.request,
            content: self.content,
            recipients: sealed.recipients,
            held: sealed.held,
            attachments: content.attachments,
            parked,
            header_hash: sealed.header_hash,
            supersedes: self.supersedes,
            envelope: sealed.envelope,
            vaulted: at_rest.vaulted,
        };
        let draft = Draft { record: Record::Outgoing(put), terms: at_rest.terms, key: Some(at_rest.slot) };
        let passed_on = self.origin.map(|origin| passed_on(id, origin));
        let beside = dates.into_iter().chain(passed_on).chain(self.beside).map(Draft::from);
        let records = std::iter::once(draft).chain(beside).collect();
        let before = uploads.before(basis.uploads);
        let decision = Decision::records(records, Published { id, recipients: codes, repeated: false });
        Ok(decision.before(before).after(uploads.after(basis.uploads)))
    }
}

/// The same request again.
pub(crate) fn published_before(
    basis: &Basis<'_>,
    before: &Requested,
    content: BlindDigest,
) -> Result<Published, PublishError> {
    if before.content != content {
        return Err(RequestIdReused.into());
    }
    let Record::Outgoing(put) = basis.holdings.record(before.at)? else {
        return Err(HoldingsError::Row(RowKind::REQUEST.name()).into());
    };
    let recipients = put.recipients.iter().map(|place| place.member).collect();
    Ok(Published { id: before.id, recipients, repeated: true })
}

/// Seals a waiting notice for whom it is addressed to now. It keeps its id and, for each recipient that it
/// had before, its place in the sequence.
pub(crate) fn reseal(basis: &Basis<'_>, before: Outgoing) -> Result<Record, ResealError> {
    let id = before.id;
    let damaged = || HoldingsError::Row("the content of a waiting notice");
    let addressing = addressing_of(&before.envelope)?;
    let open = |part| basis.vault.open(id, &before.vaulted, part).map_err(HoldingsError::from);
    let kept = (
        open(Part::Summary)?.ok_or_else(damaged)?,
        open(Part::Case)?.ok_or_else(damaged)?,
        open(Part::Protected)?,
    );
    let mut content = Content::of_kept(kept, basis.own, before.created).map_err(|_| damaged())?;
    content.origin = origin_of(basis.holdings, id)?.as_ref().map(origin_section);
    let order = Order {
        id,
        sender: basis.own,
        created: before.created,
        expires: before.expires,
        addressing: &addressing,
        body: content.body(before.supersedes),
    };
    let sealed = seal(basis, &order, &before.recipients)?;
    Ok(Record::Outgoing(Outgoing {
        recipients: sealed.recipients,
        held: sealed.held,
        parked: false,
        header_hash: sealed.header_hash,
        envelope: sealed.envelope,
        ..before
    }))
}

fn content_of(notice: &CheckedNotice, label: Label, origin: Option<&Origin>) -> Content {
    let mut content = Content::of_own(notice, label);
    if let Some(origin) = origin {
        content.origin = Some(origin_section(origin));
        // What was kept back from us stands in it reduced, and is nothing that child protection needs.
        content.protected = content.protected.filter(|_| origin.identities);
    }
    content
}

/// Who of the recipients is asked what: the review desk nothing.
pub(crate) fn asked(basis: &Basis<'_>, recipients: &[MemberCode]) -> Asked {
    let state = basis.holdings.state().read();
    let kind = |member: &MemberCode| state.base.directory.member(*member).map(|member| member.kind);
    let (partners, others): (Vec<MemberCode>, Vec<MemberCode>) =
        recipients.iter().partition(|member| kind(member) == Some(MemberKind::Partner));
    let desk = |member: &MemberCode| kind(member) == Some(MemberKind::ReviewDesk);
    Asked { members: others.into_iter().filter(|member| !desk(member)).collect(), partners }
}

/// What a notice of ours passes on. What takes its place passes on the same.
pub(crate) fn origin_of(holdings: &Holdings, id: NoticeId) -> Result<Option<Origin>, HoldingsError> {
    let Some(passed_on) = holdings.passed_on(id)? else { return Ok(None) };
    let PassedOn { owner, origin: notice, origin_hash: hash, handling, grant, .. } = passed_on;
    Ok(Some(Origin { owner, notice, hash, handling, grant, identities: true }))
}

pub(crate) fn passed_on(notice: NoticeId, origin: Origin) -> Record {
    let Origin { owner, notice: of, hash: origin_hash, handling, grant, .. } = origin;
    Record::PassedOn(PassedOn { notice, ours: true, owner, origin: of, origin_hash, handling, grant })
}

/// The GRANT section of a notice that passes another on.
pub(crate) fn origin_section(origin: &Origin) -> Vec<u8> {
    let (grant, signature) = match &origin.grant {
        Some(grant) => (grant.body.clone(), grant.signature.clone()),
        None => Default::default(),
    };
    v1::GrantSection {
        grant: grant.into(),
        signature: signature.into(),
        owner: origin.owner.to_string(),
        notice_id: origin.notice.to_string(),
        header_hash: origin.hash.as_bytes().to_vec().into(),
        handling: number(origin.handling),
        schema: SCHEMA,
        critical: Vec::new(),
    }
    .encode_to_vec()
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;
