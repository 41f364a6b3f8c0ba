//! Two ways of doing the same work, timed in turns.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What any step of a comparison gives.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Pairs of runs in a comparison whose runs are long.
pub(crate) const RUNS: usize = 7;
/// Pairs of runs in a comparison of work that costs little.
const SHORT_RUNS: usize = 51;
/// How long one of these runs takes: short beside the turns that the system gives to processes, so that
/// on a busy machine most runs are not interrupted.
const SHORT_RUN: Duration = Duration::from_micros(500);
/// How long such work is repeated before, for warm caches and for the number of calls in one run.
const WARMING: Duration = Duration::from_millis(25);

/// What a comparison showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared {
    runs: usize,
    ceiling_micros: f64,
    micros: f64,
    ratio: f64,
    best_ratio: f64,
}

impl Compared {
    /// Compares work that costs little, in many short runs.
    pub(crate) fn often(
        mut ceiling: impl FnMut() -> Outcome,
        mut part: impl FnMut() -> Outcome,
    ) -> Outcome<Self> {
        let calls = (calls_for(&mut ceiling)?, calls_for(&mut part)?);
        Self::pairs(SHORT_RUNS, || run(calls.0, &mut ceiling), || run(calls.1, &mut part))
    }

    /// Compares work that is done `calls` times in each run.
    pub(crate) fn times(
        calls: u32,
        mut ceiling: impl FnMut() -> Outcome,
        mut part: impl FnMut() -> Outcome,
    ) -> Outcome<Self> {
        Self::of(|| run(calls, &mut ceiling), || run(calls, &mut part))
    }

    /// Compares what times itself and tells microseconds.
    pub(crate) fn of(
        ceiling: impl FnMut() -> Outcome<f64>,
        part: impl FnMut() -> Outcome<f64>,
    ) -> Outcome<Self> {
        Self::pairs(RUNS, ceiling, part)
    }

    fn pairs(
        runs: usize,
        mut ceiling: impl FnMut() -> Outcome<f64>,
        mut part: impl FnMut() -> Outcome<f64>,
    ) -> Outcome<Self> {
        let mut pairs = Vec::with_capacity(runs);
        for _ in 0..runs {
            pairs.push((ceiling()?, part()?));
        }
        let (ceilings, parts) = (pairs.iter().map(|pair| pair.0), pairs.iter().map(|pair| pair.1));
        let best =
            ceilings.clone().fold(f64::INFINITY, f64::min) / parts.clone().fold(f64::INFINITY, f64::min);
        Ok(Self {
            runs,
            ceiling_micros: median(ceilings),
            micros: median(parts),
            ratio: median(pairs.iter().map(|(ceiling, part)| ceiling / part.max(f64::EPSILON))),
            best_ratio: best,
        })
    }

    /// How often a second the part does `each` pieces of work, by its median time.
    pub(crate) fn per_second(&self, each: u32) -> f64 {
        (f64::from(each) * 1e6 / self.micros.max(f64::EPSILON)).round()
    }

    /// As JSON, with what tells it from its neighbours.
    pub(crate) fn view(&self, facts: Value) -> Value {
        let mut view = facts;
        if let Some(fields) = view.as_object_mut() {
            fields.insert("ceiling_us".to_owned(), json!(rounded(self.ceiling_micros)));
            fields.insert("us".to_owned(), json!(rounded(self.micros)));
            fields.insert("ratio".to_owned(), json!(rounded(self.ratio)));
            fields.insert("best_ratio".to_owned(), json!(rounded(self.best_ratio)));
            fields.insert("runs".to_owned(), json!(self.runs));
        }
        view
    }
}

/// Microseconds that `work` takes.
pub(crate) fn micros(work: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64() * 1e6)
}

/// Microseconds of one call among so many.
fn run(calls: u32, work: &mut impl FnMut() -> Outcome) -> Outcome<f64> {
    let all = micros(|| (0..calls).try_for_each(|_| work()))?;
    Ok(all / f64::from(calls))
}

/// How many calls make a short run.
fn calls_for(work: &mut impl FnMut() -> Outcome) -> Outcome<u32> {
    let start = Instant::now();
    let (mut calls, mut fastest) = (0, f64::INFINITY);
    while start.elapsed() < WARMING || calls < 3 {
        fastest = fastest.min(run(1, work)?);
        calls += 1;
    }
    let most = SHORT_RUN.as_secs_f64() * 1e6 / fastest.max(f64::EPSILON);
    // A clock that is coarse may say that a call takes no time at all.
    Ok(most.clamp(1.0, 100_000.0) as u32)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// To three decimals.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
