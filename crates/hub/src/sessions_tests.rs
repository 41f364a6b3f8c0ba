use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

fn ready(future: impl Future<Output = ()>) -> bool {
    matches!(pin!(future).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()))
}

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

#[test]
fn only_those_concerned_are_woken_and_no_ring_is_lost() {
    let sessions = Arc::<Sessions>::default();
    let (xa, xf) = (sessions.open(code("XA")), sessions.open(code("XF")));
    sessions.ring(&Touched { everyone: false, members: [code("XA"), code("XS")].into() });
    assert!(ready(xa.rung()), "a ring before the waiting counts");
    assert!(!ready(xa.rung()), "and counts once");
    assert!(!ready(xf.rung()));
    sessions.ring(&Touched { everyone: true, members: BTreeSet::new() });
    assert!(ready(xa.rung()) && ready(xf.rung()));
}

#[test]
fn a_second_delivery_of_a_member_takes_over() {
    let sessions = Arc::<Sessions>::default();
    let first = sessions.open(code("XA"));
    assert!(!ready(first.replaced()));
    let second = sessions.open(code("XA"));
    assert!(ready(first.replaced()));
    drop(first);
    assert!(sessions.is_open(code("XA")), "the older one's end does not close the newer one");
    sessions.ring(&Touched { everyone: false, members: [code("XA")].into() });
    assert!(ready(second.rung()));
    drop(second);
    assert!(!sessions.is_open(code("XA")));
}
