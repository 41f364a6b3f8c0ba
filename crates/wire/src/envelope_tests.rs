use bytes::Bytes;
use prost::Message;

use super::*;

fn hash(fill: u8) -> Bytes {
    vec![fill; 32].into()
}

fn slot(recipient: &str) -> v1::Slot {
    v1::Slot { recipient: recipient.into(), key_epoch: 3, sealed: vec![1; 1200].into() }
}

fn envelope() -> v1::Envelope {
    v1::Envelope {
        header: vec![7; 300].into(),
        slots_root: hash(1),
        depth: 2,
        signature: vec![2; 64].into(),
        addressing: vec![3; 40].into(),
        addressing_salt: hash(4),
        slots: vec![slot("XF"), slot("XS"), slot("UNODC")],
        padding_leaves: vec![hash(5)],
        sections: vec![vec![6; 4112].into(), vec![7; 4112].into()],
    }
}

fn delivery() -> v1::EnvelopeDelivery {
    v1::EnvelopeDelivery {
        header: vec![7; 300].into(),
        slots_root: hash(1),
        depth: 2,
        signature: vec![2; 64].into(),
        slot: Some(slot("XF")),
        slot_index: 1,
        slot_path: vec![hash(1), hash(2)],
        sections: vec![vec![6; 4112].into()],
        accepted_at: 1,
        leaf_salt: hash(9),
    }
}

#[test]
fn parts_borrow_from_the_received_buffer() {
    let request = v1::PublishRequest { envelope: Some(envelope()) };
    let received = Bytes::from(request.encode_to_vec());
    let decoded = v1::PublishRequest::decode(received.clone()).unwrap().envelope.unwrap();
    let parts = EnvelopeParts::of(&decoded).unwrap();
    let buffer = received.as_ptr_range();
    let slots = parts.slots.iter().map(|slot| slot.sealed);
    for part in parts.sections.iter().copied().chain(slots).chain([parts.header, &parts.signature[..]]) {
        assert!(buffer.contains(&part.as_ptr()), "a part was copied");
    }
    assert_eq!(parts.slots[2].recipient.as_str(), "UNODC");
    assert_eq!(parts.slots[2].key_epoch, HpkeEpoch(3));
    assert_eq!((parts.sections.len(), parts.padding_leaves.len()), (2, 1));
}

/// Spoils one part and gives the path that is named.
fn refused(spoil: impl Fn(&mut v1::Envelope)) -> String {
    let mut envelope = envelope();
    spoil(&mut envelope);
    EnvelopeParts::of(&envelope).unwrap_err().field
}

#[test]
fn each_part_of_an_envelope_has_its_form() {
    assert_eq!(refused(|e| e.header.clear()), "header");
    assert_eq!(refused(|e| e.header = vec![0; limits::HEADER_BYTES + 1].into()), "header");
    assert_eq!(refused(|e| e.slots_root.truncate(31)), "slots_root");
    assert_eq!(refused(|e| e.depth = 9), "depth");
    assert_eq!(refused(|e| e.depth = 256), "depth");
    assert_eq!(refused(|e| e.signature = hash(0)), "signature");
    assert_eq!(refused(|e| e.addressing.clear()), "addressing");
    assert_eq!(refused(|e| e.addressing_salt.clear()), "addressing_salt");
    assert_eq!(refused(|e| e.slots.clear()), "slots");
    assert_eq!(refused(|e| e.slots = vec![slot("XF"); 257]), "slots");
    assert_eq!(refused(|e| e.slots[1].recipient = "xs".into()), "slots[1].recipient");
    assert_eq!(refused(|e| e.slots[2].sealed.clear()), "slots[2].sealed");
    assert_eq!(refused(|e| e.padding_leaves = vec![hash(0); 257]), "padding_leaves");
    assert_eq!(refused(|e| e.padding_leaves[0].truncate(5)), "padding_leaves");
    assert_eq!(refused(|e| e.sections.clear()), "sections");
    assert_eq!(refused(|e| e.sections = vec![hash(0); 17]), "sections");
    assert_eq!(refused(|e| e.sections = vec![vec![0; limits::ENVELOPE_BODY_BYTES + 1].into()]), "sections");
}

#[test]
fn each_part_of_a_delivery_has_its_form() {
    assert!(DeliveryParts::of(&delivery()).is_ok());
    let refused = |spoil: &dyn Fn(&mut v1::EnvelopeDelivery)| {
        let mut delivery = delivery();
        spoil(&mut delivery);
        DeliveryParts::of(&delivery).unwrap_err().field
    };
    assert_eq!(refused(&|d| d.slot = None), "slot");
    assert_eq!(refused(&|d| d.slot = Some(slot(""))), "slot.recipient");
    assert_eq!(refused(&|d| d.slot_path = vec![hash(0); 9]), "slot_path");
    assert_eq!(refused(&|d| d.slot_path[1].clear()), "slot_path");
    assert_eq!(refused(&|d| d.leaf_salt.clear()), "leaf_salt");
    assert_eq!(refused(&|d| d.header.clear()), "header");
}
