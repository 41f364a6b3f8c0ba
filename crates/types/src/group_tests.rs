use super::*;
use crate::Duration;

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_000_000_000);

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn terms() -> GroupTerms {
    GroupTerms {
        name: "OP-DAWN".parse().unwrap(),
        kind: GroupKind::Operation,
        title: vec![Text { language: Language::EN, text: "Operation Dawn".to_owned() }],
        description: Vec::new(),
        lead: Some(code("XA")),
        invited: [code("XA"), code("XF")].into(),
        starts: Some(NOW),
        ends: Some(NOW.after(Duration::from_days(7))),
    }
}

#[test]
fn terms_that_make_no_group_are_refused() {
    let refused = |change: &dyn Fn(&mut GroupTerms)| {
        let mut terms = terms();
        change(&mut terms);
        terms.check().err()
    };
    let standing = |t: &mut GroupTerms| {
        (t.kind, t.lead, t.starts, t.ends) = (GroupKind::SpecialistGroup, None, None, None);
    };
    assert_eq!(refused(&|_| ()), None);
    assert_eq!(refused(&standing), None);
    assert_eq!(refused(&|t| t.title.clear()), Some(TermsRefused::Title));
    assert_eq!(refused(&|t| t.title.push(t.title[0].clone())), Some(TermsRefused::Language));
    assert_eq!(refused(&|t| t.title[0].language = "de".parse().unwrap()), Some(TermsRefused::Language));
    assert_eq!(refused(&|t| t.title[0].text = "a\nb".to_owned()), Some(TermsRefused::Text));
    assert_eq!(refused(&|t| t.title[0].text = "a\u{202e}b".to_owned()), Some(TermsRefused::Text));
    assert_eq!(refused(&|t| t.title[0].text = "x".repeat(TITLE_CHARS + 1)), Some(TermsRefused::Text));
    assert_eq!(refused(&|t| t.title[0].text = " ".to_owned()), Some(TermsRefused::Text));
    assert_eq!(refused(&|t| t.starts = None), Some(TermsRefused::OperationNeeds));
    assert_eq!(refused(&|t| t.ends = None), Some(TermsRefused::OperationNeeds));
    assert_eq!(refused(&|t| t.lead = None), Some(TermsRefused::OperationNeeds));
    assert_eq!(refused(&|t| t.ends = t.starts), Some(TermsRefused::EndBeforeStart));
    assert_eq!(refused(&|t| t.lead = Some(code("XS"))), Some(TermsRefused::LeadNotInvited));
    assert_eq!(refused(&|t| t.invited.clear()), Some(TermsRefused::NobodyInvited));
    assert_eq!(
        refused(&|t| {
            standing(t);
            t.ends = Some(NOW);
        }),
        Some(TermsRefused::StandingGroup)
    );
}

#[test]
fn an_invitation_makes_no_member_and_only_a_fitting_answer_does() {
    let group = Group::set(terms(), None, Seq(4));
    assert_eq!(group.membership(code("XF")), Some(Membership::Invited));
    assert!(!group.has_member(code("XF")) && group.accepted().next().is_none());
    let answer = |group: &Group, who, what| group.answer(code(who), (what, group.invitation), Seq(9), NOW);

    let accepted = answer(&group, "XF", Answer::Accept).unwrap();
    assert!(accepted.has_member(code("XF")) && !accepted.has_member(code("XA")));
    assert_eq!(accepted.members[&code("XF")].since, Seq(9));
    let not = |membership| Err(AnswerRefused::DoesNotFit(membership));
    assert_eq!(answer(&accepted, "XF", Answer::Accept), not(Membership::Accepted));
    assert_eq!(answer(&accepted, "XF", Answer::Decline), not(Membership::Accepted));
    assert_eq!(answer(&group, "XF", Answer::Leave), not(Membership::Invited));
    let left = answer(&accepted, "XF", Answer::Leave).unwrap();
    assert!(!left.has_member(code("XF")));
    assert_eq!(answer(&left, "XF", Answer::Decline), not(Membership::Left));
    assert!(answer(&left, "XF", Answer::Accept).unwrap().has_member(code("XF")));
    let declined = answer(&group, "XF", Answer::Decline).unwrap();
    assert!(answer(&declined, "XF", Answer::Accept).unwrap().has_member(code("XF")));

    assert_eq!(answer(&group, "XS", Answer::Accept), Err(AnswerRefused::NotInvited));
    let end = group.terms.ends.unwrap();
    let late = group.answer(code("XF"), (Answer::Accept, group.invitation), Seq(9), end);
    assert_eq!(late, Err(AnswerRefused::Ended));
    let other = group.answer(code("XF"), (Answer::Accept, Seq(3)), Seq(9), NOW);
    assert_eq!(other, Err(AnswerRefused::OtherInvitation));
}

#[test]
fn terms_that_ask_for_more_ask_everybody_again() {
    let group = Group::set(terms(), None, Seq(4));
    let accept = (Answer::Accept, group.invitation);
    let accepted = group.answer(code("XF"), accept, Seq(5), NOW).unwrap();
    let changed = |change: &dyn Fn(&mut GroupTerms)| {
        let mut terms = accepted.terms.clone();
        change(&mut terms);
        Group::set(terms, Some(&accepted), Seq(8))
    };
    // A correction, an earlier end, another guest: who accepted stays.
    for same in [
        changed(&|t| t.title[0].text = "Operation Dawn II".to_owned()),
        changed(&|t| t.ends = t.ends.map(|ends| ends.before(Duration::from_days(1)))),
        changed(&|t| t.invited.extend([code("XS")])),
    ] {
        assert!(same.has_member(code("XF")));
        assert_eq!(same.invitation, Seq(4));
    }
    assert_eq!(
        changed(&|t| t.invited.extend([code("XS")])).membership(code("XS")),
        Some(Membership::Invited)
    );
    // Longer, or of another kind: nobody is a member until it says so again.
    for more in [
        changed(&|t| t.ends = t.ends.map(|ends| ends.after(Duration::from_days(1)))),
        changed(&|t| {
            (t.kind, t.starts, t.ends) = (GroupKind::SpecialistGroup, None, None);
        }),
    ] {
        assert!(more.accepted().next().is_none());
        assert_eq!(more.invitation, Seq(8));
        assert_eq!(more.answer(code("XF"), accept, Seq(9), NOW), Err(AnswerRefused::OtherInvitation));
    }
    // Who is not invited any more is no member, and is asked anew when it is invited again.
    let without = changed(&|t| t.invited.retain(|member| *member != code("XF")));
    assert_eq!(without.membership(code("XF")), None);
    let back = Group::set(accepted.terms.clone(), Some(&without), Seq(9));
    assert_eq!(back.membership(code("XF")), Some(Membership::Invited));
}

#[test]
fn a_group_is_addressed_from_its_start_up_to_its_end() {
    let group = Group::set(terms(), None, Seq(4));
    let (starts, ends) = (group.terms.starts.unwrap(), group.terms.ends.unwrap());
    let tick = Duration::from_millis(1);
    assert_eq!(group.phase(starts.before(tick)), GroupPhase::NotStarted);
    assert_eq!(group.phase(starts), GroupPhase::Running);
    assert_eq!(group.phase(ends.before(tick)), GroupPhase::Running);
    assert_eq!(group.phase(ends), GroupPhase::Ended);
}
