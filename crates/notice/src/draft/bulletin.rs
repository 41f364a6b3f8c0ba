//! Bulletins and figures of operations as their author wrote them.

use super::{DateDraft, Stated, opaque};
use crate::model::{BulletinCategory, Circulation, NoticeType, ResourceKind, TallyMeasure, TrainingFormat};
use amana_types::Timestamp;

/// A bulletin.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BulletinDraft {
    /// What it is about.
    pub category: Stated<BulletinCategory>,
    /// Of a training.
    pub training: Option<TrainingDraft>,
    /// Of an event.
    pub event: Option<MeetingDraft>,
    /// Of a resource.
    pub resource: Option<ResourceDraft>,
    /// Of a law.
    pub legislation: Option<LegislationDraft>,
    /// By which it is found.
    pub keywords: Vec<String>,
}

/// A training.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TrainingDraft {
    /// Who holds it.
    pub provider: String,
    /// For whom it is.
    pub audience: String,
    /// How it is held.
    pub format: Stated<TrainingFormat>,
    /// How long it takes.
    pub duration: String,
}

/// An event.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MeetingDraft {
    /// When it starts.
    pub starts: Option<Timestamp>,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// Where it is.
    pub place: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Where to register.
    pub registration: String,
}

/// A resource.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResourceDraft {
    /// What it is.
    pub kind: Stated<ResourceKind>,
    /// Who published it.
    pub publisher: String,
    /// Where it is found.
    pub link: String,
}

/// A law.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LegislationDraft {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// As it is officially cited.
    pub citation: String,
    /// Since when it is in force.
    pub in_force_since: Option<DateDraft>,
    /// Where it is found.
    pub link: String,
}

/// How often something was counted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TallyEntryDraft {
    /// What.
    pub measure: Stated<TallyMeasure>,
    /// How often.
    pub count: u64,
}

/// What an operation has come to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OperationFiguresDraft {
    /// The newest report of each country.
    pub countries: Vec<CountryFiguresDraft>,
    /// The sums that the author states: they must be those of the countries.
    pub totals: Vec<TallyEntryDraft>,
    /// Who has reported nothing.
    pub not_reported: Vec<String>,
    /// Notices of the operation.
    pub notices: Vec<NoticeCountDraft>,
    /// The first place in the audit log of what is counted.
    pub first_log_index: Option<u64>,
    /// The last.
    pub last_log_index: Option<u64>,
}

/// The newest report of one country.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CountryFiguresDraft {
    /// The country.
    pub member: String,
    /// Its figures.
    pub tally: Vec<TallyEntryDraft>,
    /// The report.
    pub notice_id: String,
    /// When it was made.
    pub reported: Option<Timestamp>,
    /// Its place in the audit log.
    pub log_index: u64,
}

/// How many notices of a sort one member sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NoticeCountDraft {
    /// The member.
    pub sender: String,
    /// How they circulated.
    pub circulation: Stated<Circulation>,
    /// Their type.
    pub notice_type: Stated<NoticeType>,
    /// How many.
    pub notices: u64,
}

opaque!(
    BulletinDraft TrainingDraft MeetingDraft ResourceDraft LegislationDraft TallyEntryDraft
    OperationFiguresDraft CountryFiguresDraft NoticeCountDraft
);
