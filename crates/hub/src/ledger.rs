//! The ledger as the hub uses it: one writer, and a handle for everyone who reads.
//!
//! No leaf commits to sealed bytes, only to what the sender signed. So the hub overwrites slots and sections of
//! what is withdrawn, and of the versions before it, with zeros before it answers the withdrawal, and the log still
//! verifies. Who was away gets the head alone (`ErasedDelivery`), so that the sender's sequence to it stays whole.

use std::path::Path;
use std::sync::Arc;

use amana_log::{TreeHead, TreeSize};
use amana_seal::envelope::{Header, Kind};
use amana_store::journal::JournalError;
use amana_store::ledger::{CheckDepth, Checked, Ledger, LedgerConfig, Mismatch, Reader, Tree};
use amana_store::{BLOCK_RECORDS, Disk, Failure, MemberIndex};
use amana_types::limits::VERSIONS;
use amana_types::{Digest, ExchangeName, MemberCode, NoticeId, Seq, VerifyingKey};
use bytes::Bytes;

use crate::blobs::Blobs;
use crate::machine::{EVERYONE, Expiring, Machine, MachineFault, State};
use crate::published::Published;
use crate::record::{Accept, ExpiryHour, Ready, Record, RecordError};

/// What one look into the routing index may list.
const PAGE: usize = 4096;
/// Records at the end of the log among which a withdrawal may be unfinished: more than the largest group.
const LATE: u64 = 4096;

/// The most expired envelopes that are erased in one go, and the bytes after which it ends before that:
/// others wait meanwhile.
const ERASE_AT_ONCE: usize = 64;
const ERASE_BYTES: usize = 4 << 20;

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store refused; see there who must act.
    #[error(transparent)]
    Store(#[from] amana_store::ledger::LedgerError),
    /// A record does not decode although its checksum holds.
    #[error("record {seq}: {cause}")]
    Record {
        /// Which record.
        seq: Seq,
        /// What is wrong with it.
        cause: RecordError,
    },
    /// The directory in the journal does not hold.
    #[error(transparent)]
    Machine(#[from] MachineFault),
    /// The attachments cannot be read or erased.
    #[error("cannot work on the attachments ({0}); check the disk")]
    Attachments(std::io::Error),
    /// Rows of the views do not read.
    #[error(transparent)]
    Rows(amana_store::ledger::LoadError),
}

/// Why a group was not appended.
pub(crate) enum AppendError {
    /// There is no room; nothing was changed.
    DiskFull,
    /// The process must end.
    Fatal(LedgerError),
}

/// How the ledger is kept.
#[derive(Clone)]
pub(crate) struct LedgerOptions {
    /// Cache of the views.
    pub(crate) cache_bytes: usize,
    /// One file of the journal: a group must fit.
    pub(crate) segment_bytes: u64,
    /// The disk; tests give one that fails.
    pub(crate) disk: Arc<dyn Disk>,
    /// Told when the storage fails.
    pub(crate) failure: Failure,
}

/// The one writer.
pub(crate) struct HubLedger {
    ledger: Ledger<Machine>,
    tree: Tree,
    blobs: Blobs,
}

impl HubLedger {
    /// Opens the ledger in `dir`, or begins one.
    ///
    /// # Errors
    /// [`LedgerError`]; damage is reported and nothing is changed.
    pub(crate) fn open(
        dir: &Path,
        options: LedgerOptions,
        exchange: &ExchangeName,
        root_keys: &[VerifyingKey],
    ) -> Result<Self, LedgerError> {
        let mut config = LedgerConfig { views_cache_bytes: options.cache_bytes, ..LedgerConfig::new(dir) };
        config.journal.segment_bytes = options.segment_bytes;
        config.journal.disk = options.disk;
        config.failure = options.failure;
        let ledger = Ledger::open(config, || Machine::new(exchange.clone(), root_keys.to_vec()))?;
        if let Some(fault) = ledger.fold().fault() {
            return Err(fault.clone().into());
        }
        let tree = ledger.reader().tree();
        let blobs = Blobs::open(&dir.join("attachments")).map_err(LedgerError::Attachments)?;
        Ok(Self { ledger, tree, blobs })
    }

    /// What the records so far come to.
    pub(crate) fn state(&self) -> &State {
        self.ledger.fold().state()
    }

    /// The attachments beside the records.
    pub(crate) fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The place that the next record gets.
    pub(crate) fn next(&self) -> Seq {
        self.ledger.next()
    }

    /// The audit tree over all records.
    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// A handle for readers.
    pub(crate) fn reader(&self) -> HubReader {
        HubReader { reader: self.ledger.reader() }
    }

    /// How many records were read again at opening.
    pub(crate) fn replayed_records(&self) -> u64 {
        self.ledger.opened().replayed_records
    }

    /// Appends a group: durable, in the tree and folded when it returns.
    ///
    /// # Errors
    /// [`AppendError`].
    pub(crate) fn append(&mut self, records: Vec<Ready>) -> Result<(), AppendError> {
        let group: Vec<_> = records.into_iter().map(Ready::into_entry).collect();
        self.tree = match self.ledger.append(&group) {
            Ok(committed) => committed.tree,
            Err(amana_store::ledger::LedgerError::Journal(JournalError::DiskFull { .. })) => {
                return Err(AppendError::DiskFull);
            }
            Err(error) => return Err(AppendError::Fatal(error.into())),
        };
        match self.ledger.fold().fault() {
            Some(fault) => Err(AppendError::Fatal(fault.clone().into())),
            None => Ok(()),
        }
    }

    /// Takes the sealed bytes of what a withdrawal takes back off the disk: what it names, and the
    /// versions before that; or those of what the review desk refused. Each is told as it is now. Of what an
    /// amendment that stands leaves out of the versions before it, the attachments go alone.
    ///
    /// # Errors
    /// [`AppendError`].
    pub(crate) fn erase(
        &mut self,
        withdrawal: Seq,
        mut erased: impl FnMut(Seq, Record),
    ) -> Result<(), AppendError> {
        // The oldest first: those before one that is erased are erased as well, also if this is cut short.
        for seq in self.withdrawn_by(withdrawal).map_err(AppendError::Fatal)?.into_iter().rev() {
            self.overwrite(&[seq], &mut erased)?;
        }
        self.erase_left_out(withdrawal).map_err(AppendError::Fatal)
    }

    /// The next block of the log after `last` with envelopes that have expired until an hour and are still to
    /// be erased.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn expired(
        &self,
        last: Option<Expiring>,
        until: ExpiryHour,
    ) -> Result<Option<Expiring>, LedgerError> {
        let reader = self.ledger.reader();
        self.ledger.fold().expiring(reader.views(), last, until).map_err(LedgerError::Rows)
    }

    /// Takes the sealed bytes of what expired until an hour off the disk, among the records of the block of
    /// `from` that do not come before it. Stops after a few; answers where to go on, nothing when the block
    /// is done.
    ///
    /// # Errors
    /// [`AppendError`].
    pub(crate) fn erase_expired(
        &mut self,
        from: Seq,
        until: ExpiryHour,
        mut erased: impl FnMut(Seq, Record),
    ) -> Result<Option<Seq>, AppendError> {
        let (reader, mut due, mut bytes) = (self.reader(), Vec::new(), 0);
        let end = Seq((from.0 / BLOCK_RECORDS + 1).saturating_mul(BLOCK_RECORDS)).min(self.next());
        for seq in (from.0..end.0).map(Seq) {
            if due.len() == ERASE_AT_ONCE || bytes >= ERASE_BYTES {
                self.overwrite(&due, &mut erased)?;
                return Ok(Some(seq));
            }
            if let Record::Accept(accept) = reader.record(seq).map_err(AppendError::Fatal)?
                && !accept.erased
                && ExpiryHour::of(accept.expires) <= until
            {
                due.push(seq);
                bytes += accept.weight();
            }
        }
        self.overwrite(&due, &mut erased)?;
        Ok(None)
    }

    /// Writes zeros over the sealed bytes of these envelopes, all at once, and tells each as it is now.
    fn overwrite(&mut self, places: &[Seq], erased: &mut impl FnMut(Seq, Record)) -> Result<(), AppendError> {
        let mut records = Vec::with_capacity(places.len());
        for seq in places {
            if let Record::Accept(accept) = self.reader().record(*seq).map_err(AppendError::Fatal)? {
                // First, so that what is cut short is done again.
                self.erase_attachments(&accept, places).map_err(AppendError::Fatal)?;
                records.push((*seq, Record::Accept(Arc::new(accept.erase()))));
            }
        }
        let bytes = |(seq, record): &(Seq, Record)| match record.encode() {
            Ok(encoded) => Ok((*seq, encoded.concat())),
            Err(cause) => Err(AppendError::Fatal(LedgerError::Record { seq: *seq, cause })),
        };
        let bytes = records.iter().map(bytes).collect::<Result<Vec<_>, _>>()?;
        match self.ledger.replace(&bytes) {
            Ok(()) => records.into_iter().for_each(|(seq, record)| erased(seq, record)),
            Err(amana_store::ledger::LedgerError::Journal(JournalError::DiskFull { .. })) => {
                return Err(AppendError::DiskFull);
            }
            Err(error) => return Err(AppendError::Fatal(error.into())),
        }
        Ok(())
    }

    /// Takes the attachments of an envelope off the disk that no other one lists which keeps its sealed bytes.
    fn erase_attachments(&self, accept: &Accept, places: &[Seq]) -> Result<(), LedgerError> {
        for digest in &accept.attachments {
            let mut others =
                self.state().attached().places(accept.sender, digest).filter(|seq| !places.contains(seq));
            let needed = others.try_fold(false, |needed, seq| {
                Ok::<_, LedgerError>(needed || !is_erased(&self.reader().record(seq)?))
            })?;
            if !needed {
                self.blobs.erase(accept.sender, *digest).map_err(LedgerError::Attachments)?;
            }
        }
        Ok(())
    }

    /// Takes the attachments off the disk that the versions before an amendment list, and neither it nor
    /// anything else that is not in their place.
    fn erase_left_out(&self, amendment: Seq) -> Result<(), LedgerError> {
        let reader = self.reader();
        let record = match reader.record(amendment)? {
            Record::Review(review) if !review.recipients.is_empty() => reader.record(review.of)?,
            record => record,
        };
        if !is_amendment(&record) {
            return Ok(());
        }
        let before = self.versions_before(&record)?;
        for seq in &before {
            if let Record::Accept(accept) = reader.record(*seq)? {
                self.erase_attachments(&accept, &before)?;
            }
        }
        Ok(())
    }

    /// What a withdrawal takes back and still has its sealed bytes, the newest first.
    fn withdrawn_by(&self, withdrawal: Seq) -> Result<Vec<Seq>, LedgerError> {
        let reader = self.reader();
        match reader.record(withdrawal)? {
            Record::Review(review) => {
                let refused = review.recipients.is_empty();
                let stands = refused && !is_erased(&reader.record(review.of)?);
                Ok(stands.then_some(review.of).into_iter().collect())
            }
            record if is_amendment(&record) => Ok(Vec::new()),
            record => self.versions_before(&record),
        }
    }

    /// The versions before an envelope that still have their sealed bytes, the newest first. Whose they are
    /// was checked when each of them was accepted.
    fn versions_before(&self, record: &Record) -> Result<Vec<Seq>, LedgerError> {
        let reader = self.reader();
        let mut places = Vec::new();
        let mut before = superseded(record);
        while let Some((seq, _)) = before.map(|id| reader.find(id)).transpose()?.flatten()
            && places.len() < VERSIONS
        {
            let record = reader.record(seq)?;
            if is_erased(&record) {
                break;
            }
            places.push(seq);
            before = superseded(&record);
        }
        Ok(places)
    }

    /// The newest withdrawals, amendments and decisions of the review desk: the process may have ended before
    /// they were carried out.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn late_withdrawals(&self) -> Result<Vec<Seq>, LedgerError> {
        let reader = self.reader();
        let mut withdrawals = Vec::new();
        for seq in (self.next().0.saturating_sub(LATE)..self.next().0).map(Seq) {
            let demands = match reader.record(seq)? {
                Record::Accept(accept) if accept.withdraws.is_some() => true,
                Record::Accept(accept) if accept.held => false,
                Record::Review(_) => true,
                record => is_amendment(&record),
            };
            withdrawals.extend(demands.then_some(seq));
        }
        Ok(withdrawals)
    }

    /// Where a failure is told that ends the process.
    pub(crate) fn failure(&self) -> &Failure {
        self.ledger.failure()
    }

    /// Closes in good order.
    ///
    /// # Errors
    /// [`LedgerError`]; what was acknowledged is durable all the same.
    pub(crate) fn close(self) -> Result<(), LedgerError> {
        Ok(self.ledger.close()?)
    }
}

/// What the sender of an envelope says of it.
fn header(record: &Record) -> Option<Header> {
    match record {
        Record::Accept(accept) => Header::decode(&accept.header).ok(),
        _ => None,
    }
}

fn is_erased(record: &Record) -> bool {
    matches!(record, Record::Accept(accept) if accept.erased)
}

fn superseded(record: &Record) -> Option<NoticeId> {
    header(record)?.supersedes.map(|before| before.id)
}

/// Whether it is a notice that takes the place of another.
fn is_amendment(record: &Record) -> bool {
    header(record).is_some_and(|header| header.kind == Kind::Notice && header.supersedes.is_some())
}

/// Reads what is durable, from any thread.
#[derive(Clone)]
pub(crate) struct HubReader {
    reader: Reader,
}

impl HubReader {
    /// One record.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn record(&self, seq: Seq) -> Result<Record, LedgerError> {
        let bytes = self.reader.read(seq)?;
        Record::decode(&bytes).map_err(|cause| LedgerError::Record { seq, cause })
    }

    /// Where a notice was accepted, and the digest of its submission.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn find(&self, notice: NoticeId) -> Result<Option<(Seq, Digest)>, LedgerError> {
        Ok(self.reader.find(notice)?.map(|recorded| (recorded.seq, recorded.header)))
    }

    /// Records for a member from `from` on that are in `published`, at most `limit`, in order.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn relevant(
        &self,
        member: MemberCode,
        from: Seq,
        published: &Published,
        limit: usize,
    ) -> Result<Vec<Seq>, LedgerError> {
        let mut found = self.routed(EVERYONE, from, published, limit)?;
        if let Some(lane) = published.state.lane(member) {
            found.extend(self.routed(lane, from, published, limit)?);
            found.sort_unstable();
            found.dedup();
            found.truncate(limit);
        }
        Ok(found)
    }

    /// How many records from `from` on wait for a member.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) fn backlog(
        &self,
        member: MemberCode,
        from: Seq,
        published: &Published,
    ) -> Result<u64, LedgerError> {
        let (mut from, mut count) = (from, 0_u64);
        loop {
            let page = self.relevant(member, from, published, PAGE)?;
            count = count.saturating_add(page.len() as u64);
            match page.last() {
                Some(last) if page.len() == PAGE => from = last.next(),
                _ => return Ok(count),
            }
        }
    }

    /// Reads everything again and compares it with the tree, which must have had that head.
    ///
    /// # Errors
    /// [`Mismatch`]: the first place that is wrong.
    pub(crate) fn check(&self, head: TreeHead, progress: impl FnMut(u64)) -> Result<Checked, Mismatch> {
        self.reader.check::<Machine>(CheckDepth::Records, &[head], progress)
    }

    fn routed(
        &self,
        lane: MemberIndex,
        from: Seq,
        published: &Published,
        limit: usize,
    ) -> Result<Vec<Seq>, LedgerError> {
        let mut found = self.reader.routed(lane, from, limit)?.records;
        found.retain(|seq| *seq < published.next());
        Ok(found)
    }
}

/// The hashes that prove a record to be in the published tree, leaf to root (RFC 9162 §2.1.3.1).
///
/// # Errors
/// [`LedgerError`].
pub(crate) fn inclusion(tree: &Tree, seq: Seq, size: TreeSize) -> Result<Vec<Bytes>, LedgerError> {
    let proof =
        if size == tree.size() { tree.prove_inclusion(seq) } else { tree.prove_inclusion_at(seq, size) };
    Ok(hashes(&Bytes::from(proof?.to_bytes())))
}

/// The hashes that prove a smaller tree to be a prefix of a larger one (RFC 9162 §2.1.4.1).
///
/// # Errors
/// [`LedgerError`].
pub(crate) fn consistency(tree: &Tree, old: TreeSize, new: TreeSize) -> Result<Vec<Bytes>, LedgerError> {
    Ok(hashes(&Bytes::from(tree.prove_consistency(old, new)?.to_bytes())))
}

/// Cuts hashes that lie one after another, without copying them.
pub(crate) fn hashes(all: &Bytes) -> Vec<Bytes> {
    (0..all.len() / 32).map(|n| all.slice(32 * n..32 * (n + 1))).collect()
}
