use amana_kit::random::SystemRandom;
use amana_log::{Checkpoint, KeyName, MemoryTree, VerifiedCheckpoint};
use amana_seal::keys::draw_seed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::*;

#[test]
fn texts_are_cut_at_characters() {
    assert_eq!(text("نص".repeat(10), 5), "نص");
    assert_eq!(text("short".into(), 64), "short");
}

#[test]
fn a_note_that_others_swelled_keeps_what_verifies_it() {
    let pair = Ed25519KeyPair::from_seed_unchecked(draw_seed(&SystemRandom).as_slice()).unwrap();
    let origin = KeyName::of_audit_log("exercise").unwrap();
    let key = LogKey::new(origin.clone(), pair.public_key().as_ref().try_into().unwrap());
    let signed = Checkpoint { origin, head: MemoryTree::new().head() }.sign(&pair);
    assert_eq!(note(&signed, &key), signed);

    let line = signed.signatures().first().unwrap().to_string();
    let stranger = line.replace("amana/exercise/audit", "stranger");
    let swollen = format!("{}{}", signed.as_str(), format!("{stranger}\n").repeat(200));
    let swollen = SignedNote::parse(swollen.as_bytes()).unwrap();
    let lean = note(&swollen, &key);
    assert!(lean.as_str().len() < 4096);
    assert!(VerifiedCheckpoint::open(lean, &key).is_ok());
}
