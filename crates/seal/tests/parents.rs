//! Sub-bureaux in the directory: signed by the root key, below a country, and never better off than that.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use amana_seal::directory::{Change, Entry, EntryRefused, Grant, ParentRefused};
use amana_seal::{SignerKey, SignerRefused};
use amana_types::{Duration, Member, MemberCode, MemberKind, MemberStatus, Region};
use common::{Party, Register, code};

fn entry(register: &Register, party: &Party, change: impl FnOnce(&mut Grant)) -> Entry {
    let mut grant = register.grant(party.code);
    change(&mut grant);
    let grant = grant.sign(&register.root);
    let statement = register.statement(party, &grant).sign(&party.identity);
    Entry::Enrol { grant, secret: Register::secret(party.code), statement }
}

fn below(country: &'static str) -> impl Fn(&mut Grant) {
    move |grant| {
        grant.kind = MemberKind::SubBureau;
        grant.parent = Some(code(country));
        grant.regions = BTreeSet::new();
    }
}

/// XA and XF, and the sub-bureau XAP of XA.
fn register() -> (Register, [Party; 3]) {
    let mut register = Register::new();
    let parties = ["XA", "XF", "XAP"].map(Party::new);
    register.enrol(&parties[0]);
    register.enrol(&parties[1]);
    let bureau = entry(&register, &parties[2], below("XA"));
    assert_eq!(register.fold(&bureau), Ok(Change::Enrolled(code("XAP"))));
    (register, parties)
}

fn member<'a>(register: &'a Register, text: &str) -> &'a Member {
    register.directory.member(code(text)).unwrap()
}

#[test]
fn a_sub_bureau_enrols_below_a_country_and_nothing_else_does() {
    let (mut register, _) = register();
    assert_eq!(member(&register, "XAP").parent_code(), Some(code("XA")));
    assert_eq!(member(&register, "XAP").regions, member(&register, "XA").regions);
    assert_eq!(register.directory.bureaux_of(code("XA")).count(), 1);

    let mut refused = |change: &dyn Fn(&mut Grant)| {
        let entry = entry(&register, &Party::new("XQ"), change);
        match register.fold(&entry) {
            Err(EntryRefused::Parent { why, .. }) => why,
            other => panic!("{other:?}"),
        }
    };
    let parent = |parent: Option<&str>| {
        let parent: Option<MemberCode> = parent.map(code);
        move |grant: &mut Grant| {
            below("XA")(grant);
            grant.parent = parent;
        }
    };
    assert_eq!(refused(&parent(None)), ParentRefused::Missing);
    assert_eq!(refused(&parent(Some("XZ"))), ParentRefused::Unknown(code("XZ")));
    assert_eq!(refused(&parent(Some("XQ"))), ParentRefused::Unknown(code("XQ")), "nor of itself");
    assert_eq!(refused(&parent(Some("XAP"))), ParentRefused::NotACountry(code("XAP")));
    for kind in MemberKind::ALL.iter().copied().filter(|kind| *kind != MemberKind::SubBureau) {
        let with_parent = |grant: &mut Grant| {
            below("XA")(grant);
            grant.kind = kind;
        };
        assert_eq!(refused(&with_parent), ParentRefused::NotASubBureau, "{kind:?}");
    }
    let with_regions = |grant: &mut Grant| {
        below("XA")(grant);
        grant.regions.insert(Region::Asia);
    };
    assert_eq!(refused(&with_regions), ParentRefused::OwnRegions);
}

#[test]
fn a_sub_bureau_is_suspended_and_reviewed_with_its_country() {
    let (mut register, [_, _, bureau]) = register();
    let key = bureau.signing.id();
    let signer =
        |register: &Register| SignerKey::find(&register.directory, bureau.code, key, register.next).map(drop);
    let fold = |register: &mut Register, entry: Entry| register.fold(&entry).unwrap();
    assert_eq!(signer(&register), Ok(()));
    let suspend = register.status(code("XA"), true);
    fold(&mut register, suspend);
    assert!(!member(&register, "XAP").is_active());
    assert_eq!(member(&register, "XAP").status, MemberStatus::Active, "it is its country's suspension");
    assert_eq!(signer(&register), Err(SignerRefused::Suspended(bureau.code)));
    let mut change = register.key_change(bureau.code);
    change.tls_key = Some(amana_types::Digest([9; 32]));
    let keys = Entry::Keys(change.sign(&bureau.identity));
    assert_eq!(register.fold(&keys), Err(EntryRefused::Suspended(bureau.code)));

    // Its own comes beside it, and outlives it.
    let own = register.status(bureau.code, true);
    fold(&mut register, own);
    let reinstate = register.status(code("XA"), false);
    fold(&mut register, reinstate);
    assert!(member(&register, "XA").is_active() && !member(&register, "XAP").is_active());
    let reinstate = register.status(bureau.code, false);
    fold(&mut register, reinstate);
    assert!(member(&register, "XAP").is_active());
    assert_eq!(signer(&register), Ok(()));

    let review = register.review(code("XA"), true);
    fold(&mut register, review);
    assert!(member(&register, "XAP").is_under_review() && !member(&register, "XF").is_under_review());
    let review = register.review(code("XA"), false);
    fold(&mut register, review);
    assert!(!member(&register, "XAP").is_under_review());
}

#[test]
fn a_country_that_enrols_again_keeps_its_sub_bureaux_and_stays_a_country() {
    let (mut register, _) = register();
    let suspend = register.status(code("XA"), true);
    register.fold(&suspend).unwrap();
    register.now = register.now.after(Duration::from_days(1));
    let mut renewed = Party::new("XARENEW");
    renewed.code = code("XA");
    for kind in MemberKind::ALL.iter().copied().filter(|kind| *kind != MemberKind::Country) {
        let other = entry(&register, &renewed, |grant| {
            grant.kind = kind;
            if kind == MemberKind::SubBureau {
                below("XF")(grant);
            }
        });
        let why = ParentRefused::HasSubBureaux(code("XA"));
        assert_eq!(register.fold(&other), Err(EntryRefused::Parent { code: code("XA"), why }), "{kind:?}");
    }
    let again = entry(&register, &renewed, |grant| grant.regions = BTreeSet::from([Region::Mena]));
    assert_eq!(register.fold(&again), Ok(Change::EnrolledAgain(code("XA"))));
    assert_eq!(member(&register, "XAP").regions, BTreeSet::from([Region::Mena]));
    assert!(!member(&register, "XAP").is_active(), "only a reinstatement ends a suspension");

    let mut own = Party::new("XFRENEW");
    own.code = code("XF");
    let own = entry(&register, &own, below("XF"));
    let why = ParentRefused::NotACountry(code("XF"));
    assert_eq!(register.fold(&own), Err(EntryRefused::Parent { code: code("XF"), why }));
}
