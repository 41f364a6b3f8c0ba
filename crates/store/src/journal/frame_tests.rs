use super::*;

const SALT: Salt = Salt(0x0102_0304_0506_0709);

fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(&mut out, SALT, Place { seq: Seq(7), place: 1, group: 3 }, parts);
    out
}

#[test]
fn a_frame_is_laid_out_as_documented() {
    let bytes = frame(&[b"ab", b"c"]);
    assert_eq!(bytes.len(), 32);
    assert_eq!(bytes[4..8], 3_u32.to_le_bytes());
    assert_eq!(bytes[8..16], 7_u64.to_le_bytes());
    assert_eq!(bytes[16..18], 1_u16.to_le_bytes());
    assert_eq!(bytes[18..20], 3_u16.to_le_bytes());
    assert_eq!(bytes[20..24], [9, 7, 6, 5]);
    assert_eq!(&bytes[24..27], b"abc");
    assert_eq!(bytes[27..], [0; 5]);
    let mut covered = SALT.0.to_le_bytes().to_vec();
    covered.extend_from_slice(&bytes[4..27]);
    assert_eq!(bytes[..4], crc32fast::hash(&covered).to_le_bytes());
}

#[test]
fn a_frame_reads_back_and_knows_its_group() {
    let bytes = frame(&[b"hello ", b"", b"world"]);
    let header = FrameHeader::read(&bytes, SALT).unwrap();
    assert_eq!(header.payload(&bytes, SALT), Some(&b"hello world"[..]));
    assert_eq!(header.group_first(), Seq(6));
    assert!(!header.ends_group());
    assert_eq!(header.frame_bytes(), bytes.len() as u64);
}

#[test]
fn any_flipped_bit_is_seen() {
    let good = frame(&[b"payload"]);
    for bit in 0..(FRAME_HEADER_BYTES + 7) * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let read =
            FrameHeader::read(&bad, SALT).and_then(|header| header.payload(&bad, SALT).map(<[u8]>::to_vec));
        assert_eq!(read, None, "bit {bit}");
    }
}

#[test]
fn another_salt_and_zeros_are_no_frame() {
    let bytes = frame(&[b"payload"]);
    // Same marker, other high half: only the checksum can tell.
    let cousin = Salt(SALT.0 ^ (1 << 60));
    let header = FrameHeader::read(&bytes, cousin).unwrap();
    assert_eq!(header.payload(&bytes, cousin), None);
    assert_eq!(FrameHeader::read(&bytes, Salt(77)), None);
    assert_eq!(FrameHeader::read(&[0; 64], Salt::new(0)), None);
}
