//! What a decision is based on: everything that it may read, the time and chance. Nothing here writes.

use std::sync::Arc;

use amana_seal::keys::SigningKeyPair;
use amana_types::{Clock, MemberCode, NoticeId, Random, Timestamp};

use crate::attachments::Uploads;
use crate::fold::parts::BlindDigest;
use crate::fold::rows::Requested;
use crate::fold::table::RowKind;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Vault;

/// Where decisions read from, for as long as the node runs.
pub(crate) struct Sources {
    pub(crate) own: MemberCode,
    pub(crate) keys: Arc<SigningKeyPair>,
    pub(crate) uploads: Uploads,
    pub(crate) holdings: Holdings,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// What one decision is based on.
#[derive(Clone, Copy)]
pub(crate) struct Basis<'a> {
    pub(crate) own: MemberCode,
    /// What signs for this member.
    pub(crate) keys: &'a SigningKeyPair,
    pub(crate) uploads: &'a Uploads,
    pub(crate) holdings: &'a Holdings,
    pub(crate) vault: &'a Vault,
    pub(crate) random: &'a dyn Random,
    pub(crate) now: Timestamp,
}

/// The same request id came with something else before.
#[derive(Debug, thiserror::Error)]
#[error("this request id was used for another notice; choose a new one")]
pub(crate) struct RequestIdReused;

impl Sources {
    /// The basis of a decision that is taken now.
    pub(crate) fn basis(&self) -> Basis<'_> {
        let Self { own, keys, uploads, holdings, vault, clock, random } = self;
        Basis { own: *own, keys, uploads, holdings, vault, random: &**random, now: clock.now() }
    }
}

impl Basis<'_> {
    /// A new id.
    pub(crate) fn new_id(&self) -> NoticeId {
        NoticeId::new(self.now, &Draw(self.random))
    }

    /// What was done for the same request before.
    pub(crate) fn requested(&self, request: BlindDigest) -> Result<Option<Requested>, HoldingsError> {
        self.holdings.get(RowKind::REQUEST, &request)
    }
}

/// [`Random`] behind a reference, for callers that want a sized one.
struct Draw<'a>(&'a dyn Random);

impl Random for Draw<'_> {
    fn fill(&self, out: &mut [u8]) {
        self.0.fill(out);
    }
}
