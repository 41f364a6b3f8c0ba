//! What a verified trail tells.

use amana_log::TreeHead;
use amana_types::trail::TrailEvent;
use amana_types::{ExchangeName, MemberCode, NoticeId, Seq, Timestamp};

/// A trail that holds. Only [`super::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub(super) exchange: ExchangeName,
    pub(super) maker: MemberCode,
    pub(super) made: Timestamp,
    pub(super) notice: NoticeId,
    pub(super) sender: MemberCode,
    pub(super) head: TreeHead,
    pub(super) heads: usize,
    pub(super) joined: usize,
    pub(super) steps: Vec<Step>,
}

/// A step in the life of the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub event: TrailEvent,
    /// When: by the clock of whoever signed it, of the hub for what only the log says, of the maker for
    /// what it says itself.
    pub at: Timestamp,
    /// Who.
    pub member: MemberCode,
    /// Its place in the log; nothing for what the maker says on its own word.
    pub index: Option<Seq>,
    /// When the hub took it in.
    pub logged: Option<Timestamp>,
    /// The envelope that amends or withdraws it, or that it amends itself.
    pub other: Option<NoticeId>,
    /// The code of its ground; empty where it has none.
    pub ground: String,
}

impl Verified {
    /// The exchange.
    #[must_use]
    pub const fn exchange(&self) -> &ExchangeName {
        &self.exchange
    }

    /// Who tells it.
    #[must_use]
    pub const fn maker(&self) -> MemberCode {
        self.maker
    }

    /// When it was told.
    #[must_use]
    pub const fn made(&self) -> Timestamp {
        self.made
    }

    /// The notice.
    #[must_use]
    pub const fn notice(&self) -> NoticeId {
        self.notice
    }

    /// Who sent it.
    #[must_use]
    pub const fn sender(&self) -> MemberCode {
        self.sender
    }

    /// The newest head in it.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// How many signed heads it has.
    #[must_use]
    pub const fn heads(&self) -> usize {
        self.heads
    }

    /// Whether every head is shown to extend the one before it.
    #[must_use]
    pub const fn is_joined(&self) -> bool {
        self.joined + 1 >= self.heads
    }

    /// The steps, in order; who still owes an erasure receipt last.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// Puts what the maker says between what is proven, by time, and keeps the order of the log.
pub(super) fn in_order(proven: Vec<Step>, mut said: Vec<Step>, owed: Vec<Step>) -> Vec<Step> {
    said.sort_by_key(|step| step.at);
    let mut said = said.into_iter().peekable();
    let mut all = Vec::with_capacity(proven.len() + said.len() + owed.len());
    for step in proven {
        let logged = step.logged.unwrap_or(step.at);
        while let Some(before) = said.next_if(|said| said.at < logged) {
            all.push(before);
        }
        all.push(step);
    }
    all.extend(said);
    all.extend(owed);
    all
}
