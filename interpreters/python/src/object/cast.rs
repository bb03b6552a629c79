//! From any value to the builtin value a native needs: receivers, integers, strings, and the usual TypeErrors.
//!
//! An instance of a subclass of a builtin class holds the builtin value as its payload; every cast here sees
//! through that. Neighbours: `native` (argument records), the method tables of the types.

use super::class::Builtin;
use super::int::big::Int;
use super::layouts as l;
use super::native::{Args, Native};
use super::{FALSE, PyResult, TRUE, error};
use crate::raw;
use metajit::heap::{self, LayoutId, Ref, Value};

/// Whether the value is an object of a class written in Python, or an exception.
#[inline(always)]
pub fn is_user_object(value: Value) -> bool {
    value.has_layout(l::Instance::ID)
}

/// The builtin value behind an instance of a subclass of a builtin class; any other value itself.
#[inline(always)]
pub fn builtin_value(value: Value) -> Value {
    if !is_user_object(value) {
        return value;
    }
    match raw::payload(value) {
        Value::NULL => value,
        payload => payload,
    }
}

/// The object of this layout that the value is, or has as its payload.
#[inline(always)]
pub fn to_layout(value: Value, layout: LayoutId) -> Option<Ref> {
    if value.has_layout(layout) {
        return value.as_ref();
    }
    if !is_user_object(value) {
        return None;
    }
    let inner = raw::payload(value);
    inner.has_layout(layout).then(|| Ref::from_bits(inner.bits()))
}

/// The receiver of a method of a builtin class.
#[inline]
pub fn receiver(value: Value, layout: LayoutId, class: &str) -> PyResult<Ref> {
    to_layout(value, layout).ok_or_else(|| wrong_receiver(value, class))
}

/// The error of a method called on something else.
#[cold]
pub fn wrong_receiver(value: Value, class: &str) -> Value {
    let found = raw::class_name(value);
    error::type_error(format!("descriptor requires a '{class}' object but received a '{found}'"))
}

/// The string that the value is.
#[inline]
pub fn str_of(value: Value) -> Option<Ref> {
    to_layout(value, l::Str::ID)
}

/// The text of an argument that must be a string.
pub fn expect_str(value: Value, function: &str) -> PyResult<Ref> {
    str_of(value).ok_or_else(|| {
        let found = raw::class_name(value);
        error::type_error(format!("{function} argument must be str, not {found}"))
    })
}

/// The integer that an `int` or `bool` (or an instance of a subclass) is.
#[inline]
pub fn int_of(value: Value) -> Option<Int> {
    if value.is_small_int() {
        return Some(Int::Small(value.small_int_unchecked()));
    }
    match value {
        TRUE => Some(Int::Small(1)),
        FALSE => Some(Int::Small(0)),
        _ => Int::of(value).or_else(|| {
            is_user_object(value).then(|| raw::payload(value)).and_then(|inner| match inner {
                TRUE => Some(Int::Small(1)),
                FALSE => Some(Int::Small(0)),
                inner => Int::of(inner),
            })
        }),
    }
}

/// The float that a `float` (or an instance of a subclass) is; integers are not converted.
#[inline]
pub fn float_of(value: Value) -> Option<f64> {
    value.as_float().or_else(|| is_user_object(value).then(|| raw::payload(value).as_float()).flatten())
}

/// `operator.index(value)`: the integer of an int or of what `__index__` gives.
pub fn index(value: Value) -> PyResult<Int> {
    if let Some(int) = int_of(value) {
        return Ok(int);
    }
    match raw::call_special(value, "__index__", &[]) {
        None => {
            let found = raw::class_name(value);
            Err(error::type_error(format!("'{found}' object cannot be interpreted as an integer")))
        }
        Some(result) => {
            let result = result?;
            int_of(result).ok_or_else(|| {
                let found = raw::class_name(result);
                error::type_error(format!("__index__ returned non-int (type {found})"))
            })
        }
    }
}

/// Whether `operator.index` may work.
pub fn is_index(value: Value) -> bool {
    int_of(value).is_some() || is_user_object(value) && raw::lookup_special(value, "__index__").is_some()
}

/// An index as 64 bits; OverflowError beyond.
pub fn index_i64(value: Value) -> PyResult<i64> {
    match index(value)? {
        Int::Small(i) => Ok(i),
        Int::Big(_) => {
            let found = raw::class_name(value);
            Err(error::overflow_error(format!("cannot fit '{found}' into an index-sized integer")))
        }
    }
}

/// An index as 64 bits, saturating; for slice bounds.
pub fn index_clamped(value: Value) -> PyResult<i64> {
    Ok(match index(value)? {
        Int::Small(i) => i,
        big if big.is_negative() => i64::MIN,
        Int::Big(_) => i64::MAX,
    })
}

/// A C `int` argument.
pub fn c_int(value: Value) -> PyResult<i32> {
    match index(value)? {
        Int::Small(i) => {
            i32::try_from(i).map_err(|_| error::overflow_error("Python int too large to convert to C int"))
        }
        Int::Big(_) => Err(error::overflow_error("Python int too large to convert to C int")),
    }
}

/// A real number as a double: float, int, `__float__`, `__index__`.
pub fn to_f64(value: Value) -> PyResult<f64> {
    if let Some(f) = float_of(value) {
        return Ok(f);
    }
    if let Some(int) = int_of(value) {
        return int.to_f64().ok_or_else(|| error::overflow_error("int too large to convert to float"));
    }
    if let Some(result) = raw::call_special(value, "__float__", &[]) {
        let result = result?;
        return float_of(result).ok_or_else(|| {
            let (class, found) = (raw::class_name(value), raw::class_name(result));
            error::type_error(format!("{class}.__float__ returned non-float (type {found})"))
        });
    }
    if let Some(result) = raw::call_special(value, "__index__", &[]) {
        return to_f64(result?);
    }
    let found = raw::class_name(value);
    Err(error::type_error(format!("must be real number, not {found}")))
}

/// Checks that a call has no keyword arguments.
pub fn no_keywords(function: &str, args: Args<'_>) -> PyResult<()> {
    if args.names.is_empty() {
        return Ok(());
    }
    Err(error::type_error(format!("{function}() takes no keyword arguments")))
}

/// The class that `__new__` was called with, and its other positional arguments.
pub fn class_and_rest<'a>(class: &str, values: &'a [Value]) -> PyResult<(Ref, &'a [Value])> {
    match values.split_first() {
        Some((&first, rest)) if first.has_layout(l::Class::ID) => Ok((Ref::from_bits(first.bits()), rest)),
        Some((&first, _)) => {
            let found = raw::class_name(first);
            Err(error::type_error(format!("{class}.__new__(X): X is not a type object ({found})")))
        }
        None => Err(error::type_error(format!("{class}.__new__(): not enough arguments"))),
    }
}

/// The result of `__new__` of a builtin class: the value itself, or an instance of the subclass that was asked for.
pub fn construct(builtin: Builtin, class: Ref, value: Value) -> PyResult {
    if class == raw::builtin_class(builtin) { Ok(value) } else { Ok(raw::new_instance(class, value)) }
}

/// The record of a native function.
pub fn native_of(function: Value) -> Option<&'static Native> {
    function
        .has_layout(l::Builtin::ID)
        .then(|| super::native::from_address(heap::get(Ref::from_bits(function.bits()), l::Builtin::DEF)))
}

/// The record of a native that is a method of a builtin class, and not bound to an object.
pub fn method_of_builtin(method: Value) -> Option<&'static Native> {
    let native = native_of(method)?;
    let object = Ref::from_bits(method.bits());
    let is_method = !heap::get(object, l::Builtin::OWNER).is_null();
    (is_method && heap::get(object, l::Builtin::RECEIVER).is_null()).then_some(native)
}

/// The arguments of a function with parameters that may be given by keyword: `names` in order, `required` of them must be given.
/// The result has `Value::NULL` for what is not given.
pub fn bind<const N: usize>(
    function: &str,
    args: Args<'_>,
    names: [&str; N],
    required: usize,
) -> PyResult<[Value; N]> {
    let mut bound = [Value::NULL; N];
    let positional = args.positional();
    if positional.len() > N {
        let given = positional.len();
        let most = if required == N { "exactly" } else { "at most" };
        let s = if N == 1 { "" } else { "s" };
        return Err(error::type_error(format!("{function}() takes {most} {N} argument{s} ({given} given)")));
    }
    bound[..positional.len()].copy_from_slice(positional);
    for (name, value) in args.keywords() {
        let name = str_of(name).map_or("", super::str::as_str);
        match names.iter().position(|&known| known == name && !known.is_empty()) {
            Some(i) if bound[i].is_null() => bound[i] = value,
            Some(i) => {
                let position = i + 1;
                return Err(error::type_error(format!(
                    "argument for {function}() given by name ('{name}') and position ({position})"
                )));
            }
            None => {
                return Err(error::type_error(format!(
                    "'{name}' is an invalid keyword argument for {function}()"
                )));
            }
        }
    }
    if let Some(missing) = bound[..required].iter().position(|value| value.is_null()) {
        let (name, position) = (names[missing], missing + 1);
        return Err(error::type_error(format!(
            "{function}() missing required argument '{name}' (pos {position})"
        )));
    }
    Ok(bound)
}

/// The error for a wrong number of arguments.
#[cold]
pub fn arity(function: &str, expected: &str, given: usize) -> Value {
    error::type_error(format!("{function} expected {expected}, got {given}"))
}
