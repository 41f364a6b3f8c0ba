//! The route of a case.

use std::fmt;

use super::{CountryCode, Evaluation, PartialDate};
use amana_types::Region;
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

/// One leg of the route. It has a country, a region, or both.
#[derive(Clone, PartialEq, Eq)]
pub struct RouteLeg {
    /// The stage.
    pub stage: RouteStage,
    /// The country.
    pub country: Option<CountryCode>,
    /// The region, when the country is not known.
    pub region: Option<Region>,
    /// The place, in the sender's words.
    pub place: Option<String>,
    /// The first day.
    pub from: Option<PartialDate>,
    /// The last day.
    pub to: Option<PartialDate>,
    /// Who carried them: a line, a flight, a vessel.
    pub carrier: Option<String>,
    /// How far this can be relied on.
    pub evaluation: Option<Evaluation>,
}

impl fmt::Debug for RouteLeg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteLeg").field("stage", &self.stage).finish_non_exhaustive()
    }
}
