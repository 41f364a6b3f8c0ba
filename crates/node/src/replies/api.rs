//! `ReplyService` of the contract: what is said back to a notice.

use std::collections::BTreeSet;

use amana_notice::check_reply;
use amana_notice::reply::{Awaited, CheckedReply};
use amana_policy::Permit;
use amana_types::{MemberCode, NoticeId, Role};
use amana_wire::v1;
use amana_wire::v1::reply_service_server::ReplyService;
use prost::Message as _;

use crate::access::gate::AccessError;
use crate::api::agency::{AgencyApi, apart, blocking, codes, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::handling::forward::refuse_superseded;
use crate::notice::showing::{reading, refuse_unreadable};
use crate::replies::answer::{Answering, Carried};
use crate::replies::reading::Answerable;
use crate::replies::unsaid::Unsaid;

service! {
    ReplyCalls: ReplyService [] {
        send_reply(SendReplyRequest) -> v1::SendReplyResponse: Reply;
        list_replies(ListRepliesRequest) -> v1::ListRepliesResponse: ListReplies;
    }
}

impl AgencyApi {
    /// Says something back to a notice.
    async fn send_reply(
        &self,
        permit: Permit,
        message: v1::SendReplyRequest,
    ) -> Result<v1::SendReplyResponse, CallError> {
        reading(&permit)?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let notice = notice_id(&message.notice_id)?;
        let about = self.about(notice).await?;
        let content = self.reply_digest(&message);
        let draft = message.reply.unwrap_or_default();
        let checked = check_reply(&draft, &about.handled).map_err(CallError::Reply)?;
        let reply_type = checked.reply_type();
        // A partner answers referrals, and nothing else.
        if permit.caller().role == Role::Partner && reply_type.settles() != Some(Awaited::Referral) {
            return Err(AccessError::Denied(amana_policy::DeniedRule::RoleMayNotAct.into()).into());
        }
        let to = addressed(&message.members, self.own, &about, &checked)?;
        if about.owner != self.own && matches!(reply_type.settles(), Some(Awaited::Reply | Awaited::Referral))
        {
            // What the newest version asks is answered, and nothing else.
            blocking(&self.cases, move |cases| refuse_superseded(cases, notice)).await?;
        }
        let marking = checked.reply().marking.clone().map(v1::Marking::shown);
        let of = |marking: &Option<v1::Marking>| marking.as_ref().map_or(0, |marking| marking.handling);
        let raised = of(&draft.marking) != 0 && of(&draft.marking) < of(&marking);
        self.gate.write_down(&permit, &[notice]).await?;
        let expires = about.expires;
        let asked =
            Answering { request, content, notice, to, expires, reply: checked, grant: Carried::Nothing };
        let answered = self.commands.run(asked).await?;
        Ok(v1::SendReplyResponse {
            reply_id: answered.id.to_string(),
            recipients: codes(&answered.recipients),
            marking,
            handling_raised: raised,
            repeated_request: answered.repeated,
        })
    }

    /// What is to be answered.
    pub(crate) async fn about(&self, notice: NoticeId) -> Result<Answerable, CallError> {
        let own = self.own;
        blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, notice)?;
            cases.answerable(own, notice)?.ok_or(CallError::NotFound)
        })
        .await
    }

    /// What tells two replies apart, keyed, so that nobody can guess one by it.
    fn reply_digest(&self, message: &v1::SendReplyRequest) -> crate::fold::parts::BlindDigest {
        let said = v1::SendReplyRequest { request_id: String::new(), access: None, ..message.clone() };
        self.bytes_digest("reply", &said.encode_to_vec())
    }

    async fn list_replies(
        &self,
        permit: Permit,
        message: v1::ListRepliesRequest,
    ) -> Result<v1::ListRepliesResponse, CallError> {
        reading(&permit)?;
        let page = self.page(&permit, &message)?;
        let (own, notice) = (self.own, notice_id(&message.notice_id)?);
        let replies = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, notice)?;
            cases.holdings.locate(notice)?.ok_or(CallError::NotFound)?;
            Ok(cases.replies(own, notice)?)
        });
        let (replies, next_page_token, total) = self.cut(&page, replies.await?);
        let (replies, unreadable) = apart(replies);
        self.gate.write_down(&permit, &[notice]).await?;
        Ok(v1::ListRepliesResponse { replies, next_page_token, total, unreadable })
    }
}

/// To whom a reply goes, if its author may say that to them.
fn addressed(
    to: &[String],
    own: MemberCode,
    about: &Answerable,
    reply: &CheckedReply,
) -> Result<BTreeSet<MemberCode>, CallError> {
    let code = |text: &String| text.parse().map_err(|_| CallError::Member(text.chars().take(16).collect()));
    let named = to.iter().map(code).collect::<Result<BTreeSet<MemberCode>, _>>()?;
    if reply.reply_type().is_said_by_doing() {
        return Err(Unsaid::SaidByDoing.into());
    }
    let known = reply.reply().as_hit().map(|hit| hit.matches.as_slice()).unwrap_or_default();
    let mut known = known.iter().filter(|known| !known.identifier.is_empty());
    if known.any(|known| about.protected.contains(known.label.as_str())) {
        return Err(Unsaid::ProtectedIdentity.into());
    }
    if about.owner != own {
        let others = named.iter().any(|member| *member != about.owner);
        if others || reply.reply_type().is_the_owners() {
            return Err(Unsaid::NotTheOwner.into());
        }
        return Ok(BTreeSet::from([about.owner]));
    }
    if reply.reply_type().is_a_recipients() {
        return Err(Unsaid::NotTheOwners.into());
    }
    if named.is_empty() {
        return Err(Unsaid::RecipientNeeded.into());
    }
    match named.iter().find(|member| !about.recipients.contains(member)) {
        Some(stranger) => Err(Unsaid::NotARecipient(*stranger).into()),
        None => Ok(named),
    }
}
