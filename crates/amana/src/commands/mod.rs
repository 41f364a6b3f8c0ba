//! One module for each group of commands.

pub(crate) mod addressing;
pub(crate) mod agency;
pub(crate) mod attachment;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod download;
pub(crate) mod draft;
pub(crate) mod folder;
pub(crate) mod group;
pub(crate) mod handling;
pub(crate) mod hub;
pub(crate) mod inbox;
pub(crate) mod library;
pub(crate) mod log;
pub(crate) mod node;
pub(crate) mod notice;
pub(crate) mod operation;
pub(crate) mod reason;
pub(crate) mod reply;
pub(crate) mod review;
pub(crate) mod screen;
pub(crate) mod search;
pub(crate) mod trail;
pub(crate) mod version;
