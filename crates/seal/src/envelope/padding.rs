//! How long a section looks from outside.

/// Bytes of the length that stands before the content.
pub(crate) const LENGTH_BYTES: usize = 4;
/// No section looks shorter.
const LEAST_BYTES: usize = 4 * 1024;

/// The padded length of a content of `length` bytes: length prefix and content, padded with zeros to
/// PADME (Nikitin et al., PETS 2019, algorithm 1), but at least 4 KiB.
#[must_use]
pub fn padded_len(length: usize) -> usize {
    padme(length.saturating_add(LENGTH_BYTES)).max(LEAST_BYTES)
}

/// Whether some content is padded to exactly this length.
pub(crate) fn is_padded_len(padded: usize) -> bool {
    padded >= LEAST_BYTES && padme(padded) == padded
}

/// Leaves of the length only as many leading bits as its bit length has bits: at most 12 % longer,
/// and O(log log L) bits told.
pub(crate) fn padme(length: usize) -> usize {
    let Some(exponent) = length.checked_ilog2() else { return length };
    let kept_bits = exponent.checked_ilog2().map_or(0, |bits| bits + 1);
    let low_bits = exponent.saturating_sub(kept_bits);
    let mask = (1_usize << low_bits) - 1;
    length.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padme_as_published() {
        // Worked by hand from the paper: E = floor(log2 L), S = floor(log2 E) + 1, round up to 2^(E-S).
        let cases = [
            (1, 1),
            (2, 2),
            (8, 8),
            (9, 10),
            (10, 10),
            (100, 104),
            (1_000, 1_024),
            (4_096, 4_096),
            (4_097, 4_352),
            (10_000, 10_240),
            (1_000_000, 1_015_808),
        ];
        for (length, padded) in cases {
            assert_eq!(padme(length), padded, "PADME({length})");
        }
    }

    #[test]
    fn padding_is_idempotent_and_costs_at_most_an_eighth() {
        for length in (0..600_000).step_by(97) {
            let padded = padme(length);
            assert_eq!(padme(padded), padded);
            assert!(padded >= length && padded <= length + length / 8 + 1, "PADME({length}) = {padded}");
        }
        assert_eq!(padded_len(0), 4096);
        assert_eq!(padded_len(4092), 4096);
        assert_eq!(padded_len(4093), 4352);
    }
}
