//! The methods of `dict` and `mappingproxy`.

use super::views::{self, ITEMS, KEYS, VALUES};
use super::{clear, entry_count, get_hashed, merge, pop_last, remove, set, set_hashed};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::hash::hash;
use crate::object::layouts::{Dict, MappingProxy};
use crate::object::native::Args;
use crate::object::{NONE, NOT_IMPLEMENTED, PyResult, cast, error, iterators, sequence, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, Dict::ID, "dict")
}

/// `dict.__new__`: an empty dict; `__init__` fills it.
fn new(args: Args<'_>) -> PyResult {
    let (class, _) = cast::class_and_rest("dict", args.values)?;
    cast::construct(Builtin::Dict, class, Value::object(super::new()))
}

fn without_receiver(args: Args<'_>) -> Args<'_> {
    Args { values: &args.values[1..], names: args.names }
}

fn init(args: Args<'_>) -> PyResult {
    merge::update_from_args("dict", receiver(args.values[0])?, without_receiver(args))?;
    Ok(NONE)
}

fn update(args: Args<'_>) -> PyResult {
    merge::update_from_args("update", receiver(args.values[0])?, without_receiver(args))?;
    Ok(NONE)
}

fn get(args: &[Value]) -> PyResult {
    let found = super::get(receiver(args[0])?, args[1])?;
    Ok(found.unwrap_or(args.get(2).copied().unwrap_or(NONE)))
}

fn setdefault(args: &[Value]) -> PyResult {
    let (dict, key) = (receiver(args[0])?, args[1]);
    let default = args.get(2).copied().unwrap_or(NONE);
    let hash = hash(key)?;
    if let Some(value) = get_hashed(dict, key, hash)? {
        return Ok(value);
    }
    set_hashed(dict, key, hash, default)?;
    Ok(default)
}

fn pop(args: &[Value]) -> PyResult {
    match remove(receiver(args[0])?, args[1])? {
        Some(value) => Ok(value),
        None => args.get(2).copied().ok_or_else(|| error::key_error(args[1])),
    }
}

fn popitem(dict: Value) -> PyResult {
    match pop_last(receiver(dict)?) {
        Some((key, value)) => Ok(tuple::value(&[key, value])),
        None => Err(error::exception_with(
            Builtin::KeyError,
            &[crate::object::str::value("popitem(): dictionary is empty")],
        )),
    }
}

fn clear_method(dict: Value) -> PyResult {
    clear(receiver(dict)?);
    Ok(NONE)
}

fn copy(dict: Value) -> PyResult {
    merge::copy(receiver(dict)?).map(Value::object)
}

fn keys(dict: Value) -> PyResult {
    Ok(views::new(receiver(dict)?, KEYS))
}

fn values(dict: Value) -> PyResult {
    Ok(views::new(receiver(dict)?, VALUES))
}

fn items(dict: Value) -> PyResult {
    Ok(views::new(receiver(dict)?, ITEMS))
}

fn fromkeys(args: &[Value]) -> PyResult {
    let value = args.get(2).copied().unwrap_or(NONE);
    let made = raw::call(args[0], &[])?;
    if made.has_layout(Dict::ID) {
        let dict = Ref::from_bits(made.bits());
        iterators::for_each(args[1], |key| set(dict, key, value))?;
    } else {
        iterators::for_each(args[1], |key| sequence::setitem(made, key, value))?;
    }
    Ok(made)
}

fn iter(dict: Value) -> PyResult {
    Ok(iterators::over_table(Value::object(receiver(dict)?), 0))
}

fn reversed(dict: Value) -> PyResult {
    let dict = receiver(dict)?;
    Ok(iterators::reversed(Value::object(dict), entry_count(dict) as i64))
}

/// `dict[key]`, with `__missing__` of a subclass.
fn getitem(dict: Value, key: Value) -> PyResult {
    if let Some(value) = super::get(receiver(dict)?, key)? {
        return Ok(value);
    }
    if cast::is_user_object(dict)
        && let Some(result) = raw::call_special(dict, "__missing__", &[key])
    {
        return result;
    }
    Err(error::key_error(key))
}

fn ror(dict: Value, other: Value) -> PyResult {
    let (right, Some(left)) = (receiver(dict)?, cast::to_layout(other, Dict::ID)) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let merged = merge::copy(left)?;
    merge::update_from_dict(merged, right)?;
    Ok(Value::object(merged))
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__init__" Full(init) [Any];
    "get" Slice(get) 2..3 [Any] intrinsic DictGet;
    "setdefault" Slice(setdefault) 2..3 [Any];
    "pop" Slice(pop) 2..3 [Any];
    "popitem" One(popitem) [Any];
    "clear" One(clear_method) [Any];
    "copy" One(copy) [Reads];
    "update" Full(update) 1..255 [Any];
    "keys" One(keys) [Reads];
    "values" One(values) [Reads];
    "items" One(items) [Reads];
    "fromkeys" Slice(fromkeys) 2..3 [Any, class];
    "__iter__" One(iter) [Reads];
    "__reversed__" One(reversed) [Reads];
    "__getitem__" Two(getitem) [Any];
    "__ror__" Two(ror) [Any];
}

/// Calls the method of the mapping behind a proxy.
macro_rules! forward {
    ($($function:ident $name:literal),*) => { $(
        fn $function(args: &[Value]) -> PyResult {
            let proxy = cast::receiver(args[0], MappingProxy::ID, "mappingproxy")?;
            raw::call_method(heap::get(proxy, MappingProxy::MAPPING), $name, &args[1..])
        }
    )* };
}

forward!(proxy_get "get", proxy_keys "keys", proxy_values "values", proxy_items "items", proxy_copy "copy");

fn proxy_iter(proxy: Value) -> PyResult {
    raw::iter(heap::get(cast::receiver(proxy, MappingProxy::ID, "mappingproxy")?, MappingProxy::MAPPING))
}

fn proxy_new(args: Args<'_>) -> PyResult {
    let (_, rest) = cast::class_and_rest("mappingproxy", args.values)?;
    let &[mapping] = rest else {
        return Err(error::type_error("mappingproxy() missing required argument 'mapping' (pos 1)"));
    };
    let proxy = heap::alloc(MappingProxy::ID, 0);
    heap::init(proxy, MappingProxy::MAPPING, mapping);
    Ok(Value::object(proxy))
}

natives! {
    pub static PROXY_METHODS;
    "__new__" Full(proxy_new) [Any, static];
    "get" Slice(proxy_get) 2..3 [Any];
    "keys" Slice(proxy_keys) 1..1 [Reads];
    "values" Slice(proxy_values) 1..1 [Reads];
    "items" Slice(proxy_items) 1..1 [Reads];
    "copy" Slice(proxy_copy) 1..1 [Reads];
    "__iter__" One(proxy_iter) [Reads];
}
