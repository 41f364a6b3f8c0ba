#![doc = include_str!("../RULES.md")]

use crate::Rule;
use crate::content::{Notice, Person};
use crate::model::{Circulation, Handling, NoticeType, PersonRole, Urgency};
use crate::withhold::Withheld;

/// What a circulation or a notice type asks of a notice: one row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What must be there.
    pub needs: &'static [Need],
    /// What must not be there.
    pub without: &'static [Part],
    /// Roles that no person in it may have.
    pub unfit: &'static [PersonRole],
    /// Whether a review desk has to pass it before it is released.
    pub review: bool,
    /// The urgency when its author states none.
    pub urgency: Urgency,
    /// The handling that a bureau usually gives it. Its author still has to say.
    pub handling: Handling,
}

/// Something that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A notice type.
    Type,
    /// The reference of an arrest warrant.
    Warrant,
    /// A person with the role `WANTED`.
    WantedPerson,
    /// A person with the role `WANTED` or `SUSPECT`.
    Offender,
    /// A person with the role `MISSING` or `UNIDENTIFIED`.
    MissingPerson,
    /// A person with the role `UNIDENTIFIED` or `DECEASED`.
    Body,
    /// A person of any role.
    Person,
    /// How the crime is done.
    ModusOperandi,
    /// What threatens.
    Threat,
    /// An entry of the Security Council's sanctions list.
    SanctionsReference,
    /// What is asked.
    Question,
    /// An asset. One that is kept back for protection does not count.
    Asset,
    /// The person or organisation that the sanctions list names.
    ListedEntity,
    /// What the bulletin shares.
    Bulletin,
}

/// A part that some notices do not carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A notice type.
    Type,
    /// Persons.
    Persons,
    /// Vehicles.
    Vehicles,
    /// Assets.
    Assets,
    /// The reference of an arrest warrant.
    Warrant,
    /// What is asked.
    Question,
    /// How the crime is done.
    ModusOperandi,
    /// What threatens.
    Threat,
    /// An entry of the Security Council's sanctions list.
    SanctionsReference,
    /// A referral to partners.
    Referral,
    /// What a bulletin shares.
    Bulletin,
    /// Figures of an operation.
    Tally,
}

/// The row that asks nothing.
const PLAIN: Row = Row {
    needs: &[],
    without: &[],
    unfit: &[],
    review: false,
    urgency: Urgency::Routine,
    handling: Handling::H0,
};

/// The row of a circulation.
#[must_use]
pub const fn of_circulation(circulation: Circulation) -> Row {
    const NO_BULLETIN: &[Part] = &[Part::Bulletin, Part::Tally];
    const NO_QUESTION: &[Part] = &[Part::Question, Part::Bulletin, Part::Tally];
    match circulation {
        Circulation::Notice => Row { needs: &[Need::Type], without: NO_QUESTION, review: true, ..PLAIN },
        Circulation::Diffusion => {
            Row { needs: &[Need::Type], without: NO_QUESTION, handling: Handling::H1, ..PLAIN }
        }
        Circulation::Message => Row { without: &[Part::Bulletin], handling: Handling::H1, ..PLAIN },
        Circulation::RequestForInformation => {
            Row { needs: &[Need::Question], without: NO_BULLETIN, handling: Handling::H1, ..PLAIN }
        }
        Circulation::SpontaneousInformation => Row { without: NO_QUESTION, handling: Handling::H2, ..PLAIN },
        Circulation::Bulletin => Row {
            needs: &[Need::Bulletin],
            without: &[
                Part::Type,
                Part::Persons,
                Part::Vehicles,
                Part::Assets,
                Part::Warrant,
                Part::Question,
                Part::Threat,
                Part::SanctionsReference,
                Part::Referral,
                Part::Tally,
            ],
            ..PLAIN
        },
    }
}

/// The row of a notice type.
#[must_use]
pub const fn of_type(notice_type: NoticeType) -> Row {
    const NO_THREAT: &[Part] = &[Part::Threat, Part::SanctionsReference];
    const NO_CRIME: &[Part] = &[Part::Warrant, Part::ModusOperandi, Part::Threat, Part::SanctionsReference];
    match notice_type {
        NoticeType::Red => Row {
            needs: &[Need::Warrant, Need::WantedPerson],
            without: NO_THREAT,
            review: true,
            urgency: Urgency::Priority,
            ..PLAIN
        },
        NoticeType::Blue => {
            Row { needs: &[Need::Person], without: NO_THREAT, handling: Handling::H1, ..PLAIN }
        }
        NoticeType::Green => Row {
            needs: &[Need::Offender],
            without: NO_THREAT,
            unfit: &[PersonRole::Missing, PersonRole::Unidentified, PersonRole::Deceased],
            handling: Handling::H1,
            ..PLAIN
        },
        NoticeType::Yellow => Row {
            needs: &[Need::MissingPerson],
            without: NO_CRIME,
            unfit: &[PersonRole::Wanted],
            urgency: Urgency::Priority,
            ..PLAIN
        },
        NoticeType::Black => {
            Row { needs: &[Need::Body], without: NO_CRIME, unfit: &[PersonRole::Wanted], ..PLAIN }
        }
        NoticeType::Orange => Row {
            needs: &[Need::Threat],
            without: &[Part::SanctionsReference],
            urgency: Urgency::Urgent,
            ..PLAIN
        },
        NoticeType::Purple => Row {
            needs: &[Need::ModusOperandi],
            without: &[Part::Warrant, Part::Threat, Part::SanctionsReference],
            unfit: &[PersonRole::Missing, PersonRole::Unidentified],
            handling: Handling::H1,
            ..PLAIN
        },
        NoticeType::Silver => {
            Row { needs: &[Need::Asset], without: NO_THREAT, review: true, handling: Handling::H1, ..PLAIN }
        }
        NoticeType::UnSpecial => Row {
            needs: &[Need::SanctionsReference, Need::ListedEntity],
            without: &[Part::Threat],
            unfit: &[
                PersonRole::Witness,
                PersonRole::Victim,
                PersonRole::PossibleVictim,
                PersonRole::Missing,
                PersonRole::Unidentified,
            ],
            ..PLAIN
        },
    }
}

/// The rows that hold for one notice: that of its circulation, and that of its type if it has one.
///
/// Where both speak, both hold: what either needs is needed, what either forbids is forbidden, the
/// stricter handling is the usual one and the more urgent urgency.
#[derive(Clone, Debug)]
pub struct Terms(Vec<(&'static str, Row)>);

impl Terms {
    /// The rows for a circulation and a type, as far as they are known.
    #[must_use]
    pub fn of(circulation: Option<Circulation>, notice_type: Option<NoticeType>) -> Self {
        let circulation = circulation.map(|code| (code.code(), of_circulation(code)));
        let notice_type = notice_type.map(|code| (code.code(), of_type(code)));
        Self(circulation.into_iter().chain(notice_type).collect())
    }

    /// Each row with the code that it belongs to, the circulation first.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &Row)> {
        self.0.iter().map(|(code, row)| (*code, row))
    }

    /// Whether a review desk has to pass the notice before it is released.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        self.0.iter().any(|(_, row)| row.review)
    }

    /// The urgency when none is stated.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.0.iter().map(|(_, row)| row.urgency).max().unwrap_or(Urgency::Routine)
    }

    /// The usual handling.
    #[must_use]
    pub fn handling(&self) -> Option<Handling> {
        self.0.iter().map(|(_, row)| row.handling).max()
    }
}

impl Need {
    /// The field, the rule, and what to do when it is not there.
    #[must_use]
    pub const fn unmet(self) -> (&'static str, Rule, &'static str) {
        match self {
            Self::Type => (
                "type",
                Rule::FieldNeeded,
                "missing; give one of RED, BLUE, GREEN, YELLOW, BLACK, ORANGE, PURPLE, SILVER, UN_SPECIAL",
            ),
            Self::Warrant => (
                "arrest_warrant_reference",
                Rule::ArrestWarrantNeeded,
                "a red notice needs the reference of an arrest warrant; give it",
            ),
            Self::WantedPerson => (
                "persons",
                Rule::WantedPersonNeeded,
                "a red notice is about a wanted person; give one with the role WANTED",
            ),
            Self::Offender => (
                "persons",
                Rule::OffenderNeeded,
                "a green notice warns of somebody's crimes; give a person with the role WANTED or SUSPECT",
            ),
            Self::MissingPerson => (
                "persons",
                Rule::MissingPersonNeeded,
                "a yellow notice is about somebody missing, or alive and unable to say who they are; give a \
                 person with the role MISSING or UNIDENTIFIED",
            ),
            Self::Body => (
                "persons",
                Rule::BodyNeeded,
                "a black notice is about a body; give a person with the role UNIDENTIFIED or DECEASED",
            ),
            Self::Person => {
                ("persons", Rule::PersonNeeded, "a blue notice is about somebody; give at least one person")
            }
            Self::ModusOperandi => (
                "modus_operandi",
                Rule::ModusOperandiNeeded,
                "a purple notice says how the crime is done; write it in at least one language",
            ),
            Self::Threat => (
                "threat",
                Rule::ThreatNeeded,
                "an orange notice says what threatens, whom, when and where; write it in at least one language",
            ),
            Self::SanctionsReference => (
                "sanctions_reference",
                Rule::SanctionsReferenceNeeded,
                "a special notice needs the entry in the Security Council's sanctions list, such as QDi.001; \
                 give it",
            ),
            Self::Question => (
                "question",
                Rule::QuestionNeeded,
                "a request for information asks something; write the question in at least one language",
            ),
            Self::Asset => (
                "assets",
                Rule::AssetNeeded,
                "a silver notice is about assets; give at least one that no victim or child owns, uses or is at",
            ),
            Self::ListedEntity => (
                "persons",
                Rule::ListedEntityNeeded,
                "a special notice is about the person or entity that is listed; give a person or an organisation",
            ),
            Self::Bulletin => (
                "bulletin",
                Rule::BulletinNeeded,
                "a bulletin says what it shares; give its category and what belongs to it",
            ),
        }
    }

    /// Whether it is there.
    pub(crate) fn is_met(self, draft: &Notice, withheld: &Withheld<'_>) -> bool {
        let role = |roles: &[PersonRole]| draft.persons.iter().any(|person| has_role(person, roles));
        match self {
            Self::Type => draft.r#type != 0,
            Self::Warrant => !draft.arrest_warrant_reference.trim().is_empty(),
            Self::WantedPerson => role(&[PersonRole::Wanted]),
            Self::Offender => role(&[PersonRole::Wanted, PersonRole::Suspect]),
            Self::MissingPerson => role(&[PersonRole::Missing, PersonRole::Unidentified]),
            Self::Body => role(&[PersonRole::Unidentified, PersonRole::Deceased]),
            Self::Person => !draft.persons.is_empty(),
            Self::ModusOperandi => !draft.modus_operandi.is_empty(),
            Self::Threat => !draft.threat.is_empty(),
            Self::SanctionsReference => !draft.sanctions_reference.trim().is_empty(),
            Self::Question => !draft.question.is_empty(),
            Self::Asset => draft.assets.iter().any(|asset| !withheld.thing(asset.label.trim())),
            Self::ListedEntity => {
                let mut organisations = draft.organisations.iter();
                !draft.persons.is_empty() || organisations.any(|one| !withheld.thing(one.label.trim()))
            }
            Self::Bulletin => draft.bulletin.is_some(),
        }
    }
}

impl Part {
    /// The field.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Persons => "persons",
            Self::Vehicles => "vehicles",
            Self::Assets => "assets",
            Self::Warrant => "arrest_warrant_reference",
            Self::Question => "question",
            Self::ModusOperandi => "modus_operandi",
            Self::Threat => "threat",
            Self::SanctionsReference => "sanctions_reference",
            Self::Referral => "referral",
            Self::Bulletin => "bulletin",
            Self::Tally => "tally",
        }
    }

    /// What to do instead.
    #[must_use]
    pub const fn instead(self) -> &'static str {
        match self {
            Self::Type => "remove it, or choose the circulation NOTICE or DIFFUSION",
            Self::Persons | Self::Vehicles | Self::Assets | Self::Referral => {
                "remove them, or choose the circulation DIFFUSION or MESSAGE"
            }
            Self::Warrant => "remove it, or seek the wanted person with a RED notice",
            Self::Question => "remove it, or choose the circulation REQUEST_FOR_INFORMATION",
            Self::ModusOperandi => "remove it, or share it in a PURPLE notice",
            Self::Threat => "remove it, or warn with an ORANGE notice",
            Self::SanctionsReference => "remove it, or choose the type UN_SPECIAL",
            Self::Bulletin => "remove it, or choose the circulation BULLETIN",
            Self::Tally => "remove it, or report figures with the circulation MESSAGE",
        }
    }

    /// Whether it is there.
    pub(crate) fn is_in(self, draft: &Notice) -> bool {
        match self {
            Self::Type => draft.r#type != 0,
            Self::Persons => !draft.persons.is_empty(),
            Self::Vehicles => !draft.vehicles.is_empty(),
            Self::Assets => !draft.assets.is_empty(),
            Self::Warrant => !draft.arrest_warrant_reference.trim().is_empty(),
            Self::Question => !draft.question.is_empty(),
            Self::ModusOperandi => !draft.modus_operandi.is_empty(),
            Self::Threat => !draft.threat.is_empty(),
            Self::SanctionsReference => !draft.sanctions_reference.trim().is_empty(),
            Self::Referral => draft.referral.is_some(),
            Self::Bulletin => draft.bulletin.is_some(),
            Self::Tally => !draft.tally.is_empty(),
        }
    }
}

pub(crate) fn has_role(person: &Person, roles: &[PersonRole]) -> bool {
    person.known_roles().any(|role| roles.contains(&role))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
