//! The pure fold of the node's journal, as far as it is of no subject: no I/O, no clock, no chance.
//!
//! It knows of a record what [`facts`] says. Each subject folds its own records beside it ([`subject`]).

pub(crate) mod apply;
pub(crate) mod base;
pub(crate) mod facts;
pub(crate) mod load;
pub(crate) mod pairs;
pub(crate) mod parts;
pub(crate) mod record;
pub(crate) mod rows;
mod sequences;
pub(crate) mod subject;
pub(crate) mod table;
