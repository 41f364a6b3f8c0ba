//! What sort of notice it is and what may be done with it.

use amana_types::Duration;
use amana_types::codes;

codes! {
    /// How a notice circulates.
    pub enum Circulation in "circulation" {
        /// To all members, after review.
        Notice = "NOTICE",
        /// From one country to those it chooses.
        Diffusion = "DIFFUSION",
        /// A message between units.
        Message = "MESSAGE",
        /// A request for information, with a reply clock.
        RequestForInformation = "REQUEST_FOR_INFORMATION",
        /// Information given without being asked.
        SpontaneousInformation = "SPONTANEOUS_INFORMATION",
        /// What the network shares beside cases.
        Bulletin = "BULLETIN",
    }
}

codes! {
    /// The notice type (colour).
    pub enum NoticeType in "notice_type" {
        /// Wanted person.
        Red = "RED",
        /// Locate a person, or collect more information.
        Blue = "BLUE",
        /// Warning on a person's criminal activities.
        Green = "GREEN",
        /// Missing person, or one unable to identify themselves.
        Yellow = "YELLOW",
        /// Unidentified body.
        Black = "BLACK",
        /// Imminent threat.
        Orange = "ORANGE",
        /// Modus operandi.
        Purple = "PURPLE",
        /// Criminal assets.
        Silver = "SILVER",
        /// Person or entity under UN Security Council sanctions.
        UnSpecial = "UN_SPECIAL",
    }
}

codes! {
    /// How soon an answer is due.
    pub enum Urgency in "urgency" {
        /// Within 7 days.
        Routine = "ROUTINE",
        /// Within 3 days.
        Priority = "PRIORITY",
        /// Within 8 hours.
        Urgent = "URGENT",
    }
}

impl Urgency {
    /// How long a recipient has to answer.
    #[must_use]
    pub const fn reply_within(self) -> Duration {
        match self {
            Self::Routine => Duration::from_days(7),
            Self::Priority => Duration::from_days(3),
            Self::Urgent => Duration::from_seconds(8 * 60 * 60),
        }
    }
}

codes! {
    /// What recipients may do with it. A later code is stricter, and `Ord` says so.
    pub enum Handling in "handling" {
        /// To prevent and combat crime.
        H0 = "H0",
        /// Not as evidence in court without the owner's permission.
        H1 = "H1",
        /// No passing on without the owner's permission.
        H2 = "H2",
        /// Other conditions, in free text, shown before the content.
        H3 = "H3",
    }
}

codes! {
    /// Why something is published or read.
    pub enum Purpose in "purpose" {
        /// To find and arrest a wanted person.
        WantedPerson = "WANTED_PERSON",
        /// To locate a person.
        Locate = "LOCATE",
        /// A criminal investigation.
        CriminalInvestigation = "CRIMINAL_INVESTIGATION",
        /// To warn.
        Warning = "WARNING",
        /// To identify a person or a body.
        Identification = "IDENTIFICATION",
        /// Forensic work.
        Forensic = "FORENSIC",
        /// A security check.
        SecurityCheck = "SECURITY_CHECK",
        /// To protect a victim.
        VictimProtection = "VICTIM_PROTECTION",
        /// To analyse a threat.
        ThreatAnalysis = "THREAT_ANALYSIS",
    }
}
