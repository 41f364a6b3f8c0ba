//! The two long-lived streams between a node and its hub, attachments, and the review desk's decisions.

mod attachment;
mod decide;
mod publish;
mod receive;
mod session;

pub use attachment::{Fetching, ReadAt, deposit, fetch};
pub use decide::decide;
pub use publish::{Answer, PublishAnswers, PublishSender, Receipted, Refused, Submitted, open_publish};
pub use receive::{Event, Proven, Receiver, Reviewed, SignedReceipt};
pub(crate) use session::Place;
pub use session::limits;
