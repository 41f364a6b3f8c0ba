//! The two long-lived streams between a node and its hub.

mod publish;
mod receive;

pub use publish::{Answer, PublishAnswers, PublishSender, Receipted, Refused, Submitted, open_publish};
pub use receive::{Event, Proven, Receiver, SignedReceipt};
