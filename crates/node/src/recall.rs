//! Taking a notice of ours back, with all its versions; and telling members what was decided about one.
//!
//! A decision is a record for each version: it hides the version here and lists who is to be told. Telling
//! them is separate, because it may have to wait: until the hub has taken the version itself, or until a
//! member that was suspended takes part again. [`Recaller`] does it whenever it can, also after a restart.
//! Suspensions, and amendments that leave somebody out, are told in the same way.

use std::collections::BTreeSet;

use amana_kit::shutdown::Shutdown;
use amana_seal::envelope::{Supersedes, decode_addressing};
use amana_types::life::{Event, Grounds, NoticeStatus, SuspensionSection, WithdrawalSection};
use amana_types::{Addressing, Directory, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::convert::{encode_suspension, encode_withdrawal};
use amana_wire::v1;
use prost::Message as _;

use crate::compose::{Body, Order};
use crate::machine::Kind;
use crate::machine::rows::{Answered, Requested};
use crate::press::{Draw, Press, PressError, Workshop};
use crate::record::{BlindDigest, PairPlace, Put, Recall, Record, Suspended, Withdrawn};
use crate::scribe::{Draft, Scribe, WriteError};
use crate::shelf::{Shelf, ShelfError};

/// A withdrawal that was asked for and is permitted.
pub(crate) struct Withdrawal {
    pub(crate) notice: NoticeId,
    /// Keyed digest of agency and request id.
    pub(crate) request: BlindDigest,
    /// Keyed digest of notice and grounds.
    pub(crate) content: BlindDigest,
    pub(crate) grounds: Grounds,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TakenBack {
    pub(crate) at: Timestamp,
    /// Who is told.
    pub(crate) recipients: Vec<MemberCode>,
}

impl Workshop {
    /// Decides a withdrawal: a record for each version, the newest first, after which all are hidden here.
    pub(crate) fn withdraw(&self, asked: &Withdrawal) -> Result<TakenBack, PressError> {
        let Withdrawal { notice, request, content, ref grounds } = *asked;
        if let Some(before) = self.shelf.get::<Requested>(Kind::Request, &request)? {
            return self.taken_back_before(&before, notice, content);
        }
        self.owned(notice)?;
        let versions = self.shelf.versions(notice)?.ok_or(PressError::NoSuchNotice)?;
        let (status, event) = (self.shelf.status(notice)?, Event::Withdraw);
        let at = self.clock.now();
        let (mut drafts, mut told): (Vec<Draft>, BTreeSet<MemberCode>) = (Vec::new(), BTreeSet::new());
        for version in versions.all.iter().rev() {
            // What was refused nobody has, and what ended is erased already.
            if self.shelf.status(version.id)?.after(event).is_none() {
                continue;
            }
            let put = self.own_notice(version.id)?.ok_or(PressError::NoSuchNotice)?;
            let recipients: Vec<MemberCode> = self.holders(version)?.into_iter().collect();
            told.extend(recipients.iter().copied());
            let (nonce, sealed) = self.vault.seal_grounds(grounds)?;
            let key_slot = put.vaulted.key_slot;
            let notice = version.id;
            let record = Withdrawn { notice, at, key_slot, request, content, recipients, nonce, sealed };
            drafts.push(Record::Withdrawn(record).into());
        }
        if drafts.is_empty() || status == NoticeStatus::Refused {
            return Err(PressError::Status { status, event });
        }
        self.scribe.queue(drafts)?.wait_blocking()?;
        Ok(TakenBack { at, recipients: told.into_iter().collect() })
    }

    /// The same request again.
    fn taken_back_before(
        &self,
        before: &Requested,
        notice: NoticeId,
        content: BlindDigest,
    ) -> Result<TakenBack, PressError> {
        let Record::Withdrawn(first) = self.shelf.record(before.at)? else {
            return Err(PressError::RequestIdReused);
        };
        if first.content != content {
            return Err(PressError::RequestIdReused);
        }
        let mut told: BTreeSet<MemberCode> = BTreeSet::new();
        for version in self.shelf.versions(notice)?.into_iter().flat_map(|versions| versions.all) {
            let Some(ended) = self.shelf.ended(version.id)? else { continue };
            if let Record::Withdrawn(withdrawn) = self.shelf.record(ended.place)?
                && withdrawn.request == first.request
            {
                told.extend(withdrawn.recipients);
            }
        }
        Ok(TakenBack { at: first.at, recipients: told.into_iter().collect() })
    }

    pub(crate) fn own_notice(&self, id: NoticeId) -> Result<Option<Put>, ShelfError> {
        let Some(located) = self.shelf.locate(id)? else { return Ok(None) };
        Ok(match self.shelf.record(located.at)? {
            Record::Put(put) => Some(put),
            _ => None,
        })
    }

    /// A notice that somebody wants to change: only its owner may.
    pub(crate) fn owned(&self, id: NoticeId) -> Result<Put, PressError> {
        let located = self.shelf.locate(id)?.ok_or(PressError::NoSuchNotice)?;
        match self.shelf.record(located.at)? {
            Record::Put(put) => Ok(put),
            Record::Received(received) => Err(PressError::NotTheOwner(received.sender)),
            _ => Err(PressError::NoSuchNotice),
        }
    }

    /// What members are told by the decision at that place: which version it is about, and the section.
    fn decided(&self, of: Seq) -> Result<(NoticeId, Told), PressError> {
        let withdrawal = |notice, grounds| {
            let section = WithdrawalSection { sender: self.own, notice, grounds };
            Told::Withdrawal(encode_withdrawal(&section))
        };
        Ok(match self.shelf.record(of)? {
            Record::Withdrawn(withdrawn) => {
                let opened = self.vault.open_grounds(&withdrawn.nonce, &withdrawn.sealed);
                (withdrawn.notice, withdrawal(withdrawn.notice, opened.map_err(ShelfError::from)?))
            }
            Record::Restricted(restricted) => {
                (restricted.version, withdrawal(restricted.version, Grounds::restricted()))
            }
            Record::Suspended(word) => {
                let Suspended { notice, suspended, number, .. } = word;
                let section = SuspensionSection { sender: self.own, notice, suspended, number };
                (notice, Told::Suspension(encode_suspension(&section)))
            }
            _ => return Err(ShelfError::Row(Kind::Unreached.name()).into()),
        })
    }

    /// Seals what was decided for those that it has not reached and that take part at present.
    pub(crate) fn recall(&self, of: Seq) -> Result<(), PressError> {
        let members = {
            let state = self.shelf.state().read();
            let unreached = state.unreached.get(&of).ok_or(PressError::Settled)?;
            active(&unreached.members, &state.directory)
        };
        if members.is_empty() {
            return Ok(());
        }
        let (notice, told) = self.decided(of)?;
        let put = self.own_notice(notice)?.ok_or(PressError::NoSuchNotice)?;
        let now = self.clock.now();
        let superseded = Supersedes { id: put.id, header_hash: put.header_hash };
        let order = Order {
            id: NoticeId::new(now, &Draw(&*self.random)),
            sender: self.own,
            created: now,
            // Until then somebody may hold the notice; after it, each node erases it by itself.
            expires: put.expires,
            addressing: &exactly(&members),
            body: told.about(superseded),
        };
        self.queue_recall(of, notice, &order, now, |_| None)
    }

    /// Seals a waiting order anew, after the directory moved, for those that still take part.
    pub(crate) fn reseal_recall(&self, before: &Recall) -> Result<(), PressError> {
        let damaged = || ShelfError::Row("the envelope of a waiting withdrawal or suspension");
        let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
        let header = amana_seal::envelope::Header::decode(&envelope.header).map_err(|_| damaged())?;
        let of = header.supersedes.ok_or_else(damaged)?;
        let addressed = decode_addressing(&envelope.addressing).map_err(|_| damaged())?.countries;
        let members = active(&addressed, &self.shelf.state().read().directory);
        let (_, told) = self.decided(before.of)?;
        let order = Order {
            id: before.id,
            sender: self.own,
            created: before.created,
            expires: before.expires,
            addressing: &exactly(&members),
            body: told.about(of),
        };
        let had = |member| before.recipients.iter().find(|place| place.member == member).copied();
        self.queue_recall(before.of, before.notice, &order, self.clock.now(), had)
    }

    fn queue_recall(
        &self,
        of: Seq,
        notice: NoticeId,
        order: &Order<'_>,
        now: Timestamp,
        had: impl Fn(MemberCode) -> Option<PairPlace>,
    ) -> Result<(), PressError> {
        let (composed, recipients) = self.seal(order, now, had)?;
        let recall = Recall {
            of,
            notice,
            id: order.id,
            created: order.created,
            expires: order.expires,
            recipients,
            header_hash: composed.header_hash,
            envelope: composed.envelope.encode_to_vec(),
        };
        self.scribe.queue(vec![Record::Recall(recall).into()])?.wait_blocking()?;
        Ok(())
    }
}

/// What members are told about a version: the one section of the envelope.
enum Told {
    Withdrawal(Vec<u8>),
    Suspension(Vec<u8>),
}

impl Told {
    fn about(&self, of: Supersedes) -> Body<'_> {
        match self {
            Self::Withdrawal(section) => Body::Withdrawal { section, of },
            Self::Suspension(section) => Body::Suspension { section, of },
        }
    }
}

/// By name and nothing else: a region or a group may have changed since the notice was sent.
pub(crate) fn exactly(members: &BTreeSet<MemberCode>) -> Addressing {
    Addressing { countries: members.clone(), ..Addressing::default() }
}

fn active(members: &BTreeSet<MemberCode>, directory: &Directory) -> BTreeSet<MemberCode> {
    let takes_part = |code: &&MemberCode| directory.member(**code).is_some_and(|member| member.is_active());
    members.iter().filter(takes_part).copied().collect()
}

/// Sends what was decided about notices on its way as soon as that is possible.
pub(crate) struct Recaller {
    pub(crate) shelf: Shelf,
    pub(crate) scribe: Scribe,
    pub(crate) press: Press,
}

impl Recaller {
    /// Runs until `shutdown`.
    pub(crate) async fn run(self, shutdown: Shutdown) {
        let mut progress = self.scribe.progress();
        loop {
            progress.borrow_and_update();
            for id in self.published() {
                match self.press.settle(id).await {
                    Ok(()) | Err(PressError::Settled) => {}
                    Err(PressError::Write(WriteError::Stopped)) => return,
                    Err(error) => {
                        tracing::error!(%error, "whom an amendment leaves out is undecided; trying again")
                    }
                }
            }
            for of in self.possible() {
                match self.press.recall(of).await {
                    Ok(()) | Err(PressError::Settled) => {}
                    Err(PressError::Write(WriteError::Stopped)) => return,
                    Err(error) => {
                        tracing::error!(%error, "a withdrawal or suspension could not be sealed; trying again");
                    }
                }
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                changed = progress.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Amendments that are published and about which it is not decided whom they leave out.
    fn published(&self) -> Vec<NoticeId> {
        let amending: Vec<NoticeId> = self.shelf.state().read().amending.iter().copied().collect();
        let published = |id: &NoticeId| {
            let version = self.shelf.version(*id);
            matches!(version, Ok(Some(version)) if version.stands && version.index.is_some())
        };
        amending.into_iter().filter(published).collect()
    }

    /// Decisions with somebody to tell, whose notice the hub has taken: before that nobody has it,
    /// and what takes the place of nothing would be refused.
    fn possible(&self) -> Vec<Seq> {
        let candidates: Vec<(Seq, NoticeId)> = {
            let state = self.shelf.state().read();
            let somebody =
                state.unreached.iter().filter(|(_, of)| !active(&of.members, &state.directory).is_empty());
            somebody.map(|(at, of)| (*at, of.notice)).collect()
        };
        let taken = |(_, notice): &(Seq, NoticeId)| {
            let answered = self.shelf.get::<Answered>(Kind::Outcome, notice.as_bytes());
            matches!(answered, Ok(Some(Answered { index: Some(_), .. })))
        };
        candidates.into_iter().filter(taken).map(|(at, _)| at).collect()
    }
}
