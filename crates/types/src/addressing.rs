//! Who is addressed, before anyone has worked out who that is.

use std::collections::BTreeSet;

use crate::{GroupName, MemberCode, Region};

/// The addressing of a notice as its author writes it: a union, minus the exceptions.
///
/// `policy::route` turns it into members. An empty addressing is refused there, never read as
/// 'everyone'.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressing {
    /// Members by code.
    pub countries: BTreeSet<MemberCode>,
    /// Every active member of these regions; partners and the review desk only when named.
    pub regions: BTreeSet<Region>,
    /// Every active member of these groups and operations.
    pub groups: BTreeSet<GroupName>,
    /// Every active member; partners and the review desk only when named.
    pub all_members: bool,
    /// Members that must not receive it, however else they are addressed.
    pub except: BTreeSet<MemberCode>,
}

impl Addressing {
    /// Whether nothing is addressed at all (exceptions do not count).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.countries.is_empty() && self.regions.is_empty() && self.groups.is_empty() && !self.all_members
    }
}
