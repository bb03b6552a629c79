//! `bytes` and what it shares with `bytearray`.
//!
//! Neighbours: `array` (changing bytearrays), `methods` (the method tables), `str::codec`.

pub mod array;
pub mod methods;

use super::class::Builtin;
use super::layouts::{ByteArray, MemoryView, PyBytes};
use super::sequence::{self, Subscript};
use super::str::search::find_bytes;
use super::{PyResult, cast, error, iterators, str};
use crate::raw;
use metajit::heap::{self, Bytes, Ref, Value};

/// A bytes object.
pub fn new(contents: &[u8]) -> Value {
    let r = heap::alloc(PyBytes::ID, contents.len());
    heap::items_mut(r, PyBytes::TAIL).copy_from_slice(contents);
    Value::object(r)
}

/// The contents of a bytes or bytearray object. The slice must not be used after a bytearray was changed.
pub fn contents<'a>(object: Ref) -> &'a [u8] {
    if heap::layout_of(object) == PyBytes::ID {
        return heap::items(object, PyBytes::TAIL);
    }
    if heap::layout_of(object) == MemoryView::ID {
        return super::memoryview::contents(object);
    }
    let len = heap::get(object, ByteArray::LEN) as usize;
    &heap::items(heap::get(object, ByteArray::BUFFER), Bytes::TAIL)[..len]
}

/// The bytes, bytearray or memoryview object that a value is or has as its payload.
pub fn of(value: Value) -> Option<Ref> {
    let is = |layout| cast::to_layout(value, layout);
    is(PyBytes::ID).or_else(|| is(ByteArray::ID)).or_else(|| is(MemoryView::ID))
}

/// The contents of an argument that must be bytes-like.
pub fn expect<'a>(value: Value) -> PyResult<&'a [u8]> {
    of(value).map(contents).ok_or_else(|| {
        error::type_error(format!("a bytes-like object is required, not '{}'", raw::class_name(value)))
    })
}

/// A new object of the same type as `like`.
pub fn same_kind(like: Ref, contents: &[u8]) -> Value {
    if heap::layout_of(like) == PyBytes::ID { new(contents) } else { Value::object(array::new(contents)) }
}

/// `repr`; a bytearray shows the name of its class.
pub fn repr(object: Ref, class: Option<&str>) -> Ref {
    let is_bytes = heap::layout_of(object) == PyBytes::ID;
    let data = contents(object);
    let quote = if data.contains(&b'\'') && !data.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = Vec::with_capacity(data.len() + 3);
    if !is_bytes {
        out.extend(class.unwrap_or("bytearray").as_bytes());
        out.push(b'(');
    }
    out.extend([b'b', quote]);
    for &byte in data {
        match byte {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\\' => out.extend(b"\\\\"),
            _ if byte == quote => out.extend([b'\\', quote]),
            0x20..=0x7E => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(quote);
    if !is_bytes {
        out.push(b')');
    }
    str::from_ascii(&out)
}

/// A value as a byte.
pub fn byte(value: Value, class: &str) -> PyResult<u8> {
    let index = match cast::index(value)? {
        super::int::big::Int::Small(i) => i,
        super::int::big::Int::Big(_) => -1,
    };
    u8::try_from(index).map_err(|_| {
        error::value_error(match class {
            "bytes" => "bytes must be in range(0, 256)",
            "memoryview" => "memoryview: invalid value for format 'B'",
            _ => "byte must be in range(0, 256)",
        })
    })
}

/// `item in bytes`: a byte or a part.
pub fn contains(object: Ref, item: Value) -> PyResult<bool> {
    if let Some(part) = of(item) {
        return Ok(find_bytes(contents(object), contents(part)).is_some());
    }
    if !cast::is_index(item) {
        return expect(item).map(|_| false);
    }
    let byte = byte(item, "byte")?;
    Ok(contents(object).contains(&byte))
}

/// `bytes[key]`.
pub fn getitem(object: Ref, key: Value) -> PyResult {
    let data = contents(object);
    let is_bytes = heap::layout_of(object) == PyBytes::ID;
    let (class, message) =
        if is_bytes { ("byte", "index out of range") } else { ("bytearray", "bytearray index out of range") };
    Ok(match sequence::subscript(key, data.len(), class, message)? {
        Subscript::Index(i) => Value::int(i64::from(data[i])),
        Subscript::Slice { start, step, count } => {
            let part: Vec<u8> = (0..count).map(|i| data[(start + i as i64 * step) as usize]).collect();
            same_kind(object, &part)
        }
    })
}

/// `a + b`: of the type of `a`.
pub fn concat(a: Ref, b: Ref) -> Value {
    let joined = [contents(a), contents(b)].concat();
    same_kind(a, &joined)
}

/// `bytes * count`.
pub fn repeat(object: Ref, count: i64) -> PyResult {
    let count = usize::try_from(count).unwrap_or(0);
    let data = contents(object);
    let total = data.len().checked_mul(count).filter(|&total| total <= u32::MAX as usize);
    if total.is_none() {
        return Err(error::memory_error(""));
    }
    Ok(same_kind(object, &data.repeat(count)))
}

/// The contents that `bytes(source, encoding, errors)` has.
pub fn from_source(source: Value, encoding: Value, errors: Value, class: &str) -> PyResult<Vec<u8>> {
    if source.is_null() {
        return Ok(Vec::new());
    }
    if let Some(text) = cast::str_of(source) {
        if encoding.is_null() {
            return Err(error::type_error("string argument without an encoding"));
        }
        let (encoding, errors) = str::codec::arguments(encoding, errors, class)?;
        let encoded = str::codec::encode(text, encoding, errors)?;
        return Ok(contents(Ref::from_bits(encoded.bits())).to_vec());
    }
    if !encoding.is_null() || !errors.is_null() {
        let which = if encoding.is_null() { "errors" } else { "encoding" };
        return Err(error::type_error(format!("{which} without a string argument")));
    }
    if let Some(object) = of(source) {
        return Ok(contents(object).to_vec());
    }
    if cast::is_user_object(source)
        && let Some(result) = raw::call_special(source, "__bytes__", &[])
    {
        return expect(result?).map(<[u8]>::to_vec);
    }
    if cast::is_index(source) {
        let size = cast::index_i64(source)?;
        let size = usize::try_from(size).map_err(|_| error::value_error("negative count"))?;
        if size > u32::MAX as usize {
            return Err(error::memory_error(""));
        }
        return Ok(vec![0; size]);
    }
    let mut out = Vec::new();
    let filled = iterators::for_each(source, |item| {
        out.push(byte(item, class)?);
        Ok(())
    });
    match filled {
        Err(e)
            if iterators::is_error(e, Builtin::TypeError)
                && raw::lookup_special(source, "__iter__").is_none()
                && raw::lookup_special(source, "__getitem__").is_none() =>
        {
            let found = raw::class_name(source);
            Err(error::type_error(format!("cannot convert '{found}' object to {class}")))
        }
        Err(exception) => Err(exception),
        Ok(()) => Ok(out),
    }
}
