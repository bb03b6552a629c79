//! `memoryview`: a window on the bytes of a bytes or bytearray object.
//!
//! Views have one dimension; their items are those of a format of `struct`, written only where they are single bytes. CPython forbids a bytearray to change its size while it is viewed; here
//! the view then shows what is left. Neighbours: `bytes` (whose `contents` sees through views).

use super::bytes::{self, byte};
use super::class::{Builtin, ClassTable};
use super::layouts::{ByteArray, MemoryView, PyBytes};
use super::sequence::{self, Subscript};
use super::{NONE, NOT_IMPLEMENTED, PyResult, TRUE, boolean, cast, error, list, str, tuple};
use crate::natives;
use crate::raw;
use metajit::heap::{self, Bytes, Ref, Value};

fn view(object: Value, start: usize, len: usize, format: i64) -> Value {
    let made = heap::alloc(MemoryView::ID, 0);
    heap::init(made, MemoryView::OBJECT, object);
    heap::init(made, MemoryView::START, start as i64);
    heap::init(made, MemoryView::LEN, len as i64);
    heap::init(made, MemoryView::FORMAT, format);
    Value::object(made)
}

/// The bytes that a view shows. As for `bytes::contents`, not to be used after a bytearray was changed.
pub fn contents<'a>(view: Ref) -> &'a [u8] {
    let whole = bytes::contents(owner(view));
    let start = (heap::get(view, MemoryView::START) as usize).min(whole.len());
    let end = (start + heap::get(view, MemoryView::LEN) as usize).min(whole.len());
    &whole[start..end]
}

fn owner(view: Ref) -> Ref {
    let object = heap::get(view, MemoryView::OBJECT);
    bytes::of(object).expect("views are made of these only")
}

fn receiver(value: Value) -> PyResult<Ref> {
    let view = cast::receiver(value, MemoryView::ID, "memoryview")?;
    if heap::get(view, MemoryView::RELEASED) != 0 {
        return Err(error::value_error("operation forbidden on released memoryview object"));
    }
    Ok(view)
}

fn new(args: &[Value]) -> PyResult {
    let object = args[1];
    if let Some(inner) = cast::to_layout(object, MemoryView::ID) {
        receiver(object)?;
        let start = heap::get(inner, MemoryView::START) as usize;
        let format = heap::get(inner, MemoryView::FORMAT);
        return Ok(view(heap::get(inner, MemoryView::OBJECT), start, contents(inner).len(), format));
    }
    match bytes::of(object) {
        Some(data) => Ok(view(object, 0, bytes::contents(data).len(), i64::from(b'B'))),
        None => Err(error::type_error(format!(
            "memoryview: a bytes-like object is required, not '{}'",
            raw::class_name(object)
        ))),
    }
}

/// The code of a view's items and their size.
fn items(view: Ref) -> (u8, usize) {
    let code = heap::get(view, MemoryView::FORMAT) as u8;
    (code, size_of_item(code).unwrap_or(1))
}

fn size_of_item(code: u8) -> Option<usize> {
    Some(match code {
        b'B' | b'b' | b'c' => 1,
        b'h' | b'H' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        _ => return None,
    })
}

/// The item at an index that is in range.
fn item(view: Ref, index: usize) -> Value {
    let (code, size) = items(view);
    let mut word = [0u8; 8];
    word[..size].copy_from_slice(&contents(view)[index * size..(index + 1) * size]);
    let unsigned = u64::from_le_bytes(word);
    match code {
        b'c' => bytes::new(&word[..1]),
        b'f' => Value::float(f32::from_bits(unsigned as u32).into()),
        b'd' => Value::float(f64::from_bits(unsigned)),
        b'b' | b'h' | b'i' | b'l' | b'q' => {
            let unused = 64 - 8 * size as u32;
            Value::int((unsigned << unused) as i64 >> unused)
        }
        _ => super::int::big::value_i128(unsigned.into()),
    }
}

fn getitem(v: Value, key: Value) -> PyResult {
    let r = receiver(v)?;
    let (code, size) = items(r);
    let len = contents(r).len() / size;
    match sequence::subscript(key, len, "memoryview", "index out of bounds on dimension 1")? {
        Subscript::Index(i) => Ok(item(r, i)),
        Subscript::Slice { start, step: 1, count } => {
            let first = heap::get(r, MemoryView::START) as usize + start as usize * size;
            Ok(view(heap::get(r, MemoryView::OBJECT), first, count * size, code.into()))
        }
        Subscript::Slice { .. } => {
            Err(error::not_implemented("memoryview: slices with a step are not supported"))
        }
    }
}

fn setitem(v: Value, key: Value, value: Value) -> PyResult {
    let r = receiver(v)?;
    let array = owner(r);
    if heap::layout_of(array) != ByteArray::ID {
        return Err(error::type_error("cannot modify read-only memory"));
    }
    if items(r).1 != 1 {
        return Err(error::not_implemented("memoryview: only single bytes can be written"));
    }
    let first = heap::get(r, MemoryView::START) as usize;
    let len = contents(r).len();
    let buffer = |from: usize, data: &[u8]| {
        let storage = heap::items_mut(heap::get(array, ByteArray::BUFFER), Bytes::TAIL);
        storage[first + from..first + from + data.len()].copy_from_slice(data);
    };
    match sequence::subscript(key, len, "memoryview", "index out of bounds on dimension 1")? {
        Subscript::Index(i) => buffer(i, &[byte(value, "memoryview")?]),
        Subscript::Slice { start, step: 1, count } => {
            let data = bytes::expect(value)?.to_vec();
            if data.len() != count {
                return Err(error::value_error(
                    "memoryview assignment: lvalue and rvalue have different structures",
                ));
            }
            buffer(start as usize, &data);
        }
        Subscript::Slice { .. } => {
            return Err(error::not_implemented("memoryview: slices with a step are not supported"));
        }
    }
    Ok(NONE)
}

fn len(v: Value) -> PyResult {
    let r = receiver(v)?;
    Ok(Value::int((contents(r).len() / items(r).1) as i64))
}

fn nbytes(v: Value) -> PyResult {
    Ok(Value::int(contents(receiver(v)?).len() as i64))
}

fn iter(v: Value) -> PyResult {
    let items = tolist(v)?;
    raw::iter(items)
}

fn tobytes(args: &[Value]) -> PyResult {
    Ok(bytes::new(contents(receiver(args[0])?)))
}

fn tolist(v: Value) -> PyResult {
    let (r, all) = (receiver(v)?, list::new());
    for i in 0..contents(r).len() / items(r).1 {
        list::append(all, item(r, i));
    }
    Ok(Value::object(all))
}

fn hex(v: Value) -> PyResult {
    let text: String = contents(receiver(v)?).iter().map(|b| format!("{b:02x}")).collect();
    Ok(str::value(&text))
}

fn release(v: Value) -> PyResult {
    let view = cast::receiver(v, MemoryView::ID, "memoryview")?;
    heap::set(view, MemoryView::RELEASED, 1);
    Ok(NONE)
}

fn cast_to(args: &[Value]) -> PyResult {
    let r = receiver(args[0])?;
    if args.len() > 2 {
        return Err(error::not_implemented("memoryview.cast(): only one dimension is supported"));
    }
    let code = match cast::str_of(args[1]).map(str::bytes) {
        Some([code] | [b'@', code]) if size_of_item(*code).is_some() => *code,
        _ => {
            return Err(error::value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        }
    };
    let len = contents(r).len();
    if !len.is_multiple_of(size_of_item(code).unwrap_or(1)) {
        return Err(error::type_error("memoryview: length is not a multiple of itemsize"));
    }
    let start = heap::get(r, MemoryView::START) as usize;
    Ok(view(heap::get(r, MemoryView::OBJECT), start, len, code.into()))
}

fn equal(a: Value, b: Value) -> PyResult {
    let a = receiver(a)?;
    Ok(match bytes::of(b) {
        Some(b) => boolean(contents(a) == bytes::contents(b)),
        None => NOT_IMPLEMENTED,
    })
}

/// The hash of a view: that of equal bytes.
pub fn hash_of(view: Ref) -> PyResult<i64> {
    if heap::layout_of(owner(view)) != PyBytes::ID {
        return Err(error::value_error("cannot hash writable memoryview object"));
    }
    Ok(str::hash_bytes(contents(view)))
}

fn hash(v: Value) -> PyResult {
    hash_of(receiver(v)?).map(Value::int)
}

fn repr(v: Value) -> PyResult {
    let released = heap::get(cast::receiver(v, MemoryView::ID, "memoryview")?, MemoryView::RELEASED) != 0;
    let what = if released { "released memory" } else { "memory" };
    Ok(str::value(&format!("<{what} at {:#x}>", v.bits())))
}

fn enter(v: Value) -> PyResult {
    receiver(v).map(|_| v)
}

fn exit(args: &[Value]) -> PyResult {
    release(args[0])
}

fn obj(v: Value) -> PyResult {
    Ok(heap::get(receiver(v)?, MemoryView::OBJECT))
}

fn readonly(v: Value) -> PyResult {
    Ok(boolean(heap::layout_of(owner(receiver(v)?)) == PyBytes::ID))
}

fn one(v: Value) -> PyResult {
    receiver(v).map(|_| Value::int(1))
}

fn itemsize(v: Value) -> PyResult {
    receiver(v).map(|r| Value::int(items(r).1 as i64))
}

fn format(v: Value) -> PyResult {
    receiver(v).map(|r| str::value(&char::from(items(r).0).to_string()))
}

fn shape(v: Value) -> PyResult {
    Ok(tuple::value(&[len(v)?]))
}

fn strides(v: Value) -> PyResult {
    Ok(tuple::value(&[itemsize(v)?]))
}

fn contiguous(v: Value) -> PyResult {
    receiver(v).map(|_| TRUE)
}

fn contains(v: Value, item: Value) -> PyResult {
    let all = tolist(v)?;
    raw::contains(all, item).map(boolean)
}

natives! {
    static METHODS;
    "__new__" Slice(new) 2..2 [Any, static];
    "__getitem__" Two(getitem) [Any];
    "__setitem__" Three(setitem) [Any];
    "__len__" One(len) [Reads];
    "__iter__" One(iter) [Any];
    "__contains__" Two(contains) [Any];
    "__eq__" Two(equal) [Reads];
    "__hash__" One(hash) [Reads];
    "__repr__" One(repr) [Reads];
    "__enter__" One(enter) [Reads];
    "__exit__" Slice(exit) 1..4 [Any];
    "tobytes" Slice(tobytes) 1..2 [Reads];
    "tolist" One(tolist) [Reads];
    "hex" One(hex) [Reads];
    "release" One(release) [Any];
    "cast" Slice(cast_to) 2..3 [Reads];
    "obj" One(obj) [Reads, getter];
    "nbytes" One(nbytes) [Reads, getter];
    "readonly" One(readonly) [Reads, getter];
    "itemsize" One(itemsize) [Reads, getter];
    "ndim" One(one) [Reads, getter];
    "format" One(format) [Reads, getter];
    "shape" One(shape) [Reads, getter];
    "strides" One(strides) [Reads, getter];
    "contiguous" One(contiguous) [Reads, getter];
    "c_contiguous" One(contiguous) [Reads, getter];
}

/// The method table of memory views.
pub static TABLES: &[ClassTable] = &[ClassTable { class: Builtin::MemoryView, methods: METHODS }];
