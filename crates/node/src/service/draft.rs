//! `DraftService` of the contract: notices that are still being written.

use std::sync::Arc;

use amana_types::{Action, NoticeId, Timestamp};
use amana_wire::convert::timestamp_message;
use amana_wire::v1;
use amana_wire::v1::draft_service_server::DraftService;
use tonic::{Request, Response, Status};

use super::api::{AgencyApi, blocking};
use super::error::{CallError, status};
use crate::drafts::save::{Discarding, DraftRef, DraftRefused, Saved, Saving};
use crate::drafts::state::Kept;
use crate::fold::parts::BlindDigest;
use crate::ledger::holdings::HoldingsError;
use crate::subjects::Record;

/// The service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DraftCalls(pub(crate) Arc<AgencyApi>);

#[tonic::async_trait]
impl DraftService for DraftCalls {
    async fn save_draft(
        &self,
        request: Request<v1::SaveDraftRequest>,
    ) -> Result<Response<v1::SaveDraftResponse>, Status> {
        self.0.save_draft(request).await.map(Response::new).map_err(status)
    }

    async fn list_drafts(
        &self,
        request: Request<v1::ListDraftsRequest>,
    ) -> Result<Response<v1::ListDraftsResponse>, Status> {
        self.0.list_drafts(request).await.map(Response::new).map_err(status)
    }

    async fn get_draft(
        &self,
        request: Request<v1::GetDraftRequest>,
    ) -> Result<Response<v1::GetDraftResponse>, Status> {
        self.0.get_draft(request).await.map(Response::new).map_err(status)
    }

    async fn discard_draft(
        &self,
        request: Request<v1::DiscardDraftRequest>,
    ) -> Result<Response<v1::DiscardDraftResponse>, Status> {
        self.0.discard_draft(request).await.map(Response::new).map_err(status)
    }
}

impl AgencyApi {
    async fn save_draft(
        &self,
        request: Request<v1::SaveDraftRequest>,
    ) -> Result<v1::SaveDraftResponse, CallError> {
        let permit = self.gate.permit(&request, Action::KeepDraft, None)?;
        let v1::SaveDraftRequest { draft, name, document } = request.into_inner();
        let (draft, agency) = self.draft_ref(draft, &permit.caller().name)?;
        let content = self.bytes_digest("draft", &[name.as_bytes(), &[0], &document].concat());
        let saving = Saving { draft, agency, content, name: name.clone(), document: document.into() };
        let Saved { revision, saved, expires } = self.commands.run(saving).await?;
        let draft = summary(DraftRef { revision, ..draft }, name, saved, expires);
        Ok(v1::SaveDraftResponse { draft: Some(draft) })
    }

    async fn list_drafts(
        &self,
        request: Request<v1::ListDraftsRequest>,
    ) -> Result<v1::ListDraftsResponse, CallError> {
        let permit = self.gate.permit(&request, Action::KeepDraft, None)?;
        let agency = self.draft_agency(&permit.caller().name);
        let mut kept: Vec<(NoticeId, Kept)> = {
            let state = self.cases.holdings.state().read();
            let own = state.drafts.kept.iter().filter(|(_, kept)| kept.agency == agency);
            own.map(|(id, kept)| (*id, kept.clone())).collect()
        };
        kept.sort_by_key(|(id, kept)| std::cmp::Reverse((kept.saved, *id)));
        let ids: Vec<NoticeId> = kept.iter().map(|(id, _)| *id).collect();
        let drafts = blocking(&self.cases, move |cases| {
            let named = kept.into_iter().map(|(id, kept)| {
                let name = cases.vault.open_draft_name(id, kept.key_slot, &kept.name);
                named(id, &kept, name.map_err(HoldingsError::from)?)
            });
            named.collect::<Result<Vec<_>, CallError>>()
        });
        let drafts = drafts.await?;
        self.gate.write_down(&permit, &ids).await?;
        Ok(v1::ListDraftsResponse { drafts })
    }

    async fn get_draft(
        &self,
        request: Request<v1::GetDraftRequest>,
    ) -> Result<v1::GetDraftResponse, CallError> {
        let permit = self.gate.permit(&request, Action::KeepDraft, None)?;
        let agency = self.draft_agency(&permit.caller().name);
        let id = draft_id(&request.into_inner().draft_id)?;
        let kept = self.cases.holdings.state().read().drafts.kept.get(&id).cloned();
        let absent = || CallError::from(DraftRefused::NotFound);
        let kept = kept.filter(|kept| kept.agency == agency).ok_or_else(absent)?;
        let (draft, document) = blocking(&self.cases, move |cases| {
            let Record::Drafted(drafted) = cases.holdings.record(kept.at)? else {
                return Err(HoldingsError::Row("a draft").into());
            };
            let name = cases.vault.open_draft_name(id, drafted.key_slot, &drafted.name);
            let document = cases.vault.open_draft(id, drafted.key_slot, &drafted.document);
            let name = name.map_err(HoldingsError::from)?;
            Ok((named(id, &kept, name)?, document.map_err(HoldingsError::from)?))
        })
        .await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::GetDraftResponse { draft: Some(draft), document: document.to_vec().into() })
    }

    async fn discard_draft(
        &self,
        request: Request<v1::DiscardDraftRequest>,
    ) -> Result<v1::DiscardDraftResponse, CallError> {
        let permit = self.gate.permit(&request, Action::KeepDraft, None)?;
        let (draft, agency) = self.draft_ref(request.into_inner().draft, &permit.caller().name)?;
        self.commands.run(Discarding { draft, agency }).await?;
        Ok(v1::DiscardDraftResponse {})
    }

    /// A draft that a caller names, and what its agency is known by.
    pub(super) fn draft_ref(
        &self,
        draft: Option<v1::DraftRef>,
        agency: &str,
    ) -> Result<(DraftRef, BlindDigest), CallError> {
        let v1::DraftRef { draft_id: id, revision } = draft.unwrap_or_default();
        Ok((DraftRef { id: draft_id(&id)?, revision }, self.draft_agency(agency)))
    }

    fn draft_agency(&self, agency: &str) -> BlindDigest {
        self.cases.vault.digest("draft-agency", agency)
    }
}

fn draft_id(text: &str) -> Result<NoticeId, CallError> {
    text.parse().map_err(CallError::DraftId)
}

fn named(id: NoticeId, kept: &Kept, name: String) -> Result<v1::DraftSummary, CallError> {
    Ok(summary(DraftRef { id, revision: kept.revision }, name, kept.saved, kept.expires))
}

fn summary(draft: DraftRef, name: String, saved: Timestamp, expires: Timestamp) -> v1::DraftSummary {
    let draft = v1::DraftRef { draft_id: draft.id.to_string(), revision: draft.revision };
    v1::DraftSummary {
        draft: Some(draft),
        name,
        saved: Some(timestamp_message(saved)),
        expires: Some(timestamp_message(expires)),
    }
}

impl From<DraftRefused> for CallError {
    fn from(refused: DraftRefused) -> Self {
        Self::Draft(refused.into())
    }
}
