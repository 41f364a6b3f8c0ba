//! What every service of the agency API works with.

use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::keys::SigningKeyPair;
use amana_types::{Clock, ExchangeName, MemberCode, NoticeId};

use super::error::CallError;
use crate::access::gate::AccessGate;
use crate::attachments::Uploads;
use crate::ledger::writer::LedgerWriter;
use crate::notice::reading::CaseReader;
use crate::outbox::hub::HubLink;
use crate::work::commands::CommandQueue;
use crate::work::rounds::Health;
use crate::work::waits::Waits;

/// What the services work with.
pub(crate) struct AgencyApi {
    pub(crate) own: MemberCode,
    pub(crate) exchange: ExchangeName,
    pub(crate) gate: AccessGate,
    pub(crate) cases: CaseReader,
    pub(crate) commands: CommandQueue,
    pub(crate) uploads: Uploads,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) hub: Arc<HubLink>,
    pub(crate) waits: Waits,
    /// What signs the trails that we tell.
    pub(crate) keys: Arc<SigningKeyPair>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What fails at present.
    pub(crate) troubles: Health,
    /// Ends streams that would otherwise go on.
    pub(crate) shutdown: Shutdown,
}

/// Reads and opens on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    cases: &CaseReader,
    work: impl FnOnce(&CaseReader) -> Result<T, CallError> + Send + 'static,
) -> Result<T, CallError> {
    let cases = cases.clone();
    tokio::task::spawn_blocking(move || work(&cases)).await.map_err(|_| CallError::Worker)?
}

pub(super) fn notice_id(text: &str) -> Result<NoticeId, CallError> {
    text.parse().map_err(CallError::Id)
}
