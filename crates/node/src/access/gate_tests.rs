use amana_kit::clock::SystemClock;
use amana_kit::identity::{AgencyUnit, PeerIdentity, Principal};
use amana_kit::random::SystemRandom;
use amana_seal::keys::draw_seed;
use amana_seal::rest::VaultKey;
use amana_store::ledger::{Ledger, LedgerConfig};
use amana_types::{Digest, Seq};

use super::*;
use crate::attachments::Files;
use crate::ledger::holdings::Holdings;
use crate::ledger::node_fold::{NodeFold, SharedState};
use crate::ledger::vault::Slots;
use crate::setup::layout::Layout;
use crate::subjects::State;
use crate::testing::{Town, now};

const AGENCY: &str = r#"
name = "unit"
role = "ANALYST"
key = "0101010101010101010101010101010101010101010101010101010101010101"
status = "ACTIVE"
issued = "2026-11-23T08:30:00Z"
expires = "2027-11-23T08:30:00Z"
[units]
"officer/alice" = "0202020202020202020202020202020202020202020202020202020202020202"
"system/cases" = "0303030303030303030303030303030303030303030303030303030303030303"
"#;

/// A gate over a real journal, and what was written into it.
fn gate(dir: &std::path::Path) -> (AccessGate, Holdings) {
    let layout = Layout::new(dir);
    amana_kit::fsio::create_private_directory(&layout.agencies()).unwrap();
    let file = layout.agencies().join("unit.toml");
    amana_kit::fsio::create_private_file(&file, AGENCY.as_bytes()).unwrap();
    let config = LedgerConfig::new(dir);
    let journal = config.open_journal().unwrap();
    let slots = Slots::open(&layout.keyslots(), &journal).unwrap();
    let key = VaultKey::new(draw_seed(&SystemRandom).as_slice()).unwrap();
    let vault = Arc::new(Vault::new(key, slots.clone(), Arc::new(SystemRandom)));
    let state = SharedState::new(State::new(Town::new().empty()));
    let fold = || NodeFold::new(state.clone(), Arc::clone(&vault));
    let ledger = Ledger::over(config, journal, fold).unwrap();
    let holdings = Holdings::new(state.clone(), ledger.reader());
    let files = Files::open(&layout.attachments()).unwrap();
    let (ledger_writer, _) = LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
    let registry = Registry::new(layout);
    let own = "XA".parse().unwrap();
    (
        AccessGate {
            own,
            registry,
            holdings: holdings.clone(),
            vault,
            ledger_writer,
            clock: Arc::new(SystemClock),
        },
        holdings,
    )
}

/// Who is on a connection, as the listener hands it on.
fn peer(key: u8, unit: Option<&str>) -> Peer {
    let (member, name) = ("XF".parse().unwrap(), "unit".parse().unwrap());
    let principal = Principal::Agency { member, name, unit: unit.and_then(AgencyUnit::parse) };
    let identity = PeerIdentity { principal, spki_sha256: Digest([key; 32]), not_after: now() };
    Peer { identity: Some(identity), address: "127.0.0.1:1".parse().unwrap() }
}

fn because() -> v1::AccessContext {
    let purpose = v1::Purpose::ThreatAnalysis.into();
    v1::AccessContext { purpose, case_reference: "XF-2026-7".into(), ..Default::default() }
}

#[tokio::test]
async fn a_read_is_in_the_journal_before_it_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, holdings) = gate(dir.path());
    let permit = gate.permit(Some(&peer(1, None)), Action::List, Some(&because())).unwrap();
    let shown = [NoticeId::new(now(), &SystemRandom), NoticeId::new(now(), &SystemRandom)];
    gate.write_down(&permit, &shown).await.unwrap();
    let Record::Access(read) = holdings.record(Seq(0)).unwrap() else {
        unreachable!("no record of the read")
    };
    assert_eq!(read.action, Action::List);
    for id in shown {
        let clear = read.sealed.windows(16).any(|bytes| bytes == id.as_bytes());
        assert!(!clear, "what was read is sealed");
    }
}

/// The figures of an operation may show any number of notices.
#[tokio::test]
async fn a_read_of_any_number_of_notices_is_written_down_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, holdings) = gate(dir.path());
    let permit = gate.permit(Some(&peer(1, None)), Action::List, Some(&because())).unwrap();
    let mut at = 0;
    for (count, records) in [(0, 1), (1, 1), (SHOWN, 1), (SHOWN + 1, 2), (10_000, 5)] {
        gate.write_down(&permit, &vec![NoticeId::new(now(), &SystemRandom); count]).await.unwrap();
        for at in at..at + records {
            assert!(matches!(holdings.record(Seq(at)), Ok(Record::Access(_))), "{count} shown");
        }
        at += records;
        assert!(holdings.record(Seq(at)).is_err(), "{count} shown in {records} records");
    }
}

#[tokio::test]
async fn no_record_no_read() {
    let dir = tempfile::tempdir().unwrap();
    let (mut gate, _) = gate(dir.path());
    let permit = gate.permit(Some(&peer(1, None)), Action::List, Some(&because())).unwrap();
    gate.ledger_writer = LedgerWriter::stopped();
    let refused = gate.write_down(&permit, &[]).await;
    assert!(matches!(refused, Err(BookError::Write(WriteError::Stopped))));
}

#[tokio::test]
async fn strangers_and_empty_reasons_get_no_permit() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, _) = gate(dir.path());
    let list = |key, access: Option<&v1::AccessContext>| {
        gate.permit(Some(&peer(key, None)), Action::List, access).err()
    };
    assert!(matches!(list(2, Some(&because())), Some(AccessError::Unknown(Unknown::NotKnown))));
    let bare = gate.permit(None, Action::Status, None);
    assert!(matches!(bare, Err(AccessError::Unknown(Unknown::NotKnown))));
    assert!(matches!(list(1, None), Some(AccessError::Denied(_))));
    let unknown = v1::AccessContext { purpose: 99, ..because() };
    assert!(matches!(list(1, Some(&unknown)), Some(AccessError::Purpose)));
    let malformed = v1::AccessContext { case_reference: "\u{7}".into(), ..because() };
    assert!(matches!(list(1, Some(&malformed)), Some(AccessError::CaseReference(_))));
}

#[tokio::test]
async fn a_system_names_its_officer_and_an_officer_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, _) = gate(dir.path());
    let (plain, alice, cases) =
        (peer(1, None), peer(2, Some("officer/alice")), peer(3, Some("system/cases")));
    let permit = |peer: &Peer, officer: &str| {
        let access = v1::AccessContext { officer: officer.into(), ..because() };
        gate.permit(Some(peer), Action::List, Some(&access))
    };
    for (peer, said, recorded) in [
        (&alice, "", Some("alice")),
        (&alice, "alice", Some("alice")),
        (&cases, "", None),
        (&cases, "bob", Some("bob")),
        (&plain, "bob", Some("bob")),
    ] {
        let permit = permit(peer, said).unwrap();
        assert_eq!(permit.asked().officer.as_deref(), recorded, "{said}");
        let written = detail(&permit, &[]);
        let holds = |text: &str| written.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(recorded.is_none_or(holds) && permit.caller().unit.as_deref().is_none_or(holds));
        assert!(holds("XF-2026-7") && holds("THREAT_ANALYSIS"));
    }
    for (peer, said) in [(&alice, "bob"), (&cases, "Bob"), (&plain, "a b")] {
        assert!(matches!(permit(peer, said), Err(AccessError::Officer)), "{said}");
    }
    let approved = |approval: String| {
        let access = v1::AccessContext { approval, ..because() };
        gate.permit(Some(&cases), Action::List, Some(&access))
    };
    assert_eq!(approved("JUDGE-7".into()).unwrap().asked().approval.as_deref(), Some("JUDGE-7"));
    for bad in ["x".repeat(201), "a\u{202e}b".into()] {
        assert!(matches!(approved(bad), Err(AccessError::Approval)));
    }
}
