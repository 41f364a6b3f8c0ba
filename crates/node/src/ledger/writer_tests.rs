use std::path::Path;

use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_seal::receipt::ReceiptState;
use amana_seal::rest::VaultKey;
use amana_store::ledger::LedgerConfig;
use amana_types::{Digest, NoticeId};

use super::*;
use crate::attachments::Files;
use crate::ending::record::{Held, Recalled};
use crate::fold::parts::{ALARM_BYTES, Proven};
use crate::fold::record::Alarm;
use crate::ledger::node_fold::SharedState;
use crate::ledger::vault::{Part, Vault, VaultError};
use crate::notice::record::Received;
use crate::subjects::State;
use crate::testing::{Town, code, content, now};

/// A node's journal and key slots, opened as at a start.
struct Place {
    state: SharedState,
    vault: Arc<Vault>,
    ledger: Ledger<NodeFold>,
    slots: Slots,
}

impl Place {
    fn open(dir: &Path) -> Self {
        let config = LedgerConfig::new(dir.join("ledger"));
        let journal = config.open_journal().unwrap();
        let slots = Slots::open(&dir.join("keyslots"), &journal).unwrap();
        let key = VaultKey::new(&[7; 32]).unwrap();
        let vault = Arc::new(Vault::new(key, slots.clone(), Arc::new(SystemRandom)));
        let town = Town::new();
        let state = SharedState::new(State::new(town.empty()));
        let fold = || {
            state.reset(State::new(town.empty()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        };
        let ledger = Ledger::over(config, journal, fold).unwrap();
        Self { state, vault, ledger, slots }
    }
}

/// A record and the bytes that go into the journal.
fn entry(record: Record) -> Entry<Journaled, Vec<u8>> {
    let (record, bytes) = Journaled::live(record, Vec::new()).unwrap();
    Entry { record, parts: vec![bytes] }
}

#[test]
fn what_would_not_be_read_back_is_not_written_and_the_writer_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let Place { ledger, slots, .. } = Place::open(dir.path());
    let files = Files::open(&dir.path().join("attachments")).unwrap();
    let (ledger_writer, writer) = LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
    let alarm = |bytes| Alarm { at: now(), reason: "TEST".to_owned(), message: "a".repeat(bytes) };
    let write = |bytes| ledger_writer.queue(vec![Record::Alarm(alarm(bytes)).into()])?.wait_blocking();
    assert!(matches!(write(1 << 20), Err(WriteError::TooLong(_))));
    assert!(matches!(write(1 << 10), Ok(Seq(0))), "the place was not used");
    drop(ledger_writer);
    writer.join().unwrap().unwrap();
    let place = Place::open(dir.path());
    assert_eq!((place.ledger.next(), place.state.read().base.alarm.is_some()), (Seq(1), true));
}

#[test]
fn a_key_that_a_crash_left_is_erased_at_the_next_start_and_receipted_only_then() {
    let dir = tempfile::tempdir().unwrap();
    let mut place = Place::open(dir.path());
    let id = NoticeId::new(now(), &SystemRandom);
    let sealed = place.vault.seal_content(id, &content().in_clear()).unwrap();
    let key_slot = place.slots.append(&[sealed.slot]).unwrap().0;
    let vaulted = crate::fold::parts::Vaulted { key_slot, ..sealed.vaulted };
    let proven = |index| Proven { index: Seq(index), accepted_at: now(), proof: Vec::new() };
    let received = Received {
        held: false,
        passed: None,
        id,
        sender: code("XA"),
        created: now(),
        expires: now(),
        received_at: now(),
        header_hash: Digest([1; 32]),
        supersedes: None,
        proven: proven(4),
        pair_number: 0,
        pair_previous: Digest([0; 32]),
        attachments: Vec::new(),
        vaulted: vaulted.clone(),
    };
    let recalled = Recalled {
        id: NoticeId::new(now(), &SystemRandom),
        sender: code("XA"),
        notice: id,
        notice_hash: Digest([1; 32]),
        received_at: now(),
        header_hash: Digest([2; 32]),
        proven: proven(5),
        pair_number: 1,
        pair_previous: Digest([1; 32]),
        held: Some(Held { key_slot, index: Seq(4) }),
        nonce: [0; 16],
        sealed: Vec::new(),
    };
    // The records are durable; then the process dies before the key is erased.
    place.ledger.append(&[entry(Record::Received(received)), entry(Record::Recalled(recalled))]).unwrap();
    assert!(place.vault.open(id, &vaulted, Part::Case).is_ok());
    let erased = |state: &SharedState| {
        let state = state.read();
        state.base.owed.values().filter(|owed| owed.state == ReceiptState::Erased && owed.id == id).count()
    };
    assert_eq!(erased(&place.state), 0, "a receipt for a key that is still there would be a lie");
    drop(place);

    let Place { state, vault, ledger, slots } = Place::open(dir.path());
    let files = Files::open(&dir.path().join("attachments")).unwrap();
    let (ledger_writer, writer) = LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
    drop(ledger_writer);
    writer.join().unwrap().unwrap();
    assert!(matches!(vault.open(id, &vaulted, Part::Case), Err(VaultError::Erased)));
    assert_eq!(erased(&state), 1);
    drop((state, vault));

    // It is done once: the next start finds nothing to do, and still owes the receipt.
    let place = Place::open(dir.path());
    assert!(place.ledger.fold().to_erase(9).is_empty());
    assert_eq!(erased(&place.state), 1);
}

#[test]
fn a_record_that_would_not_read_back_is_refused_and_the_next_one_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let Place { state, vault: _vault, ledger, slots } = Place::open(dir.path());
    let files = Files::open(&dir.path().join("attachments")).unwrap();
    let (ledger_writer, writer) = LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
    let alarm = |bytes| {
        let alarm = Alarm { at: now(), reason: "X".to_owned(), message: "m".repeat(bytes) };
        ledger_writer.queue(vec![Record::Alarm(alarm).into()]).and_then(Pending::wait_blocking)
    };
    let refused = alarm(ALARM_BYTES + 1).unwrap_err();
    assert!(refused.to_string().contains("Alarm.message"), "{refused}");
    assert_eq!(alarm(ALARM_BYTES).unwrap(), Seq(0));
    assert_eq!(state.read().base.next, Seq(1));
    drop(ledger_writer);
    writer.join().unwrap().unwrap();
}
