//! What no webhook told is asked for, by one instance of all.

mod caught_up;
mod turns;
