use std::sync::Arc;

use amana_kit::random::SystemRandom;
use amana_types::{Clock, NoticeId, Seq, Timestamp};

use super::*;
use crate::testing::now;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// What becomes of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Fails,
    Panics,
    NoHub,
}

struct Things {
    all: Vec<(Item, Fate)>,
    done: usize,
}

impl OneByOne for Things {
    const NAME: &'static str = "things of a test";
    const QUEUE: Queue = Queue::Orders;
    type Due = Fate;

    fn due(&self) -> Vec<(Item, Fate)> {
        self.all.clone()
    }

    async fn work(&mut self, fate: Fate) -> Result<(), Undone> {
        match fate {
            Fate::Done => self.done += 1,
            Fate::Fails => return Err(Undone::Later(Cause::own(Reason::NodeFault, "it does not read"))),
            Fate::Panics => panic!("a thing of a test"),
            Fate::NoHub => return Err(Undone::NoHub),
        }
        Ok(())
    }
}

fn each(fates: &[Fate]) -> Each<Things> {
    let named = |(at, fate): (u64, &Fate)| {
        let notice = NoticeId::new(now(), &SystemRandom);
        (Item::at(Queue::Orders, notice, Seq(at)), *fate)
    };
    let work = Things { all: (0..).zip(fates).map(named).collect(), done: 0 };
    Each { work, waits: Waits::new(Arc::new(Still), Arc::new(SystemRandom)) }
}

#[tokio::test]
async fn what_fails_or_panics_is_put_off_alone() {
    let mut each = each(&[Fate::Fails, Fate::Done, Fate::Panics, Fate::Done]);
    let next = each.once().await.unwrap();
    assert!(matches!(next, Next::ProgressOrAt(_)), "{next:?}");
    assert_eq!(each.work.done, 2);
    for (item, fate) in each.work.all.clone() {
        assert_eq!(each.waits.get(item).is_some(), fate != Fate::Done, "{fate:?}");
    }
    // What is no more to be done does not wait any more.
    each.work.all.retain(|(_, fate)| *fate == Fate::Done);
    assert_eq!(each.once().await.unwrap(), Next::Progress);
    assert_eq!((each.work.done, each.waits.all().len()), (4, 0));
}

#[tokio::test]
async fn while_the_hub_cannot_be_reached_nothing_else_of_the_queue_is_tried() {
    let mut each = each(&[Fate::NoHub, Fate::Done]);
    assert_eq!(each.once().await.unwrap(), Next::Retry);
    assert_eq!((each.work.done, each.waits.all().len()), (0, 0));
}
