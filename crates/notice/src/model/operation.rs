//! What an operation comes to: tallies of each country, and its closing report. Counts only, never persons.

use super::kinds::{Circulation, NoticeType};
use amana_types::codes;
use amana_types::{MemberCode, NoticeId, Seq, Timestamp};

codes! {
    /// What is counted in an operation.
    pub enum TallyMeasure in "tally_measure" {
        /// Persons who were checked.
        PersonsChecked = "PERSONS_CHECKED",
        /// Vehicles and vessels that were checked.
        VehiclesChecked = "VEHICLES_CHECKED",
        /// Possible victims of trafficking who were identified.
        PossibleVictimsIdentified = "POSSIBLE_VICTIMS_IDENTIFIED",
        /// Children among the possible victims.
        ChildrenAmongThem = "CHILDREN_AMONG_THEM",
        /// Victims who were referred to protection and assistance.
        VictimsReferred = "VICTIMS_REFERRED",
        /// Smuggled migrants who were detected.
        MigrantsSmuggledDetected = "MIGRANTS_SMUGGLED_DETECTED",
        /// Suspects who were identified.
        SuspectsIdentified = "SUSPECTS_IDENTIFIED",
        /// Arrests.
        Arrests = "ARRESTS",
        /// Cases that were opened.
        CasesOpened = "CASES_OPENED",
        /// Documents that were seized.
        DocumentsSeized = "DOCUMENTS_SEIZED",
        /// Vehicles and vessels that were seized.
        VehiclesSeized = "VEHICLES_SEIZED",
        /// Assets that were seized.
        AssetsSeized = "ASSETS_SEIZED",
        /// Replies that were given to the operation's notices: answers, hits, no-hits and refusals.
        RepliesGiven = "REPLIES_GIVEN",
        /// Hits among the replies that were given.
        HitsGiven = "HITS_GIVEN",
    }
}

impl TallyMeasure {
    /// Whether the country's node counts it, and nobody states it: it holds every reply that it gave.
    #[must_use]
    pub const fn is_counted_by_the_node(self) -> bool {
        matches!(self, Self::RepliesGiven | Self::HitsGiven)
    }
}

/// How often something was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyEntry {
    /// What.
    pub measure: TallyMeasure,
    /// How often.
    pub count: u64,
}

/// What an operation has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationFigures {
    /// The newest report of each country, by code.
    pub countries: Vec<CountryFigures>,
    /// Who takes part and has reported nothing.
    pub not_reported: Vec<MemberCode>,
    /// Notices of the operation.
    pub notices: Vec<NoticeCount>,
    /// The first and the last place in the audit log of what is counted.
    pub log: Option<(Seq, Seq)>,
}

/// The newest report of one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryFigures {
    /// The country.
    pub member: MemberCode,
    /// Its figures.
    pub tally: Vec<TallyEntry>,
    /// The report.
    pub notice: NoticeId,
    /// When it was made.
    pub reported: Timestamp,
    /// Its place in the audit log.
    pub index: Seq,
}

/// How many notices of a sort one member sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeCount {
    /// The member.
    pub sender: MemberCode,
    /// How they circulated.
    pub circulation: Circulation,
    /// Their type, where they have one.
    pub notice_type: Option<NoticeType>,
    /// How many.
    pub notices: u64,
}

impl OperationFigures {
    /// The sums over all countries, in the order of the measures; what nobody counted is not there.
    #[must_use]
    pub fn totals(&self) -> Vec<TallyEntry> {
        let entries = || self.countries.iter().flat_map(|country| &country.tally);
        TallyMeasure::ALL
            .iter()
            .filter(|measure| entries().any(|entry| entry.measure == **measure))
            .map(|measure| TallyEntry {
                measure: *measure,
                count: entries()
                    .filter(|entry| entry.measure == *measure)
                    .fold(0, |sum, entry| sum.saturating_add(entry.count)),
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
