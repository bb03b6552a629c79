//! THE table of pure operations: one row is the whole truth about one of them.
//!
//! A row gives the operation's name in Rust, its name in the text format, the types it takes and gives, and
//! its meaning as a Rust expression. From the row come the method of [`Mode`](crate::mode::Mode), the plain
//! interpreter's implementation, the recorder's, constant folding and the reference evaluator. Every
//! meaning is total: operands that no guarded program produces still give a defined result, so that folding
//! and evaluating never fail.
//! Neighbours: `ops` (the operations with effects), `opt::fold` (algebra on these), `backend` (their code).

/// Calls `$callback!` with the rows `Name name (args) -> type { meaning }`.
#[macro_export]
#[doc(hidden)]
macro_rules! pure_ops {
    ($callback:ident) => {
        $callback! {
            /// Wrapping addition.
            IntAdd int_add (a: i64, b: i64) -> i64 { a.wrapping_add(b) }
            /// Wrapping subtraction.
            IntSub int_sub (a: i64, b: i64) -> i64 { a.wrapping_sub(b) }
            /// Wrapping multiplication.
            IntMul int_mul (a: i64, b: i64) -> i64 { a.wrapping_mul(b) }
            /// Whether the addition overflows 64 bits. (`data`: [`Known`](crate::ir::Known).)
            IntAddOvf int_add_ovf (a: i64, b: i64) -> bool { a.checked_add(b).is_none() }
            /// Whether the subtraction overflows 64 bits.
            IntSubOvf int_sub_ovf (a: i64, b: i64) -> bool { a.checked_sub(b).is_none() }
            /// Whether the multiplication overflows 64 bits.
            IntMulOvf int_mul_ovf (a: i64, b: i64) -> bool { a.checked_mul(b).is_none() }
            /// Quotient rounded towards minus infinity; 0 for a zero divisor.
            IntFloorDiv int_floordiv (a: i64, b: i64) -> i64 { $crate::ir::pure::floor_div(a, b) }
            /// Remainder with the divisor's sign; 0 for a zero divisor.
            IntFloorMod int_floormod (a: i64, b: i64) -> i64 { $crate::ir::pure::floor_mod(a, b) }
            /// Bitwise and.
            IntAnd int_and (a: i64, b: i64) -> i64 { a & b }
            /// Bitwise or.
            IntOr int_or (a: i64, b: i64) -> i64 { a | b }
            /// Bitwise exclusive or.
            IntXor int_xor (a: i64, b: i64) -> i64 { a ^ b }
            /// Left shift; the count is taken modulo 64.
            IntShl int_shl (a: i64, b: i64) -> i64 { a.wrapping_shl(b as u32) }
            /// Arithmetic right shift; the count is taken modulo 64.
            IntShr int_shr (a: i64, b: i64) -> i64 { a.wrapping_shr(b as u32) }
            /// Logical right shift; the count is taken modulo 64.
            IntUShr int_ushr (a: i64, b: i64) -> i64 { (a as u64).wrapping_shr(b as u32) as i64 }
            /// Equality.
            IntEq int_eq (a: i64, b: i64) -> bool { a == b }
            /// Signed less-than.
            IntLt int_lt (a: i64, b: i64) -> bool { a < b }
            /// Signed less-or-equal.
            IntLe int_le (a: i64, b: i64) -> bool { a <= b }
            /// Unsigned less-than: a bounds check in one comparison.
            IntULt int_ult (a: i64, b: i64) -> bool { (a as u64) < (b as u64) }
            /// Nearest float.
            IntToFloat int_to_float (a: i64) -> f64 { a as f64 }

            /// Sum.
            FloatAdd float_add (a: f64, b: f64) -> f64 { a + b }
            /// Difference.
            FloatSub float_sub (a: f64, b: f64) -> f64 { a - b }
            /// Product.
            FloatMul float_mul (a: f64, b: f64) -> f64 { a * b }
            /// Quotient.
            FloatDiv float_div (a: f64, b: f64) -> f64 { a / b }
            /// Sign flipped.
            FloatNeg float_neg (a: f64) -> f64 { -a }
            /// Sign cleared.
            FloatAbs float_abs (a: f64) -> f64 { a.abs() }
            /// Square root.
            FloatSqrt float_sqrt (a: f64) -> f64 { a.sqrt() }
            /// Largest integral float not above.
            FloatFloor float_floor (a: f64) -> f64 { a.floor() }
            /// Smallest integral float not below.
            FloatCeil float_ceil (a: f64) -> f64 { a.ceil() }
            /// Truncated towards zero, saturating; 0 for a NaN.
            FloatToInt float_to_int (a: f64) -> i64 { a as i64 }
            /// The 64 bits of the representation.
            FloatBits float_bits (a: f64) -> i64 { a.to_bits() as i64 }
            /// IEEE equality.
            FloatEq float_eq (a: f64, b: f64) -> bool { a == b }
            /// IEEE less-than.
            FloatLt float_lt (a: f64, b: f64) -> bool { a < b }
            /// IEEE less-or-equal.
            FloatLe float_le (a: f64, b: f64) -> bool { a <= b }

            /// Negation.
            BoolNot bool_not (a: bool) -> bool { !a }
            /// Conjunction.
            BoolAnd bool_and (a: bool, b: bool) -> bool { a & b }
            /// 0 or 1.
            BoolToInt bool_to_int (a: bool) -> i64 { a as i64 }

            /// Same object, or both null.
            RefEq ref_eq (a: $crate::heap::Ref, b: $crate::heap::Ref) -> bool { a == b }

            /// The same 64 bits.
            ValueEq value_eq (a: $crate::heap::Value, b: $crate::heap::Value) -> bool { a == b }
            /// Holds an integer in the word itself.
            IsSmallInt is_small_int (a: $crate::heap::Value) -> bool { a.is_small_int() }
            /// Holds a float in the word itself.
            IsImmediateFloat is_immediate_float (a: $crate::heap::Value) -> bool { a.is_immediate_float() }
            /// Holds a pointer that is not null.
            IsRef is_ref (a: $crate::heap::Value) -> bool { a.is_ref() }
            /// The integer of a word for which `is_small_int` holds.
            UnboxInt unbox_int (a: $crate::heap::Value) -> i64 { a.small_int_unchecked() }
            /// The float of a word for which `is_immediate_float` holds.
            UnboxFloat unbox_float (a: $crate::heap::Value) -> f64 { a.immediate_float_unchecked() }
            /// The pointer of a word for which `is_ref` holds.
            UnboxRef unbox_ref (a: $crate::heap::Value) -> $crate::heap::Ref {
                $crate::heap::Ref::from_bits(a.bits())
            }
            /// The word of an integer; allocates where it needs more than 63 bits.
            BoxInt box_int (a: i64) -> $crate::heap::Value { $crate::heap::Value::int(a) }
            /// The word of a float; allocates where its exponent does not fit the immediate form.
            BoxFloat box_float (a: f64) -> $crate::heap::Value { $crate::heap::Value::float(a) }
            /// The word of a pointer.
            BoxRef box_ref (a: $crate::heap::Ref) -> $crate::heap::Value { $crate::heap::Value::object(a) }

            /// The layout id in an object's header (fixed for the object's life).
            LayoutOf layout_of (a: $crate::heap::Ref) -> i64 { $crate::heap::layout_of(a).bits() as i64 }
            /// The number of tail elements in an object's header (fixed for the object's life).
            LenOf len_of (a: $crate::heap::Ref) -> i64 { $crate::heap::len(a) as i64 }
        }
    };
}

/// Quotient rounded towards minus infinity; 0 for a zero divisor, wrapping for `MIN / -1`.
#[inline(always)]
pub fn floor_div(a: i64, b: i64) -> i64 {
    if b == 0 {
        return 0;
    }
    let q = a.wrapping_div(b);
    if (a ^ b) < 0 && q.wrapping_mul(b) != a { q - 1 } else { q }
}

/// Remainder with the divisor's sign; 0 for a zero divisor.
#[inline(always)]
pub fn floor_mod(a: i64, b: i64) -> i64 {
    if b == 0 {
        return 0;
    }
    let r = a.wrapping_rem(b);
    if r != 0 && (r ^ b) < 0 { r + b } else { r }
}
