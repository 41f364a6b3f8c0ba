//! Attachments at a node: taken in from agencies and sealed as they come, brought to the hub before the
//! notice that lists them, fetched behind the notices that came in.
//!
//! Only ciphertext is ever on the disk. The key of a file that a notice lists is in the notice's sealed
//! content and dies with the notice's key; the file goes then as well, or when a newer version that stands
//! leaves it out.
//!
//! What a newer version leaves out is erased when that version stands, at owner, recipients and hub, though the
//! older version can still be read. So a wrong photograph is taken back without the case. What the newer version
//! lists again is neither sealed nor sent anew.

pub(crate) mod attach;
mod download;
mod files;
pub(crate) mod listed;
pub(crate) mod record;
pub(crate) mod state;
mod sweep;
mod taking;
mod upload;

pub(crate) use download::AttachmentDownload;
pub(crate) use files::Files;
pub(crate) use sweep::UploadSweep;
pub(crate) use taking::{Taking, UploadRefused, Uploaded, Uploads};
pub(crate) use upload::AttachmentUpload;
pub(crate) mod api;
pub(crate) mod paused;
