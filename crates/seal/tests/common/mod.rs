//! A small exchange with fixed keys and fixed randomness.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amana_seal::SignerKey;
use amana_seal::directory::*;
use amana_seal::envelope::*;
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::group::{Answer, GroupKind};
use amana_types::*;
use amana_types::{Language, Text};
use ring::digest::{SHA256, digest};

/// SHA-256 in counter mode over a label: the same bytes in every run and in every language.
pub(crate) struct Stream {
    label: &'static str,
    next: AtomicU64,
}

impl Stream {
    pub(crate) fn new(label: &'static str) -> Self {
        Self { label, next: AtomicU64::new(0) }
    }
}

impl Random for Stream {
    /// Block n is SHA-256(label, n as u64 big-endian); each call begins a new block.
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let block = digest(&SHA256, &[self.label.as_bytes(), &n.to_be_bytes()].concat());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}

pub(crate) fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

pub(crate) fn seed(label: &str) -> [u8; 32] {
    digest(&SHA256, label.as_bytes()).as_ref().try_into().unwrap()
}

pub(crate) struct Party {
    pub(crate) code: MemberCode,
    pub(crate) identity: SigningKeyPair,
    pub(crate) signing: SigningKeyPair,
    pub(crate) hpke: HpkeKeyPair,
    /// The epoch of that HPKE key: 5 for XS, so that not all are 0.
    pub(crate) epoch: HpkeEpoch,
}

impl Party {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            code: code(text),
            identity: SigningKeyPair::from_seed(&seed(&format!("{text} identity"))).unwrap(),
            signing: SigningKeyPair::from_seed(&seed(&format!("{text} signing"))).unwrap(),
            hpke: HpkeKeyPair::from_seed(&seed(&format!("{text} hpke"))).unwrap(),
            epoch: HpkeEpoch(if text == "XS" { 5 } else { 0 }),
        }
    }

    pub(crate) fn member(&self) -> Member {
        Member {
            code: self.code,
            name: format!("National unit {}", self.code),
            kind: MemberKind::Country,
            parent: None,
            regions: BTreeSet::new(),
            child_protection: false,
            status: MemberStatus::Active,
            under_review: false,
            tls_key: Digest(seed(&format!("{} tls", self.code))),
            identity_key: self.identity.public(),
            signing_keys: vec![SigningKey {
                key: self.signing.public(),
                id: self.signing.id(),
                since: Seq(0),
                until: None,
            }],
            hpke_keys: BTreeMap::from([(self.epoch, self.hpke.public().clone())]),
            enrolled_at: Seq(0),
        }
    }
}

/// XA sends; XF and XS receive; XE is a member that does not.
pub(crate) struct World {
    pub(crate) parties: BTreeMap<&'static str, Party>,
    pub(crate) members: BTreeMap<&'static str, Member>,
    pub(crate) directory: Directory,
}

pub(crate) const SECTION_TEXTS: [&str; 2] = ["a summary for everyone", "what only XF may read"];

impl World {
    pub(crate) fn new() -> Self {
        let codes = ["XA", "XE", "XF", "XS"];
        let parties: BTreeMap<_, _> = codes.map(|text| (text, Party::new(text))).into();
        let members: BTreeMap<_, _> = parties.iter().map(|(text, p)| (*text, p.member())).collect();
        let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
        for member in members.values() {
            directory.members.insert(member.code, Arc::new(member.clone()));
        }
        Self { parties, members, directory }
    }

    pub(crate) fn addressing(&self) -> Addressing {
        let mut addressing = Addressing::default();
        addressing.countries.extend([code("XF"), code("XS")]);
        addressing.except.insert(code("XE"));
        addressing
    }

    /// Seals both sections to XF and XS, the second for XF alone.
    pub(crate) fn seal(&self, random: &dyn Random) -> Envelope {
        let sections = [
            ClearSection {
                kind: SectionKind(1),
                content: SECTION_TEXTS[0].as_bytes(),
                granted: Granted::Everyone,
            },
            ClearSection {
                kind: SectionKind(2),
                content: SECTION_TEXTS[1].as_bytes(),
                granted: Granted::Only(BTreeSet::from([code("XF")])),
            },
        ];
        let link = PairLink { seq: PairSeq(3), previous: Digest(seed("previous header")) };
        let recipients =
            [Recipient::of(&self.members["XS"], PairLink::FIRST), Recipient::of(&self.members["XF"], link)]
                .map(Option::unwrap);
        self.seal_draft(&self.draft(&sections, &recipients, &self.addressing()), random).unwrap()
    }

    pub(crate) fn draft<'a>(
        &self,
        sections: &'a [ClearSection<'a>],
        recipients: &'a [Recipient<'a>],
        addressing: &'a Addressing,
    ) -> EnvelopeDraft<'a> {
        EnvelopeDraft {
            kind: Kind::Notice,
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            created: "2026-11-23T08:00:00Z".parse().unwrap(),
            expires: "2027-11-23T08:00:00Z".parse().unwrap(),
            addressing,
            directory: self.directory.head,
            audit: None,
            in_reply_to: None,
            supersedes: None,
            held: false,
            attachments: &[],
            sections,
            recipients,
        }
    }

    pub(crate) fn seal_draft(
        &self,
        draft: &EnvelopeDraft<'_>,
        random: &dyn Random,
    ) -> Result<Envelope, SealError> {
        seal(draft, code("XA"), &self.parties["XA"].signing, random)
    }

    pub(crate) fn sender(&self) -> SignerKey {
        let xa = &self.parties["XA"];
        SignerKey::find(&self.directory, xa.code, xa.signing.id(), Seq(9)).unwrap()
    }

    /// Both ways, which must agree.
    pub(crate) fn verify(&self, envelope: &Envelope) -> Result<VerifiedEnvelope, EnvelopeRefused> {
        let find = |h: &Header| SignerKey::find(&self.directory, h.sender, h.sender_key, Seq(9));
        let strictly = verify_at_hub(envelope.view(), find);
        let received = ReceivedEnvelope::parse(envelope.view());
        let together = received.and_then(|received| {
            let sender = find(received.header())?;
            verify_together(vec![(received, sender)]).remove(0)
        });
        assert_eq!(strictly, together);
        strictly
    }

    pub(crate) fn open(&self, to: &str, delivered: Delivered<'_>) -> Result<Opened, EnvelopeRefused> {
        let party = &self.parties[to];
        open(
            delivered,
            party.code,
            |h| SignerKey::find(&self.directory, h.sender, h.sender_key, Seq(9)),
            |epoch| (epoch == party.epoch).then_some(&party.hpke),
        )
    }
}

/// What stands for a section that is not given.
pub(crate) const NOTHING: &[u8] = &[];

/// What the hub hands to the `index`-th recipient.
pub(crate) fn deliver<'a>(envelope: &'a Envelope, path: &'a SlotPath, index: usize) -> Delivered<'a> {
    let view = envelope.view();
    Delivered {
        header: view.header,
        slots_root: view.slots_root,
        depth: view.depth,
        signature: view.signature,
        epoch: view.slots[index].epoch,
        granted: view.slots[index].granted,
        slot: view.slots[index].bytes,
        place: u32::from(path.place.0),
        path: &path.siblings,
        sections: view.slots[index].granted.choose(&view.sections, &NOTHING).copied().collect(),
    }
}

/// An exchange with one root key, whose directory is folded from entries.
pub(crate) struct Register {
    pub(crate) root: SigningKeyPair,
    pub(crate) directory: Directory,
    pub(crate) next: Seq,
    pub(crate) now: Timestamp,
}

impl Register {
    pub(crate) fn new() -> Self {
        let root = SigningKeyPair::from_seed(&seed("root")).unwrap();
        let directory = Directory::new("exchange.example".parse().unwrap(), vec![root.public()]);
        Self { root, directory, next: Seq(0), now: "2026-11-23T08:00:00Z".parse().unwrap() }
    }

    pub(crate) fn fold(&mut self, entry: &Entry) -> Result<Change, EntryRefused> {
        let before = self.directory.clone();
        let folded = fold(&mut self.directory, &entry.encode(), self.next, self.now);
        match folded {
            Ok(_) => self.next = self.next.next(),
            Err(_) => assert_eq!(self.directory, before, "a refused entry changes nothing"),
        }
        folded
    }

    pub(crate) fn secret(code: MemberCode) -> OneTimeSecret {
        OneTimeSecret::draw(&Stream::new(if code.as_str() == "XA" { "secret XA" } else { "secret" }))
    }

    pub(crate) fn grant(&self, code: MemberCode) -> Grant {
        Grant {
            exchange: self.directory.exchange.clone(),
            code,
            name: format!("National unit {code}"),
            kind: MemberKind::Country,
            parent: None,
            regions: BTreeSet::from([Region::Europe]),
            child_protection: false,
            groups: BTreeSet::new(),
            first_epoch: self.directory.member(code).map_or(HpkeEpoch(0), |m| next_epoch(m)),
            expires: self.now.after(Duration::from_days(1)),
            secret_hash: Self::secret(code).hash(),
        }
    }

    pub(crate) fn statement(&self, party: &Party, grant: &SignedGrant) -> MemberStatement {
        MemberStatement {
            exchange: self.directory.exchange.clone(),
            code: party.code,
            grant: grant.digest(),
            tls_key: party.member().tls_key,
            identity_key: party.identity.public(),
            signing_key: party.signing.public(),
            hpke_epoch: Grant::decode(&grant.bytes).unwrap().first_epoch,
            hpke_key: party.hpke.public().clone(),
        }
    }

    pub(crate) fn enrolment(&self, party: &Party) -> Entry {
        let grant = self.grant(party.code).sign(&self.root);
        let statement = self.statement(party, &grant).sign(&party.identity);
        Entry::Enrol { grant, secret: Self::secret(party.code), statement }
    }

    pub(crate) fn enrol(&mut self, party: &Party) {
        assert_eq!(self.fold(&self.enrolment(party)), Ok(Change::Enrolled(party.code)));
    }

    pub(crate) fn key_change(&self, code: MemberCode) -> KeyChange {
        KeyChange {
            exchange: self.directory.exchange.clone(),
            code,
            number: self.directory.member_entries[&code],
            tls_key: None,
            identity_key: None,
            signing_key: None,
            hpke_key: None,
        }
    }

    pub(crate) fn status(&self, code: MemberCode, suspended: bool) -> Entry {
        let (exchange, number) = (self.directory.exchange.clone(), self.directory.root_entries);
        Entry::Status(StatusChange { exchange, number, code, suspended }.sign(&self.root))
    }

    pub(crate) fn review(&self, code: MemberCode, under_review: bool) -> Entry {
        let (exchange, number) = (self.directory.exchange.clone(), self.directory.root_entries);
        Entry::Review(ReviewChange { exchange, number, code, under_review }.sign(&self.root))
    }

    pub(crate) fn terms(name: &str, invited: &[MemberCode]) -> GroupTerms {
        let text = |language, text: &str| Text { language, text: text.to_owned() };
        GroupTerms {
            name: name.parse().unwrap(),
            kind: GroupKind::SpecialistGroup,
            title: vec![text(Language::EN, "A group"), text(Language::FR, "Un groupe")],
            description: Vec::new(),
            lead: None,
            invited: invited.iter().copied().collect(),
            starts: None,
            ends: None,
        }
    }

    pub(crate) fn group(&self, terms: GroupTerms) -> Entry {
        let (exchange, number) = (self.directory.exchange.clone(), self.directory.root_entries);
        Entry::Group(GroupChange { exchange, number, terms }.sign(&self.root))
    }

    pub(crate) fn answer(&self, group: &str, code: MemberCode, answer: Answer) -> GroupAnswer {
        let group: GroupName = group.parse().unwrap();
        GroupAnswer {
            exchange: self.directory.exchange.clone(),
            code,
            number: self.directory.member_entries[&code],
            invitation: self.directory.groups.get(&group).map_or(Seq(0), |group| group.invitation),
            group,
            answer,
        }
    }
}
