//! What is addressed to groups, counted: the same after every kind of restart; and sub-bureaux, whose country's
//! suspension reaches them at once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;

use amana_client::Operator;
use amana_client::exchange::Answer;
use amana_seal::directory::{Entry, GroupAnswer, Invitation};
use amana_types::group::{Answer as Word, GroupKind};
use amana_types::{Addressing, GroupTerms, MemberKind};
use amana_types::{Language, Text};
use amana_wire::v1::{self, MemberStatus};
use common::{Choices, Exchange, Party, code, passphrase, reason, receipted, remote};

const GROUPS: [&str; 2] = ["HT-EXPERTS", "OP-DAWN"];

async fn make(exchange: &Exchange, name: &str, invited: &[&Party]) {
    let terms = GroupTerms {
        name: name.parse().unwrap(),
        kind: GroupKind::SpecialistGroup,
        title: vec![Text { language: Language::EN, text: name.to_owned() }],
        description: Vec::new(),
        lead: None,
        invited: invited.iter().map(|party| party.code).collect(),
        starts: None,
        ends: None,
    };
    let number = exchange.directory().await.root_entries;
    let entry = exchange.operator.sign_group(terms, number, &passphrase()).unwrap();
    let place = amana_client::directory::submit(exchange.operator_channel().await, entry).await.unwrap();
    for party in invited {
        let directory = exchange.directory().await;
        let answer = GroupAnswer {
            exchange: directory.exchange.clone(),
            code: party.code,
            number: directory.member_entries[&party.code],
            group: name.parse().unwrap(),
            invitation: place,
            answer: Word::Accept,
        };
        let entry = Entry::Answer(answer.sign(&party.identity)).encode();
        amana_client::directory::submit(party.channel(exchange).await, entry.into()).await.unwrap();
    }
}

/// Publishes to groups; `true` if the hub took it.
async fn publish(exchange: &Exchange, party: &Party, groups: &[&str], slots: &[&str]) -> bool {
    let groups = groups.iter().map(|group| group.parse().unwrap()).collect();
    let addressing = Addressing { groups, ..Addressing::default() };
    let directory = exchange.directory().await;
    let (id, envelope) = party.seal_as(&directory, &addressing, slots, "to a group", &Choices::default());
    let first = matches!(party.publish(exchange, id, &envelope).await, Answer::Receipted(_));
    // The same bytes again are the same notice.
    assert_eq!(matches!(party.publish(exchange, id, &envelope).await, Answer::Receipted(_)), first);
    first
}

/// What the operator is shown: for each group, how much was addressed to it and by whom.
async fn figures(exchange: &Exchange) -> Vec<(String, u64, Vec<(String, u64)>)> {
    let groups = Operator::new(exchange.operator_channel().await).groups().await.unwrap();
    let one = |group: amana_wire::v1::GroupTraffic| {
        let senders = group.senders.into_iter().map(|sender| (sender.sender, sender.notices));
        (group.group.unwrap().name, group.notices, senders.collect())
    };
    groups.into_iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_addressed_to_groups_is_counted_and_a_restart_counts_the_same() {
    let mut exchange = Exchange::start().await;
    let [xa, xf, xs] = exchange.enrol_all(["XA", "XF", "XS"]).await;
    make(&exchange, GROUPS[0], &[&xa, &xf]).await;
    make(&exchange, GROUPS[1], &[&xf, &xs]).await;
    for _ in 0..3 {
        assert!(publish(&exchange, &xa, &GROUPS[..1], &["XF"]).await);
    }
    assert!(publish(&exchange, &xa, &GROUPS, &["XF", "XS"]).await);
    assert!(publish(&exchange, &xs, &GROUPS[1..], &["XF"]).await);
    assert!(!publish(&exchange, &xs, &GROUPS[..1], &["XF"]).await, "XA is left out: it is refused");
    let (id, plain) = xa.seal(&exchange.directory().await, &["XF"], "to nobody's group");
    receipted(xa.publish(&exchange, id, &plain).await);

    let sender = |code: &str, notices| (code.to_owned(), notices);
    let counted = vec![
        (GROUPS[0].to_owned(), 4, vec![sender("XA", 4)]),
        (GROUPS[1].to_owned(), 2, vec![sender("XA", 1), sender("XS", 1)]),
    ];
    assert_eq!(figures(&exchange).await, counted);
    // In good order; then with no rows at all, so that everything comes from the journal.
    for rows in [true, false] {
        exchange.close().await;
        if !rows {
            fs::remove_dir_all(exchange.dir().join("ledger/views")).unwrap();
        }
        exchange.open().await;
        assert_eq!(figures(&exchange).await, counted, "after a restart, with rows: {rows}");
    }
    assert!(publish(&exchange, &xa, &GROUPS[..1], &["XF"]).await);
    assert_eq!(figures(&exchange).await[0].1, 5, "and it goes on from there");
    exchange.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_bureau_enrols_below_its_country_and_is_cut_off_with_it() {
    let mut exchange = Exchange::start().await;
    let enrol = async |exchange: &Exchange| {
        let text = exchange.invite_below("XFP", MemberKind::SubBureau, Some("XF"));
        let (invitation, _) = Invitation::parse(&text).unwrap();
        Party::enrol(exchange, code("XFP"), &invitation).await
    };
    assert_eq!(remote(enrol(&exchange).await.err().unwrap()), "PARENT_UNKNOWN");
    let [xa, xf] = exchange.enrol_all(["XA", "XF"]).await;
    let bureau = enrol(&exchange).await.unwrap();
    let state = async |exchange: &Exchange| {
        let members = Operator::new(exchange.operator_channel().await).members().await.unwrap();
        let bureau = members.into_iter().find(|member| member.code == "XFP").unwrap();
        (bureau.kind(), bureau.parent.clone(), bureau.status())
    };
    let is = |status: MemberStatus| (v1::MemberKind::SubBureau, "XF".to_owned(), status);
    assert_eq!(state(&exchange).await, is(MemberStatus::Active));

    // By region both; past the exception of its country the hub lets nobody seal.
    let europe = Addressing { regions: [amana_types::Region::Europe].into(), ..Addressing::default() };
    let directory = exchange.directory().await;
    let (id, both) = xa.seal_as(&directory, &europe, &["XF", "XFP"], "to both", &Choices::default());
    receipted(xa.publish(&exchange, id, &both).await);
    let mut except = europe.clone();
    except.except.insert(code("XF"));
    except.countries.insert(code("XFP"));
    let (id, past) = xa.seal_as(&directory, &except, &["XFP"], "past its country", &Choices::default());
    assert_eq!(reason(xa.publish(&exchange, id, &past).await), "EMPTY_AUDIENCE");

    exchange.set_suspended("XF", true).await;
    assert_eq!(state(&exchange).await, is(MemberStatus::ParentSuspended));
    let directory = exchange.directory().await;
    let (id, late) = xa.seal_as(&directory, &europe, &["XFP"], "to whom it was cut", &Choices::default());
    assert_eq!(reason(xa.publish(&exchange, id, &late).await), "EMPTY_AUDIENCE");
    for party in [&xf, &bureau] {
        let log_key = exchange.log_key();
        let channel = party.channel(&exchange).await;
        let refused = amana_client::exchange::open_publish(channel, log_key, 1).await;
        assert_eq!(remote(refused.err().unwrap()), "CALLER_SUSPENDED", "{}", party.code);
    }
    exchange.set_suspended("XF", false).await;
    assert_eq!(state(&exchange).await, is(MemberStatus::Active));
    let directory = exchange.directory().await;
    let (id, again) = bureau.seal(&directory, &["XA"], "from the bureau");
    receipted(bureau.publish(&exchange, id, &again).await);
    exchange.close().await;
}
