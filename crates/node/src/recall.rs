//! Telling members what was decided about a notice: that it is withdrawn, suspended or resumed, or that a
//! newer version leaves them out.
//!
//! A decision is a record that lists who is to be told. Telling them is separate, because it may have to
//! wait: until the hub has taken the notice itself, or until a member that was suspended takes part again.
//! [`RecallDispatch`] does it whenever it can, also after a restart.

use std::collections::BTreeSet;

use amana_seal::envelope::{Header, Supersedes};
use amana_types::life::{Grounds, SuspensionSection, WithdrawalSection};
use amana_types::{Directory, MemberCode, NoticeId, Seq};
use amana_wire::convert::{encode_suspension, encode_withdrawal};
use amana_wire::v1;
use prost::Message as _;

use crate::amend::{SettleAmendment, SettleError};
use crate::basis::Basis;
use crate::commands::{Command, CommandError, CommandQueue, Decision};
use crate::compose::{Body, Order};
use crate::holdings::{Holdings, HoldingsError};
use crate::machine::Kind;
use crate::machine::rows::Answered;
use crate::record::{Recall, Record, Suspended};
use crate::rounds::{Next, Round, RoundError};
use crate::sealing::{ResealError, Sealed, SealingError, addressing_of, exactly, seal};
use crate::standing::StandingError;

/// Seals what was decided, by the record at that place, for those that it has not reached and that take part
/// at present.
pub(crate) struct SendOrder(pub(crate) Seq);

/// What was decided was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrderError {
    /// Everybody was told.
    #[error("everybody was told what was decided")]
    Settled,
    /// The notice is not here.
    #[error(transparent)]
    Standing(#[from] StandingError),
    /// It cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl Command for SendOrder {
    type Answer = ();
    type Error = OrderError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<(), OrderError>, OrderError> {
        let Self(of) = self;
        let members = {
            let state = basis.holdings.state().read();
            let unreached = state.unreached.get(&of).ok_or(OrderError::Settled)?;
            active(&unreached.members, &state.directory)
        };
        if members.is_empty() {
            return Ok(Decision::answer(()));
        }
        let Decided { notice, told } = decided(basis, of)?;
        let put = basis.holdings.own_notice(notice)?.ok_or(StandingError::NoSuchNotice)?;
        let superseded = Supersedes { id: put.id, header_hash: put.header_hash };
        let order = Order {
            id: basis.new_id(),
            sender: basis.own,
            created: basis.now,
            // Until then somebody may hold the notice; after it, each node erases it by itself.
            expires: put.expires,
            addressing: &exactly(&members),
            body: told.about(superseded),
        };
        let sealed = seal(basis, &order, &[])?;
        Ok(Decision::record(record(of, notice, &order, sealed), ()))
    }
}

/// Seals a waiting order anew, after the directory moved, for those that still take part.
pub(crate) fn reseal(basis: &Basis<'_>, before: Recall) -> Result<Record, ResealError> {
    let damaged = || HoldingsError::Row("the envelope of a waiting withdrawal or suspension");
    let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
    let header = Header::decode(&envelope.header).map_err(|_| damaged())?;
    let addressed = addressing_of(&before.envelope)?.countries;
    let members = active(&addressed, &basis.holdings.state().read().directory);
    let Decided { told, .. } = decided(basis, before.of)?;
    let order = Order {
        id: before.id,
        sender: basis.own,
        created: before.created,
        expires: before.expires,
        addressing: &exactly(&members),
        body: told.about(header.supersedes.ok_or_else(damaged)?),
    };
    let sealed = seal(basis, &order, &before.recipients)?;
    Ok(record(before.of, before.notice, &order, sealed))
}

fn record(of: Seq, notice: NoticeId, order: &Order<'_>, sealed: Sealed) -> Record {
    let Sealed { envelope, header_hash, recipients, .. } = sealed;
    let Order { id, created, expires, .. } = *order;
    Record::Recall(Recall { of, notice, id, created, expires, recipients, header_hash, envelope })
}

/// What was decided about a version, and what members are told of it.
struct Decided {
    notice: NoticeId,
    told: Told,
}

/// What the record at that place decided.
fn decided(basis: &Basis<'_>, of: Seq) -> Result<Decided, HoldingsError> {
    let sender = basis.own;
    let withdrawal = |notice, grounds| {
        let told = Told::Withdrawal(encode_withdrawal(&WithdrawalSection { sender, notice, grounds }));
        Decided { notice, told }
    };
    Ok(match basis.holdings.record(of)? {
        Record::Withdrawn(withdrawn) => {
            withdrawal(withdrawn.notice, basis.vault.open_grounds(&withdrawn.nonce, &withdrawn.sealed)?)
        }
        Record::Restricted(restricted) => withdrawal(restricted.version, Grounds::restricted()),
        Record::Suspended(Suspended { notice, suspended, number, .. }) => {
            let section = SuspensionSection { sender, notice, suspended, number };
            Decided { notice, told: Told::Suspension(encode_suspension(&section)) }
        }
        _ => return Err(HoldingsError::Row(Kind::Unreached.name())),
    })
}

/// What members are told about a version: the one section of the envelope.
enum Told {
    Withdrawal(Vec<u8>),
    Suspension(Vec<u8>),
}

impl Told {
    fn about(&self, of: Supersedes) -> Body<'_> {
        match self {
            Self::Withdrawal(section) => Body::Withdrawal { section, of },
            Self::Suspension(section) => Body::Suspension { section, of },
        }
    }
}

fn active(members: &BTreeSet<MemberCode>, directory: &Directory) -> BTreeSet<MemberCode> {
    let takes_part = |code: &&MemberCode| directory.member(**code).is_some_and(|member| member.is_active());
    members.iter().filter(takes_part).copied().collect()
}

/// Sends what was decided about notices on its way as soon as that is possible.
pub(crate) struct RecallDispatch {
    pub(crate) holdings: Holdings,
    pub(crate) commands: CommandQueue,
}

impl Round for RecallDispatch {
    const NAME: &'static str = "orders about notices";

    async fn once(&mut self) -> Result<Next, RoundError> {
        let mut next = Next::Progress;
        for id in self.published() {
            match self.commands.run(SettleAmendment(id)).await {
                Ok(()) | Err(SettleError::Settled) => {}
                Err(SettleError::Command(error)) if error.is_stopping() => return Err(RoundError::Stopped),
                Err(error) => {
                    tracing::error!(%error, "whom an amendment leaves out is undecided; trying again");
                    next = Next::RetryOrProgress;
                }
            }
        }
        for of in self.possible() {
            match self.commands.run(SendOrder(of)).await {
                Ok(()) | Err(OrderError::Settled) => {}
                Err(OrderError::Command(error)) if error.is_stopping() => return Err(RoundError::Stopped),
                Err(error) => {
                    tracing::error!(%error, "a withdrawal or suspension could not be sealed; trying again");
                    next = Next::RetryOrProgress;
                }
            }
        }
        Ok(next)
    }
}

impl RecallDispatch {
    /// Amendments that are published and about which it is not decided whom they leave out.
    fn published(&self) -> Vec<NoticeId> {
        let amending: Vec<NoticeId> = self.holdings.state().read().amending.iter().copied().collect();
        let published = |id: &NoticeId| {
            let version = self.holdings.version(*id);
            matches!(version, Ok(Some(version)) if version.stands && version.index.is_some())
        };
        amending.into_iter().filter(published).collect()
    }

    /// Decisions with somebody to tell, whose notice the hub has taken: before that nobody has it,
    /// and what takes the place of nothing would be refused.
    fn possible(&self) -> Vec<Seq> {
        let candidates: Vec<(Seq, NoticeId)> = {
            let state = self.holdings.state().read();
            let somebody =
                state.unreached.iter().filter(|(_, of)| !active(&of.members, &state.directory).is_empty());
            somebody.map(|(at, of)| (*at, of.notice)).collect()
        };
        let taken = |(_, notice): &(Seq, NoticeId)| {
            let answered = self.holdings.get::<Answered>(Kind::Outcome, notice.as_bytes());
            matches!(answered, Ok(Some(Answered { index: Some(_), .. })))
        };
        candidates.into_iter().filter(taken).map(|(at, _)| at).collect()
    }
}
