use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amana_types::{Digest, Member, MemberKind, MemberStatus, Seq, Timestamp, VerifyingKey};

use super::*;

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn directory() -> Directory {
    let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
    for (member, status) in [("XA", MemberStatus::Active), ("XS", MemberStatus::Suspended(Seq(3)))] {
        let member = Member {
            code: code(member),
            name: member.to_owned(),
            kind: MemberKind::Country,
            parent: None,
            regions: BTreeSet::new(),
            child_protection: false,
            status,
            under_review: false,
            tls_key: Digest([1; 32]),
            identity_key: VerifyingKey([2; 32]),
            signing_keys: Vec::new(),
            hpke_keys: BTreeMap::new(),
            enrolled_at: Seq(0),
        };
        directory.members.insert(member.code, Arc::new(member));
    }
    directory
}

fn identity(principal: Principal, key: u8) -> PeerIdentity {
    PeerIdentity { principal, spki_sha256: Digest([key; 32]), not_after: Timestamp::default() }
}

#[test]
fn only_present_keys_of_active_members_count() {
    let member = |text, key| identity(Principal::Member(code(text)), key);
    let who = |identity: PeerIdentity| Caller::identify(&identity, &directory());
    assert_eq!(who(member("XA", 1)), Ok(Caller::Member(code("XA"))));
    assert_eq!(who(member("XA", 9)), Err(CallerRefused::NotPresent));
    assert_eq!(who(member("XZ", 1)), Err(CallerRefused::NotPresent));
    assert_eq!(who(member("XS", 1)), Err(CallerRefused::Suspended));
    assert_eq!(who(member("XS", 9)), Err(CallerRefused::NotPresent), "a stranger learns no status");
    let agency = Principal::Agency { member: code("XA"), name: "desk".parse().unwrap(), unit: None };
    assert_eq!(who(identity(agency, 1)), Err(CallerRefused::NoCertificate));
}

#[test]
fn nobody_without_a_certificate() {
    assert_eq!(Caller::of(&Request::new(()), &directory()), Err(CallerRefused::NoCertificate));
}

#[test]
fn members_are_no_operators_and_operators_no_members() {
    let operator = Caller::Operator("admin".parse().unwrap());
    assert!(operator.clone().operator().is_ok() && operator.member().is_err());
    let member = Caller::Member(code("XA"));
    assert!(member.clone().member().is_ok() && member.operator().is_err());
}
