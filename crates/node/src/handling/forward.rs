//! Exports and forwards. What the handling code forbids is done with the owner's signed grant or not at all.

use std::collections::BTreeSet;

use amana_notice::Stated;
use amana_notice::handling::Handled;
use amana_notice::reply;
use amana_notice::{check, check_reply};
use amana_policy::{Permit, Reading};
use amana_seal::use_grant::{Use, UseGrant, Wanted};
use amana_types::{MemberCode, NoticeId, Timestamp};
use amana_wire::convert::{stated, timestamp_message};
use amana_wire::v1;
use prost::Message as _;

use crate::api::agency::{AgencyApi, blocking, codes, notice_id};
use crate::api::error::CallError;
use crate::fold::parts::BlindDigest;
use crate::handling::forbidden::Forbidden;
use crate::handling::permissions::members;
use crate::handling::record::PassedOn;
use crate::notice::publish::{Origin, Publication};
use crate::notice::reading::CaseReader;
use crate::notice::showing::reading;
use crate::replies::answer::{Answering, Carried};
use crate::replies::reading::{Answerable, grant_view};
use crate::replies::record::GrantBytes;
use crate::replies::unsaid::Unsaid;
use crate::versions::standing::StandingError;

/// What is wanted of somebody else's notice.
struct Want<'a> {
    notice: NoticeId,
    by: MemberCode,
    what: Wanted<'a>,
    at: Timestamp,
}

/// What is exported.
struct Exported {
    about: Answerable,
    notice: NoticeId,
    /// For a court, or for an investigation.
    court: bool,
    at: Timestamp,
}

impl CaseReader {
    /// The owner's grant under which that goes to a court, if it takes one.
    fn court_grant(
        &self,
        own: MemberCode,
        exported: &Exported,
    ) -> Result<Option<(UseGrant, GrantBytes)>, CallError> {
        let Exported { ref about, notice, court, at } = *exported;
        let (handling, wanted) = (about.handled.handling, reply::Use::Court);
        if !court || !handling.forbids_court_use() {
            return Ok(None);
        }
        if about.owner == own {
            // What another owns does not become ours because we passed it on; the origin is exported instead.
            let forbids = |origin: PassedOn| origin.handling.forbids_court_use();
            return match self.holdings.passed_on(notice)?.is_some_and(forbids) {
                true => Err(Forbidden::Handling { handling, wanted }.into()),
                false => Ok(None),
            };
        }
        let want = Want { notice, by: own, what: Wanted::CourtUse, at };
        self.grant_for(about, &want)?.map(Some).ok_or(Forbidden::Handling { handling, wanted }.into())
    }

    /// The grant under which that may be done, if the owner gave one.
    fn grant_for(
        &self,
        about: &Answerable,
        want: &Want<'_>,
    ) -> Result<Option<(UseGrant, GrantBytes)>, CallError> {
        let Want { notice, by, what, at } = *want;
        let wanted = Use { owner: about.owner, notice, header_hash: about.header_hash, by, what, at };
        for bytes in self.holdings.grants(notice)? {
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

impl AgencyApi {
    pub(crate) async fn export_notice(
        &self,
        permit: Permit,
        message: v1::ExportNoticeRequest,
    ) -> Result<v1::ExportNoticeResponse, CallError> {
        let reading = reading(&permit)?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let (own, at, notice) = (self.own, self.clock.now(), notice_id(&message.notice_id)?);
        let court = match stated(message.intended_use) {
            Stated::Known(reply::Use::Investigation) => false,
            Stated::Known(reply::Use::Court) => true,
            _ => return Err(Forbidden::Purpose.into()),
        };
        let about = self.about(notice).await?;
        let exported = Exported { about, notice, court, at };
        let told =
            court.then(|| self.report(&exported, request, &reading, message.text)).flatten().transpose()?;
        let (document, grant) = blocking(&self.cases, move |cases| {
            let Exported { about, .. } = &exported;
            let grant = cases.court_grant(own, &exported)?;
            let view = cases.view(&reading, notice)?.ok_or(CallError::NotFound)?;
            let proof = cases.proof(notice)?.flatten().ok_or(CallError::NotInLog)?;
            let document = v1::ExportedNotice {
                marking: view.marking.clone(),
                intended_use: message.intended_use,
                grant: grant.as_ref().map(|(grant, bytes)| grant_view(grant, bytes)),
                owner: about.owner.to_string(),
                notice_id: notice.to_string(),
                header_hash: about.header_hash.as_bytes().to_vec().into(),
                exported_by: own.to_string(),
                exported_at: Some(timestamp_message(at)),
                access: message.access,
                proof: String::from_utf8_lossy(&proof.proof).into_owned(),
                notice: Some(view),
            };
            Ok((document, grant.map(|(_, bytes)| bytes)))
        })
        .await?;
        self.gate.write_export(&permit, notice, court).await?;
        let mut repeated_request = false;
        if let Some(told) = told {
            let grant = grant.map_or(Carried::Nothing, Carried::Given);
            repeated_request = self.commands.run(Answering { grant, ..told }).await?.repeated;
        }
        Ok(v1::ExportNoticeResponse { document: Some(document), repeated_request })
    }

    /// What the owner of a notice is told of its export for a court; nothing when it is ours.
    fn report(
        &self,
        exported: &Exported,
        request: BlindDigest,
        reading: &Reading,
        text: Vec<v1::Text>,
    ) -> Option<Result<Answering, CallError>> {
        let Exported { ref about, notice, .. } = *exported;
        if about.owner == self.own {
            return None;
        }
        let report = v1::ExportReport { intended_use: v1::Use::Court.into() };
        let draft = v1::Reply {
            case_reference: reading.case_reference().to_string(),
            text,
            body: Some(v1::reply::Body::Export(report)),
            ..v1::Reply::default()
        };
        let reply = match check_reply(&draft, &about.handled) {
            Ok(reply) => reply,
            Err(problems) => return Some(Err(CallError::Reply(problems))),
        };
        // Each export is told, and the same request is one export.
        let what = format!("{notice}\n{}", reading.case_reference());
        let content = self.cases.vault.digest("export", &what);
        let (to, expires) = (BTreeSet::from([about.owner]), about.expires);
        Some(Ok(Answering { request, content, notice, to, expires, reply, grant: Carried::Nothing }))
    }

    pub(crate) async fn forward_notice(
        &self,
        permit: Permit,
        message: v1::ForwardNoticeRequest,
    ) -> Result<v1::ForwardNoticeResponse, CallError> {
        let reading = reading(&permit)?;
        let request = self.request_digest(&permit, &message.request_id)?;
        let (own, at, origin) = (self.own, self.clock.now(), notice_id(&message.notice_id)?);
        let to = members(&message.members)?;
        if to.is_empty() {
            return Err(Unsaid::RecipientNeeded.into());
        }
        let said = v1::ForwardNoticeRequest { request_id: String::new(), access: None, ..message.clone() };
        let content = self.bytes_digest("forward", &said.encode_to_vec());
        let about = self.about(origin).await?;
        if about.owner == own {
            return Err(Forbidden::OwnNotice.into());
        }
        let own_handling = message.marking.as_ref().filter(|marking| marking.handling != 0);
        let own_handling = own_handling.map(|marking| Handled::of(Some(marking)));
        let countries = to.clone();
        let (notice, granted, passed_on) = blocking(&self.cases, move |cases| {
            refuse_superseded(cases, origin)?;
            let forbidden = about.handled.handling.forbids_passing_on();
            let what = Wanted::Forward(&to);
            let grant = match forbidden {
                true => cases.grant_for(&about, &Want { notice: origin, by: own, what, at })?,
                false => None,
            };
            if forbidden && grant.is_none() {
                let (handling, wanted) = (about.handled.handling, reply::Use::Onward);
                return Err(Forbidden::Handling { handling, wanted }.into());
            }
            let until = grant.as_ref().map_or(about.expires, |(grant, _)| grant.until.min(about.expires));
            let handled = about.handled.inherited_by(own_handling);
            let (notice, identities) = derived(cases, &reading, origin, &handled, until)?;
            let granted = grant.is_some();
            let (owner, hash, handling) = (about.owner, about.header_hash, about.handled.handling);
            let grant = grant.map(|(_, bytes)| bytes);
            Ok((notice, granted, Origin { owner, notice: origin, hash, handling, grant, identities }))
        })
        .await?;
        let notice = check(&notice, at).map_err(CallError::Notice)?;
        // Who passed it on is written down before it goes.
        self.gate.write_down(&permit, &[origin]).await?;
        let addressing = crate::outbox::sealing::exactly(&countries);
        // It attaches nothing, so nobody's uploads are looked through.
        let (agency, origin) = (String::new(), Some(passed_on));
        let publication = Publication { request, content, notice, addressing, agency, origin, draft: None };
        let published = self.commands.run(publication).await?;
        Ok(v1::ForwardNoticeResponse {
            notice_id: published.id.to_string(),
            recipients: codes(&published.recipients),
            granted,
            repeated_request: published.repeated,
        })
    }
}

/// Of several versions only the newest is passed on, and answered.
pub(crate) fn refuse_superseded(cases: &CaseReader, origin: NoticeId) -> Result<(), CallError> {
    if !cases.holdings.is_superseded(origin)? {
        return Ok(());
    }
    let versions = cases.holdings.versions(origin)?;
    let newest = versions.iter().flat_map(|versions| versions.newest().map(|newest| newest.id));
    Err(StandingError::Superseded(newest.collect()).into())
}

/// The notice that passes one on: what it says, under our own reference, handled no looser, ending no
/// later; and whether it holds the identities of the protected.
fn derived(
    cases: &CaseReader,
    reading: &Reading,
    origin: NoticeId,
    handled: &Handled,
    expires: Timestamp,
) -> Result<(v1::Notice, bool), CallError> {
    let view = cases.view(reading, origin)?.ok_or(CallError::NotFound)?;
    let identities = view.withheld_persons.is_empty();
    let mut notice = view.notice.unwrap_or_default();
    notice.case_reference = reading.case_reference().to_string();
    notice.marking = Some(handled.clone().marking());
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
