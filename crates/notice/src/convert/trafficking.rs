//! What is known of a person's trafficking, in both directions.

use crate::Trafficking;
use crate::draft::TraffickingDraft;

use super::code::{number, stated, stated_all};
use super::notice::{number_or_none, text_or_none};
use crate::content;

impl From<content::Trafficking> for TraffickingDraft {
    fn from(m: content::Trafficking) -> Self {
        Self {
            status: stated(m.status),
            decided_by: stated(m.decided_by),
            recruitment_methods: stated_all(m.recruitment_methods),
            recruitment_place: m.recruitment_place,
            means_of_control: stated_all(m.means_of_control),
            industry: stated(m.industry),
            consent: stated(m.consent),
        }
    }
}

impl From<&Trafficking> for content::Trafficking {
    fn from(d: &Trafficking) -> Self {
        let (status, decided_by) = d.status.unzip();
        Self {
            status: number_or_none(status),
            decided_by: number_or_none(decided_by),
            recruitment_methods: d.recruitment_methods.iter().copied().map(number).collect(),
            recruitment_place: text_or_none(d.recruitment_place.as_ref()),
            means_of_control: d.means_of_control.iter().copied().map(number).collect(),
            industry: number_or_none(d.industry),
            consent: number_or_none(d.consent),
        }
    }
}
