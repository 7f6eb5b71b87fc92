//! The demo: made-up people, what they want done, and a coding agent that does it on a simulated
//! GitHub.
//!
//! [`Story`] says what happens when, purely: the same seed tells the same story. [`Director`] makes
//! it happen through the same use cases that real people's requests go through. It does not know
//! how a request comes in, nor who watches.

mod cast;
mod catalogue;
mod director;
mod paced;
mod plot;
mod restore;
mod scene;
mod secret;
mod story;

pub use cast::{Cast, REPO, VAULT};
pub use director::Director;
pub use paced::Paced;
pub use restore::restore;
pub use secret::{DemoSecret, SecretError};
pub use story::Story;
