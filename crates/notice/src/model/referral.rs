//! A referral: what victims and children need from those who shelter them.

use amana_types::codes;

codes! {
    /// What is needed: the assistance of Palermo Protocol, Articles 6 to 8, as services name it.
    pub enum ReferralNeed in "referral_need" {
        /// Appropriate housing.
        Shelter = "SHELTER",
        /// Medical care.
        MedicalCare = "MEDICAL_CARE",
        /// Psychological and social support.
        PsychosocialSupport = "PSYCHOSOCIAL_SUPPORT",
        /// Legal aid, and information about rights.
        LegalAid = "LEGAL_AID",
        /// An interpreter or cultural mediator.
        Interpretation = "INTERPRETATION",
        /// A guardian for a child without parents at hand.
        Guardianship = "GUARDIANSHIP",
        /// Food, clothes, money.
        MaterialAssistance = "MATERIAL_ASSISTANCE",
        /// School, training, work.
        Education = "EDUCATION",
        /// The search for the family, and whether returning to it is in the child's interest.
        FamilyTracing = "FAMILY_TRACING",
        /// A safe and voluntary return.
        SafeReturn = "SAFE_RETURN",
        /// Something else, said in the summary.
        Other = "OTHER",
    }
}
