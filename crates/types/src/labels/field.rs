//! The fields of a notice as they are printed.

use crate::codes;

codes! {
    /// A field of a notice, for its label.
    pub enum Field in "field" {
        /// Identifier.
        NoticeId = "NOTICE_ID",
        /// Where the notice stands.
        Status = "STATUS",
        /// The version whose place it takes.
        Supersedes = "SUPERSEDES",
        /// The version that took its place.
        SupersededBy = "SUPERSEDED_BY",
        /// Sender.
        Sender = "SENDER",
        /// Recipients.
        Recipients = "RECIPIENTS",
        /// Circulation.
        Circulation = "CIRCULATION",
        /// Type.
        Type = "TYPE",
        /// Case reference.
        CaseReference = "CASE_REFERENCE",
        /// Urgency.
        Urgency = "URGENCY",
        /// Subject.
        Subject = "SUBJECT",
        /// Facts.
        Narrative = "NARRATIVE",
        /// Language.
        Language = "LANGUAGE",
        /// Offences.
        Offences = "OFFENCES",
        /// Acts.
        Acts = "ACTS",
        /// Means.
        Means = "MEANS",
        /// Forms of exploitation.
        Exploitation = "EXPLOITATION",
        /// Forced crime.
        Criminality = "CRIMINALITY",
        /// Persons.
        Persons = "PERSONS",
        /// Role.
        Role = "ROLE",
        /// Names.
        Names = "NAMES",
        /// Latin form.
        LatinForm = "LATIN_FORM",
        /// Alias.
        Alias = "ALIAS",
        /// Date of birth.
        Born = "BORN",
        /// Place of birth.
        BirthPlace = "BIRTH_PLACE",
        /// Sex.
        Sex = "SEX",
        /// Age group.
        AgeGroup = "AGE_GROUP",
        /// Nationalities.
        Nationalities = "NATIONALITIES",
        /// Documents.
        Documents = "DOCUMENTS",
        /// Number.
        Number = "NUMBER",
        /// Issuing country.
        IssuingCountry = "ISSUING_COUNTRY",
        /// Date of issue.
        Issued = "ISSUED",
        /// Valid until.
        ValidUntil = "VALID_UNTIL",
        /// Telephone numbers.
        Phones = "PHONES",
        /// E-mail addresses.
        Emails = "EMAILS",
        /// Requested measures.
        Measures = "MEASURES",
        /// Remarks.
        Remarks = "REMARKS",
        /// Identity withheld for protection.
        IdentityWithheld = "IDENTITY_WITHHELD",
        /// Route.
        Route = "ROUTE",
        /// Stage.
        Stage = "STAGE",
        /// Country.
        Country = "COUNTRY",
        /// Region.
        Region = "REGION",
        /// Place.
        Place = "PLACE",
        /// From.
        From = "FROM",
        /// To.
        To = "TO",
        /// Carrier.
        Carrier = "CARRIER",
        /// Handling.
        Handling = "HANDLING",
        /// Owner's conditions.
        HandlingConditions = "HANDLING_CONDITIONS",
        /// Purpose.
        Purpose = "PURPOSE",
        /// Arrest warrant reference.
        ArrestWarrantReference = "ARREST_WARRANT_REFERENCE",
        /// Question.
        Question = "QUESTION",
        /// Modus operandi.
        ModusOperandi = "MODUS_OPERANDI",
        /// Threat.
        Threat = "THREAT",
        /// Sanctions list reference.
        SanctionsReference = "SANCTIONS_REFERENCE",
        /// Vehicles.
        Vehicles = "VEHICLES",
        /// Organisations.
        Organisations = "ORGANISATIONS",
        /// Number in the register.
        RegistrationNumber = "REGISTRATION_NUMBER",
        /// Places.
        Places = "PLACES",
        /// Address.
        Address = "ADDRESS",
        /// Coordinates.
        Coordinates = "COORDINATES",
        /// Assets.
        Assets = "ASSETS",
        /// Value.
        Amount = "AMOUNT",
        /// Events.
        Events = "EVENTS",
        /// Links.
        Links = "LINKS",
        /// Accounts on platforms.
        Accounts = "ACCOUNTS",
        /// Description.
        Description = "DESCRIPTION",
        /// Evaluation.
        Evaluation = "EVALUATION",
        /// Status of trafficking.
        TraffickingStatus = "TRAFFICKING_STATUS",
        /// Who decided it.
        DecidedBy = "DECIDED_BY",
        /// Recruitment methods.
        RecruitmentMethods = "RECRUITMENT_METHODS",
        /// Place of recruitment.
        RecruitmentPlace = "RECRUITMENT_PLACE",
        /// Means of control.
        MeansOfControl = "MEANS_OF_CONTROL",
        /// Industry.
        Industry = "INDUSTRY",
        /// Consent to the interview.
        Consent = "CONSENT",
        /// Attachments.
        Attachments = "ATTACHMENTS",
        /// Whom or what an attachment is about.
        About = "ABOUT",
        /// Who may open an attachment.
        OpenTo = "OPEN_TO",
        /// Abuse media known by their hashes.
        AbuseMedia = "ABUSE_MEDIA",
        /// Referral to partners.
        Referral = "REFERRAL",
        /// What is needed.
        Needs = "NEEDS",
        /// Until when.
        Until = "UNTIL",
        /// Created.
        Created = "CREATED",
        /// Expires.
        Expires = "EXPIRES",
        /// To be re-examined.
        Reexamine = "REEXAMINE",
        /// Ground.
        Ground = "GROUND",
        /// Contact point.
        ContactPoint = "CONTACT_POINT",
        /// What is known.
        Matches = "MATCHES",
        /// Replies.
        Replies = "REPLIES",
        /// Where what was passed on comes from.
        Origin = "ORIGIN",
        /// Operation.
        Operation = "OPERATION",
        /// Figures of an operation.
        Tally = "TALLY",
        /// Sums over all countries.
        Totals = "TOTALS",
        /// When it was reported.
        Reported = "REPORTED",
        /// Who has not reported.
        NotReported = "NOT_REPORTED",
        /// Bulletin category.
        Category = "CATEGORY",
        /// Provider.
        Provider = "PROVIDER",
        /// For whom a training is.
        TargetGroup = "TARGET_GROUP",
        /// Format.
        Format = "FORMAT",
        /// Duration.
        Duration = "DURATION",
        /// Start.
        Starts = "STARTS",
        /// End.
        Ends = "ENDS",
        /// Where an event is.
        Venue = "VENUE",
        /// Registration.
        Registration = "REGISTRATION",
        /// Kind of resource.
        ResourceKind = "RESOURCE_KIND",
        /// Publisher.
        Publisher = "PUBLISHER",
        /// Link to the text.
        Link = "LINK",
        /// Whose law it is.
        LawOf = "LAW_OF",
        /// Citation.
        Citation = "CITATION",
        /// In force since.
        InForceSince = "IN_FORCE_SINCE",
        /// Keywords.
        Keywords = "KEYWORDS",
        /// Place in the audit log.
        LogIndex = "LOG_INDEX",
    }
}
