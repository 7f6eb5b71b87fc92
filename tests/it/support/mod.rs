//! What the tests are made of: the real program, a simulated GitHub, and stock clients.

mod binary;
mod client;
pub(crate) mod contract;
mod database;
mod github;
mod line;
mod node;
mod polling;
mod proxy;
mod raw;
mod store;
mod stream;

pub(crate) use binary::{PATIENCE, Program, WEBHOOK_SECRET, run_in};
pub(crate) use client::{Client, Request};
pub(crate) use database::{DatabaseServer, TestDatabase};
pub(crate) use github::GitHub;
pub(crate) use line::Line;
pub(crate) use node::{Node, digest};
pub(crate) use polling::RawPolling;
pub(crate) use proxy::Proxy;
pub(crate) use raw::RawSocket;
pub(crate) use store::{Store, StoreUnderTest};
pub(crate) use stream::{Frame, Stream};

/// A description that leaves nothing to ask.
pub(crate) const CLEAR: &str = "Paying with a card that needs 3-D Secure fails at the last step.\n\n\
    Steps to reproduce:\n1. Put any article into the cart.\n2. Pay with the test card 4000 0027 6000 3184.\n\n\
    Expected: the order is confirmed and the receipt is shown.\n\
    Actual: the page says \"Something went wrong\" and the order stays open, see src/checkout/payment.rs.";
