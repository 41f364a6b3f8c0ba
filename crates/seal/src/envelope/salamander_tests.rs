//! An invisible salamander: one AES-GCM ciphertext that opens under two keys.

use super::*;

const BLOCK: usize = 16;
/// The neutral element of GF(2^128) in GCM's bit order (NIST SP 800-38D §6.3).
const ONE: u128 = 1 << 127;

fn multiply(x: u128, y: u128) -> u128 {
    let mut product = 0;
    let mut power = y;
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            product ^= power;
        }
        let carry = power & 1;
        power >>= 1;
        power ^= carry * (0xe1 << 120);
    }
    product
}

/// x^(2^n).
fn square(x: u128, n: u32) -> u128 {
    (0..n).fold(x, |x, _| multiply(x, x))
}

/// x^(2^128 - 2), the product of x^2, x^4, .. x^(2^127).
fn inverse(x: u128) -> u128 {
    (1..128).fold(ONE, |product, n| multiply(product, square(x, n)))
}

/// The two secrets of a key under the zero nonce, H and E(J0), from tags that anyone can ask for.
fn secrets(cipher: &LessSafeKey) -> (u128, u128) {
    let tag = |aad: &[u8]| {
        let tag = cipher.seal_in_place_separate_tag(nonce(), Aad::from(aad), &mut []).unwrap();
        u128::from_be_bytes(tag.as_ref().try_into().unwrap())
    };
    // Tags of two texts of one block differ by (difference · H^2); here the difference is one.
    let squared = tag(&[0; BLOCK]) ^ tag(&ONE.to_be_bytes());
    (square(squared, 127), tag(&[]))
}

/// The blocks over which GHASH runs: AAD, ciphertext, lengths.
fn blocks(aad: &[u8], ciphertext: &[u8]) -> Vec<u128> {
    let padded = |bytes: &[u8]| {
        let block = |chunk: &[u8]| {
            let mut block = [0; BLOCK];
            block[..chunk.len()].copy_from_slice(chunk);
            u128::from_be_bytes(block)
        };
        bytes.chunks(BLOCK).map(block).collect::<Vec<_>>()
    };
    let lengths = ((aad.len() as u128 * 8) << 64) | (ciphertext.len() as u128 * 8);
    [padded(aad), padded(ciphertext), vec![lengths]].concat()
}

fn ghash(h: u128, blocks: &[u128]) -> u128 {
    blocks.iter().fold(0, |sum, block| multiply(sum ^ block, h))
}

#[test]
fn a_ciphertext_that_opens_under_two_keys_passes_the_cipher_but_not_the_commitment() {
    let place = SectionPlace {
        sender: "XA".parse().unwrap(),
        sender_key: KeyId([9; 16]),
        notice: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        index: SectionIndex(0),
    };
    let keys = [1, 2].map(|n| Zeroizing::new([n; 32]));
    let schedules = keys.each_ref().map(|key| Schedule::derive(place.notice, key).unwrap());
    let ciphers = schedules.each_ref().map(|schedule| schedule.cipher().unwrap());

    // The first block is free: solve for the one at which both tags are equal.
    let [(h1, e1), (h2, e2)] = ciphers.each_ref().map(secrets);
    let mut ciphertext = vec![0; 4096];
    let all = blocks(&place.aad(), &ciphertext);
    let difference = ghash(h1, &all) ^ e1 ^ ghash(h2, &all) ^ e2;
    let behind = all.len() - place.aad().len().div_ceil(BLOCK);
    let power = |h| (0..behind).fold(ONE, |p, _| multiply(p, h));
    let block = multiply(difference, inverse(power(h1) ^ power(h2)));
    ciphertext[..BLOCK].copy_from_slice(&block.to_be_bytes());
    let tag = ghash(h1, &blocks(&place.aad(), &ciphertext)) ^ e1;
    ciphertext.extend_from_slice(&tag.to_be_bytes());

    let texts = ciphers.map(|cipher| {
        let mut buffer = ciphertext.clone();
        let opened = cipher.open_in_place(nonce(), Aad::from(place.aad()), &mut buffer);
        opened.expect("the control: the bare cipher lets both keys through").to_vec()
    });
    assert_ne!(texts[0], texts[1]);

    let committed = &schedules[0].commitment;
    assert!(CommittedKey::check(place, &keys[0], committed).is_ok());
    let second = CommittedKey::check(place, &keys[1], committed).err();
    assert_eq!(second, Some(EnvelopeRefused::Commitment(SectionIndex(0))));
}
