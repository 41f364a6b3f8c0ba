//! Attachments across nodes: who may read them, what never leaves the house, and that they go with what
//! lists them, at owner, recipients and hub alike.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;

use amana_seal::attachment::HEAD_BYTES;
use amana_types::{Duration, Role};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, child_case, to};
use common::files::{Refused, attachment, content, refused, sha256, upload};
use common::{Exchange, Unit, eventually, reason};

fn not_found(reason: &str) -> Refused {
    (tonic::Code::NotFound, reason.to_owned())
}

fn with(notice: v1::Notice, attachments: Vec<v1::Attachment>) -> v1::Notice {
    v1::Notice { attachments, ..notice }
}

async fn download(unit: &Unit, agency: &str, id: &str, content: &[u8]) -> Result<Vec<u8>, Refused> {
    let request = v1::DownloadAttachmentRequest {
        notice_id: id.to_owned(),
        content_sha256: sha256(content),
        offset_bytes: 0,
        access: reason(),
    };
    let answer = unit
        .attachments(agency)
        .await
        .download_attachment(request)
        .await
        .map_err(|status| refused(&status))?;
    let (mut answers, mut all) = (answer.into_inner(), Vec::new());
    while let Some(answer) = answers.message().await.map_err(|status| refused(&status))? {
        all.extend_from_slice(&answer.piece);
    }
    Ok(all)
}

/// Waits until the node has it whole; answers it.
async fn arrives(unit: &Unit, agency: &str, id: &str, content: &[u8]) -> Vec<u8> {
    eventually("the attachment arrives", || async {
        match download(unit, agency, id, content).await {
            Ok(all) => Some(all),
            Err((_, reason)) if reason == "ATTACHMENT_NOT_COMPLETE" => None,
            Err(other) => panic!("{other:?}"),
        }
    })
    .await
}

/// The sealed files in a folder, with those that are still coming.
fn files_in(dir: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn files(unit: &Unit) -> Vec<PathBuf> {
    files_in(unit.layout.attachments())
}

fn uploads(unit: &Unit) -> Vec<PathBuf> {
    files_in(unit.layout.attachments().join("uploads"))
}

fn files_at_hub(exchange: &Exchange) -> Vec<PathBuf> {
    files_in(exchange.hub_dir().join("ledger/attachments/XA"))
}

/// Files that somebody kept open: what is left of them shows whether they were overwritten.
fn opened(paths: &[PathBuf]) -> Vec<File> {
    paths.iter().map(|path| File::open(path).unwrap()).collect()
}

fn are_overwritten(files: &[File]) -> bool {
    files.iter().all(|file| {
        let mut head = [1; HEAD_BYTES];
        file.read_exact_at(&mut head, 0).unwrap();
        head == [0; HEAD_BYTES]
    })
}

fn inodes(paths: &[PathBuf]) -> Vec<u64> {
    paths.iter().map(|path| fs::metadata(path).unwrap().ino()).collect()
}

/// A member's node with an investigator and an officer for child protection.
async fn with_guardian(exchange: &Exchange, code: &str) -> Unit {
    let mut unit = Unit::make(exchange, code).await;
    unit.invite_agency("unit", Role::Investigator);
    unit.invite_agency("guardian", Role::ChildProtection);
    unit.open().await;
    unit
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shows_a_child_is_read_by_child_protection_at_a_registered_member_and_by_nobody_else() {
    let exchange = Exchange::start().await;
    let sender = with_guardian(&exchange, "XA").await;
    // XS alone is registered for child protection.
    let registered = with_guardian(&exchange, "XS").await;
    let other = with_guardian(&exchange, "XF").await;
    let (child, suspect) = (content(1), content(2));
    upload(&sender, &child).await.unwrap();
    upload(&sender, &suspect).await.unwrap();
    let mut notice = child_case("XA-1");
    notice.persons[0].label = "p1".into();
    notice.persons[1].label = "p2".into();
    let listed = vec![attachment("child.png", &child, "p2"), attachment("suspect.png", &suspect, "p1")];
    let id = sender.publish("one", &with(notice, listed), &to(&["XF", "XS"])).await.notice_id;
    for unit in [&registered, &other] {
        unit.receives(1).await;
        for agency in ["unit", "guardian"] {
            assert_eq!(arrives(unit, agency, &id, &suspect).await, suspect, "{} {agency}", unit.code);
        }
    }
    assert_eq!(arrives(&registered, "guardian", &id, &child).await, child);
    assert_eq!(arrives(&sender, "guardian", &id, &child).await, child);
    for (unit, agency) in [(&registered, "unit"), (&other, "unit"), (&other, "guardian"), (&sender, "unit")] {
        let denied = download(unit, agency, &id, &child).await;
        assert_eq!(denied, Err(not_found("ATTACHMENT_NOT_FOUND")), "{} {agency}", unit.code);
        let shown = unit.get(&id).await.notice.unwrap().attachments;
        let names: Vec<&str> = shown.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["suspect.png"], "{}", unit.code);
    }
    assert_eq!((files(&registered).len(), files(&other).len()), (2, 1), "it never comes to the other");
}

/// What the lists of abuse media know is refused before it leaves, whichever hash they know it by.
#[tokio::test(flavor = "multi_thread")]
async fn known_abuse_media_are_refused_with_their_rule_before_anything_leaves() {
    let exchange = Exchange::start().await;
    let mut sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let (by_sha256, by_sha1, late) = (content(1), content(2), content(3));
    upload(&sender, &late).await.unwrap();
    sender.close().await;
    let list: Vec<String> = [
        (&ring::digest::SHA256, &by_sha256),
        (&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &by_sha1),
        (&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &late),
    ]
    .map(|(algorithm, content)| {
        let digest = ring::digest::digest(algorithm, content);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    })
    .into();
    fs::write(sender.layout.root().join("abuse.txt"), list.join("\n")).unwrap();
    let config = sender.layout.root().join("node.toml");
    let said = fs::read_to_string(&config).unwrap();
    let mut table: toml::Table = said.parse().unwrap();
    table.insert("abuse_hashes".into(), "abuse.txt".into());
    fs::write(&config, table.to_string()).unwrap();
    sender.open().await;

    let denied = (tonic::Code::PermissionDenied, "ABUSE_MEDIA_REFUSED".to_owned());
    for known in [&by_sha256, &by_sha1] {
        assert_eq!(upload(&sender, known).await, Err(denied.clone()));
    }
    // What was taken in before it was known does not leave either.
    let publishing = v1::PublishNoticeRequest {
        access: None,
        request_id: "late".into(),
        notice: Some(with(case("XA-1"), vec![attachment("late.png", &late, "")])),
        addressing: Some(to(&["XF"])),
        ..v1::PublishNoticeRequest::default()
    };
    let answer = sender.agency("unit").await.publish_notice(publishing).await;
    assert_eq!(refused(&answer.unwrap_err()), denied);
    assert_eq!((files(&sender), uploads(&sender)), (Vec::new(), Vec::new()), "nothing is kept");
    assert!(files_at_hub(&exchange).is_empty(), "something left");

    // A notice that gives the hash of a file cannot have that file attached.
    let own = content(4);
    upload(&sender, &own).await.unwrap();
    let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &own);
    let media = v1::AbuseMedia {
        algorithm: v1::HashAlgorithm::Sha1.into(),
        hash: sha1.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        ..v1::AbuseMedia::default()
    };
    let notice = with(case("XA-2"), vec![attachment("own.png", &own, "")]);
    let publishing = v1::PublishNoticeRequest {
        access: None,
        request_id: "own".into(),
        notice: Some(v1::Notice { abuse_media: vec![media], ..notice }),
        addressing: Some(to(&["XF"])),
        ..v1::PublishNoticeRequest::default()
    };
    let answer = sender.agency("unit").await.publish_notice(publishing).await;
    assert_eq!(refused(&answer.unwrap_err()), denied);
    assert!(uploads(&sender).is_empty() && files_at_hub(&exchange).is_empty());
    assert!(receiver.received().await.is_empty());
}

/// A notice with a file has come to two members; the three have it, and so has the hub.
async fn spread(sender: &Unit, receivers: &[&Unit], content: &[u8], notice: v1::Notice) -> String {
    upload(sender, content).await.unwrap();
    let notice = with(notice, vec![attachment("one.png", content, "")]);
    let codes: Vec<&str> = receivers.iter().map(|unit| unit.code.as_str()).collect();
    let id = sender.publish("one", &notice, &to(&codes)).await.notice_id;
    for receiver in receivers {
        receiver.receives(1).await;
        assert_eq!(arrives(receiver, "unit", &id, content).await, content);
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_notices_files_are_overwritten_everywhere_and_reading_them_says_why() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let one = exchange.unit("XF", Role::Investigator).await;
    let two = exchange.unit("XE", Role::Investigator).await;
    let content = content(1);
    let id = spread(&sender, &[&one, &two], &content, case("XA-1")).await;
    let everywhere = || [files(&sender), files(&one), files(&two), files_at_hub(&exchange)].concat();
    let kept = opened(&everywhere());
    assert_eq!(kept.len(), 4);
    assert!(!are_overwritten(&kept[..1]));

    sender.withdraw("w", &id, v1::WithdrawalGround::Error).await.unwrap();
    eventually("everyone has erased it", || async {
        (sender.receipts(&id).await.state() == v1::DeliveryState::Erased).then_some(())
    })
    .await;
    assert_eq!(everywhere(), Vec::<PathBuf>::new(), "something is left");
    assert!(are_overwritten(&kept), "something was not overwritten");
    for unit in [&sender, &one, &two] {
        let gone = download(unit, "unit", &id, &content).await;
        assert_eq!(gone, Err(not_found("NOTICE_WITHDRAWN")), "{}", unit.code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_notices_files_are_overwritten_everywhere_and_reading_them_says_why() {
    let mut exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let content = content(1);
    let soon = common::now().after(Duration::from_days(10));
    let notice = v1::Notice { expires: Some(amana_wire::convert::timestamp_message(soon)), ..case("XA-1") };
    let id = spread(&sender, &[&receiver], &content, notice).await;
    let kept = opened(&[files(&sender), files(&receiver), files_at_hub(&exchange)].concat());
    assert_eq!(kept.len(), 3);

    exchange.close().await;
    exchange.wait_for(Duration::from_days(11));
    exchange.open().await;
    for unit in [&sender, &receiver] {
        unit.wait_for(Duration::from_days(11));
        eventually("its time is over", || async {
            let gone = download(unit, "unit", &id, &content).await;
            (gone == Err(not_found("NOTICE_EXPIRED"))).then_some(())
        })
        .await;
    }
    eventually("it is gone everywhere", || async {
        let left = [files(&sender), files(&receiver), files_at_hub(&exchange)].concat();
        left.is_empty().then_some(())
    })
    .await;
    assert!(are_overwritten(&kept), "something was not overwritten");
}

async fn amend(unit: &Unit, request_id: &str, of: &str, notice: &v1::Notice) -> String {
    let request = v1::AmendNoticeRequest {
        access: None,
        request_id: request_id.to_owned(),
        notice_id: of.to_owned(),
        notice: Some(notice.clone()),
        addressing: None,
    };
    eventually("the notice is amended", || async {
        match unit.agency("unit").await.amend_notice(request.clone()).await {
            Ok(answer) => Some(answer.into_inner().notice_id),
            Err(status) if RemoteError::from(&status).reason == "NOT_IN_LOG_YET" => None,
            Err(status) => panic!("{status:?}"),
        }
    })
    .await
}

/// Waits until a version is all that a member lists.
async fn lists(unit: &Unit, id: &str) {
    eventually("the version arrives", || async {
        let received = unit.received().await;
        (received.len() == 1 && received[0].notice_id == id).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_lists_a_file_again_without_sending_it_twice_and_what_it_leaves_out_goes() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let content = content(1);
    let first = spread(&sender, &[&receiver], &content, case("XA-1")).await;
    let everywhere = || [files(&sender), files(&receiver), files_at_hub(&exchange)].concat();
    let before = (everywhere(), inodes(&everywhere()));

    // The node seals no second time, the hub is brought nothing and nothing is fetched: these are the files.
    let again = with(case("XA-1"), vec![attachment("again.png", &content, "")]);
    let second = amend(&sender, "two", &first, &again).await;
    lists(&receiver, &second).await;
    for unit in [&sender, &receiver] {
        assert_eq!(arrives(unit, "unit", &second, &content).await, content);
        assert_eq!(
            arrives(unit, "unit", &first, &content).await,
            content,
            "the older version has it as well"
        );
    }
    assert_eq!((everywhere(), inodes(&everywhere())), before);

    // What another one leaves out goes everywhere, though the older versions can be read.
    let kept = opened(&everywhere());
    let third = amend(&sender, "three", &second, &case("XA-1")).await;
    lists(&receiver, &third).await;
    eventually("it is gone everywhere", || async { everywhere().is_empty().then_some(()) }).await;
    assert!(are_overwritten(&kept), "something was not overwritten");
    let gone = Err((tonic::Code::FailedPrecondition, "ATTACHMENT_FAILED".to_owned()));
    for unit in [&sender, &receiver] {
        for older in [&first, &second] {
            assert_eq!(download(unit, "unit", older, &content).await, gone, "{}", unit.code);
            let view = unit.get(older).await;
            assert_eq!(view.attachments[0].reason(), v1::ErrorReason::AttachmentLeftOut, "{}", unit.code);
        }
        assert!(unit.get(&third).await.attachments.is_empty());
    }
    // It can be attached again, sealed anew.
    upload(&sender, &content).await.unwrap();
    let fourth = amend(&sender, "four", &third, &again).await;
    lists(&receiver, &fourth).await;
    assert_eq!(arrives(&receiver, "unit", &fourth, &content).await, content);
}
