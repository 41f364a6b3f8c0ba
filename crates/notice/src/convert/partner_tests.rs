use crate::{Draft, check, partner as parts};
use amana_types::{MemberCode, Timestamp};

use super::*;

fn now() -> Timestamp {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

fn sender() -> MemberCode {
    "XA".parse().unwrap()
}

fn text(text: &str) -> Vec<content::Text> {
    vec![content::Text { language: "en".into(), text: text.into() }]
}

fn draft() -> Draft {
    let victim = content::Person {
        role: content::PersonRole::Victim.into(),
        names: vec![content::Name {
            original: "Salma Exemple".into(),
            language: "fr".into(),
            ..Default::default()
        }],
        phones: vec!["+21611111111".into()],
        remarks: text("hidden remark"),
        ..content::Person::default()
    };
    let referral = content::Referral {
        needs: vec![content::ReferralNeed::Shelter.into()],
        summary: text("a girl needs shelter"),
        country: "FR".into(),
        contact: "desk, +33123456789".into(),
        until: Some(timestamp_message(now().after(amana_types::Duration::from_days(30)))),
        ..content::Referral::default()
    };
    Draft::from(content::Notice {
        circulation: content::Circulation::Message.into(),
        case_reference: "XA-1".into(),
        subject: text("a hidden subject"),
        narrative: text("a hidden narrative"),
        persons: vec![victim],
        handling: content::Handling::H2.into(),
        purpose: content::Purpose::VictimProtection.into(),
        referral: Some(referral),
        ..content::Notice::default()
    })
}

#[test]
fn a_partners_part_reads_back_and_holds_nothing_else() {
    let notice = check(&draft(), now()).unwrap();
    let (section, persons) = parts::for_partners(&notice, sender()).unwrap();
    let (bytes, who) = (encode_partner(&section), encode_partner_persons(&persons));
    let merge = |who: Option<&[u8]>| {
        let persons = who.map(|who| partner_persons(who).unwrap());
        let ends = notice.notice().expires;
        parts::merge_partner(partner(&bytes).unwrap(), persons, sender(), now(), ends).unwrap()
    };
    let shown = partner_notice(&merge(None));
    assert_eq!(Draft::from(shown.clone()).referral, draft().referral);
    assert!(shown.subject.is_empty() && shown.narrative.is_empty() && shown.case_reference.is_empty());
    assert!(shown.persons[0].names.is_empty());
    let whole = partner_notice(&merge(Some(&who)));
    assert_eq!(whole.persons[0].names[0].original, "Salma Exemple");
    assert!(whole.persons[0].remarks.is_empty());

    let all = [bytes, who].concat();
    for hidden in ["hidden", "XA-1"] {
        assert!(!all.windows(hidden.len()).any(|window| window == hidden.as_bytes()), "{hidden}");
    }
}

/// What its author writes in beside is not kept: there is nowhere to keep it.
#[test]
fn a_whole_notice_in_the_place_of_a_part_is_dropped() {
    let notice = check(&draft(), now()).unwrap();
    let (section, _) = parts::for_partners(&notice, sender()).unwrap();
    let mut bytes = encode_partner(&section);
    // Field 99, a string.
    bytes.extend([0x9a, 0x06, 6]);
    bytes.extend(b"canary");
    let read = partner(&bytes).unwrap();
    assert_eq!(read, partner(&encode_partner(&section)).unwrap());
    assert!(!format!("{read:?}").contains("canary"));
}
