//! `ProofService` of the contract: proofs, and the trail of a notice as a stream.

use amana_client::trail::Trust;
use amana_policy::Permit;
use amana_types::limits::TRAIL_PART_BYTES;
use amana_wire::v1;
use amana_wire::v1::get_trail_response::Part;
use amana_wire::v1::proof_service_server::ProofService;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::api::agency::{AgencyApi, Out, blocking, notice_id};
use crate::api::call::service;
use crate::api::error::CallError;
use crate::trail::life::{Teller, Told};

/// Parts that may wait for a slow reader.
const WAITING: usize = 4;

service! {
    ProofCalls: ProofService [GetTrailStream = v1::GetTrailResponse] {
        get_proof(GetProofRequest) -> v1::GetProofResponse: Prove;
        get_trail(GetTrailRequest) -> Out<v1::GetTrailResponse>: Prove;
    }
}

impl AgencyApi {
    async fn get_proof(
        &self,
        permit: Permit,
        message: v1::GetProofRequest,
    ) -> Result<v1::GetProofResponse, CallError> {
        let id = notice_id(&message.notice_id)?;
        let proven = blocking(&self.cases, move |cases| Ok(cases.proof(id)?)).await?;
        let proven = proven.ok_or(CallError::NotFound)?.ok_or(CallError::NotInLog)?;
        self.gate.write_down(&permit, &[id]).await?;
        Ok(v1::GetProofResponse { proof: String::from_utf8_lossy(&proven.proof).into_owned() })
    }

    /// What the trail tells, then its file in parts.
    async fn get_trail(
        &self,
        permit: Permit,
        message: v1::GetTrailRequest,
    ) -> Result<Out<v1::GetTrailResponse>, CallError> {
        let id = notice_id(&message.notice_id)?;
        let life = blocking(&self.cases, move |cases| Ok(cases.life(id)?)).await?;
        let life = life.ok_or(CallError::NotFound)?.ok_or(CallError::NotInLog)?;
        let trust = Trust {
            exchange: self.exchange.clone(),
            root_keys: self.cases.holdings.state().read().base.directory.root_keys.clone(),
            log_key: self.hub.log_key.clone(),
        };
        let teller = Teller { own: self.own, keys: &self.keys, trust: &trust, now: self.clock.now() };
        let Told { file, verified } = life.tell(id, teller, &self.hub).await?;
        self.gate.write_down(&permit, &[id]).await?;
        let (parts, stream) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let view = Part::View(v1::TrailView::from(&verified));
            let file = Bytes::from(file);
            let chunks = (0..file.len()).step_by(TRAIL_PART_BYTES);
            let chunk = |from: usize| file.slice(from..file.len().min(from + TRAIL_PART_BYTES));
            for part in std::iter::once(view).chain(chunks.map(|from| Part::File(chunk(from)))) {
                if parts.send(Ok(v1::GetTrailResponse { part: Some(part) })).await.is_err() {
                    return; // the reader has gone
                }
            }
        });
        Ok(Box::pin(ReceiverStream::new(stream)))
    }
}
