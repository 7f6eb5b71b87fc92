//! Several instances on one database act as one: only MongoDB can be shared.

mod cut_off;
mod duty;
mod failover;
mod import;
mod latency;
mod load;
mod pair;
mod together;
