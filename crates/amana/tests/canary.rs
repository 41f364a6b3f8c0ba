//! I3 and I7: words that stand in every text of a notice stand nowhere at the hub, neither on its disk nor
//! in its memory nor in what it says, and nowhere at rest at the nodes that send and receive them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../src/demo/canary.rs"]
mod canary;
mod common;
#[path = "canary/fixture.rs"]
mod fixture;
#[path = "canary/partner.rs"]
mod partner;
#[path = "canary/texts.rs"]
mod texts;

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use amana_wire::v1;
use canary::Canary;
use common::{Agency, Exchange, PURPOSE, eventually, reason, search_words, text, to};
use fixture::{ARABIC, LATIN, WORDS, full};

/// What hub and nodes know and may keep in the clear.
const KNOWN: &str = "exchange.example";
/// What every node says when it starts.
const SAID: &str = "the node is ready";
/// Files are full of zeros that wait to be written over; pages of memory as well.
const PAGE: usize = 4096;
static ZEROS: [u8; PAGE] = [0; PAGE];

/// Copies what is there, without pages of zeros. A page may go away meanwhile: then nothing more follows.
fn condense(mut from: impl Read, to: &Path) -> u64 {
    let mut out = BufWriter::new(File::create(to).unwrap());
    let mut page = Vec::with_capacity(PAGE);
    let mut copied = 0;
    while let Ok(1..) = from.by_ref().take(PAGE as u64).read_to_end(&mut page) {
        if page != ZEROS[..page.len()] {
            out.write_all(&page).unwrap();
            copied += page.len() as u64;
        }
        page.clear();
    }
    out.flush().unwrap();
    copied
}

fn condense_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            condense_folder(&path, &to);
        } else {
            condense(File::open(&path).unwrap(), &to);
        }
    }
}

/// Fails if any of the words is below the folder in any form, or if the search would not find what is known
/// to be there.
fn found_nowhere(folder: &Path, known: &str, what: &str) {
    let copy = tempfile::tempdir().unwrap();
    condense_folder(folder, copy.path());
    assert!(Canary::new(known).find(copy.path()).unwrap().is_some(), "{what}: not even {known} is found");
    for word in WORDS {
        let found = Canary::new(word).find(copy.path()).unwrap();
        assert!(found.is_none(), "{what}: {word} is in {}", found.unwrap().display());
    }
}

/// Copies what a process can write in memory into files, one for each region, as far as the system lets us;
/// answers whether it does.
fn dump_memory(pid: u32, to: &Path) -> bool {
    let Ok(mut memory) = File::open(format!("/proc/{pid}/mem")) else { return false };
    let Ok(maps) = fs::read_to_string(format!("/proc/{pid}/maps")) else { return false };
    let regions = maps.lines().filter(|line| line.contains(" rw")).map(|line| {
        let (range, _) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let [from, until] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
        match memory.seek(SeekFrom::Start(from)) {
            Ok(_) => condense(Read::by_ref(&mut memory).take(until - from), &to.join(range)),
            Err(_) => 0,
        }
    });
    regions.sum::<u64>() > 0
}

/// Reads it as an officer would, so that everything the nodes keep of reading is there too.
async fn read_it(receiver: &Agency, id: &str) {
    let request = v1::GetNoticeRequest { notice_id: id.to_owned(), access: reason() };
    let view = receiver.0.clone().get_notice(request).await.unwrap().into_inner().notice.unwrap();
    let seen = v1::Notice { expires: None, ..view.notice.unwrap() };
    // The check writes some fields in the contract's own form, such as an amount.
    let sent = amana_notice::check(&full(), amana_types::Clock::now(&amana_kit::clock::SystemClock)).unwrap();
    // Hashes of abuse media go to members for child protection alone, and XF is none.
    let sent = v1::Notice { expires: None, abuse_media: Vec::new(), ..sent.notice().clone() };
    assert_eq!(amana_wire::json::view(&seen), amana_wire::json::view(&sent));
    for words in [LATIN, ARABIC] {
        let request = search_words(words);
        assert_eq!(receiver.0.clone().search_cases(request).await.unwrap().into_inner().hits.len(), 1);
    }
    let phone =
        v1::IdentifierQuestion { kind: v1::IdentifierKind::Phone.into(), value: format!("+{}1", WORDS[4]) };
    let question = Some(v1::Question { about: Some(v1::question::About::Identifier(phone)) });
    let request = v1::SearchCasesRequest { access: reason(), question, ..Default::default() };
    assert_eq!(receiver.0.clone().search_cases(request).await.unwrap().into_inner().hits.len(), 1);
    let request = v1::AcknowledgeNoticeRequest { notice_id: id.to_owned(), access: reason() };
    receiver.0.clone().acknowledge_notice(request).await.unwrap();
}

/// Both officers of the review desk pass it: it asks for an arrest.
async fn pass(exchange: &Exchange, id: &str) {
    let (dir, first) = (text(&exchange.node_dir("XD")), text(&exchange.agency_dir("XD")));
    let second = format!("{first}-second");
    exchange
        .amana(&[
            "agency",
            "add",
            "second",
            "--dir",
            &dir,
            "--role",
            "SUPERVISOR",
            "--purpose",
            PURPOSE,
            "--out",
            &second,
        ])
        .await;
    for officer in [&first, &second] {
        eventually("it waits for the desk", async || {
            let arguments = ["--context", officer, "review", "pass", id, "--case", "XD-1"];
            (exchange.try_amana(&arguments).await.0 == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_notice_is_at_the_hub_nor_at_rest_at_a_node() {
    let mut exchange = Exchange::make().await;
    exchange.be_verbose("-vv");
    let hub = exchange.run("hub").await;
    for code in ["XA", "XF"] {
        exchange.add_node(code, "CHILD_PROTECTION").await;
    }
    exchange.add_member("XD", "REVIEW_DESK", "SUPERVISOR").await;
    let nodes = [exchange.run("XA").await, exchange.run("XF").await, exchange.run("XD").await];
    let (sender, receiver) = (exchange.agency("XA").await, exchange.agency("XF").await);
    sender.knows(&["XF"]).await;

    let id = eventually("the node knows the desk", async || {
        let request = v1::PublishNoticeRequest {
            access: None,
            request_id: "1".into(),
            notice: Some(full()),
            addressing: Some(to(&["XF"])),
            draft: None,
        };
        Some(sender.0.clone().publish_notice(request).await.ok()?.into_inner().notice_id)
    })
    .await;
    pass(&exchange, &id).await;
    receiver.receives(1).await;
    read_it(&receiver, &id).await;
    eventually("the receipt arrives", async || {
        let recipients = sender.receipts(&id).await.recipients;
        let addressed = recipients.iter().find(|recipient| recipient.member == "XF")?;
        (addressed.state() == v1::DeliveryState::Read).then_some(())
    })
    .await;

    let dumps = tempfile::tempdir().unwrap();
    if dump_memory(hub.pid(), dumps.path()) {
        found_nowhere(dumps.path(), KNOWN, "the hub's memory");
    } else {
        println!("this system does not let us read the hub's memory: skipped");
    }
    found_nowhere(&exchange.hub_dir(), KNOWN, "the running hub's directory");
    hub.stop().await;
    for node in nodes {
        node.stop().await;
    }
    found_nowhere(&exchange.hub_dir(), KNOWN, "the hub's directory");
    for code in ["XA", "XD", "XF"] {
        found_nowhere(&exchange.node_dir(code), KNOWN, code);
        found_nowhere(exchange.log_file(code).parent().unwrap(), SAID, "what hub and nodes said");
        assert!(fs::metadata(exchange.log_file(code)).unwrap().len() > 0, "{code} said nothing at -vv");
    }
    assert!(fs::metadata(exchange.log_file("hub")).unwrap().len() > 0, "the hub said nothing at -vv");
}
