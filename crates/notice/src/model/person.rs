//! Persons of a case, as typed values.

use std::fmt;

use super::{
    Account, CountryCode, DocumentNumber, Email, Evaluation, Key, Language, PartialDate, Phone, Text,
    Trafficking,
};
use amana_types::codes;

codes! {
    /// A person's part in the case.
    pub enum PersonRole in "person_role" {
        /// Wanted.
        Wanted = "WANTED",
        /// Suspected.
        Suspect = "SUSPECT",
        /// A witness.
        Witness = "WITNESS",
        /// A victim.
        Victim = "VICTIM",
        /// Possibly a victim.
        PossibleVictim = "POSSIBLE_VICTIM",
        /// Missing.
        Missing = "MISSING",
        /// Alive, identity unknown.
        Unidentified = "UNIDENTIFIED",
        /// Dead.
        Deceased = "DECEASED",
    }
}

codes! {
    /// Sex as documents state it, ICAO Doc 9303 part 3: F, M or X.
    pub enum Sex in "sex" {
        /// F.
        Female = "FEMALE",
        /// M.
        Male = "MALE",
        /// X.
        Other = "OTHER",
    }
}

codes! {
    /// Whether a person is known to be a child (under 18, Palermo Protocol, Article 3(d)).
    pub enum Majority in "majority" {
        /// 18 or older.
        Adult = "ADULT",
        /// Under 18.
        Child = "CHILD",
        /// Not known: treated as a child.
        Unknown = "UNKNOWN",
        /// Disputed: treated as a child.
        Disputed = "DISPUTED",
    }
}

codes! {
    /// The kind of an identity or travel document.
    pub enum DocumentType in "document_type" {
        /// Passport.
        Passport = "PASSPORT",
        /// Identity card.
        IdentityCard = "IDENTITY_CARD",
        /// Residence permit.
        ResidencePermit = "RESIDENCE_PERMIT",
        /// Visa.
        Visa = "VISA",
        /// Driving licence.
        DrivingLicence = "DRIVING_LICENCE",
        /// Another document.
        Other = "OTHER",
    }
}

codes! {
    /// What is asked about a person.
    pub enum RequestedMeasure in "requested_measure" {
        /// Arrest. Coercive.
        Arrest = "ARREST",
        /// Detain. Coercive.
        Detain = "DETAIN",
        /// Restrict travel. Coercive.
        RestrictTravel = "RESTRICT_TRAVEL",
        /// Locate.
        Locate = "LOCATE",
        /// Identify.
        Identify = "IDENTIFY",
        /// Protect.
        Protect = "PROTECT",
        /// Inform the sender.
        Inform = "INFORM",
    }
}

impl RequestedMeasure {
    /// Whether it takes somebody's freedom. Victims, witnesses and missing persons can carry none.
    #[must_use]
    pub const fn is_coercive(self) -> bool {
        matches!(self, Self::Arrest | Self::Detain | Self::RestrictTravel)
    }
}

/// A name as written, and its Latin form if its author gave one. The Latin form is never made up here.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// The name in its own script.
    pub original: String,
    /// The language of the original.
    pub language: Language,
    /// The Latin form.
    pub latin: Option<String>,
    /// Whether it is an alias.
    pub alias: bool,
}

/// An identity or travel document.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its kind.
    pub document_type: DocumentType,
    /// Its number.
    pub number: DocumentNumber,
    /// Who issued it.
    pub issuing_country: Option<CountryCode>,
    /// When it was issued.
    pub issued: Option<PartialDate>,
    /// When it expires or expired.
    pub expires: Option<PartialDate>,
}

/// One person of the case.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Their part in the case.
    pub role: PersonRole,
    /// Their names and aliases.
    pub names: Vec<Name>,
    /// Date of birth, as well as it is known.
    pub born: Option<PartialDate>,
    /// Place of birth, in the sender's words.
    pub birth_place: Option<String>,
    /// Sex as documents state it.
    pub sex: Option<Sex>,
    /// What the sender states about their majority; see [`Person::majority_on`].
    pub majority: Option<Majority>,
    /// Nationalities.
    pub nationalities: Vec<CountryCode>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Telephone numbers.
    pub phones: Vec<Phone>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// What the sender asks to be done.
    pub measures: Vec<RequestedMeasure>,
    /// Free text per language.
    pub remarks: Vec<Text>,
    /// Their key in this notice, for links.
    pub key: Option<Key>,
    /// Their accounts on platforms.
    pub accounts: Vec<Account>,
    /// How far what is said of them can be relied on.
    pub evaluation: Option<Evaluation>,
    /// What is known of their trafficking.
    pub trafficking: Option<Trafficking>,
}

// A person's Debug names no one: it ends up in logs and failed assertions.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("role", &self.role).finish_non_exhaustive()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(..)")
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("document_type", &self.document_type).finish_non_exhaustive()
    }
}
