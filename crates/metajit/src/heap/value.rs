//! The universal value: one 64-bit word that is a small integer, a float or a heap pointer.
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `…1`   | small integer of 63 bits, `(i << 1) \| 1` |
//! | `…10`  | immediate float (see [`Value::float`] for the rotation) |
//! | `…000` | heap pointer; the all-zero word is [`Value::NULL`], which no language value uses |
//!
//! What does not fit lives in a box: an integer beyond 63 bits in an `IntBox`, a float outside the immediate
//! window in a `FloatBox`. Both conversions are therefore total, and every number has exactly **one**
//! representation: a number that fits in the word is never boxed, so equal words are equal numbers.
//!
//! Invariant: the bits of a [`Value`] or [`Ref`] come from this module or from a live object; a word made up
//! from nothing must not be turned into one. Neighbours: `layout.rs` (what a pointer points to), `access.rs`
//! (reading it).

use super::access;
use super::alloc;
use super::layout::{FLOAT_BOX, FloatBox, INT_BOX, IntBox};

/// Set in every small integer.
pub const SMALL_INT_TAG: u64 = 1;
/// The low two bits of every immediate float.
pub const FLOAT_TAG: u64 = 2;
/// Selects the two bits that tell floats from pointers.
pub const FLOAT_TAG_MASK: u64 = 3;
/// Selects the bits that are zero in a heap pointer.
pub const POINTER_TAG_MASK: u64 = 7;
/// Low three bits of a special word.
pub const SPECIAL_TAG: u64 = 4;
/// The immediate word that stands for `+0.0` instead of for what it would decode to.
pub const FLOAT_ZERO: u64 = FLOAT_TAG;
/// Added while encoding, subtracted while decoding an immediate float: one unit of the exponent's three top
/// bits.
pub const FLOAT_BIAS: u64 = 1 << 61;
/// Smallest integer that needs no box.
pub const SMALL_INT_MIN: i64 = i64::MIN >> 1;
/// Largest integer that needs no box.
pub const SMALL_INT_MAX: i64 = i64::MAX >> 1;

/// A tagged word: small integer, float or heap pointer. Equality is identity of the words.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(u64);

/// The address of a heap object, or null.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref(u64);

impl Ref {
    /// Points nowhere.
    pub const NULL: Ref = Ref(0);

    /// Whether it points nowhere.
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The address as a number.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The inverse of [`Ref::bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Ref {
        debug_assert!(bits & POINTER_TAG_MASK == 0);
        Ref(bits)
    }

    /// The address of the object's header word.
    #[inline(always)]
    pub(super) const fn address(self) -> usize {
        self.0 as usize
    }
}

impl Value {
    /// The null pointer. Marks absence inside the runtime (an empty slot); never a language value.
    pub const NULL: Value = Value(0);

    /// The word itself.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The inverse of [`Value::bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// An integer. Machine operations: `t = i + i; if signed overflow then box else t | 1`.
    #[inline(always)]
    pub fn int(i: i64) -> Value {
        match i.checked_add(i) {
            Some(twice) => Value(twice as u64 | SMALL_INT_TAG),
            None => box_int(i),
        }
    }

    /// An integer known to fit in 63 bits; usable in constants.
    #[inline(always)]
    pub const fn small_int(i: i64) -> Value {
        assert!(i >= SMALL_INT_MIN && i <= SMALL_INT_MAX);
        Value((i << 1) as u64 | SMALL_INT_TAG)
    }

    /// A float.
    ///
    /// A double is `s eee eeeeeeee m…` (sign, three top exponent bits, eight more, 52 mantissa bits). The
    /// exponents near 1.0 begin with `011` or `100`, and cover magnitudes from 2⁻²⁵⁵ to 2²⁵⁶, a quarter of
    /// all doubles. Rotating left by one moves the sign out of the way; adding `001` to the (now topmost)
    /// exponent bits turns exactly these two prefixes into `10x`; rotating left by two moves that `10` to the
    /// bottom, where it is the tag:
    ///
    /// ```text
    /// encode:  w = rotl(rotl(bits, 1) + (1 << 61), 2)     immediate iff (w & 3) == 2 and w != 2
    /// decode:  bits = rotr(rotr(w, 2) - (1 << 61), 1)     except that w == 2 is +0.0
    /// ```
    ///
    /// `+0.0` (`bits == 0`) is outside the window but too common to box, so it takes the word `2`; the one
    /// double that would encode to `2`, 2⁻²⁵⁵, is boxed instead.
    #[inline(always)]
    pub fn float(f: f64) -> Value {
        let bits = f.to_bits();
        let word = bits.rotate_left(1).wrapping_add(FLOAT_BIAS).rotate_left(2);
        if word & FLOAT_TAG_MASK == FLOAT_TAG && word != FLOAT_ZERO {
            Value(word)
        } else if bits == 0 {
            Value(FLOAT_ZERO)
        } else {
            box_float(f)
        }
    }

    /// A heap object (null gives [`Value::NULL`]).
    #[inline(always)]
    pub const fn object(r: Ref) -> Value {
        Value(r.0)
    }

    /// The `n`-th special word: neither number nor pointer. Languages use them for `nil`, `true` and the
    /// like.
    #[inline(always)]
    pub const fn special(n: u32) -> Value {
        Value((n as u64) << 3 | SPECIAL_TAG)
    }

    /// Whether this is a special word.
    #[inline(always)]
    pub const fn is_special(self) -> bool {
        self.0 & POINTER_TAG_MASK == SPECIAL_TAG
    }

    /// Whether this is the null word.
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Whether this is an integer held in the word (boxed ones say false).
    #[inline(always)]
    pub const fn is_small_int(self) -> bool {
        self.0 & SMALL_INT_TAG != 0
    }

    /// Whether this is a float held in the word (boxed ones say false).
    #[inline(always)]
    pub const fn is_immediate_float(self) -> bool {
        self.0 & FLOAT_TAG_MASK == FLOAT_TAG
    }

    /// Whether this is a pointer to a heap object, number boxes included, null excluded.
    #[inline(always)]
    pub const fn is_ref(self) -> bool {
        self.0 & POINTER_TAG_MASK == 0 && self.0 != 0
    }

    /// The integer, in either representation.
    #[inline(always)]
    pub fn as_int(self) -> Option<i64> {
        if self.is_small_int() {
            Some(self.small_int_unchecked())
        } else if self.has_layout(INT_BOX) {
            Some(access::get(Ref(self.0), IntBox::VALUE))
        } else {
            None
        }
    }

    /// The float, in either representation. Integers are not converted.
    #[inline(always)]
    pub fn as_float(self) -> Option<f64> {
        if self.is_immediate_float() {
            Some(self.immediate_float_unchecked())
        } else if self.has_layout(FLOAT_BOX) {
            Some(access::get(Ref(self.0), FloatBox::VALUE))
        } else {
            None
        }
    }

    /// The heap pointer, number boxes included; `None` for null and for numbers held in the word.
    #[inline(always)]
    pub const fn as_ref(self) -> Option<Ref> {
        if self.is_ref() { Some(Ref(self.0)) } else { None }
    }

    /// The integer of a word for which [`Value::is_small_int`] holds: one arithmetic shift.
    #[inline(always)]
    pub const fn small_int_unchecked(self) -> i64 {
        debug_assert!(self.is_small_int());
        self.0 as i64 >> 1
    }

    /// The float of a word for which [`Value::is_immediate_float`] holds.
    #[inline(always)]
    pub const fn immediate_float_unchecked(self) -> f64 {
        debug_assert!(self.is_immediate_float());
        if self.0 == FLOAT_ZERO {
            0.0
        } else {
            // The tag is known, so nothing is borrowed out of the exponent's top bits: one turn will do.
            f64::from_bits(self.0.rotate_right(3).wrapping_sub(FLOAT_BIAS >> 1))
        }
    }

    /// Whether this is a pointer to an object of the given layout.
    #[inline(always)]
    pub fn has_layout(self, layout: super::LayoutId) -> bool {
        self.is_ref() && access::layout_of(Ref(self.0)) == layout
    }
}

/// Boxes an integer that does not fit in 63 bits.
#[cold]
#[inline(never)]
pub(super) fn box_int(i: i64) -> Value {
    let r = alloc::alloc(INT_BOX, 0);
    access::init(r, IntBox::VALUE, i);
    Value::object(r)
}

/// Boxes a float outside the immediate window.
#[cold]
#[inline(never)]
pub(super) fn box_float(f: f64) -> Value {
    let r = alloc::alloc(FLOAT_BOX, 0);
    access::init(r, FloatBox::VALUE, f);
    Value::object(r)
}

impl std::fmt::Debug for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_null() { f.write_str("null") } else { write!(f, "@{:x}", self.0) }
    }
}

/// Shows numbers held in the word; never looks into the heap, so that a log line cannot crash on a stale
/// pointer.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_small_int() {
            write!(f, "{}", self.small_int_unchecked())
        } else if self.is_immediate_float() {
            write!(f, "{:?}", self.immediate_float_unchecked())
        } else {
            Ref(self.0 & !POINTER_TAG_MASK).fmt(f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_round_trip() {
        for i in [0, 1, -1, 42, i32::MIN as i64, SMALL_INT_MAX, SMALL_INT_MIN, SMALL_INT_MAX - 1] {
            let value = Value::int(i);
            assert!(value.is_small_int() && !value.is_immediate_float() && !value.is_ref());
            assert_eq!(value.as_int(), Some(i));
            assert_eq!(value.as_float(), None);
            assert_eq!(value, Value::small_int(i));
        }
    }

    #[test]
    fn near_floats_are_immediate() {
        for f in
            [0.0, 1.0, -1.0, 0.1, 1e70, -1e70, 1e-70, 3.0e-76, 1.1e77, f64::EPSILON, std::f64::consts::PI]
        {
            let value = Value::float(f);
            assert!(value.is_immediate_float() && !value.is_small_int() && !value.is_ref(), "{f}");
            assert_eq!(value.as_float().map(f64::to_bits), Some(f.to_bits()));
            assert_eq!(value.as_int(), None);
        }
    }

    /// The encoding is a bijection between the window of exponents (less one double) and the tagged words.
    #[test]
    fn immediate_floats_are_exactly_the_window() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..1_000_000 {
            let word = rng.u64(..) & !FLOAT_TAG_MASK | FLOAT_TAG;
            let f = Value::from_bits(word).immediate_float_unchecked();
            assert_eq!(Value::float(f).bits(), word);
            let top = f.to_bits() >> 60 & 7;
            assert!(word == FLOAT_ZERO || top == 3 || top == 4, "{f}");
        }
        assert_eq!(Value::float(0.0).bits(), FLOAT_ZERO);
    }

    #[test]
    fn null_is_no_value() {
        assert!(Value::NULL.is_null() && !Value::NULL.is_ref());
        assert_eq!(Value::NULL.as_ref(), None);
        assert_eq!(Value::object(Ref::NULL), Value::NULL);
    }
}
