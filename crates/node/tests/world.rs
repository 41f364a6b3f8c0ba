//! The whole world: 200 members, and a notice to all of them, through everything that can happen to it, with
//! hub and nodes restarted in between, from their journals alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_client::trail::{Trust, verify};
use amana_node::ExchangeTrust;
use amana_types::{Digest, Duration, Role, VerifyingKey};
use amana_wire::v1;
use amana_wire::v1::get_trail_response::Part;
use common::case::case;
use common::crowd::Mailbox;
use common::{Exchange, Unit, eventually};

/// Members that run no node.
const CROWD: u8 = 196;
/// Whom a notice to all is for: everybody but its sender.
const RECIPIENTS: usize = CROWD as usize + 3;

/// The exchange, its nodes with the sender first, and how often all was restarted.
struct World {
    exchange: Exchange,
    units: Vec<Unit>,
}

fn to_all() -> v1::Addressing {
    v1::Addressing { all_members: true, ..v1::Addressing::default() }
}

impl World {
    fn sender(&self) -> &Unit {
        &self.units[0]
    }

    fn recipients(&self) -> &[Unit] {
        &self.units[1..]
    }

    /// Stops everything and starts it again; what is not the journal's is built anew. The hub's whole log is
    /// read and compared with its tree in between.
    async fn restart(&mut self) {
        for unit in &mut self.units {
            unit.close().await;
            std::fs::remove_dir_all(unit.layout.root().join("views")).unwrap();
        }
        self.exchange.close().await;
        assert!(amana_hub::fsck(&self.exchange.hub_dir()).unwrap().is_ok());
        std::fs::remove_dir_all(self.exchange.hub_dir().join("ledger/views")).unwrap();
        self.exchange.open().await;
        for unit in &mut self.units {
            unit.open().await;
        }
    }

    /// Waits until the three nodes have signed a step, and tells everybody's.
    async fn signed(&self, id: &str, state: v1::DeliveryState) -> v1::GetDeliveryResponse {
        eventually("every node has signed", || async {
            let receipts = self.sender().receipts(id).await;
            let signed = receipts.recipients.iter().filter(|one| one.state() == state).count();
            (signed == self.recipients().len()).then_some(receipts)
        })
        .await
    }

    /// Waits until each node lists these notices and no other.
    async fn list(&self, ids: &[&str]) {
        for unit in self.recipients() {
            eventually("what is received", || async {
                let received = unit.received().await;
                let listed: Vec<&str> = received.iter().map(|one| one.notice_id.as_str()).collect();
                (listed == ids).then_some(())
            })
            .await;
        }
    }

    async fn amend(&self, of: &str, notice: &v1::Notice) -> v1::AmendNoticeResponse {
        let request = v1::AmendNoticeRequest {
            access: None,
            request_id: "amend".into(),
            notice_id: of.to_owned(),
            notice: Some(notice.clone()),
            addressing: None,
        };
        self.sender().agency("unit").await.amend_notice(request).await.unwrap().into_inner()
    }

    /// The trail of a notice, as its file proves it, and how many steps it has of that event.
    async fn trail(&self, id: &str) -> v1::TrailView {
        let request = v1::GetTrailRequest { access: None, notice_id: id.to_owned() };
        let mut parts = self.sender().agency("unit").await.get_trail(request).await.unwrap().into_inner();
        let (mut view, mut file) = (None, Vec::new());
        while let Some(part) = parts.message().await.unwrap() {
            match part.part.unwrap() {
                Part::View(told) => view = Some(told),
                Part::File(bytes) => file.extend_from_slice(&bytes),
            }
        }
        let facts = ExchangeTrust::load(&self.sender().layout).unwrap();
        let key = |text: &String| VerifyingKey(text.parse::<Digest>().unwrap().0);
        let trust = Trust {
            exchange: facts.exchange.parse().unwrap(),
            root_keys: facts.root_keys.iter().map(key).collect(),
            log_key: facts.log_key.parse().unwrap(),
        };
        let view = view.unwrap();
        assert_eq!(v1::TrailView::from(&verify(&file, &trust).unwrap()), view);
        view
    }
}

fn steps(view: &v1::TrailView, event: v1::TrailEvent) -> usize {
    view.steps.iter().filter(|step| step.event() == event).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_to_the_whole_world_lives_and_ends_over_restarts_of_everything() {
    use v1::{DeliveryState as State, TrailEvent as E};
    let exchange = Exchange::start().await;
    let crowd = exchange.crowd(CROWD).await;
    let mut units = Vec::new();
    for code in ["XA", "XE", "XF", "XS"] {
        units.push(exchange.unit(code, Role::Investigator).await);
    }
    let mut world = World { exchange, units };
    let [early, late] = [&crowd[0], crowd.last().unwrap()];

    // The nodes know everybody when they have followed the log to its end.
    let members = u64::from(CROWD) + 4;
    for unit in &world.units {
        eventually("the node knows every member", || async {
            (unit.status().await.verified_log_size >= members).then_some(())
        })
        .await;
    }
    let soon = common::now().after(Duration::from_days(10));
    let expires = Some(amana_wire::convert::timestamp_message(soon));
    let brief = v1::Notice { expires, ..case("XA-2") };
    let brief = world.sender().publish("brief", &brief, &to_all()).await;
    let first = world.sender().publish("first", &case("XA-1"), &to_all()).await;
    assert_eq!((brief.recipients.len(), first.recipients.len()), (RECIPIENTS, RECIPIENTS));
    let (brief, first) = (brief.notice_id, first.notice_id);
    let id = |text: &str| text.parse().unwrap();
    world.list(&[&first, &brief]).await;
    let receipts = world.signed(&first, State::Delivered).await;
    assert_eq!(receipts.recipients.len(), RECIPIENTS);
    let published = Mailbox { whole: vec![id(&brief), id(&first)], erased: Vec::new() };
    assert_eq!(early.mailbox(&world.exchange).await, published);

    world.restart().await;
    world.list(&[&first, &brief]).await;
    assert_eq!(world.signed(&first, State::Delivered).await.recipients, receipts.recipients);
    assert_eq!(early.mailbox(&world.exchange).await, published);

    let newer = v1::Notice { urgency: v1::Urgency::Urgent.into(), ..case("XA-1") };
    let amended = world.amend(&first, &newer).await;
    assert_eq!((amended.recipients.len(), amended.to_erase.len()), (RECIPIENTS, 0));
    let second = amended.notice_id;
    world.list(&[&second, &brief]).await;
    world.signed(&second, State::Delivered).await;
    world.restart().await;
    world.list(&[&second, &brief]).await;

    world.sender().withdraw("w", &first, v1::WithdrawalGround::PersonFound).await.unwrap();
    world.list(&[&brief]).await;
    for version in [&first, &second] {
        let receipts = world.signed(version, State::Erased).await;
        let debtors = receipts.recipients.iter().filter(|one| one.owes_erasure_since.is_some());
        assert_eq!(debtors.count(), usize::from(CROWD), "the crowd signs nothing");
    }
    world.restart().await;
    world.list(&[&brief]).await;
    world.signed(&second, State::Erased).await;
    // Who was away gets the heads of what was taken back, and the withdrawals whole.
    let mailbox = late.mailbox(&world.exchange).await;
    assert_eq!(mailbox.erased, [id(&first), id(&second)]);
    assert_eq!((mailbox.whole.len(), mailbox.whole[0]), (3, id(&brief)), "and a withdrawal of each");

    for version in [&first, &second] {
        let view = world.trail(version).await;
        assert!(view.heads_joined, "the hub was there to be asked");
        assert_eq!(steps(&view, E::Delivered), 3);
        assert_eq!(steps(&view, E::OwesErasure), usize::from(CROWD));
    }

    // What has expired is swept from the hub when it starts, and from the nodes by their own clocks.
    for unit in &world.units {
        unit.wait_for(Duration::from_days(11));
    }
    world.list(&[]).await;
    world.signed(&brief, State::Erased).await;
    world.exchange.wait_for(Duration::from_days(11));
    world.restart().await;
    eventually("the hub has swept it", || async {
        let mailbox = late.mailbox(&world.exchange).await;
        (mailbox.erased == [id(&brief), id(&first), id(&second)]).then_some(())
    })
    .await;
    world.restart().await;
    let view = world.trail(&brief).await;
    assert_eq!((steps(&view, E::Delivered), steps(&view, E::Erased)), (3, 4));
    assert_eq!(late.mailbox(&world.exchange).await.whole.len(), 2, "the withdrawals alone");
}
