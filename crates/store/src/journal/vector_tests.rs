use std::collections::HashMap;

use amana_types::Seq;

use super::frame::{FrameHeader, Place, Salt, write_frame};
use super::segment::{JournalId, SegmentHeader};

const VECTORS: &str = include_str!("../../tests/vectors/journal.txt");

/// The fields of every line of this kind.
fn vectors(kind: &str) -> Vec<HashMap<&'static str, &'static str>> {
    let lines = VECTORS.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' '));
    let found: Vec<_> =
        lines.map(|line| line.split(' ').filter_map(|field| field.split_once('=')).collect()).collect();
    assert!(found.len() >= 2);
    found
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

#[test]
fn headers_are_written_as_in_the_vectors() {
    for vector in vectors("header") {
        let header = SegmentHeader {
            journal: JournalId(number(vector["journal"])),
            first: Seq(number(vector["first"])),
            salt: Salt(number(vector["salt"])),
            length_bytes: number(vector["length"]),
        };
        assert_eq!(header.to_bytes(), bytes(vector["bytes"]));
    }
}

#[test]
fn frames_are_written_and_read_as_in_the_vectors() {
    for vector in vectors("frame") {
        let (salt, payload, expected) =
            (Salt(number(vector["salt"])), bytes(vector["payload"]), bytes(vector["bytes"]));
        let at = Place {
            seq: Seq(number(vector["seq"])),
            place: vector["place"].parse().unwrap(),
            group: vector["group"].parse().unwrap(),
        };
        let mut written = Vec::new();
        write_frame(&mut written, salt, at, &[payload.as_slice()]);
        assert_eq!(written, expected);
        let header = FrameHeader::read(&expected, salt).unwrap();
        assert_eq!((header.seq, header.place, header.group), (at.seq, at.place, at.group));
        assert_eq!(header.payload(&expected, salt), Some(payload.as_slice()));
    }
}
