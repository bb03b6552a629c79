//! Hashes. Numbers that compare equal hash equally: all are reduced modulo the prime 2^61-1.
//!
//! Reference: "Hashing of numeric types" in Python's documentation of built-in types. Tuples use the xxHash
//! variant of CPython, so that the order of a set of tuples of numbers is CPython's.

use super::int::big;
use super::layouts::{self as l, Set};
use super::native::NativeFn;
use super::types::Facts;
use super::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, PyResult, TRUE, cast, error, instance, set, str};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// The modulus.
const MODULUS: u64 = (1 << 61) - 1;
/// The hash of infinity.
const INFINITY: i64 = 314_159;

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// One step of xxHash.
fn mix(acc: u64, lane: i64) -> u64 {
    acc.wrapping_add((lane as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}

/// `hash(value)`.
#[inline]
pub fn hash(value: Value) -> PyResult<i64> {
    if value.is_small_int() {
        return Ok(hash_int(value.small_int_unchecked()));
    }
    if value.has_layout(l::Str::ID) {
        return Ok(str::hash(Ref::from_bits(value.bits())));
    }
    hash_other(value)
}

/// The hash of an integer of 64 bits.
#[inline]
pub fn hash_int(i: i64) -> i64 {
    if (i as u64) < MODULUS {
        return i;
    }
    let reduced = (i.unsigned_abs() % MODULUS) as i64;
    match if i < 0 { -reduced } else { reduced } {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a float that is no NaN.
pub fn hash_float(f: f64) -> i64 {
    if f.is_infinite() {
        return if f > 0.0 { INFINITY } else { -INFINITY };
    }
    if f == 0.0 {
        return 0;
    }
    let bits = f.abs().to_bits();
    let (mantissa, exponent) = match bits >> 52 {
        0 => (bits & ((1 << 52) - 1), -1074),
        biased => (bits & ((1 << 52) - 1) | 1 << 52, biased as i64 - 1075),
    };
    // 2^61 is 1 modulo 2^61-1, so a power of two is a rotation by its exponent modulo 61.
    let shift = exponent.rem_euclid(61) as u32;
    let wide = u128::from(mantissa) << shift;
    let folded = (wide % u128::from(MODULUS)) as i64;
    match if f < 0.0 { -folded } else { folded } {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of an address, spread.
pub fn hash_identity(value: Value) -> i64 {
    (value.bits().rotate_right(4) >> 1) as i64 & (i64::MAX >> 1)
}

fn hash_big(object: Ref) -> i64 {
    let mut reduced: u128 = 0;
    for &digit in heap::items(object, l::BigInt::TAIL).iter().rev() {
        reduced = (reduced << 64 | u128::from(digit as u64)) % u128::from(MODULUS);
    }
    match reduced as i64 * big::sign(object) {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a complex number from those of its parts.
pub fn hash_complex(real: f64, imag: f64) -> i64 {
    let combined = hash_float(real).wrapping_add(1_000_003_i64.wrapping_mul(hash_float(imag)));
    if combined == -1 { -2 } else { combined }
}

/// The hash of a tuple of items (CPython's variant of xxHash).
pub fn hash_tuple(items: &[Value]) -> PyResult<i64> {
    let mut acc = PRIME_5;
    for &item in items {
        acc = mix(acc, hash(item)?);
    }
    acc = acc.wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

/// The hash of a slice: of its parts, without their number.
fn hash_slice(slice: Ref) -> PyResult<i64> {
    let mut acc = PRIME_5;
    for field in [l::Slice::START, l::Slice::STOP, l::Slice::STEP] {
        acc = mix(acc, hash(heap::get(slice, field))?);
    }
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

/// The hash of a frozenset (CPython's, independent of the order of the items).
fn hash_frozenset(set: Ref) -> i64 {
    let known = heap::get(set, Set::HASH);
    if known != 0 {
        return known;
    }
    let shuffle = |h: u64| (h ^ 89_869_747 ^ (h << 16)).wrapping_mul(3_644_798_167);
    let mut hash: u64 = 0;
    set::for_each_hashed(set, |item_hash, _| hash ^= shuffle(item_hash as u64));
    hash ^= (set::len(set) as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= hash >> 11 ^ hash >> 25;
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash == u64::MAX { 590_923_713 } else { hash as i64 };
    heap::set(set, Set::HASH, hash);
    hash
}

/// The hash that a builtin type defines for a value of its own, `None` for what is not one of them.
fn hash_builtin(value: Value) -> PyResult<Option<i64>> {
    if let Some(i) = value.as_int() {
        return Ok(Some(hash_int(i)));
    }
    if let Some(f) = value.as_float() {
        return Ok(Some(if f.is_nan() { hash_identity(value) } else { hash_float(f) }));
    }
    let Some(object) = value.as_ref() else {
        return Ok(Some(match value {
            TRUE => 1,
            FALSE => 0,
            NONE => 0xFCA8_6420,
            NOT_IMPLEMENTED => 0x0BAD_F00D,
            ELLIPSIS => 0x0E11_1951,
            _ => 0,
        }));
    };
    let layout = heap::layout_of(object);
    Ok(Some(if layout == l::Str::ID {
        str::hash(object)
    } else if layout == l::BigInt::ID {
        hash_big(object)
    } else if layout == l::Tuple::ID {
        let _depth = raw::enter_recursion("")?;
        hash_tuple(heap::items(object, l::Tuple::TAIL))?
    } else if layout == l::MemoryView::ID {
        super::memoryview::hash_of(object)?
    } else if layout == l::PyBytes::ID {
        str::hash_bytes(heap::items(object, l::PyBytes::TAIL))
    } else if layout == l::Complex::ID {
        hash_complex(heap::get(object, l::Complex::REAL), heap::get(object, l::Complex::IMAG))
    } else if layout == Set::ID && heap::get(object, Set::FROZEN) != 0 {
        hash_frozenset(object)
    } else if layout == l::Range::ID {
        super::range::hash(object)?
    } else if layout == l::Slice::ID {
        hash_slice(object)?
    } else if layout == l::BoundMethod::ID {
        let function = heap::get(object, l::BoundMethod::FUNCTION);
        hash(function)? ^ hash_identity(heap::get(object, l::BoundMethod::RECEIVER))
    } else if layout == l::GenericAlias::ID || layout == l::UnionType::ID {
        super::generic::hash(value)?
    } else {
        return Ok(None);
    }))
}

/// Types whose instances compare by contents and can change.
fn is_unhashable(value: Value) -> bool {
    [l::List::ID, l::Dict::ID, l::Set::ID, l::ByteArray::ID].iter().any(|&layout| value.has_layout(layout))
        || value.as_ref().is_some_and(|object| {
            heap::layout_of(object) == l::DictView::ID && heap::get(object, l::DictView::KIND) != 1
        })
}

#[cold]
#[inline(never)]
fn unhashable(value: Value) -> Value {
    error::type_error(format!("unhashable type: '{}'", raw::class_name(value)))
}

#[inline(never)]
fn hash_other(value: Value) -> PyResult<i64> {
    if let Some(object) = value.as_ref()
        && heap::layout_of(object) == l::Instance::ID
    {
        let class = instance::shape(object).data;
        return if class.facts().has(Facts::HASH_OF_BUILTIN) {
            hash_as_builtin(value)
        } else {
            hash_instance(value)
        };
    }
    if let Some(hash) = hash_builtin(value)? {
        return Ok(hash);
    }
    if is_unhashable(value) { Err(unhashable(value)) } else { Ok(hash_identity(value)) }
}

/// The hash of an instance of a class with a `__hash__` of its own.
fn hash_instance(value: Value) -> PyResult<i64> {
    match raw::lookup_special(value, "__hash__") {
        None | Some(NONE) => Err(unhashable(value)),
        Some(_) => {
            let result = raw::call_special(value, "__hash__", &[]).unwrap_or(Ok(Value::int(0)))?;
            match cast::int_of(result) {
                Some(big::Int::Small(i)) => Ok(if i == -1 { -2 } else { i }),
                Some(big::Int::Big(_)) => hash(result),
                None => Err(error::type_error("__hash__ method should return an integer")),
            }
        }
    }
}

/// Whether a `__hash__` that was found on a class is that of the builtin classes.
pub fn is_of_builtin(found: Value) -> bool {
    let inherited: fn(Value) -> PyResult = dunder_hash;
    cast::method_of_builtin(found).is_some_and(
        |native| matches!(native.function, NativeFn::One(f) if std::ptr::fn_addr_eq(f, inherited)),
    )
}

/// `object.__hash__` and the `__hash__` of every builtin class.
pub fn dunder_hash(value: Value) -> PyResult {
    hash_as_builtin(value).map(Value::int)
}

/// The hash that the builtin class among a value's classes defines.
fn hash_as_builtin(value: Value) -> PyResult<i64> {
    let inner = cast::builtin_value(value);
    match hash_builtin(inner)? {
        Some(hash) => Ok(hash),
        None if is_unhashable(inner) => Err(unhashable(value)),
        None => Ok(hash_identity(value)),
    }
}
