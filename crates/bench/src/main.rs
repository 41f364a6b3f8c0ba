//! Comparison runs: what each part costs beside its ceiling, the least that any program could pay for
//! the same work. One JSON object is printed.
//!
//! ```sh
//! cargo run --profile dist -p amana-bench
//! ```
//!
//! takes about a minute and 1 GiB in the temporary directory, which must lie on the disk that is to be
//! measured (`TMPDIR=DIR` chooses another). In each comparison ceiling and part run in turns, so that
//! whatever else the machine does slows both. Times are medians; `ratio` is the ceiling's time divided
//! by the part's, the median over all pairs of runs: 1 means that nothing is left to gain. `best_ratio`
//! is that of the fastest run of each, for machines that are busy with something else. Compare ratios
//! between machines, never times. What a whole hub does, over the network, is `amana bench`.
//!
//! | comparison | ceiling |
//! |---|---|
//! | `verify`: all that a hub verifies of an envelope | one Ed25519 verification of 200 bytes by ring |
//! | `seal`, `open`: a whole envelope | the same slots as bare HPKE, nothing else |
//! | `journal`: a group appended, durable | the same bytes into a zero-filled file, one data sync |
//! | `log`: append, prove, verify at 10⁶ leaves | the same hashes, bare; for a proof, the same copies |
//! | `route`: 195 recipients found | their codes copied out of the directory |
//! | `ledger`: 10⁶ records opened | an empty ledger opened; for a rebuild, the records read once |
//!
//! This crate is not shipped and refuses to know networks and processes. Its main type is
//! [`measure::Compared`].

mod exchange;
mod measure;
mod parts;

use std::io::Write;

use serde_json::json;

use crate::exchange::Exchange;
use crate::measure::Outcome;

fn main() -> Outcome {
    let exchange = Exchange::new()?;
    let results = json!({
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "verify": parts::envelope::verify(&exchange)?,
        "seal": parts::envelope::seal(&exchange)?,
        "open": parts::envelope::open(&exchange)?,
        "journal": parts::journal::append()?,
        "log": parts::log::tree()?,
        "route": parts::route::route(&exchange)?,
        "ledger": parts::ledger::open()?,
    });
    writeln!(std::io::stdout().lock(), "{results:#}")?;
    Ok(())
}
