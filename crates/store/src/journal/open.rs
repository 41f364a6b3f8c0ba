//! Opening a journal: whose it is, whether its segments join, where it ends.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::sync::{Arc, Mutex, RwLock};

use amana_types::Seq;

use super::acked::AckedMark;
use super::error::{Damage, JournalError, io_error};
use super::index::SegmentIndex;
use super::lock::DirLock;
use super::read::{Active, JournalReader, JournalShared, MAX_FRAME_BYTES, Map};
use super::recover::{Extent, recover_tail};
use super::segment::{JournalId, SEGMENT_HEADER_BYTES, SegmentHeader, list_segments, segment_path};
use super::spare::Spares;
use super::{Journal, JournalConfig, MIN_SEGMENT_BYTES, begin_segment};

impl Journal {
    /// Opens the journal in this directory, or begins one. A write that was torn and never
    /// acknowledged is dropped; anything else that is not as it was left is an error, and nothing is
    /// changed.
    ///
    /// # Errors
    /// [`JournalError::Locked`], [`JournalError::SegmentSize`], [`JournalError::Corrupt`],
    /// [`JournalError::DiskFull`], [`JournalError::Io`].
    pub fn open(config: JournalConfig) -> Result<Self, JournalError> {
        let (min_bytes, max_bytes) = (MIN_SEGMENT_BYTES, MAX_FRAME_BYTES);
        if !(min_bytes..=max_bytes).contains(&config.segment_bytes) {
            return Err(JournalError::SegmentSize { got_bytes: config.segment_bytes, min_bytes, max_bytes });
        }
        std::fs::create_dir_all(&config.dir).map_err(io_error("make", &config.dir))?;
        let lock = DirLock::take(&config.dir)?;
        super::replace::recover(&config)?;
        SegmentIndex::clear_drafts(&config.dir)?;
        let acked = AckedMark::open(&config.dir)?;
        let spares = Spares::start(&config.dir, config.segment_bytes, Arc::clone(&config.disk))?;
        let mut segments = list_segments(&config.dir)?;
        let last = match segments.pop() {
            Some(last) => open_last(&config, last, &acked)?,
            None => begin_first(&config, &spares, &acked)?,
        };
        let Last { first, file, header, extent } = last;
        let next = extent.next;
        let (path, end) = (segment_path(&config.dir, first), extent.end());
        let file = Arc::new(file);
        let active = Active { first, file: Arc::clone(&file), salt: header.salt, offsets: extent.offsets };
        let shared = JournalShared {
            dir: config.dir.clone(),
            journal: header.journal,
            map: RwLock::new(Map { sealed: segments, active }),
            open: Mutex::new(Vec::new()),
            max_open: config.open_segments.max(1),
            replacing: RwLock::new(()),
        };
        check_joins(&shared)?;
        let reader = JournalReader { shared: Arc::new(shared) };
        let (salt, buffer) = (header.salt, Vec::new());
        let (length_bytes, poisoned) = (header.length_bytes, false);
        Ok(Self {
            config,
            reader,
            spares,
            acked,
            file,
            path,
            salt,
            end,
            length_bytes,
            next,
            buffer,
            warm: VecDeque::new(),
            poisoned,
            _lock: lock,
        })
    }
}

/// The segment that appends go to.
struct Last {
    first: Seq,
    file: std::fs::File,
    header: SegmentHeader,
    extent: Extent,
}

fn open_last(config: &JournalConfig, first: Seq, acked: &AckedMark) -> Result<Last, JournalError> {
    let path = segment_path(&config.dir, first);
    let file = OpenOptions::new().read(true).write(true).open(&path).map_err(io_error("open", &path))?;
    let header = SegmentHeader::read(&file, &path, first)?;
    let acked = match acked.read() {
        Some((journal, _)) if journal != header.journal => {
            return Err(JournalError::Corrupt {
                segment: path,
                offset: 0,
                seq: first,
                damage: Damage::Foreign,
            });
        }
        mark => mark.map_or(Seq(0), |(_, next)| next),
    };
    let extent = recover_tail(&*config.disk, &file, &path, &header, acked)?;
    Ok(Last { first, file, header, extent })
}

fn begin_first(config: &JournalConfig, spares: &Spares, acked: &AckedMark) -> Result<Last, JournalError> {
    let first = Seq(0);
    if acked.read().is_some_and(|(_, next)| next > first) {
        let segment = segment_path(&config.dir, first);
        return Err(JournalError::Corrupt { segment, offset: 0, seq: first, damage: Damage::Missing });
    }
    let (file, header) = begin_segment(config, spares, JournalId(crate::codec::unique()), first)?;
    let offsets = vec![u32::try_from(SEGMENT_HEADER_BYTES).unwrap_or(u32::MAX)];
    Ok(Last { first, file, header, extent: Extent { offsets, next: first } })
}

/// Every full segment must end where the next begins. Only headers are read, unless an index is
/// missing.
fn check_joins(shared: &JournalShared) -> Result<(), JournalError> {
    let map = shared.map.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let nexts = map.sealed.iter().skip(1).chain(std::iter::once(&map.active.first));
    for (first, until) in map.sealed.iter().zip(nexts) {
        shared.open_sealed(*first, *until)?;
    }
    Ok(())
}
