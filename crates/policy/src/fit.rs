//! Whether a notice fits those who send and receive it: what only the author's node can say before it is
//! sealed, since a hub does not see what a notice is.
//!
//! The kind of a member never changes who is routed, since node and hub must compute the same. A notice that does
//! not fit a recipient is refused with the rule named; no recipient is left out in silence.

use amana_notice::{Circulation, NoticeType};
use amana_types::{Directory, MemberCode, MemberKind, Reason};

use crate::kinds::{may_be_sent, may_send_notice};
use crate::route::{Audience, list};

/// What counts about a notice here, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// How it circulates.
    pub circulation: Option<Circulation>,
    /// Its type.
    pub notice_type: Option<NoticeType>,
    /// Whether there is anything in it for partners: what victims and children need from them, or a bulletin
    /// that is theirs as well.
    pub has_part_for_partners: bool,
}

/// Why a notice does not fit. The author must act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Members of the sender's kind do not send it.
    #[error("a member of kind {} sends no such notice; {}", .0.code(), instead(*.0))]
    KindMayNotSend(MemberKind),
    /// Members of these recipients' kinds are not sent it.
    #[error("members of their kind are sent no such notice: {}; take them out", list(.0))]
    KindMayNotReceive(Vec<MemberCode>),
    /// Partners are addressed, and nothing says what they are to do.
    #[error(
        "partners are addressed and get the referral alone: {}; say in referral what is needed, or take them out",
        list(.0)
    )]
    ReferralNeeded(Vec<MemberCode>),
}

impl Unfit {
    /// The reason, for programs.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::KindMayNotSend(_) => Reason::KindMayNotSend,
            Self::KindMayNotReceive(_) => Reason::KindMayNotReceive,
            Self::ReferralNeeded(_) => Reason::ReferralNeeded,
        }
    }

    /// The field of the notice, or the addressing, that it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::KindMayNotSend(_) => "circulation",
            Self::KindMayNotReceive(_) => "addressing",
            Self::ReferralNeeded(_) => "referral",
        }
    }
}

const fn instead(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Country => "an international organisation has to",
        MemberKind::SubBureau => "ask your national unit to send it",
        MemberKind::Organisation => "ask a country to send it",
        MemberKind::Partner => "a partner answers what is referred to it",
        MemberKind::ReviewDesk => "the review desk passes cases and has none of its own",
    }
}

/// Everything that stands between a notice and its audience. The review desk is no matter here when the
/// notice is held for it.
#[must_use]
pub fn fit(
    told: Told,
    sender: MemberCode,
    audience: &Audience,
    held: bool,
    directory: &Directory,
) -> Vec<Unfit> {
    let Told { circulation, notice_type, has_part_for_partners } = told;
    let for_none_of_them = circulation == Some(Circulation::Bulletin) && !has_part_for_partners;
    let mut unfit = Vec::new();
    let kind = |code: MemberCode| directory.member(code).map(|member| member.kind);
    if let Some(kind) = kind(sender).filter(|kind| !may_send_notice(*kind, circulation, notice_type)) {
        unfit.push(Unfit::KindMayNotSend(kind));
    }
    let recipients = || audience.recipients().iter().filter_map(|code| Some((*code, kind(*code)?)));
    let reviews = |kind| held && kind == MemberKind::ReviewDesk;
    let wrong = recipients()
        .filter(|(_, kind)| {
            let kept_from_partners = for_none_of_them && *kind == MemberKind::Partner;
            !reviews(*kind) && (kept_from_partners || !may_be_sent(*kind, circulation, notice_type))
        })
        .map(|(code, _)| code)
        .collect::<Vec<_>>();
    if !wrong.is_empty() {
        unfit.push(Unfit::KindMayNotReceive(wrong));
    }
    let partners: Vec<MemberCode> =
        recipients().filter(|(_, kind)| *kind == MemberKind::Partner).map(|(code, _)| code).collect();
    if !partners.is_empty() && !has_part_for_partners && !for_none_of_them {
        unfit.push(Unfit::ReferralNeeded(partners));
    }
    unfit
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
