//! Why things wait, one by one: the last reason, since when, how often it was tried, and when it is tried
//! again. One thing that fails is put off alone; it never holds up another.
//!
//! Nothing of this is written down. After a restart everything is tried at once, so a reason that still
//! holds is learnt again within seconds; `since` then counts from there.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amana_client::ClientError;
use amana_kit::connect::ConnectError;
use amana_types::{Actor, Clock, Digest, NoticeId, Random, Reason, Seq, Timestamp};
use tokio::time::{Instant, sleep_until};

use crate::ledger::bounded::{self, MESSAGE_BYTES, REASON_BYTES};

/// How long a thing waits after it failed once.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// What failed so often does not pass by itself: by then it has waited for a minute or two.
const PATIENCE: u32 = 8;
/// The longest that one waits before it is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

/// What a node does by itself in turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Queue {
    /// Envelopes on their way to the hub.
    Outbox,
    /// Attachments on their way to the hub.
    Uploads,
    /// Attachments on their way here.
    Fetches,
    /// Withdrawals and suspensions that are to be sealed.
    Orders,
    /// Decisions of the review desk on their way to the hub.
    Decisions,
    /// What hangs on a notice and is to follow it.
    Followers,
    /// Notices whose time is over.
    Expiry,
}

/// One thing in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Item {
    pub(crate) queue: Queue,
    /// The notice that it is about.
    pub(crate) notice: NoticeId,
    /// Tells things about one notice apart: the envelope, a place in the journal, the beginning of a digest.
    part: [u8; 16],
}

impl Item {
    /// An envelope in the outbox, and the notice that it is or is about.
    pub(crate) const fn envelope(id: NoticeId, about: NoticeId) -> Self {
        Self { queue: Queue::Outbox, notice: about, part: *id.as_bytes() }
    }

    /// The envelope of one in the outbox.
    pub(crate) fn id(&self) -> NoticeId {
        NoticeId::from_bytes(&self.part).unwrap_or(self.notice)
    }

    /// The same in another queue.
    pub(crate) const fn in_queue(self, queue: Queue) -> Self {
        Self { queue, ..self }
    }

    /// What a record at that place asks for.
    pub(crate) const fn at(queue: Queue, notice: NoticeId, at: Seq) -> Self {
        let ([a, b, c, d, e, f, g, h], n) = (at.0.to_be_bytes(), 0);
        Self { queue, notice, part: [a, b, c, d, e, f, g, h, n, n, n, n, n, n, n, n] }
    }

    /// An attachment that is to be fetched.
    pub(crate) fn fetch(notice: NoticeId, attachment: &Digest) -> Self {
        let mut part = [0; 16];
        part.iter_mut().zip(attachment.as_bytes()).for_each(|(to, from)| *to = *from);
        Self { queue: Queue::Fetches, notice, part }
    }
}

/// Why something did not get on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Stable, UPPER_SNAKE.
    pub(crate) reason: String,
    /// What is wrong and what to do; no word of a case.
    pub(crate) message: String,
    /// Whether it does not pass by itself.
    pub(crate) needs_somebody: bool,
}

impl Cause {
    /// Something that passes.
    pub(crate) fn passing(reason: Reason, message: impl ToString) -> Self {
        Self::new(reason.code(), message, false)
    }

    /// Something that somebody has to put right.
    pub(crate) fn lasting(reason: Reason, message: impl ToString) -> Self {
        Self::new(reason.code(), message, true)
    }

    /// Why the node itself did not do it: it passes when nobody has to act.
    pub(crate) fn own(reason: Reason, message: impl ToString) -> Self {
        Self::new(reason.code(), message, reason.actor() != Actor::Nobody)
    }

    /// Why the hub does not take an envelope yet, for a reason that may be unknown here.
    pub(crate) fn of_hub(reason: &str, message: &str) -> Self {
        let known = reason.parse::<Reason>().ok();
        Self::new(reason, message, known.is_some_and(|known| known.actor() == Actor::HubOperator))
    }

    fn new(reason: &str, message: impl ToString, needs_somebody: bool) -> Self {
        let reason = bounded::text(reason.to_owned(), REASON_BYTES);
        Self { reason, message: bounded::text(message.to_string(), MESSAGE_BYTES), needs_somebody }
    }

    /// Why there is no connection.
    pub(crate) fn unconnected(error: &ConnectError) -> Self {
        Self::new(Reason::HubUnreachable.code(), error, !error.is_passing())
    }

    /// Why a call to the hub gave nothing.
    pub(crate) fn of_call(error: &ClientError) -> Self {
        match error {
            ClientError::Connect(error) => Self::unconnected(error),
            ClientError::Remote(error) => Self::new(&error.reason, &error.message, !error.is_retryable()),
            ClientError::Audit(_) | ClientError::Malformed { .. } => Self::lasting(Reason::HubAnswer, error),
            ClientError::Protocol(_) => Self::own(Reason::ProtocolUnsupported, error),
            ClientError::Closed { .. } => Self::passing(Reason::HubUnreachable, error),
        }
    }

    /// What it says, if it is known here.
    pub(crate) fn known(&self) -> Option<Reason> {
        self.reason.parse().ok()
    }
}

/// A thing that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) cause: Cause,
    /// When it first failed since the node was started.
    pub(crate) since: Timestamp,
    /// When it is tried again; nothing while it is under way.
    pub(crate) next_try: Option<Timestamp>,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// [`Self::next_try`] by a clock that nobody sets.
    resumes: Instant,
}

/// All that waits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Waits {
    all: Arc<Mutex<BTreeMap<Item, Wait>>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Waits {
    pub(crate) fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { all: Arc::default(), clock, random }
    }

    /// Puts a thing off. The log hears of it when its reason is new, and not at each attempt.
    pub(crate) fn failed(&self, item: Item, mut cause: Cause) {
        let mut byte = [0; 1];
        self.random.fill(&mut byte);
        let (now, instant) = (self.clock.now(), Instant::now());
        let mut all = self.lock();
        let before = all.get(&item);
        if before.is_none_or(|before| before.cause.reason != cause.reason) {
            let Item { queue, notice, .. } = item;
            tracing::warn!(?queue, %notice, reason = cause.reason, message = cause.message, "it waits");
        }
        let attempts = before.map_or(0, |before| before.attempts).saturating_add(1);
        let since = before.map_or(now, |before| before.since);
        cause.needs_somebody |= attempts >= PATIENCE;
        let wait = wait_after(attempts, byte[0]);
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let next_try = Some(now.after(amana_types::Duration::from_millis(millis)));
        all.insert(item, Wait { cause, since, next_try, attempts, resumes: instant + wait });
    }

    /// A thing is done, or is no more.
    pub(crate) fn settled(&self, item: Item) {
        self.lock().remove(&item);
    }

    /// A thing that waited is being tried again.
    pub(crate) fn trying(&self, item: Item) {
        if let Some(wait) = self.lock().get_mut(&item) {
            wait.next_try = None;
        }
    }

    /// A thing that waited, and was put right, is tried at once.
    pub(crate) fn hurry(&self, item: Item) {
        if let Some(wait) = self.lock().get_mut(&item) {
            (wait.resumes, wait.next_try) = (Instant::now(), Some(self.clock.now()));
        }
    }

    /// Whether a thing may be tried now.
    pub(crate) fn is_due(&self, item: Item) -> bool {
        self.lock().get(&item).is_none_or(|wait| wait.resumes <= Instant::now())
    }

    /// The things of a queue that were put off and may be tried now.
    pub(crate) fn due(&self, queue: Queue) -> Vec<Item> {
        let now = Instant::now();
        let due = |(item, wait): &(&Item, &Wait)| item.queue == queue && wait.resumes <= now;
        self.lock().iter().filter(due).map(|(item, _)| *item).collect()
    }

    /// When the next thing of a queue may be tried again that may not now.
    pub(crate) fn next_due(&self, queue: Queue) -> Option<Instant> {
        let now = Instant::now();
        let all = self.lock();
        let later = all.iter().filter(|(item, wait)| item.queue == queue && wait.resumes > now);
        later.map(|(_, wait)| wait.resumes).min()
    }

    /// Waits until something of a queue may be tried again.
    pub(crate) async fn next_try(&self, queue: Queue) {
        match self.next_due(queue) {
            Some(at) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Forgets what is not in a queue any more.
    pub(crate) fn keep(&self, queue: Queue, there: &HashSet<Item>) {
        self.lock().retain(|item, _| item.queue != queue || there.contains(item));
    }

    /// Why a thing waits; nothing when it does not.
    pub(crate) fn get(&self, item: Item) -> Option<Wait> {
        self.lock().get(&item).cloned()
    }

    /// Why something about a notice waits: what needs somebody first.
    pub(crate) fn about(&self, notice: NoticeId) -> Option<Wait> {
        let all = self.lock();
        let about = all.iter().filter(|(item, _)| item.notice == notice).map(|(_, wait)| wait);
        about.min_by_key(|wait| (!wait.cause.needs_somebody, wait.since)).cloned()
    }

    /// Everything that waits: first what needs somebody, then the longest waiting.
    pub(crate) fn all(&self) -> Vec<(Item, Wait)> {
        let mut all: Vec<(Item, Wait)> =
            self.lock().iter().map(|(item, wait)| (*item, wait.clone())).collect();
        all.sort_by_key(|(item, wait)| (!wait.cause.needs_somebody, wait.since, *item));
        all
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Item, Wait>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Twice as long after each failure, up to [`LONGEST_WAIT`]; between half of that and all of it, so that
/// what failed together is not tried together.
fn wait_after(attempts: u32, chance: u8) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let step = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    step / 2 + step / 2 * u32::from(chance) / 255
}

#[cfg(test)]
#[path = "waits_tests.rs"]
mod tests;
