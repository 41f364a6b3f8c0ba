//! Attachments at the hub: taken in piece by piece, given to those alone whom an envelope was delivered to,
//! and gone with the envelopes that list them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amana_client::ClientError;
use amana_client::exchange::{ReadAt, decide, deposit, fetch};
use amana_notice::AttachmentKey;
use amana_seal::attachment::{Sealer, Shape};
use amana_seal::envelope::{AttachmentHeader, Envelope, Kind, Supersedes, header_hash};
use amana_seal::receipt::Receipted;
use amana_seal::review::{ReviewDecision, Ruling};
use amana_types::{Addressing, Digest, Directory, NoticeId, Seq};
use bytes::Bytes;
use common::{Choices, Exchange, Party, code, now, reason, receipted, remote};

/// A sealed attachment with so many bytes of content.
fn sealed(length: usize, byte: u8) -> (AttachmentHeader, Bytes) {
    let shape = Shape::of(length as u64).unwrap();
    let (mut sealer, head) = Sealer::new(&AttachmentKey::new([byte; 32]), &[byte; 16], shape).unwrap();
    let mut out = head.to_vec();
    sealer.push(&vec![byte; length], &mut out).unwrap();
    let digest = sealer.finish(&mut out).unwrap().sealed;
    (AttachmentHeader { sealed: digest, padded_bytes: shape.padded_bytes() }, out.into())
}

fn read(bytes: &Bytes) -> ReadAt {
    let bytes = bytes.clone();
    Arc::new(move |at, most| {
        let at = usize::try_from(at).unwrap();
        Ok(bytes.slice(at..at + most))
    })
}

async fn bring(
    party: &Party,
    exchange: &Exchange,
    one: &(AttachmentHeader, Bytes),
) -> Result<(), ClientError> {
    deposit(party.channel(exchange).await, one.0, read(&one.1)).await
}

async fn get(
    party: &Party,
    exchange: &Exchange,
    id: NoticeId,
    sealed: Digest,
    offset: u64,
) -> Result<Vec<u8>, ClientError> {
    let mut fetching = fetch(party.channel(exchange).await, id, sealed, offset).await?;
    let mut all = Vec::new();
    while let Some(piece) = fetching.next().await? {
        assert!(piece.len() <= 256 * 1024);
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

/// An envelope that lists an attachment.
fn listing(
    party: &Party,
    directory: &Directory,
    to: &[&str],
    attachment: AttachmentHeader,
    more: Choices,
) -> (NoticeId, Envelope) {
    let mut addressing = Addressing::default();
    let named = to.iter().filter(|to| !more.held || **to != "XD");
    addressing.countries.extend(named.map(|to| code(to)));
    let choices = Choices { attachment: Some(attachment), ..more };
    party.seal_as(directory, &addressing, to, "see the photo", &choices)
}

fn naming((id, envelope): &(NoticeId, Envelope)) -> Supersedes {
    Supersedes { id: *id, header_hash: header_hash(&envelope.header) }
}

/// Takes one back; answers when the hub has.
async fn withdraw(
    party: &Party,
    exchange: &Exchange,
    directory: &Directory,
    to: &str,
    what: Supersedes,
) -> Seq {
    let mut addressing = Addressing::default();
    addressing.countries.insert(code(to));
    let choices = Choices { kind: Kind::Withdrawal, supersedes: Some(what), ..Choices::default() };
    let (id, envelope) = party.seal_as(directory, &addressing, &[to], "gone", &choices);
    receipted(party.publish(exchange, id, &envelope).await).index
}

fn files(exchange: &Exchange) -> usize {
    let dir = exchange.dir().join("ledger/attachments/XA");
    fs::read_dir(dir).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_is_taken_when_its_attachments_are_here_and_those_addressed_get_them() {
    let mut exchange = Exchange::start().await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    let directory = exchange.directory().await;
    let one = sealed(700_000, 1);
    let (id, envelope) = listing(&xa, &directory, &["XF"], one.0, Choices::default());
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "ATTACHMENT_MISSING");
    // Somebody else's does not count.
    bring(&xs, &exchange, &one).await.unwrap();
    assert_eq!(reason(xa.publish(&exchange, id, &envelope).await), "ATTACHMENT_MISSING");

    // The first attempt breaks in the middle; the second goes on there.
    let (broken, first) = (one.1.clone(), Arc::new(AtomicU64::new(u64::MAX)));
    let failing: ReadAt = Arc::new(move |at, most| match at {
        0..300_000 => Ok(broken.slice(usize::try_from(at).unwrap()..usize::try_from(at).unwrap() + most)),
        _ => Err(std::io::ErrorKind::Other.into()),
    });
    assert!(deposit(xa.channel(&exchange).await, one.0, failing).await.is_err());
    exchange.close().await;
    exchange.open().await;
    let (whole, seen) = (one.1.clone(), Arc::clone(&first));
    let counting: ReadAt = Arc::new(move |at, most| {
        seen.fetch_min(at, Ordering::Relaxed);
        Ok(whole.slice(usize::try_from(at).unwrap()..usize::try_from(at).unwrap() + most))
    });
    deposit(xa.channel(&exchange).await, one.0, counting).await.unwrap();
    assert!(first.load(Ordering::Relaxed) > 0, "it began anew");
    receipted(xa.publish(&exchange, id, &envelope).await);

    assert_eq!(get(&xf, &exchange, id, one.0.sealed, 0).await.unwrap(), one.1);
    assert_eq!(get(&xf, &exchange, id, one.0.sealed, 262_100).await.unwrap(), one.1.slice(262_100..));
    // Absent and forbidden look alike.
    let other = Choices::default().id;
    for (party, id, digest) in
        [(&xs, id, one.0.sealed), (&xf, other, one.0.sealed), (&xf, id, Digest([1; 32]))]
    {
        assert_eq!(remote(get(party, &exchange, id, digest, 0).await.unwrap_err()), "ATTACHMENT_NOT_FOUND");
    }
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_was_announced_is_refused() {
    let mut exchange = Exchange::start().await;
    let xa = exchange.enrol("XA").await;
    let (header, bytes) = sealed(5000, 1);
    let flipped =
        Bytes::from(bytes.iter().enumerate().map(|(n, b)| b ^ u8::from(n == 999)).collect::<Vec<_>>());
    assert_eq!(remote(bring(&xa, &exchange, &(header, flipped)).await.unwrap_err()), "ATTACHMENT_DIFFERS");
    assert_eq!(files(&exchange), 0);
    let odd = AttachmentHeader { padded_bytes: 5000, ..header };
    let refused = deposit(xa.channel(&exchange).await, odd, read(&bytes)).await;
    assert_eq!(remote(refused.unwrap_err()), "ATTACHMENT_INVALID");
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_goes_with_the_last_envelope_that_lists_it() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let directory = exchange.directory().await;
    let (one, two) = (sealed(100, 1), sealed(100, 2));
    bring(&xa, &exchange, &one).await.unwrap();
    bring(&xa, &exchange, &two).await.unwrap();
    let first = listing(&xa, &directory, &["XF"], one.0, Choices::default());
    // Another notice with the same file, and one with another file.
    let again = listing(&xa, &directory, &["XF"], one.0, Choices::default());
    let other = listing(&xa, &directory, &["XF"], two.0, Choices::default());
    for (id, envelope) in [&first, &again, &other] {
        receipted(xa.publish(&exchange, *id, envelope).await);
    }
    withdraw(&xa, &exchange, &directory, "XF", naming(&first)).await;
    let refused = get(&xf, &exchange, first.0, one.0.sealed, 0).await.unwrap_err();
    assert_eq!(remote(refused), "ATTACHMENT_NOT_FOUND");
    assert_eq!(get(&xf, &exchange, again.0, one.0.sealed, 0).await.unwrap(), one.1, "still listed");
    assert_eq!(files(&exchange), 2);
    // After a restart over views that are gone it is still known who lists what.
    exchange.close().await;
    fs::remove_dir_all(exchange.dir().join("ledger/views")).unwrap();
    exchange.open().await;
    withdraw(&xa, &exchange, &directory, "XF", naming(&again)).await;
    assert_eq!(files(&exchange), 1, "gone when the withdrawal is answered");
    assert_eq!(get(&xf, &exchange, other.0, two.0.sealed, 0).await.unwrap(), two.1);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_held_the_attachments_are_for_the_desk_alone() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let xd = exchange.enrol_desk("XD").await;
    let directory = exchange.directory().await;
    let one = sealed(100, 1);
    bring(&xa, &exchange, &one).await.unwrap();
    let held = Choices { held: true, ..Choices::default() };
    let (id, envelope) = listing(&xa, &directory, &["XD", "XF"], one.0, held);
    receipted(xa.publish(&exchange, id, &envelope).await);
    assert_eq!(get(&xd, &exchange, id, one.0.sealed, 0).await.unwrap(), one.1);
    let refused = get(&xf, &exchange, id, one.0.sealed, 0).await.unwrap_err();
    assert_eq!(remote(refused), "ATTACHMENT_NOT_FOUND");
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_amendment_leaves_out_goes_when_it_stands_and_what_it_lists_again_stays() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let desk = exchange.enrol_desk("XD").await;
    let directory = exchange.directory().await;
    let (one, two) = (sealed(100, 1), sealed(100, 2));
    bring(&xa, &exchange, &one).await.unwrap();
    let first = listing(&xa, &directory, &["XF"], one.0, Choices::default());
    receipted(xa.publish(&exchange, first.0, &first.1).await);
    let after = |before: &(NoticeId, Envelope), held| Choices {
        supersedes: Some(naming(before)),
        held,
        ..Choices::default()
    };
    let second = listing(&xa, &directory, &["XF"], one.0, after(&first, false));
    receipted(xa.publish(&exchange, second.0, &second.1).await);
    for id in [first.0, second.0] {
        assert_eq!(get(&xf, &exchange, id, one.0.sealed, 0).await.unwrap(), one.1, "listed again");
    }
    // While one is held that leaves it out, the version before it stands.
    bring(&xa, &exchange, &two).await.unwrap();
    let third = listing(&xa, &directory, &["XD", "XF"], two.0, after(&second, true));
    let place = receipted(xa.publish(&exchange, third.0, &third.1).await).index;
    exchange.close().await;
    exchange.open().await;
    assert_eq!(files(&exchange), 2);

    let pass = ReviewDecision {
        desk: desk.code,
        key: desk.signing.id(),
        sender: code("XA"),
        envelope: Receipted { seq: place, id: third.0, header_hash: header_hash(&third.1.header) },
        ruling: Ruling::Pass,
        at: now(),
    };
    let signed = pass.sign(&desk.signing);
    let (body, signature) = (signed.bytes.into(), signed.signature.to_vec().into());
    decide(desk.channel(&exchange).await, body, signature).await.unwrap();
    assert_eq!(files(&exchange), 1, "gone when the pass is answered");
    let refused = get(&xf, &exchange, first.0, one.0.sealed, 0).await.unwrap_err();
    assert_eq!(remote(refused), "ATTACHMENT_NOT_FOUND");
    assert_eq!(get(&xf, &exchange, third.0, two.0.sealed, 0).await.unwrap(), two.1);
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_gets_not_even_the_ciphertext() {
    let mut exchange = Exchange::start().await;
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let partner = exchange.enrol_partner("XN").await;
    let directory = exchange.directory().await;
    let one = sealed(50_000, 1);
    bring(&xa, &exchange, &one).await.unwrap();
    let choices = Choices { partner: Some(code("XN")), ..Choices::default() };
    let (id, envelope) = listing(&xa, &directory, &["XF", "XN"], one.0, choices);
    receipted(xa.publish(&exchange, id, &envelope).await);
    assert_eq!(get(&xf, &exchange, id, one.0.sealed, 0).await.unwrap(), one.1);
    let refused = get(&partner, &exchange, id, one.0.sealed, 0).await.unwrap_err();
    assert_eq!(remote(refused), "ATTACHMENT_NOT_FOUND");
    exchange.close().await;
}
