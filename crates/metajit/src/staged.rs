//! Values of a mode with Rust's operators: what makes a traced interpreter read like ordinary Rust.
//!
//! [`Staged<M, K>`] wraps `M::Of<K>`. Arithmetic operators record an operation; comparison operators give a
//! plain `bool` and therefore are the guard; the named forms (`lt`, `le`, `eq`) give a truth value without one.
//! Neighbours: `mode` (what the operators call), `heap` (fields and tails).

use crate::heap::layout::{FloatBox, IntBox};
use crate::heap::{Element, Field, LayoutId, Ref, Tail, Value};
use crate::kind::Kind;
use crate::mode::Mode;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Shl, Shr, Sub};

/// A value of kind `K` that varies in mode `M`.
pub struct Staged<M: Mode, K: Kind>(M::Of<K>);

/// A varying 64-bit integer.
pub type Int<M> = Staged<M, i64>;
/// A varying float.
pub type Float<M> = Staged<M, f64>;
/// A varying truth value.
pub type Bool<M> = Staged<M, bool>;
/// A varying pointer to a heap object.
pub type Obj<M> = Staged<M, Ref>;
/// A varying tagged word.
pub type Val<M> = Staged<M, Value>;

impl<M: Mode, K: Kind> Clone for Staged<M, K> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<M: Mode, K: Kind> Copy for Staged<M, K> {}

impl<M: Mode, K: Kind> fmt::Debug for Staged<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<M: Mode, K: Kind> Staged<M, K> {
    /// Wraps a mode's value.
    #[inline(always)]
    pub fn new(value: M::Of<K>) -> Self {
        Staged(value)
    }
    /// The mode's value.
    #[inline(always)]
    pub fn inner(self) -> M::Of<K> {
        self.0
    }
    /// A constant.
    #[inline(always)]
    pub fn constant(k: K) -> Self {
        Staged(M::constant(k))
    }
    /// The value as a constant of the trace: a guard that it is what it is now.
    #[inline(always)]
    pub fn promote(self) -> K {
        M::promote(self.0)
    }
    /// The same, unless too many values have been met here; see [`Mode::try_promote`].
    #[inline(always)]
    pub fn try_promote(self) -> Option<K> {
        M::try_promote(self.0)
    }
    /// The value as it is now; see [`Mode::peek`].
    #[inline(always)]
    pub fn peek(self) -> K {
        M::peek(self.0)
    }
    /// Whether the recorder knows the value to be constant.
    #[inline(always)]
    pub fn is_constant(self) -> bool {
        M::is_constant(self.0)
    }
}

impl<M: Mode> From<i64> for Int<M> {
    #[inline(always)]
    fn from(k: i64) -> Self {
        Staged::constant(k)
    }
}
impl<M: Mode> From<f64> for Float<M> {
    #[inline(always)]
    fn from(k: f64) -> Self {
        Staged::constant(k)
    }
}
impl<M: Mode> From<bool> for Bool<M> {
    #[inline(always)]
    fn from(k: bool) -> Self {
        Staged::constant(k)
    }
}

macro_rules! binary {
    ($($K:ty: $trait:ident $method:ident $op:ident;)*) => { $(
        impl<M: Mode, R: Into<Staged<M, $K>>> $trait<R> for Staged<M, $K> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: R) -> Self {
                Staged(M::$op(self.0, other.into().0))
            }
        }
    )* };
}
binary! {
    i64: Add add int_add;
    i64: Sub sub int_sub;
    i64: Mul mul int_mul;
    i64: BitAnd bitand int_and;
    i64: BitOr bitor int_or;
    i64: BitXor bitxor int_xor;
    // Shift counts are taken modulo 64; a right shift keeps the sign.
    i64: Shl shl int_shl;
    i64: Shr shr int_shr;
    f64: Add add float_add;
    f64: Sub sub float_sub;
    f64: Mul mul float_mul;
    f64: Div div float_div;
    bool: BitAnd bitand bool_and;
}

impl<M: Mode> Neg for Float<M> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Staged(M::float_neg(self.0))
    }
}
impl<M: Mode> Not for Bool<M> {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Staged(M::bool_not(self.0))
    }
}

impl<M: Mode> Bool<M> {
    /// The branch taken: a guard on the truth value.
    #[inline(always)]
    pub fn truth(self) -> bool {
        M::truth(self.0)
    }
    /// 0 or 1.
    #[inline(always)]
    pub fn to_int(self) -> Int<M> {
        Staged(M::bool_to_int(self.0))
    }
}

macro_rules! comparisons {
    ($K:ty, $eq:ident, $lt:ident, $le:ident) => {
        impl<M: Mode> Staged<M, $K> {
            /// Equality, without a guard.
            #[inline(always)]
            #[allow(clippy::should_implement_trait)]
            pub fn eq(self, other: impl Into<Self>) -> Bool<M> {
                Staged(M::$eq(self.0, other.into().0))
            }
            /// Less-than, without a guard.
            #[inline(always)]
            pub fn lt(self, other: impl Into<Self>) -> Bool<M> {
                Staged(M::$lt(self.0, other.into().0))
            }
            /// Less-or-equal, without a guard.
            #[inline(always)]
            pub fn le(self, other: impl Into<Self>) -> Bool<M> {
                Staged(M::$le(self.0, other.into().0))
            }
        }
        impl<M: Mode> PartialEq for Staged<M, $K> {
            #[inline(always)]
            fn eq(&self, other: &Self) -> bool {
                Staged::<M, $K>::eq(*self, *other).truth()
            }
        }
        impl<M: Mode> PartialOrd for Staged<M, $K> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                if self < other {
                    Some(Ordering::Less)
                } else if self == other {
                    Some(Ordering::Equal)
                } else if other < self {
                    Some(Ordering::Greater)
                } else {
                    None
                }
            }
            #[inline(always)]
            fn lt(&self, other: &Self) -> bool {
                Staged::<M, $K>::lt(*self, *other).truth()
            }
            #[inline(always)]
            fn le(&self, other: &Self) -> bool {
                Staged::<M, $K>::le(*self, *other).truth()
            }
            #[inline(always)]
            fn gt(&self, other: &Self) -> bool {
                Staged::<M, $K>::lt(*other, *self).truth()
            }
            #[inline(always)]
            fn ge(&self, other: &Self) -> bool {
                Staged::<M, $K>::le(*other, *self).truth()
            }
        }
        impl<M: Mode> PartialEq<$K> for Staged<M, $K> {
            #[inline(always)]
            fn eq(&self, other: &$K) -> bool {
                *self == Self::from(*other)
            }
        }
        impl<M: Mode> PartialOrd<$K> for Staged<M, $K> {
            fn partial_cmp(&self, other: &$K) -> Option<Ordering> {
                self.partial_cmp(&Self::from(*other))
            }
            #[inline(always)]
            fn lt(&self, other: &$K) -> bool {
                *self < Self::from(*other)
            }
            #[inline(always)]
            fn le(&self, other: &$K) -> bool {
                *self <= Self::from(*other)
            }
            #[inline(always)]
            fn gt(&self, other: &$K) -> bool {
                *self > Self::from(*other)
            }
            #[inline(always)]
            fn ge(&self, other: &$K) -> bool {
                *self >= Self::from(*other)
            }
        }
    };
}
comparisons!(i64, int_eq, int_lt, int_le);
comparisons!(f64, float_eq, float_lt, float_le);

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident $op:ident $ovf:ident;)*) => { $(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(self, other: impl Into<Self>) -> Option<Self> {
            let other = other.into();
            if M::truth(M::$ovf(self.0, other.0)) { None } else { Some(Staged(M::$op(self.0, other.0))) }
        }
    )* };
}

impl<M: Mode> Int<M> {
    checked! {
        /// The sum, or `None` on 64-bit overflow (a guard).
        checked_add int_add int_add_ovf;
        /// The difference, or `None` on 64-bit overflow (a guard).
        checked_sub int_sub int_sub_ovf;
        /// The product, or `None` on 64-bit overflow (a guard).
        checked_mul int_mul int_mul_ovf;
    }
    /// Quotient rounded towards minus infinity; the divisor is not zero.
    #[inline(always)]
    pub fn floor_div(self, other: impl Into<Self>) -> Self {
        Staged(M::int_floordiv(self.0, other.into().0))
    }
    /// Remainder with the divisor's sign; the divisor is not zero.
    #[inline(always)]
    pub fn floor_mod(self, other: impl Into<Self>) -> Self {
        Staged(M::int_floormod(self.0, other.into().0))
    }
    /// Unsigned less-than without a guard: `0 <= self < bound` in one comparison for `bound >= 0`.
    #[inline(always)]
    pub fn below(self, bound: impl Into<Self>) -> Bool<M> {
        Staged(M::int_ult(self.0, bound.into().0))
    }
    /// The nearest float.
    #[inline(always)]
    pub fn to_float(self) -> Float<M> {
        Staged(M::int_to_float(self.0))
    }
}

impl<M: Mode> Float<M> {
    /// Square root.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Staged(M::float_sqrt(self.0))
    }
    /// Absolute value.
    #[inline(always)]
    pub fn abs(self) -> Self {
        Staged(M::float_abs(self.0))
    }
    /// Largest integral float not above.
    #[inline(always)]
    pub fn floor(self) -> Self {
        Staged(M::float_floor(self.0))
    }
    /// Smallest integral float not below.
    #[inline(always)]
    pub fn ceil(self) -> Self {
        Staged(M::float_ceil(self.0))
    }
    /// Truncated towards zero; saturates outside 64 bits, 0 for a NaN.
    #[inline(always)]
    pub fn to_int(self) -> Int<M> {
        Staged(M::float_to_int(self.0))
    }
}

impl<M: Mode> Obj<M> {
    /// Reads a field.
    #[inline(always)]
    pub fn get<K: Kind>(self, field: Field<K>) -> Staged<M, K> {
        Staged(M::load(self.0, field))
    }
    /// Writes a field.
    #[inline(always)]
    pub fn set<K: Kind>(self, field: Field<K>, value: Staged<M, K>) {
        M::store(self.0, field, value.0)
    }
    /// Reads a tail element; the index is in bounds.
    #[inline(always)]
    pub fn item<E: Element>(self, tail: Tail<E>, index: impl Into<Int<M>>) -> Staged<M, E::Kind> {
        Staged(M::load_item(self.0, tail, index.into().0))
    }
    /// Writes a tail element; the index is in bounds.
    #[inline(always)]
    pub fn set_item<E: Element>(self, tail: Tail<E>, index: impl Into<Int<M>>, value: Staged<M, E::Kind>) {
        M::store_item(self.0, tail, index.into().0, value.0)
    }
    /// Number of tail elements.
    #[inline(always)]
    pub fn len(self) -> Int<M> {
        Staged(M::len_of(self.0))
    }
    /// Whether the object has this layout: a guard.
    #[inline(always)]
    pub fn has_layout(self, layout: LayoutId) -> bool {
        Int::<M>::new(M::layout_of(self.0)) == layout.bits() as i64
    }
    /// The layout as a constant: a guard.
    #[inline(always)]
    pub fn layout(self) -> LayoutId {
        LayoutId::from_bits(M::promote(M::layout_of(self.0)) as u32)
    }
    /// Whether the pointer is null: a guard.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.same(Staged::constant(Ref::NULL))
    }
    /// Whether both are the same object: a guard.
    #[inline(always)]
    pub fn same(self, other: Self) -> bool {
        M::truth(M::ref_eq(self.0, other.0))
    }
    /// A new object with all words zero.
    #[inline(always)]
    pub fn alloc(layout: LayoutId, len: u32) -> Self {
        Staged(M::alloc(layout, len))
    }
    /// As a tagged word.
    #[inline(always)]
    pub fn value(self) -> Val<M> {
        Staged(M::box_ref(self.0))
    }
}

impl<M: Mode> From<Int<M>> for Val<M> {
    #[inline(always)]
    fn from(x: Int<M>) -> Self {
        Staged(M::box_int(x.0))
    }
}
impl<M: Mode> From<Float<M>> for Val<M> {
    #[inline(always)]
    fn from(x: Float<M>) -> Self {
        Staged(M::box_float(x.0))
    }
}
impl<M: Mode> From<Obj<M>> for Val<M> {
    #[inline(always)]
    fn from(x: Obj<M>) -> Self {
        Staged(M::box_ref(x.0))
    }
}
impl<M: Mode> From<Value> for Val<M> {
    #[inline(always)]
    fn from(x: Value) -> Self {
        Staged::constant(x)
    }
}

impl<M: Mode> Val<M> {
    /// The integer, if it is one: a guard on the word's form, unless the recorder knows that it was made from an
    /// integer. Whether a known integer is in the word or in a box makes no difference to the program.
    #[inline(always)]
    pub fn as_int(self) -> Option<Int<M>> {
        if let Some(x) = M::known_int(self.0) {
            return Some(Staged(x));
        }
        match self.small_int() {
            Some(x) => Some(x),
            None => self.boxed(IntBox::ID, IntBox::VALUE),
        }
    }
    /// The float, if it is one: see [`Val::as_int`].
    #[inline(always)]
    pub fn as_float(self) -> Option<Float<M>> {
        if let Some(x) = M::known_float(self.0) {
            return Some(Staged(x));
        }
        match self.immediate_float() {
            Some(x) => Some(x),
            None => self.boxed(FloatBox::ID, FloatBox::VALUE),
        }
    }
    /// The integer, if the word itself holds one: a guard.
    #[inline(always)]
    pub fn small_int(self) -> Option<Int<M>> {
        if M::truth(M::is_small_int(self.0)) { Some(Staged(M::unbox_int(self.0))) } else { None }
    }
    /// The float, if the word itself holds one (a guard), or if the recorder knows that it was made from one.
    #[inline(always)]
    pub fn immediate_float(self) -> Option<Float<M>> {
        if let Some(x) = M::known_float(self.0) {
            return Some(Staged(x));
        }
        if M::truth(M::is_immediate_float(self.0)) { Some(Staged(M::unbox_float(self.0))) } else { None }
    }
    #[inline(always)]
    fn boxed<K: Kind>(self, layout: LayoutId, field: Field<K>) -> Option<Staged<M, K>> {
        let object = self.pointer()?;
        if object.has_layout(layout) { Some(object.get(field)) } else { None }
    }
    /// The object, if the word is a pointer (a guard). Boxed integers and floats are objects here; the null
    /// word is not.
    #[inline(always)]
    pub fn pointer(self) -> Option<Obj<M>> {
        if M::truth(M::is_ref(self.0)) { Some(Staged(M::unbox_ref(self.0))) } else { None }
    }
    /// The object of a word known to be a pointer, without a guard.
    #[inline(always)]
    pub fn assume_pointer(self) -> Obj<M> {
        Staged(M::unbox_ref(self.0))
    }
    /// Whether both words have the same bits: a guard. For objects this is identity.
    #[inline(always)]
    pub fn same(self, other: impl Into<Val<M>>) -> bool {
        M::truth(M::value_eq(self.0, other.into().0))
    }
    /// Whether the word is null (an empty slot): a guard.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.same(Value::NULL)
    }
}
