//! `PermissionService` of the contract: the owner's grants, given and taken back.

use std::collections::BTreeSet;

use amana_notice::Stated;
use amana_notice::check_reply;
use amana_notice::reply::{CheckedReply, ReplyType, Use};
use amana_policy::Permit;
use amana_seal::use_grant::Permitted;
use amana_types::{MemberCode, NoticeId};
use amana_wire::convert::{stated, timestamp, timestamp_message};
use amana_wire::v1;
use amana_wire::v1::permission_service_server::PermissionService;
use prost::Message as _;

use crate::api::agency::{AgencyApi, blocking, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::fold::rows::Requested;
use crate::fold::table::RowKind;
use crate::handling::forbidden::Forbidden;
use crate::notice::reading::CaseReader;
use crate::notice::showing::reading;
use crate::replies::answer::{Answering, Carried, Given, Granting};
use crate::replies::reading::Answerable;
use crate::replies::unsaid::Unsaid;

service! {
    PermissionCalls: PermissionService [] {
        grant_permission(GrantPermissionRequest) -> v1::GrantPermissionResponse: Grant;
        revoke_permission(RevokePermissionRequest) -> v1::RevokePermissionResponse: Grant;
    }
}

impl AgencyApi {
    async fn grant_permission(
        &self,
        permit: Permit,
        message: v1::GrantPermissionRequest,
    ) -> Result<v1::GrantPermissionResponse, CallError> {
        reading(&permit)?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let notice = notice_id(&message.notice_id)?;
        let said = v1::GrantPermissionRequest { request_id: String::new(), access: None, ..message.clone() };
        let content = self.bytes_digest("grant", &said.encode_to_vec());
        let about = self.about(notice).await?;
        if about.owner != self.own {
            return Err(Unsaid::NotTheOwner.into());
        }
        let to = members(std::slice::from_ref(&message.grantee))?;
        let grantee = to.first().copied().ok_or(Unsaid::RecipientNeeded)?;
        if !about.recipients.contains(&grantee) {
            return Err(Unsaid::NotARecipient(grantee).into());
        }
        let permitted = self.permitted(&message)?;
        let wanted = permitted.permitted_use();
        blocking(&self.cases, move |cases| refuse_anothers(cases, notice, wanted)).await?;
        let until = message.ends_at.map_or(about.expires, timestamp);
        if until > about.expires || until <= self.clock.now() {
            return Err(Forbidden::Until.into());
        }
        let reply = said_by_doing(ReplyType::PermissionGranted, message.text, &about)?;
        self.gate.write_down(&permit, &[notice]).await?;
        let granting = Granting { grantee, permitted, until, handling: about.handled.handling };
        let (grant, expires) = (Carried::New(granting), about.expires);
        let asked = Answering { request, content, notice, to, expires, reply, grant };
        let answered = self.commands.run(asked).await?;
        Ok(v1::GrantPermissionResponse {
            grant_id: answered.id.to_string(),
            ends_at: Some(timestamp_message(until)),
            repeated_request: answered.repeated,
        })
    }

    /// Takes a grant back.
    async fn revoke_permission(
        &self,
        permit: Permit,
        message: v1::RevokePermissionRequest,
    ) -> Result<v1::RevokePermissionResponse, CallError> {
        reading(&permit)?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let said = v1::RevokePermissionRequest { request_id: String::new(), access: None, ..message.clone() };
        let content = self.bytes_digest("revocation", &said.encode_to_vec());
        let id = notice_id(&message.grant_id)?;
        let given = blocking(&self.cases, move |cases| {
            let given = cases.holdings.given(id)?.ok_or(Forbidden::NoGrant)?;
            // The same request again is answered as it was.
            if given.revoked && cases.holdings.get::<Requested>(RowKind::REQUEST, &request)?.is_none() {
                return Err(Forbidden::Revoked.into());
            }
            Ok(given)
        });
        let Given { notice, grantee, grant, .. } = given.await?;
        let about = self.about(notice).await?;
        let reply = said_by_doing(ReplyType::PermissionRevoked, message.text, &about)?;
        self.gate.write_down(&permit, &[notice]).await?;
        let (to, expires, grant) = (BTreeSet::from([grantee]), about.expires, Carried::Given(grant));
        let asked = Answering { request, content, notice, to, expires, reply, grant };
        let answered = self.commands.run(asked).await?;
        Ok(v1::RevokePermissionResponse {
            reply_id: answered.id.to_string(),
            notice_id: notice.to_string(),
            grantee: grantee.to_string(),
            repeated_request: answered.repeated,
        })
    }

    /// What is permitted; passing on only to members that there are.
    fn permitted(&self, message: &v1::GrantPermissionRequest) -> Result<Permitted, CallError> {
        let named = members(&message.members)?;
        match stated(message.permitted_use) {
            Stated::Known(Use::Court) if named.is_empty() => Ok(Permitted::CourtUse),
            Stated::Known(Use::Onward) if !named.is_empty() => {
                let state = self.cases.holdings.state().read();
                match named.iter().find(|member| state.base.directory.member(**member).is_none()) {
                    Some(stranger) => Err(CallError::Member(stranger.to_string())),
                    None => Ok(Permitted::Forward(named)),
                }
            }
            _ => Err(Forbidden::PermittedUse.into()),
        }
    }
}

/// What the owner of a notice forbids, nobody who passes it on can permit.
fn refuse_anothers(cases: &CaseReader, notice: NoticeId, wanted: Use) -> Result<(), CallError> {
    let Some(passed_on) = cases.holdings.passed_on(notice)? else { return Ok(()) };
    let forbidden = match wanted {
        Use::Investigation => false,
        Use::Court => passed_on.handling.forbids_court_use(),
        Use::Onward => passed_on.handling.forbids_passing_on(),
    };
    if forbidden { Err(Unsaid::NotTheOwner.into()) } else { Ok(()) }
}

/// What is said beside a grant.
fn said_by_doing(
    reply_type: ReplyType,
    text: Vec<v1::Text>,
    about: &Answerable,
) -> Result<CheckedReply, CallError> {
    let draft = v1::Reply { text, ..v1::Reply::saying(reply_type) };
    check_reply(&draft, &about.handled).map_err(CallError::Reply)
}

/// Members by their codes; what is empty names none.
pub(crate) fn members(codes: &[String]) -> Result<BTreeSet<MemberCode>, CallError> {
    let code = |text: &String| text.parse().map_err(|_| CallError::Member(text.chars().take(16).collect()));
    codes.iter().filter(|text| !text.is_empty()).map(code).collect()
}
