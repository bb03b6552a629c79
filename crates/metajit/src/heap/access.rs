//! Reading and writing heap objects through the typed constants of `layouts!`.
//!
//! These functions are safe to call because of two invariants that the callers keep:
//!
//! 1. a [`Ref`] that is passed in is not null and points to a live object (it came from `alloc`, a field, a
//!    slot or a root);
//! 2. its layout is the one of the field or tail that is used, and an index is below [`len`].
//!
//! An interpreter establishes the second with the type check or bounds check that its language demands
//! anyway, and the tracer turns that check into a guard; checking again here would cost every handler twice.
//! Builds with debug assertions do check. Neighbours: `layout.rs` (the constants), `barrier.rs` (what `set`
//! adds for pointers).
#![allow(unsafe_code)]

use super::barrier::{write_barrier, write_barrier_items};
use super::layout::{
    BYTES, Element, FLOATS, Field, HEADER_BYTES, INTS, LEN_OFFSET, LayoutId, Tail, VALUES, is_heap_pointer,
};
use super::value::{Ref, Value};
use crate::kind::Kind;
use std::slice;

/// The layout of an object.
#[inline(always)]
pub fn layout_of(object: Ref) -> LayoutId {
    debug_assert!(!object.is_null());
    // SAFETY: a live object starts with its layout id (invariant 1).
    LayoutId::from_bits(unsafe { *(object.address() as *const u32) })
}

/// The number of elements in an object's tail.
#[inline(always)]
pub fn len(object: Ref) -> usize {
    debug_assert!(!object.is_null());
    // SAFETY: a live object has its tail length at offset 4 (invariant 1).
    unsafe { *((object.address() + LEN_OFFSET as usize) as *const u32) as usize }
}

/// The size of an object in bytes, header included.
#[inline(always)]
pub fn size_of(object: Ref) -> usize {
    layout_of(object).size(len(object) as u32)
}

#[inline(always)]
fn check_field<K: Kind>(object: Ref, field: Field<K>) {
    debug_assert!(layout_of(object) == field.layout, "{field:?} of a {:?}", layout_of(object));
}

#[inline(always)]
fn check_item<E: Element>(object: Ref, tail: Tail<E>, index: usize) {
    debug_assert!(layout_of(object) == tail.layout, "{tail:?} of a {:?}", layout_of(object));
    debug_assert!(index < len(object), "index {index} in a {tail:?} of {}", len(object));
}

/// Reads a field.
#[inline(always)]
pub fn get<K: Kind>(object: Ref, field: Field<K>) -> K {
    check_field(object, field);
    // SAFETY: the field lies inside the object and holds a word of kind `K` (invariants 1 and 2).
    K::from_bits(unsafe { *((object.address() + field.offset as usize) as *const u64) })
}

/// Writes a field.
#[inline(always)]
pub fn set<K: Kind>(object: Ref, field: Field<K>, value: K) {
    init(object, field, value);
    if is_heap_pointer(value) {
        write_barrier(object, Value::from_bits(value.to_bits()));
    }
}

/// Writes a field of an object since whose allocation nothing has been allocated. (A collection in
/// between makes the object old, and an old object's pointers must be written with [`set`].)
#[inline(always)]
pub fn init<K: Kind>(object: Ref, field: Field<K>, value: K) {
    check_field(object, field);
    // SAFETY: the field lies inside the object (invariants 1 and 2); the one mutator thread is the only
    // writer.
    unsafe { *((object.address() + field.offset as usize) as *mut u64) = value.to_bits() }
}

/// Reads an element of the tail.
#[inline(always)]
pub fn item<E: Element>(object: Ref, tail: Tail<E>, index: usize) -> E {
    check_item(object, tail, index);
    // SAFETY: the element lies inside the object and is an `E` (invariants 1 and 2).
    unsafe { *((object.address() + tail.offset as usize) as *const E).add(index) }
}

/// Writes an element of the tail.
#[inline(always)]
pub fn set_item<E: Element>(object: Ref, tail: Tail<E>, index: usize, value: E) {
    init_item(object, tail, index, value);
    if value.is_heap_pointer() {
        write_barrier(object, Value::from_bits(value.widen().to_bits()));
    }
}

/// Writes an element of an object since whose allocation nothing has been allocated (see [`init`]).
#[inline(always)]
pub fn init_item<E: Element>(object: Ref, tail: Tail<E>, index: usize, value: E) {
    check_item(object, tail, index);
    // SAFETY: the element lies inside the object (invariants 1 and 2); the one mutator thread is the only
    // writer.
    unsafe { *((object.address() + tail.offset as usize) as *mut E).add(index) = value }
}

/// The elements of a tail as a slice.
///
/// Objects do not move, and the collector honours pointers into the middle of an object, so a non-empty slice
/// that is held on the native stack stays valid across collections. It must not be held across a write to the
/// same elements, nor be stored outside the stack.
#[inline(always)]
pub fn items<'a, E: Element>(object: Ref, tail: Tail<E>) -> &'a [E] {
    debug_assert!(layout_of(object) == tail.layout, "{tail:?} of a {:?}", layout_of(object));
    // SAFETY: the tail is `len` elements of `E` inside a live object (invariants 1 and 2); the caller keeps
    // the rule above.
    unsafe { slice::from_raw_parts((object.address() + tail.offset as usize) as *const E, len(object)) }
}

/// The elements of a tail of raw elements, for writing; the rule of [`items`], and no other slice of it is
/// alive.
#[inline(always)]
pub fn items_mut<'a, E: Element>(object: Ref, tail: Tail<E>) -> &'a mut [E] {
    const { assert!(E::KIND as u32 != Value::KIND as u32, "values are written through the write barrier") };
    debug_assert!(layout_of(object) == tail.layout, "{tail:?} of a {:?}", layout_of(object));
    // SAFETY: as in `items`; raw elements need no write barrier.
    unsafe { slice::from_raw_parts_mut((object.address() + tail.offset as usize) as *mut E, len(object)) }
}

/// Copies `count` elements from `source[from..]` to `target[to..]`; the ranges may overlap.
pub fn copy_items<E: Element>(
    target: Ref,
    target_tail: Tail<E>,
    to: usize,
    source: Ref,
    source_tail: Tail<E>,
    from: usize,
    count: usize,
) {
    debug_assert!(layout_of(source) == source_tail.layout && layout_of(target) == target_tail.layout);
    assert!(from + count <= len(source) && to + count <= len(target), "copied elements lie in both arrays");
    // SAFETY: both ranges lie inside live objects, as was just asserted; `copy` allows them to overlap.
    unsafe {
        let source = ((source.address() + source_tail.offset as usize) as *const E).add(from);
        let target = ((target.address() + target_tail.offset as usize) as *mut E).add(to);
        std::ptr::copy(source, target, count);
    }
    // What an object points to already is remembered for it.
    if target != source {
        items_were_written(target, target_tail, to, count);
    }
}

/// The write barrier after a range of elements was written.
#[inline(always)]
fn items_were_written<E: Element>(object: Ref, tail: Tail<E>, start: usize, count: usize) {
    if E::KIND as u32 == Value::KIND as u32 {
        // SAFETY: the range was just written, and its elements are values.
        let written = unsafe {
            let first = (object.address() + tail.offset as usize) as *const Value;
            slice::from_raw_parts(first.add(start), count)
        };
        write_barrier_items(object, written);
    }
}

/// Sets `count` elements from `start` on to one value.
pub fn fill_items<E: Element>(object: Ref, tail: Tail<E>, start: usize, count: usize, value: E) {
    debug_assert!(layout_of(object) == tail.layout);
    assert!(start + count <= len(object), "filled elements lie in the array");
    // SAFETY: the range lies inside a live object, as was just asserted.
    unsafe {
        let first = ((object.address() + tail.offset as usize) as *mut E).add(start);
        for i in 0..count {
            *first.add(i) = value;
        }
    }
    if value.is_heap_pointer() {
        write_barrier(object, Value::from_bits(value.widen().to_bits()));
    }
}

/// Writes elements from `start` on; they may lie in the same array.
pub fn set_items<E: Element>(object: Ref, tail: Tail<E>, start: usize, elements: &[E]) {
    debug_assert!(layout_of(object) == tail.layout);
    assert!(start + elements.len() <= len(object), "written elements lie in the array");
    // SAFETY: the range lies inside a live object, as was just asserted; `copy` allows an overlap.
    unsafe {
        let first = ((object.address() + tail.offset as usize) as *mut E).add(start);
        std::ptr::copy(elements.as_ptr(), first, elements.len());
    }
    items_were_written(object, tail, start, elements.len());
}

/// Cuts the tail of an object, which nobody has seen yet, to `new_len` raw elements.
#[inline]
pub fn shorten<E: Element>(object: Ref, tail: Tail<E>, new_len: usize) {
    const { assert!(E::KIND as u32 != Value::KIND as u32, "the collector may have seen an array of values") };
    debug_assert!(layout_of(object) == tail.layout);
    assert!(new_len <= len(object), "a shorter tail lies in the object");
    // SAFETY: a live object has its tail length at offset 4 (invariant 1). The memory behind the new end belongs to
    // nobody until the collector clears the line or the pages that hold it.
    unsafe { *((object.address() + LEN_OFFSET as usize) as *mut u32) = new_len as u32 }
}

const PLAIN_OFFSET: usize = HEADER_BYTES;

/// Gives the shorthands for the framework's own arrays.
macro_rules! plain_arrays {
    ($($(#[$meta:meta])* $name:ident, $layout:ident, $element:ty;)*) => {$(
        $(#[$meta])*
        ///
        /// The rule of [`items`] applies.
        #[inline(always)]
        pub fn $name<'a>(object: Ref) -> &'a [$element] {
            debug_assert!(layout_of(object) == $layout, "a {:?}, not {:?}", layout_of(object), $layout);
            // SAFETY: the array's elements follow its header (invariants 1 and 2).
            unsafe { slice::from_raw_parts((object.address() + PLAIN_OFFSET) as *const $element, len(object)) }
        }
    )*};
}

plain_arrays! {
    /// The elements of a `Values` array.
    values, VALUES, Value;
    /// The contents of a `Bytes` array.
    bytes, BYTES, u8;
    /// The elements of an `Ints` array.
    ints, INTS, i64;
    /// The elements of a `Floats` array.
    floats, FLOATS, f64;
}
