use amana_types::Language;
use amana_types::labels::by_code;

/// Why a member receives or does not is said by code, and the codes stand where they are decided.
#[test]
fn every_rule_of_an_audience_is_said_in_the_official_languages() {
    let route = include_str!("../../../policy/src/route.rs");
    let written = route.split("f.write_str(\"").skip(1).chain(route.split("write!(f, \"").skip(1));
    let mut seen = 0;
    for code in written.filter_map(|rest| rest.split(['"', ' ']).next()) {
        if code.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
            seen += 1;
            for language in Language::OFFICIAL {
                assert!(by_code("audience_rule", code, language).is_some(), "no {language} label for {code}");
            }
        }
    }
    assert!(seen >= 10, "only {seen} rules were found");
}
