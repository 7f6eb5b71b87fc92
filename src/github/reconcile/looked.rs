//! What a look comes to.

use std::ops::AddAssign;

/// What a look found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looked {
    /// Something had changed.
    pub(super) is_news: bool,
    /// So many times a task took in something new.
    pub(super) caught_up: u64,
}

impl AddAssign for Looked {
    fn add_assign(&mut self, more: Self) {
        self.is_news |= more.is_news;
        self.caught_up += more.caught_up;
    }
}
