//! Helpers: ordinary Rust functions that a trace calls without seeing into them.
//!
//! The [`helpers!`](crate::helpers) macro turns a Rust function into three things: a function generic over
//! the mode for interpreters to call, a `Helper` record with its name, types and declared effects, and a
//! C-ABI shim for compiled code. A raising helper's shim leaves the exception in the pending cell ([`set_pending`]) and returns
//! zero bits; compiled code looks there after every raising call.
//! Neighbours: `mode::Mode::call`, `backend` (emits the calls).
#![allow(unsafe_code)]

use crate::backend::CodeCell;
use crate::depth::Depth;
use crate::heap::{LayoutId, Value};
use crate::kind::Type;
use crate::mode::Mode;
use std::cell::Cell;

/// What a helper may do that the optimiser and the resume log must know.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effects {
    /// Result depends on the arguments alone, nothing observable happens: may be folded, merged, repeated.
    Elidable,
    /// Reads the heap, writes nothing that existed before (it may allocate): not an effect, but its result
    /// is logged.
    Reads,
    /// As `Reads`, and writes words of older objects, of these layouts only. It runs no code of the program.
    Writes(&'static [LayoutId]),
    /// May write any object or run any code.
    Any,
}

/// The record of one helper.
#[derive(Debug)]
pub struct Helper {
    /// Name in traces and logs.
    pub name: &'static str,
    /// Types of the arguments, in order.
    pub params: &'static [Type],
    /// Type of the result.
    pub result: Type,
    /// Declared effects.
    pub effects: Effects,
    /// Whether it can leave an exception there ([`set_pending`]).
    pub raises: bool,
    /// Whether the first argument, a truth value, says if anything is done at all; if not, the result is zero. Compiled code
    /// tests it before the call, and no bridge is needed for the rarer case.
    pub conditional: bool,
    /// The C-ABI shim.
    pub address: fn() -> *const u8,
    /// The function of the language that it stands for: that is called as compiled code, not through the shim.
    pub callee: Option<Callee>,
}

impl Helper {
    /// Operands of a call of a function before its arguments: where the callee's frame is, where the frame of the
    /// trace's root ends (both in slots from the root's slot 0), how many frames are inlined between root and caller.
    pub(crate) const CALLEE_PLACE: usize = 3;
}

/// A function of the language that compiled code calls as compiled code; see `record::direct`.
#[derive(Clone, Copy, Debug)]
pub struct Callee {
    /// Address of its code.
    pub(crate) code: usize,
    /// What is called: see [`EntryCell`](crate::frame::EntryCell).
    pub(crate) direct: &'static CodeCell,
    /// The C function that finishes a frame which compiled code has left:
    /// `(code, address of slot 0, number of the exit) -> value`, null if the frame has raised.
    pub(crate) finish: fn() -> *const u8,
    /// Where frames are counted.
    pub(crate) depth: Option<Depth>,
}

/// The helper that a call in a trace names (the operation's `data`).
pub(crate) fn of(data: u64) -> &'static Helper {
    // SAFETY: a call operation is only ever built with the address of a `&'static Helper`.
    unsafe { &*(data as *const Helper) }
}

thread_local! {
    static PENDING: Cell<Value> = const { Cell::new(Value::NULL) };
}

/// Sets or clears (with `Value::NULL`) the exception that a raising helper left; returns the former one.
pub fn set_pending(exception: Value) -> Value {
    PENDING.with(|cell| cell.replace(exception))
}

/// Address of the cell with the pending exception, for compiled code of this thread.
pub fn pending_address() -> *const Value {
    PENDING.with(|cell| cell.as_ptr() as *const Value)
}

/// One argument of a helper call: its name in the trace while recording, nothing in `Run`.
#[derive(Clone, Copy, Debug)]
pub struct Arg<M: Mode> {
    /// Constant or traced value, as bits with the mode's name for it.
    pub(crate) value: ArgValue<M>,
}

/// The value of an argument in each kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ArgValue<M: Mode> {
    Int(M::Of<i64>),
    Float(M::Of<f64>),
    Bool(M::Of<bool>),
    Ref(M::Of<crate::heap::Ref>),
    Value(M::Of<Value>),
}

/// Declares helpers; see the module's documentation.
///
/// ```ignore
/// helpers! {
///     /// Concatenation of two strings.
///     [Reads] pub fn str_concat(a: Ref, b: Ref) -> Ref = strings::concat;
///     /// The item of a dict; raises KeyError.
///     [Any] pub fn dict_item(dict: Ref, key: Value) -> try Value = dicts::item;
///     /// Adds to a set of integers.
///     [Writes(IntSet::ID, VALUES)] pub fn add(set: Ref, i: i64) -> i64 = sets::add;
///     /// Makes a table larger, if the condition that is passed before the table holds.
///     [Writes(Table::ID)] pub fn grow_if(table: Ref) -> if i64 = tables::grow;
/// }
/// ```
///
/// The path after `=` names a function of the plain types (`fn(Ref, Ref) -> Ref`, and
/// `fn(Ref, Value) -> Result<Value, Value>` after `try`). The generated function takes and gives
/// `Staged<M, _>`, a raising one `Result<Staged<M, _>, Val<M>>`. After `if` it takes a truth value before the other
/// arguments, and where that is false nothing is done and the result is zero ([`Helper::conditional`]).
#[macro_export]
macro_rules! helpers {
    () => {};
    (@record $static:ident, $shim:ident, $name:ident, ($($t:ty),*), $r:ty, $effects:expr, $raises:expr, $conditional:expr) => {
        static $static: $crate::helper::Helper = $crate::helper::Helper {
            name: stringify!($name),
            params: &[$(<$t as $crate::kind::Kind>::TYPE),*],
            result: <$r as $crate::kind::Kind>::TYPE,
            effects: $effects,
            raises: $raises,
            conditional: $conditional,
            address: || $shim as *const () as *const u8,
            callee: None,
        };
    };
    ($(#[$doc:meta])* [$effects:ident $(($($layout:expr),*))?] $vis:vis fn $name:ident($($arg:ident: $t:ty),* $(,)?) -> try $r:ty = $imp:expr;
     $($rest:tt)*) => {
        $(#[$doc])*
        #[inline(always)]
        $vis fn $name<M: $crate::mode::Mode>(
            $($arg: $crate::staged::Staged<M, $t>),*
        ) -> Result<$crate::staged::Staged<M, $r>, $crate::staged::Val<M>> {
            extern "C" fn shim($($arg: <$t as $crate::kind::Kind>::Abi),*) -> <$r as $crate::kind::Kind>::Abi {
                let result: Result<$r, $crate::heap::Value> = $imp($(<$t as $crate::kind::Kind>::from_abi($arg)),*);
                $crate::kind::Kind::to_abi(result.unwrap_or_else(|exception| {
                    $crate::helper::set_pending(exception);
                    <$r as $crate::kind::Kind>::from_bits(0)
                }))
            }
            $crate::helpers!(@record HELPER, shim, $name, ($($t),*), $r, $crate::helper::Effects::$effects $((&[$($layout),*]))?, true, false);
            match M::call::<$r>(
                &HELPER,
                &[$(<$t as $crate::kind::Kind>::arg::<M>($arg.inner())),*],
                || $imp($(M::peek($arg.inner())),*),
            ) {
                Ok(value) => Ok($crate::staged::Staged::new(value)),
                Err(exception) => Err($crate::staged::Staged::new(exception)),
            }
        }
        $crate::helpers!($($rest)*);
    };
    ($(#[$doc:meta])* [$effects:ident $(($($layout:expr),*))?] $vis:vis fn $name:ident($($arg:ident: $t:ty),* $(,)?) -> if $r:ty = $imp:expr;
     $($rest:tt)*) => {
        $crate::helpers!(@plain true, $(#[$doc])* [$effects $(($($layout),*))?] $vis fn $name(condition: bool, $($arg: $t),*) -> $r =
            |condition: bool, $($arg: $t),*| -> $r {
                if condition { $imp($($arg),*) } else { <$r as $crate::kind::Kind>::from_bits(0) }
            });
        $crate::helpers!($($rest)*);
    };
    ($(#[$doc:meta])* [$effects:ident $(($($layout:expr),*))?] $vis:vis fn $name:ident($($arg:ident: $t:ty),* $(,)?) -> $r:ty = $imp:expr;
     $($rest:tt)*) => {
        $crate::helpers!(@plain false, $(#[$doc])* [$effects $(($($layout),*))?] $vis fn $name($($arg: $t),*) -> $r = $imp);
        $crate::helpers!($($rest)*);
    };
    (@plain $conditional:literal, $(#[$doc:meta])* [$effects:ident $(($($layout:expr),*))?] $vis:vis fn $name:ident($($arg:ident: $t:ty),*) -> $r:ty = $imp:expr) => {
        $(#[$doc])*
        #[inline(always)]
        $vis fn $name<M: $crate::mode::Mode>(
            $($arg: $crate::staged::Staged<M, $t>),*
        ) -> $crate::staged::Staged<M, $r> {
            extern "C" fn shim($($arg: <$t as $crate::kind::Kind>::Abi),*) -> <$r as $crate::kind::Kind>::Abi {
                let result: $r = ($imp)($(<$t as $crate::kind::Kind>::from_abi($arg)),*);
                $crate::kind::Kind::to_abi(result)
            }
            $crate::helpers!(@record HELPER, shim, $name, ($($t),*), $r, $crate::helper::Effects::$effects $((&[$($layout),*]))?, false, $conditional);
            match M::call::<$r>(
                &HELPER,
                &[$(<$t as $crate::kind::Kind>::arg::<M>($arg.inner())),*],
                || Ok(($imp)($(M::peek($arg.inner())),*)),
            ) {
                Ok(value) => $crate::staged::Staged::new(value),
                Err(_) => unreachable!("a helper that does not raise"),
            }
        }
    };
}
