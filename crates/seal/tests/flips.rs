//! One whole delivered envelope, every bit flipped, one after the other: every one is refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

mod common;

use amana_seal::envelope::*;
use amana_types::*;
use common::*;

/// The delivery as one run of bytes, cut again at the same places.
struct Flat {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Flat {
    fn of(delivered: &Delivered<'_>) -> Self {
        let (epoch, place) = (delivered.epoch.0.to_be_bytes(), delivered.place.to_be_bytes());
        let (depth, granted) = (delivered.depth.to_be_bytes(), delivered.granted.bits().to_be_bytes());
        let mut parts = vec![
            delivered.header,
            delivered.slots_root,
            &depth,
            delivered.signature,
            &epoch,
            &granted,
            delivered.slot,
            &place,
            delivered.path,
        ];
        parts.extend(&delivered.sections);
        let ends = parts.iter().scan(0, |end, part| {
            *end += part.len();
            Some(*end)
        });
        Self { ends: ends.collect(), bytes: parts.concat() }
    }

    fn delivered(&self) -> Delivered<'_> {
        let mut start = 0;
        let mut parts = self.ends.iter().map(|end| {
            let part = &self.bytes[start..*end];
            start = *end;
            part
        });
        let mut next = || parts.next().unwrap();
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        Delivered {
            header: next(),
            slots_root: next(),
            depth: number(next()),
            signature: next(),
            epoch: HpkeEpoch(number(next())),
            granted: GrantedSections::of_bits(u16::from_be_bytes(next().try_into().unwrap()).into()).unwrap(),
            slot: next(),
            place: number(next()),
            path: next(),
            sections: parts.collect(),
        }
    }
}

#[test]
fn every_flipped_bit_of_a_delivered_envelope_is_refused() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("flips"));
    // XF is given both sections, XS the first alone.
    for (index, to) in ["XF", "XS"].into_iter().enumerate() {
        let path = world.verify(&envelope).unwrap().slots().view().path(index).unwrap();
        let mut flat = Flat::of(&deliver(&envelope, &path, index));
        assert!(world.open(to, flat.delivered()).is_ok(), "the control: unflipped, it opens");
        for bit in 0..flat.bytes.len() * 8 {
            flat.bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(world.open(to, flat.delivered()).is_err(), "{to}: byte {}, bit {}", bit / 8, bit % 8);
            flat.bytes[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(world.open(to, flat.delivered()).is_ok());
    }
}

#[test]
fn every_cut_of_a_part_is_refused() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("cuts"));
    let path = world.verify(&envelope).unwrap().slots().view().path(0).unwrap();
    let whole = deliver(&envelope, &path, 0);
    let refused = |cut: Delivered<'_>| assert!(world.open("XF", cut).is_err());
    for end in 0..whole.header.len() {
        refused(Delivered { header: &whole.header[..end], ..whole.clone() });
    }
    refused(Delivered { slots_root: &whole.slots_root[..31], ..whole.clone() });
    refused(Delivered { signature: &whole.signature[..63], ..whole.clone() });
    refused(Delivered { slot: &whole.slot[..whole.slot.len() - 1], ..whole.clone() });
    refused(Delivered { path: &[], ..whole.clone() });
    refused(Delivered { sections: whole.sections[..1].to_vec(), ..whole.clone() });
    refused(Delivered { sections: Vec::new(), ..whole.clone() });
}

#[test]
fn every_flipped_bit_of_what_the_hub_receives_beside_is_refused() {
    let world = World::new();
    let envelope = world.seal(&Stream::new("beside"));
    let refused = |envelope: Envelope| assert!(world.verify(&envelope).is_err());
    for bit in 0..envelope.addressing.len() * 8 {
        let mut flipped = envelope.clone();
        flipped.addressing[bit / 8] ^= 1 << (bit % 8);
        refused(flipped);
    }
    for bit in 0..256 {
        let mut flipped = envelope.clone();
        flipped.addressing_salt[bit / 8] ^= 1 << (bit % 8);
        refused(flipped);
    }
    for slot in 0..envelope.slots.len() {
        for bit in 0..16 {
            let mut flipped = envelope.clone();
            let granted = u32::from(flipped.slots[slot].granted.bits()) ^ (1 << bit);
            flipped.slots[slot].granted = GrantedSections::of_bits(granted).unwrap();
            refused(flipped);
        }
        for byte in 0..envelope.slots[slot].bytes.len() {
            let mut flipped = envelope.clone();
            flipped.slots[slot].bytes[byte] ^= 1 << (byte % 8);
            refused(flipped);
        }
    }
}
