use std::sync::Arc;

use amana_types::group::{GroupTerms, Standing};
use amana_types::{Addressing, Digest, Duration, Member, MemberStatus, Seq, VerifyingKey};

use super::*;
use crate::route;

const NOW: Timestamp = Timestamp::from_unix_millis(1_780_000_000_000);
const HOUR: Duration = Duration::from_seconds(3600);

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn name() -> GroupName {
    "OP-DAWN".parse().unwrap()
}

/// XA leads the operation OP-DAWN with XF; XS left it, XE is invited. DESK reviews.
fn exchange() -> Directory {
    let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
    for (text, kind) in [
        ("XA", MemberKind::Country),
        ("XF", MemberKind::Country),
        ("XS", MemberKind::Country),
        ("XE", MemberKind::Country),
        ("DESK", MemberKind::ReviewDesk),
    ] {
        let member = Member {
            code: code(text),
            name: text.to_owned(),
            kind,
            parent: None,
            regions: Default::default(),
            child_protection: false,
            status: MemberStatus::Active,
            under_review: false,
            tls_key: Digest([0; 32]),
            identity_key: VerifyingKey([0; 32]),
            signing_keys: Vec::new(),
            hpke_keys: Default::default(),
            enrolled_at: Seq(0),
        };
        directory.members.insert(member.code, Arc::new(member));
    }
    let members = [
        ("XA", Membership::Accepted),
        ("XF", Membership::Accepted),
        ("XS", Membership::Left),
        ("XE", Membership::Invited),
    ];
    let members = members.map(|(text, membership)| (code(text), Standing { membership, since: Seq(5) }));
    let terms = GroupTerms {
        name: name(),
        kind: GroupKind::Operation,
        title: Vec::new(),
        description: Vec::new(),
        lead: Some(code("XA")),
        invited: members.iter().map(|(code, _)| *code).collect(),
        starts: Some(NOW.before(HOUR)),
        ends: Some(NOW.after(HOUR)),
    };
    let mut experts = terms.clone();
    (experts.name, experts.kind) = ("HT-EXPERTS".parse().unwrap(), GroupKind::SpecialistGroup);
    for terms in [terms, experts] {
        let group = Group { terms, invitation: Seq(4), members: members.into() };
        directory.groups.insert(group.terms.name.clone(), Arc::new(group));
    }
    directory
}

fn sent(
    what: OperationNotice,
    from: &str,
    to: &[&str],
    held: bool,
    at: Timestamp,
) -> Result<(), &'static str> {
    let directory = exchange();
    let mut addressing = Addressing::default();
    addressing.countries.extend(to.iter().map(|text| code(text)));
    let audience = route(&addressing, code(from), held, &directory, at).unwrap();
    may_send(&name(), what, (code(from), &audience), &directory, at)
        .map_err(|refused| refused.reason().code())
}

#[test]
fn who_takes_part_sends_to_who_takes_part_while_it_runs() {
    use OperationNotice::{ClosingReport, Ordinary};
    let (early, late) = (NOW.before(HOUR).before(HOUR), NOW.after(HOUR));
    assert_eq!(sent(Ordinary, "XA", &["XF"], false, NOW), Ok(()));
    assert_eq!(sent(Ordinary, "XF", &["XA"], true, NOW), Ok(()), "the desk is no stranger");
    assert_eq!(sent(Ordinary, "XA", &["XF", "XE"], false, NOW), Err("OUTSIDE_OPERATION"));
    assert_eq!(sent(Ordinary, "XA", &["XS"], false, NOW), Err("OUTSIDE_OPERATION"));
    assert_eq!(sent(Ordinary, "XE", &["XF"], false, NOW), Err("NOT_A_MEMBER"));
    assert_eq!(sent(Ordinary, "XS", &["XF"], false, NOW), Err("NOT_A_MEMBER"));
    assert_eq!(sent(Ordinary, "XA", &["XF"], false, early), Err("OPERATION_NOT_STARTED"));
    assert_eq!(sent(Ordinary, "XA", &["XF"], false, late), Err("OPERATION_ENDED"));
    assert_eq!(sent(ClosingReport, "XA", &["XF"], false, late), Ok(()));
    assert_eq!(sent(ClosingReport, "XA", &["XF"], false, NOW), Err("OPERATION_RUNS"));
    assert_eq!(sent(ClosingReport, "XF", &["XA"], false, late), Err("NOT_THE_LEAD"));
    assert_eq!(sent(ClosingReport, "XA", &["XE"], false, late), Err("OUTSIDE_OPERATION"));
}

#[test]
fn only_an_operation_is_one() {
    let directory = exchange();
    assert!(operation(&name(), &directory).is_ok());
    for other in ["HT-EXPERTS", "NO-SUCH"] {
        let refused = operation(&other.parse().unwrap(), &directory).unwrap_err();
        assert_eq!(refused.reason().code(), "NO_OPERATION");
    }
}

#[test]
fn recipients_judge_again() {
    use OperationNotice::{ClosingReport, Ordinary};
    let directory = exchange();
    let taken = |what, from: &str, created| {
        may_take(&name(), what, code(from), &directory, created).map_err(|refused| refused.reason().code())
    };
    let (early, late) = (NOW.before(HOUR).before(HOUR), NOW.after(HOUR));
    assert_eq!(taken(Ordinary, "XF", NOW), Ok(()));
    assert_eq!(taken(Ordinary, "XS", NOW), Ok(()), "it took part when it wrote, as far as can be seen");
    assert_eq!(taken(Ordinary, "XE", NOW), Err("NOT_A_MEMBER"));
    assert_eq!(taken(Ordinary, "XF", early), Err("OPERATION_NOT_STARTED"));
    assert_eq!(taken(Ordinary, "XF", late), Err("OPERATION_ENDED"));
    assert_eq!(taken(ClosingReport, "XA", late), Ok(()));
    assert_eq!(taken(ClosingReport, "XA", NOW), Err("OPERATION_RUNS"));
    assert_eq!(taken(ClosingReport, "XF", late), Err("NOT_THE_LEAD"));
}
