//! Whatever case is written comes back the same: over the wire, in sections, and in both file formats.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::sync::atomic::{AtomicUsize, Ordering};

use amana_notice::file::{self, Format, NoticeFile};
use amana_notice::partner::{for_partners, merge_partner};
use amana_notice::{CheckedNotice, check, merge, split};
use amana_notice::{content, convert, json};
use amana_types::{Addressing, MemberCode, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use prost::Message;

const NOW: &str = "2026-11-23T08:30:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Text of several scripts with all that a format has to escape.
fn text() -> impl Strategy<Value = String> {
    "[a-zء-يéßÑ漢]([ -~ء-ي٠-٩]|\n|\t){0,40}[a-zء-ي.]"
}

fn line() -> impl Strategy<Value = String> {
    "[a-zء-يéßÑ漢][ -~ء-ي٠-٩]{0,40}[a-zء-ي.]"
}

fn texts(text: impl Strategy<Value = String>, least: usize) -> impl Strategy<Value = Vec<content::Text>> {
    let languages = subsequence(vec!["ar", "en", "es", "fr"], least..=4);
    (languages, prop::collection::vec(text, 4)).prop_map(|(languages, texts)| {
        let pairs = languages.into_iter().zip(texts);
        pairs.map(|(language, text)| content::Text { language: language.into(), text }).collect()
    })
}

fn date(years: std::ops::Range<u32>) -> impl Strategy<Value = Option<content::PartialDate>> {
    let date =
        (years, 0..=12u32, 0..=28u32, 0..3u32).prop_map(|(year, month, day, more)| match (month, more) {
            (0, 0) => content::PartialDate { year, ..Default::default() },
            (0, more) => content::PartialDate { year, estimated_to_year: year + more, ..Default::default() },
            (month, _) => content::PartialDate { year, month, day, estimated_to_year: 0 },
        });
    prop::option::of(date)
}

fn name() -> impl Strategy<Value = content::Name> {
    (line(), select(vec!["ar", "en"]), "([A-Z][a-z]{1,9})?", 0..=3i32).prop_map(
        |(original, language, latin, kind)| content::Name {
            original,
            language: language.into(),
            latin,
            kind,
        },
    )
}

fn document() -> impl Strategy<Value = content::Document> {
    (1..=6i32, "[A-Z][0-9]{6}", select(vec!["", "TN", "XF"]), date(2000..2010), date(2028..2040)).prop_map(
        |(kind, number, country, issued, expires)| content::Document {
            r#type: kind,
            number,
            issuing_country: country.into(),
            issued,
            expires,
        },
    )
}

fn person() -> impl Strategy<Value = content::Person> {
    let identity =
        (prop::collection::vec(name(), 0..3), date(1950..1990), prop::option::of(line()), 0..=3i32);
    let contacts = (
        subsequence(vec!["TN", "XS", "FR"], 0..=3),
        prop::collection::vec(document(), 0..2),
        subsequence(vec!["+21698765432", "+33123456789"], 0..=2),
        subsequence(vec!["a@example.org", "b@example.net"], 0..=2),
    );
    let roles = subsequence((1..=8).collect::<Vec<i32>>(), 1..=2);
    let asked = (roles, select(vec![1, 3, 4]), subsequence(vec![4, 5, 6, 7], 0..=4), texts(text(), 0));
    (identity, contacts, asked).prop_map(|(identity, contacts, asked)| {
        let owned = |items: Vec<&str>| items.into_iter().map(str::to_owned).collect();
        content::Person {
            roles: asked.0,
            names: identity.0,
            born: identity.1,
            birth_place: identity.2.unwrap_or_default(),
            sex: identity.3,
            age_group: asked.1,
            nationalities: owned(contacts.0),
            documents: contacts.1,
            phones: owned(contacts.2),
            emails: owned(contacts.3),
            measures: asked.2,
            remarks: asked.3,
            ..content::Person::default()
        }
    })
}

fn leg() -> impl Strategy<Value = content::RouteLeg> {
    (1..=3i32, select(vec!["TN", "XF"]), 0..=5i32, line(), date(2010..2015), date(2020..2024), line())
        .prop_map(|(stage, country, region, place, departed, arrived, carrier)| content::RouteLeg {
            stage,
            country: country.into(),
            region,
            place,
            departed,
            arrived,
            carrier,
            evaluation: None,
        })
}

fn evaluation(source: i32, information: i32) -> Option<content::Evaluation> {
    Some(content::Evaluation { source, information })
}

/// Gives persons keys, accounts and an evaluation, and the case one of each thing, all linked to the first.
fn with_things(
    mut notice: content::Notice,
    (line, text, codes): (String, Vec<content::Text>, [i32; 4]),
) -> content::Notice {
    let [role, asset, event, grade] = codes;
    for (person, i) in notice.persons.iter_mut().zip(1..) {
        person.label = format!("p{i}");
        person.accounts = vec![content::Account { platform: "Forum".into(), identifier: line.clone() }];
        person.evaluation = evaluation(grade, 5 - grade);
        person.trafficking = Some(content::Trafficking {
            recruitment_methods: vec![role, 10],
            recruitment_place: line.clone(),
            means_of_control: vec![event, 16],
            industry: grade * 5,
            consent: 1 + grade % 2,
            ..Default::default()
        });
    }
    notice.route.iter_mut().for_each(|leg| leg.evaluation = evaluation(grade, grade));
    notice.vehicles.push(content::Vehicle {
        label: "v1".into(),
        vin: "WVWZZZ1JZXW000001".into(),
        plate: "ABC 123".into(),
        country: "TN".into(),
        description: text.clone(),
        evaluation: evaluation(grade, 1),
    });
    notice.organisations.push(content::Organisation {
        label: "org1".into(),
        names: vec![content::Name { original: line.clone(), language: "ar".into(), ..Default::default() }],
        country: "XF".into(),
        registration_number: line.clone(),
        role,
        evaluation: None,
    });
    notice.places.push(content::Place {
        label: "pl1".into(),
        name: line.clone(),
        country: "XF".into(),
        address: line.clone(),
        latitude: "-36.5".into(),
        longitude: "179.9999".into(),
        evaluation: None,
    });
    notice.assets.push(content::Asset {
        label: "a1".into(),
        r#type: asset,
        description: text.clone(),
        amount: "0.5".into(),
        currency: "TND".into(),
        iban: "TN5910006035183598478831".into(),
        identifier: line,
        country: "TN".into(),
        evaluation: None,
    });
    let date = Some(content::PartialDate { year: 2020, month: 2, ..Default::default() });
    let (label, place) = ("e1".to_owned(), "pl1".to_owned());
    notice.events.push(content::Event {
        label,
        r#type: event,
        date,
        place,
        description: text,
        evaluation: None,
    });
    notice.attachments.push(content::Attachment {
        name: "a photo.jpg".into(),
        media_type: "image/jpeg".into(),
        kind: 1 + grade,
        about: "v1".into(),
        description: notice.subject.clone(),
        bytes: 1 << grade,
        content_sha256: vec![u8::try_from(grade).unwrap(); 32].into(),
        ..Default::default()
    });
    let (algorithm, hash) = (content::HashAlgorithm::Sha1.into(), "0f".repeat(20));
    let (database_reference, series) = ("ICSE 2026/1".into(), String::new());
    notice.abuse_media.push(content::AbuseMedia { algorithm, hash, database_reference, series });
    let link = |kind: content::LinkType, source: &str, target: &str| content::Link {
        r#type: kind.into(),
        source: source.into(),
        target: target.into(),
        target_case: String::new(),
        evaluation: evaluation(2, 3),
    };
    use content::LinkType::{LocatedAt, MayHaveBecomeVictim, Owns, TookPartIn};
    notice.links = vec![link(Owns, "org1", "a1"), link(LocatedAt, "v1", "pl1"), link(TookPartIn, "v1", "e1")];
    for (person, i) in notice.persons.iter().zip(1..) {
        notice.links.push(link(Owns, &format!("p{i}"), "v1"));
        if person.is_victim() {
            let target_case = "XA-2026-1".into();
            notice
                .links
                .push(content::Link { target_case, ..link(MayHaveBecomeVictim, &format!("p{i}"), "") });
        }
    }
    notice
}

fn offence() -> impl Strategy<Value = content::Offence> {
    let acts = subsequence((1..=5).collect::<Vec<i32>>(), 1..=5);
    let means = subsequence((1..=9).collect::<Vec<i32>>(), 1..=9);
    (acts, means).prop_map(|(acts, means)| content::Offence {
        r#type: 1,
        acts,
        means,
        evaluation: evaluation(1, 4),
    })
}

fn exploitation() -> impl Strategy<Value = Vec<content::ExploitationForm>> {
    let forms = subsequence((1..=9).collect::<Vec<i32>>(), 1..=9);
    (forms, 1..=5i32).prop_map(|(forms, crime)| {
        let forced = i32::from(content::Exploitation::ForcedCriminality);
        let form =
            |form| content::ExploitationForm { form, criminality: if form == forced { crime } else { 0 } };
        forms.into_iter().map(form).collect()
    })
}

fn notice() -> impl Strategy<Value = content::Notice> {
    let codes = (1..=6i32, 2..=9i32, 1..=3i32, 1..=4i32, 1..=9i32);
    let times = (prop::option::of(1_800_000_000..1_900_000_000i64), any::<bool>());
    let case = (
        prop::collection::vec(offence(), 0..3),
        exploitation(),
        prop::collection::vec(person(), 0..4),
        prop::collection::vec(leg(), 0..3),
    );
    let words =
        (texts(line(), 1), texts(text(), 1), texts(text(), 1), "[A-Z]{2}-[0-9]{4}", line(), texts(text(), 1));
    (codes, times, case, words).prop_map(|(codes, (expires, again), case, words)| {
        let at = |seconds| prost_types::Timestamp { seconds, nanos: 5_000_000 };
        content::Notice {
            circulation: codes.0,
            r#type: codes.1,
            case_reference: words.3,
            urgency: codes.2,
            subject: words.0,
            narrative: words.1,
            exploitation: if case.0.is_empty() { Vec::new() } else { case.1 },
            offences: case.0,
            persons: case.2,
            route: case.3,
            marking: Some(content::Marking {
                handling: codes.3,
                tlp: if codes.3 == 1 { codes.2.min(2) } else { 0 },
                conditions: if codes.3 == 4 { words.2 } else { Vec::new() },
            }),
            purpose: codes.4,
            arrest_warrant_reference: words.4,
            expires: expires.map(at),
            reexamine: again.then(|| at(1_799_000_000)),
            question: words.5.clone(),
            modus_operandi: words.5.clone(),
            threat: words.5,
            sanctions_reference: "QDi.001".to_owned(),
            ..content::Notice::default()
        }
    })
}

/// The notice with what its circulation and type need, and without what they do not carry; see `RULES.md`.
fn fitted(mut notice: content::Notice) -> content::Notice {
    use content::{Circulation, NoticeType, PersonRole};
    if notice.circulation() == Circulation::Bulletin {
        notice.set_type(NoticeType::Unspecified);
        notice.persons.clear();
        notice.arrest_warrant_reference.clear();
        notice.threat.clear();
        notice.sanctions_reference.clear();
    }
    if !matches!(notice.circulation(), Circulation::RequestForInformation | Circulation::Message) {
        notice.question.clear();
    }
    let about = match notice.r#type() {
        NoticeType::Unspecified => return notice,
        NoticeType::Yellow => PersonRole::Missing,
        NoticeType::Black => PersonRole::Deceased,
        _ => PersonRole::Suspect,
    };
    match notice.persons.first_mut() {
        Some(person) => person.roles = vec![about.into()],
        None => notice.persons.push(content::Person {
            roles: vec![about.into()],
            age_group: 1,
            ..Default::default()
        }),
    }
    if notice.r#type() == NoticeType::Silver && notice.assets.is_empty() {
        let asset_type = content::AssetType::Cash.into();
        notice.assets.push(content::Asset {
            r#type: asset_type,
            identifier: "1".into(),
            ..Default::default()
        });
    }
    if notice.r#type() != NoticeType::Orange {
        notice.threat.clear();
    }
    if notice.r#type() != NoticeType::UnSpecial {
        notice.sanctions_reference.clear();
    }
    if matches!(notice.r#type(), NoticeType::Yellow | NoticeType::Black) {
        notice.modus_operandi.clear();
    }
    if matches!(notice.r#type(), NoticeType::Yellow | NoticeType::Black | NoticeType::Purple) {
        notice.arrest_warrant_reference.clear();
    }
    notice
}

fn referral() -> impl Strategy<Value = content::Referral> {
    let needs = subsequence((1..=11).collect::<Vec<i32>>(), 1..=11);
    let place = prop_oneof![Just(String::new()), line()];
    (needs, texts(text(), 1), select(vec!["TN", "XF"]), place, line(), 0..1_000_000i64).prop_map(
        |(needs, summary, country, place, contact, later)| content::Referral {
            needs,
            summary,
            country: country.into(),
            place,
            contact,
            until: Some(prost_types::Timestamp { seconds: 1_796_000_000 + later, nanos: 7_000_000 }),
        },
    )
}

/// The notice with a referral, and with a victim whom it is for.
fn referred(mut notice: content::Notice, referral: content::Referral) -> content::Notice {
    notice.referral = Some(referral);
    let roles = vec![content::PersonRole::Victim.into()];
    notice.persons.push(content::Person { roles, age_group: 1, ..content::Person::default() });
    notice
}

fn addressing() -> impl Strategy<Value = Addressing> {
    let codes = || subsequence(vec!["XA", "XE", "XF", "XS", "UNODC"], 1..=5);
    (codes(), 0..=5usize, subsequence(vec!["HT-EXPERTS", "OP_1"], 0..=2), any::<bool>(), codes()).prop_map(
        |(countries, regions, groups, all_members, except)| Addressing {
            countries: countries.into_iter().map(|code| code.parse().unwrap()).collect(),
            regions: amana_types::Region::ALL.iter().copied().take(regions).collect(),
            groups: groups.into_iter().map(|name| name.parse().unwrap()).collect(),
            all_members,
            except: except.into_iter().map(|code| code.parse().unwrap()).collect(),
        },
    )
}

/// A message whose notice the check takes, and that notice; one that it does not is drawn again.
fn written() -> impl Strategy<Value = (content::Notice, CheckedNotice)> {
    let codes = [1..=9i32, 1..=8, 1..=10, 1..=4];
    let things = prop::option::of((line(), texts(text(), 1), codes));
    let drawn = (notice(), things).prop_map(|(notice, things)| match things {
        Some(things) if notice.circulation() != content::Circulation::Bulletin => with_things(notice, things),
        _ => notice,
    });
    let drawn = (drawn, prop::option::of(referral())).prop_map(|(notice, referral)| match referral {
        Some(referral) if notice.circulation() != content::Circulation::Bulletin => {
            referred(fitted(notice), referral)
        }
        _ => fitted(notice),
    });
    drawn.prop_filter_map("the check refuses it", |message| {
        let checked = check(&message, now()).ok()?;
        Some((message, checked))
    })
}

fn checked() -> impl Strategy<Value = CheckedNotice> {
    written().prop_map(|(_, checked)| checked)
}

/// The check of the same notice, once more from the wire.
fn again(message: content::Notice) -> Result<CheckedNotice, String> {
    check(&message, now()).map_err(|problems| format!("{problems:?}"))
}

/// Notices that had a part for partners.
static REFERRED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn in_a_partners_part() {
    partners_part();
    let referred = REFERRED.load(Ordering::Relaxed);
    assert!(referred >= 10, "only {referred} of 96 notices were for partners as well");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn over_the_wire((mut sent, notice) in written()) {
        let bytes = notice.notice().encode_to_vec();
        let message = content::Notice::decode(bytes.as_slice()).unwrap();
        // What its author left open is the one thing that is filled in.
        sent.expires.get_or_insert(convert::timestamp_message(notice.expires()));
        // Messages show no case text, so compare them as JSON.
        prop_assert_eq!(json::view(&message), json::view(&sent));
        prop_assert_eq!(again(message), Ok(notice));
    }

    #[test]
    fn in_sections(notice in checked()) {
        let sender: MemberCode = "XA".parse().unwrap();
        let (case, protected) = split(&notice, sender);
        let case = convert::decode(&case.encode_to_vec()).unwrap();
        let protected = protected.map(|section| {
            convert::decode(&section.encode_to_vec()).unwrap()
        });
        let merged = merge(case, protected, sender, now()).unwrap();
        prop_assert!(merged.withheld_persons.is_empty());
        // What was kept back comes last in its list.
        let ordered = |notice: &content::Notice| {
            let mut all = notice.clone();
            all.vehicles.sort_by_key(|one| one.encode_to_vec());
            all.organisations.sort_by_key(|one| one.encode_to_vec());
            all.places.sort_by_key(|one| one.encode_to_vec());
            all.assets.sort_by_key(|one| one.encode_to_vec());
            all.events.sort_by_key(|one| one.encode_to_vec());
            all.links.sort_by_key(|one| one.encode_to_vec());
            all.attachments.sort_by_key(|one| one.encode_to_vec());
            json::view(&all)
        };
        prop_assert_eq!(ordered(merged.notice.notice()), ordered(notice.notice()));
    }

    fn partners_part(notice in checked()) {
        let Some((part, persons)) = for_partners(&notice, "XA".parse().unwrap()) else {
            prop_assert!(notice.notice().referral.is_none());
            return Ok(());
        };
        REFERRED.fetch_add(1, Ordering::Relaxed);
        let read: content::PartnerSection = convert::decode(&part.encode_to_vec()).unwrap();
        prop_assert_eq!(&read.sender, "XA");
        prop_assert_eq!(read.persons.len(), part.persons.len());
        let identities = convert::decode(&persons.encode_to_vec()).unwrap();
        let (sender, expires) = ("XA".parse().unwrap(), notice.expires());
        let view = merge_partner(read, Some(identities), sender, now(), expires).unwrap();
        prop_assert_eq!(&view.referral, &notice.notice().referral);
        for person in &view.persons {
            let same = |one: &content::Person| one.roles == person.roles && one.names == person.names;
            prop_assert!(notice.notice().persons.iter().any(same));
        }
    }

    #[test]
    fn in_files(notice in checked(), to in addressing()) {
        let (message, addressing) = (notice.notice().clone(), content::Addressing::from(&to));
        let files = vec![String::new(); message.attachments.len()];
        let file = NoticeFile { notice, to, files };
        let toml = file::to_toml(&message, &addressing);
        let read = file::read(toml.as_bytes(), Format::Toml, now());
        prop_assert_eq!(read.as_ref(), Ok(&file), "{}", toml);
        let json = file::to_json(&message, &addressing).to_string();
        let read = file::read(json.as_bytes(), Format::Json, now());
        prop_assert_eq!(read.as_ref(), Ok(&file), "{}", json);
    }

    #[test]
    fn no_file_can_stop_the_reader(text in "[\\[\\]{}\"':,=.#a-z0-9\n -]{0,200}") {
        for format in [Format::Toml, Format::Json] {
            if let Err(problems) = file::read(text.as_bytes(), format, now()) {
                prop_assert!(problems.len() > 0);
            }
        }
    }
}
