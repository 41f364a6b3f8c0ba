//! Which section a recipient may open.

use amana_types::{Member, SectionKind};

/// Whether a recipient is given the key of a section of that kind.
///
/// The case is for every recipient that takes part; the identities of victims and children only for
/// those registered for child protection.
#[must_use]
pub fn grants(section: SectionKind, member: &Member) -> bool {
    member.is_active()
        && match section {
            SectionKind::Case | SectionKind::Withdrawal => true,
            SectionKind::ProtectedPersons => member.child_protection,
        }
}

#[cfg(test)]
#[path = "grant_tests.rs"]
mod tests;
