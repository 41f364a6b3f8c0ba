//! Bulletins, tallies and closing reports: messages to drafts, typed values to messages.

use crate::draft::{
    BulletinDraft, CountryFiguresDraft, LegislationDraft, MeetingDraft, NoticeCountDraft,
    OperationFiguresDraft, ResourceDraft, TallyEntryDraft, TrainingDraft,
};
use crate::{
    Bulletin, CountryFigures, Legislation, Meeting, NoticeCount, OperationFigures, Resource, TallyEntry,
    Training,
};

use super::code::{number, stated};
use super::draft::all as all_drafts;
use super::notice::{all, number_or_none, text_or_none};
use super::time::{timestamp, timestamp_message};
use crate::content;

impl From<content::Bulletin> for BulletinDraft {
    fn from(m: content::Bulletin) -> Self {
        Self {
            category: stated(m.category),
            training: m.training.map(Into::into),
            event: m.event.map(Into::into),
            resource: m.resource.map(Into::into),
            legislation: m.legislation.map(Into::into),
            keywords: m.keywords,
        }
    }
}

impl From<content::Training> for TrainingDraft {
    fn from(m: content::Training) -> Self {
        Self { provider: m.provider, audience: m.audience, format: stated(m.format), duration: m.duration }
    }
}

impl From<content::Meeting> for MeetingDraft {
    fn from(m: content::Meeting) -> Self {
        Self {
            starts: m.starts.map(timestamp),
            ends: m.ends.map(timestamp),
            place: m.place,
            country: m.country,
            registration: m.registration,
        }
    }
}

impl From<content::Resource> for ResourceDraft {
    fn from(m: content::Resource) -> Self {
        Self { kind: stated(m.kind), publisher: m.publisher, link: m.link }
    }
}

impl From<content::Legislation> for LegislationDraft {
    fn from(m: content::Legislation) -> Self {
        Self {
            country: m.country,
            citation: m.citation,
            in_force_since: m.in_force_since.map(Into::into),
            link: m.link,
        }
    }
}

impl From<content::TallyEntry> for TallyEntryDraft {
    fn from(m: content::TallyEntry) -> Self {
        Self { measure: stated(m.measure), count: m.count }
    }
}

impl From<content::OperationFigures> for OperationFiguresDraft {
    fn from(m: content::OperationFigures) -> Self {
        Self {
            countries: all_drafts(m.countries),
            totals: all_drafts(m.totals),
            not_reported: m.not_reported,
            notices: all_drafts(m.notices),
            first_log_index: m.first_log_index,
            last_log_index: m.last_log_index,
        }
    }
}

impl From<content::CountryFigures> for CountryFiguresDraft {
    fn from(m: content::CountryFigures) -> Self {
        Self {
            member: m.member,
            tally: all_drafts(m.tally),
            notice_id: m.notice_id,
            reported: m.reported.map(timestamp),
            log_index: m.log_index,
        }
    }
}

impl From<content::NoticeCount> for NoticeCountDraft {
    fn from(m: content::NoticeCount) -> Self {
        Self {
            sender: m.sender,
            circulation: stated(m.circulation),
            notice_type: stated(m.r#type),
            notices: m.notices,
        }
    }
}

impl From<&Bulletin> for content::Bulletin {
    fn from(d: &Bulletin) -> Self {
        Self {
            category: number(d.category),
            training: d.training.as_ref().map(Into::into),
            event: d.event.as_ref().map(Into::into),
            resource: d.resource.as_ref().map(Into::into),
            legislation: d.legislation.as_ref().map(Into::into),
            keywords: d.keywords.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&Training> for content::Training {
    fn from(d: &Training) -> Self {
        Self {
            provider: d.provider.clone(),
            audience: text_or_none(d.audience.as_ref()),
            format: number(d.format),
            duration: text_or_none(d.duration.as_ref()),
        }
    }
}

impl From<&Meeting> for content::Meeting {
    fn from(d: &Meeting) -> Self {
        Self {
            starts: Some(timestamp_message(d.starts)),
            ends: d.ends.map(timestamp_message),
            place: d.place.clone(),
            country: text_or_none(d.country.as_ref()),
            registration: text_or_none(d.registration.as_ref()),
        }
    }
}

impl From<&Resource> for content::Resource {
    fn from(d: &Resource) -> Self {
        Self { kind: number(d.kind), publisher: d.publisher.clone(), link: text_or_none(d.link.as_ref()) }
    }
}

impl From<&Legislation> for content::Legislation {
    fn from(d: &Legislation) -> Self {
        Self {
            country: d.country.to_string(),
            citation: d.citation.clone(),
            in_force_since: d.in_force_since.map(Into::into),
            link: text_or_none(d.link.as_ref()),
        }
    }
}

impl From<&TallyEntry> for content::TallyEntry {
    fn from(d: &TallyEntry) -> Self {
        Self { measure: number(d.measure), count: d.count }
    }
}

impl From<&OperationFigures> for content::OperationFigures {
    fn from(d: &OperationFigures) -> Self {
        Self {
            countries: all(&d.countries),
            totals: all(&d.totals()),
            not_reported: d.not_reported.iter().map(ToString::to_string).collect(),
            notices: all(&d.notices),
            first_log_index: d.log.map(|(first, _)| first.0),
            last_log_index: d.log.map(|(_, last)| last.0),
        }
    }
}

impl From<&CountryFigures> for content::CountryFigures {
    fn from(d: &CountryFigures) -> Self {
        Self {
            member: d.member.to_string(),
            tally: all(&d.tally),
            notice_id: d.notice.to_string(),
            reported: Some(timestamp_message(d.reported)),
            log_index: d.index.0,
        }
    }
}

impl From<&NoticeCount> for content::NoticeCount {
    fn from(d: &NoticeCount) -> Self {
        Self {
            sender: d.sender.to_string(),
            circulation: number(d.circulation),
            r#type: number_or_none(d.notice_type),
            notices: d.notices,
        }
    }
}
