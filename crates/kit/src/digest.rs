//! SHA-256, for names of certificates and keys.

use amana_types::Digest;
use ring::digest::{SHA256, digest};

/// SHA-256 (FIPS 180-4).
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.iter_mut().zip(digest(&SHA256, bytes).as_ref()).for_each(|(out, byte)| *out = *byte);
    Digest(out)
}
