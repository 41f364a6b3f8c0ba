//! One group: decided record by record, durable together.

use std::collections::HashMap;
use std::sync::Arc;

use amana_log::LeafSalt;
use amana_seal::envelope::{Header, Kind, Supersedes, header_hash};
use amana_types::{Digest, Directory, NoticeId, Random, Seq, Timestamp};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::work::{
    Acknowledgement, DecisionRefusal, EntryRefusal, Envelopes, Held, Outcome, Recorded, Sequenced,
    SignedReceipt, Submission, Taken, Work,
};
use crate::admit::{Admitted, Judge};
use crate::ledger::{HubLedger, HubReader, LedgerError};
use crate::published::Published;
use crate::record::{Accept, Conflict, Deliver, Entry, Ready, Receipt, Record, RecordError, Stamp};
use crate::refusal::Refusal;
use crate::sessions::Touched;

/// Records that will be appended together, and everyone who waits for that.
pub(super) struct Group<'a> {
    ledger: &'a HubLedger,
    reader: HubReader,
    random: &'a dyn Random,
    now: Timestamp,
    next: Seq,
    /// The directory after the records so far.
    directory: Arc<Directory>,
    /// Notice ids taken by this group.
    ids: HashMap<NoticeId, (Seq, Digest)>,
    ready: Vec<Ready>,
    bytes: usize,
    pending: Vec<Pending>,
    /// Which of the records are withdrawals, amendments that stand, or decisions of the review desk.
    withdrawals: Vec<Seq>,
    /// Whether somebody asked to erase what has expired.
    sweep: bool,
}

/// A group that was decided: to be appended.
pub(super) struct Decided {
    pub(super) ready: Vec<Ready>,
    pub(super) withdrawals: Vec<Seq>,
    pub(super) sweep: bool,
    pub(super) pending: Vec<Pending>,
}

/// Someone who waits for the group.
pub(super) enum Pending {
    Envelopes { answer: UnboundedSender<Sequenced>, outcomes: Vec<(NoticeId, Outcome)>, held: Held },
    Acknowledgement { recorded: UnboundedSender<Recorded>, cursor: Option<Seq> },
    Entry { answer: oneshot::Sender<Result<Taken, EntryRefusal>>, seq: Seq, repeated: bool },
    Decision { answer: oneshot::Sender<Result<Taken, DecisionRefusal>>, seq: Seq },
}

impl<'a> Group<'a> {
    /// An empty group after what the ledger holds. Times in the log never go back.
    pub(super) fn new(ledger: &'a HubLedger, random: &'a dyn Random, now: Timestamp) -> Self {
        let state = ledger.state();
        Self {
            ledger,
            reader: ledger.reader(),
            random,
            now: now.max(state.last_accepted_at()),
            next: ledger.next(),
            directory: Arc::clone(&state.directory),
            ids: HashMap::new(),
            ready: Vec::new(),
            bytes: 0,
            pending: Vec::new(),
            withdrawals: Vec::new(),
            sweep: false,
        }
    }

    /// How many records there are, and how many bytes they share.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.ready.len(), self.bytes)
    }

    /// Decides one piece of work.
    ///
    /// # Errors
    /// [`LedgerError`] when the views cannot be read: the process must end.
    pub(super) fn take(&mut self, work: Work) -> Result<(), LedgerError> {
        match work {
            Work::Envelopes(Envelopes { items, answer, held }) => {
                let mut outcomes = Vec::with_capacity(items.len());
                for admitted in items {
                    outcomes.push((admitted.notice(), self.envelope(admitted)?));
                }
                self.pending.push(Pending::Envelopes { answer, outcomes, held });
            }
            Work::Acknowledgement(acknowledgement) => self.acknowledgement(acknowledgement),
            Work::Entry(submission) => self.entry(submission),
            Work::Decision(decision) => self.decision(decision)?,
            Work::Sweep => self.sweep = true,
        }
        Ok(())
    }

    /// The group, decided.
    pub(super) fn decided(self) -> Decided {
        let Self { ready, withdrawals, sweep, pending, .. } = self;
        Decided { ready, withdrawals, sweep, pending }
    }

    fn envelope(&mut self, admitted: Admitted) -> Result<Outcome, LedgerError> {
        let (notice, submission) = (admitted.notice(), admitted.submission());
        let known = match self.ids.get(&notice) {
            Some(known) => Some(*known),
            None => self.reader.find(notice)?,
        };
        match known {
            Some((seq, same)) if same == submission => return Ok(Outcome::Repeated(seq)),
            Some(_) => {
                let (stamp, sender) = (self.stamp(), admitted.sender());
                let conflict = Record::Conflict(Conflict { stamp, notice, sender, submission });
                let refusal = self.push(conflict, 0).map_or_else(unreadable, |_| Refusal::Conflict);
                return Ok(Outcome::Refused(refusal));
            }
            None => {}
        }
        let judge = Judge { directory: &self.directory, at: self.next, now: self.now };
        if let Err(refusal) = admitted.still_holds(judge) {
            return Ok(Outcome::Refused(refusal));
        }
        if !self.supersedes_its_own(admitted.header())? {
            return Ok(Outcome::Refused(Refusal::Supersedes));
        }
        let listed = &admitted.header().attachments;
        if !listed.is_empty() {
            let digests: Vec<Digest> = listed.iter().map(|attachment| attachment.sealed).collect();
            if !self.ledger.blobs().holds(admitted.sender(), &digests) {
                return Ok(Outcome::Refused(Refusal::AttachmentMissing));
            }
        }
        let (kind, amends) = (admitted.header().kind, admitted.header().supersedes.is_some());
        let stamp = self.stamp();
        let accept = admitted.into_record(stamp);
        let weight = accept.weight();
        let erases = kind == Kind::Withdrawal || (kind == Kind::Notice && amends && !accept.held);
        let seq = match self.push(Record::Accept(Arc::new(accept)), weight) {
            Ok(seq) => seq,
            Err(why) => return Ok(Outcome::Refused(unreadable(why))),
        };
        self.ids.insert(notice, (seq, submission));
        self.withdrawals.extend(erases.then_some(seq));
        Ok(Outcome::Accepted(seq, stamp))
    }

    /// Whether what an envelope amends, suspends or withdraws is its sender's own, as it stands in the log,
    /// and of a kind to which that can happen. What was withdrawn is amended no more.
    fn supersedes_its_own(&self, header: &Header) -> Result<bool, LedgerError> {
        let Some(Supersedes { id, header_hash: hash }) = header.supersedes else {
            return Ok(!header.kind.needs_another());
        };
        let Some(before) = self.accepted(id)? else { return Ok(false) };
        let kind = Header::decode(&before.header).map(|before| before.kind);
        Ok(before.sender == header.sender
            && header_hash(&before.header) == hash
            && kind.is_ok_and(|before| header.kind.may_supersede(before))
            && !(before.erased && header.kind == Kind::Notice))
    }

    /// An envelope in the log, or before it in this group.
    pub(super) fn accepted(&self, id: NoticeId) -> Result<Option<Arc<Accept>>, LedgerError> {
        let Some(seq) = self.place_of(id)? else { return Ok(None) };
        let in_group = seq.0.checked_sub(self.ledger.next().0).and_then(|n| usize::try_from(n).ok());
        let record = match in_group {
            Some(n) => self.ready.get(n).map(|ready| ready.record().clone()),
            None => Some(self.reader.record(seq)?),
        };
        match record {
            Some(Record::Accept(accept)) => Ok(Some(accept)),
            _ => Ok(None),
        }
    }

    /// Where that envelope is.
    pub(super) fn place_of(&self, id: NoticeId) -> Result<Option<Seq>, LedgerError> {
        Ok(match self.ids.get(&id) {
            Some((seq, _)) => Some(*seq),
            None => self.reader.find(id)?.map(|(seq, _)| seq),
        })
    }

    /// Whether the envelope at that place waited for the review desk when the group began.
    pub(super) fn is_held(&self, seq: Seq) -> bool {
        self.ledger.state().is_held(seq)
    }

    /// The directory after the records so far, and the place of the next one.
    pub(super) fn place(&self) -> (&Directory, Seq) {
        (&self.directory, self.next)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.ready.iter().map(Ready::record)
    }

    /// Notes that the record at that place may demand that sealed bytes go.
    pub(super) fn erases(&mut self, seq: Seq) {
        self.withdrawals.push(seq);
    }

    /// Notes who waits for the group.
    pub(super) fn wait(&mut self, pending: Pending) {
        self.pending.push(pending);
    }

    fn acknowledgement(&mut self, acknowledgement: Acknowledgement) {
        let Acknowledgement { member, cursor, receipts, recorded } = acknowledgement;
        let receipt = |SignedReceipt { sender, body, signature }| {
            let receipt = Receipt { stamp: self.stamp(), recipient: member, sender, body, signature };
            (receipt.body.len(), Record::Receipt(Arc::new(receipt)))
        };
        let mut records: Vec<_> = receipts.into_iter().map(receipt).collect();
        records.extend(
            cursor.map(|cursor| (0, Record::Deliver(Deliver { stamp: self.stamp(), member, cursor }))),
        );
        let ready = records.into_iter().map(|(weight, record)| Ok((weight, Ready::new(record)?)));
        match ready.collect::<Result<Vec<_>, RecordError>>() {
            Ok(ready) => {
                for (weight, ready) in ready {
                    self.enqueue(ready, weight);
                }
                self.pending.push(Pending::Acknowledgement { recorded, cursor });
            }
            // All or nothing: a member acknowledges again what was not taken.
            Err(why) => drop(recorded.send(Recorded::Refused(why))),
        }
    }

    fn entry(&mut self, submission: Submission) {
        let Submission { entry, answer } = submission;
        let in_group = self.records().zip(self.ledger.next().0..).find_map(|(record, seq)| match record {
            Record::Directory(other) if other.bytes == entry => Some(Seq(seq)),
            _ => None,
        });
        if let Some(seq) = in_group.or_else(|| self.ledger.state().entry_place(&entry)) {
            self.pending.push(Pending::Entry { answer, seq, repeated: true });
            return;
        }
        // Folded into a copy first: what does not hold must not reach the journal.
        let mut directory = Arc::clone(&self.directory);
        let folded = amana_seal::directory::fold(Arc::make_mut(&mut directory), &entry, self.next, self.now);
        let (stamp, weight) = (self.stamp(), entry.len());
        let pushed = folded
            .map_err(EntryRefusal::from)
            .and_then(|_| Ok(self.push(Record::Directory(Arc::new(Entry { stamp, bytes: entry })), weight)?));
        match pushed {
            Ok(seq) => {
                self.directory = directory;
                self.pending.push(Pending::Entry { answer, seq, repeated: false });
            }
            // Whoever asked may have left; then nobody wants to know.
            Err(refused) => drop(answer.send(Err(refused))),
        }
    }

    /// Puts a record at the next place.
    ///
    /// # Errors
    /// [`RecordError`] when it could not be read back; then it is not in the group.
    pub(super) fn push(&mut self, record: Record, weight: usize) -> Result<Seq, RecordError> {
        Ok(self.enqueue(Ready::new(record)?, weight))
    }

    fn enqueue(&mut self, ready: Ready, weight: usize) -> Seq {
        let seq = self.next;
        self.ready.push(ready);
        self.bytes = self.bytes.saturating_add(weight);
        self.next = seq.next();
        seq
    }

    pub(super) fn stamp(&self) -> Stamp {
        let mut salt = [0; 32];
        self.random.fill(&mut salt);
        Stamp { accepted_at: self.now, leaf_salt: LeafSalt::new(salt) }
    }
}

impl Pending {
    /// Answers that the group is durable. Whoever asked may have left; then nobody wants to know.
    pub(super) fn committed(self, published: &Arc<Published>) {
        let published = Arc::clone(published);
        match self {
            Self::Envelopes { answer, outcomes, held } => {
                drop(answer.send(Sequenced { published, outcomes, held }));
            }
            Self::Acknowledgement { recorded, cursor } => drop(recorded.send(Recorded::Durable(cursor))),
            Self::Entry { answer, seq, repeated } => {
                drop(answer.send(Ok(Taken { seq, repeated, published })));
            }
            Self::Decision { answer, seq } => {
                drop(answer.send(Ok(Taken { seq, repeated: false, published })));
            }
        }
    }

    /// Answers that there was no room for the group: what needed a record is refused for now.
    pub(super) fn disk_full(self, published: &Arc<Published>) {
        match self {
            Self::Envelopes { answer, mut outcomes, held } => {
                for (_, outcome) in &mut outcomes {
                    let needed_a_record = match outcome {
                        Outcome::Accepted(..) | Outcome::Refused(Refusal::Conflict) => true,
                        Outcome::Repeated(seq) => *seq >= published.next(),
                        Outcome::Refused(_) => false,
                    };
                    if needed_a_record {
                        *outcome = Outcome::Refused(Refusal::DiskFull);
                    }
                }
                drop(answer.send(Sequenced { published: Arc::clone(published), outcomes, held }));
            }
            Self::Acknowledgement { recorded, .. } => drop(recorded.send(Recorded::DiskFull)),
            Self::Entry { answer, seq, repeated } => {
                let taken = Taken { seq, repeated, published: Arc::clone(published) };
                let answered = if seq < published.next() { Ok(taken) } else { Err(EntryRefusal::DiskFull) };
                drop(answer.send(answered));
            }
            Self::Decision { answer, .. } => drop(answer.send(Err(DecisionRefusal::DiskFull))),
        }
    }
}

/// The refusal of what the hub could not read again.
fn unreadable(why: RecordError) -> Refusal {
    tracing::error!(%why, "an envelope was refused whose record would not be read back; report it");
    Refusal::TooLarge
}

/// Whom the records are for, so that their deliveries can be woken.
pub(super) fn touched(records: &[Record]) -> Touched {
    let mut touched = Touched::default();
    for record in records {
        match record {
            Record::Accept(accept) => touched.members.extend(accept.slots.iter().map(|slot| slot.recipient)),
            Record::Review(review) => {
                touched.members.extend([review.desk, review.sender]);
                touched.members.extend(&review.recipients);
            }
            Record::Receipt(receipt) => drop(touched.members.insert(receipt.sender)),
            Record::Directory(_) => touched.everyone = true,
            Record::Conflict(_) | Record::Deliver(_) | Record::Swept(_) => {}
        }
    }
    touched
}

/// How many envelopes are among the records.
pub(super) fn accepted(records: &[Record]) -> u64 {
    records.iter().filter(|record| matches!(record, Record::Accept(_))).count() as u64
}
