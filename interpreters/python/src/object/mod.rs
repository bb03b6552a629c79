//! Python's objects: one file per type, each with its raw operations and its method table.
//!
//! *Raw* code works on plain [`Value`]s and may run Python code in `Run` mode; it is what helpers and rare
//! paths use. The handlers that traces see through are in `interp` and generic over the mode.
//! `None`, `False`, `True`, `NotImplemented` and `Ellipsis` are words of their own, not heap objects.

use metajit::heap::Value;

pub mod attributes;
pub mod builtins_table;
pub mod bytes;
pub mod cast;
pub mod class;
pub mod compare;
pub mod complex;
pub mod coroutine;
pub mod describe;
pub mod descriptors;
pub mod dict;
pub mod error;
pub mod exception;
pub mod exception_group;
pub mod float;
pub mod frame_view;
pub mod function;
pub mod generator;
pub mod generic;
pub mod hash;
pub mod instance;
pub mod int;
pub mod intern;
pub mod iterators;
pub mod layouts;
pub mod list;
pub mod memoryview;
pub mod native;
pub mod number;
pub mod object;
pub mod range;
pub mod repr;
pub mod sequence;
pub mod set;
pub mod shape;
pub mod slice;
pub mod stores;
pub mod str;
pub mod tables;
pub mod tuple;
pub mod types;
pub mod variable;

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
