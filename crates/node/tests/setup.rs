//! Making a node and entering an exchange, and what goes wrong on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Arc;

use amana_kit::clock::SystemClock;
use amana_kit::random::SystemRandom;
use amana_kit::shutdown::Shutdown;
use amana_node::{
    AgencyError, EnrolError, InitError, InitOptions, Layout, LedgerFault, NodeConfig, RunError, RunOptions,
    TrustError, agency_add, enrol, init, run,
};
use amana_types::Role;
use common::case::{case, to};
use common::{Exchange, SECRET, Unit, free_port, now};

fn options(member: &str) -> InitOptions {
    InitOptions { member: member.parse().unwrap(), listen: free_port(), names: Vec::new() }
}

fn run_options(layout: &Layout, passphrase: &[u8]) -> RunOptions {
    RunOptions {
        layout: layout.clone(),
        config: NodeConfig::load(layout, |layers| layers).unwrap(),
        passphrase: passphrase.to_vec().into(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    }
}

async fn run_error(options: RunOptions) -> RunError {
    match run(options, Shutdown::new()).await {
        Ok(_) => panic!("the node runs"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn enrolling_twice_is_enrolling_once() {
    let mut exchange = Exchange::start().await;
    let receiver = exchange.unit("XF", Role::Investigator).await;
    let layout = Layout::new(exchange.root.path().join("xa"));
    init(&layout, &options("XA"), SECRET, &SystemRandom).unwrap();
    let invitation = exchange.invite("XA", false);

    // While the hub is away nothing happens, and the invitation stays good.
    exchange.close().await;
    let away = enrol(&layout, &invitation, SECRET, &SystemRandom, now()).await.unwrap_err();
    assert!(matches!(away, EnrolError::Connect(_)), "{away}");
    assert!(matches!(
        run_error(run_options(&layout, SECRET)).await,
        RunError::Trust(TrustError::NotEnrolled(_))
    ));
    exchange.open().await;

    let first = enrol(&layout, &invitation, SECRET, &SystemRandom, now()).await.unwrap();
    let again = enrol(&layout, &invitation, SECRET, &SystemRandom, now()).await.unwrap();
    assert_eq!(first, again, "the same entry at the same place");
    let mut unit = Unit::over(&exchange, "XA");
    unit.invite_agency("unit", Role::Investigator);
    unit.open().await;
    unit.publish("1", &case("XA-1"), &to(&["XF"])).await;
    receiver.receives(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_by_name() {
    let exchange = Exchange::start().await;
    let layout = Layout::new(exchange.root.path().join("xa"));
    init(&layout, &options("XA"), SECRET, &SystemRandom).unwrap();
    let again = init(&layout, &options("XA"), SECRET, &SystemRandom).unwrap_err();
    assert!(matches!(again, InitError::NotEmpty(_)), "{again}");

    let other = exchange.invite("XF", false);
    let refused = enrol(&layout, &other, SECRET, &SystemRandom, now()).await.unwrap_err();
    assert!(matches!(refused, EnrolError::OtherMember { .. }), "{refused}");
    let invitation = exchange.invite("XA", false);
    let torn: String = invitation.chars().take(invitation.len() - 40).collect();
    let refused = enrol(&layout, &torn, SECRET, &SystemRandom, now()).await.unwrap_err();
    assert!(matches!(refused, EnrolError::Invitation(_)), "{refused}");
    let refused = enrol(&layout, &invitation, b"another", &SystemRandom, now()).await.unwrap_err();
    assert!(refused.to_string().contains("passphrase"), "{refused}");

    let to = exchange.root.path().join("agency");
    let add = |secret: &[u8]| {
        agency_add(&layout, "unit", Role::Border, "127.0.0.1:1", &to, secret, &SystemRandom, now())
    };
    assert!(matches!(add(SECRET), Err(AgencyError::Keys(_) | AgencyError::Trust(_))), "not enrolled yet");
    enrol(&layout, &invitation, SECRET, &SystemRandom, now()).await.unwrap();
    let used = exchange.invite("XA", false);
    let refused = enrol(&layout, &used, SECRET, &SystemRandom, now()).await.unwrap_err();
    assert!(matches!(refused, EnrolError::Client(_)), "a second invitation is no second member: {refused}");
    assert!(add(b"another").is_err());
    add(SECRET).unwrap();
    assert!(matches!(add(SECRET), Err(AgencyError::Exists(_))));

    let wrong = run_error(run_options(&layout, b"another")).await;
    assert!(matches!(wrong, RunError::Keys(_)), "{wrong}");
    let shutdown = Shutdown::new();
    let running = run(run_options(&layout, SECRET), shutdown.clone()).await.unwrap();
    let mut second = run_options(&layout, SECRET);
    second.config.listen = free_port();
    let locked = run_error(second).await;
    assert!(
        matches!(locked, RunError::Ledger(LedgerFault::KeySlots(_) | LedgerFault::Ledger(_))),
        "{locked}"
    );
    shutdown.trigger();
    running.wait().await.unwrap();
}
