//! I1 and I2 with real processes: hub and nodes are killed at random points while notices are published
//! without a pause. What was answered arrives, once and in order, and nothing is shown twice.
//!
//! `AMANA_KILL_CYCLES` says how often (200), `AMANA_KILL_SEED` repeats a run's choices.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use amana_wire::v1;
use amana_wire::v1::watch_events_response::Event;
use common::{Agency, Exchange, PATIENCE, Process, eventually, may_be_repeated, notice, reason, to};
use tokio::task::JoinHandle;

/// Who sends what to whom.
const ROADS: [(&str, &[&str]); 2] = [("XA", &["XF", "XS"]), ("XF", &["XA"])];
const NODES: [&str; 3] = ["XA", "XF", "XS"];
/// Pause of a publisher between two notices.
const PACE: Duration = Duration::from_millis(40);
/// Pause before a call is tried again.
const AGAIN: Duration = Duration::from_millis(20);
/// How long the next receipt may take once nobody kills any more.
const CALM: Duration = Duration::from_secs(60);

/// Repeatable choices (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    async fn wait(&mut self, at_most: u64) {
        tokio::time::sleep(Duration::from_millis(self.below(at_most))).await;
    }
}

fn number(variable: &str, default: impl FnOnce() -> u64) -> u64 {
    std::env::var(variable).map_or_else(|_| default(), |text| text.parse().unwrap())
}

/// What a task does until it is told to stop.
#[derive(Clone)]
struct Stop(Arc<AtomicBool>);

impl Stop {
    fn said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection to a node that is made again when it broke.
struct Line {
    exchange: Arc<Exchange>,
    code: &'static str,
    agency: Option<Agency>,
}

impl Line {
    fn new(exchange: &Arc<Exchange>, code: &'static str) -> Self {
        Self { exchange: Arc::clone(exchange), code, agency: None }
    }

    /// Waits until the node is there.
    async fn agency(&mut self) -> Agency {
        loop {
            if let Some(agency) = &self.agency {
                return agency.clone();
            }
            match self.exchange.try_agency(self.code).await {
                Ok(agency) => self.agency = Some(agency),
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// After a call failed: only because the node went away, or else this is the end of the test.
    async fn broke(&mut self, status: &tonic::Status) {
        assert!(may_be_repeated(status), "{}: {status:?}", self.code);
        self.agency = None;
        tokio::time::sleep(AGAIN).await;
    }

    /// Publishes one notice, however often the node goes away meanwhile; answers its id.
    async fn publish(&mut self, n: usize, countries: &[&str]) -> String {
        let request = v1::PublishNoticeRequest {
            access: None,
            request_id: n.to_string(),
            notice: Some(notice(&format!("{}-{n}", self.code))),
            addressing: Some(to(countries)),
            draft: None,
        };
        loop {
            let mut agency = self.agency().await;
            match agency.0.publish_notice(request.clone()).await {
                Ok(answer) => return answer.into_inner().notice_id,
                Err(status) => self.broke(&status).await,
            }
        }
    }
}

/// Publishes one notice after the other; answers the ids in order. Each was answered.
fn publisher(mut line: Line, countries: &'static [&'static str], stop: Stop) -> JoinHandle<Vec<String>> {
    tokio::spawn(async move {
        let mut accepted = Vec::new();
        while !stop.said() {
            let published = tokio::time::timeout(PATIENCE, line.publish(accepted.len(), countries)).await;
            accepted.push(published.unwrap_or_else(|_| panic!("{} answers no more", line.code)));
            tokio::time::sleep(PACE).await;
        }
        accepted
    })
}

type Shown = Arc<Mutex<Vec<String>>>;

/// Watches the inbox of a node over the whole time, and goes on after the last place seen.
fn watcher(mut line: Line, shown: Shown) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut cursor = String::new();
        loop {
            let request = v1::WatchEventsRequest { cursor: cursor.clone(), access: reason() };
            let stream = line.agency().await.0.watch_events(request).await;
            let mut stream = match stream {
                Ok(stream) => stream.into_inner(),
                Err(status) => {
                    line.broke(&status).await;
                    continue;
                }
            };
            loop {
                match stream.message().await {
                    Ok(Some(next)) => {
                        assert_ne!(next.cursor, cursor, "{} repeats itself", line.code);
                        cursor = next.cursor;
                        let Some(Event::Notice(notice)) = next.event else {
                            panic!("only notices were sent")
                        };
                        shown.lock().unwrap().push(notice.notice_id);
                    }
                    Ok(None) => break,
                    Err(status) => {
                        line.broke(&status).await;
                        break;
                    }
                }
            }
        }
    })
}

/// Kills and restarts until all cycles are done.
async fn rage(exchange: &Exchange, processes: &mut BTreeMap<&'static str, Process>, cycles: u64, seed: u64) {
    let mut dice = Dice(seed | 1);
    let names: Vec<&'static str> = processes.keys().copied().collect();
    let mut done = 0;
    while done < cycles {
        dice.wait(120).await;
        // Mostly one, sometimes two at once; each process about as often as the others.
        let first = dice.below(names.len() as u64) as usize;
        let both = dice.below(8) == 0;
        let victims = [Some(first), both.then_some((first + 1) % names.len())];
        for name in victims.into_iter().flatten().map(|at| names[at]) {
            processes.remove(name).unwrap().kill().await;
            done += 1;
            // One in four is killed again while it starts.
            if dice.below(4) == 0 {
                let starting = exchange.spawn(name);
                dice.wait(400).await;
                starting.kill().await;
                done += 1;
            }
            processes.insert(name, exchange.spawn(name));
        }
        for name in victims.into_iter().flatten().map(|at| names[at]) {
            processes.get_mut(name).unwrap().ready().await;
        }
        for process in processes.values_mut() {
            process.must_live();
        }
    }
}

/// Waits until the sender holds the receipts of all recipients; answers the places in the log.
async fn receipted(agency: &Agency, ids: &[String], recipients: usize) -> Vec<u64> {
    let mut places = Vec::with_capacity(ids.len());
    let mut quiet_since = Instant::now();
    for (n, id) in ids.iter().enumerate() {
        loop {
            let receipts = agency.receipts(id).await;
            let states: Vec<v1::DeliveryState> = receipts.recipients.iter().map(|r| r.state()).collect();
            if states.len() == recipients && states.iter().all(|s| *s == v1::DeliveryState::Delivered) {
                places.push(receipts.log_place.unwrap().index);
                break;
            }
            let stuck = quiet_since.elapsed() > CALM || receipts.state() == v1::DeliveryState::Refused;
            assert!(!stuck, "notice {n} of {}: {receipts:?}\n{:?}", ids.len(), agency.status().await);
            tokio::time::sleep(AGAIN).await;
        }
        quiet_since = Instant::now();
    }
    places
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answered_is_lost_and_nothing_is_shown_twice() {
    let cycles = number("AMANA_KILL_CYCLES", || 200);
    let seed = number("AMANA_KILL_SEED", || u64::from(std::process::id()));
    println!("AMANA_KILL_CYCLES={cycles} AMANA_KILL_SEED={seed}");
    let (exchange, hub) = Exchange::with_nodes(&NODES).await;
    let exchange = Arc::new(exchange);
    let mut processes = BTreeMap::from([("hub", hub)]);
    for code in NODES {
        processes.insert(code, exchange.run(code).await);
    }
    for (from, countries) in ROADS {
        exchange.agency(from).await.knows(countries).await;
    }

    let stop = Stop(Arc::new(AtomicBool::new(false)));
    let shown: BTreeMap<&str, Shown> = NODES.map(|code| (code, Shown::default())).into();
    let watchers: Vec<_> =
        NODES.map(|code| watcher(Line::new(&exchange, code), Arc::clone(&shown[code]))).into();
    let publishers =
        ROADS.map(|(from, countries)| publisher(Line::new(&exchange, from), countries, stop.clone()));
    rage(&exchange, &mut processes, cycles, seed).await;
    stop.0.store(true, Ordering::Relaxed);

    let mut places = HashSet::new();
    for (publisher, (from, countries)) in publishers.into_iter().zip(ROADS) {
        let accepted = publisher.await.unwrap();
        println!("{from} published {} notices", accepted.len());
        assert!(accepted.len() as u64 >= cycles, "the publisher stood still");
        let sender = exchange.agency(from).await;
        let indexes = receipted(&sender, &accepted, countries.len()).await;
        assert!(indexes.is_sorted(), "the log keeps the order of a sender");
        places.extend(indexes.iter().copied());
        assert_eq!(sender.status().await.outbox_waiting, 0);
        for code in countries {
            assert_eq!(exchange.agency(code).await.receives(accepted.len()).await, accepted, "{code} lists");
            eventually("everything is shown", async || {
                (shown[code].lock().unwrap().len() >= accepted.len()).then_some(())
            })
            .await;
            assert_eq!(*shown[code].lock().unwrap(), accepted, "{code} was shown");
        }
    }
    let total: usize = ROADS.iter().map(|(_, countries)| shown[countries[0]].lock().unwrap().len()).sum();
    assert_eq!(places.len(), total, "each notice has a place of its own in the log");
    for code in NODES {
        assert_eq!(exchange.agency(code).await.status().await.alarms, [], "{code} trusts the log");
    }
    assert!(exchange.verify_log().await as usize > total);
    watchers.iter().for_each(JoinHandle::abort);
    for name in processes.keys() {
        let log = std::fs::read_to_string(exchange.log_file(name)).unwrap();
        assert!(!log.contains("panicked"), "{name}: {log}");
    }
    for (_, process) in processes {
        process.stop().await; // in order, as if nothing had been
    }
}
