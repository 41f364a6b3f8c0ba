//! A notice as its author wrote it: every field of the contract, nothing judged yet.
//!
//! Whoever reads a notice from outside (gRPC, a file) fills a [`Draft`] and hands it to
//! [`check`](crate::check). Filling one cannot fail: what is absent stays absent, what is not a code of
//! its list is [`Stated::Unknown`], and texts are as they came.

mod attachment;
mod bulletin;
mod entity;
mod referral;

use std::fmt;

pub use attachment::{AbuseMediaDraft, AttachmentDraft};
pub use bulletin::{
    BulletinDraft, CountryFiguresDraft, LegislationDraft, MeetingDraft, NoticeCountDraft,
    OperationFiguresDraft, ResourceDraft, TallyEntryDraft, TrainingDraft,
};
pub use entity::{
    AccountDraft, AssetDraft, EntitiesDraft, EvaluationDraft, EventDraft, LinkDraft, OrganisationDraft,
    PlaceDraft, TraffickingDraft, VehicleDraft,
};
pub use referral::{PartnerDraft, PartnerPersonsDraft, ReferralDraft};

use crate::handling::Tlp;
use crate::model::{
    Act, Circulation, DocumentType, Exploitation, ForcedCriminality, Handling, Majority, Means, NoticeType,
    OffenceType, PersonRole, Purpose, RequestedMeasure, RouteStage, Sex, Urgency,
};
use amana_types::Coded;
use amana_types::Region;
use amana_types::Timestamp;

/// What an author stated where a code is expected.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Stated<C> {
    /// Nothing.
    #[default]
    Absent,
    /// A code of the list.
    Known(C),
    /// Something else: a text, or a number that the contract does not have.
    Unknown(String),
}

impl<C: Coded> Stated<C> {
    /// Reads a code from text; empty is absent.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.is_empty() {
            return Self::Absent;
        }
        match C::all().iter().find(|code| code.as_code() == text) {
            Some(code) => Self::Known(*code),
            None => Self::Unknown(text.to_owned()),
        }
    }
}

impl<C> From<C> for Stated<C> {
    fn from(code: C) -> Self {
        Self::Known(code)
    }
}

impl<C> From<Option<C>> for Stated<C> {
    fn from(code: Option<C>) -> Self {
        code.map_or(Self::Absent, Self::Known)
    }
}

/// A notice. Empty strings are absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// How it circulates.
    pub circulation: Stated<Circulation>,
    /// Its colour.
    pub notice_type: Stated<NoticeType>,
    /// The sender's own reference of the case.
    pub case_reference: String,
    /// How soon an answer is due; absent is what is usual for its type.
    pub urgency: Stated<Urgency>,
    /// One line per language.
    pub subject: Vec<TextDraft>,
    /// The facts, per language.
    pub narrative: Vec<TextDraft>,
    /// The offences.
    pub offences: Vec<OffenceDraft>,
    /// The forms of exploitation.
    pub exploitation: Vec<ExploitationDraft>,
    /// The persons.
    pub persons: Vec<PersonDraft>,
    /// The route.
    pub route: Vec<RouteLegDraft>,
    /// What recipients may do with it.
    pub handling: Stated<Handling>,
    /// The owner's conditions.
    pub handling_conditions: Vec<TextDraft>,
    /// The marking that stands in place of the handling, or beside it.
    pub tlp: Stated<Tlp>,
    /// Why it is published.
    pub purpose: Stated<Purpose>,
    /// The reference of the arrest warrant.
    pub arrest_warrant_reference: String,
    /// When it ends by itself; absent is as late as is allowed.
    pub expires: Option<Timestamp>,
    /// When its owner must look at it again.
    pub reexamine: Option<Timestamp>,
    /// What is asked.
    pub question: Vec<TextDraft>,
    /// How the crime is done.
    pub modus_operandi: Vec<TextDraft>,
    /// What threatens.
    pub threat: Vec<TextDraft>,
    /// The entry in the Security Council's sanctions list.
    pub sanctions_reference: String,
    /// Vehicles, organisations, places, assets, events and links.
    pub entities: EntitiesDraft,
    /// What victims and children need from partners.
    pub referral: Option<ReferralDraft>,
    /// The operation that it belongs to.
    pub operation: String,
    /// What its country's part of the operation has come to.
    pub tally: Vec<TallyEntryDraft>,
    /// What it shares.
    pub bulletin: Option<BulletinDraft>,
    /// What an operation came to.
    pub closing_report: Option<OperationFiguresDraft>,
}

/// Text in one language.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TextDraft {
    /// ISO 639-1 code.
    pub language: String,
    /// The text.
    pub text: String,
}

/// A date: 0 is not known.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct DateDraft {
    /// The year.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// The last year of an estimate that starts with `year`.
    pub estimated_to_year: u32,
}

/// An offence.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OffenceDraft {
    /// Which offence.
    pub offence_type: Stated<OffenceType>,
    /// What was done.
    pub acts: Vec<Stated<Act>>,
    /// By which means.
    pub means: Vec<Stated<Means>>,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// A form of exploitation.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExploitationDraft {
    /// The form.
    pub form: Stated<Exploitation>,
    /// The crime, with forced criminality.
    pub criminality: Stated<ForcedCriminality>,
}

/// A name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NameDraft {
    /// The name in its own script.
    pub original: String,
    /// ISO 639-1 code of the original.
    pub language: String,
    /// The Latin form.
    pub latin: String,
    /// Whether it is an alias.
    pub alias: bool,
}

/// A document.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DocumentDraft {
    /// Its kind.
    pub document_type: Stated<DocumentType>,
    /// Its number.
    pub number: String,
    /// ISO 3166-1 alpha-2.
    pub issuing_country: String,
    /// When it was issued.
    pub issued: Option<DateDraft>,
    /// When it expires.
    pub expires: Option<DateDraft>,
}

/// A person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonDraft {
    /// Their part in the case.
    pub role: Stated<PersonRole>,
    /// Names and aliases.
    pub names: Vec<NameDraft>,
    /// Date of birth.
    pub born: Option<DateDraft>,
    /// Place of birth.
    pub birth_place: String,
    /// Sex as documents state it.
    pub sex: Stated<Sex>,
    /// Whether they are known to be a child.
    pub majority: Stated<Majority>,
    /// ISO 3166-1 alpha-2.
    pub nationalities: Vec<String>,
    /// Documents.
    pub documents: Vec<DocumentDraft>,
    /// E.164.
    pub phones: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// What is asked.
    pub measures: Vec<Stated<RequestedMeasure>>,
    /// Free text.
    pub remarks: Vec<TextDraft>,
    /// The key for links.
    pub key: String,
    /// Accounts on platforms.
    pub accounts: Vec<AccountDraft>,
    /// What is known of their trafficking.
    pub trafficking: Option<TraffickingDraft>,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// A leg of the route.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RouteLegDraft {
    /// The stage.
    pub stage: Stated<RouteStage>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The region.
    pub region: Stated<Region>,
    /// The place.
    pub place: String,
    /// The first day.
    pub from: Option<DateDraft>,
    /// The last day.
    pub to: Option<DateDraft>,
    /// Who carried them.
    pub carrier: String,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

impl<C: fmt::Debug> fmt::Debug for Stated<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Known(code) => code.fmt(f),
            Self::Unknown(_) => f.write_str("Unknown(..)"),
        }
    }
}

/// Drafts are unjudged case text: their Debug shows none of it.
macro_rules! opaque {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

pub(crate) use opaque;

opaque!(Draft TextDraft DateDraft OffenceDraft ExploitationDraft NameDraft DocumentDraft PersonDraft RouteLegDraft);
