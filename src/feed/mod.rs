//! From committed changes to what each client gets: once shaped, to those who may see it, in order,
//! without a hole.
//!
//! The [`Broadcaster`] reads the store's feed and hands every change to the [`Hub`]'s subscribers.
//! A [`Subscriber`] is one client, whatever carries its messages: the hub fills its mailbox, its
//! carrier wakes and empties it. Nobody here waits for a client.

mod broadcaster;
mod doing;
mod flight;
mod gaps;
mod hub;
mod inbox;
mod join;
mod message;
mod outage;
mod shape;
mod snapshot;
mod subscriber;
mod throttle;

pub use broadcaster::Broadcaster;
pub use hub::Hub;
pub use join::{JoinError, Resynced};
pub use message::Message;
pub use subscriber::{Bounds, Outbound, Subscriber};

#[cfg(test)]
mod tests;
