//! Looks for a text in everything that a folder holds, in every form it could hide in.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes read at once. Overlaps by the longest needle.
const CHUNK: usize = 1 << 20;

/// What to look for: one text in several encodings.
pub(crate) struct Canary(Vec<Vec<u8>>);

impl Canary {
    /// The text raw, as UTF-16 in both byte orders, in hexadecimal, and in base64 at every alignment.
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut forms = vec![
            bytes.to_vec(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
        ];
        forms.extend((0..3).map(|shift| base64_core(bytes, shift)));
        Self(forms)
    }

    /// The first file below `folder` that holds the text in any form.
    pub(crate) fn find(&self, folder: &Path) -> io::Result<Option<PathBuf>> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let kind = fs::symlink_metadata(&path)?.file_type();
            let found = if kind.is_dir() {
                self.find(&path)?
            } else {
                (kind.is_file() && self.is_in(&path)?).then_some(path)
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn is_in(&self, path: &Path) -> io::Result<bool> {
        let longest = self.0.iter().map(Vec::len).max().unwrap_or_default();
        let mut file = fs::File::open(path)?;
        let mut window = Vec::with_capacity(CHUNK + longest);
        loop {
            let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut window)?;
            if self.0.iter().any(|form| memchr::memmem::find(&window, form).is_some()) {
                return Ok(true);
            }
            if read == 0 {
                return Ok(false);
            }
            let keep = window.len().saturating_sub(longest);
            window.drain(..keep);
        }
    }
}

/// The base64 characters that depend on `bytes` alone when they start `shift` bytes into a group of three.
fn base64_core(bytes: &[u8], shift: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - shift) % 3;
    bytes
        .get(skip..)
        .unwrap_or_default()
        .chunks_exact(3)
        .flat_map(|group| {
            let word = group.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
            [18, 12, 6, 0].map(|at| ALPHABET.get((word >> at & 63) as usize).copied().unwrap_or_default())
        })
        .collect()
}

#[cfg(test)]
#[path = "canary_tests.rs"]
mod tests;
