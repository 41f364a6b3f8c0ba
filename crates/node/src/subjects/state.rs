//! The one list of what the state of a node is made of. Live work and recovery run the same [`State::apply`], so a
//! restart is a replay of the tail.

use amana_store::ledger::LoadError;
use amana_store::views::Views;
use amana_types::{Directory, Seq};

use super::Record;
use crate::attachments::state::Attachments;
use crate::drafts::state::Drafts;
use crate::ending::state::Endings;
use crate::fold::base::Base;
use crate::fold::subject::SubjectState;
use crate::fold::table::RowKind;
use crate::handling::state::Handlings;
use crate::index::{BlindTerm, TermRow};
use crate::notice::state::Notices;
use crate::replies::state::Replies;
use crate::review::state::Reviews;
use crate::versions::state::Versions;

/// Declares [`State`], and that every part of it is folded, written and loaded.
macro_rules! state {
    ($($(#[$meta:meta])* $part:ident: $type:ty,)+) => {
        /// Everything the journal says, as far as it is not in rows.
        pub(crate) struct State {
            /// What all subjects stand on.
            pub(crate) base: Base,
            $($(#[$meta])* pub(crate) $part: $type,)+
        }

        impl State {
            /// Nothing yet, in the exchange of that directory.
            pub(crate) fn new(directory: Directory) -> Self {
                Self { base: Base::new(directory), $($(#[$meta])* $part: <$type>::default(),)+ }
            }

            /// Folds the record at a place of our journal. `terms` are those that its sealed part holds.
            pub(crate) fn apply(&mut self, at: Seq, record: &Record, terms: &[BlindTerm]) {
                let folded = self.base.begin(at, record, terms);
                self.base.apply(folded);
                $($(#[$meta])* self.$part.apply(&mut self.base, folded);)+
            }

            /// Puts what is held in memory among the rows, and gives the rows of the blind index to be sealed.
            pub(crate) fn write_rows(&mut self) -> Vec<TermRow> {
                $($(#[$meta])* self.$part.write_rows(&mut self.base);)+
                self.base.write_rows()
            }

            /// Reads the state at the end of the last full block into a new one.
            ///
            /// # Errors
            /// A row is damaged.
            pub(crate) fn load(&mut self, views: &Views) -> Result<(), LoadError> {
                self.base.load(views)?;
                $($(#[$meta])* self.$part.load(views)?;)+
                Ok(())
            }
        }

        /// The kinds of rows, by who declares them.
        const KINDS: &[&[RowKind]] = &[RowKind::ENGINE, $($(#[$meta])* <$type>::KINDS,)+];
    };
}

state! {
    notices: Notices,
    endings: Endings,
    versions: Versions,
    reviews: Reviews,
    replies: Replies,
    handlings: Handlings,
    attachments: Attachments,
    drafts: Drafts,
    #[cfg(test)]
    beats: crate::fixture_tests::state::Beats,
}

// Two kinds of one number would overwrite each other's rows.
#[allow(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const _: () = {
    let mut seen = [false; 256];
    let mut part = 0;
    while part < KINDS.len() {
        let mut kind = 0;
        while kind < KINDS[part].len() {
            let number = KINDS[part][kind].number() as usize;
            assert!(!seen[number], "two kinds of rows have the same number");
            seen[number] = true;
            kind += 1;
        }
        part += 1;
    }
};

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
