//! `DirectoryService`: the entries in the log's order, and new ones.

use std::sync::Arc;

use amana_seal::directory::{Entry, EntryRefused, GroupAnswer, KeyChange};
use amana_types::Reason;
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::directory_service_server::DirectoryService;
use tonic::{Request, Response, Status};

use super::{Caller, Hub, directory_turn, disk_full, draining, fault, place, submit, unreadable, unwritable};
use crate::ledger::LedgerError;
use crate::record::Record;
use crate::sequencer::EntryRefusal;

/// Entries on one page, and what is given when none is asked for.
const MOST_PAGE: u32 = 256;
const PAGE: u32 = 64;
/// Bytes of entries on one page: below what a message may have.
const PAGE_BYTES: usize = 1024 * 1024;

/// The service for members and operators.
pub(crate) struct DirectoryCalls(pub(crate) Arc<Hub>);

#[tonic::async_trait]
impl DirectoryService for DirectoryCalls {
    async fn list_entries(
        &self,
        request: Request<v1::ListEntriesRequest>,
    ) -> Result<Response<v1::ListEntriesResponse>, Status> {
        self.0.caller(&request)?;
        let v1::ListEntriesRequest { from_entry, page_size } = request.into_inner();
        let size = usize::try_from(if page_size == 0 { PAGE } else { page_size.min(MOST_PAGE) }).unwrap_or(1);
        let hub = Arc::clone(&self.0);
        let listing = tokio::task::spawn_blocking(move || page(&hub, from_entry, size)).await;
        let page = listing.map_err(|_| fault("listing entries"))?.map_err(|error| unreadable(&error))?;
        Ok(Response::new(page))
    }

    async fn submit_entry(
        &self,
        request: Request<v1::SubmitEntryRequest>,
    ) -> Result<Response<v1::SubmitEntryResponse>, Status> {
        let caller = self.0.caller(&request)?;
        let entry = request.into_inner().entry;
        check_author(&caller, &entry)?;
        let turn = directory_turn(&self.0).await.map_err(refused)?;
        let taken = submit(&self.0, entry, turn).await.map_err(refused)?;
        Ok(Response::new(v1::SubmitEntryResponse { index: taken.seq.0, repeated_request: taken.repeated }))
    }
}

fn page(hub: &Hub, from: u64, size: usize) -> Result<v1::ListEntriesResponse, LedgerError> {
    let (places, total_entries) = hub.published().state.entries(from, size);
    let mut entries = Vec::with_capacity(places.len());
    let mut bytes = 0_usize;
    for seq in places {
        if let Record::Directory(entry) = hub.reader.record(seq)? {
            bytes = bytes.saturating_add(entry.bytes.len());
            if bytes > PAGE_BYTES {
                break;
            }
            let place = Some(place(seq, entry.stamp));
            entries.push(v1::DirectoryEntry { entry: entry.bytes.clone(), place });
        }
    }
    Ok(v1::ListEntriesResponse { entries, total_entries })
}

/// Members submit changes of their own keys and their own answers to invitations, operators what the root keys signed. Whether the
/// signatures hold is for the fold.
fn check_author(caller: &Caller, entry: &[u8]) -> Result<(), Status> {
    let entry = Entry::decode(entry).map_err(|why| entry_refused(&why))?;
    let own = match (&entry, caller) {
        (Entry::Keys(signed), Caller::Member(member)) => {
            KeyChange::decode(&signed.bytes).is_ok_and(|change| change.code == *member)
        }
        (Entry::Answer(signed), Caller::Member(member)) => {
            GroupAnswer::decode(&signed.bytes).is_ok_and(|answer| answer.code == *member)
        }
        (Entry::Status(_) | Entry::Group(_) | Entry::Review(_), Caller::Operator(_)) => true,
        _ => false,
    };
    let message = "members submit their own key changes and answers, operators what a root key signed; \
                   enrolment has a listener of its own";
    if own { Ok(()) } else { Err(Refusal::new(Reason::NotTheAuthor, message).into()) }
}

/// What someone is told whose entry was not taken.
pub(super) fn refused(why: EntryRefusal) -> Status {
    match why {
        EntryRefusal::Refused(why) => entry_refused(&why),
        EntryRefusal::Record(why) => unwritable(&why),
        EntryRefusal::DiskFull => disk_full(),
        EntryRefusal::Stopping => draining(),
    }
}

/// An entry that fails, with its reason.
pub(super) fn entry_refused(why: &EntryRefused) -> Status {
    Refusal::new(why.reason(), why.to_string()).into()
}
