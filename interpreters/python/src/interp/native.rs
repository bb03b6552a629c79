//! Calls of functions written in Rust.
//!
//! In `Run` the function is called directly, on the caller's registers where they are. While recording, the call is a helper with
//! the function's record as a constant argument and the effects that the record declares; natives for which there is an
//! intrinsic are seen through instead. Neighbours: `object::native` (the records), `intrinsic`.

use super::call::Operands;
use super::{Outcome, constant, helpers, intrinsic, object};
use crate::address;
use crate::object::layouts::{Builtin, Instance};
use crate::object::native::{Args, Native, NativeFn};
use crate::object::{PyResult, error, str, tuple, types};
use metajit::heap::{VALUES, Value, Values};
use metajit::helper::Effects;
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// Calls a builtin function, bound or not.
pub fn call<M: Mode>(builtin: Obj<M>, args: &[Val<M>], names: &[Value]) -> Outcome<M> {
    let native = address::native(builtin.get(Builtin::DEF).promote());
    let receiver = builtin.get(Builtin::RECEIVER);
    if receiver.is_null() {
        return invoke(native, args, names);
    }
    let mut operands = Operands::new();
    operands.push(receiver);
    operands.extend(args);
    invoke(native, operands.as_slice(), names)
}

/// Calls a native with all its arguments.
pub fn invoke<M: Mode>(native: &'static Native, args: &[Val<M>], names: &[Value]) -> Outcome<M> {
    if let Some(which) = native.intrinsic
        && names.is_empty()
        && let Some(result) = intrinsic::try_call(which, args)
    {
        return result;
    }
    if !M::RECORDING {
        let mut values = [Value::NULL; 16];
        if args.len() <= values.len() {
            for (value, arg) in values.iter_mut().zip(args) {
                *value = arg.peek();
            }
            return of_plain(invoke_plain(native, &values[..args.len()], names));
        }
        // A tuple, so that the collector sees them.
        let all: Vec<Value> = args.iter().map(|a| a.peek()).collect();
        let all = tuple::from_slice(&all);
        let values = metajit::heap::items(all, crate::object::layouts::Tuple::TAIL);
        return of_plain(invoke_plain(native, values, names));
    }
    invoke_traced(native, args, names)
}

/// A plain result as that of a mode whose values are plain.
#[inline(always)]
pub fn of_plain<M: Mode>(result: PyResult) -> Outcome<M> {
    match result {
        Ok(value) => Ok(constant(value)),
        Err(exception) => Err(constant(exception)),
    }
}

/// Records the call of a native.
fn invoke_traced<M: Mode>(native: &'static Native, args: &[Val<M>], names: &[Value]) -> Outcome<M> {
    let record: Int<M> = Int::constant(address::address_of(native));
    // A native that only reads may run the special methods of an instance.
    let pure = native.effects != Effects::Any && !args.iter().any(|&arg| is_instance(arg));
    let effects = if pure { native.effects } else { Effects::Any };
    if names.is_empty() {
        match (args, effects) {
            ([], Effects::Any) => return helpers::native0_any(record),
            ([], _) => return helpers::native0_reads(record),
            (&[a], Effects::Any) => return helpers::native1_any(record, a),
            (&[a], Effects::Reads) => return helpers::native1_reads(record, a),
            (&[a], Effects::Elidable) => return helpers::native1_elidable(record, a),
            (&[a, b], Effects::Any) => return helpers::native2_any(record, a, b),
            (&[a, b], Effects::Reads) => return helpers::native2_reads(record, a, b),
            (&[a, b], Effects::Elidable) => return helpers::native2_elidable(record, a, b),
            (&[a, b, c], Effects::Any) => return helpers::native3_any(record, a, b, c),
            (&[a, b, c], _) => return helpers::native3_reads(record, a, b, c),
            _ => {}
        }
    }
    let values = Obj::<M>::alloc(VALUES, args.len() as u32);
    for (i, &arg) in args.iter().enumerate() {
        values.set_item(Values::TAIL, i as i64, arg);
    }
    // Names of keyword arguments are constants of the code, or interned: the tuple of them lives for ever.
    let names = object(helpers::name_tuple(names));
    match effects {
        Effects::Any => helpers::native_many_any(record, values, names),
        _ => helpers::native_many_reads(record, values, names),
    }
}

/// Whether a value is an instance of a class written in Python: a guard while recording.
fn is_instance<M: Mode>(value: Val<M>) -> bool {
    value.pointer().is_some_and(|object| object.has_layout(Instance::ID))
}

/// Calls a native on plain values.
#[inline]
pub fn invoke_plain(native: &'static Native, args: &[Value], names: &[Value]) -> PyResult {
    if names.is_empty() {
        match (native.function, args) {
            (NativeFn::Zero(f), []) => return f(),
            (NativeFn::One(f), &[a]) => return f(a),
            (NativeFn::Two(f), &[a, b]) => return f(a, b),
            (NativeFn::Three(f), &[a, b, c]) => return f(a, b, c),
            (NativeFn::Slice(f), args) if in_range(native, args.len()) => return f(args),
            _ => {}
        }
    }
    invoke_uncommon(native, args, names)
}

fn in_range(native: &Native, count: usize) -> bool {
    count >= usize::from(native.min) && (native.max == 255 || count <= usize::from(native.max))
}

#[inline(never)]
fn invoke_uncommon(native: &'static Native, args: &[Value], names: &[Value]) -> PyResult {
    if let NativeFn::Full(f) = native.function {
        return f(Args { values: args, names });
    }
    if !names.is_empty() {
        let name = display_name(native, args);
        return Err(error::type_error(format!("{name}() takes no keyword arguments")));
    }
    Err(wrong_count(native, args))
}

/// `list.append` for a method, `len` for a function.
fn display_name(native: &'static Native, args: &[Value]) -> String {
    match args.first() {
        Some(&receiver) if is_method_of(native, receiver) => {
            format!("{}.{}", types::name_of(types::class_of(receiver)), native.name)
        }
        _ => native.name.to_owned(),
    }
}

/// Whether the native is what the receiver's class has under its name.
fn is_method_of(native: &'static Native, receiver: Value) -> bool {
    let class = types::data(types::class_of(receiver));
    let found = class.lookup_or_null(crate::object::intern::intern(native.name));
    found.has_layout(Builtin::ID)
        && found.as_ref().is_some_and(|b| metajit::heap::get(b, Builtin::DEF) == address::address_of(native))
}

#[cold]
fn wrong_count(native: &'static Native, args: &[Value]) -> Value {
    let name = display_name(native, args);
    let method = usize::from(name.contains('.'));
    let given = args.len() - method;
    let (min, max) = (usize::from(native.min).saturating_sub(method), native.max);
    let most = if max == 255 { usize::MAX } else { usize::from(max).saturating_sub(method) };
    let special = native.name.starts_with("__") && native.name.ends_with("__");
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let message = if min == most && special && method == 1 {
        format!("expected {min} argument{}, got {given}", s(min))
    } else if min == most {
        match min {
            0 => format!("{name}() takes no arguments ({given} given)"),
            1 => format!("{name}() takes exactly one argument ({given} given)"),
            _ => format!("{} expected {min} arguments, got {given}", native.name),
        }
    } else if given < min {
        format!("{} expected at least {min} argument{}, got {given}", native.name, s(min))
    } else {
        format!("{} expected at most {most} argument{}, got {given}", native.name, s(most))
    };
    error::type_error(message)
}

/// A builtin function object.
pub fn function_object(native: &'static Native) -> Value {
    use metajit::heap;
    let object = heap::alloc(Builtin::ID, 0);
    heap::init(object, Builtin::DEF, address::address_of(native));
    Value::object(object)
}

/// The object that stands in a builtin class's dict for a method.
pub fn method_object(native: &'static Native, owner: metajit::heap::Ref) -> Value {
    use metajit::heap;
    let object = heap::alloc(Builtin::ID, 0);
    heap::init(object, Builtin::DEF, address::address_of(native));
    heap::init(object, Builtin::OWNER, Value::object(owner));
    Value::object(object)
}

/// The text of a `str` value, for messages.
pub fn text(value: Value) -> String {
    value.as_ref().map_or_else(String::new, |s| str::as_str(s).to_owned())
}
