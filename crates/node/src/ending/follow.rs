//! What follows a notice: replies end with it; and what passes it on is withdrawn with it, is suspended
//! while it is, and when it is amended, since the owner's grant and words were about the version before.
//!
//! What a forward ought to do is read from the rows whenever something happens to its origin or to itself,
//! also after a restart. It is no history of its own, so nothing can be missed or done twice.
//!
//! The fold cannot read rows. It only notes that a notice is to be looked at, when the notice ends and when
//! something comes that belongs to it; so replies and forwards that come in that moment end too.
//!
//! A forward of an amended origin is suspended for good and is due (`FORWARD_OUTDATED`) until its officers withdraw
//! it or pass the newer version on to all who had it. A forward of a forward follows in the same way. Rejected:
//! passing the newer version on without an officer, since nobody has read it.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use amana_notice::reply::{Awaited, DECIDE_WITHIN};
use amana_types::life::{Ground, Grounds, NoticeStatus};
use amana_types::{Clock, MemberCode, MemberKind, NoticeId, Reason, Seq};

use crate::ending::withdraw::{WithdrawError, Withdrawal};
use crate::fold::record::Looked;
use crate::fold::rows::{Cause, Encoded as _, Ended};
use crate::fold::table::RowKind;
use crate::handling::record::PassedOn;
use crate::ledger::holdings::{Holdings, HoldingsError};
use crate::ledger::vault::Vault;
use crate::ledger::writer::{Draft, LedgerWriter, WriteError};
use crate::replies::record::{ClockSet, ReplyEnded, Side};
use crate::subjects::Record;
use crate::versions::standing::{Follows, StandingError};
use crate::versions::suspend::{SuspendError, Suspending, Why};
use crate::work::commands::{CommandError, CommandQueue};
use crate::work::each::{OneByOne, Undone};
use crate::work::rounds::{RoundError, blocking};
use crate::work::waits::{self, Item, Queue};

/// What hangs on one notice that is read at once.
const PAGE: usize = 256;

impl Holdings {
    /// What hangs on a notice.
    fn hanging(&self, kind: RowKind, notice: NoticeId) -> Result<Vec<NoticeId>, HoldingsError> {
        let mut ids = Vec::new();
        let mut from: Option<Vec<u8>> = None;
        loop {
            let bound = from.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let rows = self.rows(kind, notice.as_bytes(), bound, PAGE)?;
            for (_, value) in &rows {
                ids.push(NoticeId::decode(value).map_err(|_| HoldingsError::Row(kind.name()))?);
            }
            if rows.len() < PAGE {
                return Ok(ids);
            }
            from = rows.into_iter().next_back().map(|(key, _)| key);
        }
    }

    /// Whom a notice of ours was sent, the review desk aside.
    fn sent_to(&self, id: NoticeId) -> Result<BTreeSet<MemberCode>, HoldingsError> {
        let Some(located) = self.locate(id)? else { return Ok(BTreeSet::new()) };
        let Record::Outgoing(put) = self.record(located.at)? else { return Ok(BTreeSet::new()) };
        let directory = Arc::clone(&self.state().read().base.directory);
        let desk =
            |code: MemberCode| directory.member(code).is_some_and(|one| one.kind == MemberKind::ReviewDesk);
        Ok(put.recipients.iter().map(|place| place.member).filter(|code| !desk(*code)).collect())
    }

    /// What passes on a version before the one that this passes on, to nobody else than this.
    fn replaced_by(&self, forward: NoticeId) -> Result<Vec<NoticeId>, HoldingsError> {
        let mut replaced = Vec::new();
        let Some(PassedOn { origin, .. }) = self.passed_on(forward)? else { return Ok(replaced) };
        let Some(versions) = self.versions(origin)? else { return Ok(replaced) };
        let Some(version) = versions.get(origin) else { return Ok(replaced) };
        let to = self.sent_to(forward)?;
        for before in versions.before(version) {
            for older in self.hanging(RowKind::FORWARD, before.id)? {
                if self.sent_to(older)?.is_subset(&to) {
                    replaced.push(older);
                }
            }
        }
        Ok(replaced)
    }
}

/// What is to be done about a notice of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    TakeBack,
    Suspend,
    Resume,
}

/// A notice does not do what it has to.
#[derive(Debug, thiserror::Error)]
enum TurnError {
    #[error(transparent)]
    Suspend(#[from] SuspendError),
    #[error(transparent)]
    Withdraw(#[from] WithdrawError),
}

impl TurnError {
    /// The reason, for programs.
    const fn reason(&self) -> Reason {
        match self {
            Self::Suspend(error) => error.reason(),
            Self::Withdraw(error) => error.reason(),
        }
    }
}

/// What follows from what was looked at.
#[derive(Default)]
struct Followed {
    drafts: Vec<Draft>,
    turns: Vec<(NoticeId, Turn)>,
    /// What kept something from following; the rest follows all the same.
    failed: Option<waits::Cause>,
}

impl Followed {
    fn note(&mut self, done: Result<(), HoldingsError>) {
        if let Err(error) = done {
            self.failed = Some(waits::Cause::own(Reason::NodeFault, error));
        }
    }
}

/// Makes what hangs on a notice follow it.
#[derive(Clone)]
pub(crate) struct Follower {
    pub(crate) holdings: Holdings,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) commands: CommandQueue,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl OneByOne for Follower {
    const NAME: &'static str = "what follows notices";
    const QUEUE: Queue = Queue::Followers;
    type Due = (Seq, NoticeId);

    /// Ends, replies and changes that are to be looked at.
    fn due(&self) -> Vec<(Item, (Seq, NoticeId))> {
        let state = self.holdings.state().read();
        let looks = state.base.looks.iter().map(|(at, notice)| (*at, *notice));
        looks.map(|(at, notice)| (Item::at(Queue::Followers, notice, at), (at, notice))).collect()
    }

    /// Looks at one. That it was looked at is written down when all that follows has happened.
    async fn work(&mut self, (at, notice): (Seq, NoticeId)) -> Result<(), Undone> {
        let follower = self.clone();
        let looked = blocking(move || Ok::<_, RoundError>(follower.look(notice))).await;
        let Followed { mut drafts, turns, mut failed } = looked?;
        for (forward, turn) in turns {
            failed = self.turn(forward, turn).await?.or(failed);
        }
        if failed.is_none() {
            drafts.push(Record::Looked(Looked { places: vec![at] }).into());
        }
        if !drafts.is_empty() {
            self.ledger_writer.write(drafts).await?;
        }
        failed.map_or(Ok(()), |cause| Err(Undone::Later(cause)))
    }
}

impl Follower {
    /// The records and turns that follow from what happened to a notice.
    fn look(&self, notice: NoticeId) -> Followed {
        let mut followed = Followed::default();
        let ended = match self.holdings.ended(notice) {
            Ok(Some(ended)) => self.replies_of(notice, ended, &mut followed),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        followed.note(ended);
        let mut forwards = BTreeSet::from([notice]);
        match self.holdings.hanging(RowKind::FORWARD, notice) {
            Ok(hanging) => forwards.extend(hanging),
            Err(error) => followed.note(Err(error)),
        }
        for forward in forwards {
            let decided = self.decide(forward, &mut followed);
            followed.note(decided);
        }
        followed
    }

    /// What a notice of ours that passes another on has to do; nothing when it passes on none, has ended, or
    /// was replaced by a newer one that does.
    fn decide(&self, forward: NoticeId, followed: &mut Followed) -> Result<(), HoldingsError> {
        let Some(follows) = self.holdings.follows(forward)? else { return Ok(()) };
        let status = self.holdings.status(forward)?;
        let over = matches!(status, NoticeStatus::Refused) || self.holdings.ended(forward)?.is_some();
        if over || self.holdings.is_superseded(forward)? {
            return Ok(());
        }
        let versions = self.holdings.versions(forward)?;
        let by_origin = versions.is_some_and(|versions| versions.suspended_by_origin());
        match (follows, status) {
            (Follows::Gone, _) => followed.turns.push((forward, Turn::TakeBack)),
            // Nobody has it yet; it is looked at again when the review desk passes it.
            (_, NoticeStatus::UnderReview) => {}
            (Follows::Stands, _) => {
                let replaced = self.holdings.replaced_by(forward)?.into_iter();
                followed.turns.extend(replaced.map(|older| (older, Turn::TakeBack)));
                if by_origin {
                    followed.turns.push((forward, Turn::Resume));
                }
            }
            (Follows::Suspended | Follows::Amended, status) => {
                if status != NoticeStatus::Suspended {
                    followed.turns.push((forward, Turn::Suspend));
                }
                if follows == Follows::Amended && !self.is_outdated(forward) {
                    followed.drafts.push(self.outdated(forward)?);
                }
            }
        }
        Ok(())
    }

    /// Whether it is due already that a forward is renewed or withdrawn.
    fn is_outdated(&self, forward: NoticeId) -> bool {
        let state = self.holdings.state().read();
        state
            .replies
            .clocks
            .iter()
            .any(|(_, clock)| clock.notice == forward && clock.what == Awaited::Forward)
    }

    /// It is due, to those who have it.
    fn outdated(&self, forward: NoticeId) -> Result<Draft, HoldingsError> {
        Ok(Record::ClockSet(ClockSet {
            notice: forward,
            what: Awaited::Forward,
            side: Side::Owed,
            members: self.holdings.sent_to(forward)?.into_iter().collect(),
            since: Some(self.clock.now()),
            within: DECIDE_WITHIN,
            by: None,
            held: false,
        })
        .into())
    }

    /// Takes one turn; answers why it could not be taken.
    async fn turn(&self, forward: NoticeId, turn: Turn) -> Result<Option<waits::Cause>, WriteError> {
        let done = match turn {
            Turn::TakeBack => self.take_back(forward).await,
            Turn::Suspend => self.suspend(forward, true).await,
            Turn::Resume => self.suspend(forward, false).await,
        };
        match done {
            Ok(()) => tracing::info!(notice = %forward, ?turn, "it follows the notice that it passes on"),
            // It ended meanwhile, or its origin changed again, which is looked at next.
            Err(
                TurnError::Suspend(
                    SuspendError::Standing(StandingError::Status { .. }) | SuspendError::OriginHolds,
                )
                | TurnError::Withdraw(WithdrawError::Standing(StandingError::Status { .. })),
            ) => {}
            Err(
                TurnError::Suspend(SuspendError::Command(CommandError::Write(error)))
                | TurnError::Withdraw(WithdrawError::Command(CommandError::Write(error))),
            ) => return Err(error),
            Err(error) => return Ok(Some(waits::Cause::own(error.reason(), error))),
        }
        Ok(None)
    }

    async fn suspend(&self, notice: NoticeId, suspended: bool) -> Result<(), TurnError> {
        self.commands.run(Suspending { notice, suspended, why: Why::Origin }).await?;
        Ok(())
    }

    async fn take_back(&self, notice: NoticeId) -> Result<(), TurnError> {
        let what = notice.to_string();
        let digest = |kind| self.vault.digest(kind, &what);
        let Ok(grounds) = Grounds::new(Ground::NoLongerNeeded, "") else { return Ok(()) };
        let (request, content) = (digest("origin withdrawn: request"), digest("origin withdrawn"));
        self.commands.run(Withdrawal { notice, request, content, grounds }).await?;
        Ok(())
    }

    fn replies_of(&self, notice: NoticeId, of: Ended, followed: &mut Followed) -> Result<(), HoldingsError> {
        for id in self.holdings.hanging(RowKind::REPLY, notice)? {
            match self.reply_ended(id, of) {
                Ok(ended) => followed.drafts.extend(ended.map(Draft::from)),
                Err(error) => followed.note(Err(error)),
            }
        }
        Ok(())
    }

    /// The record of a reply that ends; nothing when it has.
    fn reply_ended(&self, reply: NoticeId, of: Ended) -> Result<Option<Record>, HoldingsError> {
        if self.holdings.ended(reply)?.is_some() {
            return Ok(None);
        }
        let Some(located) = self.holdings.locate(reply)? else { return Ok(None) };
        let (key_slot, received) = match self.holdings.record(located.at)? {
            Record::OutgoingReply(put) => (put.vaulted.key_slot, None),
            Record::ReplyIn(reply) => {
                let owing = (reply.sender, reply.header_hash, reply.passed.unwrap_or(reply.proven.index));
                (reply.vaulted.key_slot, Some(owing))
            }
            _ => return Ok(None),
        };
        let withdrawn = of.cause == Cause::Withdrawn;
        let at = self.clock.now();
        Ok(Some(Record::ReplyEnded(ReplyEnded { reply, of: of.place, withdrawn, at, key_slot, received })))
    }
}
