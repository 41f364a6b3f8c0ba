//! An exchange of 196 members with the same keys in every run: one sends, 195 can receive.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use amana_seal::envelope::{
    ClearSection, Envelope, EnvelopeDraft, Granted, Kind, PairLink, Recipient, SectionKind, seal,
};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::{
    Addressing, Digest, Directory, Duration, HpkeEpoch, Member, MemberCode, MemberKind, MemberStatus,
    NoticeId, Random, Region, Seq, SigningKey, Timestamp,
};
use ring::rand::SecureRandom;

use crate::measure::Outcome;

/// How many members can receive.
pub(crate) const RECEIVERS: usize = 195;
/// The content of a notice, in bytes: with its length it fits the smallest step of padding.
const CONTENT_BYTES: usize = 4000;
/// When every notice is made.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// The members, and the keys that a comparison needs of them.
pub(crate) struct Exchange {
    pub(crate) sender: MemberCode,
    pub(crate) signing: SigningKeyPair,
    pub(crate) directory: Directory,
    pub(crate) receivers: Vec<(MemberCode, HpkeKeyPair)>,
    content: Vec<u8>,
}

/// The operating system's chance, as in production.
pub(crate) struct Chance(ring::rand::SystemRandom);

impl Chance {
    pub(crate) fn new() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Random for Chance {
    fn fill(&self, out: &mut [u8]) {
        // No key made here is used for anything, so bytes that can be guessed would do as well.
        if self.0.fill(out).is_err() {
            out.fill(7);
        }
    }
}

impl Exchange {
    pub(crate) fn new() -> Outcome<Self> {
        let letters = || (b'A'..=b'Z').map(char::from);
        let mut codes = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        let mut directory = Directory::new("bench.example".parse()?, Vec::new());
        let sender: MemberCode = codes.next().ok_or("no code")?.parse()?;
        let signing = SigningKeyPair::from_seed(&[1; 32])?;
        let mut receivers = Vec::with_capacity(RECEIVERS);
        for (number, text) in (0_u32..).zip(codes.take(RECEIVERS)) {
            let mut seed = [2; 32];
            seed.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
            let (code, hpke) = (text.parse()?, HpkeKeyPair::from_seed(&seed)?);
            directory.members.insert(code, Arc::new(member(code, &signing, &hpke)));
            receivers.push((code, hpke));
        }
        let own = HpkeKeyPair::from_seed(&[3; 32])?;
        directory.members.insert(sender, Arc::new(member(sender, &signing, &own)));
        Ok(Self { sender, signing, directory, receivers, content: vec![b'a'; CONTENT_BYTES] })
    }

    /// Seals one notice for the first so many receivers.
    pub(crate) fn seal(&self, recipients: usize, random: &Chance) -> Outcome<Envelope> {
        let to = self.receivers.iter().take(recipients);
        let addressing =
            Addressing { countries: to.clone().map(|(code, _)| *code).collect(), ..Addressing::default() };
        let found: Vec<Recipient<'_>> = to
            .filter_map(|(code, _)| Recipient::of(self.directory.member(*code)?, PairLink::FIRST))
            .collect();
        let sections =
            [ClearSection { kind: SectionKind(1), content: &self.content, granted: Granted::Everyone }];
        let draft = EnvelopeDraft {
            kind: Kind::Notice,
            id: NoticeId::new(NOW, random),
            created: NOW,
            expires: NOW.after(Duration::from_days(30)),
            addressing: &addressing,
            directory: self.directory.head,
            audit: None,
            in_reply_to: None,
            supersedes: None,
            held: false,
            attachments: &[],
            sections: &sections,
            recipients: &found,
        };
        Ok(seal(&draft, self.sender, &self.signing, random)?)
    }
}

fn member(code: MemberCode, signing: &SigningKeyPair, hpke: &HpkeKeyPair) -> Member {
    let key = SigningKey { key: signing.public(), id: signing.id(), since: Seq(0), until: None };
    Member {
        code,
        name: format!("National unit {code}"),
        kind: MemberKind::Country,
        parent: None,
        regions: BTreeSet::from([Region::Europe]),
        child_protection: false,
        status: MemberStatus::Active,
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: signing.public(),
        signing_keys: vec![key],
        hpke_keys: BTreeMap::from([(HpkeEpoch(0), hpke.public().clone())]),
        enrolled_at: Seq(0),
    }
}
