//! Why a command of the program comes to no good end.

use std::{io, net::SocketAddr};

use crate::{
    auth::NoSecret,
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
