//! What is left of an envelope after its sender withdrew it: its head, which still proves whose it was.

use amana_types::Digest;

use super::head::Head;
use super::header::Header;
use super::refused::EnvelopeRefused;
use crate::signer::{SignerKey, SignerRefused};

/// The head of an envelope as it was signed.
#[derive(Clone, Copy, Debug)]
pub struct ErasedRef<'a> {
    /// The header core.
    pub header: &'a [u8],
    /// Root over the slots.
    pub slots_root: &'a [u8],
    /// Depth of the slot tree.
    pub depth: u32,
    /// Ed25519.
    pub signature: &'a [u8],
}

impl ErasedRef<'_> {
    /// Checks strictly that its sender signed it; answers the header and its hash.
    ///
    /// # Errors
    /// [`EnvelopeRefused`].
    pub fn verify(
        self,
        sender: impl FnOnce(&Header) -> Result<SignerKey, SignerRefused>,
    ) -> Result<(Header, Digest), EnvelopeRefused> {
        let head = Head::parse(self.header, self.slots_root, self.depth, self.signature)?;
        head.check_signature(&sender(&head.header)?)?;
        Ok((head.header, head.header_hash))
    }
}
