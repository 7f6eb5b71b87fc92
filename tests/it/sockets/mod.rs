//! Socket.IO as stock clients see it: who is let in, what they may say, and what they hear.

mod admission;
mod connect;
mod expiry;
mod flood;
mod follow;
mod frames;
mod input;
mod limits;
mod rooms;
mod silent;
mod stop;
mod transports;
