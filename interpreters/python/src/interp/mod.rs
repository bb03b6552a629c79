//! The interpreter: the dispatch loop and the operations that traces see through, generic over the mode.
//!
//! Rule of this folder: a value of type `Val<M>` varies while a trace runs; plain Rust values are constants of the
//! trace. So plain state is read here only if it never changes after publication (`Code`, `Shape`, interned
//! names) or stands behind an assumption (`M::assume`). Neighbours: `raw` (the same on plain values).

pub mod raw;
