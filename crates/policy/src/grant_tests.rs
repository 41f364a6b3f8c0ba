use amana_types::{Digest, MemberKind, MemberStatus, Seq, VerifyingKey};

use super::*;

#[test]
fn identities_are_for_child_protection_and_nothing_is_for_the_suspended() {
    for kind in MemberKind::ALL {
        for child_protection in [false, true] {
            for (status, active) in [(MemberStatus::Active, true), (MemberStatus::Suspended(Seq(3)), false)] {
                let member = Member {
                    code: "XF".parse().unwrap(),
                    name: String::new(),
                    kind,
                    regions: Default::default(),
                    child_protection,
                    status,
                    under_review: false,
                    tls_key: Digest([0; 32]),
                    identity_key: VerifyingKey([0; 32]),
                    signing_keys: Vec::new(),
                    hpke_keys: Default::default(),
                    enrolled_at: Seq(0),
                };
                assert_eq!(grants(SectionKind::Case, &member), active, "{member:?}");
                assert_eq!(
                    grants(SectionKind::ProtectedPersons, &member),
                    active && child_protection,
                    "{member:?}"
                );
            }
        }
    }
}
