//! I8: bad clients of every kind at the hub's port, while a good member publishes. The process lives, the
//! good one is always served, about as fast as when it is alone, and memory stays bounded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "bad_clients/attacks.rs"]
mod attacks;
mod common;
#[allow(dead_code, reason = "the members of a measurement need a part of it")]
#[path = "../src/exit.rs"]
mod exit;
#[path = "../src/bench/party.rs"]
mod party;
#[path = "bad_clients/raw.rs"]
mod raw;

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use amana_client::exchange::{Answer, PublishAnswers, PublishSender, open_publish};
use amana_types::Directory;
use attacks::{Attacker, Ended, Kind};
use common::{Exchange, PATIENCE, Process};
use party::{Party, Ready, seal_many};
use raw::{AGAIN, Entrance, HEADERS, RST_STREAM};
use tonic::Code;

/// Publishes of one round, and how often a loud round follows a quiet one.
const ROUND: usize = 160;
const ROUNDS: usize = 3;
/// Pause between two publishes: a round lasts as long as each kind of bad client needs to come again.
const PACE: Duration = Duration::from_millis(8);
/// How much slower the median may be with all bad clients at once.
const MOST_RATIO: f64 = 1.5;
/// Measurements until one counts: other programs share the machine.
const ATTEMPTS: usize = 3;
/// How much larger the hub may become.
const MOST_GROWTH: u64 = 64 << 20;

/// One test at a time: what one lets loose must not slow what another measures.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A member that publishes, one after the other, and believes only what is proven.
struct Good {
    party: Arc<Party>,
    directory: Arc<Directory>,
    sender: PublishSender,
    answers: PublishAnswers,
    log_key: amana_log::LogKey,
}

impl Good {
    async fn enrol(exchange: &Exchange, code: &str) -> Self {
        let token = fs::read_to_string(exchange.invite(code, "COUNTRY").await).unwrap();
        let party = Party::enrol(&token).await.unwrap();
        let directory = Arc::new(party.directory(&token).await.unwrap());
        let log_key: amana_log::LogKey = exchange.operator().log_key().parse().unwrap();
        let (sender, answers) =
            open_publish(party.connect().await.unwrap(), log_key.clone(), 1).await.unwrap();
        Self { party: Arc::new(party), directory, sender, answers, log_key }
    }

    async fn seal(&self, count: usize) -> Vec<Ready> {
        let recipients = ["XF".parse().unwrap()];
        seal_many(&self.party, &self.directory, &recipients, count).await.unwrap()
    }

    /// Publishes one envelope; answers how long the proof took.
    async fn publish(&mut self, (id, envelope): Ready) -> Duration {
        let start = Instant::now();
        self.sender.submit(id, envelope).await.unwrap();
        let answer = tokio::time::timeout(PATIENCE, self.answers.next()).await.expect("served at all times");
        let answer = answer.unwrap().unwrap().pop().unwrap();
        assert!(matches!(&answer, Answer::Receipted(receipted) if receipted.notice == id), "{answer:?}");
        start.elapsed()
    }

    /// Publishes many; answers how long each took.
    async fn round(&mut self, envelopes: Vec<Ready>) -> Vec<Duration> {
        let mut took = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            took.push(self.publish(envelope).await);
            tokio::time::sleep(PACE).await;
        }
        took
    }

    /// Comes in anew, as after a restart.
    async fn come_back(&mut self) {
        let channel = self.party.connect().await.unwrap();
        (self.sender, self.answers) = open_publish(channel, self.log_key.clone(), 1).await.unwrap();
    }
}

fn median(mut all: Vec<Duration>) -> f64 {
    all.sort_unstable();
    all[all.len() / 2].as_secs_f64()
}

/// Resident memory of a process, in bytes.
fn memory(process: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// A hub, a good member, and a member whose certificate the bad clients have.
async fn scene() -> (Exchange, Process, Good, Attacker) {
    let (exchange, hub) = Exchange::with_nodes(&["XF"]).await;
    let good = Good::enrol(&exchange, "XA").await;
    let [nobody, foreign, member] = Entrance::all(&exchange, "XF");
    let token = fs::read_to_string(exchange.invite("XS", "COUNTRY").await).unwrap();
    let channel = Party::enrol(&token).await.unwrap().connect().await.unwrap();
    (exchange, hub, good, Attacker { nobody, foreign, member, channel })
}

/// Whether the hub dealt with one attack as it must.
fn is_dealt_with(kind: Kind, ended: &Ended) -> bool {
    match (kind, ended) {
        // Whoever has not shown a certificate of ours gets not one byte of HTTP/2.
        (Kind::NoCertificate | Kind::ForeignCertificate, Ended::Closed(said)) => *said == 0,
        (
            Kind::RandomBytes | Kind::HalfHandshake | Kind::NotHttp2 | Kind::RapidReset | Kind::HeaderFlood,
            Ended::Closed(_),
        ) => true,
        (Kind::FourGibibytes, Ended::Answered(HEADERS | RST_STREAM)) => true,
        (Kind::OverLimit, Ended::Refused(codes)) => {
            codes.iter().all(|code| matches!(code, Code::OutOfRange | Code::ResourceExhausted))
        }
        (Kind::UnknownMethods, Ended::Refused(codes)) => {
            codes.iter().all(|code| *code == Code::Unimplemented)
        }
        (Kind::HalfFrame | Kind::ZeroWindow, Ended::Held(_)) | (Kind::Crowd, Ended::Crowd(_)) => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_client_is_dealt_with_and_the_good_one_is_served() {
    let _alone = ALONE.lock().await;
    let (_exchange, mut hub, mut good, attacker) = scene().await;
    let before = memory(&hub);
    let mut held = Vec::new();
    for kind in Kind::ALL {
        let attack = tokio::spawn({
            let attacker = attacker.clone();
            async move { attacker.attack(kind).await }
        });
        for ready in good.seal(5).await {
            good.publish(ready).await;
        }
        let ended = attack.await.unwrap().unwrap();
        assert!(is_dealt_with(kind, &ended), "{kind:?}: {ended:?}");
        hub.must_live();
        // Also while the bad one is still there, and also for somebody who comes only now.
        good.come_back().await;
        for ready in good.seal(2).await {
            good.publish(ready).await;
        }
        held.push(ended);
    }
    let growth = memory(&hub).saturating_sub(before);
    println!("the hub grew by {} KiB", growth / 1024);
    assert!(growth < MOST_GROWTH, "the hub grew by {growth} bytes");
    // Silence in the middle of a frame has an end: no sign of life is given.
    for ended in held {
        if let Ended::Held(streams) = ended {
            for mut stream in streams {
                assert!(raw::until_closed(&mut stream).await.is_some(), "held open for ever");
            }
        }
    }
    hub.stop().await;
}

/// All kinds at once, each again and again, until dropped.
fn unleash(attacker: &Attacker) -> tokio::task::JoinSet<()> {
    let mut crowd = tokio::task::JoinSet::new();
    for (n, kind) in (0_u32..).zip(Kind::ALL) {
        let attacker = attacker.clone();
        crowd.spawn(async move {
            // Bad clients share the machine with the hub: they come one after the other, not in one burst.
            tokio::time::sleep(AGAIN * n / Kind::ALL.len() as u32).await;
            loop {
                // What becomes of it is the other test's question.
                let ended = attacker.attack(kind).await;
                match ended {
                    Ok(Ended::Held(_) | Ended::Crowd(_)) => std::future::pending().await,
                    _ => tokio::time::sleep(AGAIN).await,
                }
            }
        });
    }
    crowd
}

#[tokio::test(flavor = "multi_thread")]
async fn the_good_one_is_about_as_fast_as_when_it_is_alone() {
    let _alone = ALONE.lock().await;
    let (exchange, mut hub, mut good, attacker) = scene().await;
    let warm = good.seal(ROUND).await;
    good.round(warm).await;
    let before = memory(&hub);
    let mut ratios = Vec::new();
    for _ in 0..ATTEMPTS {
        let (mut quiet, mut loud) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (calm, storm) = (good.seal(ROUND).await, good.seal(ROUND).await);
            quiet.extend(good.round(calm).await);
            let mut bad = unleash(&attacker);
            loud.extend(good.round(storm).await);
            hub.must_live();
            let growth = memory(&hub).saturating_sub(before);
            assert!(growth < MOST_GROWTH, "the hub grew by {growth} bytes");
            bad.shutdown().await;
        }
        let (quiet, loud) = (median(quiet), median(loud));
        println!("median alone {:.2} ms, among bad clients {:.2} ms", quiet * 1e3, loud * 1e3);
        ratios.push(loud / quiet);
        if loud / quiet <= MOST_RATIO {
            break;
        }
    }
    println!("ratios {ratios:.2?}; the hub grew by {} KiB", memory(&hub).saturating_sub(before) / 1024);
    assert!(ratios.iter().any(|ratio| *ratio <= MOST_RATIO), "slower by {ratios:.2?}");
    assert!(exchange.verify_log().await >= (ROUND * ROUNDS * 2) as u64);
    hub.stop().await;
}
