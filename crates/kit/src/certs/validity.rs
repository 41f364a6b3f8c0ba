//! When a certificate is valid.

use amana_types::limits::CLOCK_SKEW;
use amana_types::{Duration, Timestamp};
use rcgen::CertificateParams;

use super::CertificateError;

/// 9999-12-31T23:59:59Z, the last moment of X.509 (RFC 5280 §4.1.2.5).
const LAST: Timestamp = Timestamp::from_unix_millis(253_402_300_799_000);

/// The time from which and until which a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub not_before: Timestamp,
    /// The last moment.
    pub not_after: Timestamp,
}

impl Validity {
    /// From `now` (and the clock skew that we tolerate before it) for `span`.
    #[must_use]
    pub const fn starting(now: Timestamp, span: Duration) -> Self {
        Self { not_before: now.before(CLOCK_SKEW), not_after: now.after(span) }
    }

    /// Sets the X.509 times, in whole seconds.
    pub(super) fn apply(self, params: &mut CertificateParams) -> Result<(), CertificateError> {
        let moment = |at: Timestamp| {
            let seconds = std::time::Duration::from_secs(at.unix_seconds());
            (at <= LAST).then(|| rcgen::date_time_ymd(1970, 1, 1) + seconds).ok_or(CertificateError::Validity)
        };
        params.not_before = moment(self.not_before)?;
        params.not_after = moment(self.not_after)?;
        Ok(())
    }
}
