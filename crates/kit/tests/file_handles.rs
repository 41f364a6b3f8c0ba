//! A listener that has run out of file handles waits, and goes on when there are some again.
//!
//! The limit is the process's, so the test proper runs in a process of its own, started with a low one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::process::Command;

use common::*;

#[test]
fn no_file_handles_left_is_not_the_end() {
    let own = std::env::current_exe().unwrap();
    let script = "ulimit -n 40 && exec \"$0\" --exact inside_a_small_process --ignored --nocapture";
    let output = Command::new("sh").arg("-c").arg(script).arg(own).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
#[ignore = "run by the other test, in a process with few file handles"]
async fn inside_a_small_process() {
    let served = serve_hub(Options::default()).await;
    let tls = served.tls_of(&member("XF"));
    let mut held = Vec::new();
    // The client's half of each connection uses up the handles that the server's accept then lacks.
    while let Ok(stream) = std::net::TcpStream::connect(served.address) {
        held.push(stream);
        assert!(held.len() < 100, "the limit of this process is not in force");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    drop(held);
    check(&served.connect(&tls).await.unwrap()).await.unwrap();
}
