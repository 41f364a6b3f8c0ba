//! The parts of a running node: what each is made of, and which of them come round by themselves.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use amana_kit::shutdown::Shutdown;
use amana_seal::keys::{HpkeKeyPair, SigningKeyPair};
use amana_types::{Clock, ExchangeName, HpkeEpoch, MemberCode, Random, Seq};
use tokio::sync::watch;

use crate::access::Door;
use crate::agency::Registry;
use crate::attachments::{Each, Fetcher, Lifter, UploadSweep, Uploads};
use crate::commands::CommandQueue;
use crate::config::NodeConfig;
use crate::downlink::Downlink;
use crate::expiry::Sweeper;
use crate::follow::Follower;
use crate::hub::HubLink;
use crate::layout::Layout;
use crate::reading::Library;
use crate::recall::Recaller;
use crate::review::Courier;
use crate::rounds::{Health, Rounds};
use crate::scribe::Scribe;
use crate::service::Desk;
use crate::shelf::Shelf;
use crate::uplink::Uplink;
use crate::vault::Vault;

/// What several parts of a node work with.
pub(crate) struct Parts {
    pub(crate) own: MemberCode,
    pub(crate) exchange: ExchangeName,
    pub(crate) layout: Layout,
    pub(crate) config: NodeConfig,
    pub(crate) hub: Arc<HubLink>,
    pub(crate) shelf: Shelf,
    pub(crate) uploads: Uploads,
    pub(crate) vault: Arc<Vault>,
    pub(crate) scribe: Scribe,
    pub(crate) commands: CommandQueue,
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
        let (progress, stopping) = (self.scribe.progress(), shutdown.clone());
        rounds.watch("writer", move || stop_with_writer(progress.clone(), stopping.clone()));
        rounds.begin(self.making(Self::sweeper));
        rounds.begin(self.making(Self::recaller));
        rounds.begin(self.making(Self::courier));
        rounds.begin(self.making(Self::follower));
        rounds.begin(self.making(|parts| Each(parts.lifter())));
        rounds.begin(self.making(|parts| Each(parts.fetcher())));
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

    fn uplink(&self) -> Uplink {
        Uplink {
            hub: Arc::clone(&self.hub),
            shelf: self.shelf.clone(),
            scribe: self.scribe.clone(),
            commands: self.commands.clone(),
            lifter: self.lifter(),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            in_flight: self.config.in_flight.clamp(1, 1024),
        }
    }

    fn lifter(&self) -> Lifter {
        Lifter {
            hub: Arc::clone(&self.hub),
            shelf: self.shelf.clone(),
            scribe: self.scribe.clone(),
            commands: self.commands.clone(),
            files: self.uploads.files.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    fn fetcher(&self) -> Fetcher {
        Fetcher {
            hub: Arc::clone(&self.hub),
            shelf: self.shelf.clone(),
            scribe: self.scribe.clone(),
            vault: Arc::clone(&self.vault),
            files: self.uploads.files.clone(),
            clock: Arc::clone(&self.clock),
            attempts: HashMap::new(),
        }
    }

    fn sweeper(&self) -> Sweeper {
        let (shelf, scribe, clock) = (self.shelf.clone(), self.scribe.clone(), Arc::clone(&self.clock));
        Sweeper { shelf, scribe, clock }
    }

    fn recaller(&self) -> Recaller {
        Recaller { shelf: self.shelf.clone(), commands: self.commands.clone() }
    }

    fn follower(&self) -> Follower {
        let (shelf, scribe, clock) = (self.shelf.clone(), self.scribe.clone(), Arc::clone(&self.clock));
        let (commands, vault) = (self.commands.clone(), Arc::clone(&self.vault));
        Follower { shelf, scribe, commands, vault, clock }
    }

    fn courier(&self) -> Courier {
        Courier { hub: Arc::clone(&self.hub), shelf: self.shelf.clone(), answered: HashSet::new() }
    }

    pub(crate) fn downlink(&self, keys: &DownlinkKeys) -> Downlink {
        Downlink {
            own: self.own,
            hub: Arc::clone(&self.hub),
            layout: self.layout.clone(),
            shelf: self.shelf.clone(),
            vault: Arc::clone(&self.vault),
            scribe: self.scribe.clone(),
            signing: Arc::clone(&keys.signing),
            hpke: Arc::clone(&keys.hpke),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            first_head: keys.first_head.clone(),
            window: self.config.window.clamp(1, 1024),
        }
    }

    pub(crate) fn desk(
        &self,
        keys: Arc<SigningKeyPair>,
        hpke: Arc<Vec<(HpkeEpoch, HpkeKeyPair)>>,
        troubles: Health,
        shutdown: Shutdown,
    ) -> Arc<Desk> {
        Arc::new(Desk {
            own: self.own,
            exchange: self.exchange.clone(),
            door: Door {
                own: self.own,
                shelf: self.shelf.clone(),
                registry: Registry::new(self.layout.clone()),
                vault: Arc::clone(&self.vault),
                scribe: self.scribe.clone(),
                clock: Arc::clone(&self.clock),
            },
            library: Library {
                shelf: self.shelf.clone(),
                vault: Arc::clone(&self.vault),
                files: self.uploads.files.clone(),
                hpke,
            },
            commands: self.commands.clone(),
            uploads: self.uploads.clone(),
            scribe: self.scribe.clone(),
            hub: Arc::clone(&self.hub),
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
