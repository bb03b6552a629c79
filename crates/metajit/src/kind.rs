//! Kinds: the five machine types a traced value can have, as Rust types and as IR types.
//!
//! A [`Kind`] is the bridge between a plain Rust value (`i64`, `f64`, `bool`, [`Ref`], [`Value`]) and the
//! 64 bits it occupies in a trace, a log entry, an exit buffer or a frame slot. Everything that is generic
//! over the type of a traced value is generic over a `Kind`; nothing else in the framework spells the list.
//! Neighbours: `ir` (the same types in the trace), `mode` (values of a kind in a given mode).

use crate::heap::{Ref, Value};
use crate::helper::{Arg, ArgValue};
use crate::mode::Mode;
use std::fmt;

/// The type of an operation's result in the trace IR.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// 64-bit signed integer, wrapping.
    Int,
    /// IEEE 754 binary64.
    Float,
    /// A truth value; 0 or 1 when stored as bits.
    Bool,
    /// A pointer to a heap object, possibly null.
    Ref,
    /// A tagged 64-bit word: small integer, immediate float or heap pointer.
    Value,
}

impl Type {
    /// All types, in the order of their names in the text format.
    pub const ALL: [Type; 5] = [Type::Int, Type::Float, Type::Bool, Type::Ref, Type::Value];

    /// The name in the trace text format.
    pub const fn name(self) -> &'static str {
        match self {
            Type::Int => "int",
            Type::Float => "float",
            Type::Bool => "bool",
            Type::Ref => "ref",
            Type::Value => "value",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A Rust type that a traced operation can take or give.
pub trait Kind: Copy + PartialEq + fmt::Debug + 'static {
    /// The IR type of such values.
    const TYPE: Type;
    /// The 64 bits that stand for the value in logs, exit buffers and constants.
    fn to_bits(self) -> u64;
    /// Inverse of [`Kind::to_bits`].
    fn from_bits(bits: u64) -> Self;
    /// The type in which helpers take and give such values in the C ABI.
    type Abi: Copy;
    /// The value in the C ABI.
    fn to_abi(self) -> Self::Abi;
    /// Inverse of [`Kind::to_abi`].
    fn from_abi(abi: Self::Abi) -> Self;
    /// The value as a helper's argument.
    fn arg<M: Mode>(x: M::Of<Self>) -> Arg<M>;
}

macro_rules! kinds {
    ($($t:ty, $ty:ident, $abi:ty, |$v:ident| $to:expr, |$b:ident| $from:expr, |$w:ident| $abi_to:expr, |$c:ident| $abi_from:expr;)*) => { $(
        impl Kind for $t {
            const TYPE: Type = Type::$ty;
            type Abi = $abi;
            #[inline(always)]
            fn to_bits(self) -> u64 {
                let $v = self;
                $to
            }
            #[inline(always)]
            fn from_bits($b: u64) -> Self {
                $from
            }
            #[inline(always)]
            fn to_abi(self) -> $abi {
                let $w = self;
                $abi_to
            }
            #[inline(always)]
            fn from_abi($c: $abi) -> Self {
                $abi_from
            }
            #[inline(always)]
            fn arg<M: Mode>(x: M::Of<Self>) -> Arg<M> {
                Arg { value: ArgValue::$ty(x) }
            }
        }
    )* };
}

kinds! {
    i64, Int, i64, |v| v as u64, |b| b as i64, |v| v, |b| b;
    f64, Float, f64, |v| f64::to_bits(v), |b| f64::from_bits(b), |v| v, |b| b;
    bool, Bool, i64, |v| v as u64, |b| b != 0, |v| v as i64, |b| b != 0;
    Ref, Ref, u64, |v| Ref::bits(v), |b| Ref::from_bits(b), |v| Ref::bits(v), |b| Ref::from_bits(b);
    Value, Value, u64, |v| Value::bits(v), |b| Value::from_bits(b), |v| Value::bits(v), |b| Value::from_bits(b);
}
