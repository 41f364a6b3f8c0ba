use std::time::Duration;

use super::*;

const LONG: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn everyone_is_told_once_asked() {
    let shutdown = Shutdown::new();
    let told = shutdown.triggered();
    assert!(!shutdown.is_triggered());
    shutdown.clone().trigger();
    told.await;
    shutdown.triggered().await; // whoever comes late is told as well
}

#[tokio::test]
async fn a_drain_ends_with_its_time_or_when_asked_twice() {
    let shutdown = Shutdown::new();
    shutdown.signalled();
    shutdown.expired(Duration::ZERO).await;
    let patient = shutdown.expired(LONG);
    shutdown.signalled();
    patient.await;
}

#[tokio::test]
async fn a_signal_asks() {
    let shutdown = Shutdown::on_signals().unwrap();
    let own = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &own]).status().unwrap().success());
    shutdown.triggered().await;
}
