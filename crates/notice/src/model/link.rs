//! Typed links between persons and things of one notice.

use amana_types::codes;

codes! {
    /// What a link says: its first end is, has or did this with regard to its second.
    pub enum LinkType in "link_type" {
        /// A smuggled person may have become a victim of trafficking: by somebody, at a place, in an event,
        /// or as another case tells. It carries the person over without losing history.
        MayHaveBecomeVictim = "MAY_HAVE_BECOME_VICTIM",
        /// Was recruited by.
        RecruitedBy = "RECRUITED_BY",
        /// Was transported by.
        TransportedBy = "TRANSPORTED_BY",
        /// Was exploited by.
        ExploitedBy = "EXPLOITED_BY",
        /// Is employed by.
        EmployedBy = "EMPLOYED_BY",
        /// Is an associate of.
        AssociateOf = "ASSOCIATE_OF",
        /// Is of the family of.
        FamilyOf = "FAMILY_OF",
        /// Is the guardian of.
        GuardianOf = "GUARDIAN_OF",
        /// Owns.
        Owns = "OWNS",
        /// Uses.
        Uses = "USES",
        /// Is or was at.
        LocatedAt = "LOCATED_AT",
        /// Took part in.
        TookPartIn = "TOOK_PART_IN",
        /// May be one and the same as.
        SameAs = "SAME_AS",
    }
}

/// What stands at an end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// A person.
    Person,
    /// A vehicle.
    Vehicle,
    /// An organisation.
    Organisation,
    /// A place.
    Place,
    /// An asset.
    Asset,
    /// An event.
    Event,
}

impl EntityKind {
    /// The list of a notice in which it stands.
    #[must_use]
    pub const fn list(self) -> &'static str {
        match self {
            Self::Person => "persons",
            Self::Vehicle => "vehicles",
            Self::Organisation => "organisations",
            Self::Place => "places",
            Self::Asset => "assets",
            Self::Event => "events",
        }
    }
}

impl LinkType {
    /// What may stand at its first and at its second end. `SAME_AS` joins two of one kind besides.
    #[must_use]
    pub const fn ends(self) -> (&'static [EntityKind], &'static [EntityKind]) {
        use EntityKind::{Asset, Event, Organisation, Person, Place, Vehicle};
        match self {
            Self::MayHaveBecomeVictim => (&[Person], &[Person, Organisation, Place, Event]),
            Self::RecruitedBy | Self::ExploitedBy | Self::EmployedBy => (&[Person], &[Person, Organisation]),
            Self::TransportedBy => (&[Person], &[Person, Organisation, Vehicle]),
            Self::AssociateOf => (&[Person, Organisation], &[Person, Organisation]),
            Self::FamilyOf | Self::GuardianOf => (&[Person], &[Person]),
            Self::Owns => (&[Person, Organisation], &[Vehicle, Organisation, Place, Asset]),
            Self::Uses => (&[Person, Organisation], &[Vehicle, Place, Asset]),
            Self::LocatedAt => (&[Person, Vehicle, Organisation, Asset, Event], &[Place]),
            Self::TookPartIn => (&[Person, Vehicle, Organisation], &[Event]),
            Self::SameAs => {
                let any: &[EntityKind] = &[Person, Vehicle, Organisation, Place, Asset, Event];
                (any, any)
            }
        }
    }

    /// Whether a link of this type at a protected person helps to find out who or where they are.
    ///
    /// The others say only what was done to somebody, and by whom: every investigator has to see that.
    #[must_use]
    pub const fn may_identify(self) -> bool {
        !matches!(
            self,
            Self::MayHaveBecomeVictim | Self::RecruitedBy | Self::TransportedBy | Self::ExploitedBy
        )
    }
}
