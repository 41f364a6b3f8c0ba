//! The parts of a running node: what each is made of, and which of them come round by themselves.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::{Clock, ExchangeName, HpkeEpoch, MemberCode, Random, Seq};
use tokio::sync::watch;

use crate::access::Registry;
use crate::access::gate::AccessGate;
use crate::api::agency::AgencyApi;
use crate::attachments::paused::Paused;
use crate::attachments::{AttachmentDownload, AttachmentUpload, UploadSweep, Uploads};
use crate::ending::expiry::ExpirySweep;
use crate::ending::follow::Follower;
use crate::ending::recall_dispatch::RecallDispatch;
use crate::inbox::Downlink;
use crate::ledger::holdings::Holdings;
use crate::ledger::vault::Vault;
use crate::ledger::writer::LedgerWriter;
use crate::notice::reading::CaseReader;
use crate::outbox::Uplink;
use crate::outbox::hub::HubLink;
use crate::outbox::sealing::Resealing;
use crate::review::desk::ReviewUplink;
use crate::setup::config::NodeConfig;
use crate::setup::layout::Layout;
use crate::subjects::reseal::Reseal;
use crate::work::commands::CommandQueue;
use crate::work::each::{Each, OneByOne};
use crate::work::rounds::{Health, Rounds};
use crate::work::waits::Waits;

/// What several parts of a node work with.
pub(crate) struct Parts {
    pub(crate) own: MemberCode,
    pub(crate) exchange: ExchangeName,
    pub(crate) layout: Layout,
    pub(crate) config: NodeConfig,
    pub(crate) hub: Arc<HubLink>,
    pub(crate) holdings: Holdings,
    pub(crate) uploads: Uploads,
    pub(crate) vault: Arc<Vault>,
    pub(crate) ledger_writer: LedgerWriter,
    pub(crate) commands: CommandQueue,
    pub(crate) waits: Waits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// What the downlink opens and signs with, and the first head that it trusts.
pub(crate) struct DownlinkKeys {
    pub(crate) signing: Arc<SigningKeyPair>,
    pub(crate) hpke: Arc<Vec<(HpkeEpoch, HpkeKeyPair)>>,
    pub(crate) first_head: Vec<u8>,
}

impl Parts {
    /// Begins all that comes round by itself.
    pub(crate) fn begin(self: &Arc<Self>, rounds: &mut Rounds, shutdown: &Shutdown) {
        let (parts, stopping) = (Arc::clone(self), shutdown.clone());
        rounds.watch("uplink", move || parts.uplink().run(stopping.clone()));
        let (progress, stopping) = (self.ledger_writer.progress(), shutdown.clone());
        rounds.watch("writer", move || stop_with_writer(progress.clone(), stopping.clone()));
        rounds.begin(self.making(Self::expiry_sweep));
        rounds.begin(self.one_by_one(Self::recall_dispatch));
        rounds.begin(self.one_by_one(Self::review_uplink));
        rounds.begin(self.one_by_one(Self::follower));
        rounds.begin(self.one_by_one(Self::attachment_upload));
        rounds.begin(self.one_by_one(Self::attachment_download));
        rounds.begin(self.making(|parts| UploadSweep(parts.uploads.clone())));
    }

    /// What makes one of them, also anew.
    fn making<R: 'static>(
        self: &Arc<Self>,
        make: fn(&Self) -> R,
    ) -> impl Fn() -> R + Send + 'static + use<R> {
        let parts = Arc::clone(self);
        move || make(&parts)
    }

    /// The same of one that does things one by one.
    fn one_by_one<R: OneByOne>(
        self: &Arc<Self>,
        make: fn(&Self) -> R,
    ) -> impl Fn() -> Each<R> + Send + 'static + use<R> {
        let parts = Arc::clone(self);
        move || Each { work: make(&parts), waits: parts.waits.clone() }
    }

    fn resealing(&self) -> Resealing {
        let commands = self.commands.clone();
        Arc::new(move |id| {
            let commands = commands.clone();
            Box::pin(async move { commands.run(Reseal(id)).await })
        })
    }

    fn uplink(&self) -> Uplink {
        Uplink {
            hub: Arc::clone(&self.hub),
            holdings: self.holdings.clone(),
            ledger_writer: self.ledger_writer.clone(),
            reseal: self.resealing(),
            attachment_upload: self.attachment_upload(),
            waits: self.waits.clone(),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            in_flight: self.config.in_flight.clamp(1, 1024),
        }
    }

    fn attachment_upload(&self) -> AttachmentUpload {
        AttachmentUpload {
            hub: Arc::clone(&self.hub),
            holdings: self.holdings.clone(),
            ledger_writer: self.ledger_writer.clone(),
            reseal: self.resealing(),
            files: self.uploads.files.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    fn attachment_download(&self) -> AttachmentDownload {
        AttachmentDownload {
            hub: Arc::clone(&self.hub),
            holdings: self.holdings.clone(),
            ledger_writer: self.ledger_writer.clone(),
            vault: Arc::clone(&self.vault),
            files: self.uploads.files.clone(),
            clock: Arc::clone(&self.clock),
            attempts: HashMap::new(),
        }
    }

    fn expiry_sweep(&self) -> ExpirySweep {
        let (holdings, ledger_writer, clock) =
            (self.holdings.clone(), self.ledger_writer.clone(), Arc::clone(&self.clock));
        let waits = self.waits.clone();
        ExpirySweep { holdings, ledger_writer, waits, clock, begun: false, odd: BTreeMap::new() }
    }

    fn recall_dispatch(&self) -> RecallDispatch {
        RecallDispatch { holdings: self.holdings.clone(), commands: self.commands.clone() }
    }

    fn follower(&self) -> Follower {
        let (holdings, ledger_writer, clock) =
            (self.holdings.clone(), self.ledger_writer.clone(), Arc::clone(&self.clock));
        let (commands, vault) = (self.commands.clone(), Arc::clone(&self.vault));
        Follower { holdings, ledger_writer, commands, vault, clock }
    }

    fn review_uplink(&self) -> ReviewUplink {
        ReviewUplink { hub: Arc::clone(&self.hub), holdings: self.holdings.clone(), answered: HashSet::new() }
    }

    pub(crate) fn downlink(&self, keys: &DownlinkKeys) -> Downlink {
        Downlink {
            own: self.own,
            hub: Arc::clone(&self.hub),
            layout: self.layout.clone(),
            holdings: self.holdings.clone(),
            vault: Arc::clone(&self.vault),
            ledger_writer: self.ledger_writer.clone(),
            signing: Arc::clone(&keys.signing),
            hpke: Arc::clone(&keys.hpke),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            first_head: keys.first_head.clone(),
            window: self.config.window.clamp(1, 1024),
        }
    }

    pub(crate) fn agency_api(
        &self,
        keys: Arc<SigningKeyPair>,
        hpke: Arc<Vec<(HpkeEpoch, HpkeKeyPair)>>,
        troubles: Health,
        shutdown: Shutdown,
    ) -> Arc<AgencyApi> {
        Arc::new(AgencyApi {
            own: self.own,
            exchange: self.exchange.clone(),
            gate: AccessGate {
                own: self.own,
                holdings: self.holdings.clone(),
                registry: Registry::new(self.layout.clone()),
                vault: Arc::clone(&self.vault),
                ledger_writer: self.ledger_writer.clone(),
                clock: Arc::clone(&self.clock),
            },
            cases: CaseReader {
                holdings: self.holdings.clone(),
                vault: Arc::clone(&self.vault),
                files: self.uploads.files.clone(),
                hpke,
            },
            commands: self.commands.clone(),
            uploads: self.uploads.clone(),
            paused: Paused::default(),
            ledger_writer: self.ledger_writer.clone(),
            hub: Arc::clone(&self.hub),
            waits: self.waits.clone(),
            keys,
            clock: Arc::clone(&self.clock),
            troubles,
            shutdown,
        })
    }
}

/// Stops the node when its writer has ended.
async fn stop_with_writer(mut progress: watch::Receiver<Seq>, shutdown: Shutdown) {
    loop {
        tokio::select! {
            () = shutdown.triggered() => return,
            changed = progress.changed() => if changed.is_err() {
                shutdown.trigger();
                return;
            },
        }
    }
}
