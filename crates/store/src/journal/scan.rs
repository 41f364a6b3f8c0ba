//! Reading a segment from front to back.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::unix::fs::FileExt;

use super::frame::{FRAME_ALIGN, FRAME_HEADER_BYTES, FrameHeader, Salt};

/// Bytes fetched at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// A window over a file that moves forward, so that a scan costs few reads.
pub(crate) struct Window<F> {
    file: F,
    /// The first byte that must not be read.
    limit: u64,
    bytes: Vec<u8>,
    start: u64,
}

impl<F: Deref<Target = File>> Window<F> {
    pub(crate) fn new(file: F, limit: u64) -> Self {
        Self { file, limit, bytes: Vec::new(), start: 0 }
    }

    /// The bytes at this place, fewer only at the limit or the end of the file.
    pub(crate) fn get(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let wanted = usize::try_from(self.limit.saturating_sub(offset)).unwrap_or(usize::MAX).min(length);
        let held = offset
            .checked_sub(self.start)
            .and_then(|skip| usize::try_from(skip).ok())
            .filter(|skip| skip.saturating_add(wanted) <= self.bytes.len());
        let skip = match held {
            Some(skip) => skip,
            None => {
                self.fetch(offset, wanted)?;
                0
            }
        };
        let end = skip.saturating_add(wanted).min(self.bytes.len());
        Ok(self.bytes.get(skip..end).unwrap_or_default())
    }

    fn fetch(&mut self, offset: u64, wanted: usize) -> io::Result<()> {
        let room = usize::try_from(self.limit.saturating_sub(offset)).unwrap_or(usize::MAX);
        self.bytes.resize(wanted.max(CHUNK_BYTES).min(room), 0);
        self.start = offset;
        let mut filled = 0;
        while let Some(rest) = self.bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }

    /// The frame at this place with its payload, if one is there and its checksum is right.
    pub(crate) fn frame(&mut self, offset: u64, salt: Salt) -> io::Result<Option<(FrameHeader, &[u8])>> {
        let Some(header) = FrameHeader::read(self.get(offset, FRAME_HEADER_BYTES)?, salt) else {
            return Ok(None);
        };
        let length = header.frame_bytes();
        if length > self.limit.saturating_sub(offset) {
            return Ok(None);
        }
        let frame = self.get(offset, usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(header.payload(frame, salt).map(|payload| (header, payload)))
    }

    /// The next place from `offset` on, where a frame of this segment could begin.
    pub(crate) fn find_marker(&mut self, mut offset: u64, salt: Salt) -> io::Result<Option<u64>> {
        loop {
            let bytes = self.get(offset, CHUNK_BYTES)?;
            if bytes.len() < FRAME_HEADER_BYTES {
                return Ok(None);
            }
            let marker = salt.marker().to_le_bytes();
            let mut heads = bytes.windows(FRAME_HEADER_BYTES).step_by(FRAME_ALIGN);
            if let Some(at) = heads.position(|head| head.ends_with(&marker)) {
                return Ok(Some(offset + (at * FRAME_ALIGN) as u64));
            }
            let looked_at = (bytes.len() - FRAME_HEADER_BYTES) / FRAME_ALIGN + 1;
            offset += (looked_at * FRAME_ALIGN) as u64;
        }
    }
}
