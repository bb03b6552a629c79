//! Strings: construction, contents, indexing by code point, concatenation.
//!
//! A string is immutable generalised UTF-8 (`wtf8`). In an ASCII string a code point is a byte, which every
//! operation uses; in others, positions are found through an index made on first use.
//!
//! | file | concept |
//! | --- | --- |
//! | `wtf8.rs` | the encoding |
//! | `search.rs`, `split.rs`, `case.rs`, `classify.rs`, `layout.rs` | methods, by subject |
//! | `codec.rs` | to and from bytes |
//! | `scratch.rs` | text under construction |
//! | `methods.rs` | the method table |

pub mod case;
pub mod classify;
pub mod codec;
pub mod layout;
pub mod methods;
pub mod scratch;
pub mod search;
pub mod split;
pub mod wtf8;

use super::int::text::DECIMAL;
use super::layouts::Str;
use super::{PyResult, error};
use metajit::heap::{self, Ints, Ref, Value};
use std::hash::Hasher;
use std::sync::atomic::{AtomicU64, Ordering};
use wtf8::CodePoints;

/// Code points between two entries of a string's index.
const INDEX_STEP: usize = 64;

/// The strings of one Latin-1 code point, made when first needed. They live for ever.
static SINGLE: [AtomicU64; 256] = [const { AtomicU64::new(0) }; 256];
/// The empty string.
static EMPTY: AtomicU64 = AtomicU64::new(0);

/// A string with this text.
pub fn new(text: &str) -> Ref {
    from_wtf8(text.as_bytes())
}

/// A string with this text, as a value.
pub fn value(text: &str) -> Value {
    Value::object(new(text))
}

/// The empty string.
pub fn empty() -> Ref {
    shared(&EMPTY, b"")
}

/// A string with these contents, which are well-formed generalised UTF-8.
pub fn from_wtf8(bytes: &[u8]) -> Ref {
    match bytes {
        [] => empty(),
        &[byte] => single(byte),
        _ if bytes.is_ascii() => fresh(bytes, bytes.len()),
        _ => fresh(bytes, wtf8::count(bytes)),
    }
}

/// A string with these contents, which are ASCII.
pub fn from_ascii(bytes: &[u8]) -> Ref {
    debug_assert!(bytes.is_ascii());
    match bytes {
        [] => empty(),
        &[byte] => single(byte),
        _ => fresh(bytes, bytes.len()),
    }
}

/// A string of these code points.
pub fn from_code_points(codes: impl IntoIterator<Item = u32>) -> Ref {
    let mut bytes = Vec::new();
    codes.into_iter().for_each(|code| wtf8::push(&mut bytes, code));
    from_wtf8(&bytes)
}

/// The string of one code point.
pub fn from_code(code: u32) -> Ref {
    if code < 0x100 {
        return single_code(code);
    }
    let mut bytes = Vec::with_capacity(4);
    wtf8::push(&mut bytes, code);
    fresh(&bytes, 1)
}

/// The decimal digits of an integer.
pub fn of_int(i: i64) -> Ref {
    let mut digits = [0; DECIMAL];
    from_ascii(super::int::text::decimal_digits(i, &mut digits))
}

/// The string of one ASCII character.
#[inline]
fn single(byte: u8) -> Ref {
    single_code(u32::from(byte))
}

#[inline]
fn single_code(code: u32) -> Ref {
    let known = SINGLE[code as usize].load(Ordering::Relaxed);
    if known != 0 {
        return Ref::from_bits(known);
    }
    let mut bytes = Vec::with_capacity(2);
    wtf8::push(&mut bytes, code);
    shared(&SINGLE[code as usize], &bytes)
}

fn shared(slot: &AtomicU64, bytes: &[u8]) -> Ref {
    let known = slot.load(Ordering::Relaxed);
    if known != 0 {
        return Ref::from_bits(known);
    }
    let made = heap::permanent(fresh(bytes, wtf8::count(bytes)));
    slot.store(made.bits(), Ordering::Relaxed);
    made
}

fn fresh(bytes: &[u8], chars: usize) -> Ref {
    let r = heap::alloc(Str::ID, bytes.len());
    heap::items_mut(r, Str::TAIL).copy_from_slice(bytes);
    heap::init(r, Str::CHARS, chars as i64);
    r
}

/// The contents.
#[inline(always)]
pub fn bytes<'a>(s: Ref) -> &'a [u8] {
    heap::items(s, Str::TAIL)
}

/// The text. A lone surrogate shows as U+FFFD: use [`bytes`] where it matters.
pub fn as_str<'a>(s: Ref) -> &'a str {
    let contents = bytes(s);
    match std::str::from_utf8(contents) {
        Ok(text) => text,
        Err(_) => {
            // The copy is as long-lived as the slice: it is found through the pointer into it.
            let clean = String::from_utf8_lossy(contents);
            std::str::from_utf8(heap::bytes(heap::alloc_bytes(clean.as_bytes()))).unwrap_or("")
        }
    }
}

/// Number of code points.
#[inline(always)]
pub fn chars(s: Ref) -> usize {
    heap::get(s, Str::CHARS) as usize
}

/// Whether all characters are ASCII, so that code points are bytes.
#[inline(always)]
pub fn is_ascii(s: Ref) -> bool {
    chars(s) == heap::len(s)
}

/// The code points.
pub fn code_points<'a>(s: Ref) -> CodePoints<'a> {
    CodePoints::new(bytes(s))
}

/// The byte offset of code point `index`, which is at most [`chars`].
pub fn offset(s: Ref, index: usize) -> usize {
    if is_ascii(s) {
        return index;
    }
    let contents = bytes(s);
    if index >= chars(s) {
        return contents.len();
    }
    let mut at = 0;
    let mut left = index;
    if index >= INDEX_STEP {
        at = heap::ints(index_of(s))[index / INDEX_STEP] as usize;
        left = index % INDEX_STEP;
    }
    while left > 0 {
        at += wtf8::width(contents[at]);
        left -= 1;
    }
    at
}

/// How many code points begin before byte offset `at`.
pub fn chars_before(s: Ref, at: usize) -> usize {
    if is_ascii(s) {
        return at;
    }
    if chars(s) <= INDEX_STEP {
        return wtf8::count(&bytes(s)[..at]);
    }
    let index = heap::ints(index_of(s));
    let block = index.partition_point(|&start| start as usize <= at) - 1;
    block * INDEX_STEP + wtf8::count(&bytes(s)[index[block] as usize..at])
}

/// The array of offsets of every 64th code point.
fn index_of(s: Ref) -> Ref {
    let known = heap::get(s, Str::INDEX);
    if !known.is_null() {
        return known;
    }
    let made = heap::alloc(heap::INTS, chars(s).div_ceil(INDEX_STEP));
    let offsets = heap::items_mut(made, Ints::TAIL);
    let mut seen = 0;
    for (at, &byte) in bytes(s).iter().enumerate() {
        if !wtf8::is_continuation(byte) {
            if seen % INDEX_STEP == 0 {
                offsets[seen / INDEX_STEP] = at as i64;
            }
            seen += 1;
        }
    }
    heap::set(s, Str::INDEX, made);
    made
}

/// The code point at an index below [`chars`].
#[inline]
pub fn code_at(s: Ref, index: usize) -> u32 {
    wtf8::decode(bytes(s), offset(s, index)).0
}

/// The one-character string at an index below [`chars`].
#[inline]
pub fn char_at(s: Ref, index: usize) -> Ref {
    if is_ascii(s) { single(bytes(s)[index]) } else { from_code(code_at(s, index)) }
}

/// The one-character string that begins at byte offset `at`, and where the next begins.
#[inline]
pub fn char_at_offset(s: Ref, at: usize) -> (Ref, usize) {
    let contents = bytes(s);
    if contents[at] < 0x80 {
        return (single(contents[at]), at + 1);
    }
    let (code, width) = wtf8::decode(contents, at);
    (from_code(code), at + width)
}

/// The part between two byte offsets that are code point boundaries.
pub fn byte_slice(s: Ref, from: usize, to: usize) -> Ref {
    if from == 0 && to == heap::len(s) {
        return s;
    }
    let part = &bytes(s)[from..to];
    if is_ascii(s) { from_ascii(part) } else { from_wtf8(part) }
}

/// The code points `from..to`.
pub fn char_slice(s: Ref, from: usize, to: usize) -> Ref {
    if from >= to {
        return empty();
    }
    byte_slice(s, offset(s, from), offset(s, to))
}

/// The code points `start`, `start + step`, …, `count` of them.
pub fn stepped_slice(s: Ref, start: i64, step: i64, count: usize) -> Ref {
    if step == 1 {
        return char_slice(s, start as usize, start as usize + count);
    }
    let index = |i: usize| (start + i as i64 * step) as usize;
    if is_ascii(s) {
        let contents = bytes(s);
        let out: Vec<u8> = (0..count).map(|i| contents[index(i)]).collect();
        return from_ascii(&out);
    }
    let codes: Vec<u32> = code_points(s).collect();
    from_code_points((0..count).map(|i| codes[index(i)]))
}

/// Two strings one after the other; MemoryError for what does not fit.
#[inline]
pub fn concat(a: Ref, b: Ref) -> PyResult<Ref> {
    let (left, right) = (heap::len(a), heap::len(b));
    if left == 0 {
        return Ok(b);
    }
    if right == 0 {
        return Ok(a);
    }
    let r = heap::try_alloc(Str::ID, left + right).map_err(|_| error::memory_error(""))?;
    let out = heap::items_mut(r, Str::TAIL);
    out[..left].copy_from_slice(bytes(a));
    out[left..].copy_from_slice(bytes(b));
    heap::init(r, Str::CHARS, heap::get(a, Str::CHARS) + heap::get(b, Str::CHARS));
    Ok(r)
}

/// The same contents.
#[inline]
pub fn equal(a: Ref, b: Ref) -> bool {
    a == b || heap::len(a) == heap::len(b) && bytes(a) == bytes(b)
}

/// The string's hash: never 0, and small enough for a small int. Equal in each run of a program.
#[inline]
pub fn hash(s: Ref) -> i64 {
    let known = heap::get(s, Str::HASH);
    if known != 0 { known } else { compute_hash(s) }
}

#[inline(never)]
fn compute_hash(s: Ref) -> i64 {
    let hash = hash_bytes(bytes(s));
    heap::set(s, Str::HASH, hash);
    hash
}

/// The hash of the contents of a string or of bytes.
pub fn hash_bytes(contents: &[u8]) -> i64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(contents);
    match hasher.finish() as i64 >> 2 {
        0 => 1,
        hash => hash,
    }
}

/// The concatenation of many pieces, given as text built by the caller.
pub fn from_string(text: String) -> Value {
    Value::object(from_wtf8(text.as_bytes()))
}
