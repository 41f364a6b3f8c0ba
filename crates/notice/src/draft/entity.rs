//! Drafts of what a case holds beside persons.

use super::{AbuseMediaDraft, AttachmentDraft, DateDraft, NameDraft, Stated, TextDraft, opaque};
use crate::model::{
    AssetType, Consent, EventType, Industry, InformationAccuracy, LinkType, MeansOfControl, OrganisationRole,
    RecruitmentMethod, SourceReliability, StatusDecider, TraffickingStatus,
};

/// How far an assertion can be relied on.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EvaluationDraft {
    /// The source.
    pub source: Stated<SourceReliability>,
    /// The information.
    pub information: Stated<InformationAccuracy>,
}

/// A vehicle.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VehicleDraft {
    /// The key for links.
    pub key: String,
    /// ISO 3779.
    pub vin: String,
    /// The plate as it is read.
    pub plate: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What it looks like.
    pub description: Vec<TextDraft>,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// An organisation.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OrganisationDraft {
    /// The key for links.
    pub key: String,
    /// Its names.
    pub names: Vec<NameDraft>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its number in the register of companies.
    pub registration_number: String,
    /// Its part in the case.
    pub role: Stated<OrganisationRole>,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// A place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PlaceDraft {
    /// The key for links.
    pub key: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The address.
    pub address: String,
    /// Degrees, WGS 84.
    pub latitude: String,
    /// Degrees, WGS 84.
    pub longitude: String,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// An asset.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AssetDraft {
    /// The key for links.
    pub key: String,
    /// Its kind.
    pub asset_type: Stated<AssetType>,
    /// What it is.
    pub description: Vec<TextDraft>,
    /// Its value.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 13616.
    pub iban: String,
    /// Another identifier.
    pub identifier: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// An event.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventDraft {
    /// The key for links.
    pub key: String,
    /// What happened.
    pub event_type: Stated<EventType>,
    /// When.
    pub date: Option<DateDraft>,
    /// The key of a place.
    pub place: String,
    /// More about it.
    pub description: Vec<TextDraft>,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// A link.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LinkDraft {
    /// What it says.
    pub link_type: Stated<LinkType>,
    /// The key of its first end.
    pub from: String,
    /// The key of its second end.
    pub to: String,
    /// Another case as the second end.
    pub to_case: String,
    /// How far this can be relied on.
    pub evaluation: Option<EvaluationDraft>,
}

/// An account on a platform.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccountDraft {
    /// The platform.
    pub platform: String,
    /// The name or number there.
    pub identifier: String,
}

/// What is known of a person's trafficking.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TraffickingDraft {
    /// The status.
    pub status: Stated<TraffickingStatus>,
    /// Who decided it.
    pub decided_by: Stated<StatusDecider>,
    /// How they were recruited.
    pub recruitment_methods: Vec<Stated<RecruitmentMethod>>,
    /// Where they were recruited.
    pub recruitment_place: String,
    /// How they were kept under control.
    pub means_of_control: Vec<Stated<MeansOfControl>>,
    /// The industry of forced labour.
    pub industry: Stated<Industry>,
    /// Whether they consent to the interview.
    pub consent: Stated<Consent>,
}

/// Everything beside persons.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EntitiesDraft {
    /// Vehicles.
    pub vehicles: Vec<VehicleDraft>,
    /// Organisations.
    pub organisations: Vec<OrganisationDraft>,
    /// Places.
    pub places: Vec<PlaceDraft>,
    /// Assets.
    pub assets: Vec<AssetDraft>,
    /// Events.
    pub events: Vec<EventDraft>,
    /// Links.
    pub links: Vec<LinkDraft>,
    /// Attachments.
    pub attachments: Vec<AttachmentDraft>,
    /// What is known of abuse media.
    pub abuse_media: Vec<AbuseMediaDraft>,
}

impl EntitiesDraft {
    /// Adds the things and links of another at the end.
    pub fn append(&mut self, mut other: Self) {
        self.vehicles.append(&mut other.vehicles);
        self.organisations.append(&mut other.organisations);
        self.places.append(&mut other.places);
        self.assets.append(&mut other.assets);
        self.events.append(&mut other.events);
        self.links.append(&mut other.links);
        self.attachments.append(&mut other.attachments);
        self.abuse_media.append(&mut other.abuse_media);
    }
}

opaque!(TraffickingDraft EvaluationDraft VehicleDraft OrganisationDraft PlaceDraft AssetDraft EventDraft LinkDraft AccountDraft EntitiesDraft);
