//! A notice as it comes in: what it says, whom it may come from, and what it passes on.

use std::collections::BTreeSet;

use amana_notice::{Handling, SectionKind};
use amana_policy::{may_be_sent, may_send_notice, operation};
use amana_seal::SignerKey;
use amana_seal::envelope::{Header, Opened, PairLink, Supersedes};
use amana_seal::use_grant::{Permitted, Use, UseGrant, Wanted, verify_use_grant};
use amana_types::{Digest, MemberCode, MemberKind, NoticeId, Seq, Timestamp};
use amana_wire::convert::decode;
use amana_wire::v1;
use prost::Message as _;

use super::content::{Content, Label, needs_review, operation_of, told};
use crate::handling::record::PassedOn;
use crate::inbox::opening::{Opener, Rejected};
use crate::outbox::compose::sealed_kind;
use crate::replies::record::GrantBytes;

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

impl Opener<'_> {
    pub(crate) fn notice(&self, mut opened: Opened, at: Seq) -> Result<IncomingNotice, Rejected> {
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
