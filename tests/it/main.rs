//! The promises of the whole server, each proved through what its users can see.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod cluster;
mod durability;
mod github_client;
mod http;
mod journey;
mod slow_client;
mod sockets;
mod store_contract;
mod support;
mod webhooks;
mod worker;
