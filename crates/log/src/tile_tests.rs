use super::*;
use crate::hash::leaf_hash;

fn leaves(count: u16) -> Vec<u8> {
    (0..count).flat_map(|place| *leaf_hash(&place.to_be_bytes()).as_bytes()).collect()
}

#[test]
fn a_tile_keeps_its_bytes() {
    for count in [1, 2, 255, 256] {
        let bytes = leaves(count);
        let tile = Tile::from_bytes(&bytes).unwrap();
        assert_eq!(tile.as_bytes(), bytes);
        assert_eq!(tile.width(), TileWidth::new(count));
        assert_eq!(tile.root().is_some(), count == 256);
    }
}

#[test]
fn bytes_that_are_no_tile_are_refused() {
    for length in [0, 31, 33, 257 * HASH_BYTES] {
        assert_eq!(Tile::from_bytes(&vec![0; length]), Err(TileBytesError { got_bytes: length }));
    }
}

#[test]
fn only_complete_subtrees_are_given() {
    let tile = Tile::from_bytes(&leaves(5)).unwrap();
    assert!(tile.node(0, 4).is_some() && tile.node(0, 5).is_none());
    assert!(tile.node(1, 1).is_some() && tile.node(1, 2).is_none());
    assert!(tile.node(2, 0).is_some() && tile.node(2, 1).is_none());
    assert!(tile.node(3, 0).is_none());
    assert!(tile.node(0, usize::MAX).is_none());
}

#[test]
fn a_full_tile_takes_no_more() {
    let mut tile = Tile::from_bytes(&leaves(256)).unwrap();
    let before = tile.clone();
    tile.push(NodeHash::new([9; HASH_BYTES]));
    assert_eq!(tile, before);
}
