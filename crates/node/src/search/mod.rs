//! Search over what the node holds: words and fields.
mod normal;
mod words;
