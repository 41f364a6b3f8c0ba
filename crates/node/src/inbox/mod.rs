//! From the hub to the vault: one receive stream from the durable cursor on.
//!
//! The order of work for each batch: everything is verified and opened; then one group of records is
//! durable; then receipts are signed and the batch is acknowledged. A crash in between repeats the
//! batch, or repeats receipts, and both are harmless.

pub(crate) mod arrival;
pub(crate) mod aside;
mod batch;
mod directory;
pub(crate) mod evidence;
mod judge;
pub(crate) mod opening;
mod receipts;
pub(crate) mod unreadable;

use std::sync::Arc;
use std::time::Duration;

use amana_client::exchange::{Event, Receiver};
use amana_client::{AuditError, Auditor, ClientError};
use amana_kit::connect::ConnectError;
use amana_kit::shutdown::Shutdown;
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::{AlarmKind, Clock, HpkeEpoch, MemberCode, Random, Reason, Seq};
use futures_util::FutureExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::fold::pairs::Heard;
use crate::fold::record::{Alarm, Confirmed, Followed};
use crate::inbox::evidence::keep_evidence;
use crate::ledger::bounded::{self, MESSAGE_BYTES};
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::{Draft, LedgerWriter, WriteError};
use crate::outbox::hub::{Backoff, HubLink};
use crate::setup::layout::Layout;
use crate::subjects::Record;
use crate::work::waits::Cause;
use batch::Batch;
use receipts::ReceiptDesk;

/// How often the head of the log is written down when nothing came for us, and receipts are looked at.
const TICK: Duration = Duration::from_secs(5);

/// Follows the exchange's log and takes in what is for us.
pub(crate) struct Downlink {
    pub(crate) own: MemberCode,
    pub(crate) hub: Arc<HubLink>,
    pub(crate) layout: Layout,
    pub(crate) holdings: Holdings,
    pub(crate) vault: Arc<Vault>,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) signing: Arc<SigningKeyPair>,
    pub(crate) hpke: Arc<Vec<(HpkeEpoch, HpkeKeyPair)>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// The head that proved our enrolment.
    pub(crate) first_head: Vec<u8>,
    /// Deliveries that may be under way.
    pub(crate) window: u32,
}

/// Why a session with the hub ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(Box<ClientError>),
    #[error("the head of the log that was verified last does not read ({0}); restore the node's journal")]
    Head(Box<AuditError>),
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("a worker thread failed; trying again")]
    Worker,
}

impl From<ClientError> for SessionError {
    fn from(error: ClientError) -> Self {
        Self::Client(Box::new(error))
    }
}

impl From<AuditError> for SessionError {
    fn from(error: AuditError) -> Self {
        Self::Head(Box::new(error))
    }
}

/// What was seen of the log and is not written down yet.
struct Position {
    cursor: Seq,
    /// The head that everything so far was proven against.
    checkpoint: Vec<u8>,
    written: bool,
}

impl Downlink {
    /// Runs until `shutdown`, or until the hub contradicted itself: then the evidence is kept, an alarm
    /// is raised, and the hub is not followed any more.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let mut backoff = Backoff::new(&*self.random);
        loop {
            tokio::select! {
                () = shutdown.triggered() => return,
                ended = self.session() => match ended {
                    Ok(()) => backoff.reset(),
                    Err(SessionError::Write(WriteError::Stopped)) => return,
                    Err(SessionError::Client(error)) if self.accuse(&error).await => return,
                    Err(error) => self.lost(&error),
                },
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                () = sleep(backoff.wait()) => {}
            }
        }
    }

    /// Says once why nothing comes in.
    fn lost(&self, error: &SessionError) {
        let cause = match error {
            SessionError::Connect(error) => Cause::unconnected(error),
            SessionError::Client(error) => Cause::of_call(error),
            SessionError::Write(error) => Cause::own(error.reason(), error),
            SessionError::Head(_) | SessionError::Holdings(_) | SessionError::Worker => {
                Cause::own(Reason::NodeFault, error)
            }
        };
        match self.hub.lost(cause, self.clock.now()) {
            true => tracing::warn!(%error, "not receiving from the hub for the moment"),
            false => tracing::debug!(%error, "still not receiving from the hub"),
        }
    }

    /// One stream, until it ends.
    async fn session(&self) -> Result<(), SessionError> {
        let (cursor, checkpoint) = {
            let state = self.holdings.state().read();
            (state.base.cursor, state.base.checkpoint.clone().unwrap_or_else(|| self.first_head.clone()))
        };
        let auditor = Auditor::resume(self.hub.log_key.clone(), &checkpoint)?;
        let channel = self.hub.connect().await?;
        let mut stream = Receiver::open(channel, auditor, cursor, self.window).await?;
        let _open = self.hub.opened();
        let mut position = Position { cursor, checkpoint, written: true };
        let mut desk = ReceiptDesk::new(self.own, Arc::clone(&self.signing), cursor);
        let mut progress = self.ledger_writer.progress();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = stream.next() => match event? {
                    None => return Ok(()),
                    Some(event) => self.take(&mut stream, event, &mut position, &mut desk).await?,
                },
                changed = progress.changed() => changed.map_err(|_| WriteError::Stopped)?,
                _ = tick.tick() => self.tick(&mut position, &mut desk).await?,
            }
            self.acknowledge(&stream, &position, &mut desk).await?;
        }
    }

    /// Takes in an event and whatever came with it.
    async fn take(
        &self,
        stream: &mut Receiver,
        first: Event,
        position: &mut Position,
        desk: &mut ReceiptDesk,
    ) -> Result<(), SessionError> {
        let mut batch = Batch::new(position.cursor);
        batch.push(first);
        while !batch.is_full() {
            // Only what is here already; an error or an end shows again at the next call.
            match stream.next().now_or_never() {
                Some(Ok(Some(event))) => batch.push(event),
                Some(Ok(None)) | None => break,
                Some(Err(error)) => return Err(error.into()),
            }
        }
        if let Some(now) = batch.hub_time() {
            self.hub.says_it_is(now);
        }
        if let Some(head) = batch.head() {
            position.checkpoint = bounded::note(head, &self.hub.log_key).as_str().as_bytes().to_vec();
        }
        if let Some(acknowledged_below) = batch.acknowledged_below() {
            desk.hub_holds(acknowledged_below);
        }
        position.cursor = batch.cursor();
        position.written = false;
        let mut drafts = self.judge(batch).await?;
        if !drafts.is_empty() {
            drafts.push(position.record());
            let before = self.breaks();
            self.ledger_writer.write(drafts).await?;
            position.written = true;
            if self.breaks() > before {
                tracing::warn!("a notice does not follow on from its sender's last one: one may be missing");
            }
        }
        Ok(())
    }

    /// How often a sender's notices did not follow on from one another.
    fn breaks(&self) -> u64 {
        self.holdings.state().read().base.heard.values().map(Heard::breaks).sum()
    }

    /// Writes down how far we are, and what receipts must have arrived by now.
    async fn tick(&self, position: &mut Position, desk: &mut ReceiptDesk) -> Result<(), SessionError> {
        let mut drafts: Vec<Draft> = Vec::new();
        let arrived = desk.arrived(&self.holdings.state().read(), Instant::now());
        if let Some(below) = arrived {
            drafts.push(Record::Confirmed(Confirmed { below }).into());
        }
        if !position.written {
            drafts.push(position.record());
        }
        if !drafts.is_empty() {
            self.ledger_writer.write(drafts).await?;
            position.written = true;
        }
        Ok(())
    }

    /// Tells the hub what is durable here, with the receipts that are owed.
    async fn acknowledge(
        &self,
        stream: &Receiver,
        position: &Position,
        desk: &mut ReceiptDesk,
    ) -> Result<(), SessionError> {
        if !desk.is_open() {
            return Ok(()); // until the hub has said what it holds
        }
        loop {
            let signed = desk.sign(&self.holdings.state().read(), self.clock.now());
            let cursor = desk.cursor(position.cursor, &signed);
            // What is not written down is not acknowledged, unless it is only that nothing came for us.
            if signed.receipts.is_empty() && !desk.moves(cursor) {
                return Ok(());
            }
            stream.acknowledge(cursor, signed.receipts).await?;
            desk.sent(cursor, signed.until, Instant::now());
        }
    }

    /// Whether the hub contradicted itself. If so the evidence is kept, and said to whoever asks.
    async fn accuse(&self, error: &ClientError) -> bool {
        let ClientError::Audit(error) = error else { return false };
        let kept = error.evidence().map(|evidence| keep_evidence(&self.layout, evidence, self.clock.now()));
        let place = match kept {
            Some(Ok(path)) => path.display().to_string(),
            Some(Err(problem)) => format!("nowhere, because {problem}"),
            None => return false,
        };
        tracing::error!(%error, evidence = place, "the hub's log contradicts itself; it is not followed any more");
        let message = bounded::text(format!("{error} (evidence: {place})"), MESSAGE_BYTES);
        let alarm = Alarm {
            at: self.clock.now(),
            reason: AlarmKind::LogContradictsItself.code().to_owned(),
            message,
        };
        if let Err(error) = self.ledger_writer.write(vec![Record::Alarm(alarm).into()]).await {
            tracing::error!(%error, "the alarm could not be written down");
        }
        true
    }
}

impl Position {
    fn record(&self) -> Draft {
        let followed = Followed { cursor: self.cursor, checkpoint: self.checkpoint.clone() };
        Record::Followed(followed).into()
    }
}
