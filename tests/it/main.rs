//! The promises of the whole server, each proved through what its users can see.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod clients;
mod cluster;
mod crowd;
mod demo;
mod documents;
mod durability;
mod github_client;
mod http;
mod journey;
mod operation;
mod reconcile;
mod rejoin;
mod shutdown;
mod silent_database;
mod simulator;
mod slow_client;
mod sockets;
mod store_contract;
mod support;
mod transfer;
mod webhooks;
mod worker;
