//! What the hub keeps: over a restart, under a flipped byte, and nothing that it must not have.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use amana_client::RemoteLog;
use amana_types::Seq;
use common::{Exchange, PATIENCE, Party, message, receipted};

/// Enough that whole blocks of 256 records are in the views, and some records are not.
const NOTICES: usize = 600;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_gives_the_same_log_and_the_same_mailboxes() {
    let mut exchange = Exchange::start().await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    let directory = exchange.directory().await;
    let (sender, mut answers) = xa.publisher(&exchange).await;
    let mut last = Seq(0);
    for n in 0..NOTICES {
        let to: &[&str] = if n % 3 == 0 { &["XF", "XS"] } else { &["XF"] };
        let (id, envelope) = xa.seal(&directory, to, &n.to_string());
        sender.submit(id, message(&envelope)).await.unwrap();
        let group = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        last = last.max(group.into_iter().map(receipted).map(|r| r.index).max().unwrap());
    }
    drop((sender, answers));
    let before = mailboxes(&exchange, [&xf, &xs], last).await;
    let log = RemoteLog::new(exchange.operator_channel().await, exchange.log_key());
    let signed = { log }.recompute(|_, _| ()).await.unwrap();
    assert!(signed.holds());
    exchange.close().await;

    let checked = amana_hub::fsck(&exchange.dir()).unwrap().unwrap();
    assert_eq!((checked.head, checked.records), (signed.signed, signed.signed.size.get()));
    exchange.open().await;
    assert!(exchange.running().replayed_records < 256, "only the tail is read again");
    let again = RemoteLog::new(exchange.operator_channel().await, exchange.log_key());
    assert_eq!({ again }.recompute(|_, _| ()).await.unwrap(), signed);
    assert_eq!(mailboxes(&exchange, [&xf, &xs], last).await, before);
    assert_eq!((before[0].len(), before[1].len()), (NOTICES, NOTICES / 3));
    exchange.close().await;

    // Without views, everything comes out of the journal again.
    fs::remove_dir_all(exchange.dir().join("ledger/views")).unwrap();
    exchange.open().await;
    assert_eq!(mailboxes(&exchange, [&xf, &xs], last).await, before);
    exchange.close().await;
}

async fn mailboxes(exchange: &Exchange, parties: [&Party; 2], last: Seq) -> Vec<Vec<(Seq, String)>> {
    let directory = exchange.directory().await;
    let mut all = Vec::new();
    for party in parties {
        let mut receiver = party.receiver(exchange, Seq(0), 1024).await;
        let got = Party::envelopes_below(&mut receiver, last.next()).await;
        all.push(got.iter().map(|delivered| (delivered.index, party.open(&directory, delivered))).collect());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_byte_on_the_disk_is_caught() {
    let mut exchange = Exchange::start().await;
    let [xa, _xf] = exchange.enrol_all(["XA", "XF"]).await;
    let (id, envelope) = xa.seal(&exchange.directory().await, &["XF"], "evidence");
    receipted(xa.publish(&exchange, id, &envelope).await);
    exchange.close().await;
    assert!(amana_hub::fsck(&exchange.dir()).unwrap().is_ok());

    let section = &envelope.sections[0][..64];
    let hit = files(&exchange.dir().join("ledger")).into_iter().find_map(|file| {
        let bytes = fs::read(&file).unwrap();
        bytes.windows(64).position(|window| window == section).map(|at| (file, bytes, at))
    });
    let (file, mut bytes, at) = hit.expect("the ciphertext is in the journal");
    bytes[at] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let caught = match amana_hub::fsck(&exchange.dir()) {
        Err(error) => error.to_string(),
        Ok(Err(mismatch)) => mismatch.to_string(),
        Ok(Ok(_)) => panic!("the flipped byte went unnoticed"),
    };
    assert!(caught.contains("record"), "{caught}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_notice_is_in_the_hubs_files() {
    const CANARY: &str = "Canary-7c1f0e52-کناری";
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let (id, envelope) = xa.seal(&directory, &["XF"], CANARY);
    let accepted = receipted(xa.publish(&exchange, id, &envelope).await);
    let mut receiver = xf.receiver(&exchange, Seq(0), 16).await;
    let got = Party::next_envelope(&mut receiver).await;
    assert_eq!(xf.open(&directory, &got), CANARY, "the control: its recipient reads it");
    let receipt = xf.receipt(xa.code, &[&got]);
    receiver.acknowledge(accepted.index.next(), vec![receipt]).await.unwrap();
    exchange.close().await;

    // The control: what is public is found by the same search.
    assert!(found(&exchange.dir(), id.as_bytes()).is_some());
    let utf16: Vec<u8> = CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in
        [CANARY.as_bytes(), &CANARY.as_bytes()[..12], &utf16, hex.as_bytes(), base64(CANARY).as_bytes()]
    {
        assert_eq!(found(&exchange.dir(), form), None);
    }
}

fn found(dir: &Path, needle: &[u8]) -> Option<PathBuf> {
    files(dir)
        .into_iter()
        .find(|file| fs::read(file).unwrap().windows(needle.len()).any(|part| part == needle))
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// RFC 4648 §4, without padding: what is inside a longer text begins at some multiple of three.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks_exact(3);
    let number = |group: &[u8]| group.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    groups
        .map(number)
        .flat_map(|group| [18, 12, 6, 0].map(|shift| char::from(LETTERS[group >> shift & 63])))
        .collect()
}
