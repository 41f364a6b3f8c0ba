//! A small exchange with fixed keys and fixed randomness.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a panic is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amana_seal::SignerKey;
use amana_seal::envelope::*;
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::*;
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
}

impl Party {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            code: code(text),
            identity: SigningKeyPair::from_seed(&seed(&format!("{text} identity"))).unwrap(),
            signing: SigningKeyPair::from_seed(&seed(&format!("{text} signing"))).unwrap(),
            hpke: HpkeKeyPair::from_seed(&seed(&format!("{text} hpke"))).unwrap(),
        }
    }

    pub(crate) fn member(&self) -> Member {
        Member {
            code: self.code,
            name: format!("National unit {}", self.code),
            kind: MemberKind::Country,
            regions: BTreeSet::new(),
            child_protection: false,
            status: MemberStatus::Active,
            tls_key: Digest(seed(&format!("{} tls", self.code))),
            identity_key: self.identity.public(),
            signing_keys: vec![SigningKey {
                key: self.signing.public(),
                id: self.signing.id(),
                since: Seq(0),
                until: None,
            }],
            hpke_keys: BTreeMap::from([(HpkeEpoch(0), self.hpke.public().clone())]),
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

    pub(crate) fn verify(&self, envelope: &Envelope) -> Result<VerifiedEnvelope, EnvelopeRefused> {
        verify_at_hub(envelope.view(), |h| SignerKey::find(&self.directory, h.sender, h.sender_key, Seq(9)))
    }

    pub(crate) fn open(&self, to: &str, delivered: Delivered<'_>) -> Result<Opened, EnvelopeRefused> {
        let party = &self.parties[to];
        open(
            delivered,
            party.code,
            |h| SignerKey::find(&self.directory, h.sender, h.sender_key, Seq(9)),
            |epoch| (epoch == HpkeEpoch(0)).then_some(&party.hpke),
        )
    }
}

/// What the hub hands to the `index`-th recipient.
pub(crate) fn deliver<'a>(envelope: &'a Envelope, path: &'a SlotPath, index: usize) -> Delivered<'a> {
    let view = envelope.view();
    Delivered {
        header: view.header,
        slots_root: view.slots_root,
        depth: view.depth,
        signature: view.signature,
        epoch: view.slots[index].epoch,
        slot: view.slots[index].bytes,
        place: u32::from(path.place.0),
        path: &path.siblings,
        sections: view.sections,
    }
}
