//! An exchange without a hub, for unit tests: real keys, real directory entries, real envelopes.
use std::collections::BTreeSet;

use amana_kit::random::SystemRandom;
use amana_notice::{CheckedNotice, check};
use amana_policy::{Audience, route};
use amana_seal::directory::{Entry, Grant, MemberStatement, OneTimeSecret, StatusChange, fold};
use amana_seal::envelope::{EnvelopeRef, GrantedSections, SlotRef, verify_at_hub};
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair, draw_seed};
use amana_seal::{SignerKey, labelled};
use amana_types::{
    Addressing, Directory, Duration, ExchangeName, HpkeEpoch, MemberCode, MemberKind, NoticeId, Seq,
    Timestamp,
};
use amana_wire::v1;

use crate::fold::parts::Inclusion;
use crate::fold::record::DirectoryIn;
use crate::notice::content::{Content, Label};
use crate::outbox::compose::{Composed, Order, Routed, compose};

pub(crate) fn now() -> Timestamp {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

pub(crate) fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

pub(crate) fn exchange_name() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

/// One member's keys.
pub(crate) struct Party {
    pub(crate) code: MemberCode,
    pub(crate) signing: SigningKeyPair,
    pub(crate) hpke: Vec<(HpkeEpoch, HpkeKeyPair)>,
}

/// Root key, directory and members.
pub(crate) struct Town {
    root: SigningKeyPair,
    pub(crate) directory: Directory,
    pub(crate) entries: Vec<DirectoryIn>,
    pub(crate) parties: Vec<Party>,
}

fn pair() -> SigningKeyPair {
    SigningKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap()
}

impl Town {
    /// Members XA, XF, XE, and XS, which is registered for child protection; their entries are the first
    /// four places of the log.
    pub(crate) fn new() -> Self {
        Self::of(&["XA", "XF", "XE", "XS"])
    }

    /// The same with other members.
    pub(crate) fn of(members: &[&str]) -> Self {
        let root = pair();
        let directory = Directory::new(exchange_name(), vec![root.public()]);
        let mut town = Self { root, directory, entries: Vec::new(), parties: Vec::new() };
        for member in members {
            town.enrol(member);
        }
        town
    }

    /// The directory before any entry.
    pub(crate) fn empty(&self) -> Directory {
        Directory::new(exchange_name(), vec![self.root.public()])
    }

    fn enrol(&mut self, member: &str) {
        let (identity, signing) = (pair(), pair());
        let hpke = HpkeKeyPair::from_seed(draw_seed(&SystemRandom).as_slice()).unwrap();
        let secret = OneTimeSecret::draw(&SystemRandom);
        let grant = Grant {
            exchange: exchange_name(),
            code: code(member),
            name: member.to_owned(),
            kind: MemberKind::Country,
            parent: None,
            regions: BTreeSet::new(),
            child_protection: member == "XS",
            groups: BTreeSet::new(),
            first_epoch: HpkeEpoch(0),
            expires: now().after(Duration::from_days(1)),
            secret_hash: secret.hash(),
        };
        let grant = grant.sign(&self.root);
        let statement = MemberStatement {
            exchange: exchange_name(),
            code: code(member),
            grant: grant.digest(),
            tls_key: labelled("test", &[member.as_bytes()]),
            identity_key: identity.public(),
            signing_key: signing.public(),
            hpke_epoch: HpkeEpoch(0),
            hpke_key: hpke.public().clone(),
        };
        let statement = statement.sign(&identity);
        self.submit(Entry::Enrol { grant, secret, statement }.encode());
        self.parties.push(Party { code: code(member), signing, hpke: vec![(HpkeEpoch(0), hpke)] });
    }

    /// Suspends a member.
    pub(crate) fn suspend(&mut self, member: &str) {
        let number = self.directory.root_entries;
        let change = StatusChange { exchange: exchange_name(), number, code: code(member), suspended: true };
        self.submit(Entry::Status(change.sign(&self.root)).encode());
    }

    fn submit(&mut self, entry: Vec<u8>) {
        let index = Seq(self.entries.len() as u64);
        fold(&mut self.directory, &entry, index, now()).unwrap();
        self.entries.push(DirectoryIn { index, accepted_at: now(), entry, inclusion: Inclusion::default() });
    }

    pub(crate) fn party(&self, member: &str) -> &Party {
        self.parties.iter().find(|party| party.code == code(member)).unwrap()
    }

    /// Makes a member the review desk, or puts it under review.
    pub(crate) fn change(&mut self, member: &str, change: impl FnOnce(&mut amana_types::Member)) {
        let member = self.directory.members.get_mut(&code(member)).unwrap();
        change(std::sync::Arc::make_mut(member));
    }

    /// Seals a notice of XA for these members.
    pub(crate) fn seal(&self, content: &Content, recipients: &[&str]) -> (NoticeId, Composed) {
        self.seal_as(content, recipients, false)
    }

    /// The same, held for the review desk or not, whatever the rules say.
    pub(crate) fn seal_as(&self, content: &Content, recipients: &[&str], held: bool) -> (NoticeId, Composed) {
        let addressing = Addressing {
            countries: recipients.iter().map(|member| code(member)).collect(),
            ..Addressing::default()
        };
        let audience = route(&addressing, code("XA"), held, &self.directory, now()).unwrap();
        self.seal_under(&self.directory, content, &addressing, &audience, held)
    }

    /// Seals for an audience, by a directory that knows the same keys.
    pub(crate) fn seal_under(
        &self,
        directory: &Directory,
        content: &Content,
        addressing: &Addressing,
        audience: &Audience,
        held: bool,
    ) -> (NoticeId, Composed) {
        let id = NoticeId::new(now(), &SystemRandom);
        let expires = now().after(Duration::from_days(100));
        let order =
            Order { id, sender: code("XA"), created: now(), expires, addressing, body: content.body(None) };
        let keys = &self.party("XA").signing;
        let routed = Routed { audience, held, directory, audit: None, places: &[] };
        let composed = compose(&order, &routed, keys, &SystemRandom).unwrap();
        (id, composed)
    }

    /// What the hub would hand to a recipient.
    pub(crate) fn deliver(&self, envelope: &v1::Envelope, to: &str) -> v1::EnvelopeDelivery {
        let parts = EnvelopeRef {
            header: &envelope.header,
            slots_root: &envelope.slots_root,
            depth: envelope.depth,
            signature: &envelope.signature,
            addressing: &envelope.addressing,
            addressing_salt: &envelope.addressing_salt,
            slots: envelope
                .slots
                .iter()
                .map(|slot| SlotRef {
                    recipient: code(&slot.recipient),
                    epoch: HpkeEpoch(slot.key_epoch),
                    granted: granted(slot),
                    bytes: &slot.sealed,
                })
                .collect(),
            padding: envelope.padding_leaves.iter().map(AsRef::as_ref).collect(),
            sections: envelope.sections.iter().map(AsRef::as_ref).collect(),
        };
        let at = Seq(self.entries.len() as u64);
        let signer = |header: &amana_seal::envelope::Header| {
            SignerKey::find(&self.directory, header.sender, header.sender_key, at)
        };
        let verified = verify_at_hub(parts, signer).unwrap();
        let place = envelope.slots.iter().position(|slot| slot.recipient == to).unwrap();
        let path = verified.slots().view().path(place).unwrap();
        v1::EnvelopeDelivery {
            header: envelope.header.clone(),
            slots_root: envelope.slots_root.clone(),
            depth: envelope.depth,
            signature: envelope.signature.clone(),
            slot: Some(envelope.slots[place].clone()),
            slot_index: path.place.0.into(),
            slot_path: path.siblings.chunks(32).map(|hash| hash.to_vec().into()).collect(),
            sections: granted(&envelope.slots[place])
                .choose(&envelope.sections, &bytes::Bytes::new())
                .cloned()
                .collect(),
        }
    }
}

/// A case with a child in it.
pub(crate) fn case() -> CheckedNotice {
    let text = |text: &str| vec![v1::Text { language: "en".into(), text: text.into() }];
    let name =
        |latin: &str| vec![v1::Name { original: latin.into(), language: "en".into(), ..Default::default() }];
    let notice = v1::Notice {
        circulation: v1::Circulation::Diffusion.into(),
        r#type: v1::NoticeType::Blue.into(),
        case_reference: "XA-2026-1".into(),
        subject: text("a case"),
        narrative: text("what happened"),
        offences: vec![v1::Offence {
            r#type: v1::OffenceType::TraffickingInPersons.into(),
            acts: vec![v1::Act::Recruitment.into()],
            means: vec![v1::Means::Deception.into()],
            evaluation: None,
        }],
        exploitation: vec![v1::ExploitationForm {
            form: v1::Exploitation::ForcedLabour.into(),
            criminality: 0,
        }],
        persons: vec![
            v1::Person {
                roles: vec![v1::PersonRole::Suspect.into()],
                names: name("Salem Tajribi"),
                sex: v1::Sex::Male.into(),
                age_group: v1::AgeGroup::Adult.into(),
                ..Default::default()
            },
            v1::Person {
                roles: vec![v1::PersonRole::PossibleVictim.into()],
                names: name("Yassine Mithal"),
                sex: v1::Sex::Male.into(),
                age_group: v1::AgeGroup::Child.into(),
                ..Default::default()
            },
        ],
        marking: Some(v1::Marking { handling: v1::Handling::H1.into(), ..Default::default() }),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        ..Default::default()
    };
    check(&notice, now()).unwrap_or_else(|problems| unreachable!("{problems:?}"))
}

/// The case as content of XA.
pub(crate) fn content() -> Content {
    Content::of_own(&case(), label())
}

fn label() -> Label {
    Label {
        id: NoticeId::new(now(), &SystemRandom),
        direction: v1::Direction::Sent,
        sender: code("XA"),
        created: now(),
        expires: now().after(Duration::from_days(100)),
    }
}

/// The same with what the child needs from partners.
pub(crate) fn content_with_referral() -> Content {
    let mut notice = case().notice().clone();
    let summary = v1::Text { language: "en".into(), text: "a boy needs shelter".into() };
    notice.referral = Some(v1::Referral {
        needs: vec![v1::ReferralNeed::Shelter.into()],
        summary: vec![summary],
        country: "XF".into(),
        place: "Port-Exercice".into(),
        contact: "desk, +33123456789".into(),
        until: Some(amana_wire::convert::timestamp_message(now().after(Duration::from_days(30)))),
    });
    let checked = check(&notice, now());
    Content::of_own(&checked.unwrap_or_else(|problems| unreachable!("{problems:?}")), label())
}

/// A bulletin, which is no case.
pub(crate) fn content_of_bulletin() -> Content {
    let text = |text: &str| vec![v1::Text { language: "en".into(), text: text.into() }];
    let training = v1::Training {
        provider: "Exercise academy".into(),
        format: v1::TrainingFormat::Online.into(),
        ..v1::Training::default()
    };
    let notice = v1::Notice {
        circulation: v1::Circulation::Bulletin.into(),
        subject: text("a training"),
        narrative: text("how to interview a child"),
        case_reference: "LIB-2026-1".into(),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        marking: Some(v1::Marking { handling: v1::Handling::H0.into(), ..Default::default() }),
        bulletin: Some(Box::new(v1::Bulletin {
            category: v1::BulletinCategory::Training.into(),
            training: Some(training),
            ..v1::Bulletin::default()
        })),
        ..v1::Notice::default()
    };
    let checked = check(&notice, now());
    Content::of_own(&checked.unwrap_or_else(|problems| unreachable!("{problems:?}")), label())
}

/// The same to all members: what needs review.
pub(crate) fn content_for_review() -> Content {
    let mut content = content();
    let mut section: v1::CaseSection = prost::Message::decode(content.case.as_slice()).unwrap();
    section.notice.as_mut().unwrap().circulation = v1::Circulation::Notice.into();
    content.case = zeroize::Zeroizing::new(prost::Message::encode_to_vec(&section));
    content
}

fn granted(slot: &v1::Slot) -> GrantedSections {
    GrantedSections::of_bits(slot.granted_sections).unwrap()
}
