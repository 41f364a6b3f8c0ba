use super::*;

fn slots(count: u8) -> Vec<Digest> {
    (0..count)
        .map(|n| slot_leaf("XA".parse().unwrap(), HpkeEpoch(u32::from(n)), GrantedSections::default(), &[n]))
        .collect()
}

fn tree(count: u8) -> (SlotDepth, Vec<Digest>, SlotTree) {
    let slots = slots(count);
    let depth = SlotDepth::for_slots(slots.len()).unwrap();
    let padding = (slots.len()..depth.leaves()).map(|n| padding_leaf(&n.to_be_bytes()));
    let tree = SlotTree::build(depth, &slots, padding).unwrap();
    (depth, slots, tree)
}

#[test]
fn every_slot_leads_to_the_root_and_to_no_other_place() {
    for count in [1, 2, 3, 5, 8, 195] {
        let (depth, slots, tree) = tree(count);
        let tree = SlotTreeRef::parse(tree.as_bytes()).unwrap();
        let root = tree.root();
        for (index, leaf) in slots.iter().enumerate() {
            let path = tree.path(index).unwrap();
            assert_eq!(root_of_path(depth, *leaf, path.place, &path.siblings), root);
            let other = SlotPlace(path.place.0 ^ 1);
            assert_ne!(root_of_path(depth, *leaf, other, &path.siblings), root);
        }
        assert_eq!(tree.path(slots.len()), None);
    }
}

#[test]
fn places_do_not_follow_the_order_of_recipients() {
    let (_, slots, tree) = tree(64);
    let places: Vec<_> = (0..slots.len()).map(|n| tree.view().path(n).unwrap().place).collect();
    assert!(!places.is_sorted());
}

#[test]
fn a_tree_must_be_full_and_without_doubles() {
    let slots = slots(3);
    let depth = SlotDepth::for_slots(3).unwrap();
    let missing = SlotTree::build(depth, &slots, std::iter::empty());
    assert_eq!(missing.err(), Some(EnvelopeRefused::Size { part: Part::Slots, size: 3, wanted: 4 }));
    let double = SlotTree::build(depth, &slots, slots[..1].iter().copied());
    assert_eq!(double.err(), Some(EnvelopeRefused::SlotTree));
    let none = SlotTree::build(SlotDepth::for_slots(0).unwrap(), &[], [padding_leaf(b"")].into_iter());
    assert_eq!(none.err(), Some(EnvelopeRefused::SlotTree), "padding alone reaches nobody");
}

#[test]
fn bytes_of_another_length_are_no_tree() {
    let (_, _, tree) = tree(3);
    let bytes = tree.as_bytes();
    assert!((0..bytes.len()).all(|cut| SlotTreeRef::parse(&bytes[..cut]).is_none()));
    assert!(SlotDepth::new(9).is_err());
}
