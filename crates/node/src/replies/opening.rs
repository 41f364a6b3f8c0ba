//! A reply as it comes in: what it says, and the grant that it brings.

use amana_notice::SectionKind;
use amana_notice::reply::ReplyType;
use amana_seal::SignerKey;
use amana_seal::envelope::{Opened, PairLink};
use amana_seal::use_grant::{UseGrant, verify_use_grant};
use amana_types::{Digest, MemberCode, NoticeId, Reason, Seq, Timestamp};
use amana_wire::convert::{decode, reply_section};
use amana_wire::v1;

use super::record::GrantBytes;
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::unreadable::Unreadable;
use crate::notice::content::Content;
use crate::outbox::compose::sealed_kind;

/// A reply that does not say one thing in header and section, or answers nothing.
const NOT_ONE: Rejected = Rejected::Said {
    reason: Reason::ReplyRefused,
    detail: "the reply does not name one notice, in its header and in its section, by its sender",
};

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

impl Opener<'_> {
    /// Reads a reply: one REPLY section, which says the same as the signed header, and with a permission its
    /// grant.
    pub(crate) fn reply(&self, opened: Opened, at: Seq) -> Result<IncomingReply, Rejected> {
        let header = &opened.header;
        let (id, sender, held) = (header.id, header.sender, header.held);
        let (created, expires, named) = (header.created, header.expires, header.in_reply_to);
        let (header_hash, link) = (opened.header_hash, opened.link);
        let mut sections = opened.sections.into_iter();
        let section = sections.next().filter(|section| section.kind == sealed_kind(SectionKind::Reply));
        let section = section.ok_or(NOT_ONE)?;
        let told = reply_section(&section.content).map_err(Unreadable::from)?;
        if told.sender != sender || Some(told.notice) != named {
            return Err(NOT_ONE);
        }
        let said = told.reply.reply_type();
        let grant = match sections.next() {
            Some(section) if section.kind == sealed_kind(SectionKind::Grant) && said.is_said_by_doing() => {
                Some(self.grant(&section.content, (said, sender), told.notice, at)?)
            }
            Some(_) => return Err(NOT_ONE),
            // What may be used in court freely is exported under no grant.
            None if said.is_said_by_doing() && said != ReplyType::Exported => {
                return Err(Rejected::Grant("it is not there"));
            }
            None => None,
        };
        if sections.next().is_some() {
            return Err(NOT_ONE);
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
}
