//! `dict.keys()`, `.values()` and `.items()`.

use super::{entry_count, get, iter, len};
use crate::natives;
use crate::object::layouts::{DictView, Tuple};
use crate::object::{PyResult, cast, compare, iterators, list, repr as text, set, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// Keys, in `DictView::KIND`.
pub const KEYS: i64 = 0;
/// Values, in `DictView::KIND`.
pub const VALUES: i64 = 1;
/// Items, in `DictView::KIND`.
pub const ITEMS: i64 = 2;

/// A view of a dict.
pub fn new(dict: Ref, kind: i64) -> Value {
    let view = heap::alloc(DictView::ID, 0);
    heap::init(view, DictView::DICT, Value::object(dict));
    heap::init(view, DictView::KIND, kind);
    Value::object(view)
}

/// The dict behind a view.
pub fn dict_of(view: Ref) -> Ref {
    Ref::from_bits(heap::get(view, DictView::DICT).bits())
}

/// `item in view`.
pub fn contains(view: Ref, item: Value) -> PyResult<bool> {
    let dict = dict_of(view);
    match heap::get(view, DictView::KIND) {
        KEYS => super::contains(dict, item),
        VALUES => {
            for (_, value) in iter(dict) {
                if compare::equal(value, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => {
            let Some(pair) = cast::to_layout(item, Tuple::ID) else { return Ok(false) };
            let &[key, wanted] = tuple::items(pair) else { return Ok(false) };
            match get(dict, key)? {
                Some(value) => compare::equal(value, wanted),
                None => Ok(false),
            }
        }
    }
}

/// `repr(view)`.
pub fn repr(object: Value, view: Ref) -> PyResult<Ref> {
    let Some(_active) = text::Active::enter(object) else { return Ok(str::new("...")) };
    let _depth = raw::enter_recursion(" while getting the repr of an object")?;
    let name = match heap::get(view, DictView::KIND) {
        KEYS => "dict_keys(",
        VALUES => "dict_values(",
        _ => "dict_items(",
    };
    let all = list::from_iterable(object)?;
    let mut out = name.as_bytes().to_vec();
    text::write_repr(&mut out, Value::object(all))?;
    out.push(b')');
    Ok(str::from_wtf8(&out))
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, DictView::ID, "dict view")
}

fn iter_method(view: Value) -> PyResult {
    let view = receiver(view)?;
    Ok(iterators::over_table(heap::get(view, DictView::DICT), heap::get(view, DictView::KIND)))
}

fn reversed(view: Value) -> PyResult {
    let r = receiver(view)?;
    Ok(iterators::reversed(view, entry_count(dict_of(r)) as i64))
}

fn mapping(view: Value) -> PyResult {
    let proxy = heap::alloc(crate::object::layouts::MappingProxy::ID, 0);
    heap::init(
        proxy,
        crate::object::layouts::MappingProxy::MAPPING,
        heap::get(receiver(view)?, DictView::DICT),
    );
    Ok(Value::object(proxy))
}

fn isdisjoint(view: Value, other: Value) -> PyResult {
    let view = receiver(view)?;
    let other = set::from_iterable(other, false)?;
    let mut disjoint = true;
    iterators::for_each(Value::object(view), |item| {
        disjoint = disjoint && !set::contains(other, item)?;
        Ok(())
    })?;
    Ok(crate::object::boolean(disjoint || len(dict_of(view)) == 0))
}

natives! {
    pub static METHODS;
    "__iter__" One(iter_method) [Reads];
    "__reversed__" One(reversed) [Reads];
    "mapping" One(mapping) [Reads, getter];
    "isdisjoint" Two(isdisjoint) [Any];
}
