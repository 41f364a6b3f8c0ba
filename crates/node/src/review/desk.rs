//! The review desk at work: officers decide, one record a decision; the [`ReviewUplink`] brings it to the hub as
//! soon as that can be reached, also after a restart. The hub delivers it back, and then it is over here.
//!
//! An arrest (RED) needs two officers of the desk. The first officer's pass is a record at the desk's node, and
//! nothing is sent.

use std::collections::HashSet;
use std::sync::Arc;

use amana_client::ClientError;
use amana_client::exchange::decide;
use amana_seal::receipt::Receipted;
use amana_seal::review::{ReviewDecision, Ruling, seal_words};
use amana_types::review::ReviewRefusal;
use amana_types::{MemberCode, MemberKind, NoticeId, Reason, Seq};
use amana_wire::v1;
use prost::Message as _;

use crate::fold::parts::BlindDigest;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Part;
use crate::notice::record::Received;
use crate::outbox::hub::HubLink;
use crate::review::record::{Decided, Proposed};
use crate::review::state::ToReview;
use crate::subjects::Record;
use crate::work::basis::Basis;
use crate::work::commands::{Command, CommandError, Decision};
use crate::work::each::{OneByOne, Undone};
use crate::work::waits::{Cause, Item, Queue};

/// What an officer of the desk says about a notice.
pub(crate) struct Ruled {
    pub(crate) notice: NoticeId,
    /// Keyed digest of the officer's name.
    pub(crate) officer: BlindDigest,
    /// Why it is not let through; nothing when it is.
    pub(crate) refusal: Option<ReviewRefusal>,
}

/// What waits for the desk.
struct Held {
    sender: MemberCode,
    envelope: Receipted,
    /// Whether two officers have to pass it.
    asks_for_arrest: bool,
}

/// Whether another officer has to pass it too.
pub(crate) type SecondNeeded = bool;

/// Nothing was decided.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// This node is not the review desk's.
    #[error("only the exchange's review desk decides; this node is another member's")]
    NotTheDesk,
    /// It does not wait here.
    #[error("no such notice waits for review here")]
    NotForReview,
    /// It was decided.
    #[error("the notice is decided already; what stands is on its way to the exchange's log")]
    Over,
    /// The same officer twice.
    #[error(
        "you have passed this notice already; it asks for an arrest, so another officer has to pass it too"
    )]
    SecondOfficerNeeded,
    /// The words could not be sealed to the sender.
    #[error("the words could not be sealed to the sender; try again without them")]
    Words,
    /// What is stored does not read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// It was not carried out.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl DecideError {
    /// The reason, for programs.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::NotTheDesk => Reason::NotTheReviewDesk,
            Self::NotForReview => Reason::NotForReview,
            Self::Over => Reason::ReviewOver,
            Self::SecondOfficerNeeded => Reason::SecondOfficerNeeded,
            Self::Words => Reason::NotSealable,
            Self::Command(error) => error.reason(),
            Self::Holdings(_) => Reason::NodeFault,
        }
    }
}

/// Whether a node is the review desk's, by its directory.
pub(crate) fn is_desk(holdings: &Holdings, own: MemberCode) -> bool {
    let state = holdings.state().read();
    state.base.directory.member(own).is_some_and(|own| own.kind == MemberKind::ReviewDesk)
}

impl Command for Ruled {
    type Answer = SecondNeeded;
    type Error = DecideError;

    /// Decides, or proposes what two officers have to pass.
    fn decide(self, basis: &Basis<'_>) -> Result<Decision<SecondNeeded, DecideError>, DecideError> {
        if !is_desk(basis.holdings, basis.own) {
            return Err(DecideError::NotTheDesk);
        }
        let waiting = basis.holdings.state().read().reviews.waiting.get(&self.notice).copied();
        let ToReview { at, proposed, decided } = waiting.ok_or(DecideError::NotForReview)?;
        if decided.is_some() {
            return Err(DecideError::Over);
        }
        let held = held(basis, at)?;
        if self.refusal.is_none() && held.asks_for_arrest {
            match proposed {
                None => {
                    let (notice, officer, at) = (self.notice, self.officer, basis.now);
                    return Ok(Decision::record(Record::Proposed(Proposed { notice, at, officer }), true));
                }
                Some(first) if first == self.officer => return Err(DecideError::SecondOfficerNeeded),
                Some(_) => {}
            }
        }
        let signed = self.decision(basis, &held)?.sign(basis.keys);
        let (body, signature) = (signed.bytes, signed.signature.to_vec());
        let decided = Decided { notice: self.notice, officer: self.officer, body, signature };
        Ok(Decision::record(Record::Decided(decided), false))
    }
}

impl Ruled {
    fn decision(&self, basis: &Basis<'_>, held: &Held) -> Result<ReviewDecision, DecideError> {
        let ruling = match &self.refusal {
            None => Ruling::Pass,
            Some(refusal) if refusal.text().is_empty() => {
                Ruling::Refuse { ground: refusal.ground(), words: None }
            }
            Some(refusal) => {
                let directory = Arc::clone(&basis.holdings.state().read().base.directory);
                let sender = directory.member(held.sender).ok_or(DecideError::Words)?;
                let hash = &held.envelope.header_hash;
                let words = seal_words(refusal.text(), basis.own, sender, hash, basis.random);
                Ruling::Refuse { ground: refusal.ground(), words: Some(words.ok_or(DecideError::Words)?) }
            }
        };
        let (desk, key, at) = (basis.own, basis.keys.id(), basis.now);
        Ok(ReviewDecision { desk, key, sender: held.sender, envelope: held.envelope, ruling, at })
    }
}

/// What waits at a place: a notice or a reply.
fn held(basis: &Basis<'_>, at: Seq) -> Result<Held, HoldingsError> {
    Ok(match basis.holdings.record(at)? {
        Record::Received(notice) => Held {
            sender: notice.sender,
            envelope: Receipted { seq: notice.proven.index, id: notice.id, header_hash: notice.header_hash },
            asks_for_arrest: asks_for_arrest(basis, &notice)?,
        },
        Record::ReplyIn(reply) => Held {
            sender: reply.sender,
            envelope: Receipted { seq: reply.proven.index, id: reply.id, header_hash: reply.header_hash },
            asks_for_arrest: false,
        },
        _ => return Err(HoldingsError::Row("a notice to be reviewed")),
    })
}

/// Whether it is of the type that asks for an arrest.
fn asks_for_arrest(basis: &Basis<'_>, received: &Received) -> Result<bool, HoldingsError> {
    let damaged = || HoldingsError::Row("the summary of a notice");
    let summary = basis.vault.open(received.id, &received.vaulted, Part::Summary)?.ok_or_else(damaged)?;
    let summary = v1::NoticeSummary::decode(summary.as_slice()).map_err(|_| damaged())?;
    Ok(summary.r#type() == v1::NoticeType::Red)
}

/// Brings decisions to the hub.
pub(crate) struct ReviewUplink {
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    /// What the hub has answered to: it comes back down the stream, and with it what stands.
    pub(crate) answered: HashSet<Seq>,
}

impl OneByOne for ReviewUplink {
    const NAME: &'static str = "decisions of the review desk";
    const QUEUE: Queue = Queue::Decisions;
    type Due = Seq;

    fn due(&self) -> Vec<(Item, Seq)> {
        let state = self.holdings.state().read();
        let decided = state.reviews.waiting.iter().filter_map(|(id, review)| Some((*id, review.decided?)));
        let open = decided.filter(|(_, place)| !self.answered.contains(place));
        open.map(|(id, place)| (Item::at(Queue::Decisions, id, place), place)).collect()
    }

    async fn work(&mut self, place: Seq) -> Result<(), Undone> {
        let Record::Decided(decided) = self.holdings.record(place)? else { return Ok(()) };
        let channel = self.hub.connect().await.map_err(|_| Undone::NoHub)?;
        match decide(channel, decided.body.into(), decided.signature.into()).await {
            Ok(index) => tracing::info!(notice = %decided.notice, %index, "a decision is in the log"),
            Err(ClientError::Remote(error)) if !error.is_retryable() => {
                tracing::warn!(notice = %decided.notice, %error, "the hub did not take a decision");
            }
            Err(error) => return Err(Undone::Later(Cause::of_call(&error))),
        }
        self.answered.insert(place);
        Ok(())
    }
}
