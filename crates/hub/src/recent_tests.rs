use amana_log::LeafSalt;
use amana_types::Timestamp;

use super::*;
use crate::record::{Deliver, Stamp};

fn record(cursor: u64) -> Record {
    let stamp = Stamp { accepted_at: Timestamp::default(), leaf_salt: LeafSalt::new([0; 32]) };
    Record::Deliver(Deliver { stamp, member: "XA".parse().unwrap(), cursor: Seq(cursor) })
}

#[test]
fn the_newest_records_are_found_by_their_place() {
    let recent = Recent::new(1 << 20, Seq(7));
    recent.extend([record(70), record(80)]);
    assert_eq!(recent.get(Seq(7)), Some(record(70)));
    assert_eq!(recent.get(Seq(8)), Some(record(80)));
    assert_eq!(recent.get(Seq(6)), None);
    assert_eq!(recent.get(Seq(9)), None);
}

#[test]
fn memory_is_bounded_and_places_stay_right() {
    let recent = Recent::new(4 * 512, Seq(0));
    (0..100).for_each(|n| recent.extend([record(n)]));
    assert_eq!(recent.get(Seq(95)), None);
    for n in 96..100 {
        assert_eq!(recent.get(Seq(n)), Some(record(n)));
    }
}
