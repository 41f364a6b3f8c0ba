//! The sections of a sealed notice: the case for all, the identities of the protected for a few.
//!
//! [`split`] is the author's side. It reduces every protected person in the case to what is not their
//! identity, and puts the whole persons into a section of their own. [`merge`] is the reader's side. It
//! believes nothing: both sections are checked, must tell the same story, and a case that still holds a
//! protected person's identity is refused, because its author's own check would never have made it.

use crate::check::check_as_reader;
use crate::check::{ends, has_protected};
use crate::content::{
    Attachment, CaseSection, Event, Notice, Person, ProtectedPersonsSection, SealedAttachment, Trafficking,
};
use crate::convert::{SCHEMA, Stated, known, number, stated};
use crate::model::{AgeGroup, BulletinCategory, Circulation, Date};
use crate::section_kind::SectionKind;
use crate::withhold::{At, Withheld};
use crate::{CheckedNotice, Problem};
use amana_types::{MemberCode, Timestamp};

/// A notice as a reader holds it.
#[derive(Clone, Debug, PartialEq)]
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
    /// There is no notice, or nothing to refer, in it.
    #[error("the sealed body holds no notice")]
    NoNotice,
    /// The body breaks rules that its sender should have checked.
    #[error("the sealed body breaks {} rules that its sender should have checked", .0.len())]
    Invalid(Vec<Problem>),
    /// The case does not name exactly the protected persons, or still holds an identity.
    #[error("the case does not keep back the identities of victims and children as it must")]
    IdentityInCase,
    /// The notice lists attachments beside those that are sealed with it.
    #[error("the notice lists attachments outside of those that are sealed with it")]
    Unsealed,
    /// The sections do not agree about the protected persons.
    #[error("the case and the protected persons do not belong together")]
    Disagree,
}

/// A notice without identities, its attachments, and what is kept back.
struct Parted {
    notice: Notice,
    attachments: Vec<SealedAttachment>,
    kept_back: ProtectedPersonsSection,
}

impl Person {
    /// The person reduced to what is not their identity: role, sex, nationalities, what is asked,
    /// age_group as a word, the label for links, and how far all this can be relied on.
    ///
    /// Names, birth date and place, documents, telephone numbers, e-mail addresses, accounts and remarks
    /// go; of their trafficking the status stays, with who decided it.
    #[must_use]
    pub fn without_identity(&self, day: Date) -> Self {
        Self {
            roles: self.roles.clone(),
            sex: self.sex,
            age_group: match stated::<AgeGroup>(self.age_group) {
                // A code of a newer version says more than any of ours.
                Stated::Unknown(number) => number,
                Stated::Known(_) | Stated::Absent => number(self.age_group_on(day)),
            },
            nationalities: self.nationalities.clone(),
            measures: self.measures.clone(),
            label: self.label.clone(),
            evaluation: self.evaluation,
            trafficking: self.trafficking.as_ref().filter(|told| told.status != 0).map(outline),
            ..Self::default()
        }
    }
}

/// The status alone: what was done to a victim, and where, is for child protection.
fn outline(told: &Trafficking) -> Trafficking {
    Trafficking { status: told.status, decided_by: told.decided_by, ..Trafficking::default() }
}

impl CheckedNotice {
    /// The notice with every protected person reduced, and without what is kept back with them: for the
    /// `CASE` section, and for a reader who may not open identities.
    #[must_use]
    pub fn without_identities(&self) -> Notice {
        self.parted().notice
    }

    /// The notice without identities, and the things and links that are kept back.
    fn parted(&self) -> Parted {
        let day = Date::of(self.as_of());
        let mut notice = self.notice().clone();
        for index in self.protected_persons() {
            if let Some(person) = at_mut(&mut notice.persons, *index) {
                *person = person.without_identity(day);
            }
        }
        let (withheld, mut attachments) = (self.withheld(), self.attachments());
        let kept_back = take(&mut notice, &mut attachments, &withheld);
        notice.attachments = described(&attachments).collect();
        Parted { notice, attachments, kept_back }
    }

    fn withheld(&self) -> Withheld<'_> {
        let Notice { persons, links, events, .. } = self.notice();
        let is_protected = |index: u32| self.protected_persons().contains(&index);
        let persons = (0..).zip(persons).map(|(i, person)| (person.label.as_str(), is_protected(i)));
        Withheld::of(persons, links.iter().filter_map(ends), events.iter().map(place_of))
    }
}

fn place_of(event: &Event) -> At<'_> {
    At { event: &event.label, place: &event.place }
}

/// Takes out what is kept back. What stays keeps its order.
fn take(
    notice: &mut Notice,
    attachments: &mut Vec<SealedAttachment>,
    withheld: &Withheld<'_>,
) -> ProtectedPersonsSection {
    fn part<T>(items: &mut Vec<T>, back: impl Fn(&T) -> bool) -> Vec<T> {
        items.extract_if(.., |item| back(item)).collect()
    }
    ProtectedPersonsSection {
        vehicles: part(&mut notice.vehicles, |thing| withheld.thing(&thing.label)),
        organisations: part(&mut notice.organisations, |thing| withheld.thing(&thing.label)),
        places: part(&mut notice.places, |thing| withheld.thing(&thing.label)),
        assets: part(&mut notice.assets, |thing| withheld.thing(&thing.label)),
        events: part(&mut notice.events, |event| withheld.event(place_of(event))),
        links: part(&mut notice.links, |link| ends(link).is_some_and(|ends| withheld.link(ends))),
        attachments: part(attachments, |one| withheld.about(about_of(one))),
        // They are about victims, whether one is named or not.
        abuse_media: std::mem::take(&mut notice.abuse_media),
        ..ProtectedPersonsSection::default()
    }
}

/// Puts what was kept back at the end of the lists that it is of.
pub fn put_back(notice: &mut Notice, mut kept_back: ProtectedPersonsSection) {
    notice.vehicles.append(&mut kept_back.vehicles);
    notice.organisations.append(&mut kept_back.organisations);
    notice.places.append(&mut kept_back.places);
    notice.assets.append(&mut kept_back.assets);
    notice.events.append(&mut kept_back.events);
    notice.links.append(&mut kept_back.links);
    notice.attachments.extend(described(&kept_back.attachments));
    notice.abuse_media.append(&mut kept_back.abuse_media);
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

impl Notice {
    /// The section that will hold it, as far as it says what it is.
    #[must_use]
    pub fn main_section(&self) -> SectionKind {
        let category = self.bulletin.as_ref().and_then(|bulletin| known(bulletin.category));
        main_section(known(self.circulation), category)
    }
}

/// The sections that a notice would be sealed in, whoever may open them.
#[must_use]
pub fn sections_of(notice: &Notice, now: Timestamp) -> Vec<SectionKind> {
    let mut sections = vec![notice.main_section()];
    if has_protected(notice, now) || !notice.abuse_media.is_empty() {
        sections.push(SectionKind::ProtectedPersons);
    }
    if notice.referral.is_some() {
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
    let Parted { notice: mut reduced, attachments, kept_back } = notice.parted();
    reduced.attachments.clear();
    let is_empty = persons.is_empty() && kept_back == ProtectedPersonsSection::default();
    let sender = sender.to_string();
    let protected = (!is_empty).then(|| ProtectedPersonsSection {
        sender: sender.clone(),
        persons,
        schema: SCHEMA,
        ..kept_back
    });
    let critical = Vec::new();
    let notice = Some(reduced);
    let case = CaseSection { sender, notice, protected_persons, attachments, schema: SCHEMA, critical };
    (case, protected)
}

/// Puts a notice together again from what a reader could open, and holds it to the rules that bind a reader
/// ([`Rule::binds_readers`](crate::Rule::binds_readers)), as of the moment that the envelope says it was made. Things and links that were kept back come after the others of their list.
///
/// # Errors
/// [`MergeRefused`].
pub fn merge(
    case: CaseSection,
    protected: Option<ProtectedPersonsSection>,
    sender: MemberCode,
    created: Timestamp,
) -> Result<Merged, MergeRefused> {
    let by_sender = |named: &str| named.parse() == Ok(sender);
    if !by_sender(&case.sender) || !protected.as_ref().is_none_or(|section| by_sender(&section.sender)) {
        return Err(MergeRefused::Sender(sender));
    }
    let CaseSection { notice, protected_persons, mut attachments, .. } = case;
    let mut whole = notice.ok_or(MergeRefused::NoNotice)?;
    if !whole.attachments.is_empty() {
        return Err(MergeRefused::Unsealed);
    }
    whole.attachments = described(&attachments).collect();
    let reduced = check_as_reader(&whole, created).map_err(MergeRefused::Invalid)?;
    let reduced = reduced.protecting(&protected_persons).ok_or(MergeRefused::IdentityInCase)?;
    if reduced.without_identities() != *reduced.notice() {
        return Err(MergeRefused::IdentityInCase);
    }
    let Some(mut protected) = protected else {
        let notice = reduced.sealed_as(attachments);
        return Ok(Merged { notice, withheld_persons: protected_persons });
    };
    if protected.persons.len() != protected_persons.len() {
        return Err(MergeRefused::Disagree);
    }
    for (index, person) in protected_persons.iter().zip(std::mem::take(&mut protected.persons)) {
        *at_mut(&mut whole.persons, *index).ok_or(MergeRefused::Disagree)? = person;
    }
    attachments.extend(protected.attachments.iter().cloned());
    put_back(&mut whole, protected);
    let notice = check_as_reader(&whole, created).map_err(MergeRefused::Invalid)?;
    let notice = notice.protecting(&protected_persons).ok_or(MergeRefused::Disagree)?;
    if notice.without_identities() != *reduced.notice() {
        return Err(MergeRefused::Disagree);
    }
    Ok(Merged { notice: notice.sealed_as(attachments), withheld_persons: Vec::new() })
}

/// What sealed attachments say of themselves, in their order.
pub fn described(sealed: &[SealedAttachment]) -> impl Iterator<Item = Attachment> {
    sealed.iter().map(|one| one.attachment.clone().unwrap_or_default())
}

fn about_of(sealed: &SealedAttachment) -> &str {
    sealed.attachment.as_ref().map_or("", |one| &one.about)
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
