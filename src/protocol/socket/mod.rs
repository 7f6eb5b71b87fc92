//! The Socket.IO protocol (v5, Engine.IO v4, JSON, namespace `/`): what a client may say, and all
//! that the server says. Server-Sent Events carry the same server messages.

mod ack;
mod described;
mod handshake;
mod incoming;
mod outgoing;
mod stamp;
mod status;

pub use ack::Ack;
pub use handshake::{CONNECT_ERRORS, Handshake};
pub use incoming::{ClientMessage, JoinDashboard, Mode, OneOrMany, Refused, Resync, SortBy};
pub use outgoing::{
    AuthExpiring, ConnectionAck, DashboardState, Draining, ErrorEvent, ResyncRequired,
    ServerMessage, TaskCreated, TaskEventAdded, TaskListUpdated, TaskProgress, TaskRemoved,
};
pub use stamp::Stamp;
pub use status::{StatusChange, StatusFacts};

pub(super) use described::{Described, reference, variant};
pub(super) use handshake::ConnectError;
pub(super) use incoming::ClientEvent;
