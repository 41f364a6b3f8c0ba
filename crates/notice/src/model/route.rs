//! The route of a case.

use amana_types::codes;

codes! {
    /// The stage of the route that a leg belongs to.
    pub enum RouteStage in "route_stage" {
        /// Where persons were recruited.
        Recruitment = "RECRUITMENT",
        /// Where they passed.
        Transit = "TRANSIT",
        /// Where they were exploited.
        Exploitation = "EXPLOITATION",
    }
}
