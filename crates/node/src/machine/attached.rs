//! Which notices list which attachments, and what is still to come of them.

use amana_seal::envelope::AttachmentHeader;
use amana_seal::record;
use amana_types::limits::ATTACHMENTS;
use amana_types::{Digest, NoticeId, Seq};

use super::rows::Encoded as _;
use super::{Kind, State};
use crate::record::Fetched;

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
    pub(super) struct Fetches {
        pub(super) all: Vec<Fetch> [..= ATTACHMENTS],
    }
}

impl State {
    /// Notes that a notice lists these.
    pub(super) fn lists(&mut self, notice: NoticeId, attachments: &[AttachmentHeader]) {
        for attachment in attachments {
            self.table.put(Kind::Listed, &listed_key(&attachment.sealed, notice), notice.encode());
        }
    }

    /// Notes what is to be fetched for a notice that came in.
    pub(super) fn must_fetch(&mut self, at: Seq, notice: NoticeId, attachments: &[AttachmentHeader]) {
        self.lists(notice, attachments);
        if !attachments.is_empty() {
            let fetches = attachments.iter().map(|attachment| Fetch { notice, attachment: *attachment });
            self.fetches.insert(at, fetches.collect());
            self.changed.fetches.insert(at);
        }
    }

    pub(super) fn fetched(&mut self, fetched: &Fetched) {
        let key = listed_key(&fetched.digest, fetched.notice);
        self.table.put(Kind::Fetched, &key, fetched.encode());
        if let Some(fetches) = self.fetches.get_mut(&fetched.of) {
            fetches.retain(|fetch| fetch.attachment.sealed != fetched.digest);
            if fetches.is_empty() {
                self.fetches.remove(&fetched.of);
            }
            self.changed.fetches.insert(fetched.of);
        }
    }

    /// Nothing more is fetched for a notice that ended.
    pub(super) fn no_fetch(&mut self, notice: NoticeId) {
        let of = |fetches: &Vec<Fetch>| fetches.iter().any(|fetch| fetch.notice == notice);
        let over: Vec<Seq> =
            self.fetches.iter().filter(|(_, fetches)| of(fetches)).map(|(at, _)| *at).collect();
        for at in over {
            self.fetches.remove(&at);
            self.changed.fetches.insert(at);
        }
    }
}

/// The key of an attachment and a notice that lists it.
pub(crate) fn listed_key(digest: &Digest, notice: NoticeId) -> Vec<u8> {
    [digest.as_bytes().as_slice(), notice.as_bytes()].concat()
}
