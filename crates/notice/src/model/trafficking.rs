//! What the case work about one person says of trafficking: the fields of IOM HTCDS 2.0 that a notice
//! carries. `htcds/fields.tsv` says for every field of that standard where it goes here.

use amana_types::codes;

codes! {
    /// What was decided about a person's status: HTCDS vic_TraffickingStatus.
    pub enum TraffickingStatus in "trafficking_status" {
        /// Possible victim of trafficking.
        PossibleVictim = "POSSIBLE_VICTIM",
        /// Victim of trafficking.
        Victim = "VICTIM",
        /// Not a victim of trafficking.
        NotAVictim = "NOT_A_VICTIM",
    }
}

codes! {
    /// Who decided about the status: HTCDS vic_TraffickingStatusDecisionMakingOrg.
    pub enum StatusDecider in "status_decider" {
        /// Police.
        Police = "POLICE",
        /// A non-governmental organisation.
        Ngo = "NGO",
        /// A court or the prosecution.
        CourtOrProsecution = "COURT_OR_PROSECUTION",
        /// Another governmental body.
        OtherGovernmentBody = "OTHER_GOVERNMENT_BODY",
        /// Somebody else.
        Other = "OTHER",
    }
}

codes! {
    /// How a person was recruited: HTCDS vic_MethodOfRecruitment.
    pub enum RecruitmentMethod in "recruitment_method" {
        /// At a place of business.
        PlaceOfBusiness = "PLACE_OF_BUSINESS",
        /// At an educational institution.
        EducationalInstitution = "EDUCATIONAL_INSTITUTION",
        /// At work.
        Work = "WORK",
        /// Through online social networks.
        OnlineSocialNetwork = "ONLINE_SOCIAL_NETWORK",
        /// Through an online advertisement.
        OnlineAdvertisement = "ONLINE_ADVERTISEMENT",
        /// Through a television advertisement.
        TelevisionAdvertisement = "TELEVISION_ADVERTISEMENT",
        /// Through a newspaper advertisement.
        NewspaperAdvertisement = "NEWSPAPER_ADVERTISEMENT",
        /// Through family or family events.
        Family = "FAMILY",
        /// Through friends or social events.
        Friends = "FRIENDS",
        /// In another way.
        Other = "OTHER",
    }
}

codes! {
    /// How a person was kept under control: HTCDS vic_MethodsOfControl.
    pub enum MeansOfControl in "means_of_control" {
        /// Physical threats.
        PhysicalThreats = "PHYSICAL_THREATS",
        /// Threats of law enforcement.
        ThreatsOfLawEnforcement = "THREATS_OF_LAW_ENFORCEMENT",
        /// Threats to children or family.
        ThreatsToFamily = "THREATS_TO_FAMILY",
        /// Debt bondage.
        DebtBondage = "DEBT_BONDAGE",
        /// False promises.
        FalsePromises = "FALSE_PROMISES",
        /// Physical abuse.
        PhysicalAbuse = "PHYSICAL_ABUSE",
        /// Sexual abuse.
        SexualAbuse = "SEXUAL_ABUSE",
        /// Takes earnings.
        TakesEarnings = "TAKES_EARNINGS",
        /// Restricts financial access.
        RestrictsFinances = "RESTRICTS_FINANCES",
        /// Restricts medical care.
        RestrictsMedicalCare = "RESTRICTS_MEDICAL_CARE",
        /// Withholds necessities.
        WithholdsNecessities = "WITHHOLDS_NECESSITIES",
        /// Psychological abuse.
        PsychologicalAbuse = "PSYCHOLOGICAL_ABUSE",
        /// Psychoactive substances.
        PsychoactiveSubstance = "PSYCHOACTIVE_SUBSTANCE",
        /// Excessive working hours.
        ExcessiveWorkingHours = "EXCESSIVE_WORKING_HOURS",
        /// Withholds documents.
        WithholdsDocuments = "WITHHOLDS_DOCUMENTS",
        /// Another means.
        Other = "OTHER",
    }
}

codes! {
    /// The industry of forced labour, by the sections of ISIC Rev. 4: HTCDS vic_ForcedLabourIndustry.
    pub enum Industry in "industry" {
        /// Section A.
        Agriculture = "AGRICULTURE",
        /// Section B.
        Mining = "MINING",
        /// Section C.
        Manufacturing = "MANUFACTURING",
        /// Section D.
        EnergySupply = "ENERGY_SUPPLY",
        /// Section E.
        WaterAndWaste = "WATER_AND_WASTE",
        /// Section F.
        Construction = "CONSTRUCTION",
        /// Section G.
        Trade = "TRADE",
        /// Section H.
        Transport = "TRANSPORT",
        /// Section I.
        AccommodationAndFood = "ACCOMMODATION_AND_FOOD",
        /// Section J.
        Information = "INFORMATION",
        /// Section K.
        Finance = "FINANCE",
        /// Section L.
        RealEstate = "REAL_ESTATE",
        /// Section M.
        Professional = "PROFESSIONAL",
        /// Section N.
        Administrative = "ADMINISTRATIVE",
        /// Section O.
        PublicAdministration = "PUBLIC_ADMINISTRATION",
        /// Section P.
        Education = "EDUCATION",
        /// Section Q.
        Health = "HEALTH",
        /// Section R.
        Arts = "ARTS",
        /// Section S.
        OtherServices = "OTHER_SERVICES",
        /// Section T.
        Households = "HOUSEHOLDS",
        /// Section U.
        Extraterritorial = "EXTRATERRITORIAL",
    }
}

codes! {
    /// Whether the person consents to the interview and to the use of its data: HTCDS con_Consent.
    /// Consent to exploitation is never asked: it is irrelevant (Palermo Protocol, Article 3(b)).
    pub enum Consent in "consent" {
        /// Given.
        Given = "GIVEN",
        /// Not given, or taken back.
        NotGiven = "NOT_GIVEN",
    }
}

impl TraffickingStatus {
    /// Whether it says that the person is, or may be, a victim: then their role must say so too.
    #[must_use]
    pub const fn is_victim(self) -> bool {
        !matches!(self, Self::NotAVictim)
    }
}
