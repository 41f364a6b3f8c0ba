//! `LogService`: the audit log, for members and operators.

use std::sync::Arc;

use amana_log::{HASH_BYTES, TileId, TileWidth, TreeSize};
use amana_types::{MemberCode, NoticeId, Reason, Seq};
use amana_wire::status::Refusal;
use amana_wire::v1;
use amana_wire::v1::get_inclusion_proof_request::Leaf;
use amana_wire::v1::log_service_server::LogService;
use bytes::Bytes;
use tonic::{Request, Response, Status};

use super::{Caller, Hub, fault, unreadable};
use crate::ledger::{LedgerError, consistency, inclusion};
use crate::record::{Logged, Record};

/// The service for members and operators.
pub(crate) struct LogCalls(pub(crate) Arc<Hub>);

/// Why the log does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum LogRefused {
    #[error("the log has {} leaves; ask for no more", .0.get())]
    Beyond(TreeSize),
    #[error("the first size is above the second; swap them")]
    Order,
    #[error("no such notice")]
    NoSuchNotice,
    #[error("name a leaf, by its index or by a notice's id of 16 bytes")]
    NoLeaf,
    #[error("a tile has a level of 0 to 63 and a width of 1 to 256")]
    NoTile,
}

impl From<LogRefused> for Status {
    fn from(refused: LogRefused) -> Self {
        let reason = match refused {
            LogRefused::Beyond(_) => Reason::BeyondLog,
            LogRefused::Order => Reason::SizesSwapped,
            LogRefused::NoSuchNotice => Reason::NoticeNotFound,
            LogRefused::NoLeaf => Reason::NoLeaf,
            LogRefused::NoTile => Reason::NoTile,
        };
        Refusal::new(reason, refused.to_string()).into()
    }
}

#[tonic::async_trait]
impl LogService for LogCalls {
    async fn get_checkpoint(
        &self,
        request: Request<v1::GetCheckpointRequest>,
    ) -> Result<Response<v1::GetCheckpointResponse>, Status> {
        self.0.caller(&request)?;
        let checkpoint = self.0.published().checkpoint.clone();
        Ok(Response::new(v1::GetCheckpointResponse { checkpoint }))
    }

    async fn get_consistency_proof(
        &self,
        request: Request<v1::GetConsistencyProofRequest>,
    ) -> Result<Response<v1::GetConsistencyProofResponse>, Status> {
        self.0.caller(&request)?;
        let v1::GetConsistencyProofRequest { first_size, second_size } = request.into_inner();
        let size = self.0.published().head.size;
        let (first, second) = (TreeSize::new(first_size), TreeSize::new(second_size));
        if second > size {
            return Err(LogRefused::Beyond(size).into());
        }
        if first > second {
            return Err(LogRefused::Order.into());
        }
        let proof = blocking(&self.0, move |hub| consistency(&hub.published().tree, first, second)).await?;
        Ok(Response::new(v1::GetConsistencyProofResponse { proof }))
    }

    async fn get_inclusion_proof(
        &self,
        request: Request<v1::GetInclusionProofRequest>,
    ) -> Result<Response<v1::GetInclusionProofResponse>, Status> {
        let caller = self.0.caller(&request)?;
        let v1::GetInclusionProofRequest { leaf, tree_size } = request.into_inner();
        let published = self.0.published();
        let size = if tree_size == 0 { published.head.size } else { TreeSize::new(tree_size) };
        let seq = match leaf.ok_or(LogRefused::NoLeaf)? {
            Leaf::Index(index) => Seq(index),
            Leaf::NoticeId(id) => {
                let id = NoticeId::from_bytes(&id).map_err(|_| LogRefused::NoLeaf)?;
                let found = blocking(&self.0, move |hub| find(hub, id, &caller)).await?;
                found.ok_or(LogRefused::NoSuchNotice)?
            }
        };
        if size > published.head.size || seq.0 >= size.get() {
            return Err(LogRefused::Beyond(published.head.size).into());
        }
        let proving = Arc::clone(&published);
        let (record, proof) =
            blocking(&self.0, move |hub| Ok((hub.reader.record(seq)?, inclusion(&proving.tree, seq, size)?)))
                .await?;
        let leaf = Logged::new(record).map_err(|_| fault("hashing a record"))?.leaf();
        Ok(Response::new(v1::GetInclusionProofResponse {
            index: seq.0,
            leaf_hash: Bytes::copy_from_slice(leaf.as_bytes()),
            proof,
            checkpoint: published.checkpoint.clone(),
        }))
    }

    async fn get_tile(
        &self,
        request: Request<v1::GetTileRequest>,
    ) -> Result<Response<v1::GetTileResponse>, Status> {
        self.0.caller(&request)?;
        let v1::GetTileRequest { level, index, width } = request.into_inner();
        let level = u8::try_from(level).map_err(|_| LogRefused::NoTile)?;
        let id = TileId::new(level, index).map_err(|_| LogRefused::NoTile)?;
        let width = u16::try_from(width).ok().and_then(TileWidth::new).ok_or(LogRefused::NoTile)?;
        let published = self.0.published();
        let size = published.head.size;
        if id.width_in(size).is_none_or(|most| width > most) {
            return Err(LogRefused::Beyond(size).into());
        }
        let tile = blocking(&self.0, move |_| Ok(published.tree.served_tile(id)?)).await?;
        let hashes =
            tile.as_ref().and_then(|tile| tile.as_bytes().get(..HASH_BYTES * usize::from(width.get())));
        let hashes = hashes.ok_or(LogRefused::Beyond(size))?;
        Ok(Response::new(v1::GetTileResponse { hashes: Bytes::copy_from_slice(hashes) }))
    }
}

/// Where a notice is, if the caller sent or received it. What does not exist and what is not the
/// caller's look the same, and cost the same but for one read.
fn find(hub: &Hub, id: NoticeId, caller: &Caller) -> Result<Option<Seq>, LedgerError> {
    let Some((seq, _)) = hub.reader.find(id)? else { return Ok(None) };
    let concerned = |member: MemberCode, record: &Record| match record {
        Record::Accept(accept) => {
            accept.sender == member
                || accept.slots.binary_search_by_key(&member, |slot| slot.recipient).is_ok()
        }
        _ => false,
    };
    Ok(match caller {
        Caller::Member(member) => concerned(*member, &hub.reader.record(seq)?).then_some(seq),
        Caller::Operator(_) => None,
    })
}

/// Reads on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    hub: &Arc<Hub>,
    read: impl FnOnce(&Hub) -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, Status> {
    let hub = Arc::clone(hub);
    let done = tokio::task::spawn_blocking(move || read(&hub)).await;
    done.map_err(|_| fault("reading the log"))?.map_err(|error| unreadable(&error))
}
