//! Recording, compiled code and resuming, with the test language.

#[path = "../common/mod.rs"]
mod common;
mod mutations;
mod random;
mod rules;
