//! A delivery stream: everything that is meant for one member, in the log's order, proven.
//!
//! The stream holds a place in the log and nothing else: what a slow member has not taken in stays in
//! the journal, not in memory. It sends at most `window` records that are not acknowledged, and every
//! record after a head that proves it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use amana_log::TreeSize;
use amana_seal::receipt::Receipt;
use amana_types::{MemberCode, Reason, Seq, limits};
use amana_wire::convert::timestamp_message;
use amana_wire::status;
use amana_wire::v1;
use amana_wire::v1::deliver_records_request::Request as Wanted;
use amana_wire::v1::deliver_records_response::Response as Sent;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::delivery::{Batch, Room, collect};
use super::session::{self, MOST_WINDOW, OPENING};
use super::{Hub, draining, invalid, unreadable};
use crate::ledger::consistency;
use crate::published::Published;
use crate::sequencer::{Acknowledgement, Recorded, SignedReceipt, Work};
use crate::sessions::Session;

/// Responses that may wait for the connection; their bytes are bounded by the window.
const WAITING: usize = 16;
/// How often a member with nothing to receive is told of a new head.
const HEADS: Duration = Duration::from_secs(1);

/// The responses of one delivery stream.
pub(super) type Deliveries = Pin<Box<dyn Stream<Item = Result<v1::DeliverRecordsResponse, Status>> + Send>>;

/// Serves one delivery stream of an active member.
pub(super) fn serve(
    hub: Arc<Hub>,
    member: MemberCode,
    requests: Streaming<v1::DeliverRecordsRequest>,
) -> Deliveries {
    let (out, responses) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        if let Err(End::With(status)) = run(hub, member, requests, &out).await {
            // The other end may be gone as well.
            drop(out.send(Err(status)).await);
        }
    });
    Box::pin(ReceiverStream::new(responses))
}

type Out = mpsc::Sender<Result<v1::DeliverRecordsResponse, Status>>;

/// Why a stream is over.
enum End {
    /// The other end is gone.
    Gone,
    /// The member is told why.
    With(Status),
}

impl From<Status> for End {
    fn from(status: Status) -> Self {
        Self::With(status)
    }
}

async fn run(
    hub: Arc<Hub>,
    member: MemberCode,
    mut requests: Streaming<v1::DeliverRecordsRequest>,
    out: &Out,
) -> Result<(), End> {
    let hello = Sent::Hello(session::hello(&hub));
    out.send(Ok(v1::DeliverRecordsResponse { response: Some(hello) })).await.map_err(|_| End::Gone)?;
    let greeting = |first: v1::DeliverRecordsRequest| match first.request {
        Some(Wanted::Hello(hello)) => Some(hello),
        _ => None,
    };
    session::greeted(&hub, member, &mut requests, greeting).await?;
    let opening = timeout(OPENING, requests.message()).await;
    let second = opening.map_err(|_| invalid("say within ten seconds from where to deliver"))??;
    let Some(Wanted::Opening(open)) = second.and_then(|second| second.request) else {
        return Err(invalid("the opening follows Hello").into());
    };
    let (recorded, mut records) = mpsc::unbounded_channel();
    let mut delivery = Delivery::open(&hub, member, &open, out, recorded)?;
    delivery.send_head().await?;
    let mut heads = interval(HEADS);
    heads.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        delivery.fill().await?;
        tokio::select! {
            biased;
            () = out.closed() => return Err(End::Gone),
            () = delivery.session.replaced() => return Err(replaced().into()),
            () = hub.shutdown.triggered() => return Err(draining().into()),
            request = requests.message() => match request?.map(|request| request.request) {
                None => return Ok(()),
                Some(Some(Wanted::Acknowledgement(done))) => delivery.acknowledge(done).await?,
                Some(_) => return Err(invalid("only acknowledgements follow the opening").into()),
            },
            Some(recorded) = records.recv() => delivery.recorded(recorded)?,
            () = delivery.session.rung(), if delivery.has_room() => {}
            _ = heads.tick() => delivery.send_head_if_new().await?,
        }
    }
}

/// One member's place in the log.
struct Delivery<'a> {
    hub: &'a Arc<Hub>,
    member: MemberCode,
    session: Session,
    out: &'a Out,
    recorded: mpsc::UnboundedSender<Recorded>,
    window: usize,
    /// Everything below was sent on this stream, or is not for this member.
    next: Seq,
    /// The size of the last head sent, or verified by the member before.
    head: TreeSize,
    /// Sent and not acknowledged, with their bytes.
    unacknowledged: VecDeque<(Seq, usize)>,
    unacknowledged_bytes: usize,
    /// The next record has more bytes than there is room for.
    stalled: bool,
    /// What the member acknowledged, and what of it is durable.
    cursor: Seq,
    durable: Seq,
    /// `next` and `durable` as the member was told last.
    told: Option<(Seq, Seq)>,
}

impl<'a> Delivery<'a> {
    fn open(
        hub: &'a Arc<Hub>,
        member: MemberCode,
        open: &v1::DeliveryOpening,
        out: &'a Out,
        recorded: mpsc::UnboundedSender<Recorded>,
    ) -> Result<Self, Status> {
        if !(1..=MOST_WINDOW).contains(&open.window) {
            return Err(invalid("a window is 1 to 1024 deliveries"));
        }
        let durable = hub.published().state.cursor(member);
        Ok(Self {
            hub,
            member,
            session: hub.sessions.open(member),
            out,
            recorded,
            window: usize::try_from(open.window).unwrap_or(1),
            next: Seq(open.cursor),
            head: TreeSize::new(open.verified_size),
            unacknowledged: VecDeque::new(),
            unacknowledged_bytes: 0,
            stalled: false,
            cursor: Seq(open.cursor),
            durable,
            told: None,
        })
    }

    fn has_room(&self) -> bool {
        !self.stalled && self.unacknowledged.len() < self.window
    }

    /// Sends what is there while there is room.
    async fn fill(&mut self) -> Result<(), End> {
        while self.has_room() {
            let published = Arc::clone(&self.hub.sequencer.newest.borrow());
            if self.next >= published.next() {
                return Ok(());
            }
            let room = Room {
                records: self.window - self.unacknowledged.len(),
                bytes: self.hub.limits.delivery_window_bytes.saturating_sub(self.unacknowledged_bytes),
                any: self.unacknowledged.is_empty(),
            };
            let Batch { records, next, full } =
                collect(self.hub, self.member, self.next, &published, room).await?;
            if !records.is_empty() && self.head != published.head.size {
                self.send_head_of(&published).await?;
            }
            for delivery in records {
                let (seq, weight) = (delivery.seq, delivery.weight);
                let record = delivery.finish(&published).map_err(|error| unreadable(&error))?;
                self.unacknowledged.push_back((seq, weight));
                self.unacknowledged_bytes += weight;
                self.next = seq.next();
                self.send(Sent::Delivery(record)).await?;
            }
            self.next = next;
            self.stalled = full;
        }
        Ok(())
    }

    /// Takes in what the member has handled.
    async fn acknowledge(&mut self, done: v1::Acknowledgement) -> Result<(), End> {
        let cursor = Seq(done.cursor);
        if cursor < self.cursor || cursor > self.next {
            return Err(invalid("a cursor only grows, and not beyond what was sent").into());
        }
        self.cursor = cursor;
        let before = self.unacknowledged.len();
        while let Some((seq, bytes)) = self.unacknowledged.front().copied()
            && seq < cursor
        {
            self.unacknowledged.pop_front();
            self.unacknowledged_bytes = self.unacknowledged_bytes.saturating_sub(bytes);
            self.stalled = false;
        }
        // Moving on over what was never for this member is no news for the log.
        let handled = self.unacknowledged.len() < before;
        let receipts = self.receipts(done.receipts)?;
        if !handled && receipts.is_empty() {
            return Ok(());
        }
        let work = Work::Acknowledgement(Acknowledgement {
            member: self.member,
            cursor: handled.then_some(cursor),
            receipts,
            recorded: self.recorded.clone(),
        });
        self.hub.sequencer.work.send(work).await.map_err(|_| draining().into())
    }

    /// Reads whom receipts are from and for; whether they are signed is for that sender to judge.
    fn receipts(&self, receipts: Vec<v1::SignedReceipt>) -> Result<Vec<SignedReceipt>, Status> {
        if receipts.len() > limits::RECEIPTS_PER_RECORD {
            return Err(invalid("at most 256 receipts go with one acknowledgement"));
        }
        let read = |receipt: v1::SignedReceipt| {
            let parties = Receipt::decode(&receipt.body).map_err(|_| invalid("a receipt does not decode"))?;
            let present = self.hub.sequencer.newest.borrow().directory().member(parties.sender).is_some();
            if parties.recipient != self.member || !present || receipt.signature.len() != 64 {
                return Err(invalid("a receipt is from its recipient, to a member, with its signature"));
            }
            Ok(SignedReceipt { sender: parties.sender, body: receipt.body, signature: receipt.signature })
        };
        receipts.into_iter().map(read).collect()
    }

    /// Learns that an acknowledgement is durable, or could not be.
    fn recorded(&mut self, recorded: Recorded) -> Result<(), Status> {
        match recorded {
            Recorded::Durable(cursor) => self.durable = self.durable.max(cursor.unwrap_or_default()),
            Recorded::Refused(why) => return Err(super::unwritable(&why)),
            Recorded::DiskFull => return Err(super::disk_full()),
        }
        Ok(())
    }

    async fn send_head_if_new(&mut self) -> Result<(), End> {
        let size = self.hub.sequencer.newest.borrow().head.size;
        let news = self.head != size || self.told != Some((self.next, self.durable));
        if news { self.send_head().await } else { Ok(()) }
    }

    async fn send_head(&mut self) -> Result<(), End> {
        let published = Arc::clone(&self.hub.sequencer.newest.borrow());
        self.send_head_of(&published).await
    }

    async fn send_head_of(&mut self, published: &Published) -> Result<(), End> {
        let shrank = self.head > published.head.size || self.next > published.next();
        let proof = if shrank {
            Vec::new()
        } else {
            consistency(&published.tree, self.head, published.head.size)
                .map_err(|error| unreadable(&error))?
        };
        let head = v1::HeadUpdate {
            checkpoint: published.checkpoint.clone(),
            consistency_proof: proof,
            complete_below: self.next.min(published.next()).0,
            acknowledged_below: self.durable.0,
            sent_at: Some(timestamp_message(self.hub.clock.now())),
        };
        self.send(Sent::Head(head)).await?;
        if shrank {
            // The signed head that it just got is the member's evidence.
            return Err(shorter().into());
        }
        self.head = published.head.size;
        self.told = Some((self.next, self.durable));
        Ok(())
    }

    /// Waits for the connection, but not longer than the stream may live.
    async fn send(&self, response: Sent) -> Result<(), End> {
        let response = v1::DeliverRecordsResponse { response: Some(response) };
        tokio::select! {
            biased;
            () = self.session.replaced() => Err(replaced().into()),
            () = self.hub.shutdown.triggered() => Err(draining().into()),
            sent = self.out.send(Ok(response)) => sent.map_err(|_| End::Gone),
        }
    }
}

fn replaced() -> Status {
    let message = "a newer delivery stream of this member took over; keep one open";
    status::Refusal::new(Reason::StreamReplaced, message).into()
}

fn shorter() -> Status {
    let message = "this log is shorter than what you have verified; keep the evidence and alert the exchange";
    status::Refusal::new(Reason::LogShorter, message).into()
}
