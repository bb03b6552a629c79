//! Python's objects: one file per type, each with its raw operations and its method table.
//!
//! *Raw* code works on plain [`Value`]s and may run Python code in `Run` mode; it is what helpers and rare
//! paths use. The handlers that traces see through are in `interp` and generic over the mode.
//! `None`, `False`, `True`, `NotImplemented` and `Ellipsis` are words of their own, not heap objects.

use metajit::heap::Value;

pub mod class;
pub mod layouts;
pub mod native;

/// `None`.
pub const NONE: Value = Value::special(0);
/// `False`.
pub const FALSE: Value = Value::special(1);
/// `True`.
pub const TRUE: Value = Value::special(2);
/// `NotImplemented`.
pub const NOT_IMPLEMENTED: Value = Value::special(3);
/// `Ellipsis`.
pub const ELLIPSIS: Value = Value::special(4);

/// A result whose error is a Python exception object.
pub type PyResult<T = Value> = Result<T, Value>;

/// The Python `bool` of a Rust one.
#[inline(always)]
pub const fn boolean(b: bool) -> Value {
    if b { TRUE } else { FALSE }
}
