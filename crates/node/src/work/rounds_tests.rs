use std::sync::atomic::{AtomicU64, Ordering};

use amana_kit::random::SystemRandom;

use super::*;

/// Fails, panics, then works, and asks the node to stop.
struct Stumbling {
    begun: Arc<AtomicU64>,
    rounds: Arc<AtomicU64>,
    health: Health,
    shutdown: Shutdown,
}

impl Round for Stumbling {
    const NAME: &'static str = "stumbling";

    async fn once(&mut self) -> Result<Next, RoundError> {
        match self.rounds.fetch_add(1, Ordering::SeqCst) {
            0 => Err(RoundError::failed("something does not read")),
            1 => {
                let told = self.health.told();
                assert_eq!(told, "stumbling failed 1 times and is tried again: something does not read");
                panic!("a round of a test")
            }
            2 => {
                assert_eq!(self.begun.load(Ordering::SeqCst), 2, "it was begun anew");
                assert_eq!(self.health.troubles()["stumbling"].failures, 2);
                Ok(Next::After(Duration::ZERO))
            }
            _ => {
                self.shutdown.trigger();
                Ok(Next::After(Duration::from_secs(3600)))
            }
        }
    }
}

fn rounds(health: &Health, shutdown: &Shutdown) -> (Rounds, watch::Sender<amana_types::Seq>) {
    let (moved, progress) = watch::channel(amana_types::Seq(0));
    let (tasks, random) = (JoinSet::new(), Arc::new(SystemRandom));
    (Rounds { tasks, progress, random, health: health.clone(), shutdown: shutdown.clone() }, moved)
}

#[tokio::test]
async fn what_fails_is_told_and_tried_again_and_what_panics_is_begun_anew() {
    let (health, shutdown) = (Health::default(), Shutdown::new());
    let (mut all, _moved) = rounds(&health, &shutdown);
    let (begun, count) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let made = (Arc::clone(&begun), Arc::clone(&count), health.clone(), shutdown.clone());
    all.begin(move || {
        let (begun, rounds, health, shutdown) = made.clone();
        begun.fetch_add(1, Ordering::SeqCst);
        Stumbling { begun, rounds, health, shutdown }
    });
    all.stopped().await;
    assert_eq!((begun.load(Ordering::SeqCst), count.load(Ordering::SeqCst)), (2, 4));
    assert_eq!(health.told(), "", "it works again");
    assert_eq!(health.troubles()["stumbling"], Trouble { failures: 2, error: None });
}

/// Comes round when the journal moves.
struct Following(Arc<AtomicU64>);

impl Round for Following {
    const NAME: &'static str = "following";

    async fn once(&mut self) -> Result<Next, RoundError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Next::Progress)
    }
}

#[tokio::test]
async fn a_round_comes_when_the_journal_moves_and_ends_with_its_writer() {
    let (mut all, moved) = rounds(&Health::default(), &Shutdown::new());
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    all.begin(move || Following(Arc::clone(&counted)));
    for came in 1..4 {
        while count.load(Ordering::SeqCst) < came {
            tokio::task::yield_now().await;
        }
        for _ in 0..9 {
            tokio::task::yield_now().await;
        }
        assert_eq!(count.load(Ordering::SeqCst), came, "it waits");
        moved.send_replace(amana_types::Seq(came));
    }
    drop(moved);
    all.stopped().await;
}
