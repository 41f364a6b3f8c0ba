//! The trail of a notice: everything that a node kept of its life, proven to whoever has the exchange's
//! public facts and nothing else, and without a word of the case.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::trail::{Trust, Verified, verify};
use amana_node::ExchangeTrust;
use amana_types::{Digest, Role, VerifyingKey};
use amana_wire::v1;
use amana_wire::v1::get_trail_response::Part;
use common::case::{case, to};
use common::{Exchange, Unit, eventually};

/// The exchange's public facts, as any node has them.
fn trust(unit: &Unit) -> Trust {
    let facts = ExchangeTrust::load(&unit.layout).unwrap();
    let key = |text: &String| VerifyingKey(text.parse::<Digest>().unwrap().0);
    Trust {
        exchange: facts.exchange.parse().unwrap(),
        root_keys: facts.root_keys.iter().map(key).collect(),
        log_key: facts.log_key.parse().unwrap(),
    }
}

async fn ask(unit: &Unit, id: &str) -> Result<(v1::TrailView, Vec<u8>), tonic::Status> {
    let request = v1::GetTrailRequest { access: None, notice_id: id.to_owned() };
    let mut parts = unit.agency("unit").await.get_trail(request).await?.into_inner();
    let (mut view, mut file) = (None, Vec::new());
    while let Some(part) = parts.message().await? {
        match part.part.unwrap() {
            Part::View(told) => view = Some(told),
            Part::File(bytes) => file.extend_from_slice(&bytes),
        }
    }
    Ok((view.unwrap(), file))
}

async fn trail(unit: &Unit, id: &str) -> (v1::TrailView, Vec<u8>, Verified) {
    let (view, file) = ask(unit, id).await.unwrap();
    let verified = verify(&file, &trust(unit)).unwrap();
    assert_eq!(v1::TrailView::from(&verified), view, "what is told is what the file proves");
    (view, file, verified)
}

/// What, who, and whether it is proven.
fn told(view: &v1::TrailView) -> Vec<(&'static str, String, bool)> {
    view.steps
        .iter()
        .map(|step| (step.event().as_str_name(), step.member.clone(), step.log_place.is_some()))
        .collect()
}

fn has(view: &v1::TrailView, event: v1::TrailEvent, member: &str, proven: bool) -> bool {
    view.steps
        .iter()
        .any(|step| step.event() == event && step.member == member && step.log_place.is_some() == proven)
}

async fn in_state(unit: &Unit, id: &str, state: v1::DeliveryState) {
    eventually("the notice is so far", || async { (unit.receipts(id).await.state() == state).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_is_told_and_proven_also_when_the_notice_is_erased_and_the_hub_is_gone() {
    use v1::TrailEvent as E;
    let mut exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let one = exchange.unit("XF", Role::Investigator).await;
    let mut two = exchange.unit("XE", Role::Investigator).await;
    let other = sender.publish("other", &case("XA-0"), &to(&["XF", "XE"])).await.notice_id;
    let id = sender.publish("one", &case("XA-1"), &to(&["XF", "XE"])).await.notice_id;
    one.receives(2).await;
    two.receives(2).await;
    in_state(&sender, &id, v1::DeliveryState::Delivered).await;
    two.close().await;
    let request = v1::AcknowledgeNoticeRequest { notice_id: id.clone(), access: common::reason() };
    one.agency("unit").await.acknowledge_notice(request).await.unwrap();
    sender.withdraw("w", &id, v1::WithdrawalGround::PersonFound).await.unwrap();
    let (view, ..) = eventually("one has read and erased it", || async {
        let (view, file, verified) = trail(&sender, &id).await;
        (has(&view, E::Read, "XF", true) && has(&view, E::Erased, "XF", true))
            .then_some((view, file, verified))
    })
    .await;
    let what = told(&view);
    assert_eq!(what[0], ("TRAIL_EVENT_PUBLISHED", "XA".into(), true));
    assert_eq!(what.last().unwrap(), &("TRAIL_EVENT_OWES_ERASURE", "XE".into(), false));
    for (event, member, proven) in [
        (E::Delivered, "XF", true),
        (E::Delivered, "XE", true),
        (E::Withdrawn, "XA", false),
        (E::Recalled, "XA", true),
        (E::Erased, "XA", false),
    ] {
        assert!(has(&view, event, member, proven), "{event:?} of {member}: {what:?}");
    }
    assert!(view.heads_joined, "the hub was there to be asked");
    let indexes: Vec<u64> =
        view.steps.iter().filter_map(|step| Some(step.log_place.as_ref()?.index)).collect();
    assert!(indexes.is_sorted_by(|a, b| a < b), "{indexes:?}");
    let decided = view.steps.iter().find(|step| step.event() == E::Withdrawn).unwrap();
    assert_eq!(decided.withdrawal_ground(), v1::WithdrawalGround::PersonFound);

    two.open().await;
    in_state(&sender, &id, v1::DeliveryState::Erased).await;
    let (view, file, _) = trail(&sender, &id).await;
    assert!(!view.steps.iter().any(|step| step.event() == E::OwesErasure));
    // No word of the case is in it: it may leave the house.
    let clear = {
        use base64::Engine as _;
        let text = String::from_utf8(file.clone()).unwrap();
        base64::engine::general_purpose::STANDARD.decode(text.lines().skip(1).collect::<String>()).unwrap()
    };
    for word in ["XA-1", "XF-2026-000009", "سالم", "PERSON_FOUND-", "Salim"] {
        assert!(!clear.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is in the trail");
    }

    // From the journal alone, and with nobody to ask.
    exchange.close().await;
    sender.close().await;
    std::fs::remove_dir_all(sender.layout.root().join("views")).unwrap();
    sender.open().await;
    let (again, _, verified) = trail(&sender, &id).await;
    assert_eq!(told(&again), told(&view));
    assert!(!verified.is_joined(), "nobody could be asked whether the log only grew");
    // What another notice's trail proves is its own life.
    let (view, ..) = trail(&sender, &other).await;
    assert_eq!(told(&view).len(), 3, "{:?}", told(&view));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_tells_what_it_knows() {
    use v1::TrailEvent as E;
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let id = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    receiver.receives(1).await;
    let request = v1::AcknowledgeNoticeRequest { notice_id: id.clone(), access: common::reason() };
    receiver.agency("unit").await.acknowledge_notice(request).await.unwrap();
    sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    in_state(&sender, &id, v1::DeliveryState::Erased).await;
    let (view, ..) = trail(&receiver, &id).await;
    let what = told(&view);
    for (event, member, proven) in [
        (E::Published, "XA", true),
        (E::Delivered, "XF", false),
        (E::Read, "XF", false),
        (E::Recalled, "XA", true),
        (E::Erased, "XF", false),
    ] {
        assert!(has(&view, event, member, proven), "{event:?} of {member}: {what:?}");
    }
    assert_eq!(what.len(), 5);
    assert_eq!((view.sender.as_str(), view.maker.as_str()), ("XA", "XF"));
    let nothing = ask(&receiver, "01890a5d-ac96-774b-bcce-b302099a8057").await.unwrap_err();
    assert_eq!(nothing.code(), tonic::Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_desks_word_is_part_of_it() {
    use v1::TrailEvent as E;
    let exchange = Exchange::start().await;
    let desk = exchange.desk().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    exchange.set_under_review("XA", true).await;
    let held = |id: String| {
        let desk = &desk;
        async move {
            desk.receives(1).await;
            let request = v1::DecideReviewRequest {
                notice_id: id,
                verdict: v1::ReviewVerdict::Pass.into(),
                access: common::reason(),
                ..Default::default()
            };
            desk.officer("unit").await.decide_review(request).await.unwrap();
        }
    };
    let id = sender.publish("one", &case("XA-1"), &to(&["XF"])).await.notice_id;
    held(id.clone()).await;
    receiver.receives(1).await;
    in_state(&sender, &id, v1::DeliveryState::Delivered).await;
    for unit in [&sender, &receiver, &desk] {
        let (view, ..) = trail(unit, &id).await;
        assert!(has(&view, E::Passed, "XD", true), "{} tells {:?}", unit.code, told(&view));
    }
}
