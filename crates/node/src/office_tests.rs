//! A node in which decisions are taken and written down without a thread: what a command decides is looked
//! at as a value.

use std::collections::BTreeSet;
use std::sync::Arc;

use amana_kit::random::SystemRandom;
use amana_seal::rest::VaultKey;
use amana_store::ledger::{Entry, Ledger, LedgerConfig};
use amana_types::{Addressing, Clock, MemberCode, NoticeId, Seq, Timestamp};

use crate::attachments::{Files, Uploads};
use crate::fold::parts::Proven;
use crate::fold::record::{Outcome, Verdict};
use crate::ledger::holdings::Holdings;
use crate::ledger::node_fold::{Journaled, NodeFold, SharedState};
use crate::ledger::vault::{Slots, Vault};
use crate::ledger::writer::Draft;
use crate::notice::publish::{Publication, Published};
use crate::subjects::Record;
use crate::subjects::State;
use crate::testing::{Town, case, code, now};
use crate::work::basis::Sources;
use crate::work::commands::{Command, CommandError, Decision};

struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// XA's node.
pub(crate) struct Office {
    pub(crate) sources: Sources,
    pub(crate) ledger: Ledger<NodeFold>,
    pub(crate) slots: Slots,
    pub(crate) files: Files,
    _dir: tempfile::TempDir,
}

impl Office {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut town = Town::new();
        let config = LedgerConfig::new(dir.path().join("ledger"));
        let journal = config.open_journal().unwrap();
        let slots = Slots::open(&dir.path().join("keyslots"), &journal).unwrap();
        let key = VaultKey::new(&[7; 32]).unwrap();
        let vault = Arc::new(Vault::new(key, slots.clone(), Arc::new(SystemRandom)));
        let state = SharedState::new(State::new(town.empty()));
        let fold = || {
            state.reset(State::new(town.empty()));
            NodeFold::new(state.clone(), Arc::clone(&vault))
        };
        let ledger = Ledger::over(config, journal, fold).unwrap();
        let files = Files::open(&dir.path().join("attachments")).unwrap();
        let uploads = Uploads {
            files: files.clone(),
            vault: Arc::clone(&vault),
            random: Arc::new(SystemRandom),
            list: Arc::default(),
            busy: Arc::default(),
        };
        let sources = Sources {
            own: code("XA"),
            keys: Arc::new(town.parties.remove(0).signing),
            uploads,
            holdings: Holdings::new(state.clone(), ledger.reader()),
            vault,
            clock: Arc::new(At(now())),
            random: Arc::new(SystemRandom),
        };
        let mut office = Self { sources, ledger, slots, files, _dir: dir };
        office.write(town.entries.into_iter().map(|entry| Record::Directory(entry).into()).collect());
        office
    }

    /// What a command decides.
    pub(crate) fn decide<C: Command>(&self, command: C) -> Result<Decision<C::Answer, C::Error>, C::Error> {
        command.decide(&self.sources.basis())
    }

    /// Decides and writes down.
    pub(crate) fn carry_out<C: Command>(&mut self, command: C) -> Result<C::Answer, C::Error> {
        let Decision { before, records, after, answer } = self.decide(command)?;
        before.map_or(Ok(()), |work| work()).map_err(CommandError::from)?;
        self.write(records);
        after.map_or(Ok(()), |work| work()).map_err(CommandError::from)?;
        answer
    }

    pub(crate) fn write(&mut self, drafts: Vec<Draft>) {
        for Draft { mut record, terms, key } in drafts {
            if let (Some(key), Some(key_slot)) = (key, record.facts_mut().key_slot_mut()) {
                *key_slot = self.slots.append(&[key]).unwrap().0;
            }
            let (record, bytes) = Journaled::live(record, terms).unwrap();
            self.ledger.append(&[Entry { record, parts: vec![bytes] }]).unwrap();
        }
    }

    /// Publishes the case, under a request of that number, and has the hub take it.
    pub(crate) fn published(&mut self, number: u8, to: &[&str]) -> NoticeId {
        let Published { id, .. } = self.carry_out(publication(number, to)).unwrap();
        self.accepted(id);
        id
    }

    /// The hub takes a notice.
    pub(crate) fn accepted(&mut self, id: NoticeId) {
        let proven = Proven { index: Seq(40), accepted_at: now(), proof: Vec::new() };
        let outcome = Outcome { id, at: now(), verdict: Verdict::Accepted(proven) };
        self.write(vec![Record::Outcome(outcome).into()]);
    }

    /// How many records there are.
    pub(crate) fn records(&self) -> Seq {
        self.ledger.next()
    }
}

/// The case, for those members.
pub(crate) fn publication(number: u8, to: &[&str]) -> Publication {
    Publication {
        request: [number; 16],
        content: [number; 16],
        notice: case(),
        addressing: addressed(to),
        agency: "police".to_owned(),
        origin: None,
        draft: None,
    }
}

pub(crate) fn addressed(to: &[&str]) -> Addressing {
    let countries: BTreeSet<MemberCode> = to.iter().map(|member| code(member)).collect();
    Addressing { countries, ..Addressing::default() }
}

/// The records of a decision.
pub(crate) fn records<A, E>(decision: Decision<A, E>) -> Vec<Record> {
    decision.records.into_iter().map(|draft| draft.record).collect()
}
