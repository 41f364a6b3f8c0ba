//! Two ways of doing the same work, timed in turns.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What any step of a comparison gives.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Pairs of runs in one comparison.
pub(crate) const RUNS: usize = 7;
/// How long a run of work that costs little should take.
const RUN: Duration = Duration::from_millis(25);

/// What a comparison showed: medians.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared {
    ceiling_micros: f64,
    micros: f64,
    ratio: f64,
}

impl Compared {
    /// Compares work that costs little: each run repeats it until it takes long enough to be timed.
    pub(crate) fn often(
        mut ceiling: impl FnMut() -> Outcome,
        mut part: impl FnMut() -> Outcome,
    ) -> Outcome<Self> {
        let calls = (calls_for(&mut ceiling)?, calls_for(&mut part)?);
        Self::of(|| run(calls.0, &mut ceiling), || run(calls.1, &mut part))
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
        mut ceiling: impl FnMut() -> Outcome<f64>,
        mut part: impl FnMut() -> Outcome<f64>,
    ) -> Outcome<Self> {
        let mut pairs = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            pairs.push((ceiling()?, part()?));
        }
        Ok(Self {
            ceiling_micros: median(pairs.iter().map(|(ceiling, _)| *ceiling)),
            micros: median(pairs.iter().map(|(_, part)| *part)),
            ratio: median(pairs.iter().map(|(ceiling, part)| ceiling / part.max(f64::EPSILON))),
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

/// How many calls take about [`RUN`]; also warms caches.
fn calls_for(work: &mut impl FnMut() -> Outcome) -> Outcome<u32> {
    let (mut calls, start) = (0, Instant::now());
    while start.elapsed() < RUN {
        work()?;
        calls += 1;
    }
    Ok(calls)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Three significant places below one, three decimals above.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
