//! Numbers as databases have them.

/// A number as a database counts; what it cannot count is more than all there is.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
