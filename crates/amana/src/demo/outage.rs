//! The hub is killed while notices are under way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::exchange::failed;
use super::story::{Story, wait};
use crate::exit::Failure;

/// How many notices XA publishes after the kill: their answers cannot have come before it.
const AFTER: usize = 5;
/// So many are published at most until the hub has taken the first.
const MOST: usize = 500;

impl Story {
    /// Kills the hub with SIGKILL once it has taken some of what XA publishes without a pause, and starts it
    /// again.
    pub(super) async fn kill_hub(&mut self) -> Result<String, Failure> {
        let hub = self.hub.take().ok_or_else(|| failed("the hub is not running"))?;
        let killed = AtomicBool::new(false);
        let (sent, taken) = tokio::join!(self.keep_publishing(&killed), async {
            let size = self.log_size().await?;
            // The first of them is in the log; more are on their way.
            let grown = wait(async || Ok((self.log_size().await? > size).then_some(()))).await;
            hub.kill().await?;
            killed.store(true, Ordering::SeqCst);
            grown
        });
        let sent = sent?;
        taken?;
        let before = self.in_log(&sent).await?;
        let waiting = sent.len() - before.len();
        if waiting == 0 {
            return Err(failed("nothing was under way when the hub was killed"));
        }
        self.hub = Some(self.exchange.run_hub().await?);
        let after = wait(async || {
            let after = self.in_log(&sent).await?;
            Ok((after.len() == sent.len()).then_some(after))
        })
        .await?;
        if before.iter().any(|(id, index)| after.get(id) != Some(index)) {
            return Err(failed("what was acknowledged before has another place in the log now"));
        }
        let places: BTreeSet<&u64> = after.values().collect();
        if places.len() != sent.len() {
            return Err(failed("two notices have one place in the log"));
        }
        let told = format!(
            "{} notices: {} acknowledged before the kill, {waiting} waiting; after the restart all are in the log",
            sent.len(),
            before.len()
        );
        self.published.extend(sent);
        Ok(told)
    }

    /// Publishes without a pause until the hub is killed, and some more then.
    async fn keep_publishing(&self, killed: &AtomicBool) -> Result<Vec<String>, Failure> {
        let (mut sent, mut after) = (Vec::new(), 0);
        while after < AFTER && sent.len() < MOST {
            after += usize::from(killed.load(Ordering::SeqCst));
            sent.push(self.publish(format!("demo-outage-{}", sent.len())).await?);
        }
        Ok(sent)
    }

    /// Those that XA has the hub's receipt for, with their places in the log.
    async fn in_log(&self, sent: &[String]) -> Result<BTreeMap<String, u64>, Failure> {
        let mut places = BTreeMap::new();
        for id in sent {
            if let Some(index) = self.log_index(id).await? {
                places.insert(id.clone(), index);
            }
        }
        Ok(places)
    }
}
