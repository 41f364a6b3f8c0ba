//! Erasing uploads that were never published.

use std::time::Duration;

use super::Uploads;
use crate::work::rounds::{Next, Round, RoundError, blocking};

/// How often uploads are looked at that no notice has listed.
const UPLOADS_SWEEP: Duration = Duration::from_secs(10 * 60);

/// Erases uploads that no notice has listed for a day.
pub(crate) struct UploadSweep(pub(crate) Uploads);

impl Round for UploadSweep {
    const NAME: &'static str = "old uploads";

    async fn once(&mut self) -> Result<Next, RoundError> {
        let uploads = self.0.clone();
        blocking(move || uploads.sweep().map_err(RoundError::failed)).await?;
        Ok(Next::After(UPLOADS_SWEEP))
    }
}
