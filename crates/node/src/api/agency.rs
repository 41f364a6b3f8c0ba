//! What every service of the agency API works with.

use std::pin::Pin;
use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::keys::SigningKeyPair;
use amana_types::{Clock, ExchangeName, MemberCode, NoticeId, Reason};
use amana_wire::convert::error_reason;
use amana_wire::v1;
use futures_util::Stream;
use tonic::Status;

use crate::access::gate::AccessGate;
use crate::api::error::CallError;
use crate::attachments::Uploads;
use crate::attachments::paused::Paused;
use crate::ledger::writer::LedgerWriter;
use crate::notice::reading::CaseReader;
use crate::outbox::hub::HubLink;
use crate::work::commands::CommandQueue;
use crate::work::rounds::Health;
use crate::work::waits::Waits;

/// Answers as they come.
pub(crate) type Out<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What the services work with.
pub(crate) struct AgencyApi {
    pub(crate) own: MemberCode,
    pub(crate) exchange: ExchangeName,
    pub(crate) gate: AccessGate,
    pub(crate) cases: CaseReader,
    pub(crate) commands: CommandQueue,
    pub(crate) uploads: Uploads,
    /// Uploads that come piece by piece, between two pieces.
    pub(crate) paused: Paused,
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
pub(crate) async fn blocking<T: Send + 'static>(
    cases: &CaseReader,
    work: impl FnOnce(&CaseReader) -> Result<T, CallError> + Send + 'static,
) -> Result<T, CallError> {
    let cases = cases.clone();
    tokio::task::spawn_blocking(move || work(&cases)).await.map_err(|_| CallError::Worker)?
}

pub(crate) fn notice_id(text: &str) -> Result<NoticeId, CallError> {
    text.parse().map_err(CallError::Id)
}

/// Members or recipients as the contract writes them.
pub(crate) fn codes<'a>(members: impl IntoIterator<Item = &'a MemberCode>) -> Vec<String> {
    members.into_iter().map(ToString::to_string).collect()
}

/// What opens, and what does not: a list shows the first and names the others.
pub(crate) fn apart<T>(all: Vec<Result<T, NoticeId>>) -> (Vec<T>, Vec<v1::Unreadable>) {
    let (mut shown, mut unreadable) = (Vec::with_capacity(all.len()), Vec::new());
    for one in all {
        match one {
            Ok(one) => shown.push(one),
            Err(id) => {
                let reason = error_reason(Reason::NodeFault.code());
                unreadable.push(v1::Unreadable { id: id.to_string(), reason });
            }
        }
    }
    (shown, unreadable)
}
