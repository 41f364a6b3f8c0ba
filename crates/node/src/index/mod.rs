//! The blind index: by which terms a record is found, and how they go when its key does.

mod terms;

pub(crate) use terms::{
    BUCKETS, BlindTerm, BlockTerms, TermRow, block_start, bucket_of, bucket_prefix, matches_in, rows_without,
};
