use super::*;

#[test]
fn a_record_comes_back_from_its_bytes_and_from_no_others() {
    let record = AcceptRecord {
        header: b"header",
        slots_root: &[1; 32],
        depth: 3,
        signature: &[2; 64],
        accepted_at: Timestamp::from_unix_millis(1_795_000_000_000),
    };
    let salt = LeafSalt::new([3; 32]);
    let bytes = record.encode(&salt);
    let (back, same_salt) = AcceptRecord::decode(&bytes).unwrap();
    assert_eq!(back.leaf(&same_salt).unwrap(), record.leaf(&salt).unwrap());
    for end in 0..bytes.len() {
        assert!(AcceptRecord::decode(&bytes[..end]).is_err());
    }
    assert!(AcceptRecord::decode(&[&bytes[..], b"x"].concat()).is_err());
    assert!(AcceptRecord::decode(&[b"other", &bytes[..]].concat()).is_err());
}
