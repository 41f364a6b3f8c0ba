//! The one encoding of a trail, and its text.

use std::collections::BTreeSet;

use amana_log::{ConsistencyProof, InclusionProof, MAX_NOTE_BYTES, MAX_PROOF_HASHES, SignedNote};
use amana_seal::codec::{CodecError, Encoded, Reader, Writer};
use amana_seal::keys::{Signature, SigningKeyPair};
use amana_seal::receipt::ReceiptState;
use amana_seal::trail::sign_trail;
use amana_types::limits::{
    DIRECTORY_ENTRY_BYTES, RECIPIENTS, TRAIL_BYTES, TRAIL_ENTRIES, TRAIL_STEPS, VERSIONS,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Evidence, Head, Logged, Said, Trail, TrailError};

const LABEL: &str = "amana/v1/trail";
const HEADER: &str = "amana/trail@v1\n";
/// Characters on a line of the text.
const COLUMNS: usize = 76;
const PROOF_BYTES: usize = MAX_PROOF_HASHES * 32;
/// Every state of every recipient, and every version.
const _: () = assert!(ReceiptState::ALL.len() * RECIPIENTS + VERSIONS <= TRAIL_STEPS);
/// The most bytes of a ground's code.
const GROUND_BYTES: usize = 64;
/// The most things that a maker says on its own word.
const SAID: usize = 1024;

/// A trail as it was read, with the bytes that its maker signed.
pub(super) struct Signed {
    pub(super) trail: Trail,
    pub(super) body: Vec<u8>,
    pub(super) signature: Signature,
}

impl Trail {
    /// Signs the trail and writes it as text. `keys` is the pair that [`Self::key`] names.
    #[must_use]
    pub fn sign(&self, keys: &SigningKeyPair) -> String {
        let mut bytes = self.encode();
        let signature = sign_trail(&bytes, keys);
        bytes.extend_from_slice(&signature);
        armoured(&bytes)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::labelled(LABEL);
        w.text(self.exchange.as_str())
            .member(self.maker)
            .key_id(self.key)
            .time(self.made)
            .notice(self.notice);
        w.count(self.heads.len());
        for head in &self.heads {
            w.text(head.note.as_str());
            w.option(head.consistency.as_ref(), |w, proof| {
                w.bytes(&proof.to_bytes());
            });
        }
        w.count(self.directory.len());
        for entry in &self.directory {
            write_logged(&mut w, entry);
            w.bytes(&entry.record);
        }
        w.count(self.evidence.len());
        for evidence in &self.evidence {
            write_logged(&mut w, evidence);
            w.fixed(&evidence.record.to_bytes());
        }
        w.count(self.recipients.len());
        for member in &self.recipients {
            w.member(*member);
        }
        w.count(self.said.len());
        for said in &self.said {
            w.fixed(&said.to_bytes());
        }
        w.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        if r.take(LABEL.len())? != LABEL.as_bytes() || r.u8()? != 0 {
            return Err(CodecError::Value("label"));
        }
        Ok(Self {
            exchange: r.parsed(63, "exchange")?,
            maker: r.member()?,
            key: r.key_id()?,
            made: r.time()?,
            notice: r.notice()?,
            heads: r.list(TRAIL_STEPS + TRAIL_ENTRIES, read_head)?,
            directory: r
                .list(TRAIL_ENTRIES, |r| read_logged(r, |r| Ok(r.bytes(DIRECTORY_ENTRY_BYTES)?.to_vec())))?,
            evidence: r.list(TRAIL_STEPS, |r| read_logged(r, Evidence::read))?,
            recipients: r.set(RECIPIENTS, Reader::member)?,
            said: r.set(SAID, Said::read)?.into_iter().collect(),
        })
    }
}

impl Signed {
    /// Reads the text of a trail. Nothing is verified but that it is the one spelling.
    pub(super) fn parse(text: &[u8]) -> Result<Self, TrailError> {
        let bytes = unarmoured(text)?;
        let mut r = Reader::new(&bytes);
        let read = Trail::read(&mut r).and_then(|trail| {
            let body = bytes.len() - r.rest().len();
            let signature = r.array()?;
            r.clone().finish().map(|()| (trail, body, signature))
        });
        let at = bytes.len() - r.rest().len();
        let (trail, body, signature) = read.map_err(|cause| TrailError::Codec { at, cause })?;
        let mut bytes = bytes;
        bytes.truncate(body);
        Ok(Self { trail, body: bytes, signature })
    }
}

amana_seal::encoded!(Said { at, event, ground [..= GROUND_BYTES] } if |said: &Said| {
    if said.event.is_sayable() { Ok(()) } else { Err(CodecError::Value("event")) }
});

fn write_logged<T>(w: &mut Writer, logged: &Logged<T>) {
    w.seq(logged.index).time(logged.accepted_at).fixed(&logged.leaf_salt);
    w.u32(u32::try_from(logged.head).unwrap_or(u32::MAX)).bytes(&logged.path.to_bytes());
}

fn read_logged<T>(
    r: &mut Reader<'_>,
    record: impl FnOnce(&mut Reader<'_>) -> Result<T, CodecError>,
) -> Result<Logged<T>, CodecError> {
    Ok(Logged {
        index: r.seq()?,
        accepted_at: r.time()?,
        leaf_salt: r.array()?,
        head: usize::try_from(r.u32()?).map_err(|_| CodecError::Value("checkpoint's number"))?,
        path: InclusionProof::from_bytes(r.bytes(PROOF_BYTES)?)
            .map_err(|_| CodecError::Value("inclusion proof"))?,
        record: record(r)?,
    })
}

fn read_head(r: &mut Reader<'_>) -> Result<Head, CodecError> {
    let note = SignedNote::parse(r.bytes(MAX_NOTE_BYTES)?).map_err(|_| CodecError::Value("checkpoint"))?;
    let consistency = r.option(|r| {
        ConsistencyProof::from_bytes(r.bytes(PROOF_BYTES)?)
            .map_err(|_| CodecError::Value("consistency proof"))
    })?;
    Ok(Head { note, consistency })
}

fn armoured(bytes: &[u8]) -> String {
    let base64 = STANDARD.encode(bytes);
    let mut text = String::with_capacity(HEADER.len() + base64.len() + base64.len() / COLUMNS + 2);
    text.push_str(HEADER);
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII, so that every place is a character's.
        let (line, more) = rest.split_at_checked(COLUMNS).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text
}

fn unarmoured(text: &[u8]) -> Result<Vec<u8>, TrailError> {
    if text.len() > TRAIL_BYTES {
        return Err(TrailError::TooLarge { bytes: text.len() });
    }
    let lines = text.strip_prefix(HEADER.as_bytes()).ok_or(TrailError::Header)?;
    // Every line but the last holds a whole number of bytes, so that a line can be told as the wrong one.
    let mut bytes = Vec::with_capacity(lines.len() / 4 * 3);
    let mut rest = lines;
    let mut line = 1;
    while !rest.is_empty() {
        line += 1;
        let wrong = TrailError::Line { line };
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or(wrong.clone())?;
        let (this, more) = rest.split_at_checked(end).ok_or(wrong.clone())?;
        rest = more.strip_prefix(b"\n").ok_or(wrong.clone())?;
        let whole = if rest.is_empty() { (1..=COLUMNS).contains(&end) } else { end == COLUMNS };
        if !whole || (!rest.is_empty() && this.contains(&b'=')) {
            return Err(wrong);
        }
        STANDARD.decode_vec(this, &mut bytes).map_err(|_| wrong)?;
    }
    Ok(bytes)
}

/// The recipients as they are written: a set has one order.
pub(super) fn in_order(said: Vec<Said>) -> Vec<Said> {
    said.into_iter().collect::<BTreeSet<_>>().into_iter().take(SAID).collect()
}
