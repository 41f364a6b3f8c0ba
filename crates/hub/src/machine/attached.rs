//! Which envelopes list which attachments.

use std::collections::BTreeMap;

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::{Digest, MemberCode, Seq, Timestamp};

use crate::record::ExpiryHour;

/// More envelopes than one attachment is ever listed by.
const MOST: usize = 100_000;

/// An attachment: whose, and which.
pub(crate) type AttachmentName = (MemberCode, Digest);

/// For each attachment, the places of the envelopes that list it, and when each expires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attached(BTreeMap<AttachmentName, BTreeMap<Seq, Timestamp>>);

impl Attached {
    /// Whether an envelope in the log lists it, erased or not.
    pub(crate) fn lists(&self, sender: MemberCode, digest: &Digest) -> bool {
        self.0.contains_key(&(sender, *digest))
    }

    /// The places of the envelopes that list it.
    pub(crate) fn places(&self, sender: MemberCode, digest: &Digest) -> impl Iterator<Item = Seq> {
        self.0.get(&(sender, *digest)).into_iter().flat_map(|places| places.keys().copied())
    }

    pub(super) fn add(&mut self, name: AttachmentName, seq: Seq, expires: Timestamp) {
        self.0.entry(name).or_default().insert(seq, expires);
    }

    /// Forgets what has expired until an hour; answers which attachments that changed.
    pub(super) fn forget(&mut self, until: ExpiryHour) -> Vec<AttachmentName> {
        let mut changed = Vec::new();
        self.0.retain(|name, places| {
            let before = places.len();
            places.retain(|_, expires| ExpiryHour::of(*expires) > until);
            changed.extend((places.len() < before).then_some(*name));
            !places.is_empty()
        });
        changed
    }

    /// What a row says of one; empty when no envelope lists it.
    pub(super) fn row(&self, name: &AttachmentName) -> Vec<u8> {
        let Some(places) = self.0.get(name) else { return Vec::new() };
        let mut w = Writer::default();
        w.count(places.len());
        for (seq, expires) in places {
            w.seq(*seq).time(*expires);
        }
        w.finish()
    }

    pub(super) fn load(&mut self, key: &[u8], row: &[u8]) -> Result<(), CodecError> {
        let mut r = Reader::new(key);
        let name = (r.member()?, r.digest()?);
        let mut r = Reader::new(row);
        let places = r.list(MOST, |r| Ok((r.seq()?, r.time()?)))?;
        self.0.insert(name, places.into_iter().collect());
        r.finish()
    }
}

/// The key of such a row.
pub(super) fn key((member, digest): &AttachmentName) -> Vec<u8> {
    let mut w = Writer::default();
    w.member(*member).digest(digest);
    w.finish()
}
