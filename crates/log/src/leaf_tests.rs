use super::*;
use serde_json::Value;

fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap();
    (0..digits.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap())
        .collect()
}

#[test]
fn leaf_hashes_are_those_of_another_implementation() {
    let vectors: Value = serde_json::from_str(include_str!("../tests/vectors/leaf.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let kind = LeafType::try_from(u8::try_from(case["type"].as_u64().unwrap()).unwrap()).unwrap();
        let salt = LeafSalt::new(bytes(&case["salt"]).try_into().unwrap());
        let parts: Vec<Vec<u8>> = case["parts"].as_array().unwrap().iter().map(bytes).collect();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let hash = kind.leaf_hash(&salt, &parts).unwrap();
        assert_eq!(hash.as_bytes().as_slice(), bytes(&case["hash"]));
    }
}

#[test]
fn type_salt_and_the_cuts_between_parts_all_count() {
    let salt = LeafSalt::new([1; LEAF_SALT_BYTES]);
    let hash = |kind: LeafType, salt: &LeafSalt, parts: &[&[u8]]| kind.leaf_hash(salt, parts).unwrap();
    let base = hash(LeafType::Accept, &salt, &[b"ab", b"c"]);
    assert_ne!(base, hash(LeafType::Refuse, &salt, &[b"ab", b"c"]));
    assert_ne!(base, hash(LeafType::Accept, &LeafSalt::new([2; LEAF_SALT_BYTES]), &[b"ab", b"c"]));
    assert_ne!(base, hash(LeafType::Accept, &salt, &[b"a", b"bc"]));
    assert_ne!(base, hash(LeafType::Accept, &salt, &[b"abc"]));
    assert_ne!(base, hash(LeafType::Accept, &salt, &[b"ab", b"c", b""]));
}

#[test]
fn every_type_has_its_byte_and_no_other_byte_has_a_type() {
    for (place, kind) in LeafType::ALL.into_iter().enumerate() {
        assert_eq!(usize::from(kind.byte()), place + 1);
        assert_eq!(LeafType::try_from(kind.byte()), Ok(kind));
    }
    assert_eq!(LeafType::try_from(0), Err(UnknownLeafType { byte: 0 }));
    assert_eq!(LeafType::try_from(11), Err(UnknownLeafType { byte: 11 }));
}

#[test]
fn a_salt_does_not_show_itself() {
    assert_eq!(format!("{:?}", LeafSalt::new([0xab; LEAF_SALT_BYTES])), "LeafSalt(..)");
}
