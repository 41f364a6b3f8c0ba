//! What the engine has to know of a record, whatever its subject.

use amana_types::{NoticeId, Timestamp};

use super::parts::{BlindDigest, Vaulted};
use super::rows::Cause;

/// What a record says of things that every subject has. A kind that has none of them says nothing.
pub(crate) trait Facts {
    /// The envelope that goes to the hub.
    fn envelope(&self) -> Option<&[u8]> {
        None
    }

    /// What its envelope is about, if that is not what it is itself.
    fn about(&self) -> Option<NoticeId> {
        None
    }

    /// Its sealed content, and whose it is.
    fn content(&self) -> Option<(NoticeId, &Vaulted)> {
        None
    }

    /// Where the key of what it has sealed lies.
    fn key_slot(&self) -> Option<u64> {
        self.content().map(|(_, vaulted)| vaulted.key_slot)
    }

    /// The same, for the writer, who gives the slot.
    fn key_slot_mut(&mut self) -> Option<&mut u64> {
        None
    }

    /// Whose key it makes go.
    fn ends_key_of(&self) -> Option<NoticeId> {
        None
    }

    /// What it is that it ends.
    fn ends(&self) -> Option<Ending> {
        None
    }

    /// What the hub or the review desk refused for good: nobody has it, so nobody is to be told.
    fn nobody_has(&self) -> Option<NoticeId> {
        None
    }

    /// Keyed digest of the request that it carries out.
    fn request(&self) -> Option<BlindDigest> {
        None
    }

    /// This, whatever its kind.
    fn facts(&self) -> &dyn Facts
    where
        Self: Sized,
    {
        self
    }

    /// The same, to change it.
    fn facts_mut(&mut self) -> &mut dyn Facts
    where
        Self: Sized,
    {
        self
    }
}

/// That something is over here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) notice: NoticeId,
    pub(crate) cause: Cause,
    pub(crate) at: Timestamp,
}
