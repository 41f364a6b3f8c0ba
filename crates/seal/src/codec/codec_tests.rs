use super::*;

#[test]
fn what_is_written_is_read_back() {
    let mut w = Writer::default();
    w.u8(1).u16(2).u32(3).u64(4).flag(true).bytes(b"five").text("sechs").option(Some(7_u8), |w, v| {
        w.u8(v);
    });
    let bytes = w.finish();
    let mut r = Reader::new(&bytes);
    assert_eq!((r.u8(), r.u16(), r.u32(), r.u64()), (Ok(1), Ok(2), Ok(3), Ok(4)));
    assert_eq!(r.flag(), Ok(true));
    assert_eq!(r.bytes(4), Ok(&b"five"[..]));
    assert_eq!(r.text(5), Ok("sechs"));
    assert_eq!(r.option(Reader::u8), Ok(Some(7)));
    assert_eq!(r.finish(), Ok(()));
}

#[test]
fn every_cut_is_short() {
    let mut w = Writer::default();
    w.bytes(b"abc").u64(9);
    let bytes = w.finish();
    for cut in 0..bytes.len() {
        let mut r = Reader::new(&bytes[..cut]);
        let read = r.bytes(3).and_then(|_| r.u64());
        assert_eq!(read, Err(CodecError::Short), "cut at {cut}");
    }
}

#[test]
fn other_encodings_are_refused() {
    assert_eq!(Reader::new(&[1]).finish(), Err(CodecError::Trailing(1)));
    assert_eq!(Reader::new(&[2]).flag(), Err(CodecError::Value("flag")));
    assert_eq!(
        Reader::new(&[0xff; 4]).bytes(16),
        Err(CodecError::TooLong { length: u32::MAX, most: 16 }),
        "a claimed length allocates nothing"
    );
    assert_eq!(Reader::new(&[0, 0, 0, 1, 0xff]).text(4), Err(CodecError::Value("text")));
    let set = |bytes: &[u8]| Reader::new(bytes).set(8, Reader::u8).map(|s| s.len());
    assert_eq!(set(&[0, 0, 0, 2, 1, 2]), Ok(2));
    assert_eq!(set(&[0, 0, 0, 2, 2, 1]), Err(CodecError::Order));
    assert_eq!(set(&[0, 0, 0, 2, 1, 1]), Err(CodecError::Order), "twice the same");
}
