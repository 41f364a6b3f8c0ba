//! A file of 256 MiB between two nodes: it arrives bit for bit, whoever is killed on the way, and nobody on
//! the way holds it in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use amana_wire::v1;
use common::{Exchange, Process, eventually, reason, text};

const BYTES: u64 = 256 << 20;
/// By how much the memory of a process may grow.
const GROWTH_KIB: u64 = 64 << 10;
/// How often it is asked whether all of it has come: a debug build on a busy machine is slow.
const ASKED: u32 = 900;

/// Numbers that look like chance and are the same each time (xorshift64).
fn fill(path: &Path) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..BYTES / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes()).unwrap();
    }
    file.flush().unwrap();
}

fn are_same(one: &Path, other: &Path) -> bool {
    let (mut one, mut other) =
        (BufReader::new(File::open(one).unwrap()), BufReader::new(File::open(other).unwrap()));
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let got = one.read(&mut left).unwrap();
        other.read_exact(&mut right[..got]).unwrap();
        if got == 0 {
            return other.read(&mut right).unwrap() == 0;
        }
        if left[..got] != right[..got] {
            return false;
        }
    }
}

/// A line of `/proc/PID/status`, in KiB.
fn memory(process: &Process, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.pid())).unwrap();
    let line = status.lines().find_map(|found| found.strip_prefix(line)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// How long everything in a folder is together.
fn held(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => held(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

async fn progress(exchange: &Exchange, code: &str, id: &str) -> Option<v1::AttachmentProgress> {
    let mut agency = exchange.try_agency(code).await.ok()?;
    let request = v1::GetRequest { notice_id: id.to_owned(), reason: reason() };
    let view = agency.0.get(request).await.ok()?.into_inner().notice?;
    view.attachments.into_iter().next()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_256_mib_arrives_bit_for_bit_with_little_memory_though_both_nodes_are_killed() {
    let (exchange, hub) = Exchange::with_nodes(&["XE", "XF"]).await;
    let (sender, receiver) = (exchange.run("XE").await, exchange.run("XF").await);
    exchange.agency("XE").await.knows(&["XF"]).await;
    let file = exchange.root().join("scan.bin");
    fill(&file);
    let case = exchange.root().join("case.toml");
    fs::write(&case, CASE).unwrap();
    let before = [memory(&hub, "VmRSS"), memory(&sender, "VmRSS"), memory(&receiver, "VmRSS")];

    let (context, case) = (text(&exchange.agency_dir("XE")), text(&case));
    let sent = exchange.amana(&["--context", &context, "notice", "publish", &case]).await;
    let id = sent[0]["notice_id"].as_str().unwrap().to_owned();

    // The sender dies while the hub has a part of it.
    let at_hub: PathBuf = exchange.hub_dir();
    let empty = held(&at_hub);
    eventually("a part is at the hub", async || (held(&at_hub) > empty + (8 << 20)).then_some(())).await;
    assert!(held(&at_hub) < empty + BYTES, "all of it is there already");
    let sender_peak = memory(&sender, "VmHWM");
    sender.kill().await;
    let sender = exchange.run("XE").await;

    // The receiver dies while it has a part of it.
    let mut part = v1::AttachmentProgress::default();
    for _ in 0..ASKED {
        part = progress(&exchange, "XF", &id).await.unwrap_or_default();
        if part.received_bytes > 8 << 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(part.state(), v1::AttachmentState::Partial, "{} bytes", part.received_bytes);
    let receiver_peak = memory(&receiver, "VmHWM");
    receiver.kill().await;
    let receiver = exchange.run("XF").await;

    let mut complete = false;
    for _ in 0..ASKED {
        let progress = progress(&exchange, "XF", &id).await.unwrap_or_default();
        assert_ne!(progress.state(), v1::AttachmentState::Failed, "{}", progress.reason);
        complete = progress.state() == v1::AttachmentState::Complete;
        if complete {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(complete, "it never arrived");

    let (context, out) = (text(&exchange.agency_dir("XF")), exchange.root().join("arrived.bin"));
    let get = ["--context", &context, "attachment", "get", &id, "1", "--file", &text(&out), "--case", "XF-1"];
    let (exit, _, stderr) = exchange.try_amana(&get).await;
    assert_eq!(exit, 0, "{stderr}");
    assert!(are_same(&file, &out));
    let (exit, ..) = exchange.try_amana(&get).await;
    assert_eq!(exit, 2, "nothing is overwritten");

    let peaks = [
        memory(&hub, "VmHWM"),
        sender_peak.max(memory(&sender, "VmHWM")),
        receiver_peak.max(memory(&receiver, "VmHWM")),
    ];
    let growth: Vec<u64> =
        peaks.iter().zip(before).map(|(peak, before)| peak.saturating_sub(before)).collect();
    println!("KiB grown: hub {}, sender {}, receiver {}", growth[0], growth[1], growth[2]);
    assert!(growth.iter().all(|growth| *growth < GROWTH_KIB), "{growth:?} KiB");
    for process in [sender, receiver, hub] {
        process.stop().await;
    }
}

const CASE: &str = r#"
circulation = "DIFFUSION"
type = "BLUE"
case_reference = "XE-2026-000077"
urgency = "ROUTINE"
subject = [{ language = "en", text = "An exercise" }]
narrative = [{ language = "en", text = "Nobody is meant." }]
marking.handling = "H1"
purpose = "CRIMINAL_INVESTIGATION"

[[offences]]
type = "TRAFFICKING_IN_PERSONS"
acts = ["RECRUITMENT"]
means = ["DECEPTION"]

[[exploitation]]
form = "FORCED_LABOUR"

[[persons]]
roles = ["SUSPECT"]
age_group = "ADULT"

[[attachments]]
file = "scan.bin"
kind = "DOCUMENT"

[to]
members = ["XF"]
"#;
