//! The secret that signs the demo's tokens.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

/// Its file in the data folder.
const FILE: &str = "demo-secret";
/// What a key of HS256 must have at least.
const LEAST_BYTES: usize = 32;

/// The secret cannot be read or kept.
#[derive(Debug, thiserror::Error)]
#[error("the demo's secret {}: {source}", path.display())]
pub struct SecretError {
    path: PathBuf,
    source: io::Error,
}

/// The secret of the demo in one data folder. Where there is one, there is a demo.
#[derive(Clone, Debug)]
pub struct DemoSecret {
    path: PathBuf,
    value: SecretString,
    is_kept: bool,
}

impl DemoSecret {
    /// The secret that is kept in `dir`, readable by its owner alone; `None` if there is none.
    pub fn kept(dir: &Path) -> Result<Option<Self>, SecretError> {
        let path = dir.join(FILE);
        let wrong = |source| SecretError { path: path.clone(), source };
        let raw = match fs::read_to_string(&path) {
            Ok(raw) => raw,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error)),
        };
        // One that was cut short by a power cut is none.
        let value = raw.trim();
        if value.len() < LEAST_BYTES {
            return Ok(None);
        }
        for_owner_alone(&path).map_err(wrong)?;
        let value = SecretString::from(value);
        Ok(Some(Self { path, value, is_kept: true }))
    }

    /// The secret that is kept in `dir`, or a new one.
    pub fn of(dir: &Path) -> Result<Self, SecretError> {
        if let Some(kept) = Self::kept(dir)? {
            return Ok(kept);
        }
        let value = SecretString::from(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        Ok(Self { path: dir.join(FILE), value, is_kept: false })
    }

    /// The secret itself.
    pub fn value(&self) -> &SecretString {
        &self.value
    }

    /// Whether its folder has it already, so that what is there is a demo's.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Keeps it in its folder, mode 0600.
    pub fn keep(&self) -> Result<(), SecretError> {
        if self.is_kept {
            return Ok(());
        }
        let written = remove(&self.path).and_then(|()| write(&self.path, &self.value));
        written.map_err(|source| SecretError { path: self.path.clone(), source })
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn write(path: &Path, value: &SecretString) -> io::Result<()> {
    use std::io::Write as _;

    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{}", value.expose_secret())
}

#[cfg(unix)]
fn for_owner_alone(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn for_owner_alone(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        assert!(DemoSecret::kept(dir.path()).unwrap().is_none());
        let made = DemoSecret::of(dir.path()).unwrap();
        assert!(!made.is_kept() && made.value().expose_secret().len() >= LEAST_BYTES);
        made.keep().unwrap();

        let found = DemoSecret::of(dir.path()).unwrap();
        assert!(found.is_kept());
        assert_eq!(found.value().expose_secret(), made.value().expose_secret());
        let other = DemoSecret::of(tempfile::tempdir().unwrap().path()).unwrap();
        assert_ne!(other.value().expose_secret(), made.value().expose_secret());
    }

    #[test]
    fn a_secret_that_was_cut_short_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "half").unwrap();
        let made = DemoSecret::of(dir.path()).unwrap();
        assert!(!made.is_kept());
        made.keep().unwrap();
        assert!(DemoSecret::of(dir.path()).unwrap().is_kept());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it_even_if_they_could_before() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        DemoSecret::of(dir.path()).unwrap().keep().unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        DemoSecret::kept(dir.path()).unwrap().unwrap();
        assert_eq!(mode(), 0o600);
    }
}
