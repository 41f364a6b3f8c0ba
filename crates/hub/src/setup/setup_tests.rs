use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_seal::directory::{EntryRefused, Invitation, InvitationError, ParentRefused};
use amana_seal::keyfile::{KeyFileError, Passphrase};
use amana_types::group::{DESCRIPTION_CHARS, GroupKind, TITLE_CHARS};
use amana_types::limits::DIRECTORY_ENTRY_BYTES;
use amana_types::{Clock, Duration, GroupTerms, HpkeEpoch, Language, MemberKind, Region, Text};

use super::*;
use crate::config::{HubConfig, Layout};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes().to_vec().into()).unwrap()
}

fn options(dir: PathBuf) -> InitOptions {
    InitOptions {
        dir,
        exchange: "exchange.example".parse().unwrap(),
        listen: "127.0.0.1:7443".parse().unwrap(),
        enrol_listen: "127.0.0.1:7444".parse().unwrap(),
        advertise: None,
    }
}

fn invitee(name: &str) -> Invitee {
    Invitee {
        code: "XA".parse().unwrap(),
        name: name.to_owned(),
        kind: MemberKind::Country,
        parent: None,
        regions: BTreeSet::from([Region::Mena]),
        child_protection: true,
        first_epoch: HpkeEpoch(0),
        valid: Duration::from_days(3),
    }
}

#[test]
fn an_exchange_is_made_once_and_its_files_are_private() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("hub");
    init(&options(dir.clone()), &passphrase("pass"), &SystemRandom, SystemClock.now()).unwrap();
    let again = init(&options(dir.clone()), &passphrase("pass"), &SystemRandom, SystemClock.now());
    assert!(matches!(again, Err(SetupError::NotEmpty(_))));

    for file in
        ["hub.toml", "exchange.toml", "keys/ca.key", "keys/log.key", "keys/tls.key", "operator/root.key"]
    {
        let mode = std::fs::metadata(dir.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    for key in ["keys/ca.key", "keys/log.key", "keys/tls.key", "operator/root.key", "operator/admin.key"] {
        let text = std::fs::read_to_string(dir.join(key)).unwrap();
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{key}");
    }
    let config: HubConfig = toml::from_str(&std::fs::read_to_string(dir.join("hub.toml")).unwrap()).unwrap();
    assert_eq!(config.listen, options(dir.clone()).listen);

    let layout = Layout::new(dir);
    let facts = ExchangeFacts::load(&layout.exchange()).unwrap();
    assert!(HubKeys::load(&layout, &facts, &passphrase("pass")).is_ok());
    let wrong = HubKeys::load(&layout, &facts, &passphrase("word"));
    assert!(matches!(wrong.err(), Some(SetupError::KeyFile { source: KeyFileError::WrongPassphrase, .. })));
}

#[test]
fn the_operators_folder_works_elsewhere() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("hub");
    init(&options(dir.clone()), &passphrase("pass"), &SystemRandom, SystemClock.now()).unwrap();
    let moved = root.path().join("elsewhere");
    std::fs::rename(dir.join("operator"), &moved).unwrap();

    let operator = Operator::load(&moved).unwrap();
    let now = SystemClock.now();
    let text = operator.invite(&invitee("البلد أ"), &passphrase("pass"), &SystemRandom, now).unwrap();
    let (invitation, grant) = Invitation::parse(&text).unwrap();
    assert_eq!((grant.name.as_str(), grant.child_protection), ("البلد أ", true));
    assert_eq!(invitation.hub_url, "https://127.0.0.1:7443");
    assert_eq!(invitation.enrolment_url, "https://127.0.0.1:7444");
    assert_eq!(invitation.root_keys, operator.root_keys());
    assert!(operator.tls(&passphrase("pass")).is_ok());

    let torn = text.replace(text.lines().nth(2).unwrap(), "");
    assert!(matches!(Invitation::parse(&torn), Err(InvitationError::Torn)));
    for name in ["", "  ", "a\nb", &"x".repeat(201)] {
        let refused = operator.invite(&invitee(name), &passphrase("pass"), &SystemRandom, now);
        assert!(matches!(refused, Err(SetupError::Name(_))), "{name:?}");
    }
    let nobodys = Invitee { kind: MemberKind::SubBureau, regions: BTreeSet::new(), ..invitee("Bureau") };
    let refused = operator.invite(&nobodys, &passphrase("pass"), &SystemRandom, now);
    assert!(matches!(refused, Err(SetupError::Parent(ParentRefused::Missing))));
    let bureau = Invitee { parent: Some("XF".parse().unwrap()), ..nobodys };
    let text = operator.invite(&bureau, &passphrase("pass"), &SystemRandom, now).unwrap();
    assert_eq!(Invitation::parse(&text).unwrap().1.parent, bureau.parent);
}

#[test]
fn an_address_that_means_every_address_must_be_named() {
    let root = tempfile::tempdir().unwrap();
    let mut options = options(root.path().join("hub"));
    options.listen = "[::]:7443".parse().unwrap();
    let make = |options: &InitOptions| init(options, &passphrase("pass"), &SystemRandom, SystemClock.now());
    assert!(matches!(make(&options), Err(SetupError::Advertise(_))));
    options.advertise = Some("hub.example".to_owned());
    assert_eq!(make(&options).unwrap().hub_url(), "https://hub.example:7443");
}

/// Each limit alone would be kept: members below their number, texts below their length.
#[test]
fn a_group_that_no_entry_holds_is_refused_before_it_is_signed() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("hub");
    let operator = init(&options(dir), &passphrase("pass"), &SystemRandom, SystemClock.now()).unwrap();
    let text = |chars| {
        let of = |language: &Language| Text { language: *language, text: "ش".repeat(chars) };
        Language::OFFICIAL.iter().map(of).collect::<Vec<_>>()
    };
    let sign = |members: usize| {
        let terms = GroupTerms {
            name: "HT-EXPERTS".parse().unwrap(),
            kind: GroupKind::SpecialistGroup,
            title: text(TITLE_CHARS),
            description: text(DESCRIPTION_CHARS),
            lead: None,
            invited: (0..members).map(|n| format!("XM{n:06}").parse().unwrap()).collect(),
            starts: None,
            ends: None,
        };
        operator.sign_group(terms, 0, &passphrase("pass"))
    };
    let signed = |members| sign(members).is_ok_and(|entry| entry.len() <= DIRECTORY_ENTRY_BYTES);
    // Halving, since each signature opens the key file.
    let (mut fits, mut over) = (1, 1025);
    while over - fits > 1 {
        let middle = usize::midpoint(fits, over);
        if signed(middle) { fits = middle } else { over = middle }
    }
    assert!((800..1024).contains(&fits), "{fits} members fit");
    match sign(over) {
        Err(SetupError::GroupSize(EntryRefused::TooLarge { bytes, most })) => assert!(bytes > most),
        other => panic!("{other:?}"),
    }
    let refused = sign(1025);
    assert!(matches!(refused, Err(SetupError::GroupSize(EntryRefused::Malformed(_)))), "{refused:?}");
}
