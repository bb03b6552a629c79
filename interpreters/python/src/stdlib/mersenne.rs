//! The module `_mersenne`: the generator under `_random`, which is written in Python.
//!
//! MT19937 (Matsumoto and Nishimura, 1998), seeded from arrays as its reference code does; floats are made of 53 bits as there.
//! A generator's state is a bytearray: 624 words, then the index of the next, each of 32 bits in the machine's order.

use super::ModuleTable;
use crate::natives;
use crate::object::bytes::array;
use crate::object::cast::{self, index, index_i64};
use crate::object::error::{type_error, value_error};
use crate::object::int::big;
use crate::object::layouts::ByteArray;
use crate::object::{NONE, PyResult, tuple};
use metajit::heap::{self, Bytes, Ref, Value};
use num_bigint::{BigInt, Sign};

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_mersenne", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

const WORDS: usize = 624;
const SHIFT: usize = 397;
const UPPER: u32 = 0x8000_0000;
const TWIST: u32 = 0x9908_B0DF;

/// The bytes of a state.
fn storage<'a>(state: Value) -> PyResult<&'a mut [u8]> {
    let array = cast::receiver(state, ByteArray::ID, "bytearray")?;
    let bytes = heap::items_mut(heap::get(array, ByteArray::BUFFER), Bytes::TAIL);
    if bytes.len() < 4 * (WORDS + 1) {
        return Err(type_error("state vector is the wrong size"));
    }
    Ok(bytes)
}

fn load(bytes: &[u8], i: usize) -> u32 {
    u32::from_ne_bytes(bytes[4 * i..4 * i + 4].try_into().expect("four bytes"))
}

fn store(bytes: &mut [u8], i: usize, word: u32) {
    bytes[4 * i..4 * i + 4].copy_from_slice(&word.to_ne_bytes());
}

/// The next 32 bits.
fn next(bytes: &mut [u8]) -> u32 {
    let mut at = load(bytes, WORDS) as usize;
    if at >= WORDS {
        renew(bytes);
        at = 0;
    }
    store(bytes, WORDS, at as u32 + 1);
    let mut y = load(bytes, at);
    y ^= y >> 11;
    y ^= y << 7 & 0x9D2C_5680;
    y ^= y << 15 & 0xEFC6_0000;
    y ^ y >> 18
}

fn renew(bytes: &mut [u8]) {
    for i in 0..WORDS {
        let y = load(bytes, i) & UPPER | load(bytes, (i + 1) % WORDS) & !UPPER;
        let odd = if y & 1 == 1 { TWIST } else { 0 };
        store(bytes, i, load(bytes, (i + SHIFT) % WORDS) ^ y >> 1 ^ odd);
    }
}

fn seed_words(key: &[u32]) -> [u32; WORDS] {
    let mut words = [0u32; WORDS];
    words[0] = 19_650_218;
    let spread = |before: u32| before ^ before >> 30;
    for i in 1..WORDS {
        words[i] = spread(words[i - 1]).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
    }
    let (mut i, mut j) = (1, 0);
    let advance = |words: &mut [u32; WORDS], i: &mut usize| {
        *i += 1;
        if *i >= WORDS {
            words[0] = words[WORDS - 1];
            *i = 1;
        }
    };
    for _ in 0..WORDS.max(key.len()) {
        let mixed = words[i] ^ spread(words[i - 1]).wrapping_mul(1_664_525);
        words[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
        j = (j + 1) % key.len();
        advance(&mut words, &mut i);
    }
    for _ in 1..WORDS {
        let mixed = words[i] ^ spread(words[i - 1]).wrapping_mul(1_566_083_941);
        words[i] = mixed.wrapping_sub(i as u32);
        advance(&mut words, &mut i);
    }
    words[0] = UPPER;
    words
}

fn state_of(words: impl Iterator<Item = u32>, at: u32) -> Ref {
    let bytes: Vec<u8> = words.chain([at]).flat_map(u32::to_ne_bytes).collect();
    array::new(&bytes)
}

/// A state for a seed, of which the magnitude counts.
fn seed(number: Value) -> PyResult {
    let (_, digits) = index(number)?.into_big().to_u32_digits();
    let key = if digits.is_empty() { vec![0] } else { digits };
    Ok(Value::object(state_of(seed_words(&key).into_iter(), WORDS as u32)))
}

fn random(state: Value) -> PyResult {
    let bytes = storage(state)?;
    let (a, b) = (next(bytes) >> 5, next(bytes) >> 6);
    Ok(Value::float((f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)))
}

fn getrandbits(state: Value, count: Value) -> PyResult {
    let count = index_i64(count)?;
    if count < 0 {
        return Err(value_error("number of bits must be non-negative"));
    }
    let bytes = storage(state)?;
    if count <= 32 {
        return Ok(Value::int(if count == 0 { 0 } else { (next(bytes) >> (32 - count)).into() }));
    }
    let mut left = count as u64;
    let mut digits = Vec::new();
    while left > 0 {
        let word = next(bytes);
        digits.push(if left < 32 { word >> (32 - left) } else { word });
        left = left.saturating_sub(32);
    }
    Ok(big::value(&BigInt::from_slice(Sign::Plus, &digits)))
}

/// The words and the index as ints.
fn getstate(state: Value) -> PyResult {
    let bytes = storage(state)?;
    let words: Vec<Value> = (0..=WORDS).map(|i| Value::int(load(bytes, i).into())).collect();
    Ok(tuple::value(&words))
}

/// The state that [`getstate`] showed.
fn setstate(words: Value) -> PyResult {
    let words = tuple::from_iterable(words)?;
    let items = tuple::items(words);
    if items.len() != WORDS + 1 {
        return Err(value_error("state vector is the wrong size"));
    }
    let mut plain = Vec::new();
    for &item in items {
        plain.push(index_i64(item)? as u32);
    }
    if plain[WORDS] as usize > WORDS {
        return Err(value_error("invalid state"));
    }
    Ok(Value::object(state_of(plain[..WORDS].iter().copied(), plain[WORDS])))
}

fn check(state: Value) -> PyResult {
    storage(state).map(|_| NONE)
}

natives! {
    static FUNCTIONS;
    "seed" One(seed) [Reads];
    "random" One(random) [Any];
    "getrandbits" Two(getrandbits) [Any];
    "getstate" One(getstate) [Reads];
    "setstate" One(setstate) [Any];
    "check" One(check) [Reads];
}
