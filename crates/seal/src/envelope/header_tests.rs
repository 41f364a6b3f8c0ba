use super::*;

fn attachment(sealed: u8, padded_bytes: u64) -> AttachmentHeader {
    AttachmentHeader { sealed: Digest([sealed; 32]), padded_bytes }
}

fn header() -> Header {
    Header {
        kind: Kind::Notice,
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        sender: "XA".parse().unwrap(),
        sender_key: KeyId([1; 16]),
        created: Timestamp::from_unix_millis(1_000),
        expires: Timestamp::from_unix_millis(2_000),
        addressing: Digest([2; 32]),
        directory: DirectoryHead { entries: 3, hash: Digest([3; 32]) },
        audit: Some(TreeHead { size: TreeSize::new(9), root: RootHash::new([4; 32]) }),
        sections: vec![SectionHeader {
            kind: SectionKind(1),
            ciphertext: Digest([5; 32]),
            commitment: Digest([6; 32]),
            padded_bytes: 4096,
        }],
        in_reply_to: None,
        supersedes: None,
        held: false,
        attachments: Vec::new(),
    }
}

#[test]
fn a_header_is_read_back() {
    let plain = header();
    let mut full = header();
    full.audit = None;
    full.sections.clear();
    full.in_reply_to = Some(full.id);
    full.held = true;
    full.attachments = vec![attachment(8, 4096), attachment(9, limits::ATTACHMENT_BYTES)];
    full.supersedes = Some(Supersedes { id: full.id, header_hash: Digest([7; 32]) });
    for header in [plain, full] {
        assert_eq!(Header::decode(&header.encode()), Ok(header));
    }
}

#[test]
fn all_other_suites_and_kinds_are_refused() {
    let mut core = header().encode();
    for suite in (0..=u16::MAX).filter(|suite| *suite != SUITE) {
        core[..2].copy_from_slice(&suite.to_be_bytes());
        assert_eq!(Header::decode(&core), Err(EnvelopeRefused::Suite(suite)));
    }
    core[..2].copy_from_slice(&SUITE.to_be_bytes());
    for kind in (0..=u8::MAX).filter(|kind| !(1..=9).contains(kind)) {
        core[2] = kind;
        assert!(Header::decode(&core).is_err(), "kind {kind}");
    }
}

#[test]
fn a_header_that_ends_before_it_begins_is_refused() {
    let mut header = header();
    header.expires = header.created;
    let refused = Header::decode(&header.encode());
    assert_eq!(
        refused,
        Err(EnvelopeRefused::Malformed { part: Part::Header, cause: CodecError::Value("expiry") })
    );
}

#[test]
fn cut_or_lengthened_headers_are_refused() {
    let core = header().encode();
    assert!((0..core.len()).all(|cut| Header::decode(&core[..cut]).is_err()));
    assert!(Header::decode(&[core.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn only_what_carries_content_is_held() {
    for kind in Kind::ALL.iter().copied() {
        let header = Header { kind, held: true, ..header() };
        assert_eq!(Header::decode(&header.encode()).is_ok(), kind.is_reviewable(), "{}", kind.code());
    }
    assert!(Kind::Notice.is_reviewable() && Kind::Reply.is_reviewable() && Kind::Answer.is_reviewable());
    assert!(!Kind::Withdrawal.is_reviewable(), "what is wrong can always be taken back at once");
    assert!(!Kind::Suspension.is_reviewable(), "and hidden at once");
}

#[test]
fn an_order_about_a_notice_names_a_notice_and_is_named_by_nothing() {
    for kind in Kind::ALL.iter().copied() {
        assert_eq!(kind.needs_another(), matches!(kind, Kind::Withdrawal | Kind::Suspension));
        for order in [Kind::Withdrawal, Kind::Suspension] {
            assert!(!kind.may_supersede(order), "{} after {}", kind.code(), order.code());
        }
        assert!(kind.may_supersede(Kind::Notice));
        assert_eq!(Kind::Suspension.may_supersede(kind), kind == Kind::Notice);
        assert_eq!(Kind::Notice.may_supersede(kind), kind == Kind::Notice);
    }
}

#[test]
fn attachments_are_listed_once_within_the_limits_and_only_where_there_is_content() {
    let reads = |kind, attachments: Vec<AttachmentHeader>| {
        let header = Header { kind, attachments, ..header() };
        let core = header.encode();
        assert!(core.len() <= limits::HEADER_BYTES);
        Header::decode(&core) == Ok(header)
    };
    let most = u8::try_from(limits::ATTACHMENTS).unwrap();
    let many = |n: u8, bytes| (0..n).map(|n| attachment(n, bytes)).collect::<Vec<_>>();
    assert!(reads(Kind::Notice, many(most, 4096)) && reads(Kind::Reply, many(1, 4096)));
    assert!(reads(Kind::Notice, many(4, limits::ATTACHMENT_BYTES)), "the limit of all together");
    assert!(!reads(Kind::Notice, many(5, limits::ATTACHMENT_BYTES)), "more than all together may have");
    assert!(!reads(Kind::Notice, many(most + 1, 4096)), "too many");
    assert!(!reads(Kind::Notice, many(1, 5000)), "a length that tells too much");
    assert!(!reads(Kind::Notice, many(1, 2 * limits::ATTACHMENT_BYTES)), "too large");
    assert!(!reads(Kind::Notice, vec![attachment(1, 4096), attachment(1, 8192)]), "twice");
    assert!(!reads(Kind::Withdrawal, many(1, 4096)), "a withdrawal has no content");
}
