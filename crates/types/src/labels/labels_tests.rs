use super::*;

/// Whether every letter is of the script that the language is written in.
fn is_written_in(language: Language, label: &str) -> bool {
    let arabic = |c: char| matches!(c, '\u{600}'..='\u{6FF}');
    let mut letters = label.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && if language == Language::AR {
            // The X of ICAO Doc 9303 and the codes of exercise countries stay Latin.
            letters.any(arabic) && label.chars().all(|c| !c.is_ascii_lowercase())
        } else {
            letters.all(|c| !arabic(c))
        }
}

#[test]
fn every_country_has_a_name_in_every_official_language() {
    for country in CountryCode::assigned() {
        for language in Language::OFFICIAL {
            let name = country_name(country, language).unwrap();
            assert!(is_written_in(language, name) || name.is_ascii(), "{country} {language}: {name}");
        }
    }
    assert_eq!(CountryCode::assigned().count(), 249);
    assert_eq!(COUNTRIES.len(), 249 + 26);
    let exercise: CountryCode = "XA".parse().unwrap();
    assert_eq!(country_name(exercise, Language::FR), Some("pays d'exercice XA"));
}
