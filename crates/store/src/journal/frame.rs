//! One record on disk: a header of 24 bytes, the payload, zeros up to a multiple of 8.
//!
//! ```text
//! 0   u32  CRC-32 over the segment's salt, bytes 4..24 and the payload
//! 4   u32  bytes of payload
//! 8   u64  sequence number
//! 16  u16  place in its group, from 0
//! 18  u16  records in its group
//! 20  u32  marker: the low half of the segment's salt, never 0
//! ```
//! All numbers are little-endian. The salt is new for every use of a segment file, so bytes left
//! over from an earlier use can never be read as records.

use amana_types::Seq;

use crate::codec::Fields;

/// Bytes before the payload.
pub(crate) const FRAME_HEADER_BYTES: usize = 24;
/// Frames begin at multiples of this, which keeps the search for stray frames short.
pub(crate) const FRAME_ALIGN: usize = 8;

/// What tells one use of a segment file from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Salt(pub(crate) u64);

/// The header of a frame, whether or not its checksum is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    crc: u32,
    pub(crate) payload_bytes: u32,
    pub(crate) seq: Seq,
    pub(crate) place: u16,
    pub(crate) group: u16,
    marker: u32,
}

impl Salt {
    /// A salt whose marker is not zero, so that zeroed bytes are no frame.
    pub(crate) fn new(random: u64) -> Self {
        Self(random | 1)
    }

    /// The low half, which stands in every frame.
    pub(crate) fn marker(self) -> u32 {
        let [a, b, c, d, ..] = self.0.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    fn crc(self, bytes: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.0.to_le_bytes());
        hasher.update(bytes);
        hasher.finalize()
    }
}

impl FrameHeader {
    /// Reads the header at the front of these bytes; `None` if they are too few or its marker is
    /// not that of this salt.
    pub(crate) fn read(bytes: &[u8], salt: Salt) -> Option<Self> {
        let mut fields = Fields(bytes);
        let header = Self {
            crc: fields.u32()?,
            payload_bytes: fields.u32()?,
            seq: Seq(fields.u64()?),
            place: fields.u16()?,
            group: fields.u16()?,
            marker: fields.u32()?,
        };
        (header.marker == salt.marker()).then_some(header)
    }

    /// The payload behind this header, if the checksum over both is right.
    pub(crate) fn payload<'a>(&self, frame: &'a [u8], salt: Salt) -> Option<&'a [u8]> {
        let end = FRAME_HEADER_BYTES.checked_add(usize::try_from(self.payload_bytes).ok()?)?;
        (salt.crc(frame.get(4..end)?) == self.crc).then(|| frame.get(FRAME_HEADER_BYTES..end))?
    }

    /// Bytes of the whole frame with its padding.
    pub(crate) fn frame_bytes(&self) -> u64 {
        frame_bytes(u64::from(self.payload_bytes))
    }

    /// The sequence number of the first record of its group.
    pub(crate) fn group_first(&self) -> Seq {
        Seq(self.seq.0.saturating_sub(u64::from(self.place)))
    }

    /// Whether it is the last record of its group.
    pub(crate) fn ends_group(&self) -> bool {
        u32::from(self.place) + 1 == u32::from(self.group)
    }
}

/// Bytes that a payload of this length takes on disk.
pub(crate) const fn frame_bytes(payload_bytes: u64) -> u64 {
    (FRAME_HEADER_BYTES as u64).saturating_add(payload_bytes).saturating_add(FRAME_ALIGN as u64 - 1)
        / FRAME_ALIGN as u64
        * FRAME_ALIGN as u64
}

/// Where a frame stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) seq: Seq,
    pub(crate) place: u16,
    pub(crate) group: u16,
}

/// Appends one frame to a group's buffer. The payload comes in parts and is copied once.
pub(crate) fn write_frame<P: AsRef<[u8]>>(group: &mut Vec<u8>, salt: Salt, at: Place, parts: &[P]) {
    let start = group.len();
    let payload: usize = parts.iter().map(|part| part.as_ref().len()).sum();
    group.extend_from_slice(&[0; 4]);
    group.extend_from_slice(&u32::try_from(payload).unwrap_or(u32::MAX).to_le_bytes());
    group.extend_from_slice(&at.seq.0.to_le_bytes());
    group.extend_from_slice(&at.place.to_le_bytes());
    group.extend_from_slice(&at.group.to_le_bytes());
    group.extend_from_slice(&salt.marker().to_le_bytes());
    for part in parts {
        group.extend_from_slice(part.as_ref());
    }
    let crc = salt.crc(group.get(start + 4..).unwrap_or_default());
    if let Some(place) = group.get_mut(start..start + 4) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
    group.resize(group.len().next_multiple_of(FRAME_ALIGN), 0);
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
