//! Sets and frozensets: an open-addressing table of (hash, key) pairs in one `Values` array.
//!
//! The probe sequence and the sizes are CPython's, so that sets of numbers iterate in the same order. A lookup whose
//! comparison ran Python code starts again if the table changed meanwhile.
//! `Set.summary` has the bit `hash % 64` of each key, and perhaps others: many searches for what is not there end with it,
//! and so do many questions whether one set is part of another. `Set.accuracy` says what it is worth.
//! Neighbours: `algebra` (union and the like), `methods` (the method tables).

pub mod algebra;
pub mod methods;

use super::dict::same_key;
use super::hash::hash;
use super::layouts::{BigInt, PyBytes, Set, Str};
use super::{PyResult, error, iterators, str};
use metajit::heap::{self, Ref, Value, Values};

/// Places looked at one after the other before jumping on.
const LINEAR_PROBES: usize = 9;
/// Places of the smallest table.
const SMALLEST: usize = 8;

/// An empty set.
pub fn new() -> Ref {
    allocate(SMALLEST, false)
}

/// An empty frozenset, to be filled before anybody sees it.
pub fn new_frozen() -> Ref {
    allocate(SMALLEST, true)
}

/// An empty set of either kind.
pub fn new_like(frozen: bool) -> Ref {
    allocate(SMALLEST, frozen)
}

fn allocate(places: usize, frozen: bool) -> Ref {
    let entries = heap::alloc(heap::VALUES, 2 * places);
    let set = heap::alloc(Set::ID, 0);
    heap::init(set, Set::FROZEN, i64::from(frozen));
    heap::init(set, Set::ENTRIES, entries);
    set
}

/// Number of keys.
#[inline(always)]
pub fn len(set: Ref) -> usize {
    heap::get(set, Set::USED) as usize
}

/// Whether it is a frozenset.
#[inline(always)]
pub fn is_frozen(set: Ref) -> bool {
    heap::get(set, Set::FROZEN) != 0
}

/// Changes whenever a key is added or removed.
pub fn version(set: Ref) -> i64 {
    heap::get(set, Set::VERSION)
}

fn places(set: Ref) -> usize {
    heap::len(heap::get(set, Set::ENTRIES)) / 2
}

#[inline(always)]
fn hash_word(hash: i64) -> Value {
    Value::from_bits((hash as u64) << 1 | 1)
}

/// `Set.accuracy`: no two keys have the same bit, and no others are in the summary.
const DISTINCT: i64 = 0;
/// Two keys may have the same bit.
const SHARED: i64 = 1;
/// There may be bits of keys that are gone.
pub const STALE: i64 = 2;

/// A key's bit in a summary.
#[inline(always)]
fn bit(hash: i64) -> i64 {
    1 << (hash & 63)
}

/// Whether the summary says that no key has this hash.
#[inline(always)]
fn rules_out(set: Ref, hash: i64) -> bool {
    heap::get(set, Set::SUMMARY) & bit(hash) == 0
}

/// Whether the summaries say that `a` has a key that is not in `b`.
#[inline(always)]
fn has_others(a: Ref, b: Ref) -> bool {
    heap::get(a, Set::SUMMARY) & !heap::get(b, Set::SUMMARY) != 0 && heap::get(a, Set::ACCURACY) != STALE
}

/// A key has been added, says the summary.
#[inline(always)]
fn summarise(set: Ref, hash: i64) {
    let summary = heap::get(set, Set::SUMMARY);
    if summary & bit(hash) != 0 && heap::get(set, Set::ACCURACY) == DISTINCT {
        heap::set(set, Set::ACCURACY, SHARED);
    }
    heap::set(set, Set::SUMMARY, summary | bit(hash));
}

/// Visits the places of a key's probe sequence until `visit` gives something.
#[inline(always)]
fn probe<T>(places: usize, hash: i64, mut visit: impl FnMut(usize) -> Option<T>) -> T {
    let mask = places - 1;
    let mut perturb = hash as u64;
    let mut at = hash as usize & mask;
    loop {
        let more = if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
        for place in at..=at + more {
            if let Some(result) = visit(place) {
                return result;
            }
        }
        perturb >>= 5;
        at = at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
    }
}

/// What was found at the end of a probe sequence.
#[derive(Clone, Copy)]
enum Found {
    /// The key, at this place.
    At(usize),
    /// An unused place, where the key may be put.
    Unused(usize),
    /// The place of a deleted key, where the key may be put instead.
    Deleted(usize),
}

/// Whether a key is compared with others without running Python code: anything but an object that may hold others.
#[inline]
fn is_simple(key: Value) -> bool {
    match key.as_ref() {
        Some(object) => matches!(
            heap::layout_of(object),
            Str::ID | BigInt::ID | PyBytes::ID | heap::INT_BOX | heap::FLOAT_BOX
        ),
        None => true,
    }
}

/// How a key is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// With Python's `==` where that decides.
    Any,
    /// Without running Python code: [`UNTOLD`] where that would be needed.
    Simple,
}

/// The error of a search that would have to run Python code and must not.
pub const UNTOLD: Value = Value::NULL;

/// As [`find`] for a simple key; `None` if it would have to be compared with one that is not.
#[inline]
fn find_simple(set: Ref, key: Value, hash: i64) -> Option<Found> {
    let word = hash_word(hash);
    let words = heap::values(heap::get(set, Set::ENTRIES));
    let mut deleted = None;
    probe(words.len() / 2, hash, |place| {
        let (found, other) = (words[2 * place], words[2 * place + 1]);
        if other == key && found == word {
            return Some(Some(Found::At(place)));
        }
        if found.is_null() {
            return Some(Some(deleted.map_or(Found::Unused(place), Found::Deleted)));
        }
        if other.is_null() {
            deleted = Some(place);
            return None;
        }
        if found != word {
            return None;
        }
        if !is_simple(other) {
            return Some(None);
        }
        matches!(same_key(other, key), Ok(true)).then_some(Some(Found::At(place)))
    })
}

/// Whether there is such a simple key: 0 or 1; 2 if only [`contains`] can tell.
pub fn contains_simple(set: Ref, key: Value) -> i64 {
    let Ok(hash) = hash(key) else { return 2 };
    has_simple(set, key, hash).map_or(2, i64::from)
}

/// Adds a simple key: 0; 1 if nothing was done because only [`add`] can.
pub fn add_simple(set: Ref, key: Value) -> i64 {
    let Ok(hash) = hash(key) else { return 1 };
    match find_simple(set, key, hash) {
        // The table may have to grow, for which there may be no room.
        Some(Found::Unused(_)) if is_full(set, heap::get(set, Set::FILLED) + 1) => 1,
        Some(found) => {
            let _ = put(set, key, hash, found);
            0
        }
        None => 1,
    }
}

#[inline]
fn find(set: Ref, key: Value, hash: i64) -> PyResult<Found> {
    let word = hash_word(hash);
    loop {
        let version = version(set);
        let entries = heap::get(set, Set::ENTRIES);
        let mut deleted = None;
        let outcome = probe(places(set), hash, |place| {
            let (found, other) = {
                let words = heap::values(entries);
                (words[2 * place], words[2 * place + 1])
            };
            if found.is_null() {
                return Some(Ok(Some(deleted.map_or(Found::Unused(place), Found::Deleted))));
            }
            if other.is_null() {
                deleted = Some(place);
                return None;
            }
            if found != word {
                return None;
            }
            if other == key {
                return Some(Ok(Some(Found::At(place))));
            }
            if other.has_layout(Str::ID) && key.has_layout(Str::ID) {
                let same = str::equal(Ref::from_bits(other.bits()), Ref::from_bits(key.bits()));
                return same.then_some(Ok(Some(Found::At(place))));
            }
            match same_key(other, key) {
                Err(exception) => Some(Err(exception)),
                Ok(_) if self::version(set) != version => Some(Ok(None)),
                Ok(true) => Some(Ok(Some(Found::At(place)))),
                Ok(false) => None,
            }
        })?;
        if let Some(found) = outcome {
            return Ok(found);
        }
    }
}

/// Whether there is such a key, whose hash is known; `None` if only [`contains_hashed`] can tell.
#[inline(always)]
fn has_simple(set: Ref, key: Value, hash: i64) -> Option<bool> {
    if rules_out(set, hash) {
        return Some(false);
    }
    if !is_simple(key) {
        return None;
    }
    find_simple(set, key, hash).map(|found| matches!(found, Found::At(_)))
}

/// Whether the key is in the set.
#[inline]
pub fn contains(set: Ref, key: Value) -> PyResult<bool> {
    contains_hashed(set, key, hash(key)?)
}

/// Whether a key whose hash is known is in the set.
#[inline]
pub fn contains_hashed(set: Ref, key: Value, hash: i64) -> PyResult<bool> {
    has(set, key, hash, Lookup::Any)
}

/// As [`contains_hashed`], with the choice of how to look.
#[inline(always)]
fn has(set: Ref, key: Value, hash: i64, lookup: Lookup) -> PyResult<bool> {
    match has_simple(set, key, hash) {
        Some(found) => Ok(found),
        None if lookup == Lookup::Simple => Err(UNTOLD),
        None => Ok(matches!(find(set, key, hash)?, Found::At(_))),
    }
}

/// Where a key is or may be put, with the choice of how to look.
#[inline]
fn search(set: Ref, key: Value, hash: i64, lookup: Lookup) -> PyResult<Found> {
    let simple = if is_simple(key) { find_simple(set, key, hash) } else { None };
    match simple {
        Some(found) => Ok(found),
        None if lookup == Lookup::Simple => Err(UNTOLD),
        None => find(set, key, hash),
    }
}

/// Adds a key; says whether it was new.
#[inline]
pub fn add(set: Ref, key: Value) -> PyResult<bool> {
    add_hashed(set, key, hash(key)?)
}

/// Adds a key whose hash is known; says whether it was new.
pub fn add_hashed(set: Ref, key: Value, hash: i64) -> PyResult<bool> {
    add_looked_up(set, key, hash, Lookup::Any)
}

fn add_looked_up(set: Ref, key: Value, hash: i64, lookup: Lookup) -> PyResult<bool> {
    let found = search(set, key, hash, lookup)?;
    put(set, key, hash, found)
}

/// Whether a table with so many places taken has to grow.
fn is_full(set: Ref, filled: i64) -> bool {
    filled as usize * 5 >= (places(set) - 1) * 3
}

/// Puts a key where the search for it has ended; says whether it was new.
#[inline]
fn put(set: Ref, key: Value, hash: i64, found: Found) -> PyResult<bool> {
    let (place, reused) = match found {
        Found::At(_) => return Ok(false),
        Found::Unused(place) => (place, false),
        Found::Deleted(place) => (place, true),
    };
    let entries = heap::get(set, Set::ENTRIES);
    heap::set_item(entries, Values::TAIL, 2 * place, hash_word(hash));
    heap::set_item(entries, Values::TAIL, 2 * place + 1, key);
    summarise(set, hash);
    if reused {
        changed(set, 1);
    } else {
        filled_one(set)?;
    }
    Ok(true)
}

/// Adds a key that is absent to a set without deleted pairs.
#[inline]
fn add_absent(set: Ref, key: Value, hash: i64) -> PyResult<()> {
    insert_clean(heap::get(set, Set::ENTRIES), hash_word(hash), key);
    summarise(set, hash);
    filled_one(set)
}

/// A key has been put into an unused place.
#[inline(always)]
fn filled_one(set: Ref) -> PyResult<()> {
    let filled = heap::get(set, Set::FILLED) + 1;
    heap::set(set, Set::FILLED, filled);
    changed(set, 1);
    if is_full(set, filled) {
        let used = len(set);
        resize(set, if used > 50_000 { used * 2 } else { used * 4 })?;
    }
    Ok(())
}

fn changed(set: Ref, added: i64) {
    heap::set(set, Set::USED, heap::get(set, Set::USED) + added);
    heap::set(set, Set::VERSION, heap::get(set, Set::VERSION) + 1);
}

/// An empty table with more than `needed` places.
fn table_for(needed: usize) -> PyResult<Ref> {
    let mut size = SMALLEST;
    while size <= needed {
        size *= 2;
    }
    heap::try_alloc(heap::VALUES, 2 * size).map_err(|_| error::memory_error(""))
}

/// Rebuilds the table with more than `needed` places.
fn resize(set: Ref, needed: usize) -> PyResult<()> {
    let old = heap::get(set, Set::ENTRIES);
    let new = table_for(needed)?;
    for pair in heap::values(old).chunks_exact(2) {
        if !pair[1].is_null() {
            insert_clean(new, pair[0], pair[1]);
        }
    }
    heap::set(set, Set::ENTRIES, new);
    heap::set(set, Set::FILLED, heap::get(set, Set::USED));
    heap::set(set, Set::VERSION, heap::get(set, Set::VERSION) + 1);
    Ok(())
}

/// Puts a key that is absent in a table without deleted pairs.
#[inline]
fn insert_clean(entries: Ref, word: Value, key: Value) {
    let hash = word.small_int_unchecked();
    let place = probe(heap::len(entries) / 2, hash, |place| {
        heap::item(entries, Values::TAIL, 2 * place).is_null().then_some(place)
    });
    heap::set_item(entries, Values::TAIL, 2 * place, word);
    heap::set_item(entries, Values::TAIL, 2 * place + 1, key);
}

/// Removes a key; says whether it was there.
pub fn discard(set: Ref, key: Value) -> PyResult<bool> {
    discard_hashed(set, key, hash(key)?, Lookup::Any)
}

fn discard_hashed(set: Ref, key: Value, hash: i64, lookup: Lookup) -> PyResult<bool> {
    if rules_out(set, hash) {
        return Ok(false);
    }
    let Found::At(place) = search(set, key, hash, lookup)? else { return Ok(false) };
    heap::set_item(heap::get(set, Set::ENTRIES), Values::TAIL, 2 * place + 1, Value::NULL);
    removed(set, hash);
    Ok(true)
}

/// A key with this hash has been removed.
fn removed(set: Ref, hash: i64) {
    changed(set, -1);
    if len(set) == 0 {
        forget_summary(set);
    } else if heap::get(set, Set::ACCURACY) == DISTINCT {
        heap::set(set, Set::SUMMARY, heap::get(set, Set::SUMMARY) & !bit(hash));
    } else {
        heap::set(set, Set::ACCURACY, STALE);
    }
}

fn forget_summary(set: Ref) {
    heap::set(set, Set::SUMMARY, 0);
    heap::set(set, Set::ACCURACY, DISTINCT);
}

/// Removes and returns some key.
pub fn pop(set: Ref) -> Option<Value> {
    if len(set) == 0 {
        return None;
    }
    let entries = heap::get(set, Set::ENTRIES);
    let mask = places(set) - 1;
    let mut place = heap::get(set, Set::HASH) as usize & mask;
    while heap::item(entries, Values::TAIL, 2 * place + 1).is_null() {
        place = (place + 1) & mask;
    }
    let key = heap::item(entries, Values::TAIL, 2 * place + 1);
    let hash = heap::item(entries, Values::TAIL, 2 * place).small_int_unchecked();
    heap::set_item(entries, Values::TAIL, 2 * place + 1, Value::NULL);
    heap::set(set, Set::HASH, place as i64 + 1);
    removed(set, hash);
    Some(key)
}

/// Removes all keys.
pub fn clear(set: Ref) {
    heap::set(set, Set::ENTRIES, heap::alloc(heap::VALUES, 2 * SMALLEST));
    heap::set(set, Set::FILLED, 0);
    forget_summary(set);
    changed(set, -heap::get(set, Set::USED));
}

/// The next key from place `*position` on; moves the position behind it.
#[inline]
pub fn next_key(set: Ref, position: &mut usize) -> Option<Value> {
    next_hashed(set, position).map(|(_, key)| key)
}

/// As [`next_key`], with the key's hash.
#[inline]
pub fn next_hashed(set: Ref, position: &mut usize) -> Option<(i64, Value)> {
    let (pairs, _) = heap::values(heap::get(set, Set::ENTRIES)).as_chunks::<2>();
    let start = *position;
    for (passed, [word, key]) in pairs.get(start..)?.iter().enumerate() {
        if !key.is_null() {
            *position = start + passed + 1;
            return Some((word.small_int_unchecked(), *key));
        }
    }
    *position = pairs.len();
    None
}

/// Calls `visit` with the hash and key of each element.
pub fn for_each_hashed(set: Ref, mut visit: impl FnMut(i64, Value)) {
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(set, &mut position) {
        visit(hash, key);
    }
}

/// The keys. Stays within bounds if the set changes meanwhile.
pub fn iter(set: Ref) -> impl Iterator<Item = Value> {
    let mut position = 0;
    std::iter::from_fn(move || next_key(set, &mut position))
}

/// A set of these keys, which the collector must find elsewhere until this returns.
pub fn from_slice(keys: &[Value]) -> PyResult<Ref> {
    let set = new();
    for &key in keys {
        add(set, key)?;
    }
    Ok(set)
}

/// A frozenset of these keys, which the collector must find elsewhere until this returns.
pub fn frozen_from(keys: &[Value]) -> PyResult<Ref> {
    let set = new_frozen();
    for &key in keys {
        add(set, key)?;
    }
    Ok(set)
}

/// A set (or frozenset) of what an iterable gives.
pub fn from_iterable(iterable: Value, frozen: bool) -> PyResult<Ref> {
    let set = new_like(frozen);
    update(set, iterable)?;
    Ok(set)
}

/// Adds what an iterable gives.
pub fn update(set: Ref, iterable: Value) -> PyResult<()> {
    if iterable.has_layout(Set::ID) {
        return merge(set, Ref::from_bits(iterable.bits()), Lookup::Any);
    }
    if iterable.has_layout(super::layouts::Dict::ID) {
        let dict = Ref::from_bits(iterable.bits());
        let count = super::dict::len(dict);
        if (heap::get(set, Set::FILLED) as usize + count) * 5 >= (places(set) - 1) * 3 {
            resize(set, (len(set) + count) * 2)?;
        }
        let mut position = 0;
        while let Some((hash, key, _)) = super::dict::next_hashed(dict, &mut position) {
            add_hashed(set, key, hash)?;
        }
        return Ok(());
    }
    iterators::for_each(iterable, |key| add(set, key).map(|_| ()))
}

/// Adds the keys of another set.
fn merge(set: Ref, other: Ref, lookup: Lookup) -> PyResult<()> {
    if set == other || len(other) == 0 {
        return Ok(());
    }
    if (heap::get(set, Set::FILLED) as usize + len(other)) * 5 >= (places(set) - 1) * 3 {
        resize(set, (len(set) + len(other)) * 2)?;
    }
    if heap::get(set, Set::FILLED) > 0 {
        let mut position = 0;
        while let Some((hash, key)) = next_hashed(other, &mut position) {
            add_looked_up(set, key, hash, lookup)?;
        }
        return Ok(());
    }
    let (target, source) = (heap::get(set, Set::ENTRIES), heap::get(other, Set::ENTRIES));
    let without_deleted = heap::get(other, Set::FILLED) == heap::get(other, Set::USED);
    if heap::len(target) == heap::len(source) && without_deleted {
        heap::copy_items(target, Values::TAIL, 0, source, Values::TAIL, 0, heap::len(source));
    } else {
        for_each_hashed(other, |hash, key| insert_clean(target, hash_word(hash), key));
    }
    heap::set(set, Set::FILLED, len(other) as i64);
    heap::set(set, Set::SUMMARY, heap::get(other, Set::SUMMARY));
    heap::set(set, Set::ACCURACY, heap::get(other, Set::ACCURACY));
    changed(set, len(other) as i64);
    Ok(())
}

/// A copy of the same kind as asked for.
pub fn copy(set: Ref, frozen: bool) -> PyResult<Ref> {
    let made = new_like(frozen);
    merge(made, set, Lookup::Any)?;
    Ok(made)
}

/// The place of the first key from place `at` on, for iteration; -1 if there is none.
pub fn next_place(set: Ref, at: i64) -> i64 {
    let mut position = at as usize;
    match next_hashed(set, &mut position) {
        Some(_) => position as i64 - 1,
        None => -1,
    }
}
