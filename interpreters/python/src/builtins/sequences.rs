//! Builtins that go through an iterable: sum, min, max, any, all, sorted.
//!
//! These are the natives for plain interpretation and for exact lists and tuples; the definitions in Python (`prelude`) mean the same
//! and are what traces go through where the items' operations run Python code.

use super::arguments::{given, keywords};
use super::operators;
use crate::natives;
use crate::object::class::Builtin;
use crate::object::error::{type_error, value_error};
use crate::object::native::Args;
use crate::object::{PyResult, boolean, iterators, list};
use crate::raw;
use metajit::heap::Value;

fn sum(args: Args<'_>) -> PyResult {
    let (iterable, start) = match (args.positional(), args.names) {
        ([iterable], []) => (*iterable, Value::int(0)),
        ([iterable, start], []) => (*iterable, *start),
        ([], _) => return Err(type_error("sum() takes at least 1 positional argument (0 given)")),
        _ if args.values.len() > 2 => {
            let given = args.values.len();
            return Err(type_error(format!("sum() takes at most 2 arguments ({given} given)")));
        }
        ([iterable, ..], _) => {
            let [start] = keywords("sum", args, ["start"])?;
            (*iterable, start)
        }
    };
    for (class, message) in [
        (Builtin::Str, "sum() can't sum strings [use ''.join(seq) instead]"),
        (Builtin::Bytes, "sum() can't sum bytes [use b''.join(seq) instead]"),
        (Builtin::ByteArray, "sum() can't sum bytearray [use b''.join(seq) instead]"),
    ] {
        if raw::is_builtin_instance(start, class) {
            return Err(type_error(message));
        }
    }
    let mut total = Total::new(start);
    let iterator = raw::iter(iterable)?;
    while let Some(item) = raw::next(iterator)? {
        total.add(item)?;
    }
    Ok(total.value())
}

/// A running sum, kept as a machine number while that is exact. Floats are added with Neumaier's compensation, as CPython
/// does since 3.12.
enum Total {
    Int(i64),
    Float { sum: f64, compensation: f64 },
    Any(Value),
}

impl Total {
    fn new(start: Value) -> Total {
        match start.as_int() {
            Some(i) => Total::Int(i),
            None => start.as_float().map_or(Total::Any(start), |sum| Total::Float { sum, compensation: 0.0 }),
        }
    }

    fn value(&self) -> Value {
        match *self {
            Total::Int(i) => Value::int(i),
            Total::Float { sum, compensation } => {
                let corrected = compensation != 0.0 && compensation.is_finite();
                Value::float(if corrected { sum + compensation } else { sum })
            }
            Total::Any(value) => value,
        }
    }

    fn add(&mut self, item: Value) -> PyResult<()> {
        match self {
            Total::Int(total) => {
                if let Some(next) = item.as_int().and_then(|i| total.checked_add(i)) {
                    *total = next;
                    return Ok(());
                }
                if let Some(f) = item.as_float() {
                    *self = Total::Float { sum: *total as f64 + f, compensation: 0.0 };
                    return Ok(());
                }
            }
            Total::Float { sum, compensation } => {
                if let Some(f) = item.as_float() {
                    let next = *sum + f;
                    *compensation += if sum.abs() >= f.abs() { (*sum - next) + f } else { (f - next) + *sum };
                    *sum = next;
                    return Ok(());
                }
                if let Some(i) = item.as_int() {
                    *sum += i as f64;
                    return Ok(());
                }
            }
            Total::Any(_) => {}
        }
        *self = Total::Any(operators::add(self.value(), item)?);
        Ok(())
    }
}

fn any(iterable: Value) -> PyResult {
    let iterator = raw::iter(iterable)?;
    while let Some(item) = raw::next(iterator)? {
        if raw::truth(item)? {
            return Ok(boolean(true));
        }
    }
    Ok(boolean(false))
}

fn all(iterable: Value) -> PyResult {
    let iterator = raw::iter(iterable)?;
    while let Some(item) = raw::next(iterator)? {
        if !raw::truth(item)? {
            return Ok(boolean(false));
        }
    }
    Ok(boolean(true))
}

fn min(args: Args<'_>) -> PyResult {
    extreme("min", args, operators::less)
}

fn max(args: Args<'_>) -> PyResult {
    extreme("max", args, operators::greater)
}

/// The first item such that no other is `better`.
fn extreme(name: &'static str, args: Args<'_>, better: fn(Value, Value) -> PyResult<bool>) -> PyResult {
    let [key, default] = keywords(name, args, ["key", "default"])?;
    let positional = args.positional();
    let items = match positional {
        [] => return Err(type_error(format!("{name} expected at least 1 argument, got 0"))),
        [iterable] => raw::iter(*iterable)?,
        several => {
            if !default.is_null() {
                let message =
                    format!("Cannot specify a default for {name}() with multiple positional arguments");
                return Err(type_error(message));
            }
            iterators::over_sequence(Value::object(crate::object::tuple::from_slice(several)))
        }
    };
    let key = given(key);
    let key_of = |item: Value| key.map_or(Ok(item), |function| raw::call(function, &[item]));
    let builtin = items.as_ref().filter(|&it| iterators::is_builtin_iterator(it));
    let next = || match builtin {
        Some(it) => iterators::builtin_next(it),
        None => raw::next(items),
    };
    let Some(mut best) = next()? else {
        if default.is_null() {
            return Err(value_error(format!("{name}() iterable argument is empty")));
        }
        return Ok(default);
    };
    let mut best_key = key_of(best)?;
    while let Some(item) = next()? {
        let item_key = key_of(item)?;
        if better(item_key, best_key)? {
            (best, best_key) = (item, item_key);
        }
    }
    Ok(best)
}

fn sorted(args: Args<'_>) -> PyResult {
    let [iterable] = args.positional() else {
        return Err(type_error(format!("sorted expected 1 argument, got {}", args.positional().len())));
    };
    let [key, reverse] = keywords("sort", args, ["key", "reverse"])?;
    let reverse = !reverse.is_null() && raw::truth(reverse)?;
    list::sort::sorted(*iterable, given(key).unwrap_or(Value::NULL), reverse).map(Value::object)
}

natives! {
    pub static FUNCTIONS;
    "sum" Full(sum) [Any] intrinsic Sum;
    "any" One(any) [Any] intrinsic Any;
    "all" One(all) [Any] intrinsic All;
    "min" Full(min) [Any] intrinsic Min;
    "max" Full(max) [Any] intrinsic Max;
    "sorted" Full(sorted) [Any] intrinsic Sorted;
}
