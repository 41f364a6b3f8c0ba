//! What every request and every reason of the agency API is held to.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use std::collections::BTreeSet;

use amana_types::{Coded as _, Reason};
use amana_wire::DESCRIPTOR_SET;
use amana_wire::convert::{cause_code, error_reason};
use amana_wire::v1;
use prost_reflect::{DescriptorPool, Kind, MethodDescriptor};

fn pool() -> DescriptorPool {
    DescriptorPool::decode(DESCRIPTOR_SET).unwrap()
}

fn methods(pool: &DescriptorPool) -> Vec<MethodDescriptor> {
    let services = pool.services().filter(|service| service.package_name() == "amana.agency.v1");
    services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

#[test]
fn every_request_says_first_who_asks_and_why() {
    let pool = pool();
    let methods = methods(&pool);
    for method in &methods {
        let request = method.input();
        let first = request.get_field(1).unwrap_or_else(|| unreachable!("{} has no field 1", request.name()));
        let kind = match first.kind() {
            Kind::Message(message) => message.full_name().to_owned(),
            _ => String::new(),
        };
        assert_eq!(
            (first.name(), kind.as_str()),
            ("access", "amana.agency.v1.AccessContext"),
            "{}",
            request.name()
        );
    }
    assert!(methods.len() >= 40, "only {} methods were found", methods.len());
}

#[test]
fn every_change_can_be_sent_again() {
    let pool = pool();
    // What makes a retry safe where there is no request id: the draft's revision, the place in the file, the notice.
    let by_itself =
        ["SaveDraft", "DiscardDraft", "UploadFile", "WriteUpload", "AcknowledgeNotice", "DecideReview"];
    let reads = ["Check", "Get", "List", "Diff", "Search", "Screen", "Watch", "Download"];
    let mut changes = 0;
    for method in methods(&pool) {
        if reads.iter().any(|verb| method.name().starts_with(verb)) {
            continue;
        }
        changes += 1;
        let has_id = method.input().get_field_by_name("request_id").is_some();
        assert_eq!(has_id, !by_itself.contains(&method.name()), "{}", method.name());
        let tells = method.output().get_field_by_name("repeated_request").is_some();
        assert!(tells || !has_id, "{} does not say that it was asked before", method.name());
    }
    assert!(changes >= 15, "only {changes} changes were found");
}

#[test]
fn the_reasons_of_the_contract_are_those_of_the_table() {
    let list = pool().get_enum_by_name("amana.content.v1.ErrorReason").unwrap();
    let contract: BTreeSet<String> = list.values().skip(1).map(|value| value.name().to_owned()).collect();
    let table: BTreeSet<String> = Reason::ALL.iter().map(|reason| format!("ERROR_REASON_{reason}")).collect();
    assert_eq!(contract, table);
    for reason in Reason::ALL {
        let cause = v1::Cause { reason: error_reason(reason.as_code()), ..v1::Cause::default() };
        assert_eq!(cause_code(&cause), reason.as_code());
    }
    assert_eq!(error_reason("OF_TOMORROW"), 0);
}
