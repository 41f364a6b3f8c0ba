//! What came down the stream at once.

use amana_client::exchange::Event;
use amana_log::SignedNote;
use amana_types::{Seq, Timestamp};

/// Events of one batch at most.
const EVENTS: usize = 64;
/// Bytes of envelopes after which a batch takes no more.
const BYTES: usize = 4 << 20;

/// Events that are handled and written as one group.
pub(crate) struct Batch {
    events: Vec<Event>,
    cursor: Seq,
    head: Option<SignedNote>,
    acknowledged_below: Option<Seq>,
    hub_time: Option<Timestamp>,
    bytes: usize,
}

impl Batch {
    pub(crate) const fn new(cursor: Seq) -> Self {
        Self { events: Vec::new(), cursor, head: None, acknowledged_below: None, hub_time: None, bytes: 0 }
    }

    pub(crate) fn push(&mut self, event: Event) {
        let after = match &event {
            Event::Head { checkpoint, complete_below, acknowledged_below, sent_at } => {
                self.hub_time = Some(*sent_at);
                self.head = Some(checkpoint.note().clone());
                self.acknowledged_below = Some(*acknowledged_below);
                *complete_below
            }
            Event::Envelope(envelope) => {
                self.bytes += envelope.record.sections.iter().map(bytes::Bytes::len).sum::<usize>();
                envelope.index.next()
            }
            Event::Erased(erased) => erased.index.next(),
            Event::Review(review) => {
                let sections = review.record.envelope.iter().flat_map(|passed| &passed.record.sections);
                self.bytes += sections.map(bytes::Bytes::len).sum::<usize>();
                review.index.next()
            }
            Event::Receipt(receipt) => receipt.index.next(),
            Event::Directory(entry) => entry.index.next(),
            Event::Unknown(record) => record.index.next(),
        };
        self.cursor = self.cursor.max(after);
        self.events.push(event);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.events.len() >= EVENTS || self.bytes >= BYTES
    }

    /// The first place that is not handled once this batch is.
    pub(crate) const fn cursor(&self) -> Seq {
        self.cursor
    }

    /// The newest head in it.
    pub(crate) const fn head(&self) -> Option<&SignedNote> {
        self.head.as_ref()
    }

    /// What the hub last said it holds of our receipts.
    pub(crate) const fn acknowledged_below(&self) -> Option<Seq> {
        self.acknowledged_below
    }

    /// What time it is by the hub's clock, as it last said.
    pub(crate) const fn hub_time(&self) -> Option<Timestamp> {
        self.hub_time
    }

    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }
}
