//! The operations of Python on plain values: what natives and helpers call.
//!
//! Every function here may run Python code (a user's `__eq__`, `__iter__`, …), in `Run` mode with a JIT of
//! its own. A value held across such a call is safe: the collector scans the native stack.
//! Neighbours: `interp` (the same operations, generic over the mode, for what traces see through).

pub use crate::interp::raw::*;
