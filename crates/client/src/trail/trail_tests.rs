#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use amana_kit::random::SystemRandom;
use amana_log::{
    Checkpoint, KeyName, LeafHash, LeafIndex, LeafSalt, LogKey, MemoryTree, prove_consistency,
    prove_inclusion,
};
use amana_seal::directory::{Entry, Grant, MemberStatement, OneTimeSecret, entry_leaf, fold};
use amana_seal::envelope::{
    AcceptRecord, ClearSection, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind, Supersedes,
    header_hash, seal,
};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair, draw_seed};
use amana_seal::labelled;
use amana_seal::receipt::{Receipt, ReceiptState, Receipted, receipt_leaf};
use amana_seal::review::{ReviewDecision, Ruling, decision_leaf};
use amana_types::{Addressing, Digest, Directory, Duration, HpkeEpoch, MemberKind, Random as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::*;

fn now() -> Timestamp {
    "2026-11-26T08:00:00Z".parse().unwrap()
}

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn exchange() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

fn pair() -> SigningKeyPair {
    SigningKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap()
}

/// An exchange in memory: its log, its directory, its members' keys.
struct World {
    root: SigningKeyPair,
    log: Ed25519KeyPair,
    tree: MemoryTree,
    directory: Directory,
    parties: Vec<(MemberCode, SigningKeyPair)>,
    entries: Vec<Found<Vec<u8>>>,
    evidence: Vec<Found<Evidence>>,
    notice: Option<Receipted>,
    said: Vec<Said>,
}

impl World {
    fn new() -> Self {
        let root = pair();
        let mut world = Self {
            directory: Directory::new(exchange(), vec![root.public()]),
            root,
            log: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(),
            tree: MemoryTree::new(),
            parties: Vec::new(),
            entries: Vec::new(),
            evidence: Vec::new(),
            notice: None,
            said: Vec::new(),
        };
        for (member, kind) in [("XA", MemberKind::Country), ("XF", MemberKind::Country)] {
            world.enrol(member, kind);
        }
        world.enrol("XE", MemberKind::Country);
        world.enrol("XD", MemberKind::ReviewDesk);
        world
    }

    fn trust(&self) -> Trust {
        let key = self.log.public_key().as_ref().try_into().unwrap();
        let log_key = LogKey::new(KeyName::of_audit_log("exchange.example").unwrap(), key);
        Trust { exchange: exchange(), root_keys: vec![self.root.public()], log_key }
    }

    fn checkpoint(&self) -> SignedNote {
        let origin = KeyName::of_audit_log("exchange.example").unwrap();
        Checkpoint { origin, head: self.tree.head() }.sign(&self.log)
    }

    /// Takes a record in, and proves it against the head of then.
    fn log<T>(&mut self, record: T, leaf: impl FnOnce(&LeafSalt, Timestamp, &T) -> LeafHash) -> Found<T> {
        let (leaf_salt, index) = (SystemRandom.array(), self.tree.size().get());
        let accepted_at = now().after(Duration::from_seconds(index));
        let leaf = leaf(&LeafSalt::new(leaf_salt), accepted_at, &record);
        self.tree.append(leaf);
        let path = prove_inclusion(&self.tree, LeafIndex::new(index), self.tree.size()).unwrap();
        Found { index: Seq(index), accepted_at, leaf_salt, path, checkpoint: self.checkpoint(), record }
    }

    fn keys(&self, member: &str) -> &SigningKeyPair {
        &self.parties.iter().find(|(of, _)| *of == code(member)).unwrap().1
    }

    fn enrol(&mut self, member: &str, kind: MemberKind) {
        let (identity, signing) = (pair(), pair());
        let hpke = HpkeKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap();
        let secret = OneTimeSecret::draw(&SystemRandom);
        let grant = Grant {
            exchange: exchange(),
            code: code(member),
            name: member.to_owned(),
            kind,
            parent: None,
            regions: BTreeSet::new(),
            child_protection: false,
            groups: BTreeSet::new(),
            first_epoch: HpkeEpoch(0),
            expires: now().after(Duration::from_days(1)),
            secret_hash: secret.hash(),
        };
        let grant = grant.sign(&self.root);
        let statement = MemberStatement {
            exchange: exchange(),
            code: code(member),
            grant: grant.digest(),
            tls_key: labelled("test", &[member.as_bytes()]),
            identity_key: identity.public(),
            signing_key: signing.public(),
            hpke_epoch: HpkeEpoch(0),
            hpke_key: hpke.public().clone(),
        };
        let statement = statement.sign(&identity);
        let entry = Entry::Enrol { grant, secret, statement }.encode();
        let found = self.log(entry, |salt, at, entry| entry_leaf(salt, entry, at).unwrap());
        fold(&mut self.directory, &found.record, found.index, found.accepted_at).unwrap();
        self.entries.push(found);
        self.parties.push((code(member), signing));
    }

    fn envelope(&mut self, kind: Kind, supersedes: Option<Supersedes>) -> Receipted {
        let recipients: Vec<Recipient<'_>> = ["XE", "XF"]
            .iter()
            .map(|of| Recipient::of(self.directory.member(code(of)).unwrap(), PairLink::FIRST).unwrap())
            .collect();
        let mut addressing = Addressing::default();
        addressing.countries.extend([code("XE"), code("XF")]);
        let sections =
            [ClearSection { kind: SectionKind(1), content: b"a case", granted: Granted::Everyone }];
        let id = NoticeId::new(now(), &SystemRandom);
        let draft = EnvelopeDraft {
            kind,
            id,
            created: now(),
            expires: now().after(Duration::from_days(30)),
            addressing: &addressing,
            directory: self.directory.head,
            audit: None,
            in_reply_to: None,
            supersedes,
            held: false,
            attachments: &[],
            sections: &sections,
            recipients: &recipients,
        };
        let sealed = seal(&draft, code("XA"), self.keys("XA"), &SystemRandom).unwrap();
        let view = sealed.view();
        let evidence = Evidence::Envelope {
            header: view.header.to_vec(),
            slots_root: view.slots_root.to_vec(),
            depth: view.depth,
            signature: view.signature.to_vec(),
        };
        let header_hash = header_hash(view.header);
        let found = self.log(evidence, |salt, accepted_at, evidence| {
            let Evidence::Envelope { header, slots_root, depth, signature } = evidence else { panic!() };
            AcceptRecord { header, slots_root, depth: *depth, signature, accepted_at }.leaf(salt).unwrap()
        });
        let receipted = Receipted { seq: found.index, id, header_hash };
        self.evidence.push(found);
        receipted
    }

    fn publish(&mut self) {
        self.notice = Some(self.envelope(Kind::Notice, None));
    }

    fn supersede(&mut self, kind: Kind) {
        let Receipted { id, header_hash, .. } = self.notice.unwrap();
        self.envelope(kind, Some(Supersedes { id, header_hash }));
    }

    fn receipt(&mut self, member: &str, state: ReceiptState) {
        let keys = self.keys(member);
        let (recipient, key, sender) = (code(member), keys.id(), code("XA"));
        let other = Receipted { seq: Seq(1), header_hash: Digest([1; 32]), ..self.notice.unwrap() };
        let envelopes = BTreeSet::from([self.notice.unwrap(), other]);
        let signed = Receipt { recipient, key, sender, state, at: now(), envelopes }.sign(keys);
        let evidence = Evidence::Receipt { body: signed.bytes, signature: signed.signature.to_vec() };
        let found = self.log(evidence, |salt, at, evidence| {
            let Evidence::Receipt { body, signature } = evidence else { panic!() };
            receipt_leaf(salt, body, signature, at).unwrap()
        });
        self.evidence.push(found);
    }

    fn pass(&mut self) {
        let keys = self.keys("XD");
        let decision = ReviewDecision {
            desk: code("XD"),
            key: keys.id(),
            sender: code("XA"),
            envelope: self.notice.unwrap(),
            ruling: Ruling::Pass,
            at: now(),
        };
        let signed = decision.sign(keys);
        let evidence = Evidence::Review { body: signed.bytes, signature: signed.signature.to_vec() };
        let found = self.log(evidence, |salt, at, evidence| {
            let Evidence::Review { body, signature } = evidence else { panic!() };
            decision_leaf(salt, body, signature, at).unwrap()
        });
        self.evidence.push(found);
    }

    fn say(&mut self, event: TrailEvent, ground: &str) {
        let at = now().after(Duration::from_seconds(self.tree.size().get()));
        self.said.push(Said { at, event, ground: ground.to_owned() });
    }

    fn trail(&self) -> Trail {
        let parts = Parts {
            exchange: exchange(),
            maker: code("XA"),
            key: self.keys("XA").id(),
            made: now().after(Duration::from_days(1)),
            notice: self.notice.unwrap().id,
            newest: Some(self.checkpoint()),
            directory: self.entries.clone(),
            evidence: self.evidence.clone(),
            recipients: BTreeSet::from([code("XE"), code("XF")]),
            said: self.said.clone(),
        };
        let mut trail = parts.assemble();
        let proofs = trail.joints();
        trail.join(
            proofs
                .into_iter()
                .map(|(first, second)| Some(prove_consistency(&self.tree, first.size, second.size).unwrap()))
                .collect(),
        );
        trail
    }

    fn signed(&self, trail: &Trail) -> String {
        trail.sign(self.keys("XA"))
    }

    /// A whole life: read by one, delivered to both, taken back, erased by one.
    fn life() -> Self {
        let mut world = Self::new();
        world.publish();
        world.pass();
        world.receipt("XF", ReceiptState::Delivered);
        world.receipt("XE", ReceiptState::Delivered);
        world.receipt("XF", ReceiptState::Read);
        world.supersede(Kind::Notice);
        world.say(TrailEvent::Withdrawn, "ERROR");
        world.supersede(Kind::Withdrawal);
        world.receipt("XF", ReceiptState::Erased);
        world
    }
}

#[test]
fn a_life_is_told_in_order_and_who_owes_comes_last() {
    let world = World::life();
    let verified = verify(world.signed(&world.trail()).as_bytes(), &world.trust()).unwrap();
    let told: Vec<_> = verified
        .steps()
        .iter()
        .map(|step| (step.event.code(), step.member.to_string(), step.index.map(|index| index.0)))
        .collect();
    let expected = [
        ("PUBLISHED", "XA", Some(4)),
        ("PASSED", "XD", Some(5)),
        ("DELIVERED", "XF", Some(6)),
        ("DELIVERED", "XE", Some(7)),
        ("READ", "XF", Some(8)),
        ("AMENDED", "XA", Some(9)),
        ("RECALLED", "XA", Some(10)),
        ("WITHDRAWN", "XA", None),
        ("ERASED", "XF", Some(11)),
        ("OWES_ERASURE", "XE", None),
    ];
    let told: Vec<_> = told.iter().map(|(event, member, index)| (*event, member.as_str(), *index)).collect();
    assert_eq!(told, expected);
    assert_eq!((verified.sender(), verified.maker(), verified.heads()), (code("XA"), code("XA"), 12));
    assert!(verified.is_joined());
    assert_eq!(verified.head(), world.tree.head());
}

#[test]
fn heads_that_nobody_joined_are_said_to_be_so() {
    let world = World::life();
    let mut trail = world.trail();
    trail.join(vec![None; trail.heads.len()]);
    let verified = verify(world.signed(&trail).as_bytes(), &world.trust()).unwrap();
    assert!(!verified.is_joined());
}

#[test]
fn a_changed_byte_of_the_file_is_refused() {
    let world = World::life();
    let text = world.signed(&world.trail()).into_bytes();
    for at in (0..text.len()).step_by(13) {
        let mut changed = text.clone();
        // Another character of the same alphabet: what is changed is what it says.
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(verify(&changed, &world.trust()).is_err(), "byte {at}");
    }
    for cut in (0..text.len()).step_by(97) {
        assert!(verify(&text[..cut], &world.trust()).is_err(), "cut at {cut}");
    }
    assert!(verify(&[text.as_slice(), b"\n"].concat(), &world.trust()).is_err());
}

/// What the maker itself changes and signs again is refused where it was changed.
#[test]
fn each_step_is_refused_when_its_maker_changes_it() {
    let world = World::life();
    let whole = world.trail();
    let refused = |trail: &Trail| verify(world.signed(trail).as_bytes(), &world.trust()).unwrap_err();
    for (n, logged) in whole.evidence.iter().enumerate() {
        let changes: [fn(&mut Logged<Evidence>); 6] = [
            |logged| logged.index = Seq(logged.index.0 + 100),
            |logged| logged.accepted_at = logged.accepted_at.after(Duration::from_millis(1)),
            |logged| logged.leaf_salt[0] ^= 1,
            |logged| logged.head = 0,
            |logged| logged.path = InclusionProof::default(),
            |logged| match &mut logged.record {
                Evidence::Envelope { signature, .. }
                | Evidence::Receipt { signature, .. }
                | Evidence::Review { signature, .. } => signature[3] ^= 1,
            },
        ];
        for change in changes {
            let mut trail = whole.clone();
            change(&mut trail.evidence[n]);
            let error = refused(&trail);
            let TrailError::Step { number, what, .. } = &error else { panic!("{error}") };
            assert!(*number == n + 1 || *number == n + 2, "{error}");
            assert!(*what == logged.record.name() || *number == n + 2, "{error}");
        }
    }
    for n in 0..whole.directory.len() {
        let mut trail = whole.clone();
        trail.directory[n].record[9] ^= 1;
        assert!(matches!(refused(&trail), TrailError::Directory { number, .. } if number == n + 1));
    }
    for n in 1..whole.heads.len() {
        let mut trail = whole.clone();
        trail.heads[n].consistency = Some(ConsistencyProof::from_hashes(Vec::new()));
        assert!(matches!(refused(&trail), TrailError::Head { number, .. } if number == n + 1));
    }
    let mut trail = whole.clone();
    trail.directory.pop();
    assert!(matches!(refused(&trail), TrailError::Step { .. }), "an entry is left out");
    let mut trail = whole.clone();
    trail.evidence.remove(0);
    assert!(matches!(refused(&trail), TrailError::Step { number: 1, .. }));
    let mut trail = whole;
    trail.evidence.clear();
    assert!(matches!(refused(&trail), TrailError::NoNotice(_)));
}

/// What is true of another notice is not true of this one.
#[test]
fn proofs_of_another_notice_are_refused() {
    let mut world = World::life();
    let trail = world.trail();
    world.publish();
    world.receipt("XE", ReceiptState::Erased);
    let mut mixed = world.trail();
    mixed.notice = trail.notice;
    let error = verify(world.signed(&mixed).as_bytes(), &world.trust()).unwrap_err();
    assert!(matches!(&error, TrailError::Step { number: 9, .. }), "{error}");
}

#[test]
fn only_the_makers_own_signature_will_do_and_only_its_exchange() {
    let world = World::life();
    let trail = world.trail();
    let by_another = trail.sign(world.keys("XF"));
    let refused = verify(by_another.as_bytes(), &world.trust()).unwrap_err();
    assert!(matches!(refused, TrailError::Signature(_)));
    let other = Trust { exchange: "other.example".parse().unwrap(), ..world.trust() };
    let text = world.signed(&trail);
    assert!(matches!(verify(text.as_bytes(), &other), Err(TrailError::Exchange { .. })));
    let other = Trust { root_keys: vec![pair().public()], ..world.trust() };
    assert!(matches!(verify(text.as_bytes(), &other), Err(TrailError::Directory { number: 1, .. })));
}

/// Of its own house a maker says only what happens in a house.
#[test]
fn nobody_says_what_has_to_be_proven() {
    let mut world = World::life();
    world.say(TrailEvent::Published, "");
    let refused = verify(world.signed(&world.trail()).as_bytes(), &world.trust()).unwrap_err();
    assert!(matches!(refused, TrailError::Codec { .. }), "{refused}");
}
