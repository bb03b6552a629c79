//! The register bytecode: what the compiler writes and the interpreter runs.
//!
//! A function is a [`CodeData`]: fixed-size instructions over a frame of registers, with its constants,
//! names, exception table and positions. The instruction set stands in one table (`ops.rs`), which also says
//! which operands read and write registers; printing (`print.rs`) and liveness (`live.rs`) follow from it.
//!
//! Neighbours: `compile/` produces code, the interpreter's dispatch loop consumes it. Nothing here knows the
//! heap.

mod code;
mod live;
mod ops;
mod print;

pub use code::{CodeData, CodeFlags, Const, ExceptionEntry, Position};
pub use live::Liveness;
pub use ops::{Access, ConstId, Imm, LoopId, NameId, Op, Reg, Target};
