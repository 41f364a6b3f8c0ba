//! What a case holds beside persons: vehicles, organisations, places, assets and events.

use super::{
    AbuseMedia, Amount, Attachment, CountryCode, Currency, Evaluation, Iban, Key, Latitude, Link, Longitude,
    Name, PartialDate, Plate, Text, Vin,
};
use crate::draft::opaque;
use amana_types::codes;

codes! {
    /// An organisation's part in the case.
    pub enum OrganisationRole in "organisation_role" {
        /// Employs persons of the case.
        Employer = "EMPLOYER",
        /// Recruits them.
        RecruitmentAgency = "RECRUITMENT_AGENCY",
        /// Carries them.
        Carrier = "CARRIER",
        /// Lodges them.
        Accommodation = "ACCOMMODATION",
        /// A company that hides another business.
        Front = "FRONT",
        /// Moves or keeps money.
        FinancialService = "FINANCIAL_SERVICE",
        /// An organised criminal group (UN Convention against Transnational Organized Crime, Article 2(a)).
        CriminalGroup = "CRIMINAL_GROUP",
        /// Helps victims.
        Support = "SUPPORT",
        /// Another part.
        Other = "OTHER",
    }
}

codes! {
    /// The kind of an asset.
    pub enum AssetType in "asset_type" {
        /// A bank account.
        BankAccount = "BANK_ACCOUNT",
        /// Cash.
        Cash = "CASH",
        /// A virtual asset.
        VirtualAsset = "VIRTUAL_ASSET",
        /// Land or a building.
        RealEstate = "REAL_ESTATE",
        /// A share in a company.
        CompanyShare = "COMPANY_SHARE",
        /// A vessel, an aircraft or a machine.
        Equipment = "EQUIPMENT",
        /// Jewellery, art, other valuables.
        Valuables = "VALUABLES",
        /// Another asset.
        Other = "OTHER",
    }
}

codes! {
    /// What happened.
    pub enum EventType in "event_type" {
        /// Persons were recruited.
        Recruitment = "RECRUITMENT",
        /// They departed.
        Departure = "DEPARTURE",
        /// A border was crossed.
        BorderCrossing = "BORDER_CROSSING",
        /// They arrived.
        Arrival = "ARRIVAL",
        /// They were exploited.
        Exploitation = "EXPLOITATION",
        /// Money changed hands.
        Payment = "PAYMENT",
        /// Suspects met.
        Meeting = "MEETING",
        /// Persons were brought to safety.
        Rescue = "RESCUE",
        /// Something was searched or seized.
        Seizure = "SEIZURE",
        /// Another event.
        Other = "OTHER",
    }
}

/// A vehicle. It has a VIN, a plate or a description.
#[derive(Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// Its key in this notice.
    pub key: Option<Key>,
    /// Its identification number.
    pub vin: Option<Vin>,
    /// Its number plate.
    pub plate: Option<Plate>,
    /// Where it is registered.
    pub country: Option<CountryCode>,
    /// What it looks like, per language.
    pub description: Vec<Text>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

/// An organisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its key in this notice.
    pub key: Option<Key>,
    /// Its names; at least one.
    pub names: Vec<Name>,
    /// Where it is registered.
    pub country: Option<CountryCode>,
    /// Its number in the register of companies.
    pub registration_number: Option<String>,
    /// Its part in the case.
    pub role: Option<OrganisationRole>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

/// A place. It has a name, an address, coordinates or at least a country.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// Its key in this notice.
    pub key: Option<Key>,
    /// Its name, in the sender's words.
    pub name: Option<String>,
    /// The country.
    pub country: Option<CountryCode>,
    /// The address.
    pub address: Option<String>,
    /// The coordinates in WGS 84: both or none.
    pub coordinates: Option<(Latitude, Longitude)>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

/// An asset.
#[derive(Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its key in this notice.
    pub key: Option<Key>,
    /// Its kind.
    pub asset_type: AssetType,
    /// What it is, per language.
    pub description: Vec<Text>,
    /// Its value: amount and currency.
    pub value: Option<(Amount, Currency)>,
    /// The bank account.
    pub iban: Option<Iban>,
    /// Another identifier: a wallet address, a land register number.
    pub identifier: Option<String>,
    /// Where it is.
    pub country: Option<CountryCode>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Its key in this notice.
    pub key: Option<Key>,
    /// What happened.
    pub event_type: EventType,
    /// When.
    pub date: Option<PartialDate>,
    /// Where: the key of a place.
    pub place: Option<Key>,
    /// More about it, per language.
    pub description: Vec<Text>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

/// An account of a person on a platform.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The platform, in the sender's words.
    pub platform: String,
    /// The name or number there.
    pub identifier: String,
}

/// Everything of a case beside its persons, and the links between all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entities {
    /// Vehicles.
    pub vehicles: Vec<Vehicle>,
    /// Organisations.
    pub organisations: Vec<Organisation>,
    /// Places.
    pub places: Vec<Place>,
    /// Assets.
    pub assets: Vec<Asset>,
    /// Events.
    pub events: Vec<Event>,
    /// Links.
    pub links: Vec<Link>,
    /// Attachments.
    pub attachments: Vec<Attachment>,
    /// What is known of abuse media, instead of them.
    pub abuse_media: Vec<AbuseMedia>,
}

impl Entities {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

// Things lead to persons: their Debug shows none of it.
opaque!(Vehicle Organisation Place Asset Event Account);
