//! What is checked about names, of persons and of organisations.

use amana_types::Language;
use amana_types::limits::LINE_CHARS;

use super::report::Report;
use super::rule::Rule;
use crate::content::Name;
use crate::model::NameKind;

pub(super) fn name(report: &mut Report, name: &mut Name) {
    report.needed_line("original", &mut name.original, "missing; write the name in its own script");
    report.needed_value::<Language>("language", &mut name.language, Rule::UnknownLanguage);
    report.code::<NameKind>("kind", name.kind);
    report.line("latin", &mut name.latin, LINE_CHARS);
    if !name.latin.chars().all(may_stand_in_latin) {
        report.refuse("latin", Rule::NotLatin, "write the Latin form in Latin letters, or leave it out");
    }
}

/// Latin letters with their marks, and what stands between the parts of a name.
fn may_stand_in_latin(c: char) -> bool {
    let letter = c.is_alphabetic()
        && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{250}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}');
    let mark = matches!(c, '\u{2B0}'..='\u{36F}');
    letter || mark || matches!(c, ' ' | '-' | '.' | ',' | '\'' | '`' | '(' | ')' | '\u{2018}' | '\u{2019}')
}
