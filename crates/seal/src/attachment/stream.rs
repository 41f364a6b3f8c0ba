//! Sealing and opening from the first byte to the last, never holding more than a chunk.

use amana_notice::AttachmentKey;
use amana_types::Digest;
use ring::digest::{Context, SHA256};
use zeroize::Zeroizing;

use super::AttachmentRefused;
use super::cipher::{AttachmentCipher, AttachmentSalt};
use super::shape::{CHUNK_BYTES, ChunkIndex, HEAD_BYTES, Shape};

/// What came out of a [`Sealer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the content.
    pub content: Digest,
    /// SHA-256 of everything that is sealed, head included: its address.
    pub sealed: Digest,
}

/// Takes a content in pieces of any length and gives the sealed bytes.
pub struct Sealer {
    cipher: AttachmentCipher,
    shape: Shape,
    next: ChunkIndex,
    buffer: Zeroizing<Vec<u8>>,
    content: Context,
    sealed: Context,
}

impl Sealer {
    /// A sealer, and the head that comes before everything else.
    ///
    /// # Errors
    /// [`AttachmentRefused::Cipher`], which no key causes.
    pub fn new(
        key: &AttachmentKey,
        salt: &AttachmentSalt,
        shape: Shape,
    ) -> Result<(Self, [u8; HEAD_BYTES]), AttachmentRefused> {
        let cipher = AttachmentCipher::new(key, salt)?;
        let head = cipher.head();
        let mut sealed = Context::new(&SHA256);
        sealed.update(&head);
        let sealer = Self {
            cipher,
            shape,
            next: ChunkIndex(0),
            buffer: Zeroizing::new(Vec::with_capacity(CHUNK_BYTES)),
            content: Context::new(&SHA256),
            sealed,
        };
        Ok((sealer, head))
    }

    /// How many bytes of content are in sealed chunks; what is not is lost when sealing is interrupted.
    #[must_use]
    pub fn sealed_content(&self) -> u64 {
        (u64::from(self.next.0) * CHUNK_BYTES as u64).min(self.shape.bytes())
    }

    /// Takes in the next chunk as it was sealed before an interruption; gives its content.
    ///
    /// # Errors
    /// [`AttachmentRefused`] when it is not that chunk: it must be sealed again.
    pub fn replay(&mut self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, AttachmentRefused> {
        let content = self.cipher.open(self.shape, self.next, sealed)?;
        self.content.update(&content);
        self.sealed.update(sealed);
        self.next = self.next.next();
        Ok(content)
    }

    /// Takes in content; puts every chunk that is full now behind `out`.
    ///
    /// # Errors
    /// [`AttachmentRefused::Length`] when there is more than was said.
    pub fn push(&mut self, mut content: &[u8], out: &mut Vec<u8>) -> Result<(), AttachmentRefused> {
        while !content.is_empty() {
            let wanted = self.shape.content_in(self.next);
            if wanted == 0 {
                return Err(AttachmentRefused::Length);
            }
            let room = wanted.saturating_sub(self.buffer.len());
            let (now, later) = content.split_at(room.min(content.len()));
            self.buffer.extend_from_slice(now);
            content = later;
            if self.buffer.len() == wanted {
                self.seal_next(out)?;
            }
        }
        Ok(())
    }

    /// Puts what is still to be sealed, padding included, behind `out`.
    ///
    /// # Errors
    /// [`AttachmentRefused::Length`] when there is less than was said.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Sealed, AttachmentRefused> {
        if !self.buffer.is_empty() || self.sealed_content() < self.shape.bytes() {
            return Err(AttachmentRefused::Length);
        }
        while self.next.0 < self.shape.chunks() {
            self.seal_next(out)?;
        }
        Ok(Sealed { content: finish(self.content), sealed: finish(self.sealed) })
    }

    fn seal_next(&mut self, out: &mut Vec<u8>) -> Result<(), AttachmentRefused> {
        let sealed = self.cipher.seal(self.shape, self.next, &self.buffer)?;
        self.content.update(&self.buffer);
        self.sealed.update(&sealed);
        out.extend_from_slice(&sealed);
        self.buffer.clear();
        self.next = self.next.next();
        Ok(())
    }
}

/// Opens chunk after chunk and, at the end, holds the content against its digest.
pub struct Opener {
    cipher: AttachmentCipher,
    shape: Shape,
    next: ChunkIndex,
    content: Context,
}

impl Opener {
    /// An opener for what begins with this head.
    ///
    /// # Errors
    /// [`AttachmentRefused::Head`].
    pub fn new(key: &AttachmentKey, head: &[u8], shape: Shape) -> Result<Self, AttachmentRefused> {
        let cipher = AttachmentCipher::of_head(key, head)?;
        Ok(Self { cipher, shape, next: ChunkIndex(0), content: Context::new(&SHA256) })
    }

    /// Opens the next chunk.
    ///
    /// # Errors
    /// [`AttachmentRefused`].
    pub fn open(&mut self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, AttachmentRefused> {
        let content = self.cipher.open(self.shape, self.next, sealed)?;
        self.content.update(&content);
        self.next = self.next.next();
        Ok(content)
    }

    /// Whether all was opened and is what its description says.
    ///
    /// # Errors
    /// [`AttachmentRefused`].
    pub fn finish(self, content: &Digest) -> Result<(), AttachmentRefused> {
        if self.next.0 != self.shape.chunks() {
            return Err(AttachmentRefused::Length);
        }
        if finish(self.content) == *content { Ok(()) } else { Err(AttachmentRefused::Content) }
    }
}

fn finish(context: Context) -> Digest {
    let mut out = [0; 32];
    out.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    Digest(out)
}
