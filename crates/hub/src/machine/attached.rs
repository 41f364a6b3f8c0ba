//! Which envelopes list which attachments.

use std::collections::BTreeMap;

use amana_seal::codec::{CodecError, Reader, Writer};
use amana_types::{Digest, MemberCode, Seq, Timestamp};

use crate::record::ExpiryHour;

/// An attachment: whose, and which.
pub(crate) type AttachmentName = (MemberCode, Digest);

/// That the envelope at a place lists an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listing {
    pub(super) name: AttachmentName,
    pub(super) seq: Seq,
}

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

    pub(super) fn add(&mut self, listing: Listing, expires: Timestamp) {
        self.0.entry(listing.name).or_default().insert(listing.seq, expires);
    }

    /// Forgets what has expired until an hour; answers which listings are no more.
    pub(super) fn forget(&mut self, until: ExpiryHour) -> Vec<Listing> {
        let mut gone = Vec::new();
        self.0.retain(|name, places| {
            places.retain(|seq, expires| {
                let stays = ExpiryHour::of(*expires) > until;
                gone.extend((!stays).then_some(Listing { name: *name, seq: *seq }));
                stays
            });
            !places.is_empty()
        });
        gone
    }

    /// When the envelope of a listing expires, as its row says; nothing when that is forgotten.
    pub(super) fn row(&self, listing: &Listing) -> Option<[u8; 8]> {
        let expires = self.0.get(&listing.name)?.get(&listing.seq)?;
        Some(expires.unix_millis().to_be_bytes())
    }

    pub(super) fn load(&mut self, key: &[u8], row: &[u8]) -> Result<(), CodecError> {
        let mut r = Reader::new(key);
        let listing = Listing { name: (r.member()?, r.digest()?), seq: r.seq()? };
        r.finish()?;
        let mut r = Reader::new(row);
        self.add(listing, r.time()?);
        r.finish()
    }
}

impl Listing {
    /// The key of its row. One row for each, since one attachment may be listed any number of times.
    pub(super) fn key(&self) -> Vec<u8> {
        let (member, digest) = &self.name;
        let mut w = Writer::default();
        w.member(*member).digest(digest).seq(self.seq);
        w.finish()
    }
}
