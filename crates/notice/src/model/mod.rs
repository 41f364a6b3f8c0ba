//! What a notice is made of, in the field's own words (Palermo Protocol, IOM HTCDS 2.0, ISO 3166-1,
//! ISO 639-1, ITU-T E.164, ICAO Doc 9303): lists of codes, and the forms of numbers, dates and names.

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
    AttachedContent, AttachmentKey, AttachmentKind, AttachmentState, FileName, FileNameError, HashAlgorithm,
    MediaType, MediaTypeError, SealedContent,
};
pub use bulletin::{BulletinCategory, Keyword, ResourceKind, TrainingFormat};
pub(crate) use date::days_in;
pub use date::{Calendar, Date, DateError, PartialDate};
pub use entity::{AssetType, EventType, OrganisationRole};
pub use evaluation::{InformationAccuracy, SourceReliability};
pub use identifier::{Amount, Currency, Iban, Label, Latitude, Longitude, Plate, Vin};
pub use kinds::{Circulation, Handling, NoticeType, Purpose, Urgency};
pub use link::{EntityKind, LinkType};
pub use offence::{Act, Exploitation, ForcedCriminality, Means, OffenceType};
pub use operation::TallyMeasure;
pub use person::{AgeGroup, DocumentType, NameKind, PersonRole, RequestedMeasure, Sex};
pub use protection::ADULT_AGE_YEARS;
pub use referral::ReferralNeed;
pub use route::RouteStage;
pub use scalar::{CaseReference, DocumentNumber, Email, Phone, ScalarError};
pub use trafficking::{
    Consent, Industry, MeansOfControl, RecruitmentMethod, StatusDecider, TraffickingStatus,
};
