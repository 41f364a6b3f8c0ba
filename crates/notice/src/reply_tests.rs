use super::*;

#[test]
fn what_a_reply_settles_is_on_the_side_that_says_it() {
    for reply_type in ReplyType::ALL {
        let owners = reply_type.is_the_owners();
        assert!(!(owners && reply_type.is_a_recipients()), "{reply_type}");
        if reply_type.settles() == Some(Awaited::Permission) {
            assert!(owners, "{reply_type}: only the owner permits");
        }
        if reply_type.needs_ground() {
            assert!(reply_type.settles().is_some(), "{reply_type}: who says no with a ground owes nothing");
        }
    }
    assert_eq!(ReplyType::FurtherQuestion.settles(), None, "a question is no answer");
}
