use amana_kit::random::SystemRandom;

use super::*;
use crate::testing::now;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }
}

fn waits() -> Waits {
    Waits::new(Arc::new(Still), Arc::new(SystemRandom))
}

fn item() -> Item {
    let id = NoticeId::new(now(), &SystemRandom);
    Item::envelope(id, id)
}

#[test]
fn what_fails_is_put_off_alone() {
    let (waits, stuck, other) = (waits(), item(), item());
    // Far more often than it takes until its wait is longer than this test.
    for attempt in 1..=20 {
        waits.failed(stuck, Cause::passing(Reason::AttachmentMissing, "soon"));
        let wait = waits.get(stuck).unwrap();
        assert_eq!((wait.attempts, wait.since), (attempt, now()));
        assert_eq!(wait.cause.needs_somebody, attempt >= PATIENCE);
    }
    assert!(!waits.is_due(stuck) && waits.is_due(other));
    assert!(waits.next_due(Queue::Outbox).is_some() && waits.next_due(Queue::Uploads).is_none());
    assert_eq!(waits.due(Queue::Outbox), []);
    waits.hurry(stuck);
    assert!(waits.is_due(stuck));
    assert_eq!(waits.due(Queue::Outbox), [stuck]);
    waits.settled(stuck);
    assert_eq!(waits.about(stuck.notice), None);
}

#[test]
fn a_wait_doubles_up_to_a_cap_and_chance_takes_at_most_half_of_it() {
    assert_eq!(wait_after(1, 255), FIRST_WAIT);
    assert_eq!(wait_after(1, 0), FIRST_WAIT / 2);
    for attempts in 1..=9 {
        assert_eq!(wait_after(attempts + 1, 255), wait_after(attempts, 255) * 2);
    }
    for attempts in [11, 20, u32::MAX] {
        assert_eq!(wait_after(attempts, 255), LONGEST_WAIT);
        assert_eq!(wait_after(attempts, 0), LONGEST_WAIT / 2);
    }
}

#[test]
fn what_needs_somebody_comes_first_and_what_is_gone_is_forgotten() {
    let (waits, passing, lasting) = (waits(), item(), item());
    waits.failed(passing, Cause::passing(Reason::AttachmentMissing, "soon"));
    waits.failed(lasting, Cause::lasting(Reason::ClockOff, "set it"));
    let all: Vec<Item> = waits.all().into_iter().map(|(item, _)| item).collect();
    assert_eq!(all, [lasting, passing]);
    waits.keep(Queue::Uploads, &HashSet::new());
    assert_eq!(waits.all().len(), 2, "another queue's");
    waits.keep(Queue::Outbox, &HashSet::from([passing]));
    assert_eq!(waits.all().len(), 1);
}

#[test]
fn an_order_is_found_by_the_notice_that_it_is_about() {
    let waits = waits();
    let [order, notice] = [(); 2].map(|()| NoticeId::new(now(), &SystemRandom));
    let item = Item::envelope(order, notice);
    waits.failed(item, Cause::lasting(Reason::ClockOff, "set it"));
    assert_eq!(waits.about(notice).unwrap().cause.known(), Some(Reason::ClockOff));
    assert_eq!((item.id(), item.notice), (order, notice));
}
