//! The trait an interpreter is generic over.
//!
//! An interpreter is written once, as Rust code generic over `M: Mode`, and runs in two modes:
//! [`Run`](crate::run::Run), where every method is its plain meaning and vanishes, and
//! [`Record`](crate::record::Record), where the same code executes and each operation on a value of type
//! `M::Of<_>` is also written into a trace. The Rust types are the binding times: what has a type
//! `M::Of<_>` varies while a trace runs, what has a plain type is a constant of the trace. A mode is a type,
//! not an object: its methods are associated functions, and the recorder is ambient (thread-local).
//! Neighbours: `staged` (the operators on mode values), `run`, `record`, `frame`.

use crate::assume::Assumption;
use crate::fixed::Fixed;
use crate::frame::{Frame, LoopAction, LoopCell};
use crate::heap::{Element, Field, LayoutId, Ref, Tail, Value};
use crate::helper::{Arg, Helper};
use crate::kind::Kind;
use crate::language::Language;
use std::fmt::Debug;

macro_rules! declare_pure {
    ($($(#[$doc:meta])* $name:ident $method:ident ($($arg:ident: $t:ty),*) -> $r:ty { $meaning:expr })*) => {
        /// How an interpreter's operations are carried out; see the module's documentation.
        ///
        /// Methods named like a row of the table of pure operations compute and have no other effect.
        pub trait Mode: Copy + Debug + 'static {
            /// A value of kind `K` that varies at run time.
            type Of<K: Kind>: Copy + Debug;
            /// Says that execution goes on in `Run` mode; uninhabited in `Run`.
            type Switch: Copy + Debug;
            /// Whether a trace is being recorded or a log replayed.
            const RECORDING: bool;

            $($(#[$doc])* fn $method($($arg: Self::Of<$t>),*) -> Self::Of<$r>;)*

            /// A constant as a varying value.
            fn constant<K: Kind>(k: K) -> Self::Of<K>;
            /// A varying value as a constant: a guard that it has the value it has now.
            fn promote<K: Kind>(x: Self::Of<K>) -> K;
            /// The same, unless too many values have been met where recording now goes on: then `None`, and the interpreter
            /// has to come to the same without knowing the value. In `Run` the value, always.
            fn try_promote<K: Kind>(x: Self::Of<K>) -> Option<K>;
            /// The branch taken now: a guard on the truth value.
            fn truth(condition: Self::Of<bool>) -> bool;
            /// The value as it is now, without a guard. It must not steer what is recorded; it is for
            /// diagnostics and for passing to helpers.
            fn peek<K: Kind>(x: Self::Of<K>) -> K;
            /// The address of a fixed structure as an integer.
            fn address_of<T: 'static>(x: Self::Of<Fixed<T>>) -> Self::Of<i64>;
            /// Whether the recorder knows the value to be a constant; false in `Run`.
            fn is_constant<K: Kind>(x: Self::Of<K>) -> bool;

            /// The integer of a word that the recorder knows to have been made from one, whichever form the word
            /// has; `None` in `Run`, and when nothing is known.
            fn known_int(x: Self::Of<Value>) -> Option<Self::Of<i64>>;
            /// The float of a word that the recorder knows to have been made from one; `None` in `Run`.
            fn known_float(x: Self::Of<Value>) -> Option<Self::Of<f64>>;

            /// Reads a field.
            fn load<K: Kind>(object: Self::Of<Ref>, field: Field<K>) -> Self::Of<K>;
            /// Writes a field, with the write barrier.
            fn store<K: Kind>(object: Self::Of<Ref>, field: Field<K>, value: Self::Of<K>);
            /// Reads a tail element; the index is in bounds (checked by the caller).
            fn load_item<E: Element>(object: Self::Of<Ref>, tail: Tail<E>, index: Self::Of<i64>) -> Self::Of<E::Kind>;
            /// Writes a tail element; the index is in bounds (checked by the caller).
            fn store_item<E: Element>(
                object: Self::Of<Ref>,
                tail: Tail<E>,
                index: Self::Of<i64>,
                value: Self::Of<E::Kind>,
            );
            /// A new object with all words zero and `len` tail elements.
            fn alloc(layout: LayoutId, len: u32) -> Self::Of<Ref>;

            /// Calls a helper that the trace does not see into. `args` are the helper's arguments in order,
            /// `exec` runs it. `Err` holds the exception value that a raising helper gave.
            fn call<R: Kind>(
                helper: &'static Helper,
                args: &[Arg<Self>],
                exec: impl FnOnce() -> Result<R, Value>,
            ) -> Result<Self::Of<R>, Self::Of<Value>>;

            /// Reads a frame slot.
            fn slot(frame: Frame<Self>, slot: u32) -> Self::Of<Value>;
            /// Writes a frame slot.
            fn set_slot(frame: Frame<Self>, slot: u32, value: Self::Of<Value>);

            /// The state is that of a bytecode's start: execution can resume here. `Some` asks the frame to
            /// return at once and go on in `Run` mode at `pc`.
            fn merge_point(pc: usize) -> Option<Self::Switch>;
            /// A loop's header: counts, enters compiled code, starts or closes a trace.
            fn loop_header<L: Language>(
                code: &'static L::Code,
                cell: &'static LoopCell,
                frame: Frame<Self>,
                pc: usize,
            ) -> LoopAction<Self>;
            /// Runs a frame whose arguments are in its slots, from `pc`; `Err` holds the exception value. While it
            /// runs, the VM stack's top is behind its slots; that they fit is for the caller to check.
            fn call_frame<L: Language>(
                code: &'static L::Code,
                frame: Frame<Self>,
                pc: usize,
            ) -> Result<Self::Of<Value>, Self::Of<Value>>;

            /// Trusts an assumption: the trace is invalidated when it breaks.
            fn assume(assumption: &'static Assumption);
            /// The trace ends here without an error: what follows cannot be recorded. No effect in `Run`.
            fn abort(reason: crate::abort::Abort);
        }
    };
}
pure_ops!(declare_pure);
