//! One file from the node to the disk: taken up again where it broke off, compared with what its notice says,
//! and only then given its name.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use amana_seal::ContentHash;
use amana_wire::v1;
use bytes::Bytes;
use tonic::Streaming;

use super::call;
use super::progress::{PIECE, bar};
use crate::exit::{Exit, Failure};
use crate::output::note;

/// Writes an attachment to a file. `open` asks for what lies behind an offset.
pub(crate) async fn save<T>(
    path: &Path,
    wanted: &v1::Attachment,
    open: impl AsyncFnOnce(u64) -> Result<Streaming<T>, Failure>,
    piece_of: fn(T) -> Bytes,
) -> Result<(), Failure> {
    let part = part_of(path);
    let failed = |error: std::io::Error| Failure::file(&part, &error);
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600);
    let mut out = options.open(&part).map_err(failed)?;
    // Two that write one part would both get nothing but a wrong hash.
    out.try_lock().map_err(|_| {
        Failure::new(Exit::Unavailable, format_args!("{}: another command is writing it", part.display()))
            .hint("wait until it has finished")
    })?;
    let mut context = ContentHash::default();
    let mut here = hash(&mut out, &mut context).map_err(failed)?;
    if here > wanted.bytes {
        return Err(Failure::new(Exit::Usage, format_args!("{}: not a part of it", part.display()))
            .hint("remove it and try again"));
    }
    let bar = bar(path, wanted.bytes);
    bar.set_position(here);
    if here < wanted.bytes {
        let mut answers = open(here).await?;
        while let Some(answer) = answers.message().await.map_err(|status| call::refused(&(&status).into()))? {
            let piece = piece_of(answer);
            out.write_all(&piece).map_err(failed)?;
            context.update(&piece);
            here += piece.len() as u64;
            bar.set_position(here);
        }
    }
    if here < wanted.bytes {
        return Err(Failure::new(Exit::Unavailable, "the node ended it").hint("trying again goes on"));
    }
    out.sync_all().map_err(failed)?;
    if context.finish().as_bytes() != wanted.content_sha256.as_ref() {
        std::fs::remove_file(&part).map_err(failed)?;
        return Err(Failure::new(Exit::Verification, "it is not what the notice says; nothing was kept"));
    }
    // A link refuses what a rename would overwrite.
    std::fs::hard_link(&part, path).map_err(|error| Failure::file(path, &error))?;
    std::fs::remove_file(&part).map_err(failed)?;
    bar.finish_and_clear();
    note(&format!("{} bytes, as its sender sealed them: {}", wanted.bytes, path.display()));
    Ok(())
}

/// Refuses to write over what is there.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(_) => Err(Failure::new(Exit::Usage, format_args!("{} is there already", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::file(path, &error)),
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Hashes what a file has already; answers how much that is.
fn hash(file: &mut File, context: &mut ContentHash) -> std::io::Result<u64> {
    let (mut here, mut piece) = (0_u64, vec![0; PIECE]);
    file.seek(SeekFrom::Start(0))?;
    loop {
        let got = file.read(&mut piece)?;
        let Some(read) = piece.get(..got).filter(|read| !read.is_empty()) else { return Ok(here) };
        context.update(read);
        here += got as u64;
    }
}
