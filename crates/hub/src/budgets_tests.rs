use super::*;

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn budgets() -> Budgets {
    Budgets::new(BudgetLimits { attachments: 1, streams: 2, bytes: 100, verifying: 1 })
}

#[test]
fn streams_of_one_member_share_and_others_do_not() {
    let budgets = budgets();
    let (first, second, other) = (budgets.of(code("XA")), budgets.of(code("XA")), budgets.of(code("XF")));
    let held = first.try_bytes(80).unwrap();
    assert!(second.try_bytes(30).is_none());
    assert!(other.try_bytes(30).is_some());
    drop(held);
    assert!(second.try_bytes(30).is_some());
}

#[test]
fn a_member_has_so_many_streams() {
    let budgets = budgets();
    let budget = budgets.of(code("XA"));
    let (first, second) = (budget.stream(), budget.stream());
    assert!(first.is_some() && second.is_some() && budget.stream().is_none());
    drop(first);
    assert!(budgets.of(code("XA")).stream().is_some());
}

#[test]
fn what_is_larger_than_the_budget_takes_all_of_it() {
    let budget = budgets().of(code("XA"));
    let all = budget.try_bytes(1_000_000).unwrap();
    assert!(budget.try_bytes(1).is_none());
    drop(all);
    assert!(budget.try_bytes(1).is_some());
}

#[test]
fn members_without_streams_are_forgotten() {
    let budgets = budgets();
    drop(budgets.of(code("XA")));
    let _kept = budgets.of(code("XF"));
    assert_eq!(budgets.by_member.lock().unwrap().len(), 1);
}
