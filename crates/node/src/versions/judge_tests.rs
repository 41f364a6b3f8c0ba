use amana_kit::random::SystemRandom;
use amana_types::{Digest, Seq};

use super::*;
use crate::testing::{code, now};

fn version(sender: Option<&str>, hash: u8) -> Version {
    Version {
        id: NoticeId::new(now(), &SystemRandom),
        header_hash: Digest([hash; 32]),
        sender: sender.map(code),
        before: None,
        at: Seq(0),
        created: Some(now()),
        index: Some(Seq(1)),
        stands: true,
    }
}

#[test]
fn only_its_sender_amends_a_notice_and_only_as_it_is() {
    let there = version(Some("XA"), 1);
    let named = |hash| Supersedes { id: there.id, header_hash: Digest([hash; 32]) };
    assert_eq!(may_amend(code("XA"), named(1), Some(&there), false), Ok(()));
    // It may come before the one before it, which may never have been for us.
    assert_eq!(may_amend(code("XA"), named(1), None, false), Ok(()));
    assert_eq!(may_amend(code("XE"), named(1), Some(&there), false), Err(NotTheirs::Amendment));
    assert_eq!(may_amend(code("XA"), named(2), Some(&there), false), Err(NotTheirs::Amendment));
    let ours = version(None, 1);
    assert_eq!(may_amend(code("XA"), named(1), Some(&ours), false), Err(NotTheirs::Amendment));
    // After a withdrawal it is over, whether or not the notice itself ever came.
    for there in [Some(&there), None] {
        assert_eq!(may_amend(code("XA"), named(1), there, true), Err(NotTheirs::AfterWithdrawal));
    }
    assert_eq!(NotTheirs::AfterWithdrawal.reason().code(), "AMENDMENT_REFUSED");
}
