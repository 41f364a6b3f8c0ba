//! Offences and exploitation: the elements of trafficking, and what is not trafficking.

use amana_types::codes;

codes! {
    /// The offence as a whole.
    pub enum OffenceType in "offence_type" {
        /// Palermo Protocol, Article 3(a): act, means and purpose.
        TraffickingInPersons = "TRAFFICKING_IN_PERSONS",
        /// Smuggling Protocol, Article 3(a): a different offence.
        SmugglingOfMigrants = "SMUGGLING_OF_MIGRANTS",
    }
}

codes! {
    /// The act of trafficking, Palermo Protocol, Article 3(a).
    pub enum Act in "act" {
        /// Recruitment.
        Recruitment = "RECRUITMENT",
        /// Transportation.
        Transport = "TRANSPORT",
        /// Transfer from one hand to another.
        Transfer = "TRANSFER",
        /// Harbouring.
        Harbouring = "HARBOURING",
        /// Receipt of persons.
        Receipt = "RECEIPT",
    }
}

codes! {
    /// The means of trafficking, Palermo Protocol, Article 3(a). None are needed for a child,
    /// Article 3(c).
    pub enum Means in "means" {
        /// Threat.
        Threat = "THREAT",
        /// Use of force.
        Force = "FORCE",
        /// Coercion.
        Coercion = "COERCION",
        /// Abduction.
        Abduction = "ABDUCTION",
        /// Fraud.
        Fraud = "FRAUD",
        /// Deception.
        Deception = "DECEPTION",
        /// Abuse of power.
        AbuseOfPower = "ABUSE_OF_POWER",
        /// Abuse of a position of vulnerability.
        AbuseOfVulnerability = "ABUSE_OF_VULNERABILITY",
        /// Payments or benefits to one who has control over another.
        Payment = "PAYMENT",
    }
}

codes! {
    /// The form of exploitation (the purpose of trafficking).
    pub enum Exploitation in "exploitation" {
        /// Forced labour or services (ILO Convention 29).
        ForcedLabour = "FORCED_LABOUR",
        /// Domestic servitude.
        DomesticServitude = "DOMESTIC_SERVITUDE",
        /// Sexual exploitation.
        SexualExploitation = "SEXUAL_EXPLOITATION",
        /// Made to commit crimes; HTCDS 2.0 has no value for it.
        ForcedCriminality = "FORCED_CRIMINALITY",
        /// Removal of organs.
        OrganRemoval = "ORGAN_REMOVAL",
        /// Forced marriage.
        ForcedMarriage = "FORCED_MARRIAGE",
        /// Child labour.
        ChildLabour = "CHILD_LABOUR",
        /// Forced military service, child soldiers.
        ForcedMilitary = "FORCED_MILITARY",
        /// Another form.
        Other = "OTHER",
    }
}

codes! {
    /// What a person is made to do under forced criminality.
    pub enum ForcedCriminality in "forced_criminality" {
        /// Begging.
        Begging = "BEGGING",
        /// Pickpocketing.
        Pickpocketing = "PICKPOCKETING",
        /// Online crime, such as in scam centres.
        Cybercrime = "CYBERCRIME",
        /// Making or selling drugs.
        Drug = "DRUG",
        /// Another crime.
        Other = "OTHER",
    }
}
