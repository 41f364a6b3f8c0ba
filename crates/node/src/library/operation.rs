//! Notices that a node writes itself in the name of an operation: its country's figures, and the closing
//! report. Their words are labels, in all official languages.

use amana_notice::{BulletinCategory, TallyMeasure, known};
use amana_types::labels::{self, Field};
use amana_types::{CountryCode, Language, Text};
use amana_types::{Group, MemberCode};
use amana_wire::convert::{number, timestamp};
use amana_wire::v1;

/// This country's figures for everybody who takes part.
pub(crate) fn tally_report(group: &Group, tally: Vec<v1::TallyEntry>) -> (v1::Notice, v1::Addressing) {
    let subject = |language| format!("{}: {}", labels::label(Field::Tally, language), title(group, language));
    let notice = v1::Notice {
        circulation: v1::Circulation::Message.into(),
        subject: texts(subject),
        narrative: texts(|language| lines(&tally, language).join("\n")),
        tally: tally.clone(),
        ..outline(group)
    };
    let addressing = v1::Addressing { groups: vec![group.terms.name.to_string()], ..Default::default() };
    (notice, addressing)
}

/// What an operation came to, for everybody who took part, by code: it is no address any more.
pub(crate) fn closing_report(
    group: &Group,
    own: MemberCode,
    figures: &v1::OperationFigures,
) -> (v1::Notice, v1::Addressing) {
    let category = BulletinCategory::ClosingReport;
    let subject = |language| format!("{}: {}", labels::label(category, language), title(group, language));
    let bulletin = v1::Bulletin { category: number(category), ..Default::default() };
    let notice = v1::Notice {
        circulation: v1::Circulation::Bulletin.into(),
        subject: texts(subject),
        narrative: texts(|language| summary(figures, language)),
        bulletin: Some(Box::new(bulletin)),
        closing_report: Some(Box::new(figures.clone())),
        ..outline(group)
    };
    let others = group.accepted().filter(|code| *code != own).map(|code| code.to_string());
    let addressing = v1::Addressing { members: others.collect(), ..Default::default() };
    (notice, addressing)
}

fn outline(group: &Group) -> v1::Notice {
    v1::Notice {
        case_reference: group.terms.name.to_string(),
        marking: Some(v1::Marking { handling: v1::Handling::H0.into(), ..Default::default() }),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        operation: group.terms.name.to_string(),
        ..v1::Notice::default()
    }
}

/// Totals, then who reported when and where in the log, and who did not.
fn summary(figures: &v1::OperationFigures, language: Language) -> String {
    let mut all = lines(&figures.totals, language);
    for country in &figures.members {
        all.push(format!(
            "{}: {} {}, {} {}",
            name(&country.member, language),
            labels::label(Field::Reported, language),
            country.reported.map(timestamp).unwrap_or_default(),
            labels::label(Field::LogIndex, language),
            country.log_index,
        ));
    }
    if !figures.not_reported.is_empty() {
        let silent: Vec<String> = figures.not_reported.iter().map(|code| name(code, language)).collect();
        all.push(format!("{}: {}", labels::label(Field::NotReported, language), silent.join(", ")));
    }
    if let Some((first, last)) = figures.first_log_index.zip(figures.last_log_index) {
        all.push(format!("{}: {first}..{last}", labels::label(Field::LogIndex, language)));
    }
    if all.is_empty() { labels::label(Field::NotReported, language).to_owned() } else { all.join("\n") }
}

fn lines(tally: &[v1::TallyEntry], language: Language) -> Vec<String> {
    let line = |entry: &v1::TallyEntry| {
        let measure = known::<TallyMeasure>(entry.measure)?;
        Some(format!("{}: {}", labels::label(measure, language), entry.count))
    };
    tally.iter().filter_map(line).collect()
}

/// The title in that language, else the first one.
fn title(group: &Group, language: Language) -> &str {
    let titles = &group.terms.title;
    let own = titles.iter().find(|text| text.language == language).or_else(|| titles.first());
    own.map_or(group.terms.name.as_str(), |Text { text, .. }| text)
}

fn name(code: &str, language: Language) -> String {
    let country = code.parse::<CountryCode>().ok();
    let name = country.and_then(|country| labels::country_name(country, language));
    name.map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"))
}

/// A text in every official language.
fn texts(text: impl Fn(Language) -> String) -> Vec<v1::Text> {
    let write = |language: &Language| v1::Text { language: language.to_string(), text: text(*language) };
    Language::OFFICIAL.iter().map(write).collect()
}
