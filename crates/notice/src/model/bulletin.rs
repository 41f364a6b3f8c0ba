//! What the network shares beside cases: training, events, resources, legislation, and what operations came
//! to.

use std::str::FromStr;

use super::{
    Act, Exploitation, ForcedCriminality, Industry, Means, MeansOfControl, OffenceType, RecruitmentMethod,
};
use amana_types::{Coded, UnknownCode, codes};

codes! {
    /// What a bulletin is about.
    pub enum BulletinCategory in "bulletin_category" {
        /// A training.
        Training = "TRAINING",
        /// A conference, a working group, a workshop.
        Event = "EVENT",
        /// A guide, a study, a form.
        Resource = "RESOURCE",
        /// A law, a decree, a treaty.
        Legislation = "LEGISLATION",
        /// What an operation came to.
        ClosingReport = "CLOSING_REPORT",
    }
}

codes! {
    /// How a training is held.
    pub enum TrainingFormat in "training_format" {
        /// In one place.
        InPerson = "IN_PERSON",
        /// At a distance, at set times.
        Online = "ONLINE",
        /// At a distance, at any time.
        SelfPaced = "SELF_PACED",
        /// Partly in one place.
        Mixed = "MIXED",
    }
}

codes! {
    /// What a resource is.
    pub enum ResourceKind in "resource_kind" {
        /// A guide.
        Guide = "GUIDE",
        /// A study.
        Study = "STUDY",
        /// Indicators by which trafficking is recognised.
        Indicators = "INDICATORS",
        /// A data set.
        DataSet = "DATA_SET",
        /// A form.
        Form = "FORM",
        /// A list of contact points.
        Contacts = "CONTACTS",
        /// Something else.
        Other = "OTHER",
    }
}

/// A code of one of the lists that describe the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword {
    kind: &'static str,
    code: &'static str,
}

impl Keyword {
    /// The code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The list that it is of, such as `exploitation`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Every keyword, list by list. A code that several lists have, such as `OTHER`, is that of the first.
    fn all() -> impl Iterator<Item = Self> {
        fn list<C: Coded>() -> impl Iterator<Item = Keyword> {
            C::all().iter().map(|code| Keyword { kind: C::KIND, code: code.as_code() })
        }
        list::<OffenceType>()
            .chain(list::<Exploitation>())
            .chain(list::<ForcedCriminality>())
            .chain(list::<Act>())
            .chain(list::<Means>())
            .chain(list::<MeansOfControl>())
            .chain(list::<RecruitmentMethod>())
            .chain(list::<Industry>())
    }
}

impl FromStr for Keyword {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::all().find(|keyword| keyword.code == text).ok_or_else(|| UnknownCode {
            kind: "keyword",
            expected: Self::all().map(|keyword| keyword.code).collect(),
        })
    }
}

impl std::fmt::Display for Keyword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code)
    }
}
