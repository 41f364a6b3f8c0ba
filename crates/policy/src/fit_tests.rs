use std::sync::Arc;

use amana_types::{Addressing, Digest, Member, MemberStatus, Seq, Timestamp, VerifyingKey};

use super::*;
use crate::route;

const NOW: Timestamp = Timestamp::from_unix_millis(1_780_000_000_000);

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

/// A member of each kind.
fn directory() -> Directory {
    let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
    let members = [
        ("XA", MemberKind::Country),
        ("XB", MemberKind::SubBureau),
        ("XD", MemberKind::ReviewDesk),
        ("XF", MemberKind::Country),
        ("XO", MemberKind::Organisation),
        ("XP", MemberKind::Partner),
    ];
    for (text, kind) in members {
        let member = Member {
            code: code(text),
            name: String::new(),
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
    directory
}

fn told(circulation: Circulation, notice_type: Option<NoticeType>) -> Told {
    Told { circulation: Some(circulation), notice_type, has_part_for_partners: true }
}

fn unfit(told: Told, sender: &str, to: &[&str], held: bool) -> Vec<Unfit> {
    let directory = directory();
    let addressing =
        Addressing { countries: to.iter().map(|text| code(text)).collect(), ..Addressing::default() };
    let audience = route(&addressing, code(sender), held, &directory, NOW).unwrap();
    fit(told, code(sender), &audience, held, &directory)
}

#[test]
fn each_kind_sends_what_is_its_own() {
    use Circulation::{Bulletin, Diffusion, Message, Notice};
    use NoticeType::{Blue, Red, UnSpecial};
    let no = |kind| vec![Unfit::KindMayNotSend(kind)];
    let sends =
        |circulation, notice_type, sender| unfit(told(circulation, notice_type), sender, &["XF"], false);
    assert_eq!(sends(Notice, Some(Red), "XA"), []);
    assert_eq!(sends(Notice, Some(UnSpecial), "XA"), no(MemberKind::Country));
    assert_eq!(sends(Notice, Some(UnSpecial), "XO"), []);
    assert_eq!(sends(Notice, Some(Red), "XO"), []);
    assert_eq!(sends(Diffusion, Some(Blue), "XB"), []);
    assert_eq!(sends(Notice, Some(Blue), "XB"), no(MemberKind::SubBureau));
    assert_eq!(sends(Diffusion, Some(Red), "XB"), no(MemberKind::SubBureau));
    assert_eq!(sends(Message, None, "XP"), no(MemberKind::Partner));
    assert_eq!(sends(Message, None, "XD"), []);
    assert_eq!(sends(Bulletin, None, "XD"), []);
    assert_eq!(sends(Diffusion, Some(Blue), "XD"), no(MemberKind::ReviewDesk));
}

#[test]
fn each_kind_is_sent_what_it_can_use() {
    use Circulation::{Diffusion, Message, Notice, RequestForInformation};
    use NoticeType::{Blue, Red, Silver, Yellow};
    let no = |text| vec![Unfit::KindMayNotReceive(vec![code(text)])];
    let to = |circulation, notice_type, to: &str| unfit(told(circulation, notice_type), "XA", &[to], false);
    for (circulation, notice_type) in [(Diffusion, Some(Blue)), (Notice, Some(Yellow)), (Message, None)] {
        assert_eq!(to(circulation, notice_type, "XP"), []);
    }
    for notice_type in [Red, Silver] {
        assert_eq!(to(Diffusion, Some(notice_type), "XP"), no("XP"));
        assert_eq!(to(Diffusion, Some(notice_type), "XB"), []);
    }
    assert_eq!(to(RequestForInformation, None, "XP"), no("XP"));
    // The desk gets a case to review it, and not otherwise.
    assert_eq!(to(Diffusion, Some(Blue), "XD"), no("XD"));
    assert_eq!(unfit(told(Diffusion, Some(Red)), "XA", &["XF"], true), []);
}

#[test]
fn a_partner_is_addressed_with_a_referral_or_not_at_all() {
    let without = Told { has_part_for_partners: false, ..told(Circulation::Message, None) };
    assert_eq!(unfit(without, "XA", &["XF", "XP"], false), [Unfit::ReferralNeeded(vec![code("XP")])]);
    assert_eq!(unfit(without, "XA", &["XF"], false), []);
    let both = Told { has_part_for_partners: false, ..told(Circulation::Diffusion, Some(NoticeType::Red)) };
    let reasons: Vec<_> =
        unfit(both, "XA", &["XP"], false).iter().map(|unfit| unfit.reason().code()).collect();
    assert_eq!(reasons, ["KIND_MAY_NOT_RECEIVE", "REFERRAL_NEEDED"]);
}

#[test]
fn bulletins_are_for_partners_too_but_for_those_that_are_the_polices_own() {
    let bulletin = told(Circulation::Bulletin, None);
    assert_eq!(unfit(bulletin, "XA", &["XF", "XP"], false), []);
    let closing_report = Told { has_part_for_partners: false, ..bulletin };
    let kept = [Unfit::KindMayNotReceive(vec![code("XP")])];
    assert_eq!(unfit(closing_report, "XA", &["XF", "XP"], false), kept);
    assert_eq!(unfit(closing_report, "XA", &["XF"], false), []);
}

#[test]
fn what_is_not_known_yet_stands_in_nobodys_way() {
    let draft = Told { circulation: None, notice_type: None, has_part_for_partners: true };
    assert_eq!(unfit(draft, "XB", &["XP", "XO"], false), []);
}
