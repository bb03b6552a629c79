//! Bytearrays: construction and change.

use super::{contents, expect, of};
use crate::object::layouts::ByteArray;
use crate::object::number::BinaryOp;
use crate::object::sequence::{self, Subscript};
use crate::object::{NONE, PyResult, cast, error};
use metajit::heap::{self, Bytes, Ref, Value};

/// A bytearray with these contents.
pub fn new(data: &[u8]) -> Ref {
    let buffer = heap::alloc_bytes(data);
    let array = heap::alloc(ByteArray::ID, 0);
    heap::init(array, ByteArray::BUFFER, buffer);
    heap::init(array, ByteArray::LEN, data.len() as i64);
    array
}

/// Replaces all contents.
pub fn assign(array: Ref, data: &[u8]) {
    let buffer = heap::alloc_bytes(data);
    heap::set(array, ByteArray::BUFFER, buffer);
    heap::set(array, ByteArray::LEN, data.len() as i64);
}

/// Appends bytes.
pub fn extend(array: Ref, data: &[u8]) {
    let old = contents(array);
    let total = old.len() + data.len();
    let mut buffer = heap::get(array, ByteArray::BUFFER);
    if total > heap::len(buffer) {
        let larger = heap::alloc(heap::BYTES, total + total / 8 + 8);
        heap::items_mut(larger, Bytes::TAIL)[..old.len()].copy_from_slice(old);
        heap::set(array, ByteArray::BUFFER, larger);
        buffer = larger;
    }
    heap::items_mut(buffer, Bytes::TAIL)[total - data.len()..total].copy_from_slice(data);
    heap::set(array, ByteArray::LEN, total as i64);
}

fn replace_range(array: Ref, from: usize, to: usize, data: &[u8]) {
    let old = contents(array);
    let new = [&old[..from], data, &old[to..]].concat();
    assign(array, &new);
}

/// `array[key] = value`.
pub fn setitem(array: Ref, key: Value, value: Value) -> PyResult<()> {
    let len = contents(array).len();
    match sequence::subscript(key, len, "bytearray", "bytearray index out of range")? {
        Subscript::Index(i) => {
            let byte = super::byte(value, "byte")?;
            if i < contents(array).len() {
                heap::items_mut(heap::get(array, ByteArray::BUFFER), Bytes::TAIL)[i] = byte;
            }
        }
        Subscript::Slice { start, step, count } => {
            let data = super::from_source(value, Value::NULL, Value::NULL, "bytearray")?;
            if step == 1 {
                replace_range(array, start as usize, start as usize + count, &data);
            } else if data.len() != count {
                let size = data.len();
                return Err(error::value_error(format!(
                    "attempt to assign bytes of size {size} to extended slice of size {count}"
                )));
            } else {
                let out = heap::items_mut(heap::get(array, ByteArray::BUFFER), Bytes::TAIL);
                for (i, byte) in data.into_iter().enumerate() {
                    out[(start + i as i64 * step) as usize] = byte;
                }
            }
        }
    }
    Ok(())
}

/// `del array[key]`.
pub fn delitem(array: Ref, key: Value) -> PyResult<()> {
    let data = contents(array);
    match sequence::subscript(key, data.len(), "bytearray", "bytearray index out of range")? {
        Subscript::Index(i) => replace_range(array, i, i + 1, &[]),
        Subscript::Slice { start, step, count } => {
            let gone = |i: usize| {
                let distance = i as i64 - start;
                distance % step == 0 && (0..count as i64).contains(&(distance / step))
            };
            let kept: Vec<u8> = data.iter().enumerate().filter(|&(i, _)| !gone(i)).map(|(_, &b)| b).collect();
            assign(array, &kept);
        }
    }
    Ok(())
}

/// `array op= b`; says whether it knows how.
pub fn in_place(op: BinaryOp, array: Ref, b: Value) -> PyResult<bool> {
    match op {
        BinaryOp::Add if of(b).is_some() => {
            let data = expect(b)?.to_vec();
            extend(array, &data);
        }
        BinaryOp::Mul if cast::is_index(b) => {
            let count = usize::try_from(cast::index_i64(b)?).unwrap_or(0);
            assign(array, &contents(array).repeat(count));
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, ByteArray::ID, "bytearray")
}

fn append(array: Value, item: Value) -> PyResult {
    let byte = super::byte(item, "byte")?;
    extend(receiver(array)?, &[byte]);
    Ok(NONE)
}

fn extend_method(array: Value, iterable: Value) -> PyResult {
    let data = super::from_source(iterable, Value::NULL, Value::NULL, "bytearray")?;
    extend(receiver(array)?, &data);
    Ok(NONE)
}

fn insert(array: Value, index: Value, item: Value) -> PyResult {
    let array = receiver(array)?;
    let (len, index) = (contents(array).len() as i64, cast::index_i64(index)?);
    let index = if index < 0 { (index + len).max(0) } else { index.min(len) } as usize;
    let byte = super::byte(item, "byte")?;
    replace_range(array, index, index, &[byte]);
    Ok(NONE)
}

fn pop(args: &[Value]) -> PyResult {
    let array = receiver(args[0])?;
    let data = contents(array);
    if data.is_empty() {
        return Err(error::index_error("pop from empty bytearray"));
    }
    let index = args.get(1).map_or(Ok(-1), |&index| cast::index_i64(index))?;
    let Some(i) = sequence::normalise(index, data.len()) else {
        return Err(error::index_error("pop index out of range"));
    };
    let byte = data[i];
    replace_range(array, i, i + 1, &[]);
    Ok(Value::int(i64::from(byte)))
}

fn remove(array: Value, item: Value) -> PyResult {
    let array = receiver(array)?;
    let byte = super::byte(item, "byte")?;
    match contents(array).iter().position(|&b| b == byte) {
        Some(i) => {
            replace_range(array, i, i + 1, &[]);
            Ok(NONE)
        }
        None => Err(error::value_error("value not found in bytearray")),
    }
}

fn clear(array: Value) -> PyResult {
    assign(receiver(array)?, &[]);
    Ok(NONE)
}

fn copy(array: Value) -> PyResult {
    Ok(Value::object(new(contents(receiver(array)?))))
}

fn reverse(array: Value) -> PyResult {
    let array = receiver(array)?;
    let len = contents(array).len();
    heap::items_mut(heap::get(array, ByteArray::BUFFER), Bytes::TAIL)[..len].reverse();
    Ok(NONE)
}

crate::natives! {
    pub static METHODS;
    "append" Two(append) [Any];
    "extend" Two(extend_method) [Any];
    "insert" Three(insert) [Any];
    "pop" Slice(pop) 1..2 [Any];
    "remove" Two(remove) [Any];
    "clear" One(clear) [Any];
    "copy" One(copy) [Reads];
    "reverse" One(reverse) [Any];
}
