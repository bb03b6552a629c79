//! Dicts: a compact ordered hash table in the heap.
//!
//! `entries` holds (hash, key, value) triples in insertion order, `index` is an open-addressing table of u32 with CPython's probe
//! sequence. A dict with room for few entries has an index of length 0: its entries are looked through. A lookup whose comparison ran Python code starts again if the table changed meanwhile.
//! In a *celled* dict (a namespace) the values are `Cell`s that are never removed: an absent key's cell is empty.
//!
//! | file | concept |
//! | --- | --- |
//! | `methods.rs` | the method table |
//! | `views.rs` | keys, values, items and their iterators |
//! | `merge.rs` | construction, update, `\|` |

pub mod merge;
pub mod methods;
pub mod views;

use super::hash::hash;
use super::layouts::{Cell, Dict, Str};
use super::{NOT_IMPLEMENTED, PyResult, compare, error, str, variable};
use metajit::heap::{self, Bytes, LayoutId, Ref, Value, Values};
use std::sync::atomic::{AtomicU64, Ordering};

/// An unused place in the index.
const EMPTY: u32 = 0;
/// A place whose entry was deleted.
const DELETED: u32 = 1;
/// What is added to an entry's number in the index.
const FIRST: u32 = 2;
/// Words of an entry.
pub const STRIDE: usize = 3;
/// Most entries of a dict without an index.
pub const LINEAR: usize = 8;
/// Entries that the first key makes room for.
const FIRST_ROOM: usize = 4;

/// Where a lookup ended.
#[derive(Clone, Copy, Debug)]
enum Found {
    /// The entry with this number.
    Entry(usize),
    /// Nowhere.
    Absent,
}

/// The entries and the index of dicts without keys, made when first needed. They live for ever.
static NO_ENTRIES: AtomicU64 = AtomicU64::new(0);
static NO_INDEX: AtomicU64 = AtomicU64::new(0);

/// The entries of a dict without keys; nothing is ever written to them.
#[inline]
pub fn no_entries() -> Ref {
    shared(&NO_ENTRIES, heap::VALUES)
}

/// The index of a dict that needs none.
#[inline]
pub fn no_index() -> Ref {
    shared(&NO_INDEX, heap::BYTES)
}

#[inline]
fn shared(slot: &AtomicU64, layout: LayoutId) -> Ref {
    let known = slot.load(Ordering::Relaxed);
    if known != 0 {
        return Ref::from_bits(known);
    }
    let made = heap::permanent(heap::alloc(layout, 0));
    slot.store(made.bits(), Ordering::Relaxed);
    made
}

/// An empty dict.
#[inline]
pub fn new() -> Ref {
    allocate(no_entries(), no_index(), 0)
}

/// An empty dict with room for so many keys.
pub fn with_capacity(keys: usize) -> Ref {
    if keys == 0 {
        return new();
    }
    if keys <= LINEAR {
        return allocate(heap::alloc(heap::VALUES, keys * STRIDE), no_index(), 0);
    }
    let places = (keys * 3 / 2 + 1).next_power_of_two();
    let entries = heap::alloc(heap::VALUES, usable(places) * STRIDE);
    allocate(entries, heap::alloc(heap::BYTES, places * 4), 0)
}

/// An empty namespace: a dict whose values are in cells.
pub fn new_celled() -> Ref {
    allocate(no_entries(), no_index(), 1)
}

#[inline]
fn allocate(entries: Ref, index: Ref, celled: i64) -> Ref {
    let dict = heap::alloc(Dict::ID, 0);
    heap::init(dict, Dict::CELLED, celled);
    heap::init(dict, Dict::ENTRIES, entries);
    heap::init(dict, Dict::INDEX, index);
    dict
}

/// Entries that an index of so many places serves.
fn usable(places: usize) -> usize {
    places * 2 / 3
}

/// Number of keys.
#[inline(always)]
pub fn len(dict: Ref) -> usize {
    heap::get(dict, Dict::USED) as usize
}

/// Changes whenever a key is added or removed.
#[inline(always)]
pub fn version(dict: Ref) -> i64 {
    heap::get(dict, Dict::VERSION)
}

/// Makes a dict of the program one whose values are in cells, so that it can serve as the globals of code.
pub fn make_namespace(dict: Ref) {
    if is_celled(dict) {
        return;
    }
    let old = heap::get(dict, Dict::ENTRIES);
    if heap::len(old) > 0 {
        // New entries: who reads the old ones at the same time finds plain values in them.
        let entries = heap::alloc(heap::VALUES, heap::len(old));
        for at in 0..heap::len(old) {
            heap::set_item(entries, Values::TAIL, at, heap::item(old, Values::TAIL, at));
        }
        for entry in 0..heap::get(dict, Dict::FILLED) as usize {
            let at = entry * STRIDE;
            if !heap::item(entries, Values::TAIL, at + 1).is_null() {
                let cell = new_cell(heap::item(entries, Values::TAIL, at + 2));
                heap::set_item(entries, Values::TAIL, at + 2, Value::object(cell));
            }
        }
        heap::set(dict, Dict::ENTRIES, entries);
    }
    heap::set(dict, Dict::CELLED, 1);
}

fn is_celled(dict: Ref) -> bool {
    heap::get(dict, Dict::CELLED) != 0
}

/// The hash as it stands in an entry.
#[inline(always)]
pub fn hash_word(hash: i64) -> Value {
    Value::from_bits((hash as u64) << 1 | 1)
}

#[inline(always)]
fn place(index: &[u8], at: usize) -> u32 {
    let bytes = &index[4 * at..4 * at + 4];
    u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[inline(always)]
fn set_place(index: Ref, at: usize, number: u32) {
    heap::items_mut(index, Bytes::TAIL)[4 * at..4 * at + 4].copy_from_slice(&number.to_ne_bytes());
}

/// CPython's probe sequence.
#[derive(Clone, Copy, Debug)]
struct Probe {
    at: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, places: usize) -> Probe {
        Probe { at: hash as usize & (places - 1), perturb: hash as u64, mask: places - 1 }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= 5;
        self.at = (self.at * 5 + self.perturb as usize + 1) & self.mask;
    }
}

/// Finds a string key. Never runs Python code unless the dict holds keys whose hashes collide with the string's.
#[inline]
fn find_str(dict: Ref, key: Ref, hash: i64) -> Option<Found> {
    let (entries, index) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::INDEX));
    let (entries, index) = (heap::values(entries), heap::bytes(index));
    let (wanted, word) = (Value::object(key), hash_word(hash));
    if index.is_empty() {
        let filled = heap::get(dict, Dict::FILLED) as usize;
        for (entry, words) in entries[..filled * STRIDE].chunks_exact(STRIDE).enumerate() {
            if words[1] == wanted {
                return Some(Found::Entry(entry));
            }
            if words[0] == word && !words[1].is_null() {
                if !words[1].has_layout(Str::ID) {
                    return None;
                }
                if str::equal(Ref::from_bits(words[1].bits()), key) {
                    return Some(Found::Entry(entry));
                }
            }
        }
        return Some(Found::Absent);
    }
    let mut probe = Probe::new(hash, index.len() / 4);
    loop {
        let number = place(index, probe.at);
        if number == EMPTY {
            return Some(Found::Absent);
        }
        if number >= FIRST {
            let entry = (number - FIRST) as usize * STRIDE;
            let other = entries[entry + 1];
            if other == wanted {
                return Some(Found::Entry(entry / STRIDE));
            }
            if entries[entry] == word && !other.is_null() {
                if !other.has_layout(Str::ID) {
                    return None;
                }
                if str::equal(Ref::from_bits(other.bits()), key) {
                    return Some(Found::Entry(entry / STRIDE));
                }
            }
        }
        probe.advance();
    }
}

/// Finds any key.
#[inline]
fn find(dict: Ref, key: Value, hash: i64) -> PyResult<Found> {
    if key.has_layout(Str::ID)
        && let Some(found) = find_str(dict, Ref::from_bits(key.bits()), hash)
    {
        return Ok(found);
    }
    if key.is_small_int()
        && let Some(found) = find_int(dict, key, hash)
    {
        return Ok(found);
    }
    find_any(dict, key, hash)
}

fn find_any(dict: Ref, key: Value, hash: i64) -> PyResult<Found> {
    let word = hash_word(hash);
    'again: loop {
        let version = version(dict);
        let (entries, index) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::INDEX));
        if heap::len(index) == 0 {
            match find_linear(dict, key, word)? {
                Some(found) => return Ok(found),
                None => continue 'again,
            }
        }
        let mut probe = Probe::new(hash, heap::len(index) / 4);
        loop {
            let number = place(heap::bytes(index), probe.at);
            if number == EMPTY {
                return Ok(Found::Absent);
            }
            if number >= FIRST {
                let entry = (number - FIRST) as usize;
                let other = heap::values(entries)[entry * STRIDE + 1];
                if other == key {
                    return Ok(Found::Entry(entry));
                }
                if heap::values(entries)[entry * STRIDE] == word && !other.is_null() {
                    let same = same_key(other, key)?;
                    if self::version(dict) != version {
                        continue 'again;
                    }
                    if same {
                        return Ok(Found::Entry(entry));
                    }
                }
            }
            probe.advance();
        }
    }
}

/// Finds any key in a dict without an index; `None` if the dict changed meanwhile.
fn find_linear(dict: Ref, key: Value, word: Value) -> PyResult<Option<Found>> {
    let (version, entries) = (version(dict), heap::get(dict, Dict::ENTRIES));
    for entry in 0..heap::get(dict, Dict::FILLED) as usize {
        let other = heap::values(entries)[entry * STRIDE + 1];
        if other == key {
            return Ok(Some(Found::Entry(entry)));
        }
        if heap::values(entries)[entry * STRIDE] == word && !other.is_null() {
            let same = same_key(other, key)?;
            if self::version(dict) != version {
                return Ok(None);
            }
            if same {
                return Ok(Some(Found::Entry(entry)));
            }
        }
    }
    Ok(Some(Found::Absent))
}

/// Whether two keys that are not the same object are equal.
#[inline]
pub fn same_key(a: Value, b: Value) -> PyResult<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Ok(false);
    }
    if a.has_layout(Str::ID) && b.has_layout(Str::ID) {
        return Ok(str::equal(Ref::from_bits(a.bits()), Ref::from_bits(b.bits())));
    }
    compare::equal(a, b)
}

/// The value in an entry; NULL if it is deleted or its cell is empty.
#[inline(always)]
fn entry_value(dict: Ref, entry: usize) -> Value {
    let word = heap::item(heap::get(dict, Dict::ENTRIES), Values::TAIL, entry * STRIDE + 2);
    if is_celled(dict) && !word.is_null() {
        return heap::get(Ref::from_bits(word.bits()), Cell::CONTENT);
    }
    word
}

fn present(value: Value) -> Option<Value> {
    if value.is_null() { None } else { Some(value) }
}

/// The value of a key.
#[inline]
pub fn get(dict: Ref, key: Value) -> PyResult<Option<Value>> {
    get_hashed(dict, key, hash(key)?)
}

/// The value of a key whose hash is known.
#[inline]
pub fn get_hashed(dict: Ref, key: Value, hash: i64) -> PyResult<Option<Value>> {
    Ok(match find(dict, key, hash)? {
        Found::Entry(entry) => present(entry_value(dict, entry)),
        Found::Absent => None,
    })
}

/// The number of the entry whose key is this very object; -1 if there is none, and in a namespace. Compares nothing.
pub fn position(dict: Ref, key: Value) -> i64 {
    let Ok(hash) = hash(key) else { return -1 };
    if is_celled(dict) {
        return -1;
    }
    let (entries, index) = (heap::get(dict, Dict::ENTRIES), heap::bytes(heap::get(dict, Dict::INDEX)));
    let stands = |entry: usize| triple(entries, entry)[1] == key;
    let found = if index.is_empty() {
        (0..entry_count(dict)).find(|&entry| stands(entry))
    } else {
        let mut probe = Probe::new(hash, index.len() / 4);
        loop {
            match place(index, probe.at) {
                EMPTY => break None,
                number if number >= FIRST && stands((number - FIRST) as usize) => {
                    break Some((number - FIRST) as usize);
                }
                _ => probe.advance(),
            }
        }
    };
    found.map_or(-1, |entry| entry as i64)
}

/// The value of a string key. A key of another type that equals the string is not found.
#[inline]
pub fn get_str(dict: Ref, key: Ref) -> Option<Value> {
    match find_str(dict, key, str::hash(key)) {
        Some(Found::Entry(entry)) => present(entry_value(dict, entry)),
        Some(Found::Absent) => None,
        None => get(dict, Value::object(key)).ok().flatten(),
    }
}

/// Whether there is such a key.
pub fn contains(dict: Ref, key: Value) -> PyResult<bool> {
    Ok(get(dict, key)?.is_some())
}

/// Sets the value of a key.
#[inline]
pub fn set(dict: Ref, key: Value, value: Value) -> PyResult<()> {
    set_hashed(dict, key, hash(key)?, value)
}

/// Sets the value of a key whose hash is known.
pub fn set_hashed(dict: Ref, key: Value, hash: i64, value: Value) -> PyResult<()> {
    match find(dict, key, hash)? {
        Found::Entry(entry) => replace(dict, entry, value),
        Found::Absent => insert(dict, key, hash, value)?,
    }
    Ok(())
}

/// Sets the value of a simple key (a string or a small integer): 0; 1 if nothing was done because only [`set`] can.
pub fn set_simple(dict: Ref, key: Value, value: Value) -> i64 {
    if is_celled(dict) {
        return 1;
    }
    match find_simple(dict, key) {
        Some(Found::Entry(entry)) => replace(dict, entry, value),
        Some(Found::Absent) => {
            let taken = heap::get(dict, Dict::FILLED) as usize + heap::get(dict, Dict::POPPED) as usize;
            // Large tables grow where there may be no room.
            if taken > 1 << 16 && (taken + 1) * STRIDE > heap::len(heap::get(dict, Dict::ENTRIES)) {
                return 1;
            }
            let _ = hash(key).and_then(|hash| insert(dict, key, hash, value));
        }
        None => return 1,
    }
    0
}

/// The value of a simple key, NULL if it is missing; `NotImplemented` if only [`get`] can tell.
pub fn get_simple(dict: Ref, key: Value) -> Value {
    match find_simple(dict, key) {
        Some(Found::Entry(entry)) => entry_value(dict, entry),
        Some(Found::Absent) => Value::NULL,
        None => NOT_IMPLEMENTED,
    }
}

/// Finds a string or a small integer; `None` if that would take the comparison with a key of another kind.
#[inline]
fn find_simple(dict: Ref, key: Value) -> Option<Found> {
    match hash(key) {
        Ok(hash) if key.has_layout(Str::ID) => find_str(dict, Ref::from_bits(key.bits()), hash),
        Ok(hash) => find_int(dict, key, hash),
        Err(_) => None,
    }
}

/// Finds a small integer; `None` if it would have to be compared with a key that is none.
fn find_int(dict: Ref, key: Value, hash: i64) -> Option<Found> {
    let (entries, index) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::INDEX));
    let (entries, index, word) = (heap::values(entries), heap::bytes(index), hash_word(hash));
    // Where an entry has the same hash but another key, that key might equal the integer.
    let look = |entry: usize| {
        if entries[entry * STRIDE + 1] == key {
            return Some(Some(Found::Entry(entry)));
        }
        let other = entries[entry * STRIDE + 1];
        (entries[entry * STRIDE] == word && !other.is_null() && !other.is_small_int()).then_some(None)
    };
    if index.is_empty() {
        return (0..entry_count(dict)).find_map(look).unwrap_or(Some(Found::Absent));
    }
    let mut probe = Probe::new(hash, index.len() / 4);
    loop {
        match place(index, probe.at) {
            EMPTY => return Some(Found::Absent),
            number if number >= FIRST => {
                if let Some(found) = look((number - FIRST) as usize) {
                    return found;
                }
            }
            _ => {}
        }
        probe.advance();
    }
}

/// Sets the value of a string key.
pub fn set_str(dict: Ref, key: Ref, value: Value) {
    // Only the comparison with a user's key object could fail.
    let _ = set_hashed(dict, Value::object(key), str::hash(key), value);
}

#[inline]
fn replace(dict: Ref, entry: usize, value: Value) {
    let entries = heap::get(dict, Dict::ENTRIES);
    if !is_celled(dict) {
        heap::set_item(entries, Values::TAIL, entry * STRIDE + 2, value);
        return;
    }
    let cell = Ref::from_bits(heap::item(entries, Values::TAIL, entry * STRIDE + 2).bits());
    variable::stored(cell);
    if heap::get(cell, Cell::CONTENT).is_null() {
        changed(dict, 1);
    }
    heap::set(cell, Cell::CONTENT, value);
}

/// Notes that so many keys were added.
fn changed(dict: Ref, added: i64) {
    heap::set(dict, Dict::USED, heap::get(dict, Dict::USED) + added);
    heap::set(dict, Dict::VERSION, heap::get(dict, Dict::VERSION) + 1);
}

/// Appends an entry for a key that is absent.
fn insert(dict: Ref, key: Value, hash: i64, value: Value) -> PyResult<()> {
    let mut filled = heap::get(dict, Dict::FILLED) as usize;
    let taken = filled + heap::get(dict, Dict::POPPED) as usize;
    if (taken + 1) * STRIDE > heap::len(heap::get(dict, Dict::ENTRIES)) {
        rebuild(dict)?;
        filled = heap::get(dict, Dict::FILLED) as usize;
    }
    let stored = if is_celled(dict) { Value::object(new_cell(value)) } else { value };
    let (entries, index) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::INDEX));
    heap::set_item(entries, Values::TAIL, filled * STRIDE, hash_word(hash));
    heap::set_item(entries, Values::TAIL, filled * STRIDE + 1, key);
    heap::set_item(entries, Values::TAIL, filled * STRIDE + 2, stored);
    enter(index, hash, filled);
    heap::set(dict, Dict::FILLED, filled as i64 + 1);
    changed(dict, i64::from(!value.is_null()));
    Ok(())
}

fn new_cell(content: Value) -> Ref {
    let cell = heap::alloc(Cell::ID, 0);
    heap::init(cell, Cell::CONTENT, content);
    cell
}

/// Puts an entry's number in the index, if there is one.
#[inline]
fn enter(index: Ref, hash: i64, entry: usize) {
    if heap::len(index) == 0 {
        return;
    }
    let mut probe = Probe::new(hash, heap::len(index) / 4);
    while place(heap::bytes(index), probe.at) >= FIRST {
        probe.advance();
    }
    set_place(index, probe.at, entry as u32 + FIRST);
}

/// Makes room for growth and drops deleted entries.
fn rebuild(dict: Ref) -> PyResult<()> {
    let (old, filled) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::FILLED) as usize);
    let kept = if is_celled(dict) { filled } else { len(dict) };
    let (room, index) = if kept < LINEAR {
        (if kept < FIRST_ROOM { FIRST_ROOM } else { LINEAR }, no_index())
    } else {
        let places = (kept * 3).next_power_of_two();
        let index = heap::try_alloc(heap::BYTES, places * 4).map_err(|_| error::memory_error(""))?;
        (usable(places), index)
    };
    let entries = heap::try_alloc(heap::VALUES, room * STRIDE).map_err(|_| error::memory_error(""))?;
    let mut count = 0;
    for entry in 0..filled {
        let [hash, key, value] = triple(old, entry);
        if key.is_null() {
            continue;
        }
        heap::set_item(entries, Values::TAIL, count * STRIDE, hash);
        heap::set_item(entries, Values::TAIL, count * STRIDE + 1, key);
        heap::set_item(entries, Values::TAIL, count * STRIDE + 2, value);
        enter(index, hash.small_int_unchecked(), count);
        count += 1;
    }
    heap::set(dict, Dict::ENTRIES, entries);
    heap::set(dict, Dict::INDEX, index);
    heap::set(dict, Dict::FILLED, count as i64);
    heap::set(dict, Dict::POPPED, 0);
    heap::set(dict, Dict::VERSION, heap::get(dict, Dict::VERSION) + 1);
    Ok(())
}

#[inline(always)]
fn triple(entries: Ref, entry: usize) -> [Value; 3] {
    let words = heap::values(entries);
    [words[entry * STRIDE], words[entry * STRIDE + 1], words[entry * STRIDE + 2]]
}

/// Removes a key; gives its value.
pub fn remove(dict: Ref, key: Value) -> PyResult<Option<Value>> {
    remove_hashed(dict, key, hash(key)?)
}

fn remove_hashed(dict: Ref, key: Value, hash: i64) -> PyResult<Option<Value>> {
    let Found::Entry(entry) = find(dict, key, hash)? else { return Ok(None) };
    let value = entry_value(dict, entry);
    if !value.is_null() {
        delete_entry(dict, entry);
    }
    Ok(present(value))
}

fn delete_entry(dict: Ref, entry: usize) {
    let entries = heap::get(dict, Dict::ENTRIES);
    let [hash, _, stored] = triple(entries, entry);
    if is_celled(dict) {
        variable::stored(Ref::from_bits(stored.bits()));
        heap::set(Ref::from_bits(stored.bits()), Cell::CONTENT, Value::NULL);
        changed(dict, -1);
        return;
    }
    let index = heap::get(dict, Dict::INDEX);
    if heap::len(index) > 0 {
        let mut probe = Probe::new(hash.small_int_unchecked(), heap::len(index) / 4);
        while place(heap::bytes(index), probe.at) != entry as u32 + FIRST {
            probe.advance();
        }
        set_place(index, probe.at, DELETED);
    }
    heap::fill_items(entries, Values::TAIL, entry * STRIDE + 1, 2, Value::NULL);
    changed(dict, -1);
}

/// Removes all keys.
pub fn clear(dict: Ref) {
    if is_celled(dict) {
        for entry in 0..heap::get(dict, Dict::FILLED) as usize {
            if !entry_value(dict, entry).is_null() {
                delete_entry(dict, entry);
            }
        }
        return;
    }
    heap::set(dict, Dict::ENTRIES, no_entries());
    heap::set(dict, Dict::INDEX, no_index());
    heap::set(dict, Dict::FILLED, 0);
    heap::set(dict, Dict::POPPED, 0);
    changed(dict, -heap::get(dict, Dict::USED));
}

/// Removes the key that was added last.
pub fn pop_last(dict: Ref) -> Option<(Value, Value)> {
    for entry in (0..heap::get(dict, Dict::FILLED) as usize).rev() {
        let value = entry_value(dict, entry);
        if !value.is_null() {
            let [_, key, _] = triple(heap::get(dict, Dict::ENTRIES), entry);
            delete_entry(dict, entry);
            if !is_celled(dict) {
                let given_back = entry_count(dict) - entry;
                heap::set(dict, Dict::FILLED, entry as i64);
                heap::set(dict, Dict::POPPED, heap::get(dict, Dict::POPPED) + given_back as i64);
            }
            return Some((key, value));
        }
    }
    None
}

/// The next key and value from entry `*position` on; moves the position behind them.
#[inline]
pub fn next_entry(dict: Ref, position: &mut usize) -> Option<(Value, Value)> {
    next_hashed(dict, position).map(|(_, key, value)| (key, value))
}

/// As [`next_entry`], with the key's hash.
#[inline]
pub fn next_hashed(dict: Ref, position: &mut usize) -> Option<(i64, Value, Value)> {
    let filled = heap::get(dict, Dict::FILLED) as usize;
    while *position < filled {
        let entry = *position;
        *position += 1;
        let value = entry_value(dict, entry);
        if !value.is_null() {
            let [hash, key, _] = triple(heap::get(dict, Dict::ENTRIES), entry);
            return Some((hash.small_int_unchecked(), key, value));
        }
    }
    None
}

/// The entry before `*position`; moves the position to it. For iterating backwards from [`entry_count`].
pub fn previous_entry(dict: Ref, position: &mut usize) -> Option<(Value, Value)> {
    *position = (*position).min(entry_count(dict));
    while *position > 0 {
        *position -= 1;
        let value = entry_value(dict, *position);
        if !value.is_null() {
            let [_, key, _] = triple(heap::get(dict, Dict::ENTRIES), *position);
            return Some((key, value));
        }
    }
    None
}

/// Number of entries, deleted ones included.
pub fn entry_count(dict: Ref) -> usize {
    heap::get(dict, Dict::FILLED) as usize
}

/// The keys and values in order. Stays within bounds if the dict changes meanwhile.
pub fn iter(dict: Ref) -> impl Iterator<Item = (Value, Value)> {
    let mut position = 0;
    std::iter::from_fn(move || next_entry(dict, &mut position))
}

/// The cell of a name in a namespace, whether or not it holds a value; `None` if the name was never bound.
pub fn find_cell(namespace: Ref, name: Ref) -> Option<Ref> {
    debug_assert!(is_celled(namespace));
    match find(namespace, Value::object(name), str::hash(name)) {
        Ok(Found::Entry(entry)) => {
            let word = heap::item(heap::get(namespace, Dict::ENTRIES), Values::TAIL, entry * STRIDE + 2);
            Some(Ref::from_bits(word.bits()))
        }
        _ => None,
    }
}

/// The cell of a name in a namespace, made empty if there is none.
pub fn make_cell(namespace: Ref, name: Ref) -> Ref {
    if let Some(cell) = find_cell(namespace, name) {
        return cell;
    }
    let _ = insert(namespace, Value::object(name), str::hash(name), Value::NULL);
    find_cell(namespace, name).unwrap_or_else(|| new_cell(Value::NULL))
}
