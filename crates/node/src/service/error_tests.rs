use amana_types::Language;
use amana_types::labels::by_code;

/// Reasons as the sources write them: UPPER_SNAKE between quotes.
fn reasons(source: &str) -> impl Iterator<Item = &str> {
    let upper = |c: char| c.is_ascii_uppercase() || c == '_';
    source.split('"').skip(1).step_by(2).filter(move |text| text.contains('_') && text.chars().all(upper))
}

#[test]
fn every_reason_for_a_refusal_is_explained_in_the_official_languages() {
    let policy = include_str!("../../../policy/src/access.rs");
    let mut seen = 0;
    for reason in reasons(include_str!("error.rs")).chain(reasons(policy)) {
        seen += 1;
        for language in Language::OFFICIAL {
            assert!(by_code("reason", reason, language).is_some(), "no {language} line for {reason}");
        }
    }
    assert!(seen > 30, "only {seen} reasons were found");
    for rule in ["UNKNOWN_MEMBER", "EMPTY_AUDIENCE", "NO_REVIEW_DESK"] {
        assert!(by_code("reason", rule, Language::EN).is_some(), "{rule}");
    }
}

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
