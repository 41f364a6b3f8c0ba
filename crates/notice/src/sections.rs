//! The sections of a sealed notice: the case for all, the identities of the protected for a few.
//!
//! [`split`] is the author's side. It reduces every protected person in the case to what is not their
//! identity, and puts the whole persons into a section of their own. [`merge`] is the reader's side. It
//! believes nothing: both sections are checked, must tell the same story, and a case that still holds a
//! protected person's identity is refused, because its author's own check would never have made it.

use crate::check::{has_protected, known};
use crate::draft::{EntitiesDraft, PersonDraft};
use crate::model::{BulletinCategory, Circulation, Date, Entities, Event, Key, Link, Person, Trafficking};
use crate::withhold::{At, Ends, Withheld};
use crate::{CheckedNotice, Draft, Notice, Problem, check};
use amana_types::codes;
use amana_types::{MemberCode, Timestamp};

codes! {
    /// A section of a notice, sealed under a key of its own.
    pub enum SectionKind in "section_kind" {
        /// The case as every recipient reads it.
        Case = "CASE",
        /// The identities of victims and children: for child protection only.
        ProtectedPersons = "PROTECTED_PERSONS",
        /// Why a notice is withdrawn.
        Withdrawal = "WITHDRAWAL",
        /// Why a notice is suspended, or that it no longer is.
        Suspension = "SUSPENSION",
        /// What a partner needs to shelter victims and children, and nothing else of the case.
        Partner = "PARTNER",
        /// A reply.
        Reply = "REPLY",
        /// What an owner allows to be done with its notice.
        Grant = "GRANT",
        /// Who the victims and children are that a partner shelters: for partners registered for child
        /// protection.
        PartnerPersons = "PARTNER_PERSONS",
        /// A bulletin, which is no case: partners read it as everybody does.
        Bulletin = "BULLETIN",
    }
}

impl SectionKind {
    /// Whether a section of that kind can list attachments, with their keys.
    #[must_use]
    pub const fn lists_attachments(self) -> bool {
        matches!(self, Self::Case | Self::ProtectedPersons | Self::Bulletin)
    }
}

/// The `CASE` section, ready to be written: protected persons are reduced in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The notice.
    pub notice: Notice,
    /// Indexes into `notice.persons` of those whose identity is in `PROTECTED_PERSONS`, ascending.
    pub protected_persons: Vec<u32>,
}

/// The `PROTECTED_PERSONS` section, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedPersonsSection {
    /// The body's sender; it must equal the envelope's.
    pub sender: MemberCode,
    /// The persons as they are, in the order of [`CaseSection::protected_persons`].
    pub persons: Vec<Person>,
    /// The things and links that are kept back with them.
    pub entities: Entities,
}

/// The `CASE` section as it was read, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseSectionDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// The notice.
    pub notice: Draft,
    /// Indexes of the protected persons.
    pub protected_persons: Vec<u32>,
}

/// The `PROTECTED_PERSONS` section as it was read, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtectedPersonsDraft {
    /// The body's sender, as text.
    pub sender: String,
    /// The persons.
    pub persons: Vec<PersonDraft>,
    /// The things and links that are kept back with them.
    pub entities: EntitiesDraft,
}

/// A notice as a reader holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The notice, with as many identities as were opened.
    pub notice: CheckedNotice,
    /// Indexes of the persons whose identity was not opened, ascending.
    pub withheld_persons: Vec<u32>,
}

/// Why sections do not make a notice. The fault is the sender's; the notice is set aside, not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefused {
    /// The body names another sender than the envelope.
    #[error("the sealed body names another sender than {0}, who signed the envelope")]
    Sender(MemberCode),
    /// The body breaks rules that its sender should have checked.
    #[error("the sealed body breaks {} rules that its sender should have checked", .0.len())]
    Invalid(Vec<Problem>),
    /// The case does not name exactly the protected persons, or still holds an identity.
    #[error("the case does not keep back the identities of victims and children as it must")]
    IdentityInCase,
    /// The sections do not agree about the protected persons.
    #[error("the case and the protected persons do not belong together")]
    Disagree,
}

impl Person {
    /// The person reduced to what is not their identity: role, sex, nationalities, what is asked,
    /// majority as a word, the key for links, and how far all this can be relied on.
    ///
    /// Names, birth date and place, documents, telephone numbers, e-mail addresses, accounts and remarks
    /// go; of their trafficking the status stays, with who decided it.
    #[must_use]
    pub fn without_identity(&self, day: Date) -> Self {
        Self {
            role: self.role,
            names: Vec::new(),
            born: None,
            birth_place: None,
            sex: self.sex,
            majority: Some(self.majority_on(day)),
            nationalities: self.nationalities.clone(),
            documents: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            measures: self.measures.clone(),
            remarks: Vec::new(),
            key: self.key.clone(),
            accounts: Vec::new(),
            evaluation: self.evaluation,
            trafficking: self.trafficking.as_ref().and_then(Trafficking::outline),
        }
    }
}

impl CheckedNotice {
    /// The notice with every protected person reduced, and without what is kept back with them: for the
    /// `CASE` section, and for a reader who may not open identities.
    #[must_use]
    pub fn without_identities(&self) -> Notice {
        self.parted().0
    }

    /// The notice without identities, and the things and links that are kept back.
    fn parted(&self) -> (Notice, Entities) {
        let day = Date::of(self.as_of());
        let mut notice = self.notice().clone();
        for index in self.protected_persons() {
            if let Some(person) = at_mut(&mut notice.persons, *index) {
                *person = person.without_identity(day);
            }
        }
        let withheld = self.withheld();
        let kept_back = take(&mut notice.entities, &withheld);
        (notice, kept_back)
    }

    fn withheld(&self) -> Withheld<'_> {
        let Notice { persons, entities, .. } = self.notice();
        let is_protected = |index: u32| self.protected_persons().contains(&index);
        let persons = (0..).zip(persons).map(|(i, person)| (text(person.key.as_ref()), is_protected(i)));
        Withheld::of(persons, entities.links.iter().map(ends), entities.events.iter().map(place_of))
    }
}

fn text(key: Option<&Key>) -> &str {
    key.map_or("", Key::as_str)
}

fn ends(link: &Link) -> Ends<'_> {
    Ends { link_type: link.link_type, from: link.from.as_str(), to: text(link.to.key()) }
}

fn place_of(event: &Event) -> At<'_> {
    At { event: text(event.key.as_ref()), place: text(event.place.as_ref()) }
}

/// Takes out what is kept back. What stays keeps its order.
fn take(entities: &mut Entities, withheld: &Withheld<'_>) -> Entities {
    fn part<T>(items: &mut Vec<T>, back: impl Fn(&T) -> bool) -> Vec<T> {
        items.extract_if(.., |item| back(item)).collect()
    }
    let back = |key: &Option<Key>| withheld.thing(text(key.as_ref()));
    Entities {
        vehicles: part(&mut entities.vehicles, |thing| back(&thing.key)),
        organisations: part(&mut entities.organisations, |thing| back(&thing.key)),
        places: part(&mut entities.places, |thing| back(&thing.key)),
        assets: part(&mut entities.assets, |thing| back(&thing.key)),
        events: part(&mut entities.events, |event| withheld.event(place_of(event))),
        links: part(&mut entities.links, |link| withheld.link(ends(link))),
        attachments: part(&mut entities.attachments, |one| withheld.about(text(one.about.as_ref()))),
        // They are about victims, whether one is named or not.
        abuse_media: std::mem::take(&mut entities.abuse_media),
    }
}

/// The section that holds a notice itself: bulletins have their own, so that partners can be given it, but for
/// what operations came to, which stays with the police.
#[must_use]
pub fn main_section(circulation: Option<Circulation>, category: Option<BulletinCategory>) -> SectionKind {
    match (circulation, category) {
        (Some(Circulation::Bulletin), Some(category)) if category != BulletinCategory::ClosingReport => {
            SectionKind::Bulletin
        }
        _ => SectionKind::Case,
    }
}

impl Draft {
    /// The section that will hold it, as far as it says what it is.
    #[must_use]
    pub fn main_section(&self) -> SectionKind {
        let category = self.bulletin.as_ref().and_then(|bulletin| known(&bulletin.category));
        main_section(known(&self.circulation), category)
    }
}

/// The sections that a draft would be sealed in, whoever may open them.
#[must_use]
pub fn sections_of(draft: &Draft, now: Timestamp) -> Vec<SectionKind> {
    let mut sections = vec![draft.main_section()];
    if has_protected(draft, now) || !draft.entities.abuse_media.is_empty() {
        sections.push(SectionKind::ProtectedPersons);
    }
    if draft.referral.is_some() {
        sections.extend([SectionKind::Partner, SectionKind::PartnerPersons]);
    }
    sections
}

/// Splits a notice into its sections. The second is absent when nobody is protected and nothing is known of
/// abuse media.
#[must_use]
pub fn split(notice: &CheckedNotice, sender: MemberCode) -> (CaseSection, Option<ProtectedPersonsSection>) {
    let protected_persons = notice.protected_persons().to_vec();
    let persons: Vec<Person> =
        protected_persons.iter().filter_map(|index| at(&notice.notice().persons, *index)).cloned().collect();
    let (reduced, entities) = notice.parted();
    let protected = (!persons.is_empty() || !entities.is_empty()).then_some(ProtectedPersonsSection {
        sender,
        persons,
        entities,
    });
    (CaseSection { sender, notice: reduced, protected_persons }, protected)
}

/// Puts a notice together again from what a reader could open, and checks it as of the moment that the
/// envelope says it was made. Things and links that were kept back come after the others of their list.
///
/// # Errors
/// [`MergeRefused`].
pub fn merge(
    case: CaseSectionDraft,
    protected: Option<ProtectedPersonsDraft>,
    sender: MemberCode,
    created: Timestamp,
) -> Result<Merged, MergeRefused> {
    let by_sender = |named: &str| named.parse() == Ok(sender);
    if !by_sender(&case.sender) || !protected.as_ref().is_none_or(|section| by_sender(&section.sender)) {
        return Err(MergeRefused::Sender(sender));
    }
    let reduced = check(&case.notice, created).map_err(MergeRefused::Invalid)?;
    if reduced.protected_persons() != case.protected_persons
        || reduced.without_identities() != *reduced.notice()
    {
        return Err(MergeRefused::IdentityInCase);
    }
    let Some(protected) = protected else {
        return Ok(Merged { notice: reduced, withheld_persons: case.protected_persons });
    };
    if protected.persons.len() != case.protected_persons.len() {
        return Err(MergeRefused::Disagree);
    }
    let mut whole = case.notice;
    for (index, person) in case.protected_persons.iter().zip(protected.persons) {
        *at_mut(&mut whole.persons, *index).ok_or(MergeRefused::Disagree)? = person;
    }
    whole.entities.append(protected.entities);
    let notice = check(&whole, created).map_err(MergeRefused::Invalid)?;
    if notice.protected_persons() != case.protected_persons
        || notice.without_identities() != *reduced.notice()
    {
        return Err(MergeRefused::Disagree);
    }
    Ok(Merged { notice, withheld_persons: Vec::new() })
}

fn at<T>(items: &[T], index: u32) -> Option<&T> {
    items.get(usize::try_from(index).ok()?)
}

fn at_mut<T>(items: &mut [T], index: u32) -> Option<&mut T> {
    items.get_mut(usize::try_from(index).ok()?)
}

#[cfg(test)]
#[path = "sections_tests.rs"]
mod tests;
