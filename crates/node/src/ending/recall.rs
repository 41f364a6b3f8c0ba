//! Telling members what was decided about a notice: that it is withdrawn, suspended or resumed, or that a
//! newer version leaves them out.
//!
//! A decision is a record that lists who is to be told. Telling them is separate, because it may have to
//! wait: until the hub has taken the notice itself, or until a member that was suspended takes part again.
//! `recall_dispatch` does it whenever it can, also after a restart.

use std::collections::BTreeSet;

use amana_notice::SectionKind;
use amana_seal::envelope::Kind;
use amana_seal::envelope::{Header, Supersedes};
use amana_types::life::{Grounds, SuspensionSection, WithdrawalSection};
use amana_types::{Directory, MemberCode, NoticeId, Reason, Seq};
use amana_wire::convert::{encode_suspension, encode_withdrawal};
use amana_wire::v1;
use prost::Message as _;

use crate::ending::record::Recall;
use crate::fold::table::RowKind;
use crate::ledger::holdings::HoldingsError;
use crate::outbox::compose::{Body, Order};
use crate::outbox::sealing::{ResealError, Sealed, SealingError, addressing_of, exactly, seal};
use crate::subjects::Record;
use crate::versions::record::Suspended;
use crate::versions::standing::StandingError;
use crate::work::basis::Basis;
use crate::work::commands::{Command, CommandError, Decision};

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

impl OrderError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Standing(error) => error.reason(),
            Self::Sealing(error) => error.reason(),
            Self::Command(error) => error.reason(),
            Self::Settled | Self::Holdings(_) => Reason::NodeFault,
        }
    }
}

impl Command for SendOrder {
    type Answer = ();
    type Error = OrderError;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<(), OrderError>, OrderError> {
        let Self(of) = self;
        let members = {
            let state = basis.holdings.state().read();
            let unreached = state.base.unreached.get(&of).ok_or(OrderError::Settled)?;
            active(&unreached.members, &state.base.directory)
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
        Ok(Decision::record(Record::Recall(recall(of, notice, &order, sealed)), ()))
    }
}

/// Seals a waiting order anew, after the directory moved, for those that still take part.
/// Of those places that it had, each keeps its own.
pub(crate) fn reseal(basis: &Basis<'_>, before: &Recall) -> Result<Recall, ResealError> {
    let damaged = || HoldingsError::Row("the envelope of a waiting withdrawal or suspension");
    let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
    let header = Header::decode(&envelope.header).map_err(|_| damaged())?;
    let addressed = addressing_of(&before.envelope)?.countries;
    let members = active(&addressed, &basis.holdings.state().read().base.directory);
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
    Ok(recall(before.of, before.notice, &order, sealed))
}

fn recall(of: Seq, notice: NoticeId, order: &Order<'_>, sealed: Sealed) -> Recall {
    let Sealed { envelope, header_hash, recipients, .. } = sealed;
    let Order { id, created, expires, .. } = *order;
    Recall { of, notice, id, created, expires, recipients, header_hash, envelope }
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
        _ => return Err(HoldingsError::Row(RowKind::UNREACHED.name())),
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
            Self::Withdrawal(section) => Body::order(Kind::Withdrawal, of, SectionKind::Withdrawal, section),
            Self::Suspension(section) => Body::order(Kind::Suspension, of, SectionKind::Suspension, section),
        }
    }
}

pub(crate) fn active(members: &BTreeSet<MemberCode>, directory: &Directory) -> BTreeSet<MemberCode> {
    let takes_part = |code: &&MemberCode| directory.member(**code).is_some_and(|member| member.is_active());
    members.iter().filter(takes_part).copied().collect()
}
