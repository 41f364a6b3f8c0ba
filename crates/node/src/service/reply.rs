//! `ReplyService` of the contract: what is said back to a notice, and what is due.

use std::collections::BTreeSet;
use std::sync::Arc;

use amana_notice::check_reply;
use amana_notice::reply::{Awaited, CheckedReply};
use amana_types::{Action, MemberCode, NoticeId, Role};
use amana_wire::v1;
use amana_wire::v1::reply_service_server::ReplyService;
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking, notice_id};
use super::error::{CallError, status};
use super::handling::refuse_superseded;
use super::read::{reading, refuse_unreadable};
use super::unsaid::Unsaid;
use crate::access::gate::AccessError;
use crate::replies::answer::{Answering, Carried};
use crate::replies::reading::Answerable;

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ReplyCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl ReplyService for ReplyCalls {
    async fn reply(&self, request: Request<v1::ReplyRequest>) -> Result<Response<v1::ReplyResponse>, Status> {
        self.0.reply(request).await.map(Response::new).map_err(status)
    }

    async fn list_replies(
        &self,
        request: Request<v1::ListRepliesRequest>,
    ) -> Result<Response<v1::ListRepliesResponse>, Status> {
        self.0.list_replies(request).await.map(Response::new).map_err(status)
    }

    async fn list_due(
        &self,
        request: Request<v1::ListDueRequest>,
    ) -> Result<Response<v1::ListDueResponse>, Status> {
        self.0.list_due(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    /// Says something back to a notice.
    async fn reply(&self, request: Request<v1::ReplyRequest>) -> Result<v1::ReplyResponse, CallError> {
        let permit = self.gate.permit(&request, Action::Reply, request.get_ref().reason.as_ref())?;
        reading(&permit)?;
        let message = request.into_inner();
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
        let to = addressed(&message.to, self.own, &about, &checked)?;
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
        Ok(v1::ReplyResponse {
            reply_id: answered.id.to_string(),
            recipients: answered.recipients.iter().map(ToString::to_string).collect(),
            marking,
            handling_raised: raised,
            repeated_request: answered.repeated,
        })
    }

    /// What is to be answered.
    pub(super) async fn about(&self, notice: NoticeId) -> Result<Answerable, CallError> {
        let own = self.own;
        blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, notice)?;
            cases.answerable(own, notice)?.ok_or(CallError::NotFound)
        })
        .await
    }

    /// What tells two replies apart, keyed, so that nobody can guess one by it.
    fn reply_digest(&self, message: &v1::ReplyRequest) -> crate::fold::parts::BlindDigest {
        let said = v1::ReplyRequest { request_id: String::new(), reason: None, ..message.clone() };
        self.bytes_digest("reply", &said.encode_to_vec())
    }

    async fn list_replies(
        &self,
        request: Request<v1::ListRepliesRequest>,
    ) -> Result<v1::ListRepliesResponse, CallError> {
        let permit = self.gate.permit(&request, Action::ListReplies, request.get_ref().reason.as_ref())?;
        reading(&permit)?;
        let (own, notice) = (self.own, notice_id(&request.get_ref().notice_id)?);
        let replies = blocking(&self.cases, move |cases| {
            refuse_unreadable(cases, notice)?;
            cases.holdings.locate(notice)?.ok_or(CallError::NotFound)?;
            Ok(cases.replies(own, notice)?)
        });
        let replies = replies.await?;
        self.gate.write_down(&permit, &[notice]).await?;
        Ok(v1::ListRepliesResponse { replies })
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
