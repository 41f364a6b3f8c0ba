use crate::SectionKind;
use crate::*;
use amana_types::Region;

use super::*;
use crate::content;
use crate::describe;

/// Holds one list against the enum of that name in the contract.
fn agrees<C: Coded>(name: &str) {
    let list = describe::list(&format!("amana.content.v1.{name}")).expect(name);
    let contract: Vec<(i32, String)> = describe::codes(&list).collect();
    let domain: Vec<(i32, String)> =
        C::all().iter().map(|code| (number(*code), code.as_code().to_owned())).collect();
    assert_eq!(domain, contract, "{name}");
    for code in C::all() {
        assert_eq!(stated::<C>(number(*code)), Stated::Known(*code));
    }
    assert_eq!(stated::<C>(0), Stated::Absent);
    assert_eq!(stated::<C>(999), Stated::Unknown(999));
    assert_eq!(stated::<C>(-1), Stated::Unknown(-1));
    assert_eq!(stated::<C>(i32::MIN), Stated::Unknown(i32::MIN));
}

#[test]
fn every_list_has_the_order_of_the_contract() {
    agrees::<Circulation>("Circulation");
    agrees::<NoticeType>("NoticeType");
    agrees::<Urgency>("Urgency");
    agrees::<Handling>("Handling");
    agrees::<crate::handling::Tlp>("Tlp");
    agrees::<Purpose>("Purpose");
    agrees::<OffenceType>("OffenceType");
    agrees::<Act>("Act");
    agrees::<Means>("Means");
    agrees::<Exploitation>("Exploitation");
    agrees::<ForcedCriminality>("ForcedCriminality");
    agrees::<PersonRole>("PersonRole");
    agrees::<NameKind>("NameKind");
    agrees::<Calendar>("Calendar");
    agrees::<Sex>("Sex");
    agrees::<AgeGroup>("AgeGroup");
    agrees::<DocumentType>("DocumentType");
    agrees::<RouteStage>("RouteStage");
    agrees::<RequestedMeasure>("RequestedMeasure");
    agrees::<Region>("Region");
    agrees::<TraffickingStatus>("TraffickingStatus");
    agrees::<StatusDecider>("StatusDecider");
    agrees::<RecruitmentMethod>("RecruitmentMethod");
    agrees::<MeansOfControl>("MeansOfControl");
    agrees::<Industry>("Industry");
    agrees::<Consent>("Consent");
    agrees::<SourceReliability>("SourceReliability");
    agrees::<InformationAccuracy>("InformationAccuracy");
    agrees::<OrganisationRole>("OrganisationRole");
    agrees::<AssetType>("AssetType");
    agrees::<EventType>("EventType");
    agrees::<LinkType>("LinkType");
    agrees::<SectionKind>("SectionKind");
    agrees::<AttachmentKind>("AttachmentKind");
    agrees::<HashAlgorithm>("HashAlgorithm");
    agrees::<ReferralNeed>("ReferralNeed");
    agrees::<amana_types::life::Ground>("WithdrawalGround");
    agrees::<crate::reply::ReplyType>("ReplyType");
    agrees::<crate::reply::ReplyGround>("ReplyGround");
    agrees::<crate::reply::Use>("Use");
    agrees::<TallyMeasure>("TallyMeasure");
    agrees::<BulletinCategory>("BulletinCategory");
    agrees::<TrainingFormat>("TrainingFormat");
    agrees::<ResourceKind>("ResourceKind");
    agrees::<amana_types::Reason>("ErrorReason");
}

#[test]
fn a_number_is_that_of_the_generated_enum() {
    assert_eq!(number(NoticeType::UnSpecial), i32::from(content::NoticeType::UnSpecial));
    assert_eq!(number(Exploitation::ForcedLabour), i32::from(content::Exploitation::ForcedLabour));
}

#[test]
fn every_place_for_htcds_is_in_the_contract() {
    for (field, goes) in crate::htcds::fields() {
        let crate::htcds::Goes::To(path) = goes else { continue };
        let mut message = describe::descriptor::<content::Notice>();
        for name in path.split('.') {
            let found = message.take().and_then(|within| within.get_field_by_name(name));
            let found = found.unwrap_or_else(|| panic!("{field}: the contract has no {path}"));
            message = found.kind().as_message().cloned();
        }
    }
}
