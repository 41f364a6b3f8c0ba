//! The directory: its entries as the hub orders them, and new ones to submit.

use amana_types::{Seq, Timestamp};
use amana_wire::v1;
use amana_wire::v1::directory_service_client::DirectoryServiceClient;
use bytes::Bytes;
use tonic::transport::Channel;

use crate::ClientError;
use crate::exchange::Place;

/// How many entries are asked for at once.
const PAGE: u32 = 256;

/// An entry in the hub's order. Nothing in it is verified before it is folded.
#[derive(Clone, Debug)]
pub struct ListedEntry {
    /// The signed entry.
    pub entry: Bytes,
    /// Its place in the log, as the hub says.
    pub index: Seq,
    /// When the hub took it in, as the hub says.
    pub accepted_at: Timestamp,
}

/// Every entry from a position on.
///
/// # Errors
/// [`ClientError::Remote`] when the hub refuses the caller.
pub async fn entries(channel: Channel, from_entry: u64) -> Result<Vec<ListedEntry>, ClientError> {
    let mut hub = DirectoryServiceClient::new(channel);
    let mut all: Vec<ListedEntry> = Vec::new();
    loop {
        let from_entry = from_entry.saturating_add(all.len() as u64);
        let page =
            hub.list_entries(v1::ListEntriesRequest { from_entry, page_size: PAGE }).await?.into_inner();
        let last = page.entries.is_empty();
        for v1::DirectoryEntry { entry, place } in page.entries {
            let Place { index, accepted_at, .. } = Place::read(place.as_ref())?;
            all.push(ListedEntry { entry, index, accepted_at });
        }
        if last || from_entry >= page.total_entries {
            return Ok(all);
        }
    }
}

/// Submits a signed entry; answers where in the log it is. Safe to repeat.
///
/// # Errors
/// [`ClientError::Remote`] when the hub does not take it.
pub async fn submit(channel: Channel, entry: Bytes) -> Result<Seq, ClientError> {
    let mut hub = DirectoryServiceClient::new(channel);
    Ok(Seq(hub.submit_entry(v1::SubmitEntryRequest { entry }).await?.into_inner().index))
}
