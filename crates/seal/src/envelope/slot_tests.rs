use super::*;

fn content(indices: &[u8]) -> SlotContent {
    SlotContent {
        link: PairLink { seq: PairSeq(5), previous: Digest([6; 32]) },
        grants: indices.iter().map(|n| (SectionIndex(*n), Zeroizing::new([*n; 32]))).collect(),
    }
}

#[test]
fn all_slots_of_an_envelope_have_one_length() {
    let lengths: Vec<_> =
        [&[][..], &[0], &[2], &[0, 1, 2]].iter().map(|g| content(g).encode(3).len()).collect();
    assert_eq!(lengths, [lengths[0]; 4]);
    assert_eq!(lengths[0] + ENCAPSULATION_BYTES + TAG_BYTES, slot_bytes(3));
}

#[test]
fn content_is_read_back_and_other_encodings_are_refused() {
    let bytes = content(&[0, 2]).encode(3);
    let read = SlotContent::decode(&bytes, 3).unwrap();
    assert_eq!(read.link, content(&[]).link);
    assert_eq!(read.grants, content(&[0, 2]).grants);

    let refused = |bytes: &[u8], sections| SlotContent::decode(bytes, sections).err().unwrap();
    assert_eq!(refused(&content(&[2, 0]).encode(3), 3), CodecError::Value("section index"));
    assert_eq!(refused(&content(&[1, 1]).encode(3), 3), CodecError::Value("section index"));
    assert_eq!(refused(&content(&[3]).encode(3), 3), CodecError::Value("section index"));
    assert_eq!(refused(&bytes, 4), CodecError::Value("slot padding"));
    let mut hidden = bytes.clone();
    *hidden.last_mut().unwrap() = 1;
    assert_eq!(refused(&hidden, 3), CodecError::Value("slot padding"));
}
