use amana_seal::envelope::{Kind, Opened};
use amana_seal::rest::RestError;
use amana_types::{MemberCode, NoticeId, Reason, Seq};

use super::record::Beat;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::Draft;
use crate::subjects::Record;

pub(crate) const NOT_ONE: Rejected =
    Rejected::Said { reason: Reason::Unreadable, detail: "the heartbeat does not hold one count" };

/// A heartbeat that verified, opened and reads.
pub(crate) struct Heartbeat {
    pub(crate) sender: MemberCode,
    pub(crate) count: u64,
}

impl Arrival for Heartbeat {
    const KIND: Kind = Kind::Heartbeat;

    type AtRest = ();

    fn read(_: &Opener<'_>, opened: Opened, _: Seq) -> Result<Self, Rejected> {
        let [section] = opened.sections.as_slice() else { return Err(NOT_ONE) };
        let count = section.content.as_slice().try_into().map_err(|_| NOT_ONE)?;
        Ok(Self { sender: opened.header.sender, count: u64::from_be_bytes(count) })
    }

    fn seal(&self, _: &Vault) -> Result<(), RestError> {
        Ok(())
    }

    fn about(&self) -> Option<NoticeId> {
        None
    }

    fn take_in(
        self,
        (): (),
        _: Came,
        downlink: &Downlink,
        _: &mut Unwritten,
    ) -> Result<Vec<Draft>, SessionError> {
        let Self { sender, count } = self;
        Ok(vec![Record::Beat(Beat { sender, count, received_at: downlink.clock.now() }).into()])
    }
}
