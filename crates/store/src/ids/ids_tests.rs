use amana_types::{Random, Timestamp};

use amana_types::Digest;

use super::*;

const JOURNAL: JournalId = JournalId(7);

struct Numbered(u64);

impl Random for Numbered {
    fn fill(&self, out: &mut [u8]) {
        let bytes = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
        out.iter_mut().zip(bytes.into_iter().cycle()).for_each(|(out, byte)| *out = byte);
    }
}

/// Entry `n`; its id was made at a time that does not always grow, as ids come from many makers.
fn entry(n: u64) -> IdEntry {
    let at = match n % 97 {
        0 => 1_600_000_000_000 + n,
        1..5 => 1_700_000_000_000,
        _ => 1_700_000_000_000 + n * 20 - n % 13 * 300,
    };
    let id = NoticeId::new(Timestamp::from_unix_millis(at), &Numbered(n));
    IdEntry { id, recorded: Recorded { seq: Seq(n), header: Digest([n as u8; 32]) } }
}

fn feed(ids: &Ids, numbers: std::ops::Range<u64>) {
    for n in numbers {
        ids.add(&[entry(n)]);
        if (n + 1).is_multiple_of(256) {
            ids.end_block(Seq(n + 1)).unwrap();
        }
    }
}

fn assert_found(ids: &Ids, until: u64) {
    for n in 0..until {
        assert_eq!(ids.find(entry(n).id).unwrap(), Some(entry(n).recorded), "entry {n}");
    }
    for n in until..until + 500 {
        assert_eq!(ids.find(entry(n).id).unwrap(), None);
    }
}

fn files(dir: &Path, kind: &str) -> usize {
    numbered(dir, kind).unwrap().len()
}

#[test]
fn ids_are_found_in_memory_in_runs_and_after_opening() {
    let dir = tempfile::tempdir().unwrap();
    let (ids, next) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
    assert_eq!(next, Seq(0));
    feed(&ids, 0..5000);
    assert_found(&ids, 5000);
    assert_eq!((files(dir.path(), "run"), files(dir.path(), "gathering")), (4, 5));
    ids.sync().unwrap();
    assert_eq!((files(dir.path(), "run"), files(dir.path(), "gathering")), (4, 1));
    drop(ids);
    let (ids, next) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
    assert_eq!(next, Seq(5000 / 256 * 256));
    feed(&ids, next.0..5000);
    assert_found(&ids, 5000);
}

#[test]
fn runs_that_may_not_be_durable_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let (ids, _) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
    feed(&ids, 0..1200);
    drop(ids);
    // As after a power cut: the run has its length but not its content.
    let path = run::path(dir.path(), Seq(0));
    let length = fs::metadata(&path).unwrap().len();
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..].fill(0);
    fs::write(&path, bytes).unwrap();
    let (ids, next) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
    assert_eq!(next, Seq(1024));
    feed(&ids, next.0..1300);
    assert_found(&ids, 1300);
    assert!(length > 0);
}

type Damage = fn(&Path);

#[test]
fn what_is_missing_or_cut_off_is_asked_for_again() {
    let damages: [(&str, Damage); 4] = [
        ("a gathering file cut off", |dir| {
            let path = gathering::path(dir, *numbered(dir, "gathering").unwrap().last().unwrap());
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        }),
        ("no gathering file", |dir| {
            fs::remove_file(gathering::path(dir, *numbered(dir, "gathering").unwrap().last().unwrap()))
                .unwrap();
        }),
        ("a run in the middle missing", |dir| {
            fs::remove_file(run::path(dir, numbered(dir, "run").unwrap()[1])).unwrap();
        }),
        ("a run with a damaged header", |dir| {
            let path = run::path(dir, numbered(dir, "run").unwrap()[2]);
            let mut bytes = fs::read(&path).unwrap();
            bytes[20] ^= 1;
            fs::write(&path, bytes).unwrap();
        }),
    ];
    for (name, damage) in damages {
        let dir = tempfile::tempdir().unwrap();
        let (ids, _) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
        feed(&ids, 0..4000);
        ids.sync().unwrap();
        drop(ids);
        damage(dir.path());
        let (ids, next) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
        assert!(next < Seq(4000 / 256 * 256), "{name}");
        feed(&ids, next.0..4000);
        assert_found(&ids, 4000);
    }
}

#[test]
fn a_replay_from_before_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (ids, _) = Ids::open(dir.path(), JOURNAL, 1000).unwrap();
    feed(&ids, 0..3000);
    let before =
        fs::read(gathering::path(dir.path(), *numbered(dir.path(), "gathering").unwrap().last().unwrap()))
            .unwrap();
    feed(&ids, 512..2816);
    let after =
        fs::read(gathering::path(dir.path(), *numbered(dir.path(), "gathering").unwrap().last().unwrap()))
            .unwrap();
    assert!(before == after);
    assert_found(&ids, 3000);
}
