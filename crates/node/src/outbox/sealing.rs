//! Routing and sealing of everything that this node sends.
//!
//! An envelope that is held for review is outside the sequence to its recipients: it comes later than what was sent
//! after it, or never, and both would look like a break. Slot and header both say so; a slot that disagrees with
//! its header is refused. When the hub withholds an envelope that was passed, its sender sees it: the `DELIVERED`
//! receipt is missing. An envelope that becomes held while it waits in the outbox leaves its number unused, and the
//! recipient reports a break. Rejected: giving the number back, for which the fold would have to read.

use std::collections::BTreeSet;
use std::sync::Arc;

use amana_log::{SignedNote, TreeHead};
use amana_policy::operation::{self, OperationRefused};
use amana_policy::{self as policy, Audience, RouteRefused, Unfit, route};
use amana_seal::envelope::{PairLink, SealError};
use amana_seal::rest::RestError;
use amana_types::{Addressing, Digest, MemberCode, NoticeId, Reason};
use amana_wire::v1;
use futures_util::future::BoxFuture;
use prost::Message as _;

use crate::fold::parts::PairPlace;
use crate::inbox::unreadable::Unreadable;
use crate::ledger::holdings::HoldingsError;
use crate::outbox::compose::{Fitting, Order, Routed, compose};
use crate::subjects::State;
use crate::work::basis::Basis;
use crate::work::commands::CommandError;

/// Something of ours cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealingError {
    /// Nobody may receive it.
    #[error(transparent)]
    Route(#[from] RouteRefused),
    /// It does not fit those who send and receive it.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It may not travel in the name of its operation.
    #[error(transparent)]
    Operation(#[from] OperationRefused),
    /// It cannot be sealed as it is.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl SealingError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Route(refused) => refused.reason(),
            Self::Unfit(unfit) => unfit.reason(),
            Self::Operation(refused) => refused.reason(),
            Self::Seal(_) => Reason::NotSealable,
        }
    }
}

/// Something that waits for the hub is not sealed anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResealError {
    /// The hub has answered already.
    #[error("the notice does not wait for the hub any more")]
    Settled,
    /// It was withdrawn, or expired, before anybody had it.
    #[error("the notice ended before the hub took it; nobody has it")]
    Ended,
    /// It cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// It was made while our clock was ahead, and does not hold by the right time.
    #[error("it was made while this node's clock was ahead, and cannot be made anew: {0}")]
    NotAnew(#[from] Unreadable),
    /// It cannot be sealed at rest.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl ResealError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Ended => Reason::NoticeOver,
            Self::Sealing(error) => error.reason(),
            Self::Command(error) => error.reason(),
            Self::NotAnew(_) => Reason::NoticeInvalid,
            Self::Settled | Self::Rest(_) | Self::Holdings(_) => Reason::NodeFault,
        }
    }

    /// Whether it is the last word about a notice that was to be sealed anew.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Ended | Self::Sealing(_) | Self::NotAnew(_))
    }
}

/// Seals anew what waits under an id. What that takes is its subject's.
pub(crate) type Resealing =
    Arc<dyn Fn(NoticeId) -> BoxFuture<'static, Result<(), ResealError>> + Send + Sync>;

/// An envelope that can go, and whose turn it is with each recipient.
pub(crate) struct Sealed {
    /// The envelope as it goes to the hub, in the encoding of the contract.
    pub(crate) envelope: Vec<u8>,
    pub(crate) header_hash: Digest,
    /// Whether it is held for the review desk.
    pub(crate) held: bool,
    pub(crate) recipients: Vec<PairPlace>,
}

/// Routes and seals. `before` are the places that it had already, when it is sealed anew.
pub(crate) fn seal(
    basis: &Basis<'_>,
    order: &Order<'_>,
    before: &[PairPlace],
) -> Result<Sealed, SealingError> {
    let (directory, audit, places, audience, held) = {
        let state = basis.holdings.state().read();
        let own = state.base.directory.member(basis.own);
        let held = order.body.is_held(own.is_some_and(|own| own.is_under_review()));
        let audience = route(order.addressing, basis.own, held, &state.base.directory, basis.now)?;
        if let Some(fit) = &order.body.fit {
            check_fit(basis, fit, &audience, held, &state)?;
        }
        let places = places(&state, &audience, held, before);
        (Arc::clone(&state.base.directory), verified_head(&state), places, audience, held)
    };
    let routed =
        Routed { audience: &audience, held, directory: &directory, audit, places: places.as_slice() };
    let composed = compose(order, &routed, basis.keys, basis.random)?;
    let envelope = composed.envelope.encode_to_vec();
    Ok(Sealed { envelope, header_hash: composed.header_hash, held, recipients: places })
}

/// Whether it fits those who send and receive it, and its operation.
fn check_fit(
    basis: &Basis<'_>,
    fit: &Fitting,
    audience: &Audience,
    held: bool,
    state: &State,
) -> Result<(), SealingError> {
    let directory = &state.base.directory;
    if let Some(unfit) = policy::fit(fit.told, basis.own, audience, held, directory).into_iter().next() {
        return Err(unfit.into());
    }
    if let Some((operation, what)) = &fit.operation {
        operation::may_send(operation, *what, (basis.own, audience), directory, basis.now)?;
    }
    Ok(())
}

/// The place in each recipient's sequence: the one that it had, else the next one.
fn places(state: &State, audience: &Audience, held: bool, before: &[PairPlace]) -> Vec<PairPlace> {
    let had = |member: &MemberCode| {
        before.iter().find(|place| place.member == *member && place.number != PairLink::HELD.seq.0).copied()
    };
    let place = |member: &MemberCode| match held {
        true => outside(*member),
        false => had(member).unwrap_or_else(|| place_of(*member, state.base.link_to(*member))),
    };
    audience.recipients().iter().map(place).collect()
}

/// The place of what is held: it may arrive late, or never, so it is in no sequence.
pub(crate) const fn outside(member: MemberCode) -> PairPlace {
    place_of(member, PairLink::HELD)
}

const fn place_of(member: MemberCode, PairLink { seq, previous }: PairLink) -> PairPlace {
    PairPlace { member, number: seq.0, previous }
}

/// The newest head of the exchange's log that we verified: told to every recipient, so that a hub that
/// shows different logs to different members is found out.
fn verified_head(state: &State) -> Option<TreeHead> {
    let note = SignedNote::parse(state.base.checkpoint.as_deref()?).ok()?;
    amana_log::Checkpoint::parse(note.text()).ok().map(|checkpoint| checkpoint.head)
}

/// Whom an envelope of ours is addressed to.
pub(crate) fn addressing_of(envelope: &[u8]) -> Result<Addressing, HoldingsError> {
    let damaged = || HoldingsError::Row("an envelope of ours");
    let envelope = v1::Envelope::decode(envelope).map_err(|_| damaged())?;
    amana_seal::envelope::decode_addressing(&envelope.addressing).map_err(|_| damaged())
}

/// By name and nothing else: a region or a group may have changed since the notice was sent.
pub(crate) fn exactly(members: &BTreeSet<MemberCode>) -> Addressing {
    Addressing { countries: members.clone(), ..Addressing::default() }
}
