//! Keyword arguments of natives whose positional ones are `*args`.
//!
//! Neighbours: `object::cast::bind` (parameters that may be given either way), every native that takes keywords.

use crate::object::PyResult;
use crate::object::error::type_error;
use crate::object::native::Args;
use crate::object::str;
use metajit::heap::Value;

/// The keyword arguments by `names`, NULL where one is not given.
///
/// # Errors
/// TypeError for another name.
pub fn keywords<const N: usize>(function: &str, args: Args<'_>, names: [&str; N]) -> PyResult<[Value; N]> {
    let mut bound = [Value::NULL; N];
    for (name, value) in args.keywords() {
        let text = str::as_str(name.as_ref().expect("a keyword's name is a str object"));
        match names.iter().position(|&known| known == text) {
            Some(i) => bound[i] = value,
            None => {
                return Err(type_error(format!("'{text}' is an invalid keyword argument for {function}()")));
            }
        }
    }
    Ok(bound)
}

/// The argument, or `default` where it was not given.
pub fn or(value: Value, default: Value) -> Value {
    if value.is_null() { default } else { value }
}

/// The argument, or `None` of Rust where it was not given or is Python's `None`.
pub fn given(value: Value) -> Option<Value> {
    (!value.is_null() && value != crate::object::NONE).then_some(value)
}
