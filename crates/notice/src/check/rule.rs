//! The rules of a notice, by name.

use amana_types::codes;

codes! {
    /// A rule that a notice can break. The code is stable; programs may rely on it.
    pub enum Rule in "rule" {
        /// A field that must be there is absent.
        FieldNeeded = "FIELD_NEEDED",
        /// Not a code of its list.
        UnknownCode = "UNKNOWN_CODE",
        /// Not a language (ISO 639-1).
        UnknownLanguage = "UNKNOWN_LANGUAGE",
        /// Not a country (ISO 3166-1).
        UnknownCountry = "UNKNOWN_COUNTRY",
        /// A control or a character that overrides the direction of text.
        ForbiddenCharacter = "FORBIDDEN_CHARACTER",
        /// A text is too long.
        TextTooLong = "TEXT_TOO_LONG",
        /// A list has too many items.
        TooMany = "TOO_MANY",
        /// All texts together are too large.
        NoticeTooLarge = "NOTICE_TOO_LARGE",
        /// The same thing twice in one list.
        Duplicate = "DUPLICATE",
        /// The Latin form of a name holds other letters.
        NotLatin = "NOT_LATIN",
        /// Not a telephone number (ITU-T E.164).
        InvalidPhone = "INVALID_PHONE",
        /// Not an e-mail address.
        InvalidEmail = "INVALID_EMAIL",
        /// Not a case reference.
        InvalidCaseReference = "INVALID_CASE_REFERENCE",
        /// Not a document number.
        InvalidDocumentNumber = "INVALID_DOCUMENT_NUMBER",
        /// Not a label of a person or thing.
        InvalidLabel = "INVALID_LABEL",
        /// A link to a label that nobody and nothing has.
        LabelNotFound = "LABEL_NOT_FOUND",
        /// A link of a type that does not join these two.
        LinkDoesNotFit = "LINK_DOES_NOT_FIT",
        /// Not a vehicle identification number (ISO 3779).
        InvalidVin = "INVALID_VIN",
        /// Not a number plate.
        InvalidPlate = "INVALID_PLATE",
        /// Not an international bank account number (ISO 13616).
        InvalidIban = "INVALID_IBAN",
        /// Not a currency (ISO 4217).
        UnknownCurrency = "UNKNOWN_CURRENCY",
        /// Not an amount of money.
        InvalidAmount = "INVALID_AMOUNT",
        /// Not coordinates (WGS 84).
        InvalidCoordinates = "INVALID_COORDINATES",
        /// Not a date.
        InvalidDate = "INVALID_DATE",
        /// Two dates in the wrong order.
        DatesOutOfOrder = "DATES_OUT_OF_ORDER",
        /// A date of the past that lies in the future.
        DateInFuture = "DATE_IN_FUTURE",
        /// It would end before it begins.
        ExpiresInPast = "EXPIRES_IN_PAST",
        /// It would be kept too long.
        ExpiresTooLate = "EXPIRES_TOO_LATE",
        /// To be looked at again before it begins.
        ReexamineInPast = "REEXAMINE_IN_PAST",
        /// To be looked at again after it has ended.
        ReexamineAfterExpiry = "REEXAMINE_AFTER_EXPIRY",
        /// A red notice without the reference of an arrest warrant.
        ArrestWarrantNeeded = "ARREST_WARRANT_NEEDED",
        /// A red notice without a wanted person.
        WantedPersonNeeded = "WANTED_PERSON_NEEDED",
        /// A notice that is about somebody, without anybody.
        PersonNeeded = "PERSON_NEEDED",
        /// A green notice without a person whose crimes it warns of.
        OffenderNeeded = "OFFENDER_NEEDED",
        /// A yellow notice without a person who is missing or cannot be identified.
        MissingPersonNeeded = "MISSING_PERSON_NEEDED",
        /// A black notice without a body.
        BodyNeeded = "BODY_NEEDED",
        /// A purple notice without the modus operandi.
        ModusOperandiNeeded = "MODUS_OPERANDI_NEEDED",
        /// An orange notice without the threat.
        ThreatNeeded = "THREAT_NEEDED",
        /// A special notice without the entry in the sanctions list.
        SanctionsReferenceNeeded = "SANCTIONS_REFERENCE_NEEDED",
        /// A request for information that asks nothing.
        QuestionNeeded = "QUESTION_NEEDED",
        /// A silver notice without an asset that every recipient may see.
        AssetNeeded = "ASSET_NEEDED",
        /// A special notice without the person or entity that is listed.
        ListedEntityNeeded = "LISTED_ENTITY_NEEDED",
        /// A bulletin that does not say what it shares.
        BulletinNeeded = "BULLETIN_NEEDED",
        /// Not the name of an operation.
        InvalidOperation = "INVALID_OPERATION",
        /// A count that nothing can have.
        CountTooLarge = "COUNT_TOO_LARGE",
        /// Sums that are not those of their parts.
        SumsDoNotAgree = "SUMS_DO_NOT_AGREE",
        /// A part that this circulation or type does not carry.
        NotCarriedHere = "NOT_CARRIED_HERE",
        /// A role that has no place in a notice of this type.
        RoleDoesNotFit = "ROLE_DOES_NOT_FIT",
        /// A coercive measure against a victim, a witness or a missing person.
        VictimCoerciveMeasure = "VICTIM_COERCIVE_MEASURE",
        /// A coercive measure against somebody unidentified or dead.
        CoerciveMeasureNotAllowed = "COERCIVE_MEASURE_NOT_ALLOWED",
        /// A wanted person or suspect of whom nothing is said about age.
        AgeGroupNeeded = "AGE_GROUP_NEEDED",
        /// A status of trafficking that the role does not bear out.
        StatusContradictsRole = "STATUS_CONTRADICTS_ROLE",
        /// The stated age_group contradicts the date of birth.
        AgeGroupContradictsBirth = "AGE_GROUP_CONTRADICTS_BIRTH",
        /// A protected person's name or identifier in what every recipient reads.
        ProtectedIdentityInText = "PROTECTED_IDENTITY_IN_TEXT",
        /// Smuggling and exploitation in one notice, and no link says who may have become a victim.
        SmugglingWithExploitation = "SMUGGLING_WITH_EXPLOITATION",
        /// Trafficking without an act.
        TraffickingWithoutAct = "TRAFFICKING_WITHOUT_ACT",
        /// Trafficking of an adult without means.
        TraffickingWithoutMeans = "TRAFFICKING_WITHOUT_MEANS",
        /// Trafficking without a purpose, that is without exploitation.
        TraffickingWithoutPurpose = "TRAFFICKING_WITHOUT_PURPOSE",
        /// Forced criminality without the crime.
        CriminalityNeeded = "CRIMINALITY_NEEDED",
        /// A crime with another form of exploitation.
        CriminalityNotAllowed = "CRIMINALITY_NOT_ALLOWED",
        /// Handling H3 without its conditions.
        ConditionsNeeded = "CONDITIONS_NEEDED",
        /// Conditions without handling H3: nobody would be shown them first.
        ConditionsNotAllowed = "CONDITIONS_NOT_ALLOWED",
        /// A marking of the Traffic Light Protocol that says another thing than the handling code beside it.
        TlpDisagrees = "TLP_DISAGREES",
        /// Not a file name.
        InvalidFileName = "INVALID_FILE_NAME",
        /// Not a media type (RFC 6838).
        InvalidMediaType = "INVALID_MEDIA_TYPE",
        /// Not a hash, or not of the algorithm that is said.
        InvalidHash = "INVALID_HASH",
        /// An attachment, or all together, are too large.
        AttachmentTooLarge = "ATTACHMENT_TOO_LARGE",
        /// An attachment of a case with a victim or child that does not say whom or what it is about.
        AttachmentAboutNeeded = "ATTACHMENT_ABOUT_NEEDED",
        /// Abuse imagery: only hashes and a reference to the specialised database pass.
        AbuseMediaRefused = "ABUSE_MEDIA_REFUSED",
        /// A no without a ground.
        GroundNeeded = "GROUND_NEEDED",
        /// Not the code of a member.
        UnknownMember = "UNKNOWN_MEMBER",
        /// A referral for nobody: there is no victim or child.
        ReferralWithoutPerson = "REFERRAL_WITHOUT_PERSON",
        /// A referral that asks for nothing.
        ReferralWithoutNeed = "REFERRAL_WITHOUT_NEED",
        /// A referral that ends after its notice.
        ReferralOutlastsNotice = "REFERRAL_OUTLASTS_NOTICE",
        /// A leg of the route with neither country nor region.
        CountryOrRegionNeeded = "COUNTRY_OR_REGION_NEEDED",
    }
}

impl Rule {
    /// Whether a reader holds what somebody else wrote to it too: the limits, what could deceive or harm whoever
    /// reads it, and what protects victims and children. All other rules were the author's to keep, and may be
    /// others in a newer contract.
    #[must_use]
    pub const fn binds_readers(self) -> bool {
        matches!(
            self,
            Self::ForbiddenCharacter
                | Self::TextTooLong
                | Self::TooMany
                | Self::NoticeTooLarge
                | Self::ExpiresInPast
                | Self::ExpiresTooLate
                | Self::InvalidFileName
                | Self::InvalidHash
                | Self::AttachmentTooLarge
                | Self::AbuseMediaRefused
                | Self::VictimCoerciveMeasure
                | Self::CoerciveMeasureNotAllowed
                | Self::ReferralWithoutPerson
                | Self::ReferralOutlastsNotice
                | Self::CountTooLarge
                | Self::Duplicate
                | Self::InvalidLabel
                | Self::AttachmentAboutNeeded
                | Self::ProtectedIdentityInText
                | Self::StatusContradictsRole
                | Self::AgeGroupContradictsBirth
                | Self::GroundNeeded
                | Self::ConditionsNeeded
        )
    }
}
