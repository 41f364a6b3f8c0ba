use super::*;

fn place() -> SectionPlace {
    SectionPlace {
        sender: "XA".parse().unwrap(),
        sender_key: KeyId([9; 16]),
        notice: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        index: SectionIndex(0),
    }
}

#[test]
fn sealed_sections_open_to_what_they_were() {
    let key = Zeroizing::new([1; 32]);
    for length in [0, 1, 4092, 4093, 20_000] {
        let plaintext = vec![0xa5; length];
        let (ciphertext, commitment) = seal(place(), &key, &plaintext).unwrap();
        assert_eq!(ciphertext.len(), padded_len(length) + TAG_BYTES);
        let committed = CommittedKey::check(place(), &key, &commitment).unwrap();
        assert_eq!(*committed.open(&ciphertext).unwrap(), plaintext);
    }
}

#[test]
fn a_section_opens_at_its_place_only() {
    let key = Zeroizing::new([1; 32]);
    let (ciphertext, commitment) = seal(place(), &key, b"content").unwrap();
    let others = [
        SectionPlace { sender: "XB".parse().unwrap(), ..place() },
        SectionPlace { sender_key: KeyId([8; 16]), ..place() },
        SectionPlace { index: SectionIndex(1), ..place() },
    ];
    for other in others {
        let opened = CommittedKey::check(other, &key, &commitment).unwrap().open(&ciphertext);
        assert_eq!(opened.err(), Some(EnvelopeRefused::Section(other.index)));
    }
    let elsewhere =
        SectionPlace { notice: "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap(), ..place() };
    let committed = CommittedKey::check(elsewhere, &key, &commitment).err();
    assert_eq!(committed, Some(EnvelopeRefused::Commitment(SectionIndex(0))), "the salt is the notice id");
}

/// Seals a padded plaintext as it is, the way a sender with a client of its own could.
fn seal_raw(key: &SectionKey, mut padded: Vec<u8>) -> (Vec<u8>, Digest) {
    let schedule = Schedule::derive(place().notice, key).unwrap();
    let aad = Aad::from(place().aad());
    schedule.cipher().unwrap().seal_in_place_append_tag(nonce(), aad, &mut padded).unwrap();
    (padded, schedule.commitment)
}

#[test]
fn padding_that_we_would_not_have_made_is_refused() {
    let key = Zeroizing::new([1; 32]);
    let content = |length: u32, total: usize| {
        let mut padded = length.to_be_bytes().to_vec();
        padded.resize(total, 0);
        padded
    };
    let mut hidden = content(7, 4096);
    hidden[4095] = 1;
    let cases =
        [hidden, content(7, 4097), content(7, 5120), content(4093, 4096), content(u32::MAX, 4096), vec![1]];
    for padded in cases {
        let (ciphertext, commitment) = seal_raw(&key, padded);
        let opened = CommittedKey::check(place(), &key, &commitment).unwrap().open(&ciphertext);
        assert_eq!(opened.err(), Some(EnvelopeRefused::SectionPadding(SectionIndex(0))));
    }
    let (ciphertext, commitment) = seal_raw(&key, content(7, 4096));
    assert!(CommittedKey::check(place(), &key, &commitment).unwrap().open(&ciphertext).is_ok());
}
