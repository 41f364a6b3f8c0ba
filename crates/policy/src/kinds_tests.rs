use amana_types::{Digest, MemberStatus, Seq, VerifyingKey};

use super::*;

fn member(kind: MemberKind, child_protection: bool, status: MemberStatus) -> Member {
    Member {
        code: "XF".parse().unwrap(),
        name: String::new(),
        kind,
        parent: None,
        regions: Default::default(),
        child_protection,
        status,
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: VerifyingKey([0; 32]),
        signing_keys: Vec::new(),
        hpke_keys: Default::default(),
        enrolled_at: Seq(0),
    }
}

/// The table as Markdown: what the document beside this crate's manifest must say.
fn rendered() -> String {
    fn list<C>(items: &[C], all: usize, code: impl Fn(&C) -> &'static str) -> String {
        match items.len() {
            0 => "–".to_owned(),
            n if n == all => "all".to_owned(),
            _ => items.iter().map(|item| format!("`{}`", code(item))).collect::<Vec<_>>().join(", "),
        }
    }
    let mut text = String::from(
        "What each kind of member may send, receive and open: the table that routing, sealing and opening read.\n\n\
         The author's node refuses what the table does not allow before it seals anything, recipients set aside\n\
         what came against it, and the hub refuses what it can see of that: envelopes of a sort that a member\n\
         of that kind does not send. A circulation and a type must both be allowed; a notice without a type\n\
         asks for none. What needs review goes to the review desk whatever it is.\n\n\
         A sub-bureau belongs to a country, whose regions are its own: it is suspended, and under review, with\n\
         it, and gets nothing from which its country is excepted, though it be named itself.\n\n",
    );
    text.push_str("| kind | sends | types | is sent | types | regions and `all_members` | envelopes |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for kind in MemberKind::ALL.iter().copied() {
        let row = of_kind(kind);
        let circulations = |items| list(items, Circulation::ALL.len(), |c: &Circulation| c.code());
        let types = |items| list(items, NoticeType::ALL.len(), |t: &NoticeType| t.code());
        let cells = [
            format!("`{}`", kind.code()),
            circulations(row.sends),
            types(row.sends_types),
            circulations(row.receives),
            types(row.receives_types),
            if row.swept_in { "reach it" } else { "do not reach it" }.to_owned(),
            list(row.envelopes, ALL_ENVELOPES.len(), |sort| sort.code()),
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push_str(
        "\nWhich sections are sealed to whom. `registered`: if it is registered for child protection.\n\n",
    );
    text.push_str("| section |");
    MemberKind::ALL.iter().for_each(|kind| text.push_str(&format!(" `{}` |", kind.code())));
    text.push_str("\n|---|---|---|---|---|---|\n");
    for section in SectionKind::ALL {
        text.push_str(&format!("| `{section}` |"));
        for kind in MemberKind::ALL.iter().copied() {
            let granted = |registered| grants(*section, &member(kind, registered, MemberStatus::Active));
            let cell = match (granted(false), granted(true)) {
                (true, true) => "yes",
                (false, true) => "registered",
                _ => "no",
            };
            text.push_str(&format!(" {cell} |"));
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_document_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/MEMBERS.md");
    let fresh = rendered();
    if std::env::var_os("AMANA_REGENERATE").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    assert_eq!(
        fresh,
        std::fs::read_to_string(path).unwrap(),
        "run AMANA_REGENERATE=1 cargo test -p amana-policy"
    );
}

#[test]
fn nothing_is_for_the_suspended() {
    for kind in MemberKind::ALL.iter().copied() {
        for section in SectionKind::ALL {
            assert!(
                !grants(*section, &member(kind, true, MemberStatus::Suspended(Seq(3)))),
                "{section} {kind:?}"
            );
        }
    }
}

#[test]
fn identities_are_for_child_protection_only() {
    for kind in MemberKind::ALL.iter().copied() {
        for section in [SectionKind::ProtectedPersons, SectionKind::PartnerPersons] {
            assert!(!grants(section, &member(kind, false, MemberStatus::Active)), "{section} {kind:?}");
        }
    }
}

#[test]
fn the_case_is_never_a_partners_and_the_partners_section_is_nobody_elses() {
    for kind in MemberKind::ALL.iter().copied() {
        for registered in [false, true] {
            let open = |section| grants(section, &member(kind, registered, MemberStatus::Active));
            let partner = kind == MemberKind::Partner;
            assert_eq!(open(SectionKind::Case), !partner, "{kind:?}");
            assert!(open(SectionKind::Bulletin), "{kind:?}");
            assert_eq!(open(SectionKind::ProtectedPersons), !partner && registered, "{kind:?}");
            assert_eq!(open(SectionKind::Partner), partner, "{kind:?}");
            assert_eq!(open(SectionKind::PartnerPersons), partner && registered, "{kind:?}");
        }
    }
}

#[test]
fn a_partner_sends_answers_only() {
    for sort in ALL_ENVELOPES {
        let answers = matches!(sort, EnvelopeSort::Answer | EnvelopeSort::Upkeep);
        assert_eq!(may_send(MemberKind::Partner, *sort), answers, "{sort:?}");
        assert!(may_send(MemberKind::Country, *sort), "{sort:?}");
    }
}
