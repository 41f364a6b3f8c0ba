//! Search over what the node holds: words and fields.
//!
//! Text becomes tokens ([`words`]) after spelling variants were folded ([`normal`]); tokens with their
//! field become terms ([`terms`]). What the index holds of a term is a keyed digest.

mod normal;
mod terms;
mod things;
mod words;

pub(crate) use terms::{Field, Scope, Term, asked, terms_of, terms_of_reply};
