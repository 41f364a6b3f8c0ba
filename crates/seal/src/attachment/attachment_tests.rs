use amana_notice::AttachmentKey;
use amana_types::Digest;
use amana_types::limits::ATTACHMENT_BYTES;

use super::*;

const SALT: AttachmentSalt = [7; 16];

fn key(byte: u8) -> AttachmentKey {
    AttachmentKey::new([byte; 32])
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect()
}

fn seal(content: &[u8], piece: usize) -> (Vec<u8>, Sealed) {
    let shape = Shape::of(content.len() as u64).unwrap();
    let (mut sealer, head) = Sealer::new(&key(1), &SALT, shape).unwrap();
    let mut out = head.to_vec();
    content.chunks(piece).for_each(|piece| sealer.push(piece, &mut out).unwrap());
    let sealed = sealer.finish(&mut out).unwrap();
    assert_eq!(out.len() as u64, shape.sealed_bytes());
    assert_eq!(super::sealed_bytes(shape.padded_bytes()), Some(shape.sealed_bytes()));
    (out, sealed)
}

/// Opens everything; the chunks are cut as their sealer cut them.
fn open(bytes: &[u8], shape: Shape, digest: &Digest, with: u8) -> Result<Vec<u8>, AttachmentRefused> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES).ok_or(AttachmentRefused::Head)?;
    let mut opener = Opener::new(&key(with), head, shape)?;
    let mut all = Vec::new();
    for chunk in rest.chunks(CHUNK_BYTES + TAG_BYTES) {
        all.extend_from_slice(&opener.open(chunk)?);
    }
    opener.finish(digest).map(|()| all)
}

#[test]
fn any_length_comes_back_whatever_the_pieces() {
    for length in [0, 1, 4096, 4097, 65_535, 65_536, 65_537, 200_000, 262_144, 300_001] {
        let content = content(length);
        let shape = Shape::of(length as u64).unwrap();
        let (whole, sealed) = seal(&content, 70_001);
        assert_eq!(seal(&content, 999), (whole.clone(), sealed), "{length}: pieces do not matter");
        assert_eq!(open(&whole, shape, &sealed.content, 1), Ok(content), "{length}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let content = content(3000);
    let shape = Shape::of(3000).unwrap();
    let (mut whole, sealed) = seal(&content, 3000);
    for bit in 0..whole.len() * 8 {
        whole[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&whole, shape, &sealed.content, 1).is_err(), "byte {} bit {}", bit / 8, bit % 8);
        whole[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(open(&whole, shape, &sealed.content, 1).is_ok(), "the control");
}

#[test]
fn what_is_cut_lengthened_or_reordered_is_refused() {
    const CHUNK: usize = CHUNK_BYTES + TAG_BYTES;
    let content = content(4 * CHUNK_BYTES);
    let shape = Shape::of(content.len() as u64).unwrap();
    let (whole, sealed) = seal(&content, 1 << 20);
    let refused = |bytes: &[u8], shape| assert!(open(bytes, shape, &sealed.content, 1).is_err());
    for end in [0, 10, HEAD_BYTES, HEAD_BYTES + CHUNK, HEAD_BYTES + 3 * CHUNK, whole.len() - 1] {
        refused(&whole[..end], shape);
    }
    // One chunk less, by somebody who says that it is shorter.
    let shorter = Shape::of(3 * CHUNK_BYTES as u64 - 10).unwrap();
    refused(&whole[..HEAD_BYTES + 3 * CHUNK], shorter);
    refused(&[&whole[..], &whole[HEAD_BYTES..HEAD_BYTES + CHUNK]].concat(), shape);
    let mut swapped = whole.clone();
    let (first, second) = swapped[HEAD_BYTES..].split_at_mut(CHUNK);
    first.swap_with_slice(&mut second[..CHUNK]);
    refused(&swapped, shape);
    assert!(open(&whole, shape, &sealed.content, 1).is_ok(), "the control");
}

#[test]
fn another_key_another_description_or_an_overwritten_head_is_refused() {
    let content = content(5000);
    let shape = Shape::of(5000).unwrap();
    let (mut whole, sealed) = seal(&content, 5000);
    assert_eq!(open(&whole, shape, &sealed.content, 2), Err(AttachmentRefused::Head));
    assert_eq!(open(&whole, shape, &Digest([1; 32]), 1), Err(AttachmentRefused::Content));
    // Who says that it is longer would get padding for content.
    let longer = Shape::of(5001).unwrap();
    assert_eq!(longer.padded_bytes(), shape.padded_bytes());
    assert_eq!(open(&whole, longer, &sealed.content, 1), Err(AttachmentRefused::Content));
    let shorter = Shape::of(4990).unwrap();
    assert_eq!(shorter.padded_bytes(), shape.padded_bytes());
    assert_eq!(open(&whole, shorter, &sealed.content, 1), Err(AttachmentRefused::Padding));
    whole[..HEAD_BYTES].fill(0);
    assert_eq!(open(&whole, shape, &sealed.content, 1), Err(AttachmentRefused::Head));
}

#[test]
fn an_interrupted_sealer_goes_on_where_it_was() {
    let content = content(3 * CHUNK_BYTES + 17);
    let shape = Shape::of(content.len() as u64).unwrap();
    let (whole, sealed) = seal(&content, 4096);
    let (mut again, _) = Sealer::new(&key(1), &SALT, shape).unwrap();
    let chunk = |n: u32| {
        let (at, length) = shape.sealed_at(ChunkIndex(n));
        &whole[usize::try_from(at).unwrap()..][..length]
    };
    assert_eq!(again.replay(chunk(0)).unwrap().as_slice(), &content[..CHUNK_BYTES]);
    assert!(again.replay(chunk(2)).is_err(), "not that one");
    again.replay(chunk(1)).unwrap();
    assert_eq!(again.sealed_content(), 2 * CHUNK_BYTES as u64);
    let mut rest = Vec::new();
    again.push(&content[2 * CHUNK_BYTES..], &mut rest).unwrap();
    assert_eq!(again.finish(&mut rest).unwrap(), sealed);
    assert!(whole.ends_with(&rest));
}

#[test]
fn more_or_less_than_was_said_is_refused() {
    let shape = Shape::of(100).unwrap();
    let mut out = Vec::new();
    let (mut sealer, _) = Sealer::new(&key(1), &SALT, shape).unwrap();
    assert_eq!(sealer.push(&[0; 101], &mut out), Err(AttachmentRefused::Length));
    let (mut sealer, _) = Sealer::new(&key(1), &SALT, shape).unwrap();
    sealer.push(&[0; 99], &mut out).unwrap();
    assert_eq!(sealer.finish(&mut out), Err(AttachmentRefused::Length));
}

#[test]
fn lengths_hide_in_steps_and_end_at_the_limit() {
    assert!(Shape::of(ATTACHMENT_BYTES).is_some_and(|shape| shape.padded_bytes() == ATTACHMENT_BYTES));
    assert_eq!(Shape::of(ATTACHMENT_BYTES + 1), None);
    assert_eq!(Shape::of(0).map(Shape::padded_bytes), Some(4096));
    assert_eq!(Shape::of(1_000_000).map(Shape::padded_bytes), Some(1_015_808));
    for wrong in [0, 4095, 4097, 1_000_000, ATTACHMENT_BYTES + 1, ATTACHMENT_BYTES * 2] {
        assert_eq!(super::sealed_bytes(wrong), None, "{wrong}");
    }
}
