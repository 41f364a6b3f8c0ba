//! The cipher of one attachment.

use amana_notice::AttachmentKey;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::shape::{ChunkIndex, HEAD_BYTES, Shape};
use super::{AttachmentRefused, TAG_BYTES};

const KEY_LABEL: &[u8] = b"amana/v1/attachment-key";
const COMMITMENT_LABEL: &[u8] = b"amana/v1/attachment-key-commitment";
const NONCE_LABEL: &[u8] = b"amana/v1/attachment-nonce";
const AAD_LABEL: &[u8] = b"amana/v1/attachment\0";
const SALT_BYTES: usize = 16;
const PREFIX_BYTES: usize = 7;

/// 16 random bytes at the beginning of every sealed attachment.
pub type AttachmentSalt = [u8; SALT_BYTES];

/// Seals and opens the chunks of one attachment. It has no `Debug`.
pub struct AttachmentCipher {
    salt: AttachmentSalt,
    commitment: [u8; 32],
    prefix: [u8; PREFIX_BYTES],
    key: LessSafeKey,
}

impl AttachmentCipher {
    /// The cipher of a key and a salt: HKDF (RFC 5869) with the salt, expanded for key, commitment and nonces.
    ///
    /// # Errors
    /// [`AttachmentRefused::Cipher`], which no key causes.
    pub fn new(key: &AttachmentKey, salt: &AttachmentSalt) -> Result<Self, AttachmentRefused> {
        Self::derive(key, salt).ok_or(AttachmentRefused::Cipher)
    }

    /// The cipher of a key for what begins with this head.
    ///
    /// # Errors
    /// [`AttachmentRefused::Head`] when it commits to another key. Compared in constant time.
    pub fn of_head(key: &AttachmentKey, head: &[u8]) -> Result<Self, AttachmentRefused> {
        let (salt, told) = head.split_first_chunk::<SALT_BYTES>().ok_or(AttachmentRefused::Head)?;
        let cipher = Self::new(key, salt)?;
        if bool::from(cipher.commitment.as_slice().ct_eq(told)) {
            Ok(cipher)
        } else {
            Err(AttachmentRefused::Head)
        }
    }

    /// What a sealed attachment begins with: the salt, and the commitment to the key.
    #[must_use]
    pub fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        let bytes = self.salt.iter().chain(&self.commitment);
        head.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        head
    }

    /// Seals a chunk: its content, and as many zeros behind it as the shape says.
    ///
    /// # Errors
    /// [`AttachmentRefused::Length`] when the content is not as long as that chunk's must be.
    pub fn seal(
        &self,
        shape: Shape,
        chunk: ChunkIndex,
        content: &[u8],
    ) -> Result<Vec<u8>, AttachmentRefused> {
        let padded = shape.padded_in(chunk);
        if padded == 0 || content.len() != shape.content_in(chunk) {
            return Err(AttachmentRefused::Length);
        }
        // One allocation with room for the tag: what is moved is not wiped.
        let mut buffer = Zeroizing::new(Vec::with_capacity(padded + TAG_BYTES));
        buffer.extend_from_slice(content);
        buffer.resize(padded, 0);
        let nonce = self.nonce(shape, chunk);
        self.key
            .seal_in_place_append_tag(nonce, self.aad(), &mut *buffer)
            .map_err(|_| AttachmentRefused::Cipher)?;
        // Nothing but ciphertext is in it now.
        Ok(std::mem::take(&mut *buffer))
    }

    /// Opens a chunk and takes its padding off.
    ///
    /// # Errors
    /// [`AttachmentRefused`].
    pub fn open(
        &self,
        shape: Shape,
        chunk: ChunkIndex,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, AttachmentRefused> {
        let padded = shape.padded_in(chunk);
        if padded == 0 || sealed.len() != padded + TAG_BYTES {
            return Err(AttachmentRefused::Chunk(chunk));
        }
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let nonce = self.nonce(shape, chunk);
        self.key
            .open_in_place(nonce, self.aad(), &mut buffer)
            .map_err(|_| AttachmentRefused::Chunk(chunk))?;
        buffer.truncate(padded);
        let padding = buffer.get(shape.content_in(chunk)..).unwrap_or_default();
        if padding.iter().any(|byte| *byte != 0) {
            return Err(AttachmentRefused::Padding);
        }
        buffer.truncate(shape.content_in(chunk));
        Ok(buffer)
    }

    fn derive(key: &AttachmentKey, salt: &AttachmentSalt) -> Option<Self> {
        let prk = Salt::new(HKDF_SHA256, salt).extract(key.as_bytes());
        let mut cipher = Zeroizing::new([0; 32]);
        expand(&prk, KEY_LABEL, &mut cipher)?;
        let mut commitment = [0; 32];
        expand(&prk, COMMITMENT_LABEL, &mut commitment)?;
        let mut nonces = [0; 32];
        expand(&prk, NONCE_LABEL, &mut nonces)?;
        let key = UnboundKey::new(&AES_256_GCM, cipher.as_slice()).ok().map(LessSafeKey::new)?;
        let (prefix, _) = nonces.split_first_chunk::<PREFIX_BYTES>()?;
        Some(Self { salt: *salt, commitment, prefix: *prefix, key })
    }

    /// Prefix, number of the chunk, whether it is the last.
    fn nonce(&self, shape: Shape, chunk: ChunkIndex) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        let last = u8::from(shape.is_last(chunk));
        let bytes = self.prefix.into_iter().chain(chunk.0.to_be_bytes()).chain([last]);
        nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        Nonce::assume_unique_for_key(nonce)
    }

    fn aad(&self) -> Aad<Vec<u8>> {
        Aad::from([AAD_LABEL, &self.salt].concat())
    }
}

fn expand(prk: &Prk, label: &[u8], out: &mut [u8; 32]) -> Option<()> {
    prk.expand(&[label], HKDF_SHA256).ok()?.fill(out).ok()
}
