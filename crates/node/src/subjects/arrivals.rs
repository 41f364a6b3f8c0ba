//! The one list of the envelopes that come in.

use amana_seal::rest::RestError;
use amana_types::{NoticeId, Seq};
use amana_wire::v1;

use crate::ending::judge::Withdrawal;
use crate::inbox::arrival::{Arrival, Came, Unwritten};
use crate::inbox::opening::{Opener, Rejected};
use crate::inbox::{Downlink, SessionError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::Draft;
use crate::notice::opening::IncomingNotice;
use crate::replies::opening::IncomingReply;
use crate::versions::judge::SuspensionWord;

/// Declares [`Incoming`] and [`AtRest`].
macro_rules! arrivals {
    ($($(#[$meta:meta])* $kind:ident($type:ty),)+) => {
        /// An envelope that verified, opened and reads. What it may do here is not judged yet.
        pub(crate) enum Incoming { $($(#[$meta])* $kind(Box<$type>),)+ }

        /// The same, sealed at rest.
        pub(crate) enum AtRest { $($(#[$meta])* $kind(Box<$type>, <$type as Arrival>::AtRest),)+ }

        impl Incoming {
            /// Verifies, opens and reads one delivery at its place in the log.
            ///
            /// # Errors
            /// Why it is set aside.
            pub(crate) fn open(
                opener: &Opener<'_>,
                message: &v1::EnvelopeDelivery,
                at: Seq,
            ) -> Result<Self, Rejected> {
                let path = message.slot_path.concat();
                let verified = opener.verify(message, &path, at)?;
                let kind = verified.header().kind;
                $(
                    $(#[$meta])*
                    if kind == <$type as Arrival>::KIND {
                        let opened = opener.open(verified)?;
                        return Ok(Self::$kind(Box::new(<$type>::read(opener, opened, at)?)));
                    }
                )+
                Err(Rejected::Kind(kind.code()))
            }

            /// Seals it at rest.
            pub(crate) fn seal(self, vault: &Vault) -> Result<AtRest, RestError> {
                match self {
                    $($(#[$meta])* Self::$kind(arrival) => {
                        let at_rest = arrival.seal(vault)?;
                        Ok(AtRest::$kind(arrival, at_rest))
                    })+
                }
            }
        }

        impl AtRest {
            /// The version that it amends or is about.
            pub(crate) fn about(&self) -> Option<NoticeId> {
                match self { $($(#[$meta])* Self::$kind(arrival, _) => arrival.about(),)+ }
            }

            /// Judges it beside what is here.
            pub(crate) fn take_in(
                self,
                came: Came,
                downlink: &Downlink,
                unwritten: &mut Unwritten,
            ) -> Result<Vec<Draft>, SessionError> {
                match self {
                    $($(#[$meta])* Self::$kind(arrival, at_rest) => {
                        arrival.take_in(at_rest, came, downlink, unwritten)
                    })+
                }
            }
        }
    };
}

arrivals! {
    Notice(IncomingNotice),
    Reply(IncomingReply),
    Withdrawal(Withdrawal),
    Suspension(SuspensionWord),
    #[cfg(test)]
    Heartbeat(crate::fixture_tests::judge::Heartbeat),
}

#[cfg(test)]
#[path = "arrivals_tests.rs"]
mod tests;
