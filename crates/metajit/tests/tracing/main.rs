//! Recording, compiled code and resuming, with the test language.

#[path = "../common/mod.rs"]
mod common;
mod functions;
mod mutations;
mod random;
mod rules;
