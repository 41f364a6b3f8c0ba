//! Persons of a case, as typed values.

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
    /// What a name is to its bearer.
    pub enum NameKind in "name_kind" {
        /// As documents state it.
        Official = "OFFICIAL",
        /// Another name that is used: an alias, a nickname, a name taken online.
        Alias = "ALIAS",
        /// A name that was borne before, such as before a marriage.
        Former = "FORMER",
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
    pub enum AgeGroup in "age_group" {
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
