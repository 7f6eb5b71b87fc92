//! What the operator chose: plain data, loaded once.
//!
//! Three layers, each over the one before: `config/default.toml` (compiled in, the list of all
//! keys), a file, the environment. Nothing else in the program reads the environment. This module
//! does not know what the values are used for; a value that exists has been checked.

mod demo;
mod error;
mod layers;
mod mongo;
mod names;
mod origin;
mod read;
mod sections;

use std::path::Path;

pub use demo::Demo;
pub use error::{BadKey, ConfigError};
pub use mongo::MongoDb;
pub use origin::Origin;
pub use sections::{
    Analysis, Analyzer, Auth, Features, GitHub, Limits, Log, LogFormat, Server, Socket, Worker,
};

use layers::Layers;
use read::Reader;

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens, and who may reach it.
    pub server: Server,
    /// The shared store, if there is one.
    pub mongodb: MongoDb,
    /// How tokens are verified and signed.
    pub auth: Auth,
    /// Who gets which feature.
    pub features: Features,
    /// How issues are filed and webhooks verified.
    pub github: GitHub,
    /// Who analyses a task.
    pub analysis: Analysis,
    /// How tasks are worked on.
    pub worker: Worker,
    /// How much one client may ask for.
    pub limits: Limits,
    /// The heartbeat of a socket.
    pub socket: Socket,
    /// How the demo is told.
    pub demo: Demo,
    /// What is logged, and how.
    pub log: Log,
}

impl Config {
    /// The configuration of `file` and `env` over the defaults.
    ///
    /// Fails with every unknown key and every bad value at once. No error repeats a value.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::check(&Layers::read(file, env)?)
    }

    fn check(layers: &Layers) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(layers);
        let config = Self {
            server: Server::read(&mut reader),
            mongodb: MongoDb::read(&mut reader),
            auth: Auth::read(&mut reader),
            features: Features::read(&mut reader),
            github: GitHub::read(&mut reader),
            analysis: Analysis::read(&mut reader),
            worker: Worker::read(&mut reader),
            limits: Limits::read(&mut reader),
            socket: Socket::read(&mut reader),
            demo: Demo::read(&mut reader),
            log: Log::read(&mut reader),
        };
        if config.worker.lease <= config.github.request_timeout {
            reader.refuse(
                "worker.lease_seconds",
                "must be more than github.request_timeout_seconds: a lease outlives a request",
            );
        }
        if config.github.settle < config.github.request_timeout {
            reader.refuse(
                "github.settle_seconds",
                "must be at least github.request_timeout_seconds: a request that is under way \
                 comes to its end before GitHub is asked what became of it",
            );
        }
        reader.finish()?;
        Ok(config)
    }
}

/// The configuration as `Config::load` sees it, as TOML with the comments of the defaults; each
/// secret that is set shows as `[redacted]`.
///
/// Fails as [`Config::load`] does, so what is printed is what would run.
pub fn redacted_toml(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
) -> Result<String, ConfigError> {
    let layers = Layers::read(file, env)?;
    Config::check(&layers)?;
    Ok(layers.redacted_toml())
}

/// The environment of this process, for [`Config::load`]; what is not UTF-8 has its bad parts
/// replaced.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |raw: std::ffi::OsString| raw.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, value)| (text(name), text(value)))
}

#[cfg(test)]
mod tests;
