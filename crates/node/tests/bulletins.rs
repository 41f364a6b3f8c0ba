//! Bulletins across nodes: the police and partners alike read them, with their files, without a case and
//! without the hub; closing reports and cases stay with the police.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use amana_types::Role;
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, to};
use common::files::{Refused, attachment, content, refused, sha256, upload};
use common::{Exchange, Unit, eventually, reason};

fn training() -> v1::Notice {
    let text = |text: &str| vec![v1::Text { language: "en".into(), text: text.into() }];
    let training = v1::Training {
        provider: "Exercise Police Academy".into(),
        format: v1::TrainingFormat::Online.into(),
        ..v1::Training::default()
    };
    v1::Notice {
        circulation: v1::Circulation::Bulletin.into(),
        case_reference: "LIB-2026-1".into(),
        subject: text("Interviewing children"),
        narrative: text("A course for whoever meets them."),
        marking: Some(v1::Marking { handling: v1::Handling::H0.into(), ..Default::default() }),
        purpose: v1::Purpose::CriminalInvestigation.into(),
        bulletin: Some(Box::new(v1::Bulletin {
            category: v1::BulletinCategory::Training.into(),
            training: Some(training),
            ..v1::Bulletin::default()
        })),
        ..v1::Notice::default()
    }
}

async fn item(unit: &Unit, agency: &str, id: &str) -> Result<v1::GetItemResponse, Refused> {
    let request = v1::GetItemRequest { access: None, notice_id: id.to_owned() };
    let answer = unit.library(agency).await.get_item(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| refused(&status))
}

async fn items(unit: &Unit, agency: &str) -> Vec<String> {
    let answer = unit.library(agency).await.list_items(v1::ListItemsRequest::default()).await;
    answer.unwrap().into_inner().items.into_iter().map(|item| item.notice_id).collect()
}

/// Waits until a bulletin is there with its file.
async fn arrives(unit: &Unit, id: &str) {
    eventually("the bulletin arrives with its file", || async {
        let answer = item(unit, "unit", id).await.ok()?;
        let complete = v1::AttachmentState::Complete;
        (answer.attachments.len() == 1 && answer.attachments[0].state() == complete).then_some(())
    })
    .await;
}

/// What lies behind an offset of a bulletin's file.
async fn read(unit: &Unit, agency: &str, id: &str, of: &[u8], offset: u64) -> Result<Vec<u8>, Refused> {
    let content_sha256 = sha256(of);
    let request = v1::DownloadItemAttachmentRequest {
        access: None,
        notice_id: id.to_owned(),
        content_sha256,
        offset_bytes: offset,
    };
    let answer = unit.library(agency).await.download_item_attachment(request).await;
    let (mut pieces, mut all) = (answer.map_err(|status| refused(&status))?.into_inner(), Vec::new());
    while let Some(answer) = pieces.message().await.map_err(|status| refused(&status))? {
        all.extend_from_slice(&answer.piece);
    }
    Ok(all)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulletins_file_is_read_without_case_and_hub_and_the_read_is_written_down() {
    let mut exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let mut receiver = Unit::make(&exchange, "XF").await;
    receiver.invite_agency("unit", Role::Investigator);
    receiver.invite_agency("shelter", Role::Partner);
    receiver.open().await;
    let (slides, photo) = (content(1), content(2));
    upload(&sender, &slides).await.unwrap();
    upload(&sender, &photo).await.unwrap();
    let bulletin = v1::Notice { attachments: vec![attachment("slides.pdf", &slides, "")], ..training() };
    let id = sender.publish("one", &bulletin, &to(&["XF"])).await.notice_id;
    arrives(&receiver, &id).await;
    let a_case = v1::Notice { attachments: vec![attachment("photo.png", &photo, "")], ..case("XA-1") };
    let case_id = sender.publish("two", &a_case, &to(&["XF"])).await.notice_id;
    receiver.receives(2).await;
    exchange.close().await;

    let shown = item(&receiver, "shelter", &id).await.unwrap().notice.unwrap().attachments;
    assert_eq!((shown.len(), shown[0].name.as_str(), shown[0].key.len()), (1, "slides.pdf", 0));
    for agency in ["unit", "shelter"] {
        assert_eq!(read(&receiver, agency, &id, &slides, 0).await.unwrap(), slides, "{agency}");
        assert_eq!(read(&receiver, agency, &id, &slides, 99_990).await.unwrap(), slides[99_990..]);
        // The library is no way to a case.
        let absent = Err((tonic::Code::NotFound, "ATTACHMENT_NOT_FOUND".to_owned()));
        assert_eq!(read(&receiver, agency, &case_id, &photo, 0).await, absent);
    }
    let before = receiver.records().await;
    assert_eq!(receiver.records().await, before, "nothing is written down while nothing happens");
    read(&receiver, "shelter", &id, &slides, 0).await.unwrap();
    assert_eq!(receiver.records().await, before + 1, "the read is written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_has_bulletins_in_its_library_and_nothing_that_is_the_polices_own() {
    let exchange = Exchange::start().await;
    let sender = exchange.unit("XA", Role::Investigator).await;
    let police = exchange.unit("XF", Role::Investigator).await;
    let partner = exchange.partner("XP", Role::Partner).await;
    let slides = content(1);
    upload(&sender, &slides).await.unwrap();
    let bulletin = v1::Notice { attachments: vec![attachment("slides.pdf", &slides, "")], ..training() };
    let id = sender.publish("one", &bulletin, &to(&["XF", "XP"])).await.notice_id;
    for unit in [&police, &partner] {
        arrives(unit, &id).await;
        assert_eq!(items(unit, "unit").await, [id.as_str()], "{}", unit.code);
        assert_eq!(read(unit, "unit", &id, &slides, 0).await.unwrap(), slides, "{}", unit.code);
    }

    // A case is for no partner, and an amendment takes the place of a bulletin there too.
    let wrong = v1::PublishNoticeRequest {
        access: None,
        request_id: "case".into(),
        notice: Some(case("XA-1")),
        addressing: Some(to(&["XP"])),
        ..v1::PublishNoticeRequest::default()
    };
    let refusal = sender.agency("unit").await.publish_notice(wrong).await.unwrap_err();
    assert_eq!(RemoteError::from(&refusal).reason, "REFERRAL_NEEDED");
    let request = v1::AmendNoticeRequest {
        access: None,
        request_id: "two".into(),
        notice_id: id.clone(),
        notice: Some(training()),
        addressing: None,
    };
    let second = sender.agency("unit").await.amend_notice(request).await.unwrap().into_inner().notice_id;
    eventually("the newer version is in the partner's library", || async {
        (items(&partner, "unit").await == [second.as_str()]).then_some(())
    })
    .await;
    let answer = item(&partner, "unit", &id).await.unwrap();
    assert_eq!(answer.attachments[0].reason(), v1::ErrorReason::AttachmentLeftOut);

    // It is withdrawn from a partner as from anybody.
    sender.withdraw("w", &second, v1::WithdrawalGround::NoLongerNeeded).await.unwrap();
    eventually("it is gone from the partner's library", || async {
        items(&partner, "unit").await.is_empty().then_some(())
    })
    .await;
    let read = v1::GetNoticeRequest { notice_id: second, access: reason() };
    let gone = partner.agency("unit").await.get_notice(read).await.unwrap_err();
    assert_eq!(RemoteError::from(&gone).reason, "NOTICE_WITHDRAWN");
}
