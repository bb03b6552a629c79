//! The Cranelift backend against the meaning of the operations: small traces built by hand, compiled and run.

mod build;
mod heap;
mod pure;
mod units;
