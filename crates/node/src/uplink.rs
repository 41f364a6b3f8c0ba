//! From the outbox to the hub: one publish stream, many in flight, and everything that was not answered
//! again after a reconnect. The bytes of an envelope are kept until the hub has answered to them, so
//! that trying again is always the same request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use amana_client::ClientError;
use amana_client::exchange::{Answer, PublishAnswers, PublishSender, Receipted, Refused, open_publish};
use amana_client::proof::AcceptedLeaf;
use amana_kit::connect::ConnectError;
use amana_kit::shutdown::Shutdown;
use amana_seal::envelope::{Header, Kind};
use amana_types::{Clock, NoticeId, Random, Seq, Timestamp};
use amana_wire::v1;
use bytes::Bytes;
use prost::Message as _;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::attachments::AttachmentUpload;
use crate::bounded::{self, MESSAGE_BYTES, REASON_BYTES};
use crate::commands::CommandQueue;
use crate::holdings::{Holdings, HoldingsError};
use crate::hub::{Backoff, HubLink};
use crate::ledger_writer::{Draft, LedgerWriter, WriteError};
use crate::record::{Alarm, Outcome, Proven, Record, Verdict};
use crate::reseal::Reseal;
use crate::sealing::{ResealError, SealingError};

/// How long to wait before a refused envelope that may be taken later is sent again.
const RETRY: Duration = Duration::from_millis(500);
/// How long to wait for the directory to move before sealing anew all the same.
const DIRECTORY_WAIT: Duration = Duration::from_secs(2);

/// Brings what is queued to the hub, as long as the node runs.
pub(crate) struct Uplink {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) commands: CommandQueue,
    pub(crate) attachment_upload: AttachmentUpload,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// Envelopes that may be under way.
    pub(crate) in_flight: usize,
}

/// Why a session with the hub ended.
#[derive(Debug, thiserror::Error)]
enum SessionError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(Box<ClientError>),
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<ClientError> for SessionError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

/// An envelope under way: what its proof will need, and the permit that bounds how many there are.
struct Sent {
    leaf: AcceptedLeaf,
    _permit: tokio::sync::OwnedSemaphorePermit,
}

type UnderWay = Arc<std::sync::Mutex<HashMap<NoticeId, Sent>>>;

impl Uplink {
    /// Runs until `shutdown`.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let uplink = Arc::new(self);
        let mut backoff = Backoff::new(&*uplink.random);
        loop {
            tokio::select! {
                () = shutdown.triggered() => return,
                ended = Arc::clone(&uplink).session() => match ended {
                    Ok(()) => backoff.reset(),
                    Err(SessionError::Write(WriteError::Stopped)) => return,
                    Err(error) => tracing::info!(%error, "not publishing to the hub for the moment"),
                },
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                () = sleep(backoff.wait()) => {}
            }
        }
    }

    /// One stream: everything that waits goes up, every answer is written down.
    async fn session(self: Arc<Self>) -> Result<(), SessionError> {
        let channel = self.hub.connect().await?;
        let (sender, answers) = open_publish(channel, self.hub.log_key.clone(), self.in_flight).await?;
        let _open = self.hub.opened();
        let under_way = UnderWay::default();
        let sending = self.send_all(&sender, &under_way);
        let answering = self.take_answers(answers, &under_way);
        tokio::select! {
            ended = sending => ended,
            ended = answering => ended,
        }
    }

    /// Sends what waits, in order, then what is added; ends only with an error.
    async fn send_all(&self, sender: &PublishSender, under_way: &UnderWay) -> Result<(), SessionError> {
        let mut progress = self.ledger_writer.progress();
        let slots = Arc::new(Semaphore::new(self.in_flight.max(1)));
        let mut from = Seq(0);
        loop {
            progress.borrow_and_update();
            while let Some((at, id)) = self.next_waiting(from) {
                from = at.next();
                let Ok(permit) = Arc::clone(&slots).acquire_owned().await else { return Ok(()) };
                let record = self.holdings.record(at)?;
                let Some(envelope) = record.envelope() else { continue };
                let envelope = v1::Envelope::decode(envelope)
                    .map_err(|_| HoldingsError::Row("the envelope of a waiting notice"))?;
                let sent = Sent { leaf: leaf_of(&envelope), _permit: permit };
                lock(under_way).insert(id, sent);
                sender.submit(id, envelope).await?;
            }
            if progress.changed().await.is_err() {
                return Err(WriteError::Stopped.into());
            }
        }
    }

    /// The next notice from a place on that the hub has not answered to.
    fn next_waiting(&self, from: Seq) -> Option<(Seq, NoticeId)> {
        let state = self.holdings.state().read();
        let mut waiting = state.outbox.range(from..);
        waiting
            .find(|(_, waiting)| waiting.accepted.is_none() && !waiting.parked)
            .map(|(at, waiting)| (*at, waiting.id))
    }

    async fn take_answers(
        self: &Arc<Self>,
        mut answers: PublishAnswers,
        under_way: &UnderWay,
    ) -> Result<(), SessionError> {
        while let Some(group) = answers.next().await? {
            let mut drafts: Vec<Draft> = Vec::with_capacity(group.len());
            for answer in group {
                match answer {
                    Answer::Receipted(receipted) => {
                        let sent = lock(under_way).remove(&receipted.notice);
                        drafts.extend(sent.map(|sent| self.accepted(receipted, sent.leaf)));
                    }
                    Answer::Refused(refused) => {
                        lock(under_way).remove(&refused.notice);
                        drafts.extend(self.refused(refused).await?);
                    }
                }
            }
            if !drafts.is_empty() {
                self.ledger_writer.write(drafts).await?;
            }
        }
        Ok(())
    }

    fn accepted(&self, receipted: Receipted, mut leaf: AcceptedLeaf) -> Draft {
        leaf.leaf_salt = *receipted.leaf_salt.as_bytes();
        leaf.accepted_at = receipted.accepted_at;
        let mut receipt = receipted.receipt;
        receipt.checkpoint = bounded::note(&receipt.checkpoint, &self.hub.log_key);
        receipt.extra = Some(leaf.encode());
        let proven = Proven {
            index: receipted.index,
            accepted_at: receipted.accepted_at,
            proof: receipt.to_string().into_bytes(),
        };
        self.outcome(receipted.notice, Verdict::Accepted(proven))
    }

    /// What to do about a refusal: seal anew, send again later, or write it down for good.
    async fn refused(self: &Arc<Self>, refused: Refused) -> Result<Vec<Draft>, SessionError> {
        let Refused { notice, reason, message, retryable } = refused;
        match reason.as_str() {
            "DIRECTORY_MOVED"
            | "RECIPIENTS_MISMATCH"
            | "UNKNOWN_MEMBER"
            | "EMPTY_AUDIENCE"
            | "REVIEW_NEEDED" => {
                let uplink = Arc::clone(self);
                tokio::spawn(async move { uplink.seal_anew(notice).await });
                Ok(Vec::new())
            }
            _ if retryable => {
                if reason == "ATTACHMENT_MISSING" {
                    self.bring_again(notice).await;
                }
                tracing::info!(%notice, reason, "the hub takes the notice later");
                sleep(RETRY).await;
                // A stream keeps no place for what was refused: the next one begins with it.
                Err(ClientError::Closed { peer: "hub" }.into())
            }
            _ => {
                let (reason, message) =
                    (bounded::text(reason, REASON_BYTES), bounded::text(message, MESSAGE_BYTES));
                tracing::warn!(%notice, reason, "the hub refused a notice");
                Ok(self.refused_for_good(notice, reason, message)?)
            }
        }
    }

    /// The hub does not hold an attachment any more: brings it again, so that the next attempt is taken.
    async fn bring_again(&self, notice: NoticeId) {
        let at = self.holdings.state().read().outbox_ids.get(&notice).copied();
        let Some(at) = at else { return };
        if let Err(error) = self.attachment_upload.bring(at).await {
            tracing::info!(%notice, %error, "attachments could not be brought again");
        }
    }

    /// Waits until our directory has moved, then routes and seals the notice anew. When nobody may
    /// receive it any more, that is the last word about it.
    async fn seal_anew(self: Arc<Self>, notice: NoticeId) {
        let known = || self.holdings.state().read().directory.head;
        let before = known();
        let mut progress = self.ledger_writer.progress();
        let moved = async { while known() == before && progress.changed().await.is_ok() {} };
        let _ = tokio::time::timeout(DIRECTORY_WAIT, moved).await; // then with the directory as it is
        let (reason, message) = match self.commands.run(Reseal(notice)).await {
            Ok(()) => return,
            Err(ResealError::Sealing(SealingError::Route(refused))) => {
                (refused.reason(), bounded::text(refused.to_string(), MESSAGE_BYTES))
            }
            Err(ResealError::Sealing(SealingError::Unfit(unfit))) => {
                (unfit.reason(), bounded::text(unfit.to_string(), MESSAGE_BYTES))
            }
            Err(ResealError::Sealing(SealingError::Operation(refused))) => {
                (refused.reason(), bounded::text(refused.to_string(), MESSAGE_BYTES))
            }
            Err(error @ ResealError::Ended) => ("ENDED", error.to_string()),
            Err(ResealError::Sealing(SealingError::Seal(error))) => ("NOT_SEALED", error.to_string()),
            Err(error) => return tracing::error!(%notice, %error, "a notice could not be sealed anew"),
        };
        let written = match self.refused_for_good(notice, reason.to_owned(), message) {
            Ok(drafts) => self.ledger_writer.write(drafts).await.map(drop).map_err(SessionError::from),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = written {
            tracing::error!(%notice, %error, "a refusal could not be written down");
        }
    }

    /// The last word about an envelope.
    fn refused_for_good(
        &self,
        id: NoticeId,
        reason: String,
        message: String,
    ) -> Result<Vec<Draft>, HoldingsError> {
        let located = self.holdings.locate(id)?;
        let record = located.map(|located| self.holdings.record(located.at)).transpose()?;
        let alarm = record.and_then(|record| alarm_about(&record, &reason, self.clock.now()));
        let alarm = alarm.map(|alarm| Record::Alarm(alarm).into());
        let outcome = self.outcome(id, Verdict::Refused { reason, message });
        Ok(std::iter::once(outcome).chain(alarm).collect())
    }

    fn outcome(&self, id: NoticeId, verdict: Verdict) -> Draft {
        Record::Outcome(Outcome { id, at: self.clock.now(), verdict }).into()
    }
}

/// An order that does not go out leaves a notice as it is, so somebody has to hear of it.
fn alarm_about(record: &Record, reason: &str, at: Timestamp) -> Option<Alarm> {
    let Record::Recall(recall) = record else { return None };
    let suspends = v1::Envelope::decode(recall.envelope.as_slice())
        .ok()
        .and_then(|envelope| Header::decode(&envelope.header).ok())
        .is_some_and(|header| header.kind == Kind::Suspension);
    let (what, code) = match suspends {
        true => ("suspension or resumption", "SUSPENSION_NOT_SENT"),
        false => ("withdrawal", "WITHDRAWAL_NOT_SENT"),
    };
    let message = format!(
        "the {what} of {} was refused ({reason}): its recipients keep it as it was; tell them by another way, \
         and ask the exchange",
        recall.notice
    );
    Some(Alarm { at, reason: code.to_owned(), message })
}

/// What the leaf will be computed from; salt and time come with the hub's answer.
fn leaf_of(envelope: &v1::Envelope) -> AcceptedLeaf {
    AcceptedLeaf {
        leaf_salt: [0; 32],
        accepted_at: Timestamp::default(),
        header: Bytes::clone(&envelope.header).into(),
        slots_root: Bytes::clone(&envelope.slots_root).into(),
        depth: envelope.depth,
        signature: Bytes::clone(&envelope.signature).into(),
    }
}

fn lock(under_way: &UnderWay) -> std::sync::MutexGuard<'_, HashMap<NoticeId, Sent>> {
    under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
#[path = "uplink_tests.rs"]
mod tests;
