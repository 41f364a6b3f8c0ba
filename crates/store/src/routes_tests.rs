use super::*;
use crate::views::{SchemaVersion, ViewsConfig};

fn views(dir: &std::path::Path) -> Views {
    let config = ViewsConfig {
        dir: dir.join("views"),
        schema: SchemaVersion(1),
        cache_bytes: 1 << 20,
        reopen_after_bytes: 1 << 30,
    };
    Views::open(config).unwrap().0
}

/// Feeds blocks with the given traffic, one record a block at a place that moves.
fn feed(
    views: &Views,
    routes: &Routes,
    blocks: std::ops::Range<u64>,
    traffic: impl Fn(u64) -> Vec<u16>,
) -> Vec<(u16, Seq)> {
    let mut fed = Vec::new();
    for block in blocks {
        let seq = Seq(block * BLOCK_RECORDS + block % BLOCK_RECORDS);
        let members = traffic(block);
        routes.add(&members.iter().map(|member| (seq, MemberIndex(*member))).collect::<Vec<_>>());
        fed.extend(members.into_iter().map(|member| (member, seq)));
        let mut rows = Rows::default();
        routes.rows(&mut rows);
        views.apply(rows).unwrap();
        routes.next_block();
    }
    fed
}

#[test]
fn members_are_found_across_superblocks_and_after_loading() {
    let dir = tempfile::tempdir().unwrap();
    let views = views(dir.path());
    let traffic = |block: u64| match block {
        3 | 255 | 256 | 600 => vec![1, 127, 128, 65_535],
        block if block % 50 == 0 => vec![1],
        _ => vec![],
    };
    let routes = Routes::default();
    let mut fed = feed(&views, &routes, 0..520, traffic);
    let routes = Routes::load(&views, 520).unwrap();
    fed.extend(feed(&views, &routes, 520..700, traffic));
    let until = Seq(700 * BLOCK_RECORDS);
    for member in [1, 2, 127, 128, 65_535] {
        let expected: Vec<_> = fed.iter().filter(|(of, _)| *of == member).map(|(_, seq)| *seq).collect();
        for from in [0, 1, 4 * 256, 256 * 256, 650 * 256].map(Seq) {
            let found = routes.find(&views, MemberIndex(member), from, until, usize::MAX).unwrap();
            let expected: Vec<_> = expected.iter().copied().filter(|seq| *seq >= from).collect();
            assert_eq!((found.records, found.next), (expected, until), "member {member} from {from}");
        }
    }
}

#[test]
fn nothing_is_listed_beyond_the_bound_and_nothing_skipped_by_it() {
    let dir = tempfile::tempdir().unwrap();
    let views = views(dir.path());
    let routes = Routes::default();
    routes.add(&[(Seq(5), MemberIndex(1)), (Seq(9), MemberIndex(1))]);
    let find = |from, until| routes.find(&views, MemberIndex(1), Seq(from), Seq(until), 10).unwrap();
    assert_eq!(find(0, 5), Routed { records: vec![], next: Seq(5) });
    assert_eq!(find(5, 6), Routed { records: vec![Seq(5)], next: Seq(6) });
    assert_eq!(find(6, 10), Routed { records: vec![Seq(9)], next: Seq(10) });
    // A cursor ahead of the bound stays where it is.
    assert_eq!(find(20, 10), Routed { records: vec![], next: Seq(20) });
}
