//! Why a command of the program comes to no good end.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::{
    auth::NoSecret,
    demo::SecretError,
    github::SettingsError,
    store::{LockError, StoreError},
};

/// Why a server does not run, or tasks are not carried.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It cannot listen on this address.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// Nothing is configured to verify tokens with.
    #[error(transparent)]
    NoSecret(#[from] NoSecret),
    /// The data folder is in use.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else reads the store's feed.
    #[error("the store's feed is taken")]
    FeedTaken,
    /// GitHub cannot be used as configured.
    #[error("github: {0}")]
    GitHub(#[from] SettingsError),
    /// The demo's secret cannot be read or kept.
    #[error(transparent)]
    DemoSecret(#[from] SecretError),
    /// A demo was to be started on real tasks.
    #[error(
        "{} holds tasks that are not a demo's: choose another DATA_DIR for the demo", .0.display()
    )]
    NotADemo(PathBuf),
    /// A server was to be started on a demo's tasks.
    #[error(
        "{} holds a demo's tasks: choose another DATA_DIR, or remove it", .0.display()
    )]
    IsADemo(PathBuf),
    /// What is to be imported cannot be read.
    #[error("cannot read: {0}")]
    Input(#[source] io::Error),
    /// What is exported cannot be written.
    #[error("cannot write: {0}")]
    Output(#[source] io::Error),
    /// The listener broke.
    #[error("cannot serve: {0}")]
    Serve(#[source] io::Error),
}
