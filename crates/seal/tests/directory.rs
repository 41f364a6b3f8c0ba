//! The directory's fold: what may happen, and all that may not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;

use std::collections::BTreeSet;

use amana_seal::SignerKey;
use amana_seal::codec::CodecError;
use amana_seal::directory::*;
use amana_seal::keys::{HpkeKeyPair, KeyRefused, SigningKeyPair};
use amana_types::group::{Answer, GroupKind, Membership};
use amana_types::*;
use common::*;

/// A register with XA and XF.
fn register() -> (Register, Party, Party) {
    let (mut register, xa, xf) = (Register::new(), Party::new("XA"), Party::new("XF"));
    register.enrol(&xa);
    register.enrol(&xf);
    (register, xa, xf)
}

fn signing(label: &str) -> SigningKeyPair {
    SigningKeyPair::from_seed(&seed(label)).unwrap()
}

#[test]
fn a_member_enrols_once_with_its_own_keys() {
    let (mut register, xa, _) = register();
    let member = register.directory.member(xa.code).unwrap().clone();
    assert_eq!(member.identity_key, xa.identity.public());
    assert_eq!(member.hpke_keys[&HpkeEpoch(0)], *xa.hpke.public());
    assert_eq!(member.regions, BTreeSet::from([Region::Europe]));
    assert!(SignerKey::find(&register.directory, xa.code, xa.signing.id(), Seq(0)).is_ok());
    assert_eq!(register.directory.head.entries, 2);

    let mut other = Party::new("XF");
    other.code = xa.code;
    let mut fresh = Register::new();
    let entry = fresh.enrolment(&xa);
    fresh.fold(&entry).unwrap();
    assert_eq!(fresh.fold(&entry), Err(EntryRefused::GrantUsed(xa.code)));
    // The same grant with other keys is just as used.
    let Entry::Enrol { grant, secret, .. } = entry else { unreachable!() };
    let statement = fresh.statement(&other, &grant).sign(&other.identity);
    let again = Entry::Enrol { grant, secret, statement };
    assert_eq!(fresh.fold(&again), Err(EntryRefused::GrantUsed(xa.code)));
    assert!(register.fold(&register.status(xa.code, true)).is_ok());
}

#[test]
fn the_fold_is_a_function_of_the_entries() {
    let entries: Vec<Entry> = {
        let mut register = Register::new();
        ["XA", "XF", "XS"]
            .map(Party::new)
            .iter()
            .map(|p| {
                let entry = register.enrolment(p);
                register.fold(&entry).unwrap();
                entry
            })
            .collect()
    };
    let run = |entries: &[Entry]| {
        let mut register = Register::new();
        entries.iter().for_each(|entry| drop(register.fold(entry).unwrap()));
        register.directory
    };
    assert_eq!(run(&entries), run(&entries));
    let swapped = [entries[1].clone(), entries[0].clone(), entries[2].clone()];
    assert_ne!(run(&entries).head, run(&swapped).head, "the head tells the order");
}

#[test]
fn grants_that_do_not_count_are_refused() {
    let (register, party) = (Register::new(), Party::new("XA"));
    let refused = |change: &dyn Fn(&mut Grant), root: &SigningKeyPair| {
        let mut grant = register.grant(party.code);
        change(&mut grant);
        let grant = grant.sign(root);
        let statement = register.statement(&party, &grant).sign(&party.identity);
        let entry = Entry::Enrol { grant, secret: Register::secret(party.code), statement };
        Register::new().fold(&entry).unwrap_err()
    };
    let root = &register.root;
    assert_eq!(refused(&|_| (), &party.identity), EntryRefused::RootSignature);
    assert_eq!(
        refused(&|g| g.exchange = "other.example".parse().unwrap(), root),
        EntryRefused::OtherExchange
    );
    assert_eq!(
        refused(&|g| g.expires = register.now, root),
        EntryRefused::GrantExpired { code: party.code, expired: register.now }
    );
    assert_eq!(refused(&|g| g.secret_hash = Digest([0; 32]), root), EntryRefused::Secret(party.code));
    assert_eq!(refused(&|g| g.code = code("XF"), root), EntryRefused::Statement("code"));
    assert_eq!(
        refused(&|g| g.first_epoch = HpkeEpoch(1), root),
        EntryRefused::Epoch { given: HpkeEpoch(1), next: HpkeEpoch(0) }
    );
    let group: GroupName = "HT-EXPERTS".parse().unwrap();
    assert_eq!(
        refused(&|g| g.groups.extend([group.clone()]), root),
        EntryRefused::UnknownGroup(group.clone())
    );
}

#[test]
fn names_that_a_terminal_would_obey_are_refused() {
    let mut grant = Register::new().grant(code("XA"));
    for name in ["a\u{7}b", "a\nb", "  ", ""] {
        grant.name = name.to_owned();
        assert_eq!(Grant::decode(&grant.encode()), Err(CodecError::Value("name")));
    }
}

#[test]
fn statements_that_do_not_fit_are_refused() {
    let (register, party) = (Register::new(), Party::new("XA"));
    let grant = register.grant(party.code).sign(&register.root);
    let refused = |change: &dyn Fn(&mut MemberStatement), identity: &SigningKeyPair| {
        let mut statement = register.statement(&party, &grant);
        change(&mut statement);
        let statement = statement.sign(identity);
        let entry = Entry::Enrol { grant: grant.clone(), secret: Register::secret(party.code), statement };
        Register::new().fold(&entry).unwrap_err()
    };
    assert_eq!(refused(&|_| (), &party.signing), EntryRefused::IdentitySignature(party.code));
    assert_eq!(refused(&|s| s.grant = Digest([1; 32]), &party.identity), EntryRefused::Statement("grant"));
    assert_eq!(refused(&|s| s.code = code("XF"), &party.identity), EntryRefused::Statement("code"));
    assert_eq!(
        refused(&|s| s.hpke_epoch = HpkeEpoch(7), &party.identity),
        EntryRefused::Statement("HPKE epoch")
    );
    assert_eq!(
        refused(&|s| s.signing_key = s.identity_key, &party.identity),
        EntryRefused::KeyInUse("signing key")
    );
    // The neutral point: small order, every signature (R = S·B) verifies under it.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let neutral = VerifyingKey(neutral);
    assert_eq!(
        refused(&|s| s.identity_key = neutral, &party.identity),
        EntryRefused::Key(KeyRefused::SmallOrder)
    );
    assert_eq!(
        refused(&|s| s.signing_key = neutral, &party.identity),
        EntryRefused::Key(KeyRefused::SmallOrder)
    );
    assert_eq!(
        refused(&|s| s.hpke_key = HpkePublicKey([0xff; 1216].into()), &party.identity),
        EntryRefused::Key(KeyRefused::Hpke)
    );
}

#[test]
fn nobody_enters_with_the_keys_of_another() {
    let (mut register, xa, _) = register();
    let refused = |change: &dyn Fn(&mut MemberStatement), identity: &SigningKeyPair| {
        let thief = Party::new("XT");
        let grant = register.grant(thief.code).sign(&register.root);
        let mut statement = register.statement(&thief, &grant);
        change(&mut statement);
        let statement = statement.sign(identity);
        let entry = Entry::Enrol { grant, secret: Register::secret(thief.code), statement };
        fold(&mut register.directory.clone(), &entry.encode(), register.next, register.now).unwrap_err()
    };
    let thief = Party::new("XT");
    let own = &thief.identity;
    assert_eq!(
        refused(&|s| s.identity_key = xa.identity.public(), &xa.identity),
        EntryRefused::KeyInUse("identity key")
    );
    assert_eq!(refused(&|s| s.signing_key = xa.signing.public(), own), EntryRefused::KeyInUse("signing key"));
    assert_eq!(
        refused(&|s| s.signing_key = xa.identity.public(), own),
        EntryRefused::KeyInUse("signing key")
    );
    assert_eq!(
        refused(&|s| s.signing_key = register.root.public(), own),
        EntryRefused::KeyInUse("signing key")
    );
    assert_eq!(refused(&|s| s.hpke_key = xa.hpke.public().clone(), own), EntryRefused::KeyInUse("HPKE key"));
    assert_eq!(refused(&|s| s.tls_key = xa.member().tls_key, own), EntryRefused::KeyInUse("TLS key"));
    register.enrol(&thief);
}

#[test]
fn a_new_signing_key_counts_from_its_entry_and_the_old_one_up_to_it() {
    let (mut register, xa, _) = register();
    let new = signing("XA signing 2");
    let mut change = register.key_change(xa.code);
    change.signing_key = Some(new.public());
    let entry = Entry::Keys(change.sign(&xa.identity));
    let at = register.next;
    assert_eq!(register.fold(&entry), Ok(Change::KeysChanged(xa.code)));
    let found = |id, at| SignerKey::find(&register.directory, xa.code, id, at).is_ok();
    assert!(found(xa.signing.id(), Seq(at.0 - 1)) && !found(xa.signing.id(), at));
    assert!(found(new.id(), at) && !found(new.id(), Seq(at.0 - 1)));
    assert_eq!(register.fold(&entry), Err(EntryRefused::Number { given: 1, next: 2 }), "played again");

    let mut back = register.key_change(xa.code);
    back.signing_key = Some(xa.signing.public());
    let back = Entry::Keys(back.sign(&xa.identity));
    assert_eq!(register.fold(&back), Err(EntryRefused::KeyInUse("signing key")), "ended keys stay ended");
}

#[test]
fn key_changes_are_signed_by_the_present_identity_key() {
    let (mut register, xa, xf) = register();
    let new = signing("XA identity 2");
    let mut change = register.key_change(xa.code);
    change.identity_key = Some(new.public());
    let by = |change: &KeyChange, keys| Entry::Keys(change.sign(keys));
    let refused = Err(EntryRefused::IdentitySignature(xa.code));
    assert_eq!(register.fold(&by(&change, &xf.identity)), refused);
    assert_eq!(register.fold(&by(&change, &xa.signing)), refused);
    assert_eq!(register.fold(&by(&change, &new)), refused);
    assert_eq!(register.fold(&by(&change, &xa.identity)), Ok(Change::KeysChanged(xa.code)));

    let mut next = register.key_change(xa.code);
    assert_eq!(register.fold(&by(&next, &new)), Err(EntryRefused::NoChange));
    next.tls_key = Some(Digest([9; 32]));
    assert_eq!(register.fold(&by(&next, &xa.identity)), refused);
    assert_eq!(register.fold(&by(&next, &new)), Ok(Change::KeysChanged(xa.code)));
    next.code = code("XQ");
    assert_eq!(register.fold(&by(&next, &new)), Err(EntryRefused::UnknownMember(code("XQ"))));
}

#[test]
fn hpke_epochs_follow_each_other_and_old_ones_fade() {
    let (mut register, xa, _) = register();
    let keys = |n: u32| HpkeKeyPair::from_seed(&seed(&format!("XA hpke {n}"))).unwrap();
    let entry = |register: &Register, epoch: u32, key: &HpkeKeyPair| {
        let mut change = register.key_change(xa.code);
        change.hpke_key = Some((HpkeEpoch(epoch), key.public().clone()));
        Entry::Keys(change.sign(&xa.identity))
    };
    for skipped in [0, 2, u32::MAX] {
        let jump = entry(&register, skipped, &keys(1));
        let refused = EntryRefused::Epoch { given: HpkeEpoch(skipped), next: HpkeEpoch(1) };
        assert_eq!(register.fold(&jump), Err(refused));
    }
    let same = entry(&register, 1, &xa.hpke);
    assert_eq!(register.fold(&same), Err(EntryRefused::KeyInUse("HPKE key")));
    for epoch in 1..=5 {
        let next = entry(&register, epoch, &keys(epoch));
        register.fold(&next).unwrap();
    }
    let member = register.directory.member(xa.code).unwrap();
    assert_eq!(member.hpke_keys.keys().map(|e| e.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(member.current_hpke_key().unwrap().1, keys(5).public());
}

#[test]
fn suspension_counts_from_its_place_and_cannot_be_replayed() {
    let (mut register, xa, _) = register();
    let suspend = register.status(xa.code, true);
    let at = register.next;
    assert_eq!(register.fold(&suspend), Ok(Change::Suspended(xa.code)));
    assert_eq!(register.directory.member(xa.code).unwrap().status, MemberStatus::Suspended(at));
    let mut change = register.key_change(xa.code);
    change.tls_key = Some(Digest([9; 32]));
    let keys = Entry::Keys(change.sign(&xa.identity));
    assert_eq!(register.fold(&keys), Err(EntryRefused::Suspended(xa.code)));
    let twice = register.status(xa.code, true);
    assert_eq!(register.fold(&twice), Err(EntryRefused::NoChange));

    let reinstate = register.status(xa.code, false);
    assert_eq!(register.fold(&reinstate), Ok(Change::Reinstated(xa.code)));
    assert_eq!(register.fold(&suspend), Err(EntryRefused::Number { given: 0, next: 2 }));
    assert_eq!(register.fold(&keys), Ok(Change::KeysChanged(xa.code)), "its number was not spent");

    let forged = StatusChange {
        exchange: register.directory.exchange.clone(),
        number: 2,
        code: code("XF"),
        suspended: true,
    };
    let forged = Entry::Status(forged.sign(&xa.identity));
    assert_eq!(register.fold(&forged), Err(EntryRefused::RootSignature));
    let nobody = register.status(code("XQ"), true);
    assert_eq!(register.fold(&nobody), Err(EntryRefused::UnknownMember(code("XQ"))));
}

#[test]
fn enrolling_again_needs_a_grant_and_is_told_apart() {
    let (mut register, xa, _) = register();
    let mut renewed = Party::new("XARENEW");
    renewed.code = xa.code;
    let suspend = register.status(xa.code, true);
    register.fold(&suspend).unwrap();
    // Another day: the same grant twice would be the used one.
    register.now = register.now.after(Duration::from_days(1));
    let at = register.next;
    let entry = register.enrolment(&renewed);
    assert_eq!(register.fold(&entry), Ok(Change::EnrolledAgain(xa.code)));
    let member = register.directory.member(xa.code).unwrap();
    assert_eq!(member.hpke_keys.keys().copied().collect::<Vec<_>>(), [HpkeEpoch(1)]);
    assert!(!member.is_active(), "only a reinstatement ends a suspension");
    assert_eq!(member.signing_keys[0].until, Some(at));
    assert_eq!(register.directory.member_entries[&xa.code], 2);
}

#[test]
fn groups_invite_and_grants_invite_too() {
    let (mut register, xa, xf) = register();
    let unknown = register.group(Register::terms("HT-EXPERTS", &[code("XQ")]));
    assert_eq!(register.fold(&unknown), Err(EntryRefused::UnknownMember(code("XQ"))));
    let name: GroupName = "HT-EXPERTS".parse().unwrap();
    let set = register.group(Register::terms("HT-EXPERTS", &[xa.code]));
    assert_eq!(register.fold(&set), Ok(Change::GroupSet(name.clone())));
    assert_eq!(register.fold(&set), Err(EntryRefused::Number { given: 0, next: 1 }));

    let xs = Party::new("XS");
    let mut grant = register.grant(xs.code);
    grant.groups.insert(name.clone());
    let grant = grant.sign(&register.root);
    let statement = register.statement(&xs, &grant).sign(&xs.identity);
    let entry = Entry::Enrol { grant, secret: Register::secret(xs.code), statement };
    register.fold(&entry).unwrap();
    let group = &register.directory.groups[&name];
    assert_eq!(group.membership(xa.code), Some(Membership::Invited));
    assert_eq!(group.membership(xs.code), Some(Membership::Invited));
    assert!(group.accepted().next().is_none(), "an invitation makes no member");
    let without = register.group(Register::terms("HT-EXPERTS", &[xf.code]));
    register.fold(&without).unwrap();
    assert_eq!(register.directory.groups[&name].membership(xa.code), None);
}

#[test]
fn a_member_takes_part_by_its_own_word_and_nobody_elses() {
    let (mut register, xa, xf) = register();
    let name: GroupName = "HT-EXPERTS".parse().unwrap();
    register.fold(&register.group(Register::terms("HT-EXPERTS", &[xa.code]))).unwrap();
    let by = |answer: &GroupAnswer, key: &SigningKeyPair| Entry::Answer(answer.sign(key));
    let accept = register.answer("HT-EXPERTS", xa.code, Answer::Accept);

    // Not another member, not the exchange, not the member's other key.
    let refused = Err(EntryRefused::IdentitySignature(xa.code));
    for key in [&xf.identity, &register.root, &xa.signing] {
        assert_eq!(register.directory.groups[&name].membership(xa.code), Some(Membership::Invited));
        assert_eq!(
            fold(&mut register.directory.clone(), &by(&accept, key).encode(), register.next, register.now),
            refused
        );
    }
    // Not who was not invited.
    let uninvited = register.answer("HT-EXPERTS", xf.code, Answer::Accept);
    let refused = EntryRefused::NotInvited(name.clone(), xf.code);
    assert_eq!(register.fold(&by(&uninvited, &xf.identity)), Err(refused));
    // Not to another invitation, another group, another exchange, or out of turn.
    let changed = |change: &dyn Fn(&mut GroupAnswer)| {
        let mut answer = accept.clone();
        change(&mut answer);
        fold(
            &mut register.directory.clone(),
            &by(&answer, &xa.identity).encode(),
            register.next,
            register.now,
        )
    };
    assert_eq!(changed(&|a| a.invitation = Seq(0)), Err(EntryRefused::OtherInvitation(name.clone())));
    let other: GroupName = "HT-OTHERS".parse().unwrap();
    assert_eq!(changed(&|a| a.group = other.clone()), Err(EntryRefused::UnknownGroup(other.clone())));
    assert_eq!(changed(&|a| a.exchange = "other.example".parse().unwrap()), Err(EntryRefused::OtherExchange));
    assert_eq!(changed(&|a| a.number += 1), Err(EntryRefused::Number { given: 2, next: 1 }));
    let membership = Membership::Invited;
    let answer = Answer::Leave;
    assert_eq!(
        changed(&|a| a.answer = Answer::Leave),
        Err(EntryRefused::AnswerDoesNotFit { group: name.clone(), membership, answer })
    );

    let entry = by(&accept, &xa.identity);
    let (group, member, membership) = (name.clone(), xa.code, Membership::Accepted);
    assert_eq!(register.fold(&entry), Ok(Change::Answered { group, member, membership }));
    assert!(register.directory.groups[&name].has_member(xa.code));
    assert_eq!(register.fold(&entry), Err(EntryRefused::Number { given: 1, next: 2 }), "played again");
    // A change of keys is no answer: each statement counts as what it was signed as.
    let keys = register.key_change(xa.code).sign(&xa.identity);
    assert!(matches!(register.fold(&Entry::Answer(keys)), Err(EntryRefused::Malformed(_))));

    // A suspended member answers nothing.
    register.fold(&register.status(xa.code, true)).unwrap();
    let leave = by(&register.answer("HT-EXPERTS", xa.code, Answer::Leave), &xa.identity);
    assert_eq!(register.fold(&leave), Err(EntryRefused::Suspended(xa.code)));
    register.fold(&register.status(xa.code, false)).unwrap();
    register.fold(&leave).unwrap();
    assert_eq!(register.directory.groups[&name].membership(xa.code), Some(Membership::Left));
}

#[test]
fn an_operation_that_ended_takes_no_answer_and_no_longer_end_without_asking() {
    let (mut register, xa, _) = register();
    let name: GroupName = "OP-DAWN".parse().unwrap();
    let operation = |ends: Timestamp| GroupTerms {
        kind: GroupKind::Operation,
        lead: Some(xa.code),
        starts: Some("2026-11-01T00:00:00Z".parse().unwrap()),
        ends: Some(ends),
        ..Register::terms("OP-DAWN", &[xa.code])
    };
    let end = register.now.after(Duration::from_days(1));
    register.fold(&register.group(operation(end))).unwrap();
    let accept = register.answer("OP-DAWN", xa.code, Answer::Accept);
    register.fold(&Entry::Answer(accept.sign(&xa.identity))).unwrap();
    register.now = end;
    let leave = register.answer("OP-DAWN", xa.code, Answer::Leave);
    let refused = register.fold(&Entry::Answer(leave.sign(&xa.identity)));
    assert_eq!(refused, Err(EntryRefused::GroupEnded(name.clone())));
    assert!(register.directory.groups[&name].has_member(xa.code), "who took part is still known");
    register.fold(&register.group(operation(end.after(Duration::from_days(1))))).unwrap();
    assert_eq!(register.directory.groups[&name].membership(xa.code), Some(Membership::Invited));
}

#[test]
fn flipped_bits_of_an_entry_are_refused() {
    let (register, xa) = (Register::new(), Party::new("XA"));
    let entry = register.enrolment(&xa).encode();
    // One bit of each byte, another in each: a signature under each byte of 2 KB takes its time.
    for byte in 0..entry.len() {
        let mut flipped = entry.clone();
        flipped[byte] ^= 1 << (byte % 8);
        let refused = examine(&register.directory, &flipped, Seq(0), register.now);
        assert!(refused.is_err(), "byte {byte}");
    }
    assert!(examine(&register.directory, &entry, Seq(0), register.now).is_ok());
    assert!(examine(&register.directory, &[entry.as_slice(), &[0]].concat(), Seq(0), register.now).is_err());
}

#[test]
fn an_invitation_is_read_back_whole_or_not_at_all() {
    let register = Register::new();
    let invitation = Invitation {
        grant: register.grant(code("XA")).sign(&register.root),
        secret: Register::secret(code("XA")),
        hub_url: "https://hub.exchange.example:7443".to_owned(),
        enrolment_url: "https://hub.exchange.example:7444".to_owned(),
        ca_fingerprint: Digest([1; 32]),
        log_key: "amana/exchange.example/audit+00000000+AAAA".to_owned(),
        root_keys: vec![register.root.public()],
    };
    let text = invitation.to_text();
    let (read, grant) = Invitation::parse(&text).unwrap();
    assert_eq!(grant, register.grant(code("XA")));
    assert_eq!(*read.to_text(), *text);
    assert!(Invitation::parse(&text.replace('\n', "\r\n")).is_ok(), "as a mail program leaves it");
    assert_eq!(Invitation::parse("hello").unwrap_err(), InvitationError::FirstLine);
    let first_line = text.lines().next().unwrap().len();
    for cut in first_line + 1..text.trim_end().len() {
        assert_eq!(Invitation::parse(&text[..cut]).unwrap_err(), InvitationError::Torn, "cut at {cut}");
    }

    let stranger = Invitation { root_keys: vec![signing("other").public()], ..invitation.clone() };
    assert_eq!(Invitation::parse(&stranger.to_text()).unwrap_err(), InvitationError::Grant);
    let spent = Invitation { secret: Register::secret(code("XF")), ..invitation };
    assert_eq!(Invitation::parse(&spent.to_text()).unwrap_err(), InvitationError::Secret);
    assert_eq!(format!("{:?}", spent.secret), "OneTimeSecret(..)");
}

#[test]
fn a_member_is_put_under_review_and_taken_off_it_by_a_root_key() {
    let (mut register, xa, xf) = register();
    let under_review = |register: &Register| register.directory.member(xa.code).unwrap().under_review;
    let entry = register.review(xa.code, true);
    assert_eq!(register.fold(&entry), Ok(Change::PutUnderReview(xa.code)));
    assert!(under_review(&register));
    assert_eq!(register.fold(&entry), Err(EntryRefused::Number { given: 0, next: 1 }));
    assert_eq!(register.fold(&register.review(xa.code, true)), Err(EntryRefused::NoChange));
    // It stays so over a suspension, and over new keys by leave of a root key.
    register.fold(&register.status(xa.code, true)).unwrap();
    register.fold(&register.status(xa.code, false)).unwrap();
    assert!(under_review(&register));
    assert_eq!(register.fold(&register.review(xa.code, false)), Ok(Change::TakenOffReview(xa.code)));
    assert!(!under_review(&register));

    assert_eq!(
        register.fold(&register.review(code("XS"), true)),
        Err(EntryRefused::UnknownMember(code("XS")))
    );
    let (exchange, number) = (register.directory.exchange.clone(), register.directory.root_entries);
    let change = ReviewChange { exchange, number, code: xa.code, under_review: true };
    assert_eq!(register.fold(&Entry::Review(change.sign(&xf.identity))), Err(EntryRefused::RootSignature));
    // A suspension is no review: each statement counts as what it was signed as.
    let Entry::Status(suspension) = register.status(xa.code, true) else { unreachable!() };
    assert_eq!(register.fold(&Entry::Review(suspension)), Err(EntryRefused::RootSignature));
}
