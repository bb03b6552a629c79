//! Pointers from heap objects to plain Rust structures that live for ever.
//!
//! What an interpreter reads plainly (bytecode, shapes, method tables) is leaked, and heap objects refer to it through
//! a [`Fixed<T>`]: a [`Kind`], so that a layout may have a field of it, a trace may guard on it, and a helper may take
//! it. Once promoted it is an ordinary `&'static T`. A null pointer, which is what a new object's words are, panics
//! when it is followed. Neighbours: `heap::layout` (fields), `mode` (promotion).
//!
//! Invariant: the bits of a `Fixed<T>` are null or come from [`Fixed::new`] on the same `T`; a typed field keeps it so.
#![allow(unsafe_code)]

use crate::helper::{Arg, ArgValue};
use crate::kind::{Kind, Type};
use crate::mode::Mode;
use std::fmt;
use std::ops::Deref;

/// A pointer to a structure that is never freed, or null.
///
/// ```
/// use metajit::fixed::Fixed;
///
/// struct Code { length: usize }
/// type CodeRef = Fixed<Code>;
/// metajit::layouts! {
///     pub static LAYOUTS;
///     Function { CODE: CodeRef immutable }
/// }
/// let code = Fixed::new(Box::leak(Box::new(Code { length: 3 })));
/// assert_eq!(code.length, 3);
/// assert!(Function::CODE.immutable);
/// ```
#[repr(transparent)]
pub struct Fixed<T: 'static>(*const T);

impl<T> Fixed<T> {
    /// Points nowhere: what a new object's field holds.
    pub const NULL: Fixed<T> = Fixed(std::ptr::null());

    /// A pointer to a structure.
    #[inline(always)]
    pub const fn new(structure: &'static T) -> Fixed<T> {
        Fixed(structure)
    }
    /// Whether it points nowhere.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0.is_null()
    }
    /// The structure.
    #[inline(always)]
    pub fn get(self) -> &'static T {
        assert!(!self.is_null(), "a field of {} that nobody has set", std::any::type_name::<T>());
        // SAFETY: the module's invariant.
        unsafe { &*self.0 }
    }
}

impl<T> Deref for Fixed<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T> From<&'static T> for Fixed<T> {
    fn from(structure: &'static T) -> Self {
        Fixed::new(structure)
    }
}

impl<T> Clone for Fixed<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Fixed<T> {}
impl<T> PartialEq for Fixed<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Fixed<T> {}
impl<T> fmt::Debug for Fixed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Kind for Fixed<T> {
    const TYPE: Type = Type::Int;
    type Abi = i64;
    #[inline(always)]
    fn to_bits(self) -> u64 {
        self.0 as u64
    }
    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        Fixed(bits as *const T)
    }
    #[inline(always)]
    fn to_abi(self) -> i64 {
        self.0 as i64
    }
    #[inline(always)]
    fn from_abi(abi: i64) -> Self {
        Fixed(abi as *const T)
    }
    #[inline(always)]
    fn arg<M: Mode>(x: M::Of<Self>) -> Arg<M> {
        Arg { value: ArgValue::Int(M::address_of(x)) }
    }
}
