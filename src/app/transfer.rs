//! `export` and `import`: every task as one line of JSON, out of one store and into another.
//!
//! The lines are `store::WholeTask`'s. What a line says is checked again before it is written, and
//! each task is written whole or not at all, so an import that ended early is simply run again.

use std::{
    io::{self, BufRead, Read as _, Write},
    sync::Arc,
};

use futures_util::future::join_all;

use super::{
    AppError,
    storage::{Access, Storage},
};
use crate::{
    config::Config,
    domain::SystemClock,
    store::{Imported, StoreError, TaskStore, WholeTask},
};

/// How many tasks are read at a time.
const PAGE: u32 = 100;
/// How many tasks are written at a time, so that they share a commit.
const BATCH: usize = 64;
/// Read, but not yet written, at most; a batch ends early past it.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// Longer than the line of any task: its timeline is bounded, and then come a few statuses.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Tasks that are new here.
    pub new: u64,
    /// Tasks that were here already, the same.
    pub known: u64,
    /// Lines that were not taken.
    pub refused: u64,
}

/// Writes every task of the configured store to `out`, one line each, in the order of their ids; how
/// many. It may run beside a server: each task is as it is at one moment.
pub async fn export(config: &Config, out: &mut impl Write) -> Result<u64, AppError> {
    let storage = Storage::open(config, Arc::new(SystemClock), Access::Read).await?;
    let mut count = 0;
    let mut after = None;
    loop {
        let page = storage.store.export(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.task().id);
        for whole in &page {
            let id = whole.task().id;
            let line =
                whole.to_line().map_err(|flaw| StoreError::Broken(format!("task {id}: {flaw}")))?;
            writeln!(out, "{line}").map_err(AppError::Output)?;
            count += 1;
        }
    }
    out.flush().map_err(AppError::Output)?;
    Ok(count)
}

/// Takes every line of `lines` into the configured store; on SQLite the data directory is locked
/// meanwhile. `refuse` is told of each line that is not taken, by its number and the rule it breaks;
/// the others are taken all the same. Fails if the input cannot be read or the store does not work:
/// what was taken by then stays, and the same input can be given again.
pub async fn import(
    config: &Config,
    lines: &mut impl BufRead,
    mut refuse: impl FnMut(u64, &str),
) -> Result<ImportSummary, AppError> {
    let storage = Storage::open(config, Arc::new(SystemClock), Access::Write).await?;
    let mut lines = Lines { input: lines, number: 0, longest: LONGEST_LINE };
    let mut summary = ImportSummary::default();
    loop {
        let batch = lines.batch().map_err(AppError::Input)?;
        if batch.is_empty() {
            break;
        }
        // Whatever the order they are written in, they are told in the order of the lines.
        let taken = join_all(batch.into_iter().map(|line| take(&*storage.store, line))).await;
        for (number, taken) in taken {
            match taken? {
                Ok(Imported::New) => summary.new += 1,
                Ok(Imported::Known) => summary.known += 1,
                Err(rule) => {
                    summary.refused += 1;
                    refuse(number, &rule);
                }
            }
        }
    }
    storage.store.close().await;
    Ok(summary)
}

/// What became of one line; the rule it breaks if it was refused.
type Taken = Result<Result<Imported, String>, StoreError>;

async fn take(store: &dyn TaskStore, Line { number, text }: Line) -> (u64, Taken) {
    let whole = match text.and_then(|text| WholeTask::from_line(&text).map_err(|f| f.to_string())) {
        Ok(whole) => whole,
        Err(rule) => return (number, Ok(Err(rule))),
    };
    let id = whole.task().id;
    let taken = match store.import(whole).await {
        Ok(imported) => Ok(Ok(imported)),
        Err(error @ (StoreError::Duplicate | StoreError::TooLarge)) => {
            Ok(Err(format!("task {id}: {error}")))
        }
        Err(StoreError::KnownCause) => Ok(Err(format!(
            "task {id}: its creator's idempotency key has created another task here"
        ))),
        Err(error) => Err(error),
    };
    (number, taken)
}

/// A line of the input, or why it is none.
struct Line {
    number: u64,
    text: Result<String, String>,
}

/// The input, line by line, of which only a batch is in memory.
struct Lines<'a, R> {
    input: &'a mut R,
    number: u64,
    /// A longer line is refused and not kept.
    longest: usize,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next lines that are not empty; none at the end.
    fn batch(&mut self) -> io::Result<Vec<Line>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(line) = self.next()? else { break };
            if let Ok(text) = &line.text {
                if text.trim().is_empty() {
                    continue;
                }
                bytes += text.len();
            }
            batch.push(line);
        }
        Ok(batch)
    }

    fn next(&mut self) -> io::Result<Option<Line>> {
        let mut text = Vec::new();
        let most = u64::try_from(self.longest).unwrap_or(u64::MAX).saturating_add(1);
        (&mut *self.input).take(most).read_until(b'\n', &mut text)?;
        if text.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let is_too_long = text.len() > self.longest && text.last() != Some(&b'\n');
        let text = if is_too_long {
            self.skip_line()?;
            Err(format!("longer than {} bytes", self.longest))
        } else {
            String::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())
        };
        Ok(Some(Line { number: self.number, text }))
    }

    /// Reads to the end of the line and forgets it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let part = self.input.fill_buf()?;
            let end = part.iter().position(|byte| *byte == b'\n');
            let (read, ended) = match end {
                Some(at) => (at + 1, true),
                None => (part.len(), part.is_empty()),
            };
            self.input.consume(read);
            if ended {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_not_kept_and_does_not_cost_the_lines_after_it() {
        let endless = io::repeat(b'x').take(1_000);
        let mut input = BufReader::new(endless.chain(&b"\n\n  \r\nshort\n\xff\nlast"[..]));
        let mut lines = Lines { input: &mut input, number: 0, longest: 100 };

        let batch = lines.batch().unwrap();

        let told: Vec<_> = batch.iter().map(|line| (line.number, line.text.as_deref())).collect();
        assert!(
            matches!(told[0], (1, Err(rule)) if rule.starts_with("longer than")),
            "{:?}",
            told[0]
        );
        assert_eq!(told[1], (4, Ok("short\n")));
        assert!(matches!(told[2], (5, Err(_))), "{:?}", told[2]);
        assert_eq!(told[3], (6, Ok("last")));
        assert!(lines.batch().unwrap().is_empty());
    }
}
