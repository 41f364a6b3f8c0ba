//! What a partner gets of a case: its own part, and of everything else not even the ciphertext.

use amana_client::Auditor;
use amana_client::exchange::{Event, Receiver};
use amana_kit::certs::{TlsKey, certificate_from_pem, certificates_from_pem};
use amana_kit::clock::SystemClock;
use amana_kit::connect::connect;
use amana_kit::identity::ServerIdentity;
use amana_kit::tls::{ClientTls, Credentials, KeyExchange, ServerTrust};
use amana_node::{CertificateName, KeyName, Layout};
use amana_seal::SignerKey;
use amana_seal::directory::fold;
use amana_seal::envelope::{Delivered, GrantedSections, Header, Opened, open};
use amana_seal::keyfile::{KeyKind, open_pem};
use amana_seal::keys::HpkeKeyPair;
use amana_types::{Clock as _, Directory, Duration, HpkeEpoch, Seq};
use tonic::transport::Channel;
use zeroize::Zeroizing;

use super::*;

/// In every text of the case that the police reads.
const CASE: [&str; 5] = [WORDS[0], WORDS[1], WORDS[3], WORDS[4], WORDS[5]];
/// In every text about the child.
const CHILD: &str = "Vbgxqorm";
/// Her telephone number.
const CHILD_PHONE: &str = "985417209999";
const OF_CHILD: [&str; 2] = [CHILD, CHILD_PHONE];
/// In every text of the referral.
const REFERRAL: &str = "Jhuwkzpt";

fn child() -> v1::Person {
    let text = |what: &str| vec![v1::Text { language: "en".into(), text: format!("{CHILD} {what}") }];
    v1::Person {
        roles: vec![v1::PersonRole::PossibleVictim.into()],
        names: vec![v1::Name {
            original: format!("{CHILD} Name"),
            language: "en".into(),
            latin: format!("{CHILD} Latin"),
            kind: 0,
        }],
        // Nothing is said about her age.
        born: None,
        birth_place: format!("{CHILD} birth place"),
        sex: v1::Sex::Female.into(),
        age_group: 0,
        nationalities: vec!["XA".into()],
        documents: vec![v1::Document {
            r#type: v1::DocumentType::Passport.into(),
            number: format!("{CHILD}9"),
            issuing_country: "XA".into(),
            issued: None,
            expires: None,
        }],
        phones: vec![format!("+{CHILD_PHONE}")],
        emails: vec![format!("{CHILD}@example.org")],
        measures: Vec::new(),
        remarks: text("remark"),
        label: "p3".into(),
        accounts: vec![v1::Account { platform: "Forum".into(), identifier: format!("{CHILD} account") }],
        evaluation: None,
        trafficking: Some(v1::Trafficking {
            status: 0,
            decided_by: 0,
            recruitment_methods: Vec::new(),
            recruitment_place: format!("{CHILD} recruited"),
            means_of_control: Vec::new(),
            industry: 0,
            consent: 0,
        }),
    }
}

fn referred() -> v1::Notice {
    let until = SystemClock.now().after(Duration::from_days(7));
    let text = |what: &str| vec![v1::Text { language: "en".into(), text: format!("{REFERRAL} {what}") }];
    let mut persons = full().persons;
    persons.push(child());
    v1::Notice {
        r#type: v1::NoticeType::Blue.into(),
        persons,
        marking: Some(v1::Marking { handling: v1::Handling::H1.into(), ..Default::default() }),
        referral: Some(v1::Referral {
            needs: vec![v1::ReferralNeed::Shelter.into()],
            summary: text("summary"),
            country: "XF".into(),
            place: format!("{REFERRAL} place"),
            contact: format!("{REFERRAL} desk"),
            until: Some(amana_wire::convert::timestamp_message(until)),
        }),
        ..full()
    }
}

/// A key of a member's node.
fn seed(exchange: &Exchange, code: &str, name: KeyName, kind: KeyKind) -> Zeroizing<Vec<u8>> {
    let path = Layout::new(exchange.node_dir(code)).key(name);
    open_pem(&fs::read_to_string(path).unwrap(), kind, &exchange.passphrase()).unwrap()
}

/// A channel to the hub with a member's own certificate.
async fn as_member(exchange: &Exchange, code: &str) -> Channel {
    let layout = Layout::new(exchange.node_dir(code));
    let read = |which| fs::read_to_string(layout.certificate(which)).unwrap();
    let tls_key = TlsKey::from_pkcs8(seed(exchange, code, KeyName::Tls, KeyKind::P256)).unwrap();
    let chain = certificates_from_pem(&read(CertificateName::Tls)).unwrap();
    let credentials = Credentials::new(chain, &tls_key).unwrap();
    let trust =
        ServerTrust::Authority(certificate_from_pem(&read(CertificateName::ExchangeAuthority)).unwrap());
    let hub = ServerIdentity::Hub(exchange.operator().exchange().clone());
    let tls = ClientTls::new(hub, trust, Some(&credentials), KeyExchange::HybridOnly).unwrap();
    connect(&exchange.hub_address(), &tls).await.unwrap()
}

/// The envelope as the hub hands it to a member, and all that its key opens of it.
async fn delivered(exchange: &Exchange, code: &str) -> (v1::EnvelopeDelivery, Opened) {
    let (channel, operator) = (as_member(exchange, code).await, exchange.operator());
    let mut known = Directory::new(operator.exchange().clone(), operator.root_keys().to_vec());
    for listed in amana_client::directory::entries(channel.clone(), 0).await.unwrap() {
        fold(&mut known, &listed.entry, listed.index, listed.accepted_at).unwrap();
    }
    let auditor = Auditor::new(operator.log_key().parse().unwrap());
    let mut stream = Receiver::open(channel, auditor, Seq(0), 64).await.unwrap();
    let proven = loop {
        if let Event::Envelope(proven) = stream.next().await.unwrap().unwrap() {
            break proven;
        }
    };
    let delivery = proven.record;
    let slot = delivery.slot.clone().unwrap();
    let path = delivery.slot_path.concat();
    let parts = Delivered {
        header: &delivery.header,
        slots_root: &delivery.slots_root,
        depth: delivery.depth,
        signature: &delivery.signature,
        epoch: HpkeEpoch(slot.key_epoch),
        granted: GrantedSections::of_bits(slot.granted_sections).unwrap(),
        slot: &slot.sealed,
        place: delivery.slot_index,
        path: &path,
        sections: delivery.sections.iter().map(AsRef::as_ref).collect(),
    };
    let pair = HpkeKeyPair::from_seed(&seed(exchange, code, KeyName::Hpke, KeyKind::XWing)).unwrap();
    let sender = |h: &Header| SignerKey::find(&known, h.sender, h.sender_key, proven.index);
    let opened = open(parts, code.parse().unwrap(), sender, |_| Some(&pair)).unwrap();
    (delivery, opened)
}

/// An answer as its reader has it.
fn shown(answer: &v1::GetNoticeResponse) -> Vec<u8> {
    format!("{:#}", amana_wire::json::view(answer)).into_bytes()
}

/// Every byte of a delivery that its sender made.
fn all_of(delivery: &v1::EnvelopeDelivery) -> Vec<u8> {
    let slot = delivery.slot.iter().map(|slot| slot.sealed.as_ref());
    let parts = [delivery.header.as_ref(), &delivery.signature].into_iter().chain(slot);
    parts.chain(delivery.sections.iter().map(AsRef::as_ref)).collect::<Vec<&[u8]>>().concat()
}

/// Whether a word is in these bytes, in any form.
fn is_in(bytes: &[u8], word: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bytes"), bytes).unwrap();
    Canary::new(word).find(folder.path()).unwrap().is_some()
}

/// Searches a folder for every word that a partner must not have.
fn holds_nothing_else(folder: &Path, known: &str, what: &str) {
    let copy = tempfile::tempdir().unwrap();
    condense_folder(folder, copy.path());
    assert!(Canary::new(known).find(copy.path()).unwrap().is_some(), "{what}: not even {known} is found");
    for word in CASE.into_iter().chain(OF_CHILD) {
        let found = Canary::new(word).find(copy.path()).unwrap();
        assert!(found.is_none(), "{what}: {word} is in {}", found.unwrap().display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_gets_its_part_of_a_case_and_no_byte_of_the_rest() {
    let mut exchange = Exchange::make().await;
    exchange.be_verbose("-vv");
    let hub = exchange.run("hub").await;
    exchange.add_node("XA", "INVESTIGATOR").await;
    exchange.add_node("XF", "INVESTIGATOR").await;
    exchange.add_member("XP", "PARTNER", "PARTNER").await;
    let nodes = [exchange.run("XA").await, exchange.run("XF").await, exchange.run("XP").await];
    let [sender, police, partner] =
        [exchange.agency("XA").await, exchange.agency("XF").await, exchange.agency("XP").await];
    eventually("the node knows the members", async || {
        let (notice, addressing) = (Some(referred()), Some(common::to(&["XF", "XP"])));
        let checked = sender
            .0
            .clone()
            .check_notice(v1::CheckNoticeRequest { access: None, notice, addressing })
            .await
            .unwrap();
        checked.into_inner().problems.is_empty().then_some(())
    })
    .await;
    let id = sender.publish("1", referred(), &["XF", "XP"]).await;
    police.receives(1).await;
    partner.receives(1).await;

    // The control: the partner reads its part, and the police the case.
    let request = || v1::GetNoticeRequest { notice_id: id.clone(), access: reason() };
    let read = partner.0.clone().get_notice(request()).await.unwrap().into_inner();
    let read = shown(&read);
    assert!(is_in(&read, REFERRAL), "the partner's own part is not found where it must be");
    assert!(CASE.iter().chain(&OF_CHILD).all(|word| !is_in(&read, word)));
    let case = police.0.clone().get_notice(request()).await.unwrap().into_inner();
    let case = shown(&case);
    assert!(is_in(&case, WORDS[0]) && is_in(&case, REFERRAL) && !is_in(&case, CHILD));
    for word in CASE.into_iter().chain(OF_CHILD) {
        let search = search_words(word);
        let found = partner.0.clone().search_cases(search).await.unwrap().into_inner().hits;
        assert!(found.is_empty(), "the partner finds {word}");
    }

    // In the running node's memory.
    let dumps = tempfile::tempdir().unwrap();
    if dump_memory(nodes[2].pid(), dumps.path()) {
        // What it was just asked for is no part of what it was sent.
        holds_nothing_else_but_questions(dumps.path());
    } else {
        println!("this system does not let us read the node's memory: skipped");
    }
    for node in nodes {
        node.stop().await;
    }

    // In what it was sent: of what it is not granted not even the ciphertext is there.
    let (delivery, opened) = delivered(&exchange, "XP").await;
    let given: Vec<bool> = delivery.sections.iter().map(|section| !section.is_empty()).collect();
    let kinds: Vec<u8> = opened.header.sections.iter().map(|section| section.kind.0).collect();
    let partners = i32::from(v1::SectionKind::Partner);
    let own: Vec<bool> = kinds.iter().map(|kind| i32::from(*kind) == partners).collect();
    assert!(given == own && given.len() > 1, "{kinds:?}: {given:?}");
    let in_clear: Vec<u8> = opened.sections.iter().flat_map(|section| section.content.to_vec()).collect();
    assert!(is_in(&in_clear, REFERRAL), "its own section is not found where it must be");
    for bytes in [&in_clear, &all_of(&delivery)] {
        assert!(CASE.iter().chain(&OF_CHILD).all(|word| !is_in(bytes, word)));
    }
    let (_, whole) = delivered_to_police(&exchange).await;
    assert!(is_in(&whole, WORDS[0]), "the case is not found where it must be");
    hub.stop().await;

    // On its disk, and in what it said.
    holds_nothing_else(&exchange.node_dir("XP"), KNOWN, "the partner's directory");
    assert!(Canary::new(REFERRAL).find(&exchange.node_dir("XP")).unwrap().is_none(), "in clear at rest");
    holds_nothing_else(exchange.log_file("XP").parent().unwrap(), SAID, "what the partner's node said");
}

async fn delivered_to_police(exchange: &Exchange) -> (v1::EnvelopeDelivery, Vec<u8>) {
    let (delivery, opened) = delivered(exchange, "XF").await;
    (delivery, opened.sections.iter().flat_map(|section| section.content.to_vec()).collect())
}

/// The memory was asked for whole words: texts around them were not.
fn holds_nothing_else_but_questions(folder: &Path) {
    let texts = [
        format!("subject {} subject", WORDS[0]),
        format!("narrative {} narrative", WORDS[0]),
        format!("{} warrant", WORDS[0]),
        format!("{CHILD} remark"),
        format!("{CHILD} Name"),
    ];
    assert!(Canary::new(KNOWN).find(folder).unwrap().is_some(), "not even {KNOWN} is found in memory");
    for text in texts {
        assert!(Canary::new(&text).find(folder).unwrap().is_none(), "{text} is in the partner's memory");
    }
}
