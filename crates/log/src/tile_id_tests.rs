use super::*;

fn path(level: u8, index: u64, width: u16) -> TilePath {
    TilePath { id: TileId::new(level, index).unwrap(), width: TileWidth::new(width).unwrap() }
}

#[test]
fn paths_are_written_as_c2sp_says_and_read_back() {
    for (path, text) in [
        (path(0, 0, 256), "tile/0/000"),
        (path(0, 7, 1), "tile/0/007.p/1"),
        (path(1, 67, 255), "tile/1/067.p/255"),
        (path(0, 999, 256), "tile/0/999"),
        (path(0, 1000, 256), "tile/0/x001/000"),
        (path(0, 1234, 5), "tile/0/x001/234.p/5"),
        (path(2, 1_234_067, 256), "tile/2/x001/x234/067"),
        (path(63, u64::MAX, 256), "tile/63/x018/x446/x744/x073/x709/x551/615"),
    ] {
        assert_eq!(path.to_string(), text);
        assert_eq!(text.parse(), Ok(path));
    }
}

#[test]
fn other_spellings_are_refused() {
    for (text, why) in [
        ("0/000", TilePathError::Prefix),
        ("tile/000", TilePathError::Level),
        ("tile/00/000", TilePathError::Level),
        ("tile/64/000", TilePathError::Level),
        ("tile/x/000", TilePathError::Level),
        ("tile/-1/000", TilePathError::Level),
        ("tile/0/", TilePathError::Index),
        ("tile/0/0", TilePathError::Index),
        ("tile/0/0000", TilePathError::Index),
        ("tile/0/x000/001", TilePathError::Index),
        ("tile/0/001/234", TilePathError::Index),
        ("tile/0/x001", TilePathError::Index),
        ("tile/0/x001/x234", TilePathError::Index),
        ("tile/0/+01", TilePathError::Index),
        ("tile/0/x018/x446/x744/x073/x709/x551/616", TilePathError::Index),
        ("tile/0/000/", TilePathError::Index),
        ("tile/0/000.p/0", TilePathError::Width),
        ("tile/0/000.p/256", TilePathError::Width),
        ("tile/0/000.p/01", TilePathError::Width),
        ("tile/0/000.p/", TilePathError::Width),
    ] {
        assert_eq!(text.parse::<TilePath>(), Err(why), "{text}");
    }
}

/// The examples of C2SP tlog-tiles, "Partial Tiles".
#[test]
fn widths_are_those_of_the_published_examples() {
    let width = |level, index, size| {
        TileId::new(level, index).unwrap().width_in(TreeSize::new(size)).map(TileWidth::get)
    };
    assert_eq!(width(0, 272, 70_000), Some(256));
    assert_eq!(width(0, 273, 70_000), Some(112));
    assert_eq!(width(0, 274, 70_000), None);
    assert_eq!(width(1, 0, 70_000), Some(256));
    assert_eq!(width(1, 1, 70_000), Some(17));
    assert_eq!(width(2, 0, 70_000), Some(1));
    assert_eq!(width(3, 0, 70_000), None);
    assert_eq!((width(0, 0, 256), width(0, 1, 256), width(1, 0, 256)), (Some(256), None, Some(1)));
    assert_eq!(width(63, 0, u64::MAX), None);
    assert_eq!(width(0, u64::MAX, u64::MAX), None);
}
