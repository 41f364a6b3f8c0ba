//! Lists of codes of the domain stand in the order of the contract; those of the content are held to it by
//! `amana_notice`.

#![allow(clippy::unwrap_used, reason = "test code: a panic is a failed test")]

use amana_types::Coded;
use amana_wire::DESCRIPTOR_SET;
use amana_wire::convert::number;
use prost_reflect::DescriptorPool;

/// Holds one list against the enum of that name in the contract.
fn agrees<C: Coded>(name: &str) {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let list = pool.get_enum_by_name(&format!("amana.{name}")).unwrap();
    let zero = list.values().next().unwrap();
    let prefix = zero.name().strip_suffix("UNSPECIFIED").unwrap();
    let contract = list
        .values()
        .skip(1)
        .map(|value| (value.number(), value.name().strip_prefix(prefix).unwrap().to_owned()));
    let domain = C::all().iter().map(|code| (number(*code), code.as_code().to_owned()));
    assert_eq!(domain.collect::<Vec<_>>(), contract.collect::<Vec<_>>(), "{name}");
}

#[test]
fn every_list_has_the_order_of_the_contract() {
    agrees::<amana_notice::AttachmentState>("agency.v1.AttachmentState");
    agrees::<amana_types::life::NoticeStatus>("agency.v1.NoticeStatus");
    agrees::<amana_types::review::ReviewVerdict>("agency.v1.ReviewVerdict");
    agrees::<amana_types::trail::TrailEvent>("agency.v1.TrailEvent");
    agrees::<amana_types::review::ReviewGround>("agency.v1.ReviewGround");
    agrees::<amana_types::group::GroupKind>("exchange.v1.GroupKind");
    agrees::<amana_types::group::Membership>("exchange.v1.Membership");
    agrees::<amana_types::group::GroupPhase>("exchange.v1.GroupPhase");
    agrees::<amana_types::MemberKind>("exchange.v1.MemberKind");
    agrees::<amana_notice::reply::DueKind>("agency.v1.DueKind");
}
