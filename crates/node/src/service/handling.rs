//! `HandlingService` of the contract: exports, forwards, and the owner's grants. What the handling code
//! forbids is done with the owner's signed grant or not at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use amana_policy::Reading;
use amana_seal::use_grant::{Permitted, Use, UseGrant, Wanted};
use amana_types::draft::{Stated, TextDraft};
use amana_types::handling::Handled;
use amana_types::notice::{Handling, Language, Text};
use amana_types::reply::{PermittedUse, ReplyDraft, ReplyType};
use amana_types::{Action, Draft, MemberCode, NoticeId, Timestamp, check, check_reply};
use amana_wire::convert::{number, stated, timestamp, timestamp_message};
use amana_wire::v1;
use amana_wire::v1::handling_service_server::HandlingService;
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::error::{CallError, status};
use super::read::reading;
use super::reply::Unsaid;
use super::{Desk, blocking, notice_id};
use crate::press::{Origin, PressError, Publication};
use crate::reading::{Answerable, Library};
use crate::record::GrantBytes;
use crate::replies::{Answering, Granting};

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HandlingCalls(pub(crate) Arc<Desk>);

#[tonic::async_trait]
impl HandlingService for HandlingCalls {
    async fn export(
        &self,
        request: Request<v1::ExportRequest>,
    ) -> Result<Response<v1::ExportResponse>, Status> {
        self.0.export(request).await.map(Response::new).map_err(status)
    }

    async fn forward(
        &self,
        request: Request<v1::ForwardRequest>,
    ) -> Result<Response<v1::ForwardResponse>, Status> {
        self.0.forward(request).await.map(Response::new).map_err(status)
    }

    async fn grant(&self, request: Request<v1::GrantRequest>) -> Result<Response<v1::GrantResponse>, Status> {
        self.0.grant(request).await.map(Response::new).map_err(status)
    }
}

/// What the handling code does not allow, or allows to nobody like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forbidden {
    /// The owner's permission is needed, and there is none for this.
    #[error("{handling} forbids that without the owner's permission; ask for it: amana notice ask ID --for {}", word(*.wanted))]
    Handling {
        /// How the notice is handled.
        handling: Handling,
        /// What was wanted.
        wanted: PermittedUse,
    },
    /// A notice of our own.
    #[error("it is a notice of this node; publish it to them instead of passing it on")]
    OwnNotice,
    /// Neither for an investigation nor for a court.
    #[error("say what it is exported for: INVESTIGATION or COURT")]
    Purpose,
    /// Nothing is permitted.
    #[error("say what is permitted: COURT_USE, or FORWARD with the members")]
    PermittedUse,
    /// The grant would end before it begins, or outlive the notice.
    #[error("a grant ends in the future, and no later than the notice; choose another moment")]
    Until,
}

const fn word(wanted: PermittedUse) -> &'static str {
    match wanted {
        PermittedUse::CourtUse => "court",
        PermittedUse::Forward => "forward",
    }
}

impl Forbidden {
    /// The stable reason.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Handling { .. } => "HANDLING_FORBIDS",
            Self::OwnNotice => "OWN_NOTICE",
            Self::Purpose => "EXPORT_PURPOSE_NEEDED",
            Self::PermittedUse => "PERMITTED_USE_NEEDED",
            Self::Until => "UNTIL_INVALID",
        }
    }

    /// Whether what was asked is at fault, and not what it was asked of.
    pub(crate) const fn is_the_request(self) -> bool {
        matches!(self, Self::Purpose | Self::PermittedUse | Self::Until)
    }
}

/// What is wanted of somebody else's notice.
struct Want<'a> {
    notice: NoticeId,
    by: MemberCode,
    what: Wanted<'a>,
    at: Timestamp,
}

impl Library {
    /// The grant under which that may be done, if the owner gave one.
    fn grant_for(
        &self,
        about: &Answerable,
        want: &Want<'_>,
    ) -> Result<Option<(UseGrant, GrantBytes)>, CallError> {
        let Want { notice, by, what, at } = *want;
        let wanted = Use { owner: about.owner, notice, header_hash: about.header_hash, by, what, at };
        for bytes in self.shelf.grants(notice)? {
            // Its signature was verified when it came.
            if let Ok(grant) = UseGrant::decode(&bytes.body)
                && grant.permits(&wanted)
            {
                return Ok(Some((grant, bytes)));
            }
        }
        Ok(None)
    }
}

impl Desk {
    async fn export(&self, request: Request<v1::ExportRequest>) -> Result<v1::ExportResponse, CallError> {
        let permit = self.door.permit(&request, Action::Export, request.get_ref().reason.as_ref())?;
        let (reading, message) = (reading(&permit)?, request.into_inner());
        let (own, at, notice) = (self.own, self.clock.now(), notice_id(&message.notice_id)?);
        let purpose = message.purpose();
        if purpose == v1::ExportPurpose::Unspecified {
            return Err(Forbidden::Purpose.into());
        }
        let court = purpose == v1::ExportPurpose::Court;
        let about = self.about(notice).await?;
        let export = blocking(&self.library, move |library| {
            let forbidden = court && about.owner != own && about.handled.handling.forbids_court_use();
            let what = Wanted::CourtUse;
            let grant = match forbidden {
                true => library.grant_for(&about, &Want { notice, by: own, what, at })?,
                false => None,
            };
            if forbidden && grant.is_none() {
                let (handling, wanted) = (about.handled.handling, PermittedUse::CourtUse);
                return Err(Forbidden::Handling { handling, wanted }.into());
            }
            let view = library.view(&reading, notice)?.ok_or(CallError::NotFound)?;
            let proof = library.proof(notice)?.flatten().ok_or(CallError::NotInLog)?;
            Ok(v1::Export {
                handling: view.handling.clone(),
                exported_for: purpose.into(),
                grant: grant.map(|(grant, bytes)| signed_grant(&grant, bytes)),
                owner: about.owner.to_string(),
                notice_id: notice.to_string(),
                header_hash: about.header_hash.as_bytes().to_vec().into(),
                exported_by: own.to_string(),
                exported: Some(timestamp_message(at)),
                reason: message.reason,
                proof: String::from_utf8_lossy(&proof.proof).into_owned(),
                notice: Some(view),
            })
        })
        .await?;
        self.door.write_export(&permit, notice, court).await?;
        Ok(v1::ExportResponse { export: Some(export) })
    }

    async fn forward(&self, request: Request<v1::ForwardRequest>) -> Result<v1::ForwardResponse, CallError> {
        let permit = self.door.permit(&request, Action::Forward, request.get_ref().reason.as_ref())?;
        let (reading, message) = (reading(&permit)?, request.into_inner());
        let request = self.request_digest(&permit, &message.request_id)?;
        let (own, at, origin) = (self.own, self.clock.now(), notice_id(&message.notice_id)?);
        let to = members(&message.to)?;
        if to.is_empty() {
            return Err(Unsaid::RecipientNeeded.into());
        }
        let said = v1::ForwardRequest { request_id: String::new(), reason: None, ..message.clone() };
        let content = self.bytes_digest("forward", &said.encode_to_vec());
        let about = self.about(origin).await?;
        if about.owner == own {
            return Err(Forbidden::OwnNotice.into());
        }
        let own_handling = asked_handling(&message);
        let countries = to.clone();
        let (notice, granted, passed_on) = blocking(&self.library, move |library| {
            refuse_superseded(library, origin)?;
            let forbidden = about.handled.handling.forbids_passing_on();
            let what = Wanted::Forward(&to);
            let grant = match forbidden {
                true => library.grant_for(&about, &Want { notice: origin, by: own, what, at })?,
                false => None,
            };
            if forbidden && grant.is_none() {
                let (handling, wanted) = (about.handled.handling, PermittedUse::Forward);
                return Err(Forbidden::Handling { handling, wanted }.into());
            }
            let until = grant.as_ref().map_or(about.expires, |(grant, _)| grant.until.min(about.expires));
            let handled = about.handled.inherited_by(own_handling);
            let (notice, identities) = derived(library, &reading, origin, &handled, until)?;
            let granted = grant.is_some();
            let (owner, hash, handling) = (about.owner, about.header_hash, about.handled.handling);
            let grant = grant.map(|(_, bytes)| bytes);
            Ok((notice, granted, Origin { owner, notice: origin, hash, handling, grant, identities }))
        })
        .await?;
        let notice = check(&Draft::from(notice), at).map_err(CallError::Notice)?;
        // Who passed it on is written down before it goes.
        self.door.write_down(&permit, &[origin]).await?;
        let addressing = crate::recall::exactly(&countries);
        // It attaches nothing, so nobody's uploads are looked through.
        let (agency, origin) = (String::new(), Some(passed_on));
        let publication = Publication { request, content, notice, addressing, agency, origin, draft: None };
        let published = self.press.publish(publication).await?;
        Ok(v1::ForwardResponse {
            notice_id: published.id.to_string(),
            recipients: published.recipients.iter().map(ToString::to_string).collect(),
            granted,
            repeated_request: published.repeated,
        })
    }

    async fn grant(&self, request: Request<v1::GrantRequest>) -> Result<v1::GrantResponse, CallError> {
        let permit = self.door.permit(&request, Action::Grant, request.get_ref().reason.as_ref())?;
        reading(&permit)?;
        let message = request.into_inner();
        let request = self.request_digest(&permit, &message.request_id)?;
        let notice = notice_id(&message.notice_id)?;
        let said = v1::GrantRequest { request_id: String::new(), reason: None, ..message.clone() };
        let content = self.bytes_digest("grant", &said.encode_to_vec());
        let about = self.about(notice).await?;
        if about.owner != self.own {
            return Err(Unsaid::NotTheOwner.into());
        }
        let to = members(std::slice::from_ref(&message.to))?;
        let grantee = to.first().copied().ok_or(Unsaid::RecipientNeeded)?;
        if !about.recipients.contains(&grantee) {
            return Err(Unsaid::NotARecipient(grantee).into());
        }
        let permitted = self.permitted(&message)?;
        let until = message.until.map_or(about.expires, timestamp);
        if until > about.expires || until <= self.clock.now() {
            return Err(Forbidden::Until.into());
        }
        let draft = ReplyDraft {
            reply_type: ReplyType::PermissionGranted.into(),
            text: message.text.into_iter().map(TextDraft::from).collect(),
            ..ReplyDraft::default()
        };
        let reply = check_reply(&draft, &about.handled).map_err(CallError::Reply)?;
        self.door.write_down(&permit, &[notice]).await?;
        let granting = Granting { grantee, permitted, until, handling: about.handled.handling };
        let (grant, expires) = (Some(granting), about.expires);
        let asked = Answering { request, content, notice, to, expires, reply, grant };
        let answered = self.press.answer(asked).await?;
        Ok(v1::GrantResponse {
            reply_id: answered.id.to_string(),
            until: Some(timestamp_message(until)),
            repeated_request: answered.repeated,
        })
    }

    /// What is permitted; passing on only to members that there are.
    fn permitted(&self, message: &v1::GrantRequest) -> Result<Permitted, CallError> {
        let named = members(&message.members)?;
        match stated(message.permitted_use) {
            Stated::Known(PermittedUse::CourtUse) if named.is_empty() => Ok(Permitted::CourtUse),
            Stated::Known(PermittedUse::Forward) if !named.is_empty() => {
                let state = self.library.shelf.state().read();
                match named.iter().find(|member| state.directory.member(**member).is_none()) {
                    Some(stranger) => Err(CallError::Member(stranger.to_string())),
                    None => Ok(Permitted::Forward(named)),
                }
            }
            _ => Err(Forbidden::PermittedUse.into()),
        }
    }
}

/// Of several versions only the newest is passed on.
fn refuse_superseded(library: &Library, origin: NoticeId) -> Result<(), CallError> {
    if !library.shelf.is_superseded(origin)? {
        return Ok(());
    }
    let versions = library.shelf.versions(origin)?;
    let newest = versions.iter().flat_map(|versions| versions.newest().map(|newest| newest.id));
    Err(PressError::Superseded(newest.collect()).into())
}

fn members(codes: &[String]) -> Result<BTreeSet<MemberCode>, CallError> {
    let code = |text: &String| text.parse().map_err(|_| CallError::Member(text.chars().take(16).collect()));
    codes.iter().filter(|text| !text.is_empty()).map(code).collect()
}

/// The handling that a forward is to have beyond its origin's.
fn asked_handling(message: &v1::ForwardRequest) -> Option<Handled> {
    let Stated::Known(handling) = stated(message.handling) else { return None };
    let text = |text: &v1::Text| {
        let language: Language = text.language.parse().ok()?;
        Some(Text { language, text: text.text.clone() })
    };
    Some(Handled { handling, conditions: message.handling_conditions.iter().filter_map(text).collect() })
}

/// The notice that passes one on: what it says, under our own reference, handled no looser, ending no
/// later; and whether it holds the identities of the protected.
fn derived(
    library: &Library,
    reading: &Reading,
    origin: NoticeId,
    handled: &Handled,
    expires: Timestamp,
) -> Result<(v1::Notice, bool), CallError> {
    let view = library.view(reading, origin)?.ok_or(CallError::NotFound)?;
    let identities = view.withheld_persons.is_empty();
    let mut notice = view.notice.unwrap_or_default();
    notice.case_reference = reading.case_reference().to_string();
    notice.handling = number(handled.handling);
    notice.handling_conditions = handled.conditions.iter().map(Into::into).collect();
    notice.expires = Some(timestamp_message(expires));
    // When to look at it again is its owner's to say; its attachments are sealed for its recipients.
    notice.reexamine = None;
    notice.attachments.clear();
    // Whom to shelter is between the owner and its partners.
    notice.referral = None;
    // An operation's own notices stay among those who take part in it.
    notice.operation = String::new();
    notice.tally.clear();
    Ok((notice, identities))
}

/// A grant with what it says.
fn signed_grant(grant: &UseGrant, bytes: GrantBytes) -> v1::SignedGrant {
    let members = match &grant.permitted {
        Permitted::CourtUse => Vec::new(),
        Permitted::Forward(members) => members.iter().map(ToString::to_string).collect(),
    };
    v1::SignedGrant {
        owner: grant.owner.to_string(),
        grantee: grant.grantee.to_string(),
        permitted_use: number(grant.permitted.permitted_use()),
        members,
        until: Some(timestamp_message(grant.until)),
        given: Some(timestamp_message(grant.at)),
        grant: bytes.body.into(),
        signature: bytes.signature.into(),
    }
}
