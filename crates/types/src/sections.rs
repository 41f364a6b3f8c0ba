//! The sections of a sealed notice: the case for all, the identities of the protected for a few.

use crate::draft::PersonDraft;
use crate::notice::Person;
use crate::notice::codes::codes;
use crate::{Draft, MemberCode, Notice};

codes! {
    /// A section of a notice, sealed under a key of its own.
    pub enum SectionKind in "section_kind" {
        /// The case as every recipient reads it.
        Case = "CASE",
        /// The identities of victims and children: for child protection only.
        ProtectedPersons = "PROTECTED_PERSONS",
    }
}

/// The `CASE` section, ready to be written: protected persons are reduced in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The notice.
    pub notice: Notice,
    /// Indexes into `notice.persons` of those whose identity is in `PROTECTED_PERSONS`, ascending.
    pub protected_persons: Vec<u32>,
}

/// The `PROTECTED_PERSONS` section, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedPersonsSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The persons as they are, in the order of [`CaseSection::protected_persons`].
    pub persons: Vec<Person>,
}

/// The `CASE` section as it was read, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseSectionDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// The notice.
    pub notice: Draft,
    /// Indexes of the protected persons.
    pub protected_persons: Vec<u32>,
}

/// The `PROTECTED_PERSONS` section as it was read, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtectedPersonsDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// The persons.
    pub persons: Vec<PersonDraft>,
}
