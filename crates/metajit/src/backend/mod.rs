//! Backends: what turns an optimised trace into something that runs.
//!
//! A backend compiles one trace at a time into a *unit*: a loop, a function's entry trace or a bridge. A unit
//! is entered through the backend's trampoline with the root frame's slot 0 and an exit buffer, and gives
//! back the number of the exit through which it left, after writing that exit's live values to the buffer.
//! Units are joined through [`CodeCell`]s: an exit whose cell holds a bridge's entry jumps there instead of
//! returning, and the bridge finds its inputs in the exit buffer.
//!
//! Invariant: a unit never changes after it was compiled; only cells do. So old code may still be live on the
//! native stack while new code is installed. Neighbours: `cranelift` (machine code), `memory` (where it lies),
//! `ir::eval` (the oracle), `driver` (decides what to compile and keeps the units).

mod cell;
pub mod cranelift;
mod memory;
mod trampoline;

pub use cell::CodeCell;
pub use cranelift::Cranelift;
pub use trampoline::{Left, Trampoline, enter, enter_function};

use crate::depth::Depth;
use crate::ir::{OpRef, Plain, SnapshotId, Trace};
use crate::kind::Type;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

/// What a unit gives back when the root frame has returned: its value is in word 0 of the exit buffer.
pub const RETURN_EXIT: u64 = u64::MAX;

/// What a function's unit gives back when it has not begun, and its arguments are in their slots: there is no code, no
/// room on a stack, or somebody asked compiled code to leave.
pub const DECLINED_EXIT: u64 = u64::MAX - 1;

/// Slots of a function's frame, from slot 0 on, that are passed in registers, at most.
pub const REGISTER_ARGS: usize = 4;

/// Compiles traces. A backend belongs to the thread whose frames its code runs.
pub trait Backend {
    /// The name in logs.
    fn name(&self) -> &'static str;
    /// Compiles a trace by itself.
    fn compile(&mut self, trace: &Trace, unit: &UnitInfo) -> Result<Compiled, CompileError> {
        self.compile_region(&[Part { trace: &trace.plain(), continues: None }], unit)
    }
    /// Compiles a trace (the first part) and bridges of it into one unit. Nothing is changed when it fails.
    fn compile_region(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Result<Compiled, CompileError> {
        let generated = self.generator().generate(parts, unit)?;
        self.link(generated)
    }
    /// What generates code on this thread.
    fn generator(&mut self) -> &mut dyn Generator;
    /// Something that generates the same code on another thread.
    fn another_generator(&self) -> Result<Box<dyn Generator + Send>, CompileError>;
    /// Puts generated code where it can run. Nothing is changed when that fails.
    fn link(&mut self, generated: Generated) -> Result<Compiled, CompileError>;
    /// Gives a unit's memory back. It is not running, and no cell or loop header leads to it.
    fn free(&mut self, code: CodeId);
    /// How to enter the units of this backend; see [`enter`].
    fn trampoline(&self) -> Trampoline;
    /// How functions with so many arguments in registers are entered.
    fn function_entry(&mut self, args: usize) -> Result<FunctionEntry, CompileError>;
    /// What compiling has cost so far.
    fn statistics(&self) -> Statistics;
}

/// The half of a backend that needs nothing of the thread whose frames its code runs.
pub trait Generator {
    /// Generates code of a trace (the first part) and bridges of it.
    fn generate(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Result<Generated, CompileError>;
}

/// Code that does not lie yet where it can run: plain data.
#[derive(Debug)]
pub struct Generated {
    code: cranelift::Machine,
    cells: Arc<[CodeCell]>,
    exits: Vec<ExitLayout>,
    operations: usize,
    building: Duration,
    compiling: Duration,
    dump: Option<Dump>,
}

/// A trace in a region.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    /// The operations. Input number i of a bridge is value i of the exit that it continues.
    pub trace: &'t Plain,
    /// The exit that a bridge continues: a part, by its index, and a snapshot in it that guards name. `None`
    /// for the root, which is the first part.
    pub continues: Option<(usize, SnapshotId)>,
}

/// What a backend has to know beside the trace.
#[derive(Clone, Debug)]
pub struct UnitInfo {
    /// Number of the unit's first exit; the others follow. Numbers are the driver's, unique while the unit
    /// lives, and below [`RETURN_EXIT`].
    pub first_exit: u64,
    /// Address of the loop header's cell that will lead to the unit, if one will: jumps to it stay inside.
    pub own_cell: Option<usize>,
    /// If the unit is a function: what its first operations rely on.
    pub function: Option<Function>,
    /// If the unit is a bridge that is to be entered a limited number of times only.
    pub count: Option<Count>,
    /// The flag that the `invalidated` operation reads.
    pub invalidated: Arc<AtomicBool>,
    /// Times that each guard fails although its condition holds.
    pub fail_guards: u64,
    /// If the unit is a bridge: the [`ExitLayout::words`] of the exit that it continues, where its inputs lie. Input i lies in
    /// word i if there is none.
    pub inputs: Vec<u32>,
    /// Whether to keep the code as text.
    pub dump: bool,
}

/// How often a bridge may be entered.
#[derive(Clone, Debug)]
pub struct Count {
    /// When this gets to zero, the bridge leaves at once, as if it were not there. From then on it counts no more.
    pub left: Arc<AtomicU64>,
    /// The exit that it continues.
    pub exit: u64,
}

/// A unit that is called with arguments in registers.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// How many.
    pub args: usize,
    /// Slots of its frame.
    pub slots: u32,
    /// Where frames are counted. The caller has counted this one.
    pub depth: Option<Depth>,
    /// Address of the exit buffer.
    pub buffer: usize,
}

/// Ways into functions with a number of arguments in registers.
#[derive(Clone, Copy, Debug)]
pub struct FunctionEntry {
    /// Enters one from Rust, with the address of the number of active frames in place of the exit buffer's; the arguments
    /// are in their slots.
    pub trampoline: Trampoline,
    /// Stands in for one that has no code: puts the arguments into their slots and gives [`DECLINED_EXIT`].
    pub stub: *const u8,
}

/// Names a unit in its backend.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CodeId(pub u32);

/// A compiled unit.
#[derive(Debug)]
pub struct Compiled {
    /// For [`Backend::free`].
    pub code: CodeId,
    /// For [`enter`] and for [`CodeCell::set`].
    pub entry: *const u8,
    /// Bytes of machine code.
    pub bytes: usize,
    /// Exit number `first_exit + i` is `exits[i]`.
    pub exits: Vec<ExitLayout>,
    /// `cells[i]` leads on from `exits[i]`. The unit's code reads them.
    pub cells: Arc<[CodeCell]>,
    /// Time spent building the backend's own form of the trace.
    pub building: Duration,
    /// Time spent in the code generator proper.
    pub compiling: Duration,
    /// The code as text, if it was asked for.
    pub dump: Option<Dump>,
}

/// One exit of a unit. Guards that share a snapshot share an exit.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitLayout {
    /// The part that is left.
    pub part: usize,
    /// Where execution goes on, in that part.
    pub snapshot: SnapshotId,
    /// The snapshot's values: the i-th is input i of a bridge.
    pub values: Vec<(OpRef, Type)>,
    /// The word of the exit buffer in which each of them lies.
    pub words: Vec<u32>,
    /// Whether the exit looks at its cell: false where the trace ends by leaving.
    pub continues: bool,
}

/// A unit's code as text.
#[derive(Clone, Debug)]
pub struct Dump {
    /// In the code generator's language.
    pub ir: String,
    /// In the machine's.
    pub assembly: String,
}

/// Why a trace could not be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompileError {
    /// No memory for code.
    NoMemory,
    /// The code generator refused; what it said.
    Refused(String),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::NoMemory => f.write_str("no memory for compiled code"),
            CompileError::Refused(why) => write!(f, "the code generator refused a trace: {why}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Sums over everything a backend has compiled.
#[derive(Clone, Copy, Default, Debug)]
pub struct Statistics {
    /// Units compiled.
    pub units: u64,
    /// Trace operations in them.
    pub operations: u64,
    /// Bytes of code ever made.
    pub bytes: u64,
    /// Bytes of memory that hold code now.
    pub resident: u64,
    /// Time spent building the code generator's input.
    pub building: Duration,
    /// Time spent in the code generator.
    pub compiling: Duration,
}
