//! Reading records while others are appended.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use amana_types::Seq;
use bytes::Bytes;

use super::error::{Damage, JournalError, io_error};
use super::frame::{FRAME_HEADER_BYTES, FrameHeader, Salt};
use super::index::SegmentIndex;
use super::recover::scan_groups;
use super::scan::Window;
use super::segment::{JournalId, SegmentHeader, segment_path};

/// A cheap, clonable handle that reads what is durable. It never waits for an append.
#[derive(Clone)]
pub struct JournalReader {
    pub(crate) shared: Arc<JournalShared>,
}

/// What the writer and the readers have in common.
pub(crate) struct JournalShared {
    pub(crate) dir: PathBuf,
    pub(crate) journal: JournalId,
    pub(crate) map: RwLock<Map>,
    /// Full segments that are open for reading, the most recently used first.
    pub(crate) open: Mutex<Vec<Arc<Sealed>>>,
    pub(crate) max_open: usize,
    /// Held by whoever reads a frame, and alone by whoever writes over one.
    pub(crate) replacing: RwLock<()>,
}

/// A frame's place and header.
pub(crate) struct Found {
    pub(crate) segment: Seq,
    pub(crate) salt: Salt,
    pub(crate) start: u64,
    pub(crate) header: FrameHeader,
}

/// Which segments there are.
pub(crate) struct Map {
    /// First records of the full segments, in order.
    pub(crate) sealed: Vec<Seq>,
    pub(crate) active: Active,
}

/// The segment that is being written, as far as it is durable.
pub(crate) struct Active {
    pub(crate) first: Seq,
    pub(crate) file: Arc<File>,
    pub(crate) salt: Salt,
    pub(crate) offsets: Vec<u32>,
}

/// A full segment, open for reading.
pub(crate) struct Sealed {
    first: Seq,
    file: Arc<File>,
    header: SegmentHeader,
    index: SegmentIndex,
}

/// Where a record lies.
struct Located {
    segment: Seq,
    file: Arc<File>,
    salt: Salt,
    start: u64,
    end: u64,
    /// The first record that is not in this segment, or not yet there.
    until: Seq,
    sealed: Option<Arc<Sealed>>,
}

impl Active {
    pub(crate) fn next(&self) -> Seq {
        Seq(self.first.0 + (self.offsets.len() as u64).saturating_sub(1))
    }

    fn span(&self, seq: Seq) -> Option<(u64, u64)> {
        let place = usize::try_from(seq.0.checked_sub(self.first.0)?).ok()?;
        let start = self.offsets.get(place)?;
        let end = self.offsets.get(place.checked_add(1)?)?;
        Some((u64::from(*start), u64::from(*end)))
    }
}

impl JournalReader {
    /// The number that the next record will get; all before it, from [`JournalReader::first`] on, can
    /// be read.
    #[must_use]
    pub fn next(&self) -> Seq {
        self.shared.map.read().unwrap_or_else(PoisonError::into_inner).active.next()
    }

    /// The first record still held.
    #[must_use]
    pub fn first(&self) -> Seq {
        let map = self.shared.map.read().unwrap_or_else(PoisonError::into_inner);
        map.sealed.first().copied().unwrap_or(map.active.first)
    }

    /// One record's payload; its checksum is verified at every read.
    ///
    /// # Errors
    /// [`JournalError::OutOfRange`] for a record that is not held, [`JournalError::Corrupt`] for a
    /// damaged one, [`JournalError::Io`] when the system cannot read.
    pub fn read(&self, seq: Seq) -> Result<Bytes, JournalError> {
        let located = self.locate(seq)?;
        let _whole = self.shared.replacing.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(payload) = self.read_located(&located, seq)? {
            return Ok(payload);
        }
        self.explain(located, seq)
    }

    /// Where a record's frame lies; the record itself is read, and its checksum verified, too.
    pub(crate) fn frame(&self, seq: Seq) -> Result<Found, JournalError> {
        self.read(seq)?;
        let at = self.locate(seq)?;
        let path = segment_path(&self.shared.dir, at.segment);
        let mut bytes = [0; FRAME_HEADER_BYTES];
        at.file.read_exact_at(&mut bytes, at.start).map_err(io_error("read", &path))?;
        let header = FrameHeader::read(&bytes, at.salt).filter(|header| header.seq == seq);
        let damage = Damage::Record;
        let header = header.ok_or(JournalError::Corrupt { segment: path, offset: at.start, seq, damage })?;
        Ok(Found { segment: at.segment, salt: at.salt, start: at.start, header })
    }

    /// Reads records in order from this one on; each read of the disk fetches many.
    #[must_use]
    pub fn scan(&self, from: Seq) -> JournalScan {
        JournalScan { reader: self.clone(), next: from, place: None }
    }

    /// How many full segments are open for reading at this moment.
    #[must_use]
    pub fn open_segments(&self) -> usize {
        self.shared.open.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn locate(&self, seq: Seq) -> Result<Located, JournalError> {
        let map = self.shared.map.read().unwrap_or_else(PoisonError::into_inner);
        let (active, next) = (&map.active, map.active.next());
        let first = map.sealed.first().copied().unwrap_or(active.first);
        if seq < first || seq >= next {
            return Err(JournalError::OutOfRange { asked: seq, first, next });
        }
        if let Some((start, end)) = active.span(seq) {
            let (file, salt) = (Arc::clone(&active.file), active.salt);
            return Ok(Located { segment: active.first, file, salt, start, end, until: next, sealed: None });
        }
        let after = map.sealed.partition_point(|first| *first <= seq);
        let segment = after.checked_sub(1).and_then(|at| map.sealed.get(at)).copied().unwrap_or(first);
        let until = map.sealed.get(after).copied().unwrap_or(active.first);
        drop(map);
        let sealed = self.shared.sealed(segment, until)?;
        // A place outside the segment reads as no record, which is then explained.
        let (start, end) = sealed.index.span(seq.0 - segment.0).unwrap_or_default();
        let (file, salt) = (Arc::clone(&sealed.file), sealed.header.salt);
        Ok(Located { segment, file, salt, start, end, until, sealed: Some(sealed) })
    }

    fn read_located(&self, at: &Located, seq: Seq) -> Result<Option<Bytes>, JournalError> {
        let length = at.end.saturating_sub(at.start).min(MAX_FRAME_BYTES);
        let mut frame = vec![0; usize::try_from(length).unwrap_or_default()];
        match at.file.read_exact_at(&mut frame, at.start) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read.map_err(io_error("read", &segment_path(&self.shared.dir, at.segment)))?,
        }
        let header = FrameHeader::read(&frame, at.salt).filter(|header| header.seq == seq);
        let payload = header.and_then(|header| header.payload(&frame, at.salt)).map(<[u8]>::len);
        Ok(payload.map(|length| Bytes::from(frame).slice(FRAME_HEADER_BYTES..FRAME_HEADER_BYTES + length)))
    }

    /// A record did not read: the segment was given up meanwhile, or its index is wrong and is made
    /// anew, or the record is damaged.
    fn explain(&self, mut at: Located, seq: Seq) -> Result<Bytes, JournalError> {
        let first = self.first();
        if seq < first {
            return Err(JournalError::OutOfRange { asked: seq, first, next: self.next() });
        }
        let path = segment_path(&self.shared.dir, at.segment);
        if let Some(sealed) = &at.sealed {
            let extent = scan_groups(&sealed.file, &sealed.header).map_err(io_error("read", &path))?;
            if seq < extent.next && extent.next == at.until {
                let place = usize::try_from(seq.0 - at.segment.0).unwrap_or(usize::MAX);
                at.start = extent.offsets.get(place).copied().map_or(0, u64::from);
                at.end = extent.offsets.get(place.saturating_add(1)).copied().map_or(0, u64::from);
                self.shared.forget(at.segment);
                SegmentIndex::remake(&self.shared.dir, at.segment, extent);
                if let Some(payload) = self.read_located(&at, seq)? {
                    tracing::warn!(segment = %path.display(), "made a wrong segment index anew");
                    return Ok(payload);
                }
            }
        }
        Err(JournalError::Corrupt { segment: path, offset: at.start, seq, damage: Damage::Record })
    }
}

/// Segments are at most this long, and so are records.
pub(crate) const MAX_FRAME_BYTES: u64 = 1 << 30;

impl JournalShared {
    fn sealed(&self, first: Seq, until: Seq) -> Result<Arc<Sealed>, JournalError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|segment| segment.first == first) {
            if let Some(recent) = open.get_mut(..=at) {
                recent.rotate_right(1);
            }
        } else {
            drop(open);
            let segment = Arc::new(self.open_sealed(first, until)?);
            open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.insert(0, segment);
            open.truncate(self.max_open);
        }
        open.first().cloned().ok_or(JournalError::Poisoned)
    }

    /// Opens a full segment and its index, which is made anew if need be.
    pub(crate) fn open_sealed(&self, first: Seq, until: Seq) -> Result<Sealed, JournalError> {
        let path = segment_path(&self.dir, first);
        let file = OpenOptions::new().read(true).open(&path).map_err(io_error("open", &path))?;
        let header = SegmentHeader::read(&file, &path, first)?;
        let corrupt =
            |offset, seq, damage| JournalError::Corrupt { segment: path.clone(), offset, seq, damage };
        if header.journal != self.journal {
            return Err(corrupt(0, first, Damage::Foreign));
        }
        let count = until.0.saturating_sub(first.0);
        let index = match SegmentIndex::open(&self.dir, first).filter(|index| index.count == count) {
            Some(index) => index,
            None => {
                let extent = scan_groups(&file, &header).map_err(io_error("read", &path))?;
                if extent.next != until {
                    let damage = if extent.next < until { Damage::Record } else { Damage::Gap };
                    return Err(corrupt(extent.end(), extent.next.min(until), damage));
                }
                SegmentIndex::remake(&self.dir, first, extent)
            }
        };
        Ok(Sealed { first, file: Arc::new(file), header, index })
    }

    pub(crate) fn forget(&self, first: Seq) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|segment| segment.first != first);
    }
}

/// Records in order. It ends at the last durable record and can go on when there are more.
pub struct JournalScan {
    reader: JournalReader,
    next: Seq,
    place: Option<(Window<Arc<File>>, Located, u64)>,
}

impl JournalScan {
    /// The next record, or `None` when there is none yet.
    ///
    /// # Errors
    /// As [`JournalReader::read`].
    pub fn next_record(&mut self) -> Result<Option<(Seq, &[u8])>, JournalError> {
        let seq = self.next;
        if self.place.as_ref().is_none_or(|(_, at, _)| seq >= at.until) {
            if seq >= self.reader.next() {
                return Ok(None);
            }
            let at = self.reader.locate(seq)?;
            let start = at.start;
            self.place = Some((Window::new(Arc::clone(&at.file), MAX_FRAME_BYTES), at, start));
        }
        let Some((window, at, offset)) = &mut self.place else { return Ok(None) };
        let path = || segment_path(&self.reader.shared.dir, at.segment);
        let start = *offset;
        let _whole = self.reader.shared.replacing.read().unwrap_or_else(PoisonError::into_inner);
        let unread = |cause| io_error("read", &path())(cause);
        let mut frame = window.frame(start, at.salt).map_err(unread)?.map(|(header, _)| header);
        if frame.is_none() {
            // It may have been fetched in two parts, with a replacement in between.
            *window = Window::new(Arc::clone(&at.file), MAX_FRAME_BYTES);
            frame = window.frame(start, at.salt).map_err(unread)?.map(|(header, _)| header);
        }
        match frame.filter(|header| header.seq == seq) {
            Some(header) => {
                *offset += header.frame_bytes();
                self.next = seq.next();
                let length = usize::try_from(header.payload_bytes).unwrap_or(usize::MAX);
                let payload = window.get(start + FRAME_HEADER_BYTES as u64, length).map_err(unread)?;
                Ok(Some((seq, payload)))
            }
            None => {
                let (first, next) = (self.reader.first(), self.reader.next());
                if seq < first {
                    return Err(JournalError::OutOfRange { asked: seq, first, next });
                }
                let damage = Damage::Record;
                Err(JournalError::Corrupt { segment: path(), offset: start, seq, damage })
            }
        }
    }
}
