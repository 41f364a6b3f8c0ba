//! Notices that are still being written: kept as they are for the agency that writes them, and gone with
//! their key once they are published, discarded or forgotten.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use amana_kit::random::SystemRandom;
use amana_types::limits::{DRAFT_BYTES, DRAFT_RETENTION, DRAFTS_PER_AGENCY};
use amana_types::{Duration, NoticeId, Role};
use amana_wire::status::RemoteError;
use amana_wire::v1;
use common::case::{case, to};
use common::{Exchange, Unit, eventually, now};
use tonic::Code;

/// What stands in a draft and must stand nowhere on a disk.
const WORDS: &str = "canary-draft-5521";

type Refused = (Code, String);

fn fresh() -> v1::DraftRef {
    v1::DraftRef { draft_id: NoticeId::new(now(), &SystemRandom).to_string(), revision: 0 }
}

fn refused(code: Code, reason: &str) -> Refused {
    (code, reason.to_owned())
}

async fn save(unit: &Unit, agency: &str, draft: &v1::DraftRef, text: &str) -> Result<v1::DraftRef, Refused> {
    let document = text.to_owned().into_bytes().into();
    let request =
        v1::SaveDraftRequest { access: None, draft: Some(draft.clone()), name: "case.toml".into(), document };
    let answer = unit.drafts(agency).await.save_draft(request).await;
    answer.map(|answer| answer.into_inner().draft.unwrap().draft.unwrap()).map_err(|status| reason(&status))
}

fn reason(status: &tonic::Status) -> Refused {
    (status.code(), RemoteError::from(status).reason)
}

async fn read(unit: &Unit, agency: &str, id: &str) -> Result<(u64, String), Refused> {
    let request = v1::GetDraftRequest { access: None, draft_id: id.into() };
    let answer = unit.drafts(agency).await.get_draft(request).await.map_err(|status| reason(&status))?;
    let v1::GetDraftResponse { draft, document } = answer.into_inner();
    let revision = draft.unwrap().draft.unwrap().revision;
    Ok((revision, String::from_utf8(document.to_vec()).unwrap()))
}

async fn list(unit: &Unit, agency: &str) -> Vec<(v1::DraftRef, String)> {
    let answer = unit.drafts(agency).await.list_drafts(v1::ListDraftsRequest { access: None }).await.unwrap();
    let drafts = answer.into_inner().drafts.into_iter();
    drafts.map(|draft| (draft.draft.unwrap(), draft.name)).collect()
}

async fn discard(unit: &Unit, agency: &str, draft: &v1::DraftRef) -> Result<(), Refused> {
    let request = v1::DiscardDraftRequest { access: None, draft: Some(draft.clone()) };
    let answer = unit.drafts(agency).await.discard_draft(request).await;
    answer.map(drop).map_err(|status| reason(&status))
}

async fn publish(unit: &Unit, draft: &v1::DraftRef) -> Result<v1::PublishNoticeResponse, Refused> {
    let request = v1::PublishNoticeRequest {
        access: None,
        request_id: "from a draft".into(),
        notice: Some(case("XA-1")),
        addressing: Some(to(&["XF"])),
        draft: Some(draft.clone()),
    };
    let answer = unit.agency("unit").await.publish_notice(request).await;
    answer.map(tonic::Response::into_inner).map_err(|status| reason(&status))
}

/// Whether a text stands in any file of a folder.
fn stands_in(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_as_it_is_for_the_agency_that_writes_it() {
    let exchange = Exchange::start().await;
    let mut unit = exchange.unit("XA", Role::Investigator).await;
    unit.invite_agency("other", Role::Investigator);
    unit.invite_agency("border", Role::Border);
    let mistaken = format!("type = \"BLEU\" # {WORDS}");
    let first = save(&unit, "unit", &fresh(), &mistaken).await.unwrap();
    assert_eq!(first.revision, 1);
    unit.close().await;
    unit.open().await;
    assert_eq!(read(&unit, "unit", &first.draft_id).await, Ok((1, mistaken.clone())));
    assert_eq!(list(&unit, "unit").await, [(first.clone(), "case.toml".to_owned())]);

    let absent = refused(Code::NotFound, "DRAFT_NOT_FOUND");
    assert_eq!(read(&unit, "other", &first.draft_id).await, Err(absent.clone()));
    assert_eq!(list(&unit, "other").await, []);
    assert_eq!(save(&unit, "other", &first, "mine now").await, Err(absent.clone()));
    let as_new = v1::DraftRef { revision: 0, ..first.clone() };
    assert_eq!(save(&unit, "other", &as_new, "mine now").await, Err(absent));
    assert_eq!(discard(&unit, "other", &first).await, Ok(()), "not theirs: not there");
    let role = refused(Code::PermissionDenied, "ROLE_MAY_NOT_PUBLISH");
    assert_eq!(read(&unit, "border", &first.draft_id).await, Err(role));
    assert_eq!(read(&unit, "unit", &first.draft_id).await, Ok((1, mistaken)));
    unit.close().await;
    assert!(!stands_in(unit.layout.root(), WORDS), "a draft stands on the disk as it was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_saved_since_is_not_overwritten() {
    let exchange = Exchange::start().await;
    let unit = exchange.unit("XA", Role::Investigator).await;
    let new = fresh();
    let first = save(&unit, "unit", &new, "one").await.unwrap();
    assert_eq!(save(&unit, "unit", &new, "one").await, Ok(first.clone()), "the same request again");
    let second = save(&unit, "unit", &first, "two").await.unwrap();
    assert_eq!(second.revision, 2);
    let changed = refused(Code::FailedPrecondition, "DRAFT_CHANGED");
    assert_eq!(save(&unit, "unit", &first, "three").await, Err(changed.clone()));
    assert_eq!(discard(&unit, "unit", &first).await, Err(changed.clone()));
    assert_eq!(publish(&unit, &first).await, Err(changed));
    assert_eq!(read(&unit, "unit", &first.draft_id).await, Ok((2, "two".into())));
    assert_eq!(discard(&unit, "unit", &second).await, Ok(()));
    assert_eq!(discard(&unit, "unit", &second).await, Ok(()), "gone is gone");
    assert_eq!(list(&unit, "unit").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_and_counts_have_an_end() {
    let exchange = Exchange::start().await;
    let unit = exchange.unit("XA", Role::Investigator).await;
    let size = refused(Code::InvalidArgument, "DRAFT_SIZE");
    assert_eq!(save(&unit, "unit", &fresh(), "").await, Err(size.clone()));
    assert_eq!(save(&unit, "unit", &fresh(), &"x".repeat(DRAFT_BYTES + 1)).await, Err(size));
    let none = v1::DraftRef { draft_id: "draft".into(), revision: 0 };
    assert_eq!(
        save(&unit, "unit", &none, "x").await,
        Err(refused(Code::InvalidArgument, "DRAFT_ID_INVALID"))
    );
    let largest = save(&unit, "unit", &fresh(), &"x".repeat(DRAFT_BYTES)).await.unwrap();
    for _ in 1..DRAFTS_PER_AGENCY {
        save(&unit, "unit", &fresh(), "x").await.unwrap();
    }
    let full = refused(Code::ResourceExhausted, "TOO_MANY_DRAFTS");
    assert_eq!(save(&unit, "unit", &fresh(), "x").await, Err(full));
    save(&unit, "unit", &largest, "smaller").await.expect("what is there can be saved again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_draft_is_gone_and_a_forgotten_one_goes() {
    let exchange = Exchange::start().await;
    let mut unit = exchange.unit("XA", Role::Investigator).await;
    let other = exchange.unit("XF", Role::Investigator).await;
    let draft = save(&unit, "unit", &fresh(), "the case").await.unwrap();
    let forgotten = save(&unit, "unit", &fresh(), "another").await.unwrap();
    // Before its own directory has the recipient, nothing is published and the draft stays.
    let published = eventually("it is published", || async {
        match publish(&unit, &draft).await {
            Ok(published) => Some(published),
            Err((code, _)) => {
                assert_eq!(code, Code::FailedPrecondition);
                None
            }
        }
    })
    .await;
    assert_eq!(list(&unit, "unit").await, [(forgotten.clone(), "case.toml".to_owned())]);
    let again = publish(&unit, &draft).await.unwrap();
    assert_eq!((again.notice_id, again.repeated_request), (published.notice_id, true));
    other.receives(1).await;

    unit.wait_for(Duration::from_millis(DRAFT_RETENTION.as_millis() - 60_000));
    assert_eq!(read(&unit, "unit", &forgotten.draft_id).await, Ok((1, "another".into())));
    unit.wait_for(Duration::from_seconds(120));
    eventually("it goes", || async { list(&unit, "unit").await.is_empty().then_some(()) }).await;
    unit.close().await;
    unit.open().await;
    let gone = read(&unit, "unit", &forgotten.draft_id).await;
    assert_eq!(gone, Err(refused(Code::NotFound, "DRAFT_NOT_FOUND")));
}
