//! What an operation comes to: tallies of each country, and its closing report. Counts only, never persons.

use crate::content::{OperationFigures, TallyEntry};
use amana_types::codes;

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

impl OperationFigures {
    /// The sums over all members, in the order of the measures; what nobody counted is not there.
    #[must_use]
    pub fn sums(&self) -> Vec<TallyEntry> {
        let entries = |measure: i32| {
            let all = self.members.iter().flat_map(|member| &member.tally);
            all.filter(move |entry| entry.measure == measure).map(|entry| entry.count)
        };
        let measures = TallyMeasure::ALL.iter().map(|measure| i32::from(*measure));
        measures
            .filter(|measure| entries(*measure).next().is_some())
            .map(|measure| TallyEntry { measure, count: entries(measure).fold(0, u64::saturating_add) })
            .collect()
    }
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
