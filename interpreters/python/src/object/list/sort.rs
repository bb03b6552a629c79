//! Sorting: stable, with as few comparisons as natural runs allow.
//!
//! Ints, floats, strings, and tuples of these, sort natively where all are of one kind. Anything else goes through a natural merge sort (runs extended by binary
//! insertion, merged pairwise like Tim Peters's listsort) whose comparisons may raise and may look at the list,
//! which is empty meanwhile. Whatever happens, the list ends up with a permutation of its elements.

use super::{len, storage};
use crate::object::layouts::{List, Str, Tuple};
use crate::object::{NONE, PyResult, compare, error, str, tuple};
use crate::raw;
use metajit::heap::{self, Floats, Ref, Value, Values};
use std::cmp::Ordering;

/// Runs shorter than this are extended by binary insertion.
const SHORTEST_RUN: usize = 32;

/// Sorts a list. `key` is a function, or None or NULL for none.
pub fn sort(list: Ref, key: Value, reverse: bool) -> PyResult<()> {
    let key = if key == NONE { Value::NULL } else { key };
    let count = len(list);
    let elements = heap::get(list, List::ITEMS);
    if !storage::holds_values(elements) && key.is_null() {
        sort_floats(&mut heap::items_mut(elements, Floats::TAIL)[..count], reverse);
        return Ok(());
    }
    let words = if storage::holds_values(elements) { elements } else { storage::words(elements, count) };
    // The list is empty while comparisons run, so that what they do to it can be noticed.
    let hidden = heap::alloc(heap::VALUES, 0);
    heap::set(list, List::ITEMS, hidden);
    heap::set(list, List::LEN, 0);
    let result = sort_storage(words, count, key, reverse);
    let touched = heap::get(list, List::ITEMS) != hidden || len(list) != 0;
    let sorted = if words == elements { None } else { storage::floats(heap::values(words)) };
    heap::set(list, List::ITEMS, sorted.unwrap_or(words));
    heap::set(list, List::LEN, count as i64);
    result?;
    if touched { Err(error::value_error("list modified during sort")) } else { Ok(()) }
}

/// Sorts floats without a NaN. Zeros are equal and keep their order.
fn sort_floats(floats: &mut [f64], reverse: bool) {
    let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(Ordering::Equal);
    if reverse {
        floats.sort_by(|a, b| order(b, a));
    } else {
        floats.sort_by(order);
    }
}

fn sort_storage(storage: Ref, count: usize, key: Value, reverse: bool) -> PyResult<()> {
    if key.is_null() {
        return sort_pairs(storage, storage, count, reverse);
    }
    let keys = heap::alloc(heap::VALUES, count);
    for i in 0..count {
        let made = raw::call(key, &[heap::values(storage)[i]])?;
        heap::set_item(keys, Values::TAIL, i, made);
    }
    sort_by_keys(storage, keys, count, reverse)
}

/// Sorts elements by keys that were computed already; the two arrays are permuted alike.
pub fn sort_by_keys(storage: Ref, keys: Ref, count: usize, reverse: bool) -> PyResult<()> {
    sort_pairs(storage, keys, count, reverse)
}

/// What all keys are, for which a native comparison exists.
fn is_all(keys: Ref, count: usize, test: impl Fn(Value) -> bool) -> bool {
    heap::values(keys)[..count].iter().all(|&key| test(key))
}

/// Sorts `keys`, and `storage` along with it (they may be the same array).
fn sort_pairs(storage: Ref, keys: Ref, count: usize, reverse: bool) -> PyResult<()> {
    if count < 2 {
        return Ok(());
    }
    if is_all(keys, count, Value::is_small_int) {
        if storage == keys {
            sort_ints(storage, count, reverse);
            return Ok(());
        }
        sort_native(storage, keys, count, reverse, |key| key.small_int_unchecked());
        return Ok(());
    }
    if is_all(keys, count, |key| key.is_immediate_float()) {
        sort_native(storage, keys, count, reverse, |key| ordered_bits(key.immediate_float_unchecked()));
        return Ok(());
    }
    if is_all(keys, count, |key| key.has_layout(Str::ID)) {
        sort_native(storage, keys, count, reverse, |key| str::bytes(Ref::from_bits(key.bits())));
        return Ok(());
    }
    if are_native_tuples(&heap::values(keys)[..count]) {
        sort_native(storage, keys, count, reverse, |key| {
            NativeTuple(tuple::items(Ref::from_bits(key.bits())))
        });
        return Ok(());
    }
    Merger::new(storage, keys, count, reverse).run()
}

/// What a value is for [`NativeTuple`]: values of one kind are ordered without running Python code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NativeKind {
    Int,
    Float,
    Str,
}

fn native_kind(value: Value) -> Option<NativeKind> {
    if value.is_small_int() {
        Some(NativeKind::Int)
    } else if value.is_immediate_float() {
        Some(NativeKind::Float)
    } else if value.has_layout(Str::ID) {
        Some(NativeKind::Str)
    } else {
        None
    }
}

/// Whether all values are tuples whose items at each position are of one native kind.
fn are_native_tuples(keys: &[Value]) -> bool {
    let items_of = |key: Value| key.has_layout(Tuple::ID).then(|| tuple::items(Ref::from_bits(key.bits())));
    let Some(first) = items_of(keys[0]) else { return false };
    keys.iter().all(|&key| {
        items_of(key).is_some_and(|items| {
            items.len() == first.len()
                && items.iter().zip(first).all(|(&item, &model)| {
                    native_kind(item).is_some_and(|kind| native_kind(model) == Some(kind))
                })
        })
    })
}

/// A tuple of ints, floats and strings, of the same kinds as all tuples that it is compared with.
#[derive(PartialEq, Eq)]
struct NativeTuple<'a>(&'a [Value]);

impl Ord for NativeTuple<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        for (&a, &b) in self.0.iter().zip(other.0) {
            if a == b {
                continue;
            }
            let order = if a.is_small_int() {
                a.small_int_unchecked().cmp(&b.small_int_unchecked())
            } else if a.is_immediate_float() {
                ordered_bits(a.immediate_float_unchecked()).cmp(&ordered_bits(b.immediate_float_unchecked()))
            } else {
                str::bytes(Ref::from_bits(a.bits())).cmp(str::bytes(Ref::from_bits(b.bits())))
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for NativeTuple<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An integer that orders as the float does; the zeros are equal, and there are no NaNs among immediate floats.
fn ordered_bits(f: f64) -> i64 {
    let bits = (f + 0.0).to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// Sorts by native keys, along with the positions they came from: a `Vec` of values would hide them from the collector.
fn sort_native<K: Ord>(storage: Ref, keys: Ref, count: usize, reverse: bool, key: impl Fn(Value) -> K) {
    let keys = heap::values(keys)[..count].iter();
    let mut pairs: Vec<(K, u32)> = keys.enumerate().map(|(i, &k)| (key(k), i as u32)).collect();
    if reverse {
        pairs.sort_by(|a, b| b.0.cmp(&a.0));
    } else {
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let order: Vec<u32> = pairs.into_iter().map(|(_, i)| i).collect();
    permute(storage, &order);
}

/// Sorts small ints, which are no heap objects and indistinguishable when equal.
fn sort_ints(storage: Ref, count: usize, reverse: bool) {
    let mut ints: Vec<i64> =
        heap::values(storage)[..count].iter().map(|value| value.small_int_unchecked()).collect();
    ints.sort_unstable();
    if reverse {
        ints.reverse();
    }
    for (i, int) in ints.into_iter().enumerate() {
        heap::init_item(storage, Values::TAIL, i, Value::int(int));
    }
}

/// Puts the element `order[i]` in place `i`.
fn permute(storage: Ref, order: &[u32]) {
    let copy = heap::alloc(heap::VALUES, order.len());
    heap::copy_items(copy, Values::TAIL, 0, storage, Values::TAIL, 0, order.len());
    for (i, &from) in order.iter().enumerate() {
        let element = heap::values(copy)[from as usize];
        heap::init_item(storage, Values::TAIL, i, element);
    }
    heap::write_barrier_whole(storage);
}

/// Merge sort of the positions of keys, which stay where they are.
struct Merger {
    storage: Ref,
    keys: Ref,
    order: Vec<u32>,
    scratch: Vec<u32>,
    reverse: bool,
}

impl Merger {
    fn new(storage: Ref, keys: Ref, count: usize, reverse: bool) -> Merger {
        Merger { storage, keys, order: (0..count as u32).collect(), scratch: Vec::new(), reverse }
    }

    /// On an exception the elements keep their places, which is a permutation too.
    fn run(mut self) -> PyResult<()> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let count = self.order.len();
        let shortest = Self::shortest_run(count);
        let mut start = 0;
        while start < count {
            let mut end = self.natural_run(start)?;
            if end - start < shortest {
                let wanted = (start + shortest).min(count);
                self.insert_sorted(start, end, wanted)?;
                end = wanted;
            }
            runs.push((start, end - start));
            start = end;
            self.collapse(&mut runs)?;
        }
        while runs.len() > 1 {
            let at = runs.len() - 2;
            self.merge_at(&mut runs, at)?;
        }
        permute(self.storage, &self.order);
        Ok(())
    }

    /// A run length that divides the whole in about a power of two of runs.
    fn shortest_run(mut count: usize) -> usize {
        let mut dropped = 0;
        while count >= 2 * SHORTEST_RUN {
            dropped |= count & 1;
            count >>= 1;
        }
        count + dropped
    }

    /// Whether the element `a` goes before the element `b` that it came after.
    fn before(&self, a: u32, b: u32) -> PyResult<bool> {
        let keys = heap::values(self.keys);
        let (a, b) = (keys[a as usize], keys[b as usize]);
        if self.reverse { compare::less(b, a) } else { compare::less(a, b) }
    }

    /// The end of the ascending run that begins at `start`; a strictly descending one is turned round.
    fn natural_run(&mut self, start: usize) -> PyResult<usize> {
        let mut end = start + 1;
        if end == self.order.len() {
            return Ok(end);
        }
        let descending = self.before(self.order[end], self.order[start])?;
        end += 1;
        while end < self.order.len() && self.before(self.order[end], self.order[end - 1])? == descending {
            end += 1;
        }
        if descending {
            self.order[start..end].reverse();
        }
        Ok(end)
    }

    /// Inserts `sorted..end` in the sorted run `start..sorted`.
    fn insert_sorted(&mut self, start: usize, sorted: usize, end: usize) -> PyResult<()> {
        for i in sorted..end {
            let pivot = self.order[i];
            let (mut low, mut high) = (start, i);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.before(pivot, self.order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.order[low..=i].rotate_right(1);
        }
        Ok(())
    }

    /// Merges runs until their lengths fall fast enough from the bottom of the stack to its top.
    fn collapse(&mut self, runs: &mut Vec<(usize, usize)>) -> PyResult<()> {
        while runs.len() > 1 {
            let n = runs.len() - 2;
            let length = |i: usize| runs[i].1;
            if n > 0 && length(n - 1) <= length(n) + length(n + 1)
                || n > 1 && length(n - 2) <= length(n - 1) + length(n)
            {
                let at = if length(n - 1) < length(n + 1) { n - 1 } else { n };
                self.merge_at(runs, at)?;
            } else if length(n) <= length(n + 1) {
                self.merge_at(runs, n)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn merge_at(&mut self, runs: &mut Vec<(usize, usize)>, at: usize) -> PyResult<()> {
        let ((start, left), (_, right)) = (runs[at], runs[at + 1]);
        self.merge(start, start + left, start + left + right)?;
        runs[at].1 = left + right;
        runs.remove(at + 1);
        Ok(())
    }

    fn merge(&mut self, start: usize, middle: usize, end: usize) -> PyResult<()> {
        // Already in order: one comparison for presorted input.
        if !self.before(self.order[middle], self.order[middle - 1])? {
            return Ok(());
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(&self.order[start..middle]);
        let (mut left, mut right, mut out) = (0, middle, start);
        while left < scratch.len() && right < end {
            if self.before(self.order[right], scratch[left])? {
                self.order[out] = self.order[right];
                right += 1;
            } else {
                self.order[out] = scratch[left];
                left += 1;
            }
            out += 1;
        }
        let rest = scratch.len() - left;
        self.order[out..out + rest].copy_from_slice(&scratch[left..]);
        self.scratch = scratch;
        Ok(())
    }
}

/// `sorted(iterable, key, reverse)`: a new sorted list.
pub fn sorted(iterable: Value, key: Value, reverse: bool) -> PyResult<Ref> {
    let list = super::from_iterable(iterable)?;
    sort(list, key, reverse)?;
    Ok(list)
}
