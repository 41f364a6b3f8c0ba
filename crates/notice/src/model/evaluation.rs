//! How far an assertion can be relied on: the 4x4 system of source and information.

use amana_types::codes;

codes! {
    /// How reliable the source is.
    pub enum SourceReliability in "source_reliability" {
        /// No doubt about it.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Usually not reliable.
        C = "C",
        /// Cannot be judged.
        X = "X",
    }
}

codes! {
    /// How well the information itself is known.
    pub enum InformationAccuracy in "information_accuracy" {
        /// Known to be true without reservation.
        One = "1",
        /// Known personally to the source, not to the officer.
        Two = "2",
        /// Not known personally to the source, but borne out by other information.
        Three = "3",
        /// Not known personally to the source, and cannot be borne out.
        Four = "4",
    }
}
