//! Entries of the directory as they come in.

use std::sync::Arc;

use amana_client::exchange::Proven as Logged;
use amana_seal::directory::{Change, fold};
use amana_types::{AlarmKind, Directory, Reason};
use bytes::Bytes;

use super::Downlink;
use crate::fold::record::{Alarm, DirectoryIn};
use crate::ledger::writer::Draft;
use crate::subjects::Record;

impl Downlink {
    /// A directory entry, folded into the working copy. One that does not fold is set aside: a hub that
    /// delivers it does not judge as we do.
    pub(crate) fn directory(&self, directory: &mut Arc<Directory>, entry: &Logged<Bytes>) -> Vec<Draft> {
        let folded = fold(Arc::make_mut(directory), &entry.record, entry.index, entry.accepted_at);
        match folded {
            Ok(change) => {
                let record = DirectoryIn {
                    index: entry.index,
                    accepted_at: entry.accepted_at,
                    entry: entry.record.to_vec(),
                    inclusion: self.inclusion_of(entry),
                };
                let mut drafts = vec![Record::Directory(record).into()];
                drafts.extend(self.alarm_about(&change, directory));
                drafts
            }
            Err(refused) => {
                tracing::error!(index = %entry.index, %refused, "the hub's directory has an entry that does not hold");
                let alarm = Record::Alarm(Alarm {
                    at: self.clock.now(),
                    reason: AlarmKind::DirectoryEntryRefused.code().to_owned(),
                    message: format!("an entry of the directory does not hold: {refused}; ask the exchange"),
                });
                vec![
                    self.quarantine(entry.index, Reason::DirectoryEntryRefused, &refused, Vec::new()),
                    alarm.into(),
                ]
            }
        }
    }

    /// Says loudly what may be an attack: keys of ours that we did not make, and members that enrol
    /// again by leave of the exchange and not of their own keys.
    fn alarm_about(&self, change: &Change, directory: &Directory) -> Option<Draft> {
        let (kind, message) = match change {
            Change::Enrolled(code) | Change::EnrolledAgain(code) | Change::KeysChanged(code)
                if *code == self.own =>
            {
                let ours = directory.member(self.own).is_some_and(|member| {
                    member.signing_keys.last().is_some_and(|key| key.id == self.signing.id())
                });
                if ours {
                    return None;
                }
                let message =
                    "the directory has keys for us that this node did not make; ask the exchange at once";
                (AlarmKind::OwnKeysChanged, message.to_owned())
            }
            Change::EnrolledAgain(code) => {
                let message =
                    format!("{code} enrolled again with new keys; ask it by another way whether it did");
                (AlarmKind::MemberEnrolledAgain, message)
            }
            _ => return None,
        };
        tracing::warn!(%kind, message);
        let alarm = Alarm { at: self.clock.now(), reason: kind.code().to_owned(), message };
        Some(Record::Alarm(alarm).into())
    }
}
