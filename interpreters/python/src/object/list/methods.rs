//! The methods of `list`.

use super::{Elements, append, elements, extend, len, remove_range, replace_range, storage};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::layouts::{self as l, List};
use crate::object::native::Args;
use crate::object::sequence::{self, Subscript};
use crate::object::{NONE, PyResult, cast, error, iterators, repr, str};
use metajit::heap::{self, Floats, Ref, Value, Values};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, List::ID, "list")
}

/// `list.__new__`: an empty list; `__init__` fills it.
fn new(args: Args<'_>) -> PyResult {
    let (class, _) = cast::class_and_rest("list", args.values)?;
    cast::construct(Builtin::List, class, Value::object(super::new()))
}

fn init(args: Args<'_>) -> PyResult {
    cast::no_keywords("list", args)?;
    let list = receiver(args.values[0])?;
    super::clear(list);
    match args.values[1..] {
        [] => {}
        [iterable] => extend(list, iterable)?,
        _ => return Err(cast::arity("list", "at most 1 argument", args.values.len() - 1)),
    }
    Ok(NONE)
}

fn append_method(list: Value, element: Value) -> PyResult {
    append(receiver(list)?, element);
    Ok(NONE)
}

fn extend_method(list: Value, iterable: Value) -> PyResult {
    extend(receiver(list)?, iterable)?;
    Ok(NONE)
}

fn insert(list: Value, index: Value, element: Value) -> PyResult {
    let list = receiver(list)?;
    let index = cast::index_i64(index)?;
    let index = if index < 0 { index.saturating_add(len(list) as i64).max(0) } else { index };
    super::insert(list, (index as usize).min(len(list)), element)?;
    Ok(NONE)
}

fn pop(args: &[Value]) -> PyResult {
    let list = receiver(args[0])?;
    let empty = || error::index_error("pop from empty list");
    let Some(&index) = args.get(1) else { return super::pop(list).ok_or_else(empty) };
    let index = cast::index_i64(index)?;
    if len(list) == 0 {
        return Err(empty());
    }
    match sequence::normalise(index, len(list)) {
        Some(i) if i + 1 == len(list) => super::pop(list).ok_or_else(empty),
        Some(i) => Ok(super::remove(list, i)),
        None => Err(error::index_error("pop index out of range")),
    }
}

fn remove(list: Value, element: Value) -> PyResult {
    let list = receiver(list)?;
    match super::find(list, 0, usize::MAX, element)? {
        Some(i) if i < len(list) => {
            super::remove(list, i);
            Ok(NONE)
        }
        _ => Err(error::value_error("list.remove(x): x not in list")),
    }
}

fn clear(list: Value) -> PyResult {
    super::clear(receiver(list)?);
    Ok(NONE)
}

fn copy(list: Value) -> PyResult {
    Ok(Value::object(super::from_elements(elements(receiver(list)?))))
}

fn count(list: Value, element: Value) -> PyResult {
    let list = receiver(list)?;
    super::count(list, element)
}

fn index(args: &[Value]) -> PyResult {
    let list = receiver(args[0])?;
    let (start, stop) = sequence::bounds(len(list), args.get(2), args.get(3))?;
    match super::find(list, start, stop, args[1])? {
        Some(i) => Ok(Value::int(i as i64)),
        None => {
            let shown = repr::repr(args[1])?;
            Err(error::value_error(format!("{} is not in list", str::as_str(shown))))
        }
    }
}

fn reverse(list: Value) -> PyResult {
    let list = receiver(list)?;
    reverse_range(list, 0, len(list));
    Ok(NONE)
}

/// Reverses the elements `from..to`.
pub fn reverse_range(list: Ref, from: usize, to: usize) {
    let (mut low, mut high) = (from, to);
    while low + 1 < high {
        high -= 1;
        let array = heap::get(list, List::ITEMS);
        let (a, b) = (storage::get(array, low), storage::get(array, high));
        storage::put(array, low, b);
        storage::put(array, high, a);
        low += 1;
    }
}

fn sort(args: Args<'_>) -> PyResult {
    let list = receiver(args.values[0])?;
    if args.positional().len() > 1 {
        return Err(error::type_error("sort() takes no positional arguments"));
    }
    let rest = Args { values: &args.values[1..], names: args.names };
    let [key, reverse] = cast::bind("sort", rest, ["key", "reverse"], 0)?;
    let reverse = !reverse.is_null() && crate::raw::truth(reverse)?;
    super::sort::sort(list, key, reverse)?;
    Ok(NONE)
}

fn iter(list: Value) -> PyResult {
    Ok(iterators::over_sequence(Value::object(receiver(list)?)))
}

fn reversed(list: Value) -> PyResult {
    let list = receiver(list)?;
    Ok(iterators::reversed(Value::object(list), len(list) as i64))
}

/// `list[start::step]` of `count` elements.
pub fn slice(list: Ref, start: i64, step: i64, count: usize) -> Ref {
    let source = elements(list);
    if step == 1 {
        let from = if count == 0 { 0 } else { start as usize };
        return super::from_elements(source.range(from, from + count));
    }
    let array = heap::alloc(source.layout(), count);
    let places = (0..count).map(|i| (i, (start + i as i64 * step) as usize));
    match source {
        Elements::Values(values) => {
            places.for_each(|(i, from)| heap::init_item(array, Values::TAIL, i, values[from]));
        }
        Elements::Floats(floats) => {
            places.for_each(|(i, from)| heap::init_item(array, Floats::TAIL, i, floats[from]));
        }
    }
    super::adopt(array, count)
}

/// `list[start:stop:step]`, parts as in a slice object.
pub fn get_slice(list: Ref, parts: [Value; 3]) -> PyResult<Ref> {
    let (start, _, step, count) = crate::object::slice::indices_of(parts, len(list))?;
    Ok(slice(list, start, step, count))
}

/// `list[key] = value`.
pub fn setitem(list: Ref, key: Value, value: Value) -> PyResult<()> {
    if key.has_layout(l::Slice::ID) {
        let key = Ref::from_bits(key.bits());
        let parts = [l::Slice::START, l::Slice::STOP, l::Slice::STEP].map(|part| heap::get(key, part));
        return set_slice(list, parts, value);
    }
    match sequence::subscript(key, len(list), "list", "list assignment index out of range")? {
        Subscript::Index(i) => super::set(list, i, value),
        Subscript::Slice { .. } => {}
    }
    Ok(())
}

/// `list[start:stop:step] = value`, parts as in a slice object.
pub fn set_slice(list: Ref, parts: [Value; 3], value: Value) -> PyResult<()> {
    let simple = parts[2] == NONE;
    let is_other = value.has_layout(l::List::ID) && value.bits() != list.bits();
    let new = match if is_other { Ok(Ref::from_bits(value.bits())) } else { super::from_iterable(value) } {
        Err(e) if simple && iterators::is_error(e, Builtin::TypeError) && !is_iterable(value) => {
            return Err(error::type_error("can only assign an iterable"));
        }
        Err(e) if iterators::is_error(e, Builtin::TypeError) && !is_iterable(value) => {
            return Err(error::type_error("must assign iterable to extended slice"));
        }
        other => other?,
    };
    let (start, stop, step, count) = crate::object::slice::indices_of(parts, len(list))?;
    if step == 1 {
        return replace_range(list, start as usize, stop.max(start) as usize, elements(new));
    }
    if len(new) != count {
        let size = len(new);
        return Err(error::value_error(format!(
            "attempt to assign sequence of size {size} to extended slice of size {count}"
        )));
    }
    for i in 0..count {
        super::set(list, (start + i as i64 * step) as usize, elements(new).get(i));
    }
    Ok(())
}

fn is_iterable(value: Value) -> bool {
    crate::raw::lookup_special(value, "__iter__").is_some()
        || crate::raw::lookup_special(value, "__getitem__").is_some()
}

/// `del list[key]`.
pub fn delitem(list: Ref, key: Value) -> PyResult<()> {
    match sequence::subscript(key, len(list), "list", "list assignment index out of range")? {
        Subscript::Index(i) => {
            super::remove(list, i);
        }
        Subscript::Slice { count: 0, .. } => {}
        Subscript::Slice { start, step: 1, count } => {
            remove_range(list, start as usize, start as usize + count);
        }
        Subscript::Slice { start, step, count } => delete_stepped(list, start, step, count),
    }
    Ok(())
}

fn delete_stepped(list: Ref, start: i64, step: i64, count: usize) {
    // From the lowest index on, whatever the direction of the slice.
    let (first, step) = if step < 0 { (start + (count as i64 - 1) * step, -step) } else { (start, step) };
    let dropped = |i: i64| i >= first && (i - first) % step == 0 && (i - first) / step < count as i64;
    let mut kept = 0;
    for i in 0..len(list) {
        if !dropped(i as i64) {
            super::set(list, kept, elements(list).get(i));
            kept += 1;
        }
    }
    super::truncate(list, kept);
}

/// `list *= count`.
pub fn repeat_in_place(list: Ref, count: Value) -> PyResult<()> {
    let repeated = super::repeat(elements(list), cast::index_i64(count)?)?;
    heap::set(list, List::ITEMS, heap::get(repeated, List::ITEMS));
    heap::set(list, List::LEN, len(repeated) as i64);
    Ok(())
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__init__" Full(init) [Any];
    "append" Two(append_method) [Any] intrinsic ListAppend;
    "extend" Two(extend_method) [Any] intrinsic ListExtend;
    "insert" Three(insert) [Any];
    "pop" Slice(pop) 1..2 [Any] intrinsic ListPop;
    "remove" Two(remove) [Any];
    "clear" One(clear) [Any];
    "copy" One(copy) [Reads];
    "count" Two(count) [Any];
    "index" Slice(index) 2..4 [Any];
    "reverse" One(reverse) [Any];
    "sort" Full(sort) 1..255 [Any];
    "__iter__" One(iter) [Reads];
    "__reversed__" One(reversed) [Reads];
}
