//! Which notices list which attachments, and what is still to come of them.

use std::collections::{BTreeMap, BTreeSet};

use amana_seal::envelope::AttachmentHeader;
use amana_seal::record;
use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::limits::ATTACHMENTS;
use amana_types::{Digest, NoticeId, Seq};

use super::record::Fetched;
use crate::fold::apply::Folded;
use crate::fold::base::{Base, Erasure};
use crate::fold::load::each;
use crate::fold::rows::{Encoded as _, place_key, place_of};
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::subjects::Record;

impl RowKind {
    /// An attachment's address and the id of a notice that lists it.
    pub(crate) const LISTED: Self = Self::new(19, "an attachment's notice");
    /// Attachments that are to be fetched, by the place of the notice that lists them.
    pub(crate) const FETCHING: Self = Self::new(20, "an attachment to be fetched");
    /// An attachment's address and a notice's id: whether it came.
    pub(crate) const FETCHED: Self = Self::new(21, "an attachment that came");
}

record! {
    /// An attachment that is to be fetched.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Fetch {
        pub(crate) notice: NoticeId,
        pub(crate) attachment: AttachmentHeader,
    }
}

record! {
    /// What is to be fetched for one notice, as a row.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Fetches {
        all: Vec<Fetch> [..= ATTACHMENTS],
    }
}

/// Attachments that are to be fetched, by the place of the notice that lists them.
#[derive(Default)]
pub(crate) struct Attachments {
    pub(crate) fetches: BTreeMap<Seq, Vec<Fetch>>,
    changed: BTreeSet<Seq>,
}

impl SubjectState for Attachments {
    const KINDS: &'static [RowKind] = &[RowKind::LISTED, RowKind::FETCHING, RowKind::FETCHED];

    fn apply(&mut self, base: &mut Base, Folded { at, record, .. }: Folded<'_>) {
        match record {
            Record::Outgoing(put) => lists(base, put.id, &put.attachments),
            Record::Received(received) => {
                self.must_fetch(base, at, received.id, &received.attachments);
                if received.supersedes.is_some() {
                    // No key goes; what the versions before it have attached does, as far as it leaves that out.
                    base.demand(at, Erasure { slot: None, receipt: None });
                }
            }
            Record::Fetched(fetched) => self.fetched(base, fetched),
            _ => {}
        }
        if let Some(ending) = record.facts().ends() {
            self.over(ending.notice);
        }
    }

    fn write_rows(&mut self, base: &mut Base) {
        for at in std::mem::take(&mut self.changed) {
            let all = self.fetches.get(&at).cloned();
            let value = all.map_or(Ok(Vec::new()), |all| Fetches { all }.encode());
            base.table.put(RowKind::FETCHING, &place_key(at), value);
        }
    }

    fn load(&mut self, views: &Views) -> Result<(), LoadError> {
        each::<Fetches>(views, RowKind::FETCHING, b"", |key, fetches| {
            self.fetches.extend(place_of(key).map(|at| (at, fetches.all)));
        })
    }
}

/// Notes that a notice lists these.
fn lists(base: &mut Base, notice: NoticeId, attachments: &[AttachmentHeader]) {
    for attachment in attachments {
        base.table.put(RowKind::LISTED, &listed_key(&attachment.sealed, notice), notice.encode());
    }
}

impl Attachments {
    /// Notes what is to be fetched for a notice that came in.
    fn must_fetch(&mut self, base: &mut Base, at: Seq, notice: NoticeId, attachments: &[AttachmentHeader]) {
        lists(base, notice, attachments);
        if !attachments.is_empty() {
            let fetches = attachments.iter().map(|attachment| Fetch { notice, attachment: *attachment });
            self.fetches.insert(at, fetches.collect());
            self.changed.insert(at);
        }
    }

    fn fetched(&mut self, base: &mut Base, fetched: &Fetched) {
        let key = listed_key(&fetched.digest, fetched.notice);
        base.table.put(RowKind::FETCHED, &key, fetched.encode());
        if let Some(fetches) = self.fetches.get_mut(&fetched.of) {
            fetches.retain(|fetch| fetch.attachment.sealed != fetched.digest);
            if fetches.is_empty() {
                self.fetches.remove(&fetched.of);
            }
            self.changed.insert(fetched.of);
        }
    }

    /// Nothing more is fetched for a notice that ended.
    fn over(&mut self, notice: NoticeId) {
        let of = |fetches: &Vec<Fetch>| fetches.iter().any(|fetch| fetch.notice == notice);
        let over: Vec<Seq> =
            self.fetches.iter().filter(|(_, fetches)| of(fetches)).map(|(at, _)| *at).collect();
        for at in over {
            self.fetches.remove(&at);
            self.changed.insert(at);
        }
    }
}

/// The key of an attachment and a notice that lists it.
pub(crate) fn listed_key(digest: &Digest, notice: NoticeId) -> Vec<u8> {
    [digest.as_bytes().as_slice(), notice.as_bytes()].concat()
}
