use amana_seal::attachment::Shape;
use amana_seal::envelope::AttachmentHeader;
use amana_types::limits::ATTACHMENT_SYNC_BYTES;

use super::*;

fn xa() -> MemberCode {
    "XA".parse().unwrap()
}

/// What looks like a sealed attachment from outside.
fn blob(padded_bytes: u64, byte: u8) -> (AttachmentHeader, Vec<u8>) {
    let total = Shape::of(padded_bytes).unwrap().sealed_bytes();
    let bytes = vec![byte; usize::try_from(total).unwrap()];
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
    (AttachmentHeader { sealed: Digest::try_from(digest.as_ref()).unwrap(), padded_bytes }, bytes)
}

fn begin(blobs: &Blobs, announced: AttachmentHeader) -> Result<Box<Deposit>, DepositRefused> {
    match blobs.begin(xa(), announced, 1 << 30, |_| false)? {
        Begun::Coming(deposit) => Ok(deposit),
        Begun::Whole(bytes) => panic!("all {bytes} bytes are here"),
    }
}

fn put(blobs: &Blobs, padded_bytes: u64, byte: u8) -> Digest {
    let (announced, bytes) = blob(padded_bytes, byte);
    let mut deposit = begin(blobs, announced).unwrap();
    deposit.write(&bytes).unwrap();
    deposit.finish().unwrap();
    announced.sealed
}

#[test]
fn a_broken_one_goes_on_where_it_was_also_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (announced, bytes) = blob(8 << 20, 7);
    let half = usize::try_from(ATTACHMENT_SYNC_BYTES).unwrap();
    let mut deposit = begin(&Blobs::open(dir.path()).unwrap(), announced).unwrap();
    assert_eq!(deposit.write(&bytes[..half]).unwrap(), Some(ATTACHMENT_SYNC_BYTES));
    assert_eq!(deposit.write(&bytes[half..half + 100]).unwrap(), None, "not durable yet");
    drop(deposit);
    let blobs = Blobs::open(dir.path()).unwrap();
    assert!(!blobs.holds(xa(), &[announced.sealed]));
    let mut deposit = begin(&blobs, announced).unwrap();
    let received = usize::try_from(deposit.received()).unwrap();
    assert!(received >= half);
    assert!(matches!(blobs.begin(xa(), announced, 1 << 30, |_| false), Err(DepositRefused::Busy)));
    deposit.write(&bytes[received..]).unwrap();
    assert!(deposit.is_whole());
    deposit.finish().unwrap();
    for blobs in [blobs, Blobs::open(dir.path()).unwrap()] {
        assert!(blobs.holds(xa(), &[announced.sealed]));
        assert!(!blobs.holds("XF".parse().unwrap(), &[announced.sealed]), "it is XA's");
        assert!(matches!(blobs.begin(xa(), announced, 0, |_| false), Ok(Begun::Whole(_))));
    }
}

#[test]
fn what_is_not_what_was_announced_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path()).unwrap();
    let (announced, mut bytes) = blob(4096, 7);
    bytes[100] ^= 1;
    let mut deposit = begin(&blobs, announced).unwrap();
    deposit.write(&bytes).unwrap();
    assert!(matches!(deposit.finish(), Err(DepositRefused::Differs)));
    let mut deposit = begin(&blobs, announced).unwrap();
    assert_eq!(deposit.received(), 0);
    assert!(matches!(deposit.write(&[bytes.as_slice(), b"more"].concat()), Err(DepositRefused::Differs)));
    drop(deposit);
    let odd = AttachmentHeader { padded_bytes: 5000, ..announced };
    assert!(matches!(blobs.begin(xa(), odd, 1 << 30, |_| false), Err(DepositRefused::Length)));
}

#[test]
fn what_waits_for_an_envelope_counts_and_what_is_listed_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path()).unwrap();
    let first = put(&blobs, 4096, 1);
    let (announced, bytes) = blob(4096, 2);
    let most = bytes.len() as u64 + 10;
    assert!(matches!(blobs.begin(xa(), announced, most, |_| false), Err(DepositRefused::Quota)));
    assert!(blobs.begin(xa(), announced, most, |digest| *digest == first).is_ok());
}

#[test]
fn the_sweep_takes_what_nobody_lists_and_erasing_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path()).unwrap();
    let (kept, gone) = (put(&blobs, 4096, 1), put(&blobs, 4096, 2));
    let before = |millis| Timestamp::from_unix_millis(millis);
    blobs.sweep(before(1), |_, _| false).unwrap();
    assert!(blobs.holds(xa(), &[kept, gone]), "they are young");
    blobs.sweep(before(u64::MAX), |_, digest| *digest == kept).unwrap();
    assert!(blobs.holds(xa(), &[kept]) && !blobs.holds(xa(), &[gone]));
    blobs.erase(xa(), kept).unwrap();
    blobs.erase(xa(), kept).unwrap();
    assert!(blobs.read(xa(), kept).unwrap().is_none());
    assert_eq!(fs::read_dir(dir.path().join("XA")).unwrap().count(), 0);
}
