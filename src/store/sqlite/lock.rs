//! The data directory belongs to one process at a time.

use std::{
    fs::{File, TryLockError, create_dir_all},
    io,
    path::{Path, PathBuf},
};

/// Why a data directory could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("the data directory {} is in use by another taskwire", .0.display())]
    Held(PathBuf),
    /// The directory or its lock file cannot be made or opened.
    #[error("the data directory {} cannot be locked: {source}", .dir.display())]
    Io {
        /// The directory.
        dir: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// The lock of a data directory, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock {
    _file: File,
}

impl DirLock {
    /// Locks `dir`, which is created if there is none; never waits.
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let io = |source| LockError::Io { dir: dir.to_owned(), source };
        create_dir_all(dir).map_err(io)?;
        let file = File::options().create(true).append(true).open(dir.join("lock")).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held(dir.to_owned())),
            Err(TryLockError::Error(source)) => Err(io(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_holder_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("data");
        let held = DirLock::take(&dir).unwrap();

        let refused = DirLock::take(&dir).unwrap_err();

        assert!(matches!(refused, LockError::Held(_)));
        assert!(refused.to_string().contains(dir.to_str().unwrap()), "{refused}");
        drop(held);
        DirLock::take(&dir).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join("file");
        File::create(&file).unwrap();

        let refused = DirLock::take(&file).unwrap_err();

        assert!(matches!(refused, LockError::Io { .. }));
        assert!(refused.to_string().contains(file.to_str().unwrap()), "{refused}");
    }
}
