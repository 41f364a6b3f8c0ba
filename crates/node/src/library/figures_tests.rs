//! Random lives of an operation, each counted a second time from what happened, without records, rows, index
//! and vault: what is superseded or taken back counts no more, and the country's report before it counts again.

use std::sync::atomic::{AtomicUsize, Ordering};

use std::path::Path;
use std::sync::Arc;

use amana_kit::random::SystemRandom;
use amana_notice::check;
use amana_notice::{Circulation, Purpose, TallyMeasure};
use amana_policy::{AccessRequest, Caller, authorise};
use amana_seal::envelope::Supersedes;
use amana_seal::rest::VaultKey;
use amana_store::ledger::{Entry, Ledger, LedgerConfig};
use amana_types::group::{GroupKind, Membership, Standing};
use amana_types::{Action, Digest, Duration, GroupTerms, MemberKind, Role};
use amana_types::{Language, Text};
use amana_wire::convert::number;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::attachments::Files;
use crate::ending::record::{Held, Recalled, Withdrawn};
use crate::fold::parts::Proven;
use crate::fold::record::{Outcome as Answer, Verdict};
use crate::index::BlindTerm;
use crate::ledger::holdings::Holdings;
use crate::ledger::node_fold::{Journaled, NodeFold, SharedState};
use crate::ledger::vault::{Slots, Vault};
use crate::library::operation::tally_report;
use crate::notice::content::{Content, Label};
use crate::notice::record::{Outgoing, Received};
use crate::subjects::Record;
use crate::subjects::State;
use crate::testing::{Town, code, now};

/// The first is this node's own country.
const MEMBERS: [&str; 4] = ["XA", "XE", "XF", "XS"];

fn operation() -> Group {
    let members: Vec<MemberCode> = MEMBERS.map(code).into();
    let terms = GroupTerms {
        name: "OP-DAWN".parse().unwrap(),
        kind: GroupKind::Operation,
        title: vec![Text { language: Language::EN, text: "Dawn".into() }],
        description: Vec::new(),
        lead: Some(code("XA")),
        invited: members.iter().copied().collect(),
        starts: None,
        ends: Some(now().after(Duration::from_days(9))),
    };
    let standing = Standing { membership: Membership::Accepted, since: Seq(3) };
    Group { terms, invitation: Seq(3), members: members.into_iter().map(|code| (code, standing)).collect() }
}

type Tally = Vec<(TallyMeasure, u64)>;

/// What happens; countries and reports are picked by number, as far as there are any.
#[derive(Clone, Debug)]
enum Event {
    Report(usize, Tally),
    Amend(usize, Tally),
    TakeBack(usize),
    Other(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let measures = subsequence(TallyMeasure::ALL.to_vec(), 1..=4);
    let tally = (measures, prop::collection::vec(0..1_000_000u64, 4))
        .prop_map(|(measures, counts)| measures.into_iter().zip(counts).collect::<Tally>());
    let who = || select((0..MEMBERS.len()).collect::<Vec<_>>());
    prop_oneof![
        4 => (who(), tally.clone()).prop_map(|(who, tally)| Event::Report(who, tally)),
        3 => (0..3usize, tally).prop_map(|(which, tally)| Event::Amend(which, tally)),
        2 => (0..8usize).prop_map(Event::TakeBack),
        1 => who().prop_map(Event::Other),
    ]
}

/// A report of figures with its versions, as the independent count knows it.
struct Chain {
    who: usize,
    versions: Vec<Version>,
    taken_back: bool,
}

struct Version {
    id: NoticeId,
    index: u64,
    key_slot: u64,
    tally: Tally,
}

/// A node's journal and what is read from it.
struct House {
    ledger: Ledger<NodeFold>,
    slots: Slots,
    cases: CaseReader,
    index: u64,
}

fn hash(index: u64) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    Digest(bytes)
}

fn proven(index: u64) -> Proven {
    Proven { index: Seq(index), accepted_at: now(), proof: Vec::new() }
}

impl House {
    fn open(dir: &Path) -> Self {
        let config = LedgerConfig::new(dir.join("ledger"));
        let journal = config.open_journal().unwrap();
        let slots = Slots::open(&dir.join("keyslots"), &journal).unwrap();
        let key = VaultKey::new(&[7; 32]).unwrap();
        let vault = Arc::new(Vault::new(key, slots.clone(), Arc::new(SystemRandom)));
        let town = Town::new();
        let state = SharedState::new(State::new(town.empty()));
        let fold = || {
            state.reset(State::new(town.empty()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        };
        let ledger = Ledger::over(config, journal, fold).unwrap();
        let holdings = Holdings::new(state.clone(), ledger.reader());
        let files = Files::open(&dir.join("attachments")).unwrap();
        Self { cases: CaseReader { holdings, vault, files, hpke: Arc::default() }, ledger, slots, index: 10 }
    }

    fn write(&mut self, record: Record, terms: Vec<BlindTerm>) {
        let (record, bytes) = Journaled::live(record, terms).unwrap();
        self.ledger.append(&[Entry { record, parts: vec![bytes] }]).unwrap();
    }

    fn next(&mut self) -> u64 {
        self.index += 1;
        self.index
    }

    /// A notice of a country is sent or comes in, in the place of another or of none; an empty tally is none.
    fn notice(&mut self, who: usize, tally: &Tally, before: Option<&Version>) -> Version {
        let index = self.next();
        let id = NoticeId::new(now(), &SystemRandom);
        let entry = |(measure, count): &(TallyMeasure, u64)| v1::TallyEntry {
            measure: number(*measure),
            count: *count,
        };
        let any = [(TallyMeasure::Arrests, 1)];
        let shown = if tally.is_empty() { any.as_slice() } else { tally.as_slice() };
        let (mut notice, _) = tally_report(&operation(), shown.iter().map(entry).collect());
        if tally.is_empty() {
            notice.tally.clear();
        }
        let direction = if who == 0 { v1::Direction::Sent } else { v1::Direction::Received };
        let (sender, expires) = (code(MEMBERS[who]), now().after(Duration::from_days(100)));
        let label = Label { id, direction, sender, created: now(), expires };
        let content = Content::of_own(&check(&notice, now()).unwrap(), label);
        let sealed = self.cases.vault.seal_content(id, &content.in_clear()).unwrap();
        let key_slot = self.slots.append(&[sealed.slot]).unwrap().0;
        let vaulted = crate::fold::parts::Vaulted { key_slot, ..sealed.vaulted };
        let supersedes = before.map(|before| Supersedes { id: before.id, header_hash: hash(before.index) });
        let record = match who {
            0 => Record::Outgoing(Outgoing {
                attachments: vec![],
                parked: false,
                held: false,
                id,
                created: now(),
                expires,
                request: id.as_bytes().to_owned(),
                content: [0; 16],
                recipients: vec![],
                header_hash: hash(index),
                supersedes,
                envelope: vec![],
                vaulted,
            }),
            _ => Record::Received(Received {
                attachments: vec![],
                held: false,
                passed: None,
                id,
                sender,
                created: now(),
                expires,
                received_at: now(),
                header_hash: hash(index),
                supersedes,
                proven: proven(index),
                pair_number: 0,
                pair_previous: Digest([0; 32]),
                vaulted,
            }),
        };
        self.write(record, sealed.terms);
        if who == 0 {
            let verdict = Verdict::Accepted(proven(index));
            self.write(Record::Outcome(Answer { id, at: now(), verdict }), vec![]);
        }
        Version { id, index, key_slot, tally: tally.clone() }
    }

    fn take_back(&mut self, who: usize, version: &Version) {
        let id = NoticeId::new(now(), &SystemRandom);
        let index = self.next();
        let record = match who {
            0 => Record::Withdrawn(Withdrawn {
                notice: version.id,
                at: now(),
                key_slot: version.key_slot,
                request: id.as_bytes().to_owned(),
                content: [0; 16],
                recipients: vec![],
                nonce: [0; 16],
                sealed: vec![],
            }),
            _ => Record::Recalled(Recalled {
                id,
                sender: code(MEMBERS[who]),
                notice: version.id,
                notice_hash: hash(version.index),
                received_at: now(),
                header_hash: hash(index),
                proven: proven(index),
                pair_number: 0,
                pair_previous: Digest([0; 32]),
                held: Some(Held { key_slot: version.key_slot, index: Seq(version.index) }),
                nonce: [0; 16],
                sealed: vec![],
            }),
        };
        self.write(record, vec![]);
    }

    /// Lets a life happen; answers its reports, and how many other notices each country sent.
    fn live(&mut self, events: &[Event]) -> (Vec<Chain>, [u64; MEMBERS.len()]) {
        let (mut chains, mut others) = (Vec::<Chain>::new(), [0; MEMBERS.len()]);
        for event in events {
            match event {
                Event::Report(who, tally) => {
                    let version = self.notice(*who, tally, None);
                    chains.push(Chain { who: *who, versions: vec![version], taken_back: false });
                }
                Event::Amend(which, tally) => {
                    let mut living = chains.iter_mut().filter(|chain| !chain.taken_back);
                    let Some(chain) = living.nth(*which) else { continue };
                    let version = self.notice(chain.who, tally, chain.versions.last());
                    chain.versions.push(version);
                }
                Event::TakeBack(which) => {
                    let Some(chain) = chains.get_mut(*which).filter(|chain| !chain.taken_back) else {
                        continue;
                    };
                    chain.taken_back = true;
                    chain.versions.iter().for_each(|version| self.take_back(chain.who, version));
                }
                Event::Other(who) => {
                    self.notice(*who, &Vec::new(), None);
                    others[*who] += 1;
                }
            }
        }
        (chains, others)
    }
}

fn reading() -> Reading {
    let caller = Caller { name: "unit".into(), role: Role::Investigator };
    let request = AccessRequest {
        action: Action::List,
        purpose: Some(Purpose::CriminalInvestigation),
        case_reference: Some("XA-1".parse().unwrap()),
    };
    authorise(MemberKind::Country, &caller, &request).unwrap().reading().unwrap().clone()
}

/// The newest version of each report that stands; of each country's the one that came last into the log.
fn counted(chains: &[Chain]) -> BTreeMap<MemberCode, (u64, Tally)> {
    let mut newest = BTreeMap::new();
    let mut standing: Vec<(usize, &Version)> = chains
        .iter()
        .filter(|chain| !chain.taken_back)
        .map(|chain| (chain.who, chain.versions.last().unwrap()))
        .collect();
    standing.sort_by_key(|(_, version)| version.index);
    for (who, version) in standing {
        newest.insert(code(MEMBERS[who]), (version.index, version.tally.clone()));
    }
    newest
}

fn agree(
    outcome: &v1::OperationFigures,
    (chains, others): (&[Chain], &[u64; MEMBERS.len()]),
) -> Result<(), TestCaseError> {
    let expected = counted(chains);
    let shown: BTreeMap<MemberCode, (u64, Tally)> = outcome
        .members
        .iter()
        .map(|one| {
            let measured = |entry: &v1::TallyEntry| (known(entry.measure).unwrap(), entry.count);
            (code(&one.member), (one.log_index, one.tally.iter().map(measured).collect()))
        })
        .collect();
    prop_assert_eq!(&shown, &expected);
    let silent = MEMBERS.map(code).into_iter().filter(|code| !expected.contains_key(code));
    prop_assert_eq!(&outcome.not_reported, &silent.map(|code| code.to_string()).collect::<Vec<_>>());
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (measure, count) in expected.values().flat_map(|(_, tally)| tally) {
        *sums.entry(measure.code()).or_default() += count;
    }
    let totals = &outcome.totals;
    prop_assert_eq!(totals.len(), sums.len());
    let measured =
        |entry: &v1::TallyEntry| (known::<TallyMeasure>(entry.measure).unwrap().code(), entry.count);
    let shown: BTreeMap<&str, u64> = totals.iter().map(measured).collect();
    prop_assert_eq!(shown, sums);
    let sent = MEMBERS.iter().zip(others).filter(|(_, notices)| **notices > 0);
    let sent: Vec<v1::NoticeCount> = sent
        .map(|(member, notices)| v1::NoticeCount {
            sender: (*member).to_owned(),
            circulation: Circulation::Message.into(),
            r#type: 0,
            notices: *notices,
        })
        .collect();
    prop_assert_eq!(&outcome.notices, &sent);
    Ok(())
}

/// Lives in which a report stands, one was amended, and one was taken back.
static REACHED: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

#[test]
fn figures_are_the_sums_of_what_stands() {
    sums();
    let reached = REACHED.each_ref().map(|count| count.load(Ordering::Relaxed));
    assert!(reached.iter().all(|lives| *lives >= 5), "stands, amended, taken back: {reached:?} of 48");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    fn sums(events in prop::collection::vec(event(), 0..14)) {
        let dir = tempfile::tempdir().unwrap();
        let mut house = House::open(dir.path());
        let (chains, others) = house.live(&events);
        let figures = house.cases.outcome(&reading(), &operation()).unwrap().figures;
        agree(&figures, (&chains, &others))?;
        let amended = |chain: &Chain| !chain.taken_back && chain.versions.len() > 1;
        let lived = [
            !figures.members.is_empty(),
            chains.iter().any(amended),
            chains.iter().any(|chain| chain.taken_back),
        ];
        for (count, reached) in REACHED.iter().zip(lived) {
            count.fetch_add(usize::from(reached), Ordering::Relaxed);
        }
        drop(house);
        // A restart folds the same again.
        let again = House::open(dir.path()).cases.outcome(&reading(), &operation()).unwrap().figures;
        prop_assert_eq!(again, figures);
    }
}
