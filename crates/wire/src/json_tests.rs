use bytes::Bytes;
use prost_types::Timestamp;
use serde_json::json;

use super::*;
use crate::v1;

#[test]
fn a_summary_has_every_field_whatever_it_holds() {
    let empty = view(&v1::NoticeSummary::default());
    let summary = v1::NoticeSummary {
        notice_id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        direction: v1::Direction::Received.into(),
        sender: "XA".into(),
        circulation: v1::Circulation::RequestForInformation.into(),
        r#type: v1::NoticeType::UnSpecial.into(),
        urgency: v1::Urgency::Urgent.into(),
        marking: Some(v1::Marking { handling: v1::Handling::H2.into(), ..Default::default() }),
        case_reference: "XA-1".into(),
        subject: vec![v1::Text { language: "ar".into(), text: "قضية".into() }],
        created_at: Some(Timestamp { seconds: 1_795_000_000, nanos: 120_000_000 }),
        expires_at: None,
        log_place: Some(v1::LogPlace { log: "exchange.example".into(), index: 7, logged_at: None }),
        exploitation: vec![v1::Exploitation::ForcedLabour.into(), 99],
        acknowledged: true,
        status: v1::NoticeStatus::Amended.into(),
        supersedes: "01890a5d-ac96-774b-bcce-b302099a8056".into(),
        superseded_by: Vec::new(),
        forked: true,
        operation: "OP-DAWN".into(),
        bulletin_category: v1::BulletinCategory::Event.into(),
        waits_for: v1::ErrorReason::ClockOff.into(),
    };
    let full = view(&summary);
    assert_eq!(
        full,
        json!({
            "notice_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "direction": "RECEIVED",
            "sender": "XA",
            "circulation": "REQUEST_FOR_INFORMATION",
            "type": "UN_SPECIAL",
            "urgency": "URGENT",
            "marking": {"handling": "H2", "tlp": null, "conditions": []},
            "case_reference": "XA-1",
            "subject": [{"language": "ar", "text": "قضية"}],
            "created_at": "2026-11-18T11:06:40.12Z",
            "expires_at": null,
            "log_place": {"log": "exchange.example", "index": 7, "logged_at": null},
            "exploitation": ["FORCED_LABOUR", 99],
            "acknowledged": true,
            "status": "AMENDED",
            "supersedes": "01890a5d-ac96-774b-bcce-b302099a8056",
            "superseded_by": [],
            "forked": true,
            "operation": "OP-DAWN",
            "bulletin_category": "EVENT",
            "waits_for": "CLOCK_OFF",
        })
    );
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&empty), keys(&full));
    assert_eq!(empty["log_place"], serde_json::Value::Null);
    assert_eq!(empty["type"], serde_json::Value::Null);
}

#[test]
fn bytes_times_and_checkpoints_can_be_read() {
    let status = v1::GetStatusResponse {
        started_at: Some(Timestamp { seconds: 1_795_000_000, nanos: 0 }),
        checkpoint: Bytes::from_static(b"amana/x/audit\n1\n"),
        ..Default::default()
    };
    let status = view(&status);
    assert_eq!(status["started_at"], "2026-11-18T11:06:40Z");
    assert_eq!(status["checkpoint"], "amana/x/audit\n1\n");
    let proof = v1::GetConsistencyProofResponse { proof: vec![Bytes::from_static(&[0, 0xab])] };
    assert_eq!(view(&proof), json!({"proof": ["00ab"]}));
}

#[test]
fn of_several_choices_the_one_that_is_there_is_shown() {
    let outcome = v1::PublishOutcome {
        notice_id: Bytes::new(),
        outcome: Some(v1::publish_outcome::Outcome::Refused(v1::Refused {
            reason: v1::ErrorReason::EnvelopeExpired.into(),
            ..Default::default()
        })),
    };
    let view = view(&outcome);
    assert_eq!(view["refused"]["reason"], "ENVELOPE_EXPIRED");
    assert_eq!(view.get("receipted"), None);
}

#[test]
fn facts_are_shown_by_name() {
    let metadata = [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())].into();
    let cause = view(&v1::Cause { metadata, ..Default::default() });
    assert_eq!(cause["metadata"], json!({"a": "1", "b": "2"}));
    assert_eq!(cause["reason"], serde_json::Value::Null);
}

#[test]
fn every_message_of_the_contract_is_described() {
    let mut count = 0;
    for message in POOL.all_messages().filter(|message| message.package_name().starts_with("amana.")) {
        count += 1;
        let value = shown(&DynamicMessage::new(message.clone()));
        assert!(value.is_object() || value.is_string(), "{}", message.full_name());
    }
    assert!(count >= 70, "only {count} messages found");
}

#[test]
fn the_key_of_an_attachment_is_shown_nowhere() {
    let attachment = Some(v1::Attachment { name: "a.jpg".into(), ..v1::Attachment::default() });
    let (sealed_sha256, secret) = (vec![0xab; 32].into(), vec![0xc7; 32].into());
    let one = v1::SealedAttachment { attachment, sealed_sha256, secret };
    let shown = [
        view(&v1::CaseSection { attachments: vec![one.clone()], ..Default::default() }).to_string(),
        view(&v1::ProtectedPersonsSection { attachments: vec![one.clone()], ..Default::default() })
            .to_string(),
        format!("{one:?}"),
    ];
    for shown in shown {
        assert!(!shown.contains("c7c7"), "{shown}");
    }
    assert!(view(&one).to_string().contains("abab"), "the control");
}
