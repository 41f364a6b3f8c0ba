//! Signed notes: C2SP signed-note. Text, an empty line, signature lines.

use std::fmt;
use std::str::FromStr;

use crate::key::{KeyName, KeyNameError, NoteKey, NoteKeyId};
use crate::text;

/// Most signature lines in a note: the log, a cosignature from every country, and room to grow.
pub const MAX_SIGNATURES: usize = 512;
/// Most bytes in a note.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;

const SIGNATURE_MARK: &str = "\u{2014} ";

/// A note as it was received, byte for byte, with its signature lines read but not verified.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedNote {
    /// Text, empty line and signature lines.
    whole: String,
    /// Bytes of the text, its last newline included.
    text_bytes: usize,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note. No signature is verified.
    ///
    /// # Errors
    /// [`NoteError`] for bytes that are no signed note, or one that is too large.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge { got_bytes: bytes.len() });
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if whole.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::NotText);
        }
        let last_gap = whole.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let text_bytes = last_gap + 1;
        let lines = whole.get(text_bytes + 1..).and_then(text::lines).ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (place, line) in lines.enumerate() {
            if place == MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(line.parse().map_err(|cause| NoteError::Signature { line: place + 1, cause })?);
        }
        Ok(Self { whole: whole.to_owned(), text_bytes, signatures })
    }

    /// A note of this text under one signature.
    pub(crate) fn new(text: &str, signature: NoteSignature) -> Self {
        let mut note = Self { whole: format!("{text}\n"), text_bytes: text.len(), signatures: Vec::new() };
        note.push(signature);
        note
    }

    /// The text that is signed, its last newline included. Believe nothing of it before a
    /// signature is verified.
    pub fn text(&self) -> &str {
        self.whole.get(..self.text_bytes).unwrap_or_default()
    }

    /// The signature lines, in order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The whole note, as it was received.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// Adds a signature, in the place of an older one by the same key. It is not verified.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLarge`] if the note has no room.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        let mut note = Self { whole: format!("{}\n", self.text()), signatures: Vec::new(), ..*self };
        let others = self.signatures.iter().filter(|old| !signature.is_by_same_key(old));
        others.for_each(|other| note.push(other.clone()));
        note.push(signature);
        if note.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        if note.whole.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge { got_bytes: note.whole.len() });
        }
        *self = note;
        Ok(())
    }

    fn push(&mut self, signature: NoteSignature) {
        self.whole.push_str(&signature.to_string());
        self.whole.push('\n');
        self.signatures.push(signature);
    }

    /// The signatures of this name and id, which a verifier has to check all.
    pub(crate) fn signatures_of<'a, const TYPE: u8>(
        &'a self,
        key: &'a NoteKey<TYPE>,
    ) -> impl Iterator<Item = &'a NoteSignature> {
        self.signatures.iter().filter(|line| line.id == key.id() && line.name == *key.name())
    }
}

impl fmt::Debug for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedNote({:?})", self.whole)
    }
}

/// One signature line: `— name base64(key id || signature)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: KeyName,
    id: NoteKeyId,
    signature: Vec<u8>,
}

impl NoteSignature {
    pub(crate) fn new<const TYPE: u8>(key: &NoteKey<TYPE>, signature: Vec<u8>) -> Self {
        Self { name: key.name().clone(), id: key.id(), signature }
    }

    /// Name of the key that is said to have signed.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Id of the key that is said to have signed.
    pub fn id(&self) -> NoteKeyId {
        self.id
    }

    /// The signature's bytes, of a shape that the key's type decides.
    pub fn bytes(&self) -> &[u8] {
        &self.signature
    }

    fn is_by_same_key(&self, other: &Self) -> bool {
        self.id == other.id && self.name == other.name
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blob = [self.id.as_bytes().as_slice(), &self.signature].concat();
        write!(f, "{SIGNATURE_MARK}{} {}", self.name, text::encode(&blob))
    }
}

impl FromStr for NoteSignature {
    type Err = SignatureLineError;

    /// Reads one signature line, without its newline.
    fn from_str(line: &str) -> Result<Self, SignatureLineError> {
        let (name, blob) = line
            .strip_prefix(SIGNATURE_MARK)
            .and_then(|rest| rest.split_once(' '))
            .ok_or(SignatureLineError::Shape)?;
        let name = KeyName::new(name)?;
        let blob = text::decode(blob).ok_or(SignatureLineError::Base64)?;
        match blob.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name, id: NoteKeyId::new(*id), signature: signature.to_vec() })
            }
            _ => Err(SignatureLineError::TooShort),
        }
    }
}

/// Why bytes are no signed note. Whoever sent them must send the note whole and unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes than a note may have.
    #[error("the note has {got_bytes} bytes, at most {MAX_NOTE_BYTES} are read")]
    TooLarge {
        /// Bytes given.
        got_bytes: usize,
    },
    /// Not UTF-8, or control characters other than newline.
    #[error("the note is no UTF-8 text without control characters; fetch it again")]
    NotText,
    /// No signature lines behind an empty line, or the last one does not end.
    #[error("the note has no whole signature lines behind an empty line; fetch it again")]
    NoSignatures,
    /// More signature lines than a note may have.
    #[error("the note has more than {MAX_SIGNATURES} signatures; drop some")]
    TooManySignatures,
    /// A signature line is none.
    #[error("signature line {line} of the note: {cause}")]
    Signature {
        /// Which, counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        cause: SignatureLineError,
    },
}

/// Why a line is no signature line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureLineError {
    /// Not dash, name and base64 with single spaces between.
    #[error("a signature line is an em dash, a name and base64 with single spaces between")]
    Shape,
    /// The name cannot name a key.
    #[error(transparent)]
    Name(#[from] KeyNameError),
    /// The signature is not base64.
    #[error("the signature is not base64")]
    Base64,
    /// No room for a key id and a signature.
    #[error("the signature is too short for a key id and a signature")]
    TooShort,
}
