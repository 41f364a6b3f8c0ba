use std::collections::BTreeSet;

use amana_types::Seq;

use super::*;

crate::record! {
    #[derive(Clone, Debug, PartialEq)]
    struct Outer {
        inner: Vec<Inner> [..= 2],
        seen: BTreeSet<Seq> [..= 2],
        note: Option<String> [..= 3],
        pair: (bool, [u8; 2]),
        boxed: Box<u32>,
    }
}

crate::record! {
    #[derive(Clone, Debug, PartialEq)]
    enum Inner {
        Empty = 1,
        One(u64) = 2,
        Many { bytes: Vec<u8> [..= 3], last: Option<Seq> } = 4,
    }
}

fn outer() -> Outer {
    Outer {
        inner: vec![Inner::One(9), Inner::Many { bytes: vec![1, 2, 3], last: Some(Seq(4)) }],
        seen: BTreeSet::from([Seq(1), Seq(2)]),
        note: Some("abc".to_owned()),
        pair: (true, [5, 6]),
        boxed: Box::new(7),
    }
}

#[test]
fn a_declared_record_is_read_as_it_was_written_and_every_cut_is_refused() {
    let bytes = outer().encode().unwrap();
    assert_eq!(Outer::decode(&bytes), Ok(outer()));
    for cut in 0..bytes.len() {
        assert!(Outer::decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    assert_eq!(Outer::decode(&[bytes.as_slice(), &[0]].concat()), Err(CodecError::Trailing(1)));
    assert_eq!(Inner::decode(&[3]), Err(CodecError::Value("Inner")), "a number between two kinds");
    assert_eq!(Inner::KINDS, [(1, "Empty"), (2, "One"), (4, "Many")]);
    assert_eq!(Inner::Empty.number(), 1);
}

#[test]
fn what_would_not_be_read_back_is_not_written_and_the_field_is_named() {
    let long = |change: fn(&mut Outer)| {
        let mut outer = outer();
        change(&mut outer);
        outer.encode().unwrap_err()
    };
    let over = |field, length, most| CodecError::Field { field, length, most };
    assert_eq!(long(|o| o.inner.push(Inner::Empty)), over("Outer.inner", 3, 2));
    assert_eq!(long(|o| o.seen.extend([Seq(3)])), over("Outer.seen", 3, 2));
    assert_eq!(long(|o| o.note = Some("four".to_owned())), over("Outer.note", 4, 3));
    let many = Inner::Many { bytes: vec![0; 4], last: None };
    assert_eq!(many.encode(), Err(over("Inner.bytes", 4, 3)));
    assert_eq!(Inner::decode(&[4, 0, 0, 0, 4, 0, 0, 0, 0, 0]), Err(over("Inner.bytes", 4, 3)));
}

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
