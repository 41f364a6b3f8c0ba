//! Recall: what its owner takes back is hidden at once everywhere, its keys go, and each recipient signs
//! that they went; whoever does not is named. Expiry does the same without a word.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::Path;
use std::sync::Arc;

use amana_seal::keyfile::{KeyKind, open_pem};
use amana_seal::rest::{Place, VaultKey};
use amana_store::RealDisk;
use amana_store::keyslots::{KeySlot, KeySlots, SlotNumber};
use amana_store::ledger::LedgerConfig;
use amana_types::{Duration, NoticeId, Role};
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, Unit, eventually, passphrase};

const NAME: &str = "سالم التجريبي";

async fn delivered(sender: &Unit, id: &str) {
    eventually("the delivery is receipted", || async {
        (sender.receipts(id).await.state() == v1::DeliveryState::Delivered).then_some(())
    })
    .await;
}

async fn erased(sender: &Unit, id: &str) -> v1::GetDeliveryResponse {
    eventually("everyone has signed that it is erased", || async {
        let receipts = sender.receipts(id).await;
        (receipts.state() == v1::DeliveryState::Erased).then_some(receipts)
    })
    .await
}

async fn hidden(unit: &Unit, id: &str, kept: usize) {
    eventually("it is hidden", || async { (unit.received().await.len() == kept).then_some(()) }).await;
    assert_eq!(unit.finds(NAME).await, kept, "{} finds it", unit.code);
    assert_eq!(unit.get_refused(id).await, "NOTICE_WITHDRAWN");
}

/// The keys in a node's slots, as whoever has its directory reads them.
fn slots(unit: &Unit) -> Vec<Option<KeySlot>> {
    let journal = LedgerConfig::new(unit.layout.ledger()).open_journal().unwrap();
    let slots = KeySlots::open(&unit.layout.root().join("keyslots"), &journal, Arc::new(RealDisk)).unwrap();
    (0..slots.count()).map(|slot| slots.get(SlotNumber(slot)).unwrap()).collect()
}

fn holds_bytes(dir: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds_bytes(&path, bytes);
        }
        std::fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes)
    })
}

/// The canary: with the whole directory and its passphrase, the notice's data key can not be had.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_notice_cannot_be_opened_from_the_directory_with_its_passphrase() {
    let exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let kept = sender.publish("kept", &case("XA-1"), &to(&["XF"])).await.notice_id;
    let gone = sender.publish("gone", &case("XA-2"), &to(&["XF"])).await.notice_id;
    receiver.receives(2).await;
    receiver.close().await;
    let id_of = |id: &str| id.parse::<NoticeId>().unwrap();
    let before = slots(&receiver);
    let key_of = |slots: &[Option<KeySlot>], id: &str| {
        slots.iter().flatten().find(|slot| slot.id == id_of(id)).map(|slot| slot.wrapped.clone())
    };
    let wrapped = key_of(&before, &gone).expect("its key is there before");
    assert!(holds_bytes(receiver.layout.root(), &wrapped));
    receiver.open().await;

    sender.withdraw("w", &gone, v1::WithdrawalGround::CourtOrder).await.unwrap();
    hidden(&receiver, &gone, 1).await;
    erased(&sender, &gone).await;
    sender.close().await;
    receiver.close().await;

    for unit in [&sender, &receiver] {
        let pem = std::fs::read_to_string(unit.layout.root().join("keys/vault.key")).unwrap();
        let vault = VaultKey::new(&open_pem(&pem, KeyKind::Vault, &passphrase()).unwrap()).unwrap();
        let opens = |slot: &KeySlot, id: &str| {
            let place = |id: &NoticeId| {
                vault
                    .unwrap(Place { tree: "notice", key: id.as_bytes(), field: "data-key" }, &slot.wrapped)
                    .is_ok()
            };
            place(&id_of(id))
        };
        let after = slots(unit);
        assert!(after.iter().flatten().any(|slot| opens(slot, &kept)), "{} lost what it kept", unit.code);
        assert!(!after.iter().flatten().any(|slot| opens(slot, &gone)), "{} can open it", unit.code);
    }
    assert!(!holds_bytes(receiver.layout.root(), &wrapped), "the wrapped key lies somewhere else");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_is_hidden_everywhere_and_receipted() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let (one, two) =
        (exchange.unit("XF", Role::Investigator).await, exchange.unit("XE", Role::Investigator).await);
    let id = sender.publish("one", &case("XA-1"), &to(&["XF", "XE"])).await.notice_id;
    one.receives(1).await;
    two.receives(1).await;
    delivered(&sender, &id).await;

    let answer = sender.withdraw("w", &id, v1::WithdrawalGround::PersonFound).await.unwrap();
    assert_eq!(answer.recipients, ["XE", "XF"]);
    // At the sender it is gone before anybody else has heard of it.
    let list = v1::ListNoticesRequest {
        direction: v1::Direction::Sent.into(),
        access: common::reason(),
        ..Default::default()
    };
    assert!(sender.agency("unit").await.list_notices(list).await.unwrap().into_inner().notices.is_empty());
    assert_eq!(sender.finds(NAME).await, 0);
    assert_eq!(sender.get_refused(&id).await, "NOTICE_WITHDRAWN");

    hidden(&one, &id, 0).await;
    hidden(&two, &id, 0).await;
    let receipts = erased(&sender, &id).await;
    assert_eq!(receipts.status(), v1::NoticeStatus::Withdrawn);
    assert_eq!(receipts.ground(), v1::WithdrawalGround::PersonFound);
    assert_eq!(receipts.ended_at, answer.withdrawn_at);
    for recipient in &receipts.recipients {
        assert!(recipient.delivered_at.is_some() && recipient.erased_at.is_some(), "{recipient:?}");
        assert_eq!(recipient.owes_erasure_since, None);
    }

    // The same request is the same withdrawal; another one comes too late, and so does a read.
    let again = v1::WithdrawNoticeResponse { repeated_request: true, ..answer };
    assert_eq!(sender.withdraw("w", &id, v1::WithdrawalGround::PersonFound).await.unwrap(), again);
    let refused = sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::AlreadyExists);
    let refused = sender.withdraw("again", &id, v1::WithdrawalGround::Error).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
    let request = v1::AcknowledgeNoticeRequest { notice_id: id.clone(), access: common::reason() };
    assert_eq!(
        one.agency("unit").await.acknowledge_notice(request).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
    // Only the owner takes back.
    let refused = one.withdraw("theirs", &id, v1::WithdrawalGround::Error).await.unwrap_err();
    assert_eq!(amana_wire::status::RemoteError::from(&refused).reason, "NOT_THE_OWNER");
    // Nobody is owed what was never said.
    let refused = sender.withdraw("why", &id, v1::WithdrawalGround::Other).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_that_is_away_is_named_as_debtor_until_it_is_back() {
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let mut away = exchange.unit("XF", Role::Investigator).await;
    let here = exchange.unit("XE", Role::Investigator).await;
    let id = sender.publish("one", &case("XA-1"), &to(&["XF", "XE"])).await.notice_id;
    away.receives(1).await;
    here.receives(1).await;
    delivered(&sender, &id).await;
    away.close().await;

    // Hub and sender are down in between: the withdrawal is not lost.
    exchange.close().await;
    let answer = sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    sender.close().await;
    sender.open().await;
    assert_eq!(sender.get_refused(&id).await, "NOTICE_WITHDRAWN");
    exchange.open().await;
    hidden(&here, &id, 0).await;
    let receipts = eventually("one has erased it", || async {
        let receipts = sender.receipts(&id).await;
        receipts.recipients.iter().any(|recipient| recipient.erased_at.is_some()).then_some(receipts)
    })
    .await;
    let debtor = receipts.recipients.iter().find(|recipient| recipient.member == "XF").unwrap();
    assert_eq!(
        (debtor.state(), debtor.owes_erasure_since),
        (v1::DeliveryState::Delivered, answer.withdrawn_at)
    );
    assert_eq!(receipts.state(), v1::DeliveryState::Delivered);

    // It comes back a week later, by its own clock and by the sender's.
    away.wait_for(Duration::from_days(7));
    sender.wait_for(Duration::from_days(7));
    away.open().await;
    hidden(&away, &id, 0).await;
    let receipts = erased(&sender, &id).await;
    let back = receipts.recipients.iter().find(|recipient| recipient.member == "XF").unwrap();
    let seconds = [&back.erased_at, &answer.withdrawn_at].map(|at| at.as_ref().unwrap().seconds);
    assert!(seconds[0] - seconds[1] >= 7 * 24 * 3600, "{seconds:?}");
}

/// What is withdrawn while it still waits for the hub goes out and is called back behind itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_waits_for_the_hub_can_be_withdrawn() {
    let mut exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    sender.publish("first", &case("XA-0"), &to(&["XF"])).await;
    receiver.receives(1).await;
    exchange.close().await;
    let id = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    exchange.open().await;
    erased(&sender, &id).await;
    assert_eq!(receiver.received().await.len(), 1);
    assert_eq!(receiver.finds(NAME).await, 1);
}

/// Hidden notices leave no holes in pages, and search goes on behind them.
#[tokio::test(flavor = "multi_thread")]
async fn pages_are_full_though_notices_between_are_gone() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let mut ids = Vec::new();
    for n in 0..12 {
        let request = format!("{n}");
        ids.push(sender.publish(&request, &case(&format!("XA-{n}")), &to(&["XF"])).await.notice_id);
    }
    receiver.receives(12).await;
    for id in &ids[4..10] {
        sender.withdraw(id, id, v1::WithdrawalGround::NoLongerNeeded).await.unwrap();
    }
    for id in &ids[4..10] {
        erased(&sender, id).await;
    }
    for _ in 0..2 {
        let mut seen = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::SearchCasesRequest {
                page_size: 3,
                page_token,
                ..common::search(v1::PersonQuestion { name: NAME.into(), ..Default::default() })
            };
            let page = receiver.agency("unit").await.search_cases(request).await.unwrap().into_inner();
            seen.extend(page.hits.into_iter().map(|hit| hit.summary.unwrap().notice_id));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let expected: Vec<String> = ids[10..].iter().rev().chain(ids[..4].iter().rev()).cloned().collect();
        assert_eq!(seen, expected);
        // The same from the journal alone.
        receiver.close().await;
        std::fs::remove_dir_all(receiver.layout.root().join("views")).unwrap();
        receiver.open().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_is_erased_without_a_word_and_receipted() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = exchange.unit("XF", Role::Investigator).await;
    let soon = common::now().after(Duration::from_days(10));
    let notice = v1::Notice { expires: Some(amana_wire::convert::timestamp_message(soon)), ..case("XA-1") };
    let id = sender.publish("one", &notice, &to(&["XF"])).await.notice_id;
    let kept = sender.publish("two", &case("XA-2"), &to(&["XF"])).await.notice_id;
    receiver.receives(2).await;
    delivered(&sender, &id).await;

    receiver.wait_for(Duration::from_days(11));
    eventually("it is hidden", || async { (receiver.received().await.len() == 1).then_some(()) }).await;
    assert_eq!(receiver.get_refused(&id).await, "NOTICE_EXPIRED");
    // Nobody has told the sender's own clock yet, and still it hears that it is erased there.
    let receipts = erased(&sender, &id).await;
    assert_eq!(receipts.status(), v1::NoticeStatus::Published);

    sender.wait_for(Duration::from_days(11));
    eventually("it has expired at its owner", || async {
        (sender.receipts(&id).await.status() == v1::NoticeStatus::Expired).then_some(())
    })
    .await;
    assert_eq!(sender.get_refused(&id).await, "NOTICE_EXPIRED");
    let refused = sender.withdraw("late", &id, v1::WithdrawalGround::Error).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::FailedPrecondition);
    // What is left is left, also after a restart.
    receiver.close().await;
    let keys: Vec<String> = slots(&receiver).iter().flatten().map(|slot| slot.id.to_string()).collect();
    assert_eq!(keys, [kept.as_str()]);
    receiver.open().await;
    assert_eq!(receiver.received().await[0].notice_id, kept);
}
