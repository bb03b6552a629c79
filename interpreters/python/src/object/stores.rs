//! Growable arrays of raw floats and raw integers: what the items of `array.array` are kept in.
//!
//! The class `array` is written in Python (`stdlib/array.py`) and checks what comes in; a store holds numbers only. A trace
//! reads and writes an item as a machine number, and knows that doing so changes no list. The integers are those of 64 bits.
//! Neighbours: `interp::subscript`, `interp::iterate` (traces), `list`.

use super::class::{Builtin, ClassTable};
use super::layouts::{FloatStore, IntStore, List};
use super::sequence::{self, Subscript};
use super::{NONE, PyResult, cast, error, list};
use crate::natives;
use crate::raw;
use metajit::heap::{self, Element, Field, Floats, Ints, LayoutId, Ref, Tail, Value};

/// A kind of store: its layouts, and how its elements are values.
trait Kind {
    type Item: Element + PartialEq;
    const STORE: LayoutId;
    const ARRAY: LayoutId;
    const TAIL: Tail<Self::Item>;
    const ITEMS: Field<Ref>;
    const LEN: Field<i64>;
    fn to_value(item: Self::Item) -> Value;
    fn from_value(value: Value) -> Option<Self::Item>;
}

struct OfFloats;
struct OfInts;

impl Kind for OfFloats {
    type Item = f64;
    const STORE: LayoutId = FloatStore::ID;
    const ARRAY: LayoutId = heap::FLOATS;
    const TAIL: Tail<f64> = Floats::TAIL;
    const ITEMS: Field<Ref> = FloatStore::ITEMS;
    const LEN: Field<i64> = FloatStore::LEN;
    fn to_value(item: f64) -> Value {
        Value::float(item)
    }
    fn from_value(value: Value) -> Option<f64> {
        value.as_float()
    }
}

impl Kind for OfInts {
    type Item = i64;
    const STORE: LayoutId = IntStore::ID;
    const ARRAY: LayoutId = heap::INTS;
    const TAIL: Tail<i64> = Ints::TAIL;
    const ITEMS: Field<Ref> = IntStore::ITEMS;
    const LEN: Field<i64> = IntStore::LEN;
    fn to_value(item: i64) -> Value {
        Value::int(item)
    }
    fn from_value(value: Value) -> Option<i64> {
        value.as_int()
    }
}

fn receiver<K: Kind>(value: Value) -> PyResult<Ref> {
    cast::receiver(value, K::STORE, "store")
}

fn len_of<K: Kind>(store: Ref) -> usize {
    heap::get(store, K::LEN) as usize
}

fn not_a_number() -> Value {
    error::type_error("a store holds numbers of one kind")
}

/// Room for `capacity` items.
fn room<K: Kind>(capacity: usize) -> PyResult<Ref> {
    heap::try_alloc(K::ARRAY, capacity).map_err(|_| error::memory_error(""))
}

/// The items of a list as raw numbers.
fn raw_items<K: Kind>(items: Value) -> PyResult<Ref> {
    let source = cast::receiver(items, List::ID, "list")?;
    let array = room::<K>(list::len(source))?;
    let items = list::elements(source);
    for (i, to) in heap::items_mut(array, K::TAIL).iter_mut().enumerate() {
        *to = K::from_value(items.get(i)).ok_or_else(not_a_number)?;
    }
    Ok(array)
}

fn make<K: Kind>(items: Value) -> PyResult {
    let array = raw_items::<K>(items)?;
    let store = heap::alloc(K::STORE, 0);
    heap::init(store, K::ITEMS, array);
    heap::init(store, K::LEN, heap::len(array) as i64);
    Ok(Value::object(store))
}

/// `store[index]`; the class `array` takes care of slices.
fn getitem<K: Kind>(store: Value, key: Value) -> PyResult {
    let store = receiver::<K>(store)?;
    let at = index::<K>(store, key, "array index out of range")?;
    Ok(K::to_value(heap::items(heap::get(store, K::ITEMS), K::TAIL)[at]))
}

fn index<K: Kind>(store: Ref, key: Value, message: &'static str) -> PyResult<usize> {
    match sequence::subscript(key, len_of::<K>(store), "array", message)? {
        Subscript::Index(at) => Ok(at),
        Subscript::Slice { .. } => Err(error::type_error("array indices must be integers")),
    }
}

fn setitem<K: Kind>(store: Value, key: Value, value: Value) -> PyResult {
    let store = receiver::<K>(store)?;
    let at = index::<K>(store, key, "array assignment index out of range")?;
    let item = K::from_value(value).ok_or_else(not_a_number)?;
    heap::items_mut(heap::get(store, K::ITEMS), K::TAIL)[at] = item;
    Ok(NONE)
}

fn append<K: Kind>(store: Value, value: Value) -> PyResult {
    let store = receiver::<K>(store)?;
    let item = K::from_value(value).ok_or_else(not_a_number)?;
    let (len, mut array) = (len_of::<K>(store), heap::get(store, K::ITEMS));
    if len == heap::len(array) {
        let larger = room::<K>(len + len / 2 + 4)?;
        heap::items_mut(larger, K::TAIL)[..len].copy_from_slice(&heap::items(array, K::TAIL)[..len]);
        heap::set(store, K::ITEMS, larger);
        array = larger;
    }
    heap::items_mut(array, K::TAIL)[len] = item;
    heap::set(store, K::LEN, len as i64 + 1);
    Ok(NONE)
}

/// `store.assign(list)`: the items of the list take the place of all others.
fn assign<K: Kind>(store: Value, items: Value) -> PyResult {
    let store = receiver::<K>(store)?;
    let array = raw_items::<K>(items)?;
    heap::set(store, K::ITEMS, array);
    heap::set(store, K::LEN, heap::len(array) as i64);
    Ok(NONE)
}

fn tolist<K: Kind>(store: Value) -> PyResult {
    let store = receiver::<K>(store)?;
    let all = list::with_capacity(len_of::<K>(store));
    for at in 0..len_of::<K>(store) {
        let item = heap::items(heap::get(store, K::ITEMS), K::TAIL)[at];
        list::append(all, K::to_value(item));
    }
    Ok(Value::object(all))
}

fn len<K: Kind>(store: Value) -> PyResult {
    Ok(Value::int(len_of::<K>(receiver::<K>(store)?) as i64))
}

/// The item at an index of an iterator, `None` beyond the end or for what is no store.
pub fn element(object: Ref, at: usize) -> Option<Value> {
    fn of<K: Kind>(store: Ref, at: usize) -> Option<Value> {
        let within = at < len_of::<K>(store);
        within.then(|| K::to_value(heap::items(heap::get(store, K::ITEMS), K::TAIL)[at]))
    }
    if heap::layout_of(object) == FloatStore::ID {
        of::<OfFloats>(object, at)
    } else {
        of::<OfInts>(object, at)
    }
}

/// Whether an object is a store.
pub fn is_store(object: Ref) -> bool {
    [FloatStore::ID, IntStore::ID].contains(&heap::layout_of(object))
}

fn iter(store: Value) -> PyResult {
    raw::iter(store)
}

/// A store of the floats of a list.
pub fn floats(items: Value) -> PyResult {
    make::<OfFloats>(items)
}

/// A store of the integers of a list.
pub fn ints(items: Value) -> PyResult {
    make::<OfInts>(items)
}

natives! {
    static FLOAT_METHODS;
    "__getitem__" Two(getitem::<OfFloats>) [Reads];
    "__setitem__" Three(setitem::<OfFloats>) [Any];
    "__len__" One(len::<OfFloats>) [Reads];
    "__iter__" One(iter) [Any];
    "append" Two(append::<OfFloats>) [Any];
    "assign" Two(assign::<OfFloats>) [Any];
    "tolist" One(tolist::<OfFloats>) [Reads];
}

natives! {
    static INT_METHODS;
    "__getitem__" Two(getitem::<OfInts>) [Reads];
    "__setitem__" Three(setitem::<OfInts>) [Any];
    "__len__" One(len::<OfInts>) [Reads];
    "__iter__" One(iter) [Any];
    "append" Two(append::<OfInts>) [Any];
    "assign" Two(assign::<OfInts>) [Any];
    "tolist" One(tolist::<OfInts>) [Reads];
}

/// The method tables of stores.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::FloatStore, methods: FLOAT_METHODS },
    ClassTable { class: Builtin::IntStore, methods: INT_METHODS },
];
