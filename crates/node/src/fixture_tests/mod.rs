//! A kind of envelope that nobody sends: a heartbeat, as a subject adds one. It shows that a new kind is a folder, its
//! `mod` line, and a line in each list of `subjects/`: no file of the engine changes.

pub(crate) mod judge;
pub(crate) mod record;
pub(crate) mod state;

use amana_kit::random::SystemRandom;
use amana_notice::SectionKind;
use amana_seal::codec::Encoded as _;
use amana_seal::envelope::{
    ClearSection, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind as SealedKind, seal,
};
use amana_store::views::{Rows, SchemaVersion, Views, ViewsConfig};
use amana_types::{Addressing, Duration, NoticeId, Seq};
use amana_wire::v1;

use crate::fold::table::RowKind;
use crate::inbox::opening::{Opener, Rejected};
use crate::outbox::compose::{message, sealed_kind};
use crate::subjects::{Incoming, Record, State};
use crate::testing::{Town, code, now};
use record::Beat;

fn delivered(town: &Town, content: &[u8], section: SealedKind) -> v1::EnvelopeDelivery {
    let section = ClearSection { kind: section, content, granted: Granted::Everyone };
    let member = town.directory.member(code("XF")).expect("a member");
    let draft = EnvelopeDraft {
        kind: Kind::Heartbeat,
        id: NoticeId::new(now(), &SystemRandom),
        created: now(),
        expires: now().after(Duration::from_days(1)),
        addressing: &Addressing { countries: [code("XF")].into(), ..Addressing::default() },
        directory: town.directory.head,
        audit: None,
        in_reply_to: None,
        supersedes: None,
        held: false,
        attachments: &[],
        sections: &[section],
        recipients: &[Recipient::of(member, PairLink::FIRST).expect("a key")],
    };
    let envelope = seal(&draft, code("XA"), &town.party("XA").signing, &SystemRandom).expect("sealed");
    town.deliver(&message(envelope), "XF")
}

fn open(town: &Town, delivery: &v1::EnvelopeDelivery) -> Result<Incoming, Rejected> {
    let party = town.party("XF");
    let opener = Opener { own: party.code, directory: &town.directory, hpke: &party.hpke, passed: false };
    Incoming::open(&opener, delivery, Seq(town.entries.len() as u64))
}

#[test]
fn its_envelope_is_opened_and_what_is_none_is_set_aside() {
    let town = Town::new();
    let section = sealed_kind(SectionKind::Withdrawal);
    match open(&town, &delivered(&town, &7_u64.to_be_bytes(), section)) {
        Ok(Incoming::Heartbeat(beat)) => assert_eq!((beat.sender, beat.count), (code("XA"), 7)),
        Ok(_) => panic!("another kind"),
        Err(rejected) => panic!("{rejected}"),
    }
    let refused = open(&town, &delivered(&town, b"short", section)).err().expect("a refusal");
    assert_eq!(refused, judge::NOT_ONE);
}

#[test]
fn its_record_reads_back_and_its_state_is_kept_in_rows() {
    let town = Town::new();
    let beat = |count| Record::Beat(Beat { sender: code("XA"), count, received_at: now() });
    assert_eq!(Record::decode(&beat(3).encode().unwrap()).unwrap(), beat(3));
    let mut live = State::new(town.empty());
    for (at, count) in [(Seq(0), 3), (Seq(1), 5), (Seq(2), 4)] {
        live.apply(at, &beat(count), &[]);
    }
    assert_eq!(live.beats.newest[&code("XA")], 5);
    live.write_rows();
    let row = live.base.tables()[0].get(RowKind::BEAT, code("XA").as_str().as_bytes()).unwrap();
    assert_eq!(u64::decode(row).unwrap(), 5);

    let dir = tempfile::tempdir().unwrap();
    let config = ViewsConfig {
        dir: dir.path().join("views"),
        schema: SchemaVersion(1),
        cache_bytes: 1 << 20,
        reopen_after_bytes: 1 << 30,
    };
    let views = Views::open(config).unwrap().0;
    let mut rows = Rows::default();
    for (kind, key, value) in live.base.tables()[0].rows() {
        rows.put(kind.prefix(), key, value);
    }
    views.apply(rows).unwrap();
    let mut again = State::new(town.empty());
    again.load(&views).unwrap();
    assert_eq!(again.beats.newest, live.beats.newest);
}
