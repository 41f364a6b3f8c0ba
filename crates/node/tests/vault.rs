//! I7: no plaintext at rest at a node. A canary in texts of case and protected section, in the reasons of
//! readers and in request ids is found nowhere on the disk of sender and recipient, in no encoding. The
//! notice with a canary in each field there is, and real processes: `crates/amana/tests/canary.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};

use amana_types::Role;
use amana_wire::v1;
use base64::Engine as _;
use common::case::{child_case, to};
use common::{Exchange, search_words};

const CANARY: &str = "KANARIENVOGEL";

/// A notice with the canary in what an officer writes.
fn canary_case() -> v1::Notice {
    let mut notice = child_case(&format!("XA-{CANARY}-1"));
    let texts = notice.subject.iter_mut().chain(&mut notice.narrative);
    texts.for_each(|text| text.text.push_str(&format!(" {CANARY}")));
    for person in &mut notice.persons {
        for name in &mut person.names {
            name.original.push_str(&format!(" {CANARY}"));
            name.latin.push_str(&format!(" {CANARY}"));
        }
        person.birth_place = CANARY.into();
        person.emails.push(format!("{}@example.org", CANARY.to_lowercase()));
        person.remarks.push(v1::Text { language: "en".into(), text: CANARY.into() });
    }
    notice.route.push(v1::RouteLeg {
        stage: v1::RouteStage::Transit.into(),
        country: "XF".into(),
        region: 0,
        place: CANARY.into(),
        departed: None,
        arrived: None,
        carrier: CANARY.into(),
        evaluation: None,
    });
    notice
}

/// The canary as it could lie on a disk: raw, lower case, UTF-16 of both kinds, hexadecimal, and base64
/// at its three alignments.
fn disguises() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in [CANARY.to_owned(), CANARY.to_lowercase()] {
        all.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        // The big-endian form without its first zero, which is where it differs from the little-endian.
        all.push(text.encode_utf16().flat_map(u16::to_be_bytes).skip(1).collect());
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        all.push(hex.to_uppercase().into_bytes());
        all.push(hex.into_bytes());
        for shift in 0..3 {
            let encoded = base64::prelude::BASE64_STANDARD.encode([" ".repeat(shift), text.clone()].concat());
            all.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
        }
        all.push(text.into_bytes());
    }
    all
}

/// The first file that holds one of them, and where.
fn search(dir: &Path, disguises: &[Vec<u8>], files: &mut usize) -> Option<(PathBuf, usize)> {
    let mut begins = [false; 256];
    disguises.iter().for_each(|disguise| begins[usize::from(disguise[0])] = true);
    begins[0] = false; // most of a journal's segment is zeros
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if let found @ Some(_) = search(&path, disguises, files) {
                return found;
            }
            continue;
        }
        *files += 1;
        let bytes = std::fs::read(&path).unwrap();
        for (at, byte) in bytes.iter().enumerate() {
            let is_one = |disguise: &Vec<u8>| bytes[at..].starts_with(disguise);
            if begins[usize::from(*byte)] && disguises.iter().any(is_one) {
                return Some((path, at));
            }
        }
    }
    None
}

#[test]
fn the_search_finds_each_disguise() {
    let disguises = disguises();
    for disguise in &disguises {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("deep")).unwrap();
        std::fs::write(dir.path().join("deep/file"), [b"before ", disguise.as_slice()].concat()).unwrap();
        assert!(search(dir.path(), &disguises, &mut 0).is_some(), "{disguise:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_case_lies_on_a_disk() {
    let exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XS", Role::Investigator).await; // holds the child's identity too
    let notice = canary_case();
    let mut ids = Vec::new();
    // Enough records to fill a block, so that rows are written to the views as well.
    for n in 0..130 {
        ids.push(sender.publish(&format!("{CANARY}-{n}"), &notice, &to(&["XS"])).await.notice_id);
    }
    receiver.receives(130).await;
    let because = Some(v1::AccessContext {
        purpose: v1::Purpose::CriminalInvestigation.into(),
        case_reference: format!("XS-{CANARY}"),
        ..Default::default()
    });
    let mut agency = receiver.agency("unit").await;
    let question = v1::SearchCasesRequest { access: because.clone(), ..search_words(&CANARY.to_lowercase()) };
    let found = agency.search_cases(question).await.unwrap().into_inner();
    assert!(!found.hits.is_empty(), "the canary is there to be found by those who may");
    for id in ids.iter().take(130) {
        let request = v1::GetNoticeRequest { notice_id: id.clone(), access: because.clone() };
        agency.get_notice(request).await.unwrap();
    }
    let request = v1::AcknowledgeNoticeRequest { notice_id: ids[0].clone(), access: because };
    agency.acknowledge_notice(request).await.unwrap();
    sender.close().await;
    receiver.close().await;

    let disguises = disguises();
    for unit in [&sender, &receiver] {
        let mut files = 0;
        assert_eq!(search(unit.layout.root(), &disguises, &mut files), None);
        assert!(files > 10, "the whole directory was searched");
    }
}
