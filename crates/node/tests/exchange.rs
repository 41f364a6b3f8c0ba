//! One case, three countries, a hub: the road of a notice from an officer to the right countries and of
//! receipts back, with real nodes and a real hub.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::Role;
use amana_wire::v1;
use common::case::{case, child_case, to};
use common::{Exchange, eventually, reason, search};

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_reaches_whom_it_addresses_and_nobody_else() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let addressed = exchange.unit("XF", Role::Investigator).await;
    let other = exchange.unit("XE", Role::Investigator).await;

    let published = sender.publish("one", &case("XA-2026-000123"), &to(&["XF"])).await;
    assert_eq!(published.recipients, ["XF"]);
    let received = addressed.receives(1).await;
    assert_eq!(received[0].notice_id, published.notice_id);
    assert_eq!(received[0].sender, "XA");
    assert!(received[0].log_place.is_some());

    let view = addressed.get(&published.notice_id).await;
    let notice = view.notice.unwrap();
    assert_eq!(notice.subject, case("x").subject);
    assert_eq!(notice.persons, case("x").persons);

    // The sender sees the hub's receipt, then the recipient's, then that an officer read it.
    let delivered = eventually("delivery is receipted", || async {
        let receipts = sender.receipts(&published.notice_id).await;
        (receipts.state() == v1::DeliveryState::Delivered).then_some(receipts)
    });
    let delivered = delivered.await;
    assert_eq!(delivered.log_place, received[0].log_place);
    let request = v1::AcknowledgeNoticeRequest { notice_id: published.notice_id.clone(), access: reason() };
    addressed.agency("unit").await.acknowledge_notice(request).await.unwrap();
    eventually("the read is receipted", || async {
        let receipts = sender.receipts(&published.notice_id).await;
        (receipts.state() == v1::DeliveryState::Read).then_some(())
    })
    .await;

    assert!(other.received().await.is_empty());
    let request = v1::GetNoticeRequest { notice_id: published.notice_id, access: reason() };
    let refused = other.agency("unit").await.get_notice(request).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_childs_identity_opens_for_child_protection_only() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let police = exchange.unit("XF", Role::Investigator).await;
    let registered = exchange.unit("XS", Role::Investigator).await; // registered for child protection
    registered.invite_agency("children", Role::ChildProtection);

    let notice = child_case("XA-2026-000124");
    let published = sender.publish("one", &notice, &to(&["XF", "XS"])).await;
    police.receives(1).await;
    registered.receives(1).await;

    for unit in [&police, &registered] {
        let view = unit.get(&published.notice_id).await;
        assert_eq!(view.withheld_persons, [1], "{} withholds the child from an investigator", unit.code);
        assert!(view.notice.unwrap().persons[1].names.is_empty());
    }
    let mut children = registered.agency("children").await;
    let request = v1::GetNoticeRequest { notice_id: published.notice_id.clone(), access: reason() };
    let view = children.get_notice(request).await.unwrap().into_inner().notice.unwrap();
    assert!(view.withheld_persons.is_empty());
    assert_eq!(view.notice.unwrap().persons[1].names, notice.persons[1].names);

    // The same holds for search: the child's name finds nothing for those who may not open it.
    let question = search(v1::PersonQuestion { name: "ياسين".into(), ..Default::default() });
    let found = children.search_cases(question.clone()).await.unwrap().into_inner();
    assert_eq!(found.hits.len(), 1);
    for unit in [&police, &registered] {
        let found = unit.agency("unit").await.search_cases(question.clone()).await.unwrap().into_inner();
        assert!(found.hits.is_empty(), "{} finds the child by name", unit.code);
    }
}
