//! Signed notes, checkpoints and cosignatures: published ones and mangled ones.

use crate::common::{TestLog, bit_flips, hex, public_key, text, tree_of, vectors};
use amana_log::{
    Checkpoint, CheckpointError, CosignerKey, KeyError, KeyName, KnownHead, LogKey, MAX_SIGNATURES,
    NoteError, NoteSignature, OpenError, SignedNote, UnixSeconds, VerifiedCheckpoint,
};
use ring::signature::Ed25519KeyPair;

const ARCHE: &str = "arche2025h1.staging.ct.transparency.dev";

fn published() -> Vec<(String, String, Option<u64>)> {
    let vectors = vectors("notes.json");
    let notes = vectors["notes"].as_array().unwrap();
    notes
        .iter()
        .map(|case| (text(case, "vkey").to_owned(), text(case, "note").to_owned(), case["time"].as_u64()))
        .collect()
}

#[test]
fn published_keys_and_notes_read_and_write_as_they_are() {
    let mut plain = 0;
    for (vkey, note, time) in published() {
        let parsed = SignedNote::parse(note.as_bytes()).unwrap();
        assert_eq!(parsed.as_str(), note);
        for line in parsed.signatures() {
            assert!(note.contains(&format!("{line}\n")), "{line}");
        }
        if time.is_none() {
            let key: LogKey = vkey.parse().unwrap();
            assert_eq!(key.to_string(), vkey);
            assert!(vkey.parse::<CosignerKey>().is_err());
            // The text of three of them is no checkpoint; that the signature holds is told apart.
            let opened = VerifiedCheckpoint::open(parsed, &key);
            assert!(!matches!(opened, Err(OpenError::NotSigned { .. } | OpenError::BadSignature { .. })));
            plain += 1;
        } else {
            assert_eq!(vkey.parse::<CosignerKey>().unwrap().to_string(), vkey);
        }
    }
    assert_eq!(plain, 5);
}

#[test]
fn a_published_checkpoint_opens_and_its_cosignatures_hold() {
    let cases: Vec<_> = published().into_iter().filter(|(_, note, _)| note.starts_with(ARCHE)).collect();
    let (vkey, note, _) = cases.iter().find(|(_, _, time)| time.is_none()).unwrap();
    let note = SignedNote::parse(note.as_bytes()).unwrap();
    let checkpoint = VerifiedCheckpoint::open(note, &vkey.parse().unwrap()).unwrap();
    assert_eq!(checkpoint.head().size.get(), 1_432_088_532);
    assert_eq!(checkpoint.checkpoint().origin.as_str(), ARCHE);
    let mut held = 0;
    for (vkey, _, time) in cases.iter().filter(|(_, _, time)| time.is_some()) {
        let at = checkpoint.cosigned_by(&vkey.parse().unwrap()).unwrap();
        assert_eq!(at.map(UnixSeconds::get), *time);
        held += 1;
    }
    assert_eq!(held, 4);
}

#[test]
fn a_mangled_verifier_key_is_refused() {
    let (vkey, ..) = &published()[1];
    assert!(vkey.starts_with("PeterNeumann"));
    for start in 0..vkey.len() {
        for end in start..=vkey.len() {
            let whole = (start, end) == (0, vkey.len());
            assert_eq!(vkey[start..end].parse::<LogKey>().is_ok(), whole, "{}", &vkey[start..end]);
        }
    }
    for place in 0..vkey.len() {
        let mut bytes = vkey.clone().into_bytes();
        bytes[place] += 1;
        assert!(String::from_utf8(bytes).unwrap().parse::<LogKey>().is_err());
    }
    let vectors = vectors("notes.json");
    let bad = vectors["bad_vkeys"].as_array().unwrap();
    assert!(bad[0].as_str().unwrap().parse::<LogKey>().is_err());
    let other_type = KeyError::Type { wanted: 0x01, got: 0x65 };
    assert_eq!(bad[1].as_str().unwrap().parse::<LogKey>(), Err(other_type));
}

#[test]
fn text_that_is_no_note_is_refused() {
    let text = "If you think\nthen you don't know.\n";
    let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFup\n";
    let parse = |note: &[u8]| SignedNote::parse(note);
    assert!(parse(format!("{text}\n{line}").as_bytes()).is_ok());
    for bad in [
        text.to_owned(),
        format!("{text}\n"),
        format!("{text}\n{}", line.trim_end()),
        format!("\u{1}{text}\n{line}"),
        format!("a\tb\n{text}\n{line}"),
        format!("a\r\n{text}\n{line}"),
        format!("{text}\r\n{line}"),
        format!("{text}\n{line}Unexpected line.\n"),
        format!("{text}\n\u{2014} Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFup\n"),
        format!("{text}\n\u{2014} a+b x08go/ZJkuBS9UG/SffcvIAQxVBtiFup\n"),
        format!("{text}\n\u{2014} name x08gow==\n"),
        format!("{text}\n\u{2014} name x08go/ZJkuB=\n"),
        format!("{text}\n\u{2014}  x08go/ZJkuBS9UG/SffcvIAQxVBtiFup\n"),
    ] {
        assert!(parse(bad.as_bytes()).is_err(), "{bad}");
    }
    assert_eq!(parse(&[b"\xff", text.as_bytes()].concat()), Err(NoteError::NotText));
    let crowded = format!("{text}\n{}", line.repeat(MAX_SIGNATURES + 1));
    assert_eq!(parse(crowded.as_bytes()), Err(NoteError::TooManySignatures));
}

#[test]
fn a_checkpoint_is_read_in_one_spelling_only() {
    let good = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(good).unwrap();
    assert_eq!(checkpoint.to_text(), good);
    assert_eq!(checkpoint.head.size.get(), 20_852_163);
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for (bad, why) in [
        (good.trim_end().to_owned(), CheckpointError::Lines),
        (format!("{good}\n"), CheckpointError::Lines),
        (format!("{good}extension\n"), CheckpointError::Lines),
        ("a\n1\n".to_owned(), CheckpointError::Lines),
        (format!("\n1\n{hash}\n"), CheckpointError::Origin),
        (format!("a b\n1\n{hash}\n"), CheckpointError::Origin),
        (format!("a\n01\n{hash}\n"), CheckpointError::Size),
        (format!("a\n+1\n{hash}\n"), CheckpointError::Size),
        (format!("a\n-1\n{hash}\n"), CheckpointError::Size),
        (format!("a\n\n{hash}\n"), CheckpointError::Size),
        (format!("a\n18446744073709551616\n{hash}\n"), CheckpointError::Size),
        (format!("a\n1\n{}\n", hash.trim_end_matches('=')), CheckpointError::Root),
        ("a\n1\nYmFuYW5hcw==\n".to_owned(), CheckpointError::Root),
        ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n".to_owned(), CheckpointError::Root),
        (format!("a\n0\n{hash}\n"), CheckpointError::Root),
    ] {
        assert_eq!(Checkpoint::parse(&bad), Err(why), "{bad}");
    }
}

#[test]
fn signing_writes_what_another_implementation_writes() {
    let vectors = vectors("amana.json");
    let pair = Ed25519KeyPair::from_seed_unchecked(&hex(text(&vectors, "log_seed"))).unwrap();
    let cosigner = Ed25519KeyPair::from_seed_unchecked(&hex(text(&vectors, "cosigner_seed"))).unwrap();
    let name = KeyName::new(text(&vectors, "cosigner_name")).unwrap();
    let given = SignedNote::parse(text(&vectors, "checkpoint").as_bytes()).unwrap();
    let mut note = Checkpoint::parse(given.text()).unwrap().sign(&pair);
    assert_eq!(note, given);

    let origin = KeyName::of_audit_log("exercise").unwrap();
    let key = LogKey::new(origin, public_key(&pair));
    assert_eq!(key.to_string(), text(&vectors, "log_vkey"));
    let time = UnixSeconds::new(vectors["time"].as_u64().unwrap()).unwrap();
    let head = KnownHead::trust(note.clone(), key.clone()).unwrap();
    let line = head.cosign(name.clone(), &cosigner, time);
    note.add(line.clone()).unwrap();
    assert_eq!(note.as_str(), text(&vectors, "cosigned"));

    let cosigner_key = CosignerKey::new(name, public_key(&cosigner));
    assert_eq!(cosigner_key.to_string(), text(&vectors, "cosigner_vkey"));
    assert_eq!(head.checkpoint().verify_cosignature(&line, &cosigner_key), Ok(time));
    assert_eq!(head.checkpoint().cosigned_by(&cosigner_key), Ok(None));
    let cosigned = VerifiedCheckpoint::open(note, &key).unwrap();
    assert_eq!(cosigned.cosigned_by(&cosigner_key), Ok(Some(time)));
}

#[test]
fn any_bit_flipped_in_a_signed_checkpoint_is_refused() {
    let log = TestLog::new(1);
    let note = log.sign(tree_of(5).head());
    assert!(VerifiedCheckpoint::open(note.clone(), &log.key).is_ok());
    for bytes in bit_flips(note.as_str().as_bytes()) {
        let opened = SignedNote::parse(&bytes).map(|note| VerifiedCheckpoint::open(note, &log.key));
        assert!(!matches!(opened, Ok(Ok(_))), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn only_the_pinned_log_is_believed() {
    let (log, other) = (TestLog::new(1), TestLog::new(2));
    let head = tree_of(5).head();
    let open = |note, log: &TestLog| VerifiedCheckpoint::open(note, &log.key);
    assert!(matches!(open(log.sign(head), &other), Err(OpenError::NotSigned { .. })));

    let elsewhere = Checkpoint { origin: KeyName::of_audit_log("elsewhere").unwrap(), head };
    let foreign = elsewhere.sign(&log.pair);
    assert!(matches!(open(foreign.clone(), &log), Err(OpenError::NotSigned { .. })));
    // Signed with the right key and name, over the text of another log.
    let line = log.pair.sign(foreign.text().as_bytes());
    let forged = signature_line(&log.key, line.as_ref());
    let forged = SignedNote::parse(format!("{}\n{forged}\n", foreign.text()).as_bytes()).unwrap();
    assert!(matches!(open(forged, &log), Err(OpenError::OtherLog { .. })));

    // One line that holds does not make up for one that does not.
    let note = log.sign(head);
    let bad = signature_line(&log.key, &[0; 64]);
    let both = SignedNote::parse(format!("{}{bad}\n", note.as_str()).as_bytes()).unwrap();
    assert!(matches!(open(both, &log), Err(OpenError::BadSignature { .. })));
}

#[test]
fn a_cosignature_is_bound_to_checkpoint_time_and_key() {
    let (log, witness) = (TestLog::new(1), Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap());
    let name = KeyName::new("node.fr.exercise").unwrap();
    let key = CosignerKey::new(name.clone(), public_key(&witness));
    let time = UnixSeconds::new(1_700_000_000).unwrap();
    let head = |leaves| KnownHead::trust(log.sign(tree_of(leaves).head()), log.key.clone()).unwrap();
    let line = head(5).cosign(name.clone(), &witness, time);
    assert_eq!(head(5).checkpoint().verify_cosignature(&line, &key), Ok(time));
    assert!(head(6).checkpoint().verify_cosignature(&line, &key).is_err());
    let other = CosignerKey::new(name.clone(), public_key(&log.pair));
    assert!(head(5).checkpoint().verify_cosignature(&line, &other).is_err());
    for bytes in bit_flips(line.to_string().as_bytes()) {
        let changed = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<NoteSignature>().ok());
        let held = changed.map(|line| head(5).checkpoint().verify_cosignature(&line, &key));
        assert!(!matches!(held, Some(Ok(_))));
    }

    // A newer cosignature takes the place of the older one; a bad one spoils the note for this key.
    let later = UnixSeconds::new(1_700_000_060).unwrap();
    let mut note = log.sign(tree_of(5).head());
    note.add(line.clone()).unwrap();
    note.add(head(5).cosign(name, &witness, later)).unwrap();
    assert_eq!(note.signatures().len(), 2);
    let opened = VerifiedCheckpoint::open(note.clone(), &log.key).unwrap();
    assert_eq!(opened.cosigned_by(&key), Ok(Some(later)));
    let older_last = format!("{}{line}\n", note.as_str());
    let older_last = SignedNote::parse(older_last.as_bytes()).unwrap();
    let opened = VerifiedCheckpoint::open(older_last, &log.key).unwrap();
    assert_eq!(opened.cosigned_by(&key), Ok(Some(later)));
    let spoilt = format!("{}{}\n", note.as_str(), signature_line(&key, &[0; 72]));
    let spoilt = SignedNote::parse(spoilt.as_bytes()).unwrap();
    assert!(VerifiedCheckpoint::open(spoilt, &log.key).unwrap().cosigned_by(&key).is_err());
    assert_eq!(UnixSeconds::new(1 << 63), None);
}

/// A signature line of this key with any bytes for a signature.
fn signature_line<const TYPE: u8>(key: &amana_log::NoteKey<TYPE>, signature: &[u8]) -> String {
    use base64::Engine;
    let blob = [key.id().as_bytes().as_slice(), signature].concat();
    format!("\u{2014} {} {}", key.name(), base64::engine::general_purpose::STANDARD.encode(blob))
}
