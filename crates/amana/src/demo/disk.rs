//! What lies on the hub's disk: nothing that can be read, nothing that can be changed unseen, and of what was
//! taken back nothing at all.

use std::fs;

use super::canary::Canary;
use super::exchange::failed;
use super::place::DiskPlace;
use super::story::{CANARY, Story};
use crate::exit::Failure;

impl Story {
    pub(super) fn look_for_canary(&self) -> Result<String, Failure> {
        let hub = self.exchange.hub_dir();
        // The control: what the hub does know is found by the same search.
        let known = self.exchange.operator().exchange().to_string();
        if Canary::new(&known).find(&hub).map_err(failed)?.is_none() {
            return Err(failed(format_args!("the search finds not even {known}")));
        }
        match Canary::new(CANARY).find(&hub).map_err(failed)? {
            None => {
                Ok(format!("searched raw, as UTF-16, hexadecimal and base64; {known} is found, as a check"))
            }
            Some(path) => Err(failed(format_args!("found in {}", path.display()))),
        }
    }

    pub(super) async fn flip_a_byte(&mut self) -> Result<String, Failure> {
        if let Some(hub) = self.hub.take() {
            hub.stop().await?;
        }
        let dir = self.exchange.hub_dir();
        let place = self.ciphertext_on_disk()?;
        let place = place.ok_or_else(|| failed("the sealed case is not on the hub's disk"))?;
        let whole = fs::read(&place.path).map_err(failed)?;
        let mut flipped = whole.clone();
        if let Some(byte) = flipped.get_mut(place.offset) {
            *byte ^= 1;
        }
        fs::write(&place.path, &flipped).map_err(failed)?;
        let found = tokio::task::block_in_place(|| amana_hub::fsck(&dir));
        fs::write(&place.path, &whole).map_err(failed)?;
        self.sealed_at = Some(place);
        let finding = match found {
            Ok(Ok(_)) => return Err(failed("nobody noticed")),
            Ok(Err(mismatch)) => mismatch.to_string(),
            Err(error) => error.to_string(),
        };
        match tokio::task::block_in_place(|| amana_hub::fsck(&dir)) {
            Ok(Ok(_)) => Ok(format!("{finding}\nput back, all is well again")),
            _ => Err(failed("put back, and it is still not well")),
        }
    }

    pub(super) fn erased_at_hub(&self) -> Result<String, Failure> {
        if let Some(place) = self.ciphertext_on_disk()? {
            return Err(failed(format_args!("found in {}", place.path.display())));
        }
        let place = self.sealed_at.as_ref().ok_or_else(|| failed("it was never found there"))?;
        let file = fs::read(&place.path).map_err(failed)?;
        let there = file.get(place.offset..place.offset + place.length);
        if there.is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0)) {
            Ok("zeros are in its place; what the log says of it stays".to_owned())
        } else {
            Err(failed("something else than zeros is in its place"))
        }
    }

    /// Where on the hub's disk the sealed case lies.
    fn ciphertext_on_disk(&self) -> Result<Option<DiskPlace>, Failure> {
        let section = self.captured.as_ref().and_then(|captured| captured.some_ciphertext());
        let section = section.ok_or_else(|| failed("nothing was captured"))?;
        let mut folders = vec![self.exchange.hub_dir()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(offset) = memchr::memmem::find(&fs::read(&path).map_err(failed)?, section)
                {
                    return Ok(Some(DiskPlace { path, offset, length: section.len() }));
                }
            }
        }
        Ok(None)
    }
}
