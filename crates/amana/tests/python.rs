//! A Python program with nothing but grpcio, the proto files and an agency's certificate uses a node.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::Path;
use std::process::Stdio;

use common::{Exchange, PATIENCE, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_grpc_client_uses_a_node() {
    let python = std::env::var_os("AMANA_TEST_PYTHON").expect(
        "AMANA_TEST_PYTHON is not set: start the tests with tests/run, which sets up a Python with grpcio",
    );
    let (exchange, _hub) = Exchange::with_nodes(&["XA", "XF"]).await;
    let (_xa, _xf) = (exchange.run("XA").await, exchange.run("XF").await);
    exchange.agency("XA").await.knows(&["XF"]).await;

    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = tokio::process::Command::new(python)
        .arg(project.join("tests/python/agency.py"))
        .args([&exchange.agency_dir("XA"), &project.join("proto")])
        .arg("XF")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, program).await.expect("agency.py ends").unwrap();
    let (shown, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{shown}{said}");

    // What the program says it did is what the recipient has.
    let said: Vec<(&str, &str)> = shown.lines().filter_map(|line| line.split_once(' ')).collect();
    let steps: Vec<&str> = said.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, ["published", "listed", "read", "found", "delivered", "refused"]);
    let context = text(&exchange.agency_dir("XF"));
    let found = exchange.amana(&["--context", &context, "search", said[3].1, "--case", "XF-1"]).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["notice_id"], said[0].1);
    assert_eq!(found[0]["sender"], "XA");
}
