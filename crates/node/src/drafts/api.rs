//! `DraftService` of the contract: notices that are still being written.

use amana_policy::Permit;
use amana_types::{NoticeId, Timestamp};
use amana_wire::convert::timestamp_message;
use amana_wire::v1;
use amana_wire::v1::draft_service_server::DraftService;

use crate::api::agency::{AgencyApi, apart, blocking};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::drafts::save::{Discarding, DraftRef, DraftRefused, Saved, Saving};
use crate::drafts::state::Kept;
use crate::fold::parts::BlindDigest;
use crate::ledger::holdings::{HoldingsError, one_of_many};
use crate::subjects::Record;

service! {
    DraftCalls: DraftService [] {
        save_draft(SaveDraftRequest) -> v1::SaveDraftResponse: KeepDraft;
        list_drafts(ListDraftsRequest) -> v1::ListDraftsResponse: KeepDraft;
        get_draft(GetDraftRequest) -> v1::GetDraftResponse: KeepDraft;
        discard_draft(DiscardDraftRequest) -> v1::DiscardDraftResponse: KeepDraft;
    }
}

impl AgencyApi {
    async fn save_draft(
        &self,
        permit: Permit,
        message: v1::SaveDraftRequest,
    ) -> Result<v1::SaveDraftResponse, CallError> {
        let v1::SaveDraftRequest { draft, name, document, .. } = message;
        let (draft, agency) = self.draft_ref(draft, &permit.caller().name)?;
        let content = self.bytes_digest("draft", &[name.as_bytes(), &[0], &document].concat());
        let saving = Saving { draft, agency, content, name: name.clone(), document: document.into() };
        self.gate.write_down(&permit, &[draft.id]).await?;
        let Saved { revision, saved, expires } = self.commands.run(saving).await?;
        let draft = summary(DraftRef { revision, ..draft }, name, saved, expires);
        Ok(v1::SaveDraftResponse { draft: Some(draft) })
    }

    async fn list_drafts(
        &self,
        permit: Permit,
        _: v1::ListDraftsRequest,
    ) -> Result<v1::ListDraftsResponse, CallError> {
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
                let draft = DraftRef { id, revision: kept.revision };
                one_of_many(id, name.map_err(HoldingsError::from))
                    .map(|name| name.map(|name| summary(draft, name, kept.saved, kept.expires)))
            });
            Ok(named.collect::<Result<Vec<_>, HoldingsError>>()?)
        });
        let (drafts, unreadable) = apart(drafts.await?);
        self.gate.write_down(&permit, &ids).await?;
        Ok(v1::ListDraftsResponse { drafts, unreadable })
    }

    async fn get_draft(
        &self,
        permit: Permit,
        message: v1::GetDraftRequest,
    ) -> Result<v1::GetDraftResponse, CallError> {
        let agency = self.draft_agency(&permit.caller().name);
        let id = draft_id(&message.draft_id)?;
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
            let draft = DraftRef { id, revision: kept.revision };
            let draft = summary(draft, name, kept.saved, kept.expires);
            Ok((draft, document.map_err(HoldingsError::from)?))
        })
        .await?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::GetDraftResponse { draft: Some(draft), document: document.to_vec().into() })
    }

    async fn discard_draft(
        &self,
        permit: Permit,
        message: v1::DiscardDraftRequest,
    ) -> Result<v1::DiscardDraftResponse, CallError> {
        let (draft, agency) = self.draft_ref(message.draft, &permit.caller().name)?;
        self.gate.write_down(&permit, &[draft.id]).await?;
        self.commands.run(Discarding { draft, agency }).await?;
        Ok(v1::DiscardDraftResponse {})
    }

    /// A draft that a caller names, and what its agency is known by.
    pub(crate) fn draft_ref(
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

fn summary(draft: DraftRef, name: String, saved: Timestamp, expires: Timestamp) -> v1::DraftSummary {
    let draft = v1::DraftRef { draft_id: draft.id.to_string(), revision: draft.revision };
    v1::DraftSummary {
        draft: Some(draft),
        name,
        saved_at: Some(timestamp_message(saved)),
        expires_at: Some(timestamp_message(expires)),
    }
}

impl From<DraftRefused> for CallError {
    fn from(refused: DraftRefused) -> Self {
        Self::Draft(refused.into())
    }
}
