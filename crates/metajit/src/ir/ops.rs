//! The closed set of operations: the pure ones of the table in `pure`, and those with effects.
//!
//! Both tables meet here in one enum, [`Opcode`], which is all that the printer, parser, verifier, evaluator
//! and backend match on. Neighbours: `trace` (where operations live).

use crate::kind::{Kind, Type};

/// What an operation does beyond computing its result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// Result depends on the operands alone.
    Pure,
    /// Stands for a value that comes from outside: a constant, a slot, an input, a parameter.
    Source,
    /// Reads memory that stores and calls may change.
    Load,
    /// Writes memory.
    Store,
    /// Makes a new object.
    Alloc,
    /// Calls a helper.
    Call,
    /// Leaves the trace when its condition fails.
    Guard,
}

/// The `data` of some pure operations: what the optimiser knows of their operands, for the code generator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known;

impl Known {
    /// Of a test for overflow: the left operand is not negative.
    pub const LEFT: u64 = 1;
    /// Of a test for overflow: the right operand is not negative.
    pub const RIGHT: u64 = 2;
    /// Of `BoxInt`: the integer needs no box.
    pub const SMALL: u64 = 4;

    /// The words that may stand for these in the text of an operation, in this order.
    pub const fn words(code: Opcode) -> &'static [(&'static str, u64)] {
        match code {
            Opcode::IntAddOvf | Opcode::IntSubOvf => &[("left", Known::LEFT), ("right", Known::RIGHT)],
            Opcode::BoxInt => &[("small", Known::SMALL)],
            _ => &[],
        }
    }

    /// Whether what `data` says is true of the operands.
    pub fn holds(data: u64, operands: &[u64]) -> bool {
        let is_natural = |i: usize| operands[i] as i64 >= 0;
        (data & Known::LEFT == 0 || is_natural(0))
            && (data & Known::RIGHT == 0 || is_natural(1))
            && (data & Known::SMALL == 0 || (operands[0] as i64) << 1 >> 1 == operands[0] as i64)
    }
}

/// The result type an opcode has when its row does not fix one (it then stands in the operation).
pub const ANY: Option<Type> = None;

macro_rules! effect_ops {
    ($callback:ident, [$($pure:tt)*]) => {
        $callback! {
            [$($pure)*]
            /// A constant; `data` holds its bits.
            Const "const" () Source;
            /// The value of root-frame slot `data` at the trace's entry.
            Slot "slot" () Source;
            /// The value of root-frame slot `data` at a function's entry, where it is in a register and not in the slot.
            Arg "arg" () Source;
            /// The address of the stack slot `data` slots above the root frame's slot 0, as an integer.
            SlotAddress "slot_address" () Source;
            /// Input number `data` of a bridge: a value of the exit it continues.
            Input "input" () Source;
            /// Loop header parameter number `data`.
            Param "param" () Source;
            /// Names an object that exists only in the descriptions of snapshots; `data` as in `Alloc`. No code.
            Virtual "virtual" () Source;
            /// Reads field `data` of an object: layout bits | field index << 32.
            Load "load" (Ref) Load;
            /// Writes field `data` (as in `Load`) of an object.
            Store "store" (Ref, any) Store;
            /// Reads a tail element: object, index; `data` holds the layout's bits.
            LoadItem "load_item" (Ref, Int) Load;
            /// Writes a tail element: object, index, value; `data` holds the layout's bits.
            StoreItem "store_item" (Ref, Int, any) Store;
            /// A new zeroed object: `data` = layout bits | tail length << 32.
            Alloc "alloc" () Alloc;
            /// Writes slot `data`, counted from the root frame's slot 0: an argument of a frame that is called.
            StoreSlot "store_slot" (any) Store;
            /// Calls helper `data` (a `&'static Helper`) with the operand list.
            Call "call" (list) Call;
            /// The exception that the raising call just before left, or null.
            Pending "pending" () Load;
            /// Clears the pending exception.
            ClearPending "clear_pending" () Store;
            /// Whether somebody asked compiled loops to leave (signals, collection, shutdown).
            Poll "poll" () Load;
            /// Whether an assumption of this region has been broken.
            Invalidated "invalidated" () Load;
            /// Leaves the trace unless the operand is true.
            GuardTrue "guard_true" (Bool) Guard;
            /// Leaves the trace unless the operand is false.
            GuardFalse "guard_false" (Bool) Guard;
        }
    };
}

macro_rules! with_pure {
    ($($(#[$doc:meta])* $name:ident $method:ident ($($arg:ident: $t:ty),*) -> $r:ty { $meaning:expr })*) => {
        effect_ops!(define, [$($(#[$doc])* $name $method ($($arg: $t),*) -> $r { $meaning })*]);
    };
}

macro_rules! define {
    (
        [$($(#[$pdoc:meta])* $pname:ident $pmethod:ident ($($parg:ident: $pt:ty),*) -> $pr:ty { $meaning:expr })*]
        $($(#[$doc:meta])* $name:ident $text:literal ($($operand:ident),*) $class:ident;)*
    ) => {
        /// The kind of one operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Opcode {
            $($(#[$pdoc])* $pname,)*
            $($(#[$doc])* $name,)*
        }

        impl Opcode {
            /// All opcodes.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$pname,)* $(Opcode::$name,)*];

            /// The name in the text format.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Opcode::$pname => stringify!($pmethod),)*
                    $(Opcode::$name => $text,)*
                }
            }

            /// What it does beyond computing its result.
            pub const fn class(self) -> Class {
                match self {
                    $(Opcode::$pname => Class::Pure,)*
                    $(Opcode::$name => Class::$class,)*
                }
            }

            /// Operand types of a pure operation; empty for others.
            pub const fn pure_params(self) -> &'static [Type] {
                match self {
                    $(Opcode::$pname => &[$(<$pt as Kind>::TYPE),*],)*
                    _ => &[],
                }
            }

            /// Result type of a pure operation.
            pub const fn pure_result(self) -> Option<Type> {
                match self {
                    $(Opcode::$pname => Some(<$pr as Kind>::TYPE),)*
                    _ => ANY,
                }
            }
        }

        /// The meaning of a pure operation on operand bits; `None` for other opcodes.
        pub fn eval_pure(op: Opcode, operands: &[u64]) -> Option<u64> {
            match op {
                $(Opcode::$pname => {
                    let mut bits = operands.iter().copied();
                    $(let $parg = <$pt as Kind>::from_bits(bits.next()?);)*
                    let result: $pr = $meaning;
                    Some(Kind::to_bits(result))
                })*
                _ => None,
            }
        }
    };
}

pure_ops!(with_pure);
