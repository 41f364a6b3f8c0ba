//! Finding the end of the last segment, and telling a torn write from damage.
//!
//! A group is dropped only if it was never acknowledged. Two things prove that it was: a valid record
//! of a *later* group behind it (the writer syncs a group before it begins the next), and the
//! acknowledgement mark (see [`super::acked`]). With either, the place is reported as damage and
//! nothing is changed.

use std::fs::File;
use std::io;
use std::path::Path;

use amana_types::Seq;

use super::error::{Damage, JournalError, io_error};
use super::frame::{FRAME_ALIGN, Salt};
use super::scan::Window;
use super::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::disk::Disk;

/// The records of a segment: where each begins, and last where the next would.
#[derive(Debug)]
pub(crate) struct Extent {
    pub(crate) offsets: Vec<u32>,
    pub(crate) next: Seq,
}

impl Extent {
    pub(crate) fn end(&self) -> u64 {
        self.offsets.last().copied().map_or(SEGMENT_HEADER_BYTES, u64::from)
    }
}

/// Reads all complete groups from the front of a segment.
pub(crate) fn scan_groups(file: &File, header: &SegmentHeader) -> io::Result<Extent> {
    let mut window = Window::new(file, header.length_bytes);
    let mut offset = SEGMENT_HEADER_BYTES;
    let mut seq = header.first;
    let mut place = 0;
    let mut group = None;
    let mut extent = Extent { offsets: vec![offset_u32(offset)], next: seq };
    let mut pending = Vec::new();
    while let Some((frame, _)) = window.frame(offset, header.salt)? {
        let fits = frame.seq == seq && frame.place == place && group.is_none_or(|group| group == frame.group);
        if !fits || frame.place >= frame.group {
            break;
        }
        offset += frame.frame_bytes();
        seq = seq.next();
        pending.push(offset_u32(offset));
        if frame.ends_group() {
            extent.offsets.append(&mut pending);
            extent.next = seq;
            place = 0;
            group = None;
        } else {
            place += 1;
            group = Some(frame.group);
        }
    }
    Ok(extent)
}

/// Segments are at most 1 GiB, so places in them fit.
fn offset_u32(offset: u64) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Opens the last segment for appending: what is behind its last complete group is cleared, unless it
/// was acknowledged.
///
/// # Errors
/// [`JournalError::Corrupt`] where acknowledged data is damaged, [`JournalError::Io`] otherwise.
pub(crate) fn recover_tail(
    disk: &dyn Disk,
    file: &File,
    path: &Path,
    header: &SegmentHeader,
    acked: Seq,
) -> Result<Extent, JournalError> {
    let extent = scan_groups(file, header).map_err(io_error("read", path))?;
    let behind = look_behind(file, header, &extent).map_err(io_error("read", path))?;
    if behind == Behind::LaterGroup || extent.next < acked {
        let mut window = Window::new(file, header.length_bytes);
        let (offset, seq) = first_bad(&mut window, header.salt, &extent).map_err(io_error("read", path))?;
        let damage = if behind == Behind::Nothing { Damage::Missing } else { Damage::Record };
        return Err(JournalError::Corrupt { segment: path.to_owned(), offset, seq, damage });
    }
    if behind == Behind::TornGroup {
        clear(disk, file, extent.end(), header.length_bytes).map_err(io_error("clear the end of", path))?;
        tracing::warn!(segment = %path.display(), next = %extent.next, "dropped a write that was never acknowledged");
    }
    Ok(extent)
}

/// What lies behind the last complete group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// Nothing that could ever be read as a record.
    Nothing,
    /// Parts of the group that was being written.
    TornGroup,
    /// A valid record of a group after the torn one.
    LaterGroup,
}

fn look_behind(file: &File, header: &SegmentHeader, extent: &Extent) -> io::Result<Behind> {
    let mut window = Window::new(file, header.length_bytes);
    let mut offset = extent.end();
    let mut behind = Behind::Nothing;
    while let Some(found) = window.find_marker(offset, header.salt)? {
        behind = Behind::TornGroup;
        let frame = window.frame(found, header.salt)?;
        if frame.is_some_and(|(frame, _)| frame.group_first() > extent.next) {
            return Ok(Behind::LaterGroup);
        }
        offset = found + FRAME_ALIGN as u64;
    }
    Ok(behind)
}

/// The first record of the incomplete group that does not read.
fn first_bad(window: &mut Window<&File>, salt: Salt, extent: &Extent) -> io::Result<(u64, Seq)> {
    let (mut offset, mut seq) = (extent.end(), extent.next);
    while let Some((frame, _)) = window.frame(offset, salt)?
        && frame.seq == seq
        && frame.group_first() == extent.next
    {
        offset += frame.frame_bytes();
        seq = seq.next();
    }
    Ok((offset, seq))
}

/// Zeroes what is not zero from `from` on, so that no later group can join up with what was dropped.
fn clear(disk: &dyn Disk, file: &File, from: u64, to: u64) -> io::Result<()> {
    const CHUNK_BYTES: usize = 64 * 1024;
    let zeros = vec![0; CHUNK_BYTES];
    let mut window = Window::new(file, to);
    let mut offset = from;
    while offset < to {
        let bytes = window.get(offset, CHUNK_BYTES)?;
        let length = bytes.len();
        if length == 0 {
            break;
        }
        if zeros.get(..length) != Some(bytes) {
            disk.write_at(file, zeros.get(..length).unwrap_or_default(), offset)?;
        }
        offset += length as u64;
    }
    disk.sync(file)
}
