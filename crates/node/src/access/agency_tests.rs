use crate::access::{AgencyError, Registry, Unknown, agency_list, agency_revoke};
use amana_kit::identity::{PeerIdentity, Principal};
use amana_types::{Digest, Role};

use super::*;
use crate::setup::layout::Layout;

fn layout() -> (tempfile::TempDir, Layout) {
    let dir = tempfile::tempdir().unwrap();
    let layout = Layout::new(dir.path());
    amana_kit::fsio::create_private_directory(&layout.agencies()).unwrap();
    (dir, layout)
}

fn file(status: AgencyStatus, key: u8, role: &str) -> AgencyFile {
    AgencyFile {
        name: "unit".into(),
        role: role.into(),
        key: Digest([key; 32]).to_string(),
        status,
        issued: "2026-11-23T08:30:00Z".into(),
        expires: "2027-11-23T08:30:00Z".into(),
        units: BTreeMap::new(),
    }
}

fn write(layout: &Layout, file: &AgencyFile) {
    let path = layout.agencies().join(format!("{}.toml", file.name));
    amana_kit::fsio::replace_private_file(&path, file.to_toml().unwrap().as_bytes()).unwrap();
}

fn identity(key: u8) -> PeerIdentity {
    let name = "unit".parse().unwrap();
    let principal = Principal::Agency { member: "XF".parse().unwrap(), name, unit: None };
    let not_after = "2027-11-23T08:30:00Z".parse().unwrap();
    PeerIdentity { principal, spki_sha256: Digest([key; 32]), not_after }
}

#[test]
fn only_the_key_in_an_active_file_is_known() {
    let (_dir, layout) = layout();
    let registry = Registry::new(layout.clone());
    assert_eq!(registry.caller(&identity(1)), Err(Unknown::NotKnown), "no file");
    write(&layout, &file(AgencyStatus::Active, 1, "BORDER"));
    assert_eq!(registry.caller(&identity(1)).map(|caller| caller.role), Ok(Role::Border));
    assert_eq!(registry.caller(&identity(2)), Err(Unknown::NotKnown), "an older or a foreign key");
    let member = PeerIdentity { principal: Principal::Member("XF".parse().unwrap()), ..identity(1) };
    assert_eq!(registry.caller(&member), Err(Unknown::NotKnown));
}

#[test]
fn an_officer_or_system_is_known_by_its_own_key_and_goes_with_its_agency() {
    let (_dir, layout) = layout();
    let registry = Registry::new(layout.clone());
    let units = [("officer/alice", 2), ("system/cases", 3)];
    let units = units.map(|(unit, key)| (unit.to_owned(), Digest([key; 32]).to_string()));
    write(&layout, &AgencyFile { units: units.into(), ..file(AgencyStatus::Active, 1, "BORDER") });
    let of = |unit: &str, key| {
        let (member, name) = ("XF".parse().unwrap(), "unit".parse().unwrap());
        let unit = amana_kit::identity::AgencyUnit::parse(unit);
        assert!(unit.is_some());
        PeerIdentity { principal: Principal::Agency { member, name, unit }, ..identity(key) }
    };
    let caller = registry.caller(&of("officer/alice", 2)).unwrap();
    assert_eq!((caller.name.as_str(), caller.unit.as_deref()), ("unit", Some("officer/alice")));
    assert_eq!(registry.caller(&of("system/cases", 3)).unwrap().unit.as_deref(), Some("system/cases"));
    for (unit, key) in [("officer/alice", 1), ("officer/alice", 3), ("officer/cases", 3), ("system/alice", 2)]
    {
        assert_eq!(registry.caller(&of(unit, key)), Err(Unknown::NotKnown), "{unit} {key}");
    }
    assert_eq!(
        registry.caller(&identity(2)),
        Err(Unknown::NotKnown),
        "an officer's key for the agency's name"
    );
    agency_revoke(&layout, "unit").unwrap();
    assert_eq!(registry.caller(&of("officer/alice", 2)), Err(Unknown::Revoked));
}

#[test]
fn a_changed_file_counts_at_once() {
    let (_dir, layout) = layout();
    let registry = Registry::new(layout.clone());
    for _ in 0..3 {
        write(&layout, &file(AgencyStatus::Active, 1, "INVESTIGATOR"));
        assert!(registry.caller(&identity(1)).is_ok());
        agency_revoke(&layout, "unit").unwrap();
        assert_eq!(registry.caller(&identity(1)), Err(Unknown::Revoked));
    }
    std::fs::remove_file(layout.agencies().join("unit.toml")).unwrap();
    assert_eq!(registry.caller(&identity(1)), Err(Unknown::NotKnown));
}

#[test]
fn a_damaged_file_lets_nobody_in_and_is_named() {
    let (_dir, layout) = layout();
    let registry = Registry::new(layout.clone());
    for role in ["", "KING"] {
        write(&layout, &file(AgencyStatus::Active, 1, role));
        assert!(registry.caller(&identity(1)).is_err(), "role {role:?}");
    }
    let path = layout.agencies().join("unit.toml");
    amana_kit::fsio::replace_private_file(&path, b"name = 3").unwrap();
    assert!(registry.caller(&identity(1)).is_err());
    let error = agency_list(&layout).unwrap_err().to_string();
    assert!(error.contains("agencies/unit.toml"), "{error}");
}

#[test]
fn lists_are_sorted_and_revoking_twice_is_no_error() {
    let (_dir, layout) = layout();
    assert_eq!(agency_list(&layout).unwrap(), []);
    for name in ["zeta", "alpha"] {
        write(&layout, &AgencyFile { name: name.into(), ..file(AgencyStatus::Active, 1, "ANALYST") });
    }
    agency_revoke(&layout, "zeta").unwrap();
    agency_revoke(&layout, "zeta").unwrap();
    let listed = agency_list(&layout).unwrap();
    let listed: Vec<_> = listed.iter().map(|file| (file.name.as_str(), file.status)).collect();
    assert_eq!(listed, [("alpha", AgencyStatus::Active), ("zeta", AgencyStatus::Revoked)]);
    assert!(matches!(agency_revoke(&layout, "nobody"), Err(AgencyError::Unknown(_))));
    assert!(matches!(agency_revoke(&layout, "../x"), Err(AgencyError::Name(_))));
}
