//! By which terms a notice is found, and which terms a question asks for.

use std::collections::BTreeSet;

use amana_notice::{Date, PartialDate};
use amana_wire::v1;
use amana_wire::v1::question::About;

use super::words::{document, name_words, phone, words};

/// The longest estimated range of birth years that is spelled out, in years.
const BIRTH_YEARS: u32 = 30;

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Anywhere in the notice.
    Word,
    /// In a person's name.
    Name,
    /// A date of birth: a year, a month or a day.
    Born,
    /// A document number.
    Document,
    /// A telephone number.
    Phone,
    /// A form of exploitation, by its number in the contract.
    Exploitation,
    /// The member that sent it.
    Sender,
    /// The operation that it belongs to.
    Operation,
    /// The operation whose figures it reports.
    Tally,
    /// The category of a bulletin, by its number in the contract; 0 is every bulletin.
    Library,
    /// The country that a bulletin is about.
    Country,
}

/// Who may find by a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Everybody who may search.
    Case,
    /// Only who may open the identities of victims and children.
    Protected,
}

/// One term. It has no `Debug`: it is a word of a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    pub(crate) scope: Scope,
    pub(crate) field: Field,
    pub(crate) token: String,
}

impl Field {
    /// The field's name in the blind index.
    pub(crate) const fn label(self, scope: Scope) -> &'static str {
        match (scope, self) {
            (Scope::Case, Self::Word) => "word",
            (Scope::Case, Self::Name) => "name",
            (Scope::Case, Self::Born) => "born",
            (Scope::Case, Self::Document) => "document",
            (Scope::Case, Self::Phone) => "phone",
            (Scope::Case, Self::Exploitation) => "exploitation",
            (Scope::Case, Self::Sender) => "sender",
            (Scope::Case, Self::Operation) => "operation",
            (Scope::Case, Self::Tally) => "tally",
            (Scope::Case, Self::Library) => "library",
            (Scope::Case, Self::Country) => "country",
            (Scope::Protected, Self::Word) => "protected/word",
            (Scope::Protected, Self::Name) => "protected/name",
            (Scope::Protected, Self::Born) => "protected/born",
            (Scope::Protected, Self::Document) => "protected/document",
            (Scope::Protected, Self::Phone) => "protected/phone",
            (Scope::Protected, Self::Exploitation) => "protected/exploitation",
            (Scope::Protected, Self::Sender) => "protected/sender",
            (Scope::Protected, Self::Operation) => "protected/operation",
            (Scope::Protected, Self::Tally) => "protected/tally",
            (Scope::Protected, Self::Library) => "protected/library",
            (Scope::Protected, Self::Country) => "protected/country",
        }
    }
}

/// The terms of a notice: those of its case, and those of the identities that are kept for child
/// protection on a scope of their own.
pub(crate) fn terms_of(
    sender: &str,
    case: &v1::Notice,
    protected: &v1::ProtectedPersonsSection,
) -> BTreeSet<Term> {
    let mut scope = Collector::on(Scope::Case);
    scope.add(Field::Sender, sender.to_owned());
    scope.notice(case);
    let mut terms = scope.terms;
    let mut scope = Collector::on(Scope::Protected);
    protected.persons.iter().for_each(|person| scope.person(person));
    scope.things(&Things {
        vehicles: &protected.vehicles,
        organisations: &protected.organisations,
        places: &protected.places,
        assets: &protected.assets,
        events: &protected.events,
        links: &protected.links,
    });
    terms.append(&mut scope.terms);
    terms
}

/// The terms of what was said back to a notice. Who said it is none: a sender is asked for by what it sent.
pub(crate) fn terms_of_reply(reply: &v1::Reply) -> BTreeSet<Term> {
    let mut scope = Collector::on(Scope::Case);
    scope.texts(&reply.text);
    scope.reference(&reply.case_reference);
    if let Some(hit) = reply.as_hit() {
        scope.words(&hit.contact_point);
        for known in &hit.matches {
            scope.words(&known.identifier);
            scope.number(Field::Document, document(&known.identifier));
        }
    }
    scope.terms
}

/// The terms that must all be found for a question and a filter. `None` when nothing is asked.
pub(crate) fn asked(
    question: Option<&v1::Question>,
    filter: Option<&v1::NoticeFilter>,
) -> Option<Vec<(Field, String)>> {
    let mut asked = Vec::new();
    let by_words = |text: &str| words(text).into_iter().map(|word| (Field::Word, word)).collect::<Vec<_>>();
    match question.and_then(|question| question.about.as_ref()) {
        Some(About::Person(person)) => {
            asked.extend(name_words(&person.name).into_iter().map(|word| (Field::Name, word)));
            asked.extend(document(&person.document_number).map(|number| (Field::Document, number)));
            asked.extend(phone(&person.phone).map(|number| (Field::Phone, number)));
            asked.extend(born(&person.born).map(|date| (Field::Born, date)));
        }
        Some(About::Identifier(identifier)) => match identifier.kind() {
            v1::IdentifierKind::Phone => {
                asked.extend(phone(&identifier.value).map(|number| (Field::Phone, number)));
            }
            v1::IdentifierKind::Document => {
                asked.extend(document(&identifier.value).map(|number| (Field::Document, number)));
            }
            v1::IdentifierKind::Unspecified => asked.extend(by_words(&identifier.value)),
        },
        Some(About::Case(case)) => asked.extend(by_words(&case.words)),
        None => {}
    }
    if let Some(filter) = filter {
        asked.extend(by_words(&filter.words));
        if filter.exploitation != 0 {
            asked.push((Field::Exploitation, filter.exploitation.to_string()));
        }
        let named = [(Field::Sender, &filter.sender), (Field::Operation, &filter.operation)];
        asked.extend(
            named.into_iter().filter(|(_, name)| !name.is_empty()).map(|(by, name)| (by, name.clone())),
        );
    }
    asked.sort();
    asked.dedup();
    (!asked.is_empty()).then_some(asked)
}

/// A date of birth as it is asked for: `1984`, `1984-02` or `1984-02-29`, in any digits.
fn born(text: &str) -> Option<String> {
    let parts = words(text);
    let numbers: Vec<u32> = parts.iter().map_while(|part| part.parse().ok()).collect();
    match (numbers.as_slice(), numbers.len() == parts.len()) {
        ([year], true) => Some(date_token(*year, 0, 0)),
        ([year, month], true) => Some(date_token(*year, *month, 0)),
        ([year, month, day], true) => Some(date_token(*year, *month, *day)),
        _ if parts.is_empty() => None,
        _ => Some("?".to_owned()), // asked for, and no date: nothing is found
    }
}

fn date_token(year: u32, month: u32, day: u32) -> String {
    format!("{year}-{month}-{day}")
}

/// Vehicles, organisations, places, assets, events and links: of a case, or of what is kept back from it.
pub(super) struct Things<'a> {
    pub(super) vehicles: &'a [v1::Vehicle],
    pub(super) organisations: &'a [v1::Organisation],
    pub(super) places: &'a [v1::Place],
    pub(super) assets: &'a [v1::Asset],
    pub(super) events: &'a [v1::Event],
    pub(super) links: &'a [v1::Link],
}

/// Gathers the terms of one scope.
pub(super) struct Collector {
    scope: Scope,
    terms: BTreeSet<Term>,
}

impl Collector {
    const fn on(scope: Scope) -> Self {
        Self { scope, terms: BTreeSet::new() }
    }

    fn add(&mut self, field: Field, token: String) {
        self.terms.insert(Term { scope: self.scope, field, token });
    }

    pub(super) fn words(&mut self, text: &str) {
        words(text).into_iter().for_each(|word| self.add(Field::Word, word));
    }

    pub(super) fn texts(&mut self, texts: &[v1::Text]) {
        texts.iter().for_each(|text| self.words(&text.text));
    }

    fn notice(&mut self, notice: &v1::Notice) {
        self.texts(&notice.subject);
        self.texts(&notice.narrative);
        if let Some(marking) = &notice.marking {
            self.texts(&marking.conditions);
        }
        self.texts(&notice.question);
        self.texts(&notice.modus_operandi);
        self.texts(&notice.threat);
        self.reference(&notice.case_reference);
        self.reference(&notice.arrest_warrant_reference);
        self.reference(&notice.sanctions_reference);
        for form in &notice.exploitation {
            self.add(Field::Exploitation, form.form.to_string());
            self.words(form.form().as_str_name().trim_start_matches("EXPLOITATION_"));
        }
        self.shared(notice);
        notice.persons.iter().for_each(|person| self.person(person));
        if let Some(referral) = &notice.referral {
            self.texts(&referral.summary);
            self.words(&referral.place);
            self.words(&referral.contact);
        }
        for leg in &notice.route {
            self.words(&leg.country);
            self.words(&leg.place);
            self.words(&leg.carrier);
        }
        self.things(&Things {
            vehicles: &notice.vehicles,
            organisations: &notice.organisations,
            places: &notice.places,
            assets: &notice.assets,
            events: &notice.events,
            links: &notice.links,
        });
    }

    /// Operations, figures and bulletins.
    fn shared(&mut self, notice: &v1::Notice) {
        if !notice.operation.is_empty() {
            self.words(&notice.operation);
            self.add(Field::Operation, notice.operation.clone());
            if !notice.tally.is_empty() {
                self.add(Field::Tally, notice.operation.clone());
            }
        }
        let Some(bulletin) = &notice.bulletin else { return };
        for category in [0, bulletin.category] {
            self.add(Field::Library, category.to_string());
        }
        bulletin.keywords.iter().for_each(|word| self.words(word));
        if let Some(training) = &bulletin.training {
            self.words(&training.provider);
        }
        if let Some(event) = &bulletin.event {
            self.words(&event.place);
            self.country(&event.country);
        }
        if let Some(resource) = &bulletin.resource {
            self.words(&resource.publisher);
        }
        if let Some(law) = &bulletin.legislation {
            self.words(&law.citation);
            self.country(&law.country);
        }
    }

    fn country(&mut self, code: &str) {
        if !code.is_empty() {
            self.words(code);
            self.add(Field::Country, code.to_owned());
        }
    }

    fn person(&mut self, person: &v1::Person) {
        for name in person.names.iter().flat_map(|name| [&name.original, &name.latin]) {
            self.words(name);
            name_words(name).into_iter().for_each(|word| self.add(Field::Name, word));
        }
        if let Some(born) = &person.born {
            self.born(born);
        }
        self.words(&person.birth_place);
        person.nationalities.iter().for_each(|code| self.words(code));
        for document in &person.documents {
            self.number(Field::Document, super::words::document(&document.number));
        }
        for number in &person.phones {
            self.number(Field::Phone, phone(number));
        }
        person.emails.iter().for_each(|address| self.words(address));
        person.accounts.iter().for_each(|account| {
            self.words(&account.platform);
            self.reference(&account.identifier);
        });
        if let Some(known) = &person.trafficking {
            self.words(&known.recruitment_place);
        }
        self.texts(&person.remarks);
    }

    /// A number with a field of its own, found as a word too.
    fn number(&mut self, field: Field, token: Option<String>) {
        if let Some(token) = token {
            self.add(Field::Word, token.clone());
            self.add(field, token);
        }
    }

    /// A reference: by its parts, and whole.
    pub(super) fn reference(&mut self, reference: &str) {
        self.words(reference);
        document(reference).into_iter().for_each(|whole| self.add(Field::Word, whole));
    }

    /// By each year that it can be, and by month and day as far as they are known.
    fn born(&mut self, date: &v1::PartialDate) {
        let Ok(date) = PartialDate::of(date) else { return };
        let parts = |day: Date| (u32::from(day.year()), u32::from(day.month()), u32::from(day.day()));
        let ((year, month, day), last) = (parts(date.earliest()), parts(date.latest()));
        (year..=last.0.min(year + BIRTH_YEARS))
            .for_each(|year| self.add(Field::Born, date_token(year, 0, 0)));
        if (year, month) == (last.0, last.1) {
            self.add(Field::Born, date_token(year, month, 0));
        }
        if date.earliest() == date.latest() {
            self.add(Field::Born, date_token(year, month, day));
        }
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
