//! Handling codes beyond one notice: what is said back inherits them, and how they stand to the Traffic
//! Light Protocol.
//!
//! TLP says who may see something, a handling code what may be done with it, so neither says all of the
//! other. Both ways of the table are therefore never looser than what they begin with:
//!
//! | TLP 2.0 | is kept as | because | | handling | is shown as |
//! |---|---|---|---|---|---|
//! | `CLEAR` | `H0` | no limit | | `H0` | `GREEN` |
//! | `GREEN` | `H0` | the community is the exchange | | `H1` | `AMBER` |
//! | `AMBER` | `H2` | the organisation and its clients: no passing on to other members | | `H2` | `AMBER` |
//! | `AMBER_STRICT` | `H3` | the organisation alone, which only words can say | | `H3` | `RED` |
//! | `RED` | `H3` | the persons addressed, which only words can say | | | |

use crate::content::{Marking, Text};
use crate::convert::{known, number};
use crate::model::Handling;
use amana_types::codes;

codes! {
    /// A marking of the Traffic Light Protocol, version 2.0 (FIRST). A later one is stricter.
    pub enum Tlp in "tlp" {
        /// No limit on disclosure.
        Clear = "CLEAR",
        /// Limited to the community.
        Green = "GREEN",
        /// Limited to the recipients' organisations and their clients.
        Amber = "AMBER",
        /// Limited to the recipients' organisations.
        AmberStrict = "AMBER_STRICT",
        /// For the eyes of the recipients themselves.
        Red = "RED",
    }
}

impl Tlp {
    /// The marking as TLP writes it, such as `TLP:AMBER+STRICT`.
    #[must_use]
    pub const fn marking(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// The handling code that keeps at least what the marking says.
    #[must_use]
    pub const fn handling(self) -> Handling {
        match self {
            Self::Clear | Self::Green => Handling::H0,
            Self::Amber => Handling::H2,
            Self::AmberStrict | Self::Red => Handling::H3,
        }
    }
}

impl Handling {
    /// The code of a number. What does not read is not loosened: it is `H3`.
    #[must_use]
    pub fn at_least(number: i32) -> Self {
        known(number).unwrap_or(Self::H3)
    }

    /// The marking that keeps at least what the code says.
    #[must_use]
    pub const fn tlp(self) -> Tlp {
        match self {
            Self::H0 => Tlp::Green,
            Self::H1 | Self::H2 => Tlp::Amber,
            Self::H3 => Tlp::Red,
        }
    }

    /// Whether use as evidence in court needs the owner's permission.
    #[must_use]
    pub const fn forbids_court_use(self) -> bool {
        !matches!(self, Self::H0)
    }

    /// Whether passing on needs the owner's permission.
    #[must_use]
    pub const fn forbids_passing_on(self) -> bool {
        matches!(self, Self::H2 | Self::H3)
    }
}

/// A marking that reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// The code.
    pub handling: Handling,
    /// The TLP marking, where its author wrote one.
    pub tlp: Option<Tlp>,
    /// The conditions per language: there exactly with `H3`.
    pub conditions: Vec<Text>,
}

impl Handled {
    /// The least strict there is.
    pub const OPEN: Self = Self { handling: Handling::H0, tlp: None, conditions: Vec::new() };

    /// What a marking says; what does not read is not loosened.
    #[must_use]
    pub fn of(marking: Option<&Marking>) -> Self {
        let marking = marking.cloned().unwrap_or_default();
        Self {
            handling: Handling::at_least(marking.handling),
            tlp: known(marking.tlp),
            conditions: marking.conditions,
        }
    }

    /// The marking of that.
    #[must_use]
    pub fn marking(self) -> Marking {
        let Self { handling, tlp, conditions } = self;
        Marking { handling: number(handling), tlp: tlp.map(number).unwrap_or_default(), conditions }
    }

    /// What holds for something that is derived from what is handled like this: the stricter code, the stricter
    /// TLP marking where it says the same, and all conditions, those of the origin first.
    #[must_use]
    pub fn inherited_by(&self, own: Option<Self>) -> Self {
        let Some(own) = own else { return self.clone() };
        let mut conditions = self.conditions.clone();
        conditions.extend(own.conditions.into_iter().filter(|text| !self.conditions.contains(text)));
        let handling = self.handling.max(own.handling);
        let tlp = self.tlp.max(own.tlp).filter(|tlp| tlp.handling() == handling);
        Self { handling, tlp, conditions: joined(conditions) }
    }
}

impl Marking {
    /// The marking as it is shown: always with a TLP marking, which keeps at least what the code says.
    #[must_use]
    pub fn shown(mut self) -> Self {
        if let (0, Some(handling)) = (self.tlp, known::<Handling>(self.handling)) {
            self.tlp = number(handling.tlp());
        }
        self
    }
}

/// One text per language, in the order in which they stand.
fn joined(texts: Vec<Text>) -> Vec<Text> {
    let mut joined: Vec<Text> = Vec::with_capacity(texts.len());
    for text in texts {
        match joined.iter_mut().find(|before| before.language == text.language) {
            Some(before) => {
                before.text.push('\n');
                before.text.push_str(&text.text);
            }
            None => joined.push(text),
        }
    }
    joined
}

#[cfg(test)]
#[path = "handling_tests.rs"]
mod tests;
