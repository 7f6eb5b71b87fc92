//! `[demo]`.

use std::num::NonZeroU32;

use super::read::Reader;

/// Above this nothing can be seen of it.
const FASTEST: u32 = 1_000;

/// `[demo]`: how the demo is told.
#[derive(Clone, Debug)]
pub struct Demo {
    /// How many times as fast as usual.
    pub speed: NonZeroU32,
}

impl Demo {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self { speed: from.count("demo.speed", FASTEST) }
    }
}
