//! A referral, and a partner's part of a case, as they were written or read: nothing judged yet.

use super::{PersonDraft, Stated, TextDraft, opaque};
use crate::model::{Circulation, Handling, Purpose, ReferralNeed, Urgency};
use amana_types::Timestamp;

/// A referral.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReferralDraft {
    /// What is needed.
    pub needs: Vec<Stated<ReferralNeed>>,
    /// What the partner has to know.
    pub summary: Vec<TextDraft>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The place.
    pub place: String,
    /// Whom to call.
    pub contact: String,
    /// When the partner's part ends.
    pub until: Option<Timestamp>,
}

/// The `PARTNER` section as it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PartnerDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// How the notice circulates.
    pub circulation: Stated<Circulation>,
    /// How soon an answer is due.
    pub urgency: Stated<Urgency>,
    /// Why it was published.
    pub purpose: Stated<Purpose>,
    /// What may be done with it.
    pub handling: Stated<Handling>,
    /// The owner's conditions.
    pub handling_conditions: Vec<TextDraft>,
    /// What is needed.
    pub referral: Option<ReferralDraft>,
    /// The persons, of whom nothing is stated but role, sex, majority and nationalities.
    pub persons: Vec<PersonDraft>,
}

/// The `PARTNER_PERSONS` section as it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PartnerPersonsDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// The persons in the order of the `PARTNER` section, of whom nothing is stated but who they are and
    /// how they can be reached.
    pub persons: Vec<PersonDraft>,
}

opaque!(ReferralDraft PartnerDraft PartnerPersonsDraft);
