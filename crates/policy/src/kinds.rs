#![doc = include_str!("../MEMBERS.md")]

use amana_notice::SectionKind;
use amana_notice::{Circulation, NoticeType};
use amana_types::{Member, MemberKind};

/// What a kind of member may do: one row of the table.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// Whether regions and `all_members` reach it. What does not reach it so, its code or a group does.
    pub swept_in: bool,
    /// The circulations of the notices that it may send.
    pub sends: &'static [Circulation],
    /// The types of the notices that it may send.
    pub sends_types: &'static [NoticeType],
    /// The circulations of the notices that it may be addressed with. What the review desk reviews is not
    /// addressed to it.
    pub receives: &'static [Circulation],
    /// The types of the notices that it may be addressed with.
    pub receives_types: &'static [NoticeType],
    /// Which envelopes it may send.
    pub envelopes: &'static [EnvelopeSort],
    /// The sections that it may open.
    pub opens: &'static [SectionKind],
    /// The sections that it may open as well when it is registered for child protection.
    pub opens_protected: &'static [SectionKind],
}

/// What an envelope is for: as much as a hub, which opens nothing, can tell one from another by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeSort {
    /// A notice.
    Notice,
    /// A question to other members.
    Question,
    /// A reply to a notice, or the answer to a question.
    Answer,
    /// What is about a notice that was sent before, or shows that its sender lives.
    Upkeep,
}

impl EnvelopeSort {
    /// The sort's code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "NOTICE",
            Self::Question => "QUESTION",
            Self::Answer => "ANSWER",
            Self::Upkeep => "UPKEEP",
        }
    }
}

const ALL_ENVELOPES: &[EnvelopeSort] =
    &[EnvelopeSort::Notice, EnvelopeSort::Question, EnvelopeSort::Answer, EnvelopeSort::Upkeep];

/// What police and international organisations open.
const CASE: &[SectionKind] = &[
    SectionKind::Case,
    SectionKind::Bulletin,
    SectionKind::Withdrawal,
    SectionKind::Suspension,
    SectionKind::Reply,
    SectionKind::Grant,
];
const CASE_PROTECTED: &[SectionKind] = &[SectionKind::ProtectedPersons];

/// What partners open: never the case.
const PARTNER: &[SectionKind] = &[
    SectionKind::Partner,
    SectionKind::Bulletin,
    SectionKind::Withdrawal,
    SectionKind::Suspension,
    SectionKind::Reply,
];
const PARTNER_PROTECTED: &[SectionKind] = &[SectionKind::PartnerPersons];

/// The row of a kind of member.
#[must_use]
pub const fn of_kind(kind: MemberKind) -> KindRow {
    use Circulation as C;
    use NoticeType as T;
    match kind {
        // What is under sanctions is for the Security Council's committees to say.
        MemberKind::Country => COUNTRY,
        // A sub-bureau works under its national unit, and only that asks the whole network, for an
        // arrest, or after assets.
        MemberKind::SubBureau => KindRow {
            sends: &[
                C::Diffusion,
                C::Message,
                C::RequestForInformation,
                C::SpontaneousInformation,
                C::Bulletin,
            ],
            sends_types: &[T::Blue, T::Green, T::Yellow, T::Black, T::Orange, T::Purple],
            ..COUNTRY
        },
        // International tribunals seek arrests, which the review desk passes first as anybody's.
        MemberKind::Organisation => KindRow { sends_types: NoticeType::ALL, ..COUNTRY },
        // A partner answers what is referred to it, and reads what is shared beside cases.
        MemberKind::Partner => KindRow {
            swept_in: false,
            sends: &[],
            sends_types: &[],
            receives: &[C::Notice, C::Diffusion, C::Message, C::SpontaneousInformation, C::Bulletin],
            receives_types: &[T::Blue, T::Yellow, T::Orange],
            envelopes: &[EnvelopeSort::Answer, EnvelopeSort::Upkeep],
            opens: PARTNER,
            opens_protected: PARTNER_PROTECTED,
        },
        // The desk gets cases to review them, and has none of its own.
        MemberKind::ReviewDesk => KindRow {
            swept_in: false,
            sends: &[C::Message, C::Bulletin],
            sends_types: &[],
            receives: &[C::Message, C::Bulletin],
            receives_types: &[],
            ..COUNTRY
        },
    }
}

const COUNTRY: KindRow = KindRow {
    swept_in: true,
    sends: Circulation::ALL,
    sends_types: &[
        NoticeType::Red,
        NoticeType::Blue,
        NoticeType::Green,
        NoticeType::Yellow,
        NoticeType::Black,
        NoticeType::Orange,
        NoticeType::Purple,
        NoticeType::Silver,
    ],
    receives: Circulation::ALL,
    receives_types: NoticeType::ALL,
    envelopes: ALL_ENVELOPES,
    opens: CASE,
    opens_protected: CASE_PROTECTED,
};

/// Whether a recipient is given the key of a section of that kind. Whoever does not take part is given none.
#[must_use]
pub fn grants(section: SectionKind, member: &Member) -> bool {
    let row = of_kind(member.kind);
    let protected = member.child_protection && row.opens_protected.contains(&section);
    member.is_active() && (row.opens.contains(&section) || protected)
}

/// Whether a member of that kind may send an envelope of that sort: what a hub can see.
#[must_use]
pub fn may_send(kind: MemberKind, sort: EnvelopeSort) -> bool {
    of_kind(kind).envelopes.contains(&sort)
}

/// Whether a member of that kind may send a notice of that circulation and type. What is not known of it
/// does not stand in the way.
#[must_use]
pub fn may_send_notice(
    kind: MemberKind,
    circulation: Option<Circulation>,
    notice_type: Option<NoticeType>,
) -> bool {
    let row = of_kind(kind);
    may_send(kind, EnvelopeSort::Notice)
        && circulation.is_none_or(|code| row.sends.contains(&code))
        && notice_type.is_none_or(|code| row.sends_types.contains(&code))
}

/// Whether a member of that kind may be addressed with a notice of that circulation and type.
#[must_use]
pub fn may_be_sent(
    kind: MemberKind,
    circulation: Option<Circulation>,
    notice_type: Option<NoticeType>,
) -> bool {
    let row = of_kind(kind);
    circulation.is_none_or(|code| row.receives.contains(&code))
        && notice_type.is_none_or(|code| row.receives_types.contains(&code))
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
