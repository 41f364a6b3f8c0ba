//! The directory: who is a member, with which keys, in which groups.
//!
//! This is the folded state only. Entries are signed, verified and folded into it by the `seal`
//! crate, with the same code at the hub and at every node.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::codes;
use crate::{Digest, ExchangeName, Group, GroupName, MemberCode, Region, Seq};

/// An Ed25519 public key (RFC 8032), 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey(pub [u8; 32]);

/// An X-Wing public key (draft-connolly-cfrg-xwing-kem): 1184 bytes ML-KEM-768 then 32 bytes X25519.
#[derive(Clone, PartialEq, Eq)]
pub struct HpkePublicKey(pub Arc<[u8; 1216]>);

/// The first 16 bytes of the SHA-256 of a public key: names a key, proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

/// The number of an HPKE key of one member, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HpkeEpoch(pub u32);

codes! {
    /// What a member is.
    pub enum MemberKind in "member_kind" {
        /// A country's national unit.
        Country = "COUNTRY",
        /// A bureau below a country's national unit.
        SubBureau = "SUB_BUREAU",
        /// An international organisation.
        Organisation = "ORGANISATION",
        /// A partner: NGO, social service, child-protection unit.
        Partner = "PARTNER",
        /// The review desk.
        ReviewDesk = "REVIEW_DESK",
    }
}

/// Whether a member takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberStatus {
    /// Sends and receives.
    Active,
    /// Neither sends nor receives since that place in the log.
    Suspended(Seq),
}

/// A signing key and the places in the log between which it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// The key.
    pub key: VerifyingKey,
    /// Its id.
    pub id: KeyId,
    /// The first place at which it counts.
    pub since: Seq,
    /// The first place at which it no longer counts.
    pub until: Option<Seq>,
}

/// The country that a sub-bureau belongs to, and how that stands: a sub-bureau stands no better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its code.
    pub code: MemberCode,
    /// Whether it takes part.
    pub status: MemberStatus,
    /// Whether the review desk has to pass whatever it sends.
    pub under_review: bool,
}

/// One member as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its code.
    pub code: MemberCode,
    /// Its name, as the exchange writes it.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// The country it belongs to, if it is a sub-bureau, as [`Directory::admit`] keeps it.
    pub parent: Option<Parent>,
    /// The regions it belongs to; a sub-bureau to those of its country.
    pub regions: BTreeSet<Region>,
    /// Whether it may open sections that are kept for child protection.
    pub child_protection: bool,
    /// Whether it takes part itself; see [`Member::is_active`].
    pub status: MemberStatus,
    /// Whether the review desk has to pass whatever it sends itself; see [`Member::is_under_review`].
    pub under_review: bool,
    /// SHA-256 of the DER SubjectPublicKeyInfo (RFC 5280 §4.1) of its TLS key.
    pub tls_key: Digest,
    /// The key that signs its directory entries.
    pub identity_key: VerifyingKey,
    /// The keys that sign its envelopes and receipts, oldest first.
    pub signing_keys: Vec<SigningKey>,
    /// Its HPKE keys by epoch.
    pub hpke_keys: BTreeMap<HpkeEpoch, HpkePublicKey>,
    /// Where in the log it was enrolled.
    pub enrolled_at: Seq,
}

/// The state of the directory in 40 bytes: how many entries, and the hash of their chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryHead {
    /// How many entries were folded.
    pub entries: u64,
    /// The hash over all of them, in order.
    pub hash: Digest,
}

/// The directory, folded from its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The exchange it belongs to.
    pub exchange: ExchangeName,
    /// The keys that sign enrolment grants, suspensions and groups.
    pub root_keys: Vec<VerifyingKey>,
    /// Members by code.
    pub members: BTreeMap<MemberCode, Arc<Member>>,
    /// Groups by name.
    pub groups: BTreeMap<GroupName, Arc<Group>>,
    /// Enrolment grants that were used, by digest: a grant works once.
    pub used_grants: BTreeSet<Digest>,
    /// How many entries each member has signed: the next one carries this number, so none can be
    /// played twice.
    pub member_entries: BTreeMap<MemberCode, u64>,
    /// How many entries the root keys have signed, enrolments aside: the next one carries it.
    pub root_entries: u64,
    /// The present head.
    pub head: DirectoryHead,
}

impl Directory {
    /// An empty directory of an exchange whose root keys are known.
    #[must_use]
    pub const fn new(exchange: ExchangeName, root_keys: Vec<VerifyingKey>) -> Self {
        Self {
            exchange,
            root_keys,
            members: BTreeMap::new(),
            groups: BTreeMap::new(),
            used_grants: BTreeSet::new(),
            member_entries: BTreeMap::new(),
            root_entries: 0,
            head: DirectoryHead { entries: 0, hash: Digest([0; 32]) },
        }
    }

    /// The member of that code.
    #[must_use]
    pub fn member(&self, code: MemberCode) -> Option<&Arc<Member>> {
        self.members.get(&code)
    }

    /// Takes in a member as it is from now on. What a sub-bureau has from its country follows in the same step,
    /// so that nobody who asks about a member has to ask about two.
    pub fn admit(&mut self, member: Arc<Member>) {
        let code = member.code;
        self.members.insert(code, member);
        let of_family = |member: &&Arc<Member>| {
            member.parent.is_some_and(|parent| member.code == code || parent.code == code)
        };
        let bureaux: Vec<Arc<Member>> = self.members.values().filter(of_family).cloned().collect();
        for bureau in bureaux {
            let country = bureau.parent.and_then(|parent| self.member(parent.code));
            if let Some(bureau) = country.map(|country| bureau.below(country)) {
                self.members.insert(bureau.code, Arc::new(bureau));
            }
        }
    }

    /// The sub-bureaux of a country, by code.
    pub fn bureaux_of(&self, country: MemberCode) -> impl Iterator<Item = &Arc<Member>> {
        self.members.values().filter(move |member| member.parent_code() == Some(country))
    }

    /// The review desk: the one active member of that kind. Where there are several there is none, since
    /// nobody could say whose word counts.
    #[must_use]
    pub fn review_desk(&self) -> Option<&Arc<Member>> {
        let mut desks = self
            .members
            .values()
            .filter(|member| member.kind == MemberKind::ReviewDesk && member.is_active());
        desks.next().filter(|_| desks.next().is_none())
    }
}

impl Member {
    /// Whether the member takes part now: neither it nor its country is suspended.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.suspended_since().is_none()
    }

    /// Since which place in the log the member does not take part: suspended itself, or with its country.
    #[must_use]
    pub const fn suspended_since(&self) -> Option<Seq> {
        let country = match self.parent {
            Some(Parent { status: MemberStatus::Suspended(since), .. }) => Some(since),
            _ => None,
        };
        match (self.status, country) {
            (MemberStatus::Active, country) => country,
            (MemberStatus::Suspended(own), Some(country)) if country.0 < own.0 => Some(country),
            (MemberStatus::Suspended(own), _) => Some(own),
        }
    }

    /// Whether the review desk has to pass whatever the member sends: it or its country is under review.
    #[must_use]
    pub fn is_under_review(&self) -> bool {
        self.under_review || self.parent.is_some_and(|parent| parent.under_review)
    }

    /// The country that a sub-bureau belongs to.
    #[must_use]
    pub fn parent_code(&self) -> Option<MemberCode> {
        self.parent.map(|parent| parent.code)
    }

    /// The sub-bureau as it stands below its country.
    fn below(&self, country: &Self) -> Self {
        let Self { code, status, under_review, ref regions, .. } = *country;
        Self { parent: Some(Parent { code, status, under_review }), regions: regions.clone(), ..self.clone() }
    }

    /// The signing key of that id, if it counts at that place in the log.
    #[must_use]
    pub fn signing_key_at(&self, id: KeyId, at: Seq) -> Option<&SigningKey> {
        self.signing_keys
            .iter()
            .find(|key| key.id == id && key.since <= at && key.until.is_none_or(|until| at < until))
    }

    /// The newest HPKE key.
    #[must_use]
    pub fn current_hpke_key(&self) -> Option<(HpkeEpoch, &HpkePublicKey)> {
        self.hpke_keys.last_key_value().map(|(epoch, key)| (*epoch, key))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", Digest(self.0))
    }
}

impl fmt::Debug for HpkePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HpkePublicKey(1216 bytes)")
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
