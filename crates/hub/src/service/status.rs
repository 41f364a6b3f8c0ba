//! `HubService`: the hub in figures, and its alarms.

use amana_wire::convert::timestamp_message;
use amana_wire::v1;
use amana_wire::v1::hub_service_server::HubService;
use tonic::{Request, Response, Status};

use super::OperatorCalls;
use crate::stats;

#[tonic::async_trait]
impl HubService for OperatorCalls {
    async fn get_status(
        &self,
        request: Request<v1::GetStatusRequest>,
    ) -> Result<Response<v1::GetStatusResponse>, Status> {
        self.0.operator(&request)?;
        let hub = &self.0;
        let published = hub.published();
        Ok(Response::new(v1::GetStatusResponse {
            exchange: hub.exchange.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            log_size: published.head.size.get(),
            journal_bytes: stats::directory_bytes(&hub.ledger_dir.join("journal")),
            free_disk_bytes: stats::free_disk_bytes(&hub.ledger_dir),
            accepted_total: hub.stats.accepted_total(),
            refused_total: hub.stats.refused_total(),
            resident_memory_bytes: stats::resident_bytes(),
            started_at: Some(timestamp_message(hub.started_at)),
            connections: u32::try_from(hub.connections.count()).unwrap_or(u32::MAX),
            checkpoint: published.checkpoint.clone(),
        }))
    }

    async fn list_alarms(
        &self,
        request: Request<v1::ListAlarmsRequest>,
    ) -> Result<Response<v1::ListAlarmsResponse>, Status> {
        self.0.operator(&request)?;
        Ok(Response::new(v1::ListAlarmsResponse { alarms: self.0.alarms.all() }))
    }
}
