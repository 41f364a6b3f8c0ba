use super::*;

fn caller(role: Role) -> Caller {
    Caller { name: "unit-7".to_owned(), unit: None, role }
}

fn request(action: Action) -> AccessRequest {
    AccessRequest {
        action,
        purpose: Some(Purpose::CriminalInvestigation),
        case_reference: Some("XF-2026-7".parse().unwrap()),
        officer: None,
        approval: None,
    }
}

/// The whole matrix, written a second time: a column a role in the order of `Role::ALL`.
const EXPECTED: [(Action, &str); 26] = [
    // INVESTIGATOR BORDER CHILD_PROTECTION ANALYST PARTNER SUPERVISOR AUDITOR
    (Action::Check, "y n y n n y n"),
    (Action::KeepDraft, "y n y n n y n"),
    (Action::Publish, "y n y n n y n"),
    (Action::PublishReport, "y n y n n y n"),
    (Action::Withdraw, "y n y n n y n"),
    (Action::Amend, "y n y n n y n"),
    (Action::Suspend, "y n y n n y n"),
    (Action::ListVersions, "y y y y n y y"),
    (Action::Read, "y y y y n y n"),
    (Action::List, "y y y y n y n"),
    (Action::Search, "y y y y n y n"),
    (Action::Watch, "y y y y n y n"),
    (Action::Acknowledge, "y y y n n y n"),
    (Action::ListReceipts, "y n y n n y y"),
    (Action::Prove, "y n y y n y y"),
    (Action::ListReviews, "n n n n n y n"),
    (Action::DecideReview, "n n n n n y n"),
    (Action::ReadLibrary, "y y y y y y y"),
    (Action::ListGroups, "y y y y n y y"),
    (Action::Reply, "y y y n y y n"),
    (Action::ListReplies, "y y y y n y n"),
    (Action::ListDue, "y y y y n y y"),
    (Action::Export, "y n y y n y n"),
    (Action::Forward, "y n y n n y n"),
    (Action::Grant, "n n n n n y n"),
    (Action::Status, "y y y y y y y"),
];

#[test]
fn the_table_of_roles_and_actions() {
    assert_eq!(EXPECTED.map(|(action, _)| action).as_slice(), Action::ALL);
    for (action, row) in EXPECTED {
        for (role, expected) in Role::ALL.iter().zip(row.split(' ')) {
            let answer = authorise(MemberKind::Country, &caller(*role), &request(action));
            assert_eq!(answer.is_ok(), expected == "y", "{role} {action}");
            let rule = match action {
                Action::Check
                | Action::KeepDraft
                | Action::Publish
                | Action::PublishReport
                | Action::Amend
                | Action::Suspend
                | Action::Withdraw => DeniedRule::RoleMayNotPublish,
                _ => DeniedRule::RoleMayNotAct,
            };
            if let Err(denied) = answer {
                assert_eq!(denied.rule, rule, "{role} {action}");
            }
        }
    }
}

#[test]
fn only_child_protection_opens_identities() {
    let mut opened = 0;
    for role in Role::ALL {
        for action in Action::ALL {
            let Ok(permit) = authorise(MemberKind::Country, &caller(*role), &request(*action)) else {
                continue;
            };
            assert_eq!((permit.asked().action, permit.caller()), (*action, &caller(*role)));
            let opens = permit.reading().is_some_and(Reading::may_open_protected);
            assert_eq!(
                opens,
                *role == Role::ChildProtection && permit.reading().is_some(),
                "{role} {action}"
            );
            opened += usize::from(opens);
        }
    }
    assert!(opened > 0, "child protection opens identities");
}

#[test]
fn reads_need_a_purpose_and_a_case() {
    let reads = [
        Action::Read,
        Action::List,
        Action::Search,
        Action::Watch,
        Action::Acknowledge,
        Action::ListReviews,
        Action::DecideReview,
        Action::Reply,
        Action::ListReplies,
        Action::Export,
        Action::Forward,
        Action::Grant,
        Action::PublishReport,
    ];
    for action in Action::ALL {
        let silent = AccessRequest { purpose: None, ..request(*action) };
        let caseless = AccessRequest { case_reference: None, ..request(*action) };
        let rule = |request| {
            authorise(MemberKind::Country, &caller(Role::Supervisor), &request)
                .err()
                .map(|denied| denied.rule)
        };
        let needed = reads.contains(action);
        assert_eq!(rule(silent), needed.then_some(DeniedRule::PurposeNeeded), "{action}");
        assert_eq!(rule(caseless), needed.then_some(DeniedRule::CaseReferenceNeeded), "{action}");
    }
}

#[test]
fn a_reading_carries_its_reason_and_other_permits_open_no_case() {
    let permit = authorise(MemberKind::Country, &caller(Role::Analyst), &request(Action::Search)).unwrap();
    let reading = permit.reading().unwrap();
    assert_eq!(reading.purpose(), Purpose::CriminalInvestigation);
    assert_eq!(reading.case_reference().as_str(), "XF-2026-7");
    let status = authorise(MemberKind::Country, &caller(Role::Analyst), &request(Action::Status)).unwrap();
    assert_eq!(status.reading(), None);
}

#[test]
fn every_denial_says_what_to_do() {
    for rule in DeniedRule::ALL {
        let denied = Denied::from(rule);
        assert!(denied.to_string().contains(';'), "{denied}");
    }
}

#[test]
fn a_partner_reads_at_its_own_members_node_and_nowhere_else() {
    for action in Action::ALL {
        let at = |node| authorise(node, &caller(Role::Partner), &request(*action));
        for node in MemberKind::ALL.iter().copied().filter(|kind| *kind != MemberKind::Partner) {
            let may = matches!(action, Action::Status | Action::Reply | Action::ReadLibrary);
            assert_eq!(at(node).is_ok(), may, "{node:?} {action}");
        }
        if matches!(
            action,
            Action::Read | Action::List | Action::Search | Action::Watch | Action::Acknowledge
        ) {
            let permit = at(MemberKind::Partner).unwrap();
            assert!(!permit.reading().unwrap().may_open_protected(), "{action}");
        }
        if matches!(action, Action::Check | Action::Publish | Action::Withdraw | Action::DecideReview) {
            assert!(at(MemberKind::Partner).is_err(), "{action}");
        }
    }
    let protector = authorise(MemberKind::Partner, &caller(Role::ChildProtection), &request(Action::Read));
    assert!(protector.unwrap().reading().unwrap().may_open_protected());
}

#[test]
fn a_library_card_opens_no_case_and_shows_partners_no_operations() {
    for role in Role::ALL {
        let bare = AccessRequest { purpose: None, case_reference: None, ..request(Action::ReadLibrary) };
        let permit = authorise(MemberKind::Country, &caller(*role), &bare).unwrap();
        assert_eq!(permit.reading(), None, "{role}");
        assert_eq!(permit.library().unwrap().shows_operations(), *role != Role::Partner, "{role}");
    }
    let permit = authorise(MemberKind::Country, &caller(Role::Analyst), &request(Action::Search)).unwrap();
    assert_eq!(permit.library(), None);
}
