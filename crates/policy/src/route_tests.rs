use std::sync::Arc;

use amana_types::group::{GroupKind, Membership, Standing};
use amana_types::{Digest, Duration, GroupTerms, MemberKind, MemberStatus, Parent, Seq, VerifyingKey};

use super::*;

const NOW: Timestamp = Timestamp::from_unix_millis(1_780_000_000_000);

fn code(text: &str) -> MemberCode {
    text.parse().unwrap()
}

fn group(text: &str) -> GroupName {
    text.parse().unwrap()
}

fn member(text: &str, kind: MemberKind, regions: &[Region], status: MemberStatus) -> Member {
    Member {
        code: code(text),
        name: text.to_owned(),
        kind,
        parent: None,
        regions: regions.iter().copied().collect(),
        child_protection: false,
        status,
        under_review: false,
        tls_key: Digest([0; 32]),
        identity_key: VerifyingKey([0; 32]),
        signing_keys: Vec::new(),
        hpke_keys: Default::default(),
        enrolled_at: Seq(0),
    }
}

fn insert(directory: &mut Directory, member: Member) {
    directory.members.insert(member.code, Arc::new(member));
}

fn add_group(
    directory: &mut Directory,
    name: &str,
    members: &[&str],
    starts: Option<i64>,
    ends: Option<i64>,
) {
    let moment = |hours: i64| {
        let span = Duration::from_seconds(hours.unsigned_abs() * 3600);
        if hours < 0 { NOW.before(span) } else { NOW.after(span) }
    };
    let terms = GroupTerms {
        name: group(name),
        kind: if ends.is_some() { GroupKind::Operation } else { GroupKind::SpecialistGroup },
        title: Vec::new(),
        description: Vec::new(),
        lead: None,
        invited: members.iter().map(|text| code(text)).collect(),
        starts: starts.map(moment),
        ends: ends.map(moment),
    };
    let accepted = Standing { membership: Membership::Accepted, since: Seq(2) };
    let members = terms.invited.iter().map(|code| (*code, accepted)).collect();
    let made = Group { terms, invitation: Seq(1), members };
    directory.groups.insert(made.terms.name.clone(), Arc::new(made));
}

/// XA (sender, MENA and Africa), XE and XF (Europe), XS (Europe and Americas), XM (MENA, suspended),
/// IOM (organisation), NGO (partner, Europe), DESK (review desk).
fn exchange() -> Directory {
    let mut directory = Directory::new("exchange.example".parse().unwrap(), Vec::new());
    let active = MemberStatus::Active;
    use MemberKind::{Country, Organisation, Partner, ReviewDesk};
    insert(&mut directory, member("XA", Country, &[Region::Mena, Region::Africa], active));
    insert(&mut directory, member("XE", Country, &[Region::Europe], active));
    insert(&mut directory, member("XF", Country, &[Region::Europe], active));
    insert(&mut directory, member("XS", Country, &[Region::Europe, Region::Americas], active));
    insert(&mut directory, member("XM", Country, &[Region::Mena], MemberStatus::Suspended(Seq(7))));
    insert(&mut directory, member("IOM", Organisation, &[], active));
    insert(&mut directory, member("NGO", Partner, &[Region::Europe], active));
    insert(&mut directory, member("DESK", ReviewDesk, &[], active));
    add_group(&mut directory, "HT-EXPERTS", &["XA", "XF", "XM", "NGO", "QQ"], None, None);
    add_group(&mut directory, "OP-NOW", &["XE"], Some(0), Some(1));
    add_group(&mut directory, "OP-OVER", &["XE"], Some(-2), Some(0));
    add_group(&mut directory, "OP-SOON", &["XE"], Some(1), Some(2));
    directory
}

#[derive(Default)]
struct To {
    countries: &'static [&'static str],
    regions: &'static [Region],
    groups: &'static [&'static str],
    all: bool,
    except: &'static [&'static str],
}

impl To {
    fn addressing(&self) -> Addressing {
        Addressing {
            countries: self.countries.iter().map(|text| code(text)).collect(),
            regions: self.regions.iter().copied().collect(),
            groups: self.groups.iter().map(|text| group(text)).collect(),
            all_members: self.all,
            except: self.except.iter().map(|text| code(text)).collect(),
        }
    }
}

fn routed(to: &To) -> Result<String, &'static str> {
    let audience = route(&to.addressing(), code("XA"), false, &exchange(), NOW);
    audience.map(|audience| list(audience.recipients())).map_err(|refused| refused.reason().code())
}

#[test]
fn who_receives() {
    let none = To::default;
    let cases = [
        (To { countries: &["XS", "XF"], ..none() }, Ok("XF, XS")),
        (To { countries: &["XF", "XA"], ..none() }, Ok("XF")),
        (To { countries: &["NGO"], ..none() }, Ok("NGO")),
        (To { regions: &[Region::Europe], ..none() }, Ok("XE, XF, XS")),
        (To { regions: &[Region::Mena, Region::Americas], ..none() }, Ok("XS")),
        (To { regions: &[Region::Europe], except: &["XE"], ..none() }, Ok("XF, XS")),
        (To { groups: &["HT-EXPERTS"], ..none() }, Ok("NGO, XF")),
        (To { groups: &["OP-NOW", "HT-EXPERTS"], ..none() }, Ok("NGO, XE, XF")),
        (To { all: true, ..none() }, Ok("IOM, XE, XF, XS")),
        (To { all: true, countries: &["DESK"], except: &["XE"], ..none() }, Ok("DESK, IOM, XF, XS")),
        (To { countries: &["XF", "XE"], except: &["XE"], ..none() }, Ok("XF")),
        (To { countries: &["XF", "XM"], except: &["XM"], ..none() }, Ok("XF")),
    ];
    for (to, expected) in cases {
        assert_eq!(routed(&to), expected.map(str::to_owned), "{:?}", to.addressing());
    }
}

#[test]
fn who_is_refused() {
    let none = To::default;
    let cases = [
        (none(), "EMPTY_AUDIENCE"),
        (To { except: &["XE"], ..none() }, "EMPTY_AUDIENCE"),
        (To { countries: &["XA"], ..none() }, "EMPTY_AUDIENCE"),
        (To { countries: &["XF"], except: &["XF"], ..none() }, "EMPTY_AUDIENCE"),
        (To { regions: &[Region::Mena], ..none() }, "EMPTY_AUDIENCE"),
        (To { regions: &[Region::Asia], ..none() }, "EMPTY_AUDIENCE"),
        (To { countries: &["XF", "XQ"], ..none() }, "UNKNOWN_MEMBER"),
        (To { all: true, except: &["XQ"], ..none() }, "UNKNOWN_MEMBER"),
        (To { countries: &["XF", "XM"], ..none() }, "MEMBER_SUSPENDED"),
        (To { countries: &["XF"], groups: &["NO-SUCH"], ..none() }, "UNKNOWN_GROUP"),
        (To { countries: &["XF"], groups: &["OP-OVER"], ..none() }, "OPERATION_ENDED"),
        (To { countries: &["XF"], groups: &["OP-SOON"], ..none() }, "OPERATION_NOT_STARTED"),
    ];
    for (to, expected) in cases {
        assert_eq!(routed(&to), Err(expected), "{:?}", to.addressing());
    }
}

#[test]
fn the_sender_must_take_part() {
    let to = To { countries: &["XF"], ..To::default() }.addressing();
    let reason = |sender| route(&to, code(sender), false, &exchange(), NOW).unwrap_err().reason().code();
    assert_eq!(reason("QQ"), "UNKNOWN_SENDER");
    assert_eq!(reason("XM"), "SENDER_SUSPENDED");
}

#[test]
fn every_wrong_code_is_named() {
    let to = To { countries: &["XQ", "XF"], except: &["XR"], ..To::default() }.addressing();
    let refused = route(&to, code("XA"), false, &exchange(), NOW).unwrap_err();
    assert_eq!(refused, RouteRefused::UnknownMembers(vec![code("XQ"), code("XR")]));
    assert!(refused.to_string().starts_with("not members of this exchange: XQ, XR;"), "{refused}");
}

#[test]
fn more_recipients_than_an_envelope_holds() {
    let mut directory = exchange();
    let most = limits::RECIPIENTS;
    for i in 0..most {
        insert(
            &mut directory,
            member(&format!("AA{i}"), MemberKind::Country, &[Region::Asia], MemberStatus::Active),
        );
    }
    let mut to = To { regions: &[Region::Asia], ..To::default() }.addressing();
    assert_eq!(route(&to, code("XA"), false, &directory, NOW).unwrap().recipients().len(), most);
    to.countries.insert(code("XF"));
    let refused = route(&to, code("XA"), false, &directory, NOW);
    assert_eq!(refused, Err(RouteRefused::TooManyRecipients { count: most + 1 }));
}

#[test]
fn each_member_is_told_why() {
    let to = To {
        countries: &["XS"],
        regions: &[Region::Europe],
        groups: &["HT-EXPERTS", "OP-OVER"],
        except: &["XE"],
        all: false,
    };
    let (addressing, directory) = (to.addressing(), exchange());
    let told: Vec<String> = explain(&addressing, code("XA"), false, &directory, NOW)
        .into_iter()
        .map(|decision| format!("{} {} {}", decision.member, decision.receives(), decision.rule))
        .collect();
    let expected = [
        "DESK false NOT_ADDRESSED",
        "IOM false NOT_ADDRESSED",
        "NGO true GROUP HT-EXPERTS",
        "XA false SENDER",
        "XE false EXCEPT",
        "XF true GROUP HT-EXPERTS",
        "XM false SUSPENDED",
        "XS true COUNTRY",
    ];
    assert_eq!(told, expected);
}

#[test]
fn wide_addressing_explains_too() {
    let to = To { regions: &[Region::Europe], all: true, ..To::default() };
    let (addressing, directory) = (to.addressing(), exchange());
    let rule = |member: &str| {
        let all = explain(&addressing, code("XA"), false, &directory, NOW);
        all.iter().find(|decision| decision.member == code(member)).unwrap().rule.to_string()
    };
    assert_eq!(rule("XE"), "REGION EUROPE");
    assert_eq!(rule("IOM"), "ALL_MEMBERS");
    assert_eq!(rule("NGO"), "NAMED_ONLY");
    assert_eq!(rule("XM"), "SUSPENDED");
}

/// The exchange with XFP, a sub-bureau of XF, and XMP, one of XM, which is suspended.
fn with_bureaux() -> Directory {
    let mut directory = exchange();
    for (text, country) in [("XFP", "XF"), ("XMP", "XM")] {
        let mut bureau = member(text, MemberKind::SubBureau, &[], MemberStatus::Active);
        let status = MemberStatus::Active;
        bureau.parent = Some(Parent { code: code(country), status, under_review: false });
        directory.admit(Arc::new(bureau));
    }
    directory
}

#[test]
fn a_sub_bureau_stands_no_better_than_its_country() {
    let none = To::default;
    let directory = with_bureaux();
    let ask = |to: &To, who: &str| {
        let addressing = to.addressing();
        let routed = route(&addressing, code("XA"), false, &directory, NOW);
        let told = explain(&addressing, code("XA"), false, &directory, NOW);
        let rule = told.iter().find(|one| one.member == code(who)).unwrap().rule.to_string();
        (routed.map(|audience| list(audience.recipients())).map_err(|refused| refused.reason().code()), rule)
    };
    let told = |to: To, who: &str, audience: &str, rule: &str| {
        assert_eq!(ask(&to, who), (Ok(audience.to_owned()), rule.to_owned()), "{:?}", to.addressing());
    };
    // By itself, or by its country's regions; not by its country's code.
    told(To { countries: &["XFP"], ..none() }, "XFP", "XFP", "COUNTRY");
    told(To { countries: &["XF"], ..none() }, "XFP", "XF", "NOT_ADDRESSED");
    told(To { regions: &[Region::Europe], ..none() }, "XFP", "XE, XF, XFP, XS", "PARENT_REGION EUROPE");
    // The exception of its country wins, whatever addresses the bureau; that of the bureau is its own.
    let (europe, xf) = (&[Region::Europe], &["XF"]);
    told(To { regions: europe, except: xf, ..none() }, "XFP", "XE, XS", "EXCEPT_PARENT XF");
    told(To { all: true, except: xf, ..none() }, "XFP", "IOM, XE, XS", "EXCEPT_PARENT XF");
    told(To { countries: &["XE", "XFP"], except: xf, ..none() }, "XFP", "XE", "EXCEPT_PARENT XF");
    told(To { regions: europe, except: &["XFP"], ..none() }, "XFP", "XE, XF, XS", "EXCEPT");
    let alone = To { countries: &["XFP"], except: xf, ..none() };
    assert_eq!(ask(&alone, "XFP").0, Err("EMPTY_AUDIENCE"));
    // It is suspended with its country, and by its own.
    told(To { countries: &["XE"], regions: &[Region::Mena], ..none() }, "XMP", "XE", "PARENT_SUSPENDED XM");
    assert_eq!(ask(&To { countries: &["XE", "XMP"], ..none() }, "XMP").0, Err("MEMBER_SUSPENDED"));
    told(To { countries: &["XE", "XMP"], except: &["XM"], ..none() }, "XMP", "XE", "EXCEPT_PARENT XM");
    let sender =
        route(&To { countries: &["XE"], ..none() }.addressing(), code("XMP"), false, &directory, NOW);
    assert_eq!(sender, Err(RouteRefused::SenderSuspended(code("XMP"))));
}

#[test]
fn a_sub_bureau_follows_its_country() {
    let mut directory = with_bureaux();
    let to = To { regions: &[Region::Asia, Region::Mena], ..To::default() }.addressing();
    let receives = |directory: &Directory, who: &str| {
        route(&to, code("XA"), false, directory, NOW).is_ok_and(|audience| audience.contains(code(who)))
    };
    assert!(!receives(&directory, "XFP") && !receives(&directory, "XMP"));
    directory.admit(Arc::new(member("XF", MemberKind::Country, &[Region::Asia], MemberStatus::Active)));
    directory.admit(Arc::new(member("XM", MemberKind::Country, &[Region::Mena], MemberStatus::Active)));
    assert!(receives(&directory, "XFP") && receives(&directory, "XMP"));
}

#[test]
fn a_group_is_who_accepted() {
    for (membership, receives, rule) in [
        (Membership::Invited, false, "INVITED_ONLY"),
        (Membership::Accepted, true, "GROUP OP-NOW"),
        (Membership::Declined, false, "INVITED_ONLY"),
        (Membership::Left, false, "INVITED_ONLY"),
    ] {
        let mut directory = exchange();
        let mut operation = Group::clone(&directory.groups[&group("OP-NOW")]);
        operation.members.insert(code("XE"), Standing { membership, since: Seq(9) });
        operation.members.insert(code("XF"), Standing { membership: Membership::Accepted, since: Seq(9) });
        directory.groups.insert(group("OP-NOW"), Arc::new(operation));
        let to = To { groups: &["OP-NOW"], ..To::default() }.addressing();
        let audience = route(&to, code("XA"), false, &directory, NOW).unwrap();
        assert_eq!(audience.contains(code("XE")), receives, "{membership}");
        let told = explain(&to, code("XA"), false, &directory, NOW);
        let of = |who: &str| told.iter().find(|decision| decision.member == code(who)).unwrap();
        assert_eq!(of("XE").rule.to_string(), rule);
        assert_eq!(of("XS").rule.to_string(), "NOT_ADDRESSED");
        // Who is addressed otherwise receives all the same.
        let wide = To { groups: &["OP-NOW"], regions: &[Region::Europe], ..To::default() }.addressing();
        assert!(route(&wide, code("XA"), false, &directory, NOW).unwrap().contains(code("XE")));
        // A group of which nobody accepted is nobody.
        let mut nobody = Group::clone(&directory.groups[&group("OP-NOW")]);
        nobody.members.values_mut().for_each(|standing| standing.membership = Membership::Invited);
        directory.groups.insert(group("OP-NOW"), Arc::new(nobody));
        let refused = route(&to, code("XA"), false, &directory, NOW).unwrap_err();
        assert_eq!(refused, RouteRefused::EmptyAudience);
    }
}

#[test]
fn an_audience_knows_its_members() {
    let to = To { countries: &["XF", "XS"], ..To::default() }.addressing();
    let audience = route(&to, code("XA"), false, &exchange(), NOW).unwrap();
    assert!(audience.contains(code("XF")) && !audience.contains(code("XE")));
}

#[test]
fn what_is_held_goes_to_the_review_desk_as_well() {
    let held = |to: &To, directory: &Directory| {
        let audience = route(&to.addressing(), code("XA"), true, directory, NOW);
        audience.map(|audience| list(audience.recipients())).map_err(|refused| refused.reason().code())
    };
    let (none, mut directory) = (To::default, exchange());
    let to = To { countries: &["XF", "XS"], ..none() };
    assert_eq!(held(&to, &directory), Ok("DESK, XF, XS".to_owned()));
    let wide = To { all: true, except: &["XF"], ..none() };
    assert_eq!(held(&wide, &directory), Ok("DESK, IOM, XE, XS".to_owned()));
    let named = To { countries: &["DESK", "XF"], ..none() };
    assert_eq!(held(&named, &directory), Ok("DESK, XF".to_owned()));
    let addressing = to.addressing();
    let told = explain(&addressing, code("XA"), true, &directory, NOW);
    let desk = told.iter().find(|decision| decision.member == code("DESK")).unwrap();
    assert_eq!((desk.receives(), desk.rule.to_string().as_str()), (true, "REVIEW_DESK"));

    // The desk alone is nobody; it cannot be left out; and it does not review itself.
    assert_eq!(held(&To { countries: &["DESK"], ..none() }, &directory), Err("EMPTY_AUDIENCE"));
    assert_eq!(held(&none(), &directory), Err("EMPTY_AUDIENCE"));
    let without = To { countries: &["XF"], except: &["DESK"], ..none() };
    assert_eq!(held(&without, &directory), Err("REVIEW_DESK_EXCEPTED"));
    let own = route(&to.addressing(), code("DESK"), true, &directory, NOW);
    assert_eq!(own.unwrap_err().reason().code(), "NO_REVIEW_DESK");

    // Of two nobody could say whose word counts; one that is suspended has none.
    let desk = |text: &str, status| member(text, MemberKind::ReviewDesk, &[], status);
    insert(&mut directory, desk("DESK2", MemberStatus::Active));
    assert_eq!(held(&to, &directory), Err("NO_REVIEW_DESK"));
    insert(&mut directory, desk("DESK", MemberStatus::Suspended(Seq(9))));
    assert_eq!(held(&to, &directory), Ok("DESK2, XF, XS".to_owned()));
    insert(&mut directory, desk("DESK2", MemberStatus::Suspended(Seq(9))));
    assert_eq!(held(&to, &directory), Err("NO_REVIEW_DESK"));
}
