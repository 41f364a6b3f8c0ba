use super::*;
use amana_seal::codec::Encoded as _;

fn hash(n: u8) -> Digest {
    Digest([n; 32])
}

/// Takes envelopes by number; each has its number, plus one, as header hash.
fn heard(numbers: &[u8]) -> Heard {
    let mut heard = Heard::default();
    for n in numbers {
        heard.take(u64::from(*n), hash(*n), hash(n + 1));
    }
    heard
}

#[test]
fn what_comes_late_closes_its_gap() {
    assert_eq!(heard(&[0, 1, 2]).breaks(), 0);
    assert_eq!(heard(&[0, 2, 3]).breaks(), 1);
    assert_eq!(heard(&[0, 2, 1, 3]).breaks(), 0);
    assert_eq!(heard(&[0, 4, 5, 1, 3, 2, 6]), heard(&[0, 1, 2, 3, 4, 5, 6]));
    assert_eq!(heard(&[1, 0, 2]).breaks(), 0, "the first one too");
}

#[test]
fn what_never_comes_stays_a_break_and_a_number_used_twice_is_one() {
    assert_eq!(heard(&[0, 3, 1]).breaks(), 1);
    assert_eq!(heard(&[0, 1, 1]).breaks(), 1);
    let mut other = heard(&[0, 2]);
    other.take(1, hash(1), hash(99));
    assert_eq!(other.breaks(), 2, "another one than its successor named");
    other.take(1, hash(98), hash(2));
    assert_eq!(other.breaks(), 3, "another predecessor");
    other.take(1, hash(1), hash(2));
    assert_eq!(other.breaks(), 2, "the very one");
}

#[test]
fn gaps_are_bounded_and_survive_their_row() {
    let odd: Vec<u8> = (1..=200).filter(|n| n % 2 == 1).collect();
    let heard = heard(&odd);
    assert_eq!((heard.gaps.len(), heard.breaks()), (GAPS, 100));
    let pair = Pair { link: PairLink::FIRST, heard };
    let row = pair.encode().unwrap();
    assert!(row.len() < 8 * 1024);
    assert_eq!(Pair::decode(&row).unwrap(), pair);
}
