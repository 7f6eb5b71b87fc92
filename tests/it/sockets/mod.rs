//! Socket.IO as stock clients see it: who is let in, what they may say, and what they hear.

mod connect;
mod expiry;
mod follow;
mod input;
mod limits;
