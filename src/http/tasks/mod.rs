//! Tasks over REST: decode, one use case, encode.

pub(super) mod answer;
pub(super) mod read;
pub(super) mod report;
pub(super) mod write;
