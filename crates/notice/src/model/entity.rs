//! What a case holds beside persons: vehicles, organisations, places, assets and events.

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
