use super::*;

fn exchange() -> ExchangeName {
    "exchange.example".parse().unwrap()
}

fn member(code: &str) -> MemberCode {
    code.parse().unwrap()
}

#[test]
fn every_name_reads_back_in_its_realm_and_in_no_other() {
    let of_exchange = Realm::Exchange(exchange());
    let of_xf = Realm::Member(exchange(), member("XF"));
    let of_xa = Realm::Member(exchange(), member("XA"));
    let unit = "unit-7".parse::<PrincipalName>().unwrap();
    for (principal, id, realm, others) in [
        (
            Principal::Member(member("XF")),
            "spiffe://exchange.example/member/XF",
            &of_exchange,
            [&of_xf, &of_xa],
        ),
        (
            Principal::Operator(unit.clone()),
            "spiffe://exchange.example/operator/unit-7",
            &of_exchange,
            [&of_xf, &of_xa],
        ),
        (
            Principal::Agency { member: member("XF"), name: unit, unit: None },
            "spiffe://xf.exchange.example/agency/unit-7",
            &of_xf,
            [&of_exchange, &of_xa],
        ),
    ] {
        assert_eq!(principal.spiffe_id(&exchange()), id);
        assert!(realm.holds(&principal));
        assert_eq!(Principal::parse(id, realm), Some(principal.clone()));
        for other in others {
            assert!(!other.holds(&principal));
            assert_eq!(Principal::parse(id, other), None);
        }
    }
}

#[test]
fn officers_and_systems_of_an_agency_are_named_below_it() {
    let realm = Realm::Member(exchange(), member("XF"));
    let (name, id) = ("police".parse::<PrincipalName>().unwrap(), "alice".parse::<PrincipalName>().unwrap());
    for (unit, path) in
        [(AgencyUnit::Officer(id.clone()), "officer/alice"), (AgencyUnit::System(id), "system/alice")]
    {
        let text = format!("spiffe://xf.exchange.example/agency/police/{path}");
        let principal = Principal::Agency { member: member("XF"), name: name.clone(), unit: Some(unit) };
        assert_eq!(principal.spiffe_id(&exchange()), text);
        assert_eq!(Principal::parse(&text, &realm), Some(principal));
    }
    for path in
        ["police/", "police/officer", "police/officer/", "police/clerk/a", "police/officer/a/b", "/officer/a"]
    {
        let text = format!("spiffe://xf.exchange.example/agency/{path}");
        assert_eq!(Principal::parse(&text, &realm), None, "{path}");
    }
}

#[test]
fn nothing_but_the_exact_form_is_a_name() {
    let realm = Realm::Exchange(exchange());
    for id in [
        "",
        "spiffe://",
        "spiffe://exchange.example",
        "spiffe://exchange.example/",
        "spiffe://exchange.example/member",
        "spiffe://exchange.example/member/",
        "spiffe://exchange.example/member/xf",
        "spiffe://exchange.example/member/XF/",
        "spiffe://exchange.example/member/XF/extra",
        "spiffe://exchange.example//member/XF",
        "spiffe://exchange.example/member/XF?x",
        "spiffe://exchange.example/member/XF#x",
        "spiffe://exchange.example/member/%58F",
        "spiffe://exchange.example:443/member/XF",
        "spiffe://user@exchange.example/member/XF",
        "spiffe://EXCHANGE.EXAMPLE/member/XF",
        "spiffe://other.example/member/XF",
        "spiffe://exchange.example.evil/member/XF",
        "SPIFFE://exchange.example/member/XF",
        "https://exchange.example/member/XF",
        "spiffe://exchange.example/operator/",
        "spiffe://exchange.example/operator/..",
        "spiffe://exchange.example/operator/Alice",
        "spiffe://exchange.example/operator/a\u{430}",
        "spiffe://exchange.example/agency/unit",
        "spiffe://exchange.example/hub",
    ] {
        assert_eq!(Principal::parse(id, &realm), None, "{id}");
    }
}

#[test]
fn names_have_bounds() {
    assert!("a".repeat(64).parse::<PrincipalName>().is_ok());
    for name in ["", ".a", "-a", "_a", "A", "a b", "a/b", &"a".repeat(65)] {
        assert!(name.parse::<PrincipalName>().is_err(), "{name}");
    }
}

#[test]
fn servers_have_fixed_names() {
    let hub = ServerIdentity::Hub(exchange());
    let node = ServerIdentity::Node(exchange(), member("XF"));
    assert_eq!(
        (hub.dns_name(), node.dns_name()),
        ("hub.exchange.example".into(), "node.xf.exchange.example".into())
    );
    assert_eq!(node.spiffe_id(), "spiffe://xf.exchange.example/node");
    assert_eq!(hub.spiffe_id(), "spiffe://exchange.example/hub");
}
