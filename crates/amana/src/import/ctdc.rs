//! The data set as notices: what a row states is carried, what it does not state is named, nothing is
//! invented.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use amana_wire::v1;

use super::row::CtdcRow;
use crate::exit::{Exit, Failure};

/// The most bytes that are read of a file.
const FILE_BYTES: u64 = 256 << 20;

/// A file's rows as notices.
pub(super) struct DataSet {
    /// Names this very file.
    pub(super) fingerprint: String,
    pub(super) cases: Vec<Case>,
    /// Everything that could not be read, with its row and column.
    pub(super) unreadable: Vec<String>,
}

/// One row as a notice.
pub(super) struct Case {
    /// Counted from 1, the header not counted.
    pub(super) row: u64,
    pub(super) notice: v1::Notice,
    not_stated: Vec<&'static str>,
}

impl DataSet {
    /// Reads rows `skip + 1` to `skip + limit`.
    pub(super) fn read(path: &Path, skip: u64, limit: Option<u64>) -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(FILE_BYTES).read_to_end(&mut bytes))
            .map_err(|error| Failure::file(path, &error))?;
        let digest = amana_seal::labelled("amana/v1/import/ctdc", &[&bytes]).to_string();
        let fingerprint = digest.chars().take(16).collect();
        let mut data = Self { fingerprint, cases: Vec::new(), unreadable: Vec::new() };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows = reader.deserialize::<CtdcRow>().zip(1_u64..);
        let rows = rows.skip(usize::try_from(skip).unwrap_or(usize::MAX));
        for (row, number) in rows.take(limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)) {
            match row {
                Ok(row) => data.take(number, &row),
                Err(error) => {
                    data.unreadable.push(format!("row {number}: {error}"));
                    if error.is_io_error() || data.cases.is_empty() {
                        break; // the header does not fit: every row would say the same
                    }
                }
            }
        }
        if data.cases.is_empty() && data.unreadable.is_empty() {
            return Err(Failure::new(Exit::Usage, format_args!("{}: no rows", path.display())));
        }
        Ok(data)
    }

    fn take(&mut self, number: u64, row: &CtdcRow) {
        let unreadable = row.unreadable();
        if unreadable.is_empty() {
            self.cases.push(Case { row: number, notice: notice(number, row), not_stated: row.not_stated() });
        } else {
            self.unreadable.extend(unreadable.into_iter().map(|problem| format!("row {number}: {problem}")));
        }
    }

    /// How many rows state each form of exploitation; `NOT_STATED` for those that state none.
    pub(super) fn forms(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for case in &self.cases {
            let forms = &case.notice.exploitation;
            if forms.is_empty() {
                *counts.entry("NOT_STATED").or_default() += 1;
            }
            for form in forms {
                let name = if form.form() == v1::Exploitation::ForcedLabour {
                    "FORCED_LABOUR"
                } else {
                    "SEXUAL_EXPLOITATION"
                };
                *counts.entry(name).or_default() += 1;
            }
        }
        counts
    }

    /// How many rows do not state each column.
    pub(super) fn unknown(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for column in self.cases.iter().flat_map(|case| &case.not_stated) {
            *counts.entry(*column).or_default() += 1;
        }
        counts
    }
}

/// What a row states, in the words of the domain.
fn notice(number: u64, row: &CtdcRow) -> v1::Notice {
    v1::Notice {
        circulation: v1::Circulation::SpontaneousInformation.into(),
        case_reference: format!("CTDC-VP-{number}"),
        urgency: v1::Urgency::Routine.into(),
        subject: vec![english(format!("Trafficking record {number} of the CTDC synthetic data set"))],
        narrative: vec![english(narrative(row))],
        offences: offences(row),
        exploitation: exploitation(row),
        persons: persons(row),
        route: route(row),
        marking: Some(v1::Marking { handling: v1::Handling::H0.into(), ..Default::default() }),
        purpose: v1::Purpose::ThreatAnalysis.into(),
        ..v1::Notice::default()
    }
}

fn english(text: String) -> v1::Text {
    v1::Text { language: "en".to_owned(), text }
}

/// The row in words: stated values with their column, then the columns that state nothing.
fn narrative(row: &CtdcRow) -> String {
    let stated: Vec<String> = row
        .columns()
        .into_iter()
        .filter(|(_, cell, ..)| !cell.is_empty())
        .map(|(name, cell, ..)| format!("{name}: {}", cell.replace(';', ", ")))
        .collect();
    let not_stated = row.not_stated();
    let mut text = format!("Synthetic record, no real person. {}.", stated.join("; "));
    if !not_stated.is_empty() {
        text.push_str(&format!(" Unknown: {}.", not_stated.join(", ")));
    }
    text
}

fn exploitation(row: &CtdcRow) -> Vec<v1::ExploitationForm> {
    let stated = [
        (&row.is_forced_labour, v1::Exploitation::ForcedLabour),
        (&row.is_sexual_exploit, v1::Exploitation::SexualExploitation),
    ];
    stated
        .into_iter()
        .filter(|(cell, _)| *cell == "1")
        .map(|(_, form)| v1::ExploitationForm { form: form.into(), criminality: 0 })
        .collect()
}

/// The offence is named only where the row states all that makes it one: act, means and purpose (Palermo
/// Protocol, Article 3(a)); no means are needed for a child (Article 3(c)).
fn offences(row: &CtdcRow) -> Vec<v1::Offence> {
    let acts: Vec<i32> = [(&row.recruiter, v1::Act::Recruitment), (&row.transaction, v1::Act::Transfer)]
        .into_iter()
        .filter(|(cell, _)| *cell == "1")
        .map(|(_, act)| act.into())
        .collect();
    let paid = row.pay_money.split(';').any(|value| value == "Yes");
    let means: Vec<i32> = [(row.control == "1", v1::Means::Coercion), (paid, v1::Means::Payment)]
        .into_iter()
        .filter(|(stated, _)| *stated)
        .map(|(_, means)| means.into())
        .collect();
    let child = row.majority_status == "Minor";
    let whole = !acts.is_empty() && (child || !means.is_empty()) && !exploitation(row).is_empty();
    let offence =
        v1::Offence { r#type: v1::OffenceType::TraffickingInPersons.into(), acts, means, evaluation: None };
    whole.then_some(offence).into_iter().collect()
}

fn persons(row: &CtdcRow) -> Vec<v1::Person> {
    let victim = v1::Person {
        roles: vec![v1::PersonRole::Victim.into()],
        sex: sex(&row.gender).into(),
        age_group: match row.majority_status.as_str() {
            "Adult" => v1::AgeGroup::Adult,
            "Minor" => v1::AgeGroup::Child,
            _ => v1::AgeGroup::Unknown,
        }
        .into(),
        ..v1::Person::default()
    };
    let exploiter = v1::Person {
        roles: vec![v1::PersonRole::Suspect.into()],
        sex: sex(&row.exploiter_gender).into(),
        age_group: majority_of(&row.exploiter_age).into(),
        ..v1::Person::default()
    };
    let known = [&row.exploiter, &row.exploiter_gender, &row.exploiter_age, &row.recruiter, &row.control];
    let any = known.iter().any(|cell| !cell.is_empty());
    std::iter::once(victim).chain(any.then_some(exploiter)).collect()
}

/// `0--29` does not say whether it is a child, and neither does silence.
fn majority_of(age: &str) -> v1::AgeGroup {
    if age.is_empty() || age.contains("0--29") { v1::AgeGroup::Unknown } else { v1::AgeGroup::Adult }
}

/// One sex when one is stated; a cell that states both is left to the narrative.
fn sex(cell: &str) -> v1::Sex {
    match cell {
        "Female" => v1::Sex::Female,
        "Male" => v1::Sex::Male,
        _ => v1::Sex::Unspecified,
    }
}

fn route(row: &CtdcRow) -> Vec<v1::RouteLeg> {
    let legs = [
        (v1::RouteStage::Recruitment, &row.region_of_origin),
        (v1::RouteStage::Exploitation, &row.region_of_exploitation),
    ];
    legs.into_iter()
        .filter_map(|(stage, cell)| {
            let region = region(cell)?;
            Some(v1::RouteLeg { stage: stage.into(), region: region.into(), ..v1::RouteLeg::default() })
        })
        .collect()
}

/// The UN region as ours. `Americas/Oceania` is two of ours and stays in the narrative.
fn region(cell: &str) -> Option<v1::Region> {
    match cell {
        "Africa" => Some(v1::Region::Africa),
        "Asia" => Some(v1::Region::Asia),
        "Europe" => Some(v1::Region::Europe),
        _ => None,
    }
}

#[cfg(test)]
#[path = "ctdc_tests.rs"]
mod tests;
