//! Recording, compiled code and resuming, with the test language.

mod bounds;
#[path = "../common/mod.rs"]
mod common;
mod functions;
mod mutations;
mod random;
mod rules;
