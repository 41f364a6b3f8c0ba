//! Amending and withdrawing: only what is one's own, and what is withdrawn is gone from the hub.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;

use amana_client::RemoteLog;
use amana_client::exchange::Event;
use amana_seal::envelope::{Envelope, ErasedRef, Kind, Supersedes, header_hash};
use amana_types::{Addressing, Digest, Directory, NoticeId, Seq};
use common::{Choices, Exchange, PATIENCE, Party, code, reason, receipted};

/// An envelope of this kind that takes the place of another.
fn after(
    party: &Party,
    directory: &Directory,
    to: &[&str],
    kind: Kind,
    supersedes: Option<Supersedes>,
) -> (NoticeId, Envelope) {
    let mut addressing = Addressing::default();
    addressing.countries.extend(to.iter().map(|to| code(to)));
    let choices = Choices { kind, supersedes, ..Choices::default() };
    party.seal_as(directory, &addressing, to, "what comes after", &choices)
}

fn naming((id, envelope): &(NoticeId, Envelope)) -> Option<Supersedes> {
    Some(Supersedes { id: *id, header_hash: header_hash(&envelope.header) })
}

/// Whether any file below holds any of the sealed bytes.
fn on_disk(dir: &Path, envelope: &Envelope) -> bool {
    let sealed = envelope.sections.iter().chain(envelope.slots.iter().map(|slot| &slot.bytes));
    let needles: Vec<&[u8]> = sealed.flat_map(|part| [&part[..48], &part[part.len() - 48..]]).collect();
    holds_any(dir, &needles)
}

fn holds_any(dir: &Path, needles: &[&[u8]]) -> bool {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds_any(&path, needles);
        }
        let bytes = fs::read(&path).unwrap();
        needles.iter().any(|needle| memchr::memmem::find(&bytes, needle).is_some())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_senders_own_envelopes_are_amended_or_withdrawn() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let own = xa.seal(&directory, &["XF"], "one");
    receipted(xa.publish(&exchange, own.0, &own.1).await);
    let named = naming(&own);
    let other_hash = named.map(|named| Supersedes { header_hash: Digest([9; 32]), ..named });
    let never = Some(Supersedes { id: Choices::default().id, ..named.unwrap() });
    for kind in [Kind::Withdrawal, Kind::Notice] {
        for (party, to, before) in [(&xf, "XA", named), (&xa, "XF", other_hash), (&xa, "XF", never)] {
            let (id, envelope) = after(party, &directory, &[to], kind, before);
            assert_eq!(reason(party.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");
        }
    }
    let (id, envelope) = after(&xa, &directory, &["XF"], Kind::Withdrawal, None);
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");
    assert!(on_disk(&exchange.dir(), &own.1));
    // A withdrawal is not taken back: who was away would never hear of it.
    let withdrawal = after(&xa, &directory, &["XF"], Kind::Withdrawal, named);
    receipted(xa.publish(&exchange, withdrawal.0, &withdrawal.1).await);
    let (id, envelope) = after(&xa, &directory, &["XF"], Kind::Withdrawal, naming(&withdrawal));
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");
    assert!(on_disk(&exchange.dir(), &withdrawal.1));
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_is_gone_with_its_versions_and_the_log_still_verifies() {
    let mut exchange = Exchange::start().await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    let directory = exchange.directory().await;
    let to = ["XF", "XS"];
    let other = xa.seal(&directory, &to, "this one stays");
    let first = xa.seal(&directory, &to, "the first version");
    let second = after(&xa, &directory, &to, Kind::Notice, naming(&first));
    let mut places = Vec::new();
    for (id, envelope) in [&other, &first, &second] {
        places.push(receipted(xa.publish(&exchange, *id, envelope).await).index);
    }
    // XF takes all in; XS is away.
    let mut receiver = xf.receiver(&exchange, Seq(0), 64).await;
    assert_eq!(Party::envelopes_below(&mut receiver, places[2].next()).await.len(), 3);
    drop(receiver);
    assert!(on_disk(&exchange.dir(), &first.1) && on_disk(&exchange.dir(), &second.1), "the control");

    let withdrawal = after(&xa, &directory, &to, Kind::Withdrawal, naming(&second));
    let last = receipted(xa.publish(&exchange, withdrawal.0, &withdrawal.1).await).index;
    let mut restarted = false;
    loop {
        for gone in [&first, &second] {
            assert!(!on_disk(&exchange.dir(), &gone.1), "after a restart: {restarted}");
        }
        assert!(on_disk(&exchange.dir(), &other.1));
        assert_eq!(heads_only(&exchange, &xs, &directory, last).await, [first.0, second.0]);
        let log = RemoteLog::new(exchange.operator_channel().await, exchange.log_key());
        assert!({ log }.recompute(|_, _| ()).await.unwrap().holds());
        // Sent once more, it is known and answered as before.
        let again = receipted(xa.publish(&exchange, first.0, &first.1).await);
        assert_eq!((again.index, again.repeated), (places[1], true));
        exchange.close().await;
        assert!(amana_hub::fsck(&exchange.dir()).unwrap().is_ok());
        if restarted {
            break;
        }
        // The second time everything is built from the journal.
        fs::remove_dir_all(exchange.dir().join("ledger/views")).unwrap();
        exchange.open().await;
        restarted = true;
    }
}

/// What comes to a member that was away: the notice that stays and the withdrawal whole, of the others
/// their heads; answers the ids of those.
async fn heads_only(exchange: &Exchange, party: &Party, directory: &Directory, last: Seq) -> Vec<NoticeId> {
    let mut receiver = party.receiver(exchange, Seq(0), 64).await;
    let (mut whole, mut erased) = (Vec::new(), Vec::new());
    loop {
        match tokio::time::timeout(PATIENCE, receiver.next()).await.unwrap().unwrap().unwrap() {
            Event::Envelope(proven) => whole.push(proven.index),
            Event::Erased(proven) => {
                let left = &proven.record;
                let head = ErasedRef {
                    header: &left.header,
                    slots_root: &left.slots_root,
                    depth: left.depth,
                    signature: &left.signature,
                };
                let find = |header: &amana_seal::envelope::Header| {
                    amana_seal::SignerKey::find(directory, header.sender, header.sender_key, proven.index)
                };
                erased.push(head.verify(find).unwrap().0.id);
            }
            Event::Head { complete_below, .. } if complete_below > last => break,
            _ => {}
        }
    }
    assert_eq!((whole.len(), whole.last()), (2, Some(&last)));
    erased
}

/// Only a notice of one's own is suspended, nothing is suspended or amended that is no notice, and what
/// was withdrawn is amended no more. A suspension takes no bytes off the hub.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_is_of_ones_own_notice_and_erases_nothing() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let own = xa.seal(&directory, &["XF"], "one");
    receipted(xa.publish(&exchange, own.0, &own.1).await);
    let named = naming(&own);
    let (id, envelope) = after(&xf, &directory, &["XA"], Kind::Suspension, named);
    assert_eq!(reason(xf.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");
    let (id, envelope) = after(&xa, &directory, &["XF"], Kind::Suspension, None);
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");

    let suspension = after(&xa, &directory, &["XF"], Kind::Suspension, named);
    receipted(xa.publish(&exchange, suspension.0, &suspension.1).await);
    assert!(on_disk(&exchange.dir(), &own.1) && on_disk(&exchange.dir(), &suspension.1));
    for kind in [Kind::Notice, Kind::Suspension, Kind::Withdrawal] {
        let (id, envelope) = after(&xa, &directory, &["XF"], kind, naming(&suspension));
        assert_eq!(
            reason(xa.publish(&exchange, id, &envelope).await),
            "SUPERSEDES_UNKNOWN",
            "{}",
            kind.code()
        );
    }

    // A suspended notice is amended and withdrawn as any other; after that it is over.
    let second = after(&xa, &directory, &["XF"], Kind::Notice, named);
    receipted(xa.publish(&exchange, second.0, &second.1).await);
    let withdrawal = after(&xa, &directory, &["XF"], Kind::Withdrawal, naming(&second));
    receipted(xa.publish(&exchange, withdrawal.0, &withdrawal.1).await);
    assert!(!on_disk(&exchange.dir(), &own.1) && !on_disk(&exchange.dir(), &second.1));
    assert!(on_disk(&exchange.dir(), &suspension.1));
    for before in [named, naming(&second)] {
        let (id, envelope) = after(&xa, &directory, &["XF"], Kind::Notice, before);
        assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "SUPERSEDES_UNKNOWN");
    }
    exchange.close().await;
}
