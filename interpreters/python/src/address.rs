//! The fence of this interpreter: addresses of leaked Rust structures that heap fields hold, and windows of frames.
//!
//! `Code`, `Shape`, `ClassData` and `Native` records are leaked, so that their address is a plain word that heap objects hold and
//! that compiled code compares. Invariant: the fields `Function.code`, `Generator.code`, `CodeObject.code`, `Traceback.code`,
//! `Instance.shape`, `Class.data`, `Builtin.def` and (unless 0) `Cell.watch` are written only with the result of [`address_of`] on the type named here.
#![allow(unsafe_code)]

use crate::code::{Code, Site};
use crate::object::native::Native;
use crate::object::shape::Shape;
use crate::object::types::ClassData;
use crate::object::variable::Watch;
use metajit::heap::Value;

/// The word for a leaked structure.
#[inline(always)]
pub fn address_of<T>(structure: &'static T) -> i64 {
    std::ptr::from_ref(structure) as i64
}

/// The code whose address a heap field holds.
#[inline(always)]
pub fn code(address: i64) -> &'static Code {
    // SAFETY: the module's invariant.
    unsafe { &*(address as *const Code) }
}

/// The shape whose address an instance holds.
#[inline(always)]
pub fn shape(address: i64) -> &'static Shape {
    // SAFETY: the module's invariant.
    unsafe { &*(address as *const Shape) }
}

/// The data whose address a class holds.
#[inline(always)]
pub fn class_data(address: i64) -> &'static ClassData {
    // SAFETY: the module's invariant.
    unsafe { &*(address as *const ClassData) }
}

/// The site whose address a trace passes to a helper.
#[inline(always)]
pub fn site(address: i64) -> &'static Site {
    // SAFETY: sites live in their code, which is leaked; callers have the address from [`address_of`].
    unsafe { &*(address as *const Site) }
}

/// `count` sites that are empty. Of a large array only what is used takes memory.
pub fn empty_sites(count: usize) -> Box<[Site]> {
    let sites = Box::<[Site]>::new_zeroed_slice(count);
    // SAFETY: a site's words are numbers, and a value whose bits are zero is NULL.
    unsafe { sites.assume_init() }
}

/// The watch whose address a global's cell holds.
#[inline(always)]
pub fn watch(address: i64) -> &'static Watch {
    // SAFETY: the module's invariant; callers have seen that it is not 0.
    unsafe { &*(address as *const Watch) }
}

/// The record whose address a builtin function holds.
#[inline(always)]
pub fn native(address: i64) -> &'static Native {
    // SAFETY: the module's invariant.
    unsafe { &*(address as *const Native) }
}

/// `count` slots from `base + first` on, as they are in memory. They must not be written while the result is used;
/// frames of calls made meanwhile lie above.
#[inline(always)]
#[allow(clippy::not_unsafe_ptr_arg_deref)] // Frames are made only with room on the VM stack.
pub fn slots<'a>(base: *mut Value, first: u32, count: usize) -> &'a [Value] {
    // SAFETY: the window lies on the VM stack, whose words are initialised and never move; callers name slots of their own frame.
    unsafe { std::slice::from_raw_parts(base.add(first as usize), count) }
}

/// The element at an index that is in bounds.
#[inline(always)]
pub fn at<T>(items: &[T], index: usize) -> &T {
    debug_assert!(index < items.len());
    // SAFETY: bytecode only names instructions, names and constants of its own code, which the compiler numbered.
    unsafe { items.get_unchecked(index) }
}
