//! The operators as functions of values: those that natives of this folder and of `stdlib` use.
//!
//! Neighbours: `object::number`, `object::compare`, `object::sequence` (the meaning).

use crate::object::PyResult;
use crate::object::compare::{self, CompareOp};
use crate::object::number::{self, BinaryOp};
use crate::raw;
use metajit::heap::Value;

pub use compare::{equal, less};

/// `a > b`.
pub fn greater(a: Value, b: Value) -> PyResult<bool> {
    raw::truth(compare::rich(CompareOp::Gt, a, b)?)
}

/// `a + b`.
pub fn add(a: Value, b: Value) -> PyResult {
    number::binary(BinaryOp::Add, a, b)
}

/// `a * b`.
pub fn multiply(a: Value, b: Value) -> PyResult {
    number::binary(BinaryOp::Mul, a, b)
}
