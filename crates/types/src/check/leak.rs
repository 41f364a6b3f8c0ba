//! Whether a protected person's identity stands in text that every recipient reads.

use super::report::Report;
use super::{Rule, Today};
use crate::draft::{Draft, PersonDraft, Stated, TextDraft};

/// Refuses full names (of two words or more), document numbers, telephone numbers and e-mail addresses
/// of protected persons in the texts of the case.
///
/// It finds what is spelled the same up to case and white space. Single-word names are left alone: too
/// many are ordinary words. It is a net for slips, not a proof.
pub(super) fn leaks(report: &mut Report, draft: &Draft, today: Today) {
    let protected = |person: &PersonDraft| {
        let victim = matches!(&person.role, Stated::Known(role) if role.is_victim());
        victim || super::is_treated_as_child(person, today)
    };
    let identifiers: Vec<String> =
        draft.persons.iter().filter(|p| protected(p)).flat_map(identifiers).collect();
    if identifiers.is_empty() {
        return;
    }
    let mut look = |field: &str, text: &str| {
        let text = folded(text);
        if identifiers.iter().any(|identifier| text.contains(identifier.as_str())) {
            report.refuse(
                field,
                Rule::ProtectedIdentityInText,
                "every recipient reads this, and it names a victim or child; write 'the victim' instead, \
                 the name belongs under persons",
            );
        }
    };
    let lists: [(&str, &[TextDraft]); 6] = [
        ("subject", &draft.subject),
        ("narrative", &draft.narrative),
        ("handling_conditions", &draft.handling_conditions),
        ("question", &draft.question),
        ("modus_operandi", &draft.modus_operandi),
        ("threat", &draft.threat),
    ];
    for (field, texts) in lists {
        for (i, text) in texts.iter().enumerate() {
            look(&format!("{field}[{i}].text"), &text.text);
        }
    }
    for (i, leg) in draft.route.iter().enumerate() {
        look(&format!("route[{i}].place"), &leg.place);
        look(&format!("route[{i}].carrier"), &leg.carrier);
    }
    for (i, person) in draft.persons.iter().enumerate().filter(|(_, person)| !protected(person)) {
        for (j, remark) in person.remarks.iter().enumerate() {
            look(&format!("persons[{i}].remarks[{j}].text"), &remark.text);
        }
    }
}

fn identifiers(person: &PersonDraft) -> impl Iterator<Item = String> {
    let names = person.names.iter().flat_map(|name| [&name.original, &name.latin]).map(|name| folded(name));
    let numbers = person.documents.iter().map(|document| &document.number);
    let others = numbers.chain(&person.phones).chain(&person.emails).map(|text| folded(text));
    names.filter(|name| name.contains(' ')).chain(others.filter(|text| text.chars().count() >= 5))
}

/// Lower case, with every run of white space as one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
