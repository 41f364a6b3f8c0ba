use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use amana_kit::clock::SystemClock;
use amana_types::Seq;

use super::*;
use crate::fold::record::Alarm;
use crate::office::Office;
use crate::testing::now;

/// A command of the tests.
#[derive(Clone, Copy)]
enum Order {
    Panic,
    /// Writes a record.
    Write,
    /// The same, with work before that fails.
    Fail,
    /// Refuses, with work to do.
    Refuse,
}

static WORKED: AtomicBool = AtomicBool::new(false);

#[derive(Debug, thiserror::Error)]
enum OrderFailed {
    #[error("refused")]
    Refused,
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl Command for Order {
    type Answer = Seq;
    type Error = OrderFailed;

    fn decide(self, basis: &Basis<'_>) -> Result<Decision<Seq, OrderFailed>, OrderFailed> {
        let next = basis.holdings.state().read().base.next;
        let record = || Record::Alarm(Alarm { at: now(), reason: "TEST".into(), message: String::new() });
        match self {
            Self::Panic => panic!("a command of a test"),
            Self::Write => Ok(Decision::record(record(), next)),
            Self::Fail => {
                let fails: FileWork = Box::new(|| Err(io::Error::from(io::ErrorKind::StorageFull)));
                Ok(Decision::record(record(), next).before(Some(fails)))
            }
            Self::Refuse => {
                let work: FileWork = Box::new(|| {
                    WORKED.store(true, Ordering::SeqCst);
                    Ok(())
                });
                Ok(Decision::refuse(OrderFailed::Refused, Some(work)))
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_answered_when_durable_and_a_panic_refuses_only_itself() {
    let Office { sources, ledger, slots, files, .. } = Office::new();
    let holdings = sources.holdings.clone();
    let next = || holdings.state().read().base.next;
    let (ledger_writer, writer) = LedgerWriter::start(ledger, slots, files, Arc::new(SystemClock)).unwrap();
    let (queue, thread) = CommandQueue::start(sources, ledger_writer).unwrap();

    let first = queue.run(Order::Write).await.unwrap();
    assert_eq!(next(), first.next(), "it is in the journal before the answer");
    assert!(matches!(queue.run(Order::Panic).await, Err(OrderFailed::Command(CommandError::Defect))));
    let full = queue.run(Order::Fail).await;
    assert!(matches!(full, Err(OrderFailed::Command(CommandError::Write(WriteError::DiskFull)))));
    assert!(matches!(queue.run(Order::Refuse).await, Err(OrderFailed::Refused)));
    assert!(WORKED.load(Ordering::SeqCst), "what a refusal leaves to do is done");
    assert_eq!(next(), first.next(), "none of them wrote");
    assert_eq!(queue.run(Order::Write).await.unwrap(), first.next());

    drop(queue);
    tokio::task::spawn_blocking(move || (thread.join().unwrap(), writer.join().unwrap().unwrap()))
        .await
        .unwrap();
}
