//! What the tests are made of: the real program, and stock clients.

mod binary;
mod node;

pub use binary::{PATIENCE, Program, WEBHOOK_SECRET};
pub use node::Node;
