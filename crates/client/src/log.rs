//! The audit log from outside: fetch it, and recompute it from its leaves.

use amana_log::{
    ConsistencyProof, Frontier, LeafHash, LogKey, RootHash, TILE_WIDTH, TileId, TileWidth, TreeHead,
    VerifiedCheckpoint, verify_consistency,
};
use amana_wire::v1;
use amana_wire::v1::log_service_client::LogServiceClient;
use tonic::transport::Channel;

use crate::ClientError;
use crate::auditor::{AuditError, Auditor};

/// A log read from outside.
#[derive(Clone, Debug)]
pub struct RemoteLog {
    service: LogServiceClient<Channel>,
    auditor: Auditor,
}

/// What recomputing the whole log showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// The size and root that the log signed.
    pub signed: TreeHead,
    /// The root that its leaves hash to.
    pub root: RootHash,
}

impl Recomputed {
    /// Whether the leaves hash to the signed root.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.signed.root == self.root
    }
}

impl RemoteLog {
    /// The log of that key behind this channel.
    #[must_use]
    pub fn new(channel: Channel, key: LogKey) -> Self {
        Self { service: LogServiceClient::new(channel), auditor: Auditor::new(key) }
    }

    /// The newest checkpoint, its signature verified.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn checkpoint(&mut self) -> Result<VerifiedCheckpoint, ClientError> {
        let answer = self.service.get_checkpoint(v1::GetCheckpointRequest {}).await?.into_inner();
        Ok(self.auditor.open(&answer.checkpoint)?)
    }

    /// Fetches every leaf hash and recomputes the root, a tile at a time, in constant memory.
    /// `progress` is told how many leaves are done.
    ///
    /// # Errors
    /// [`ClientError`]; a root that differs is no error here but the result.
    pub async fn recompute(&mut self, mut progress: impl FnMut(u64, u64)) -> Result<Recomputed, ClientError> {
        let head = *self.checkpoint().await?.head();
        let size = head.size.get();
        let mut frontier = Frontier::new();
        for index in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
            let id = TileId::new(0, index).map_err(|_| ClientError::hub("log size"))?;
            let width = id.width_in(head.size).ok_or(ClientError::hub("log size"))?;
            for leaf in self.tile(id, width).await? {
                let _full_tiles = frontier.append(leaf); // nothing is kept: memory stays constant
            }
            progress(frontier.size().get(), size);
        }
        Ok(Recomputed { signed: head, root: frontier.root() })
    }

    /// The proof that one head extends another, verified.
    ///
    /// # Errors
    /// [`ClientError::Audit`] when the log does not show that it does.
    pub async fn consistency(
        &mut self,
        first: &TreeHead,
        second: &TreeHead,
    ) -> Result<ConsistencyProof, ClientError> {
        let (first_size, second_size) = (first.size.get(), second.size.get());
        let request = v1::GetConsistencyProofRequest { first_size, second_size };
        let answer = self.service.get_consistency_proof(request).await?.into_inner();
        let proof = ConsistencyProof::from_slices(answer.proof.iter().map(AsRef::as_ref))
            .map_err(AuditError::from)?;
        verify_consistency(first, second, &proof).map_err(AuditError::from)?;
        Ok(proof)
    }

    async fn tile(&mut self, id: TileId, width: TileWidth) -> Result<Vec<LeafHash>, ClientError> {
        let request = v1::GetTileRequest {
            level: u32::from(id.level()),
            index: id.index(),
            width: u32::from(width.get()),
        };
        let tile = self.service.get_tile(request).await?.into_inner().hashes;
        if tile.len() != usize::from(width.get()) * amana_log::HASH_BYTES {
            return Err(ClientError::hub("tile width"));
        }
        tile.chunks(amana_log::HASH_BYTES)
            .map(|hash| LeafHash::try_from(hash).map_err(|_| ClientError::hub("tile")))
            .collect()
    }
}
