use super::*;
use amana_types::Language;

fn text(language: Language, text: &str) -> Text {
    Text { language: language.to_string(), text: text.to_owned() }
}

#[test]
fn both_ways_of_the_table_are_never_looser() {
    for tlp in Tlp::ALL {
        assert!(tlp.handling().tlp() >= *tlp, "{tlp} comes back as {}", tlp.handling().tlp());
    }
    for handling in Handling::ALL {
        assert!(handling.tlp().handling() >= *handling, "{handling} as {}", handling.tlp());
    }
    for pair in Tlp::ALL.windows(2) {
        let [looser, stricter] = pair else { panic!("pairs") };
        assert!(looser.handling() <= stricter.handling());
    }
}

#[test]
fn a_code_forbids_what_it_says() {
    let court: Vec<bool> = Handling::ALL.iter().map(|code| code.forbids_court_use()).collect();
    let passing_on: Vec<bool> = Handling::ALL.iter().map(|code| code.forbids_passing_on()).collect();
    assert_eq!(court, [false, true, true, true]);
    assert_eq!(passing_on, [false, false, true, true]);
}

#[test]
fn what_is_derived_is_never_looser_and_keeps_every_condition() {
    for origin in Handling::ALL {
        let of = Handled { handling: *origin, tlp: None, conditions: Vec::new() };
        assert_eq!(of.inherited_by(None), of);
        for own in Handling::ALL {
            let derived =
                of.inherited_by(Some(Handled { handling: *own, tlp: None, conditions: Vec::new() }));
            assert!(derived.handling >= *origin && derived.handling >= *own);
        }
    }
    let origin = Handled {
        handling: Handling::H3,
        tlp: None,
        conditions: vec![text(Language::EN, "ask first"), text(Language::FR, "demander")],
    };
    let own = Handled {
        handling: Handling::H3,
        tlp: None,
        conditions: vec![text(Language::EN, "not by telephone")],
    };
    let derived = origin.inherited_by(Some(own));
    assert_eq!(derived.conditions[0], text(Language::EN, "ask first\nnot by telephone"));
    assert_eq!(derived.conditions[1], text(Language::FR, "demander"));
    assert_eq!(origin.inherited_by(Some(origin.clone())), origin, "the same conditions stand once");
}

#[test]
fn a_tlp_marking_stays_where_it_says_the_same_as_the_code_that_holds() {
    let marked = |tlp: Tlp| Handled { handling: tlp.handling(), tlp: Some(tlp), conditions: Vec::new() };
    for of in Tlp::ALL {
        assert_eq!(Handled::of(Some(&marked(*of).marking())), marked(*of));
        assert_eq!(marked(*of).marking().shown().tlp, number(*of), "what is written is shown");
        for own in Tlp::ALL {
            let derived = marked(*of).inherited_by(Some(marked(*own)));
            assert_eq!(derived.tlp, Some(*of.max(own)), "{of} and {own}");
        }
    }
    let looser = Handled { handling: Handling::H2, tlp: None, conditions: Vec::new() };
    let derived = looser.inherited_by(Some(marked(Tlp::Clear)));
    assert_eq!((derived.handling, derived.tlp), (Handling::H2, None));
    assert_eq!(derived.marking().shown().tlp, number(Tlp::Amber));
}
