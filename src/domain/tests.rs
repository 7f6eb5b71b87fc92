//! What the domain promises, as sentences, tables and properties.

mod audience;
mod convergence;
mod issues;
mod people;
mod properties;
mod pulls;
mod story;
mod table;
mod text;
mod wire;
