//! What travels: a notice in the field's own words (Palermo Protocol, IOM HTCDS 2.0, ISO 3166-1,
//! ISO 639-1, ITU-T E.164, ICAO Doc 9303).
//!
//! These are the typed values. They come out of the check, which makes them from a
//! [`Draft`](crate::draft::Draft) and names everything that is wrong with it.

mod attachment;
mod bulletin;
mod date;
mod entity;
mod evaluation;
mod identifier;
mod kinds;
mod link;
mod offence;
mod operation;
mod person;
mod protection;
mod referral;
mod route;
mod scalar;
mod trafficking;

pub use attachment::{
    AbuseMedia, AttachedContent, Attachment, AttachmentKey, AttachmentKind, AttachmentState, FileName,
    FileNameError, HashAlgorithm, MediaType, MediaTypeError, SealedAttachment,
};
pub use bulletin::{
    Bulletin, BulletinCategory, Keyword, Legislation, Meeting, Resource, ResourceKind, Training,
    TrainingFormat,
};
pub use date::{Date, DateError, DatePrecision, PartialDate};
pub use entity::{
    Account, Asset, AssetType, Entities, Event, EventType, Organisation, OrganisationRole, Place, Vehicle,
};
pub use evaluation::{Evaluation, InformationAccuracy, SourceReliability};
pub use identifier::{Amount, Currency, Iban, Key, Latitude, Longitude, Plate, Vin};
pub use kinds::{Circulation, Handling, NoticeType, Purpose, Urgency};
pub use link::{EntityKind, Link, LinkEnd, LinkType};
pub use offence::{Act, Exploitation, ExploitationForm, ForcedCriminality, Means, Offence, OffenceType};
pub use operation::{CountryFigures, NoticeCount, OperationFigures, TallyEntry, TallyMeasure};
pub use person::{Document, DocumentType, Majority, Name, Person, PersonRole, RequestedMeasure, Sex};
pub use protection::ADULT_AGE_YEARS;
pub(crate) use protection::majority;
pub use referral::{Referral, ReferralNeed};
pub use route::{RouteLeg, RouteStage};
pub use scalar::{CaseReference, DocumentNumber, Email, Phone, ScalarError};
pub use trafficking::{
    Consent, Industry, MeansOfControl, RecruitmentMethod, StatusDecider, Trafficking, TraffickingStatus,
};

use amana_types::{CountryCode, GroupName, Language, Text, Timestamp};

/// A notice, typed. Whether it may be sent is said by [`CheckedNotice`](crate::CheckedNotice) only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it circulates.
    pub circulation: Circulation,
    /// Its colour: always there for `NOTICE` and `DIFFUSION`.
    pub notice_type: Option<NoticeType>,
    /// The sender's own reference of the case.
    pub case_reference: CaseReference,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// One line per language.
    pub subject: Vec<Text>,
    /// The facts, per language.
    pub narrative: Vec<Text>,
    /// The offences.
    pub offences: Vec<Offence>,
    /// The forms of exploitation.
    pub exploitation: Vec<ExploitationForm>,
    /// The persons.
    pub persons: Vec<Person>,
    /// The route, in the order of travel.
    pub route: Vec<RouteLeg>,
    /// What recipients may do with it.
    pub handling: Handling,
    /// The owner's conditions per language: there exactly with `H3`.
    pub handling_conditions: Vec<Text>,
    /// Why it is published.
    pub purpose: Purpose,
    /// The reference of the arrest warrant: always there for `RED`.
    pub arrest_warrant_reference: Option<String>,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// When its owner must look at it again.
    pub reexamine: Option<Timestamp>,
    /// What is asked: always there for `REQUEST_FOR_INFORMATION`.
    pub question: Vec<Text>,
    /// How the crime is done: always there for `PURPLE`.
    pub modus_operandi: Vec<Text>,
    /// What threatens, whom, when and where: always there for `ORANGE`.
    pub threat: Vec<Text>,
    /// The entry in the Security Council's sanctions list: always there for `UN_SPECIAL`.
    pub sanctions_reference: Option<String>,
    /// Vehicles, organisations, places, assets, events, and links between them and persons.
    pub entities: Entities,
    /// What victims and children need from partners.
    pub referral: Option<Referral>,
    /// The operation that it belongs to.
    pub operation: Option<GroupName>,
    /// What its country's part of the operation has come to.
    pub tally: Vec<TallyEntry>,
    /// What it shares: always there for `BULLETIN`.
    pub bulletin: Option<Bulletin>,
    /// What an operation came to: always there for a closing report.
    pub closing_report: Option<OperationFigures>,
}
