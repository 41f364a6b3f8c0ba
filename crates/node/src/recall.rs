//! Taking a notice of ours back.
//!
//! The decision is one record: it hides the notice here and lists who is to be told. Telling them is
//! separate, because it may have to wait: until the hub has taken the notice itself, or until a member
//! that was suspended takes part again. [`Recaller`] does it whenever it can, also after a restart.

use std::collections::BTreeSet;

use amana_kit::shutdown::Shutdown;
use amana_seal::envelope::{Supersedes, decode_addressing};
use amana_types::life::{Event, Grounds, NoticeStatus, WithdrawalSection};
use amana_types::{Addressing, Directory, MemberCode, NoticeId, Seq, Timestamp};
use amana_wire::convert::encode_withdrawal;
use amana_wire::v1;
use prost::Message as _;

use crate::compose::{Body, Order};
use crate::machine::Kind;
use crate::machine::rows::{Answered, Requested};
use crate::press::{Draw, Press, PressError, Workshop};
use crate::record::{BlindDigest, PairPlace, Put, Recall, Record, Withdrawn};
use crate::scribe::{Scribe, WriteError};
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
    /// Decides a withdrawal: one record, after which the notice is hidden here.
    pub(crate) fn withdraw(&self, asked: &Withdrawal) -> Result<TakenBack, PressError> {
        let Withdrawal { notice, request, content, ref grounds } = *asked;
        if let Some(before) = self.shelf.get::<Requested>(Kind::Request, &request)? {
            return match self.shelf.record(before.at)? {
                Record::Withdrawn(before) if before.content == content => {
                    Ok(TakenBack { at: before.at, recipients: before.recipients })
                }
                _ => Err(PressError::RequestIdReused),
            };
        }
        let put = self.own_notice(notice)?.ok_or(PressError::NoSuchNotice)?;
        let (status, event) = (self.shelf.status(notice)?, Event::Withdraw);
        if status.after(event) != Some(NoticeStatus::Withdrawn) {
            return Err(PressError::Status { status, event });
        }
        let (nonce, sealed) = self.vault.seal_grounds(grounds)?;
        let (at, key_slot) = (self.clock.now(), put.vaulted.key_slot);
        let recipients: Vec<MemberCode> = put.recipients.iter().map(|place| place.member).collect();
        let answer = TakenBack { at, recipients: recipients.clone() };
        let record = Withdrawn { notice, at, key_slot, request, content, recipients, nonce, sealed };
        self.scribe.queue(vec![Record::Withdrawn(record).into()])?.wait_blocking()?;
        Ok(answer)
    }

    fn own_notice(&self, id: NoticeId) -> Result<Option<Put>, ShelfError> {
        let Some(located) = self.shelf.locate(id)? else { return Ok(None) };
        Ok(match self.shelf.record(located.at)? {
            Record::Put(put) => Some(put),
            _ => None,
        })
    }

    /// Seals a withdrawal for those that it has not reached and that take part at present.
    pub(crate) fn recall(&self, of: Seq) -> Result<(), PressError> {
        let members = {
            let state = self.shelf.state().read();
            let unreached = state.unreached.get(&of).ok_or(PressError::Settled)?;
            active(&unreached.members, &state.directory)
        };
        if members.is_empty() {
            return Ok(());
        }
        let Record::Withdrawn(withdrawn) = self.shelf.record(of)? else {
            return Err(ShelfError::Row(Kind::Unreached.name()).into());
        };
        let put = self.own_notice(withdrawn.notice)?.ok_or(PressError::NoSuchNotice)?;
        let now = self.clock.now();
        let grounds =
            self.vault.open_grounds(&withdrawn.nonce, &withdrawn.sealed).map_err(ShelfError::from)?;
        let section =
            encode_withdrawal(&WithdrawalSection { sender: self.own, notice: withdrawn.notice, grounds });
        let superseded = Supersedes { id: put.id, header_hash: put.header_hash };
        let order = Order {
            id: NoticeId::new(now, &Draw(&*self.random)),
            sender: self.own,
            created: now,
            // Until then somebody may hold the notice; after it, each node erases it by itself.
            expires: put.expires,
            addressing: &exactly(&members),
            body: Body::Withdrawal { section: &section, of: superseded },
        };
        self.queue_recall(of, withdrawn.notice, &order, now, |_| None)
    }

    /// Seals a waiting withdrawal anew, after the directory moved, for those that still take part.
    pub(crate) fn reseal_recall(&self, before: &Recall) -> Result<(), PressError> {
        let damaged = || ShelfError::Row("the envelope of a waiting withdrawal");
        let envelope = v1::Envelope::decode(before.envelope.as_slice()).map_err(|_| damaged())?;
        let header = amana_seal::envelope::Header::decode(&envelope.header).map_err(|_| damaged())?;
        let of = header.supersedes.ok_or_else(damaged)?;
        let addressed = decode_addressing(&envelope.addressing).map_err(|_| damaged())?.countries;
        let members = active(&addressed, &self.shelf.state().read().directory);
        let Record::Withdrawn(withdrawn) = self.shelf.record(before.of)? else {
            return Err(damaged().into());
        };
        let grounds =
            self.vault.open_grounds(&withdrawn.nonce, &withdrawn.sealed).map_err(ShelfError::from)?;
        let section = encode_withdrawal(&WithdrawalSection { sender: self.own, notice: of.id, grounds });
        let order = Order {
            id: before.id,
            sender: self.own,
            created: before.created,
            expires: before.expires,
            addressing: &exactly(&members),
            body: Body::Withdrawal { section: &section, of },
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

/// By name and nothing else: a region or a group may have changed since the notice was sent.
pub(crate) fn exactly(members: &BTreeSet<MemberCode>) -> Addressing {
    Addressing { countries: members.clone(), ..Addressing::default() }
}

fn active(members: &BTreeSet<MemberCode>, directory: &Directory) -> BTreeSet<MemberCode> {
    let takes_part = |code: &&MemberCode| directory.member(**code).is_some_and(|member| member.is_active());
    members.iter().filter(takes_part).copied().collect()
}

/// Sends withdrawals on their way as soon as that is possible.
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
            for of in self.possible() {
                match self.press.recall(of).await {
                    Ok(()) | Err(PressError::Settled) => {}
                    Err(PressError::Write(WriteError::Stopped)) => return,
                    Err(error) => tracing::error!(%error, "a withdrawal could not be sealed; trying again"),
                }
            }
            tokio::select! {
                () = shutdown.triggered() => return,
                changed = progress.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Withdrawals with somebody to tell, whose notice the hub has taken: before that nobody has it,
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
