//! What a subject gives to the inbox: how its kind of envelope is read, kept and judged.

use std::collections::HashSet;

use amana_client::exchange::Proven as Logged;
use amana_seal::envelope::{Kind, Opened};
use amana_seal::rest::RestError;
use amana_types::{NoticeId, Seq, Timestamp};
use amana_wire::v1;

use super::opening::{Opener, Rejected};
use super::{Downlink, SessionError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::Draft;

/// One kind of envelope, opened and read.
pub(crate) trait Arrival: Sized + Send {
    /// The kind.
    const KIND: Kind;

    /// What of it is kept sealed at rest.
    type AtRest: Send;

    /// Reads what was opened at a place in the log.
    ///
    /// # Errors
    /// It does not say what an envelope of its kind must: it is set aside.
    fn read(opener: &Opener<'_>, opened: Opened, at: Seq) -> Result<Self, Rejected>;

    /// Seals it at rest.
    ///
    /// # Errors
    /// It cannot be sealed.
    fn seal(&self, vault: &Vault) -> Result<Self::AtRest, RestError>;

    /// The version that it amends or is about.
    fn about(&self) -> Option<NoticeId>;

    /// Judges it beside what is here: its records, or that of why it is set aside.
    ///
    /// # Errors
    /// What is stored does not read.
    fn take_in(
        self,
        at_rest: Self::AtRest,
        came: Came,
        downlink: &Downlink,
        unwritten: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError>;
}

/// How an envelope came.
pub(crate) struct Came {
    pub(crate) envelope: Logged<v1::EnvelopeDelivery>,
    /// The pass of the review desk that came with it.
    pub(crate) passed: Option<Pass>,
}

/// The pass by which an envelope came.
#[derive(Clone, Copy)]
pub(crate) struct Pass {
    /// Its own place in the exchange's log.
    pub(crate) index: Seq,
    /// When the desk passed it, by its clock: from then on it is published.
    pub(crate) at: Timestamp,
}

/// What a decision comes to.
pub(crate) struct Passed {
    pub(crate) drafts: Vec<Draft>,
    /// The envelope that it lets us have, and the pass.
    pub(crate) envelope: Option<(Box<Logged<v1::EnvelopeDelivery>>, Pass)>,
}

/// What the records of a batch say that are not written yet.
#[derive(Default)]
pub(crate) struct Unwritten {
    pub(crate) notices: HashSet<NoticeId>,
    /// Versions whose place another takes.
    pub(crate) superseded: HashSet<NoticeId>,
    /// Keys of [`RowKind::RECALLED`].
    pub(crate) recalled: HashSet<Vec<u8>>,
}

impl Unwritten {
    /// Whether it says something about that version.
    pub(crate) fn knows(&self, id: NoticeId) -> bool {
        self.notices.contains(&id) || self.superseded.contains(&id)
    }
}
