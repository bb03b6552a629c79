//! The Cranelift backend: one region becomes one function in Cranelift IR, and that machine code.
//!
//! `plan` numbers the exits, `translate` walks the operations; `pure`, `division`, `boxing`, `memory` and `calls` each lower one group
//! of them; `exits` makes the cold code through which guards leave. Cranelift is asked for register
//! allocation and instruction selection only: its own optimiser is off, as the traces are optimised already.
//! Invariant: compiled functions keep the calling convention described in `abi`.

mod abi;
mod boxing;
mod calls;
mod division;
mod exits;
mod memory;
mod plan;
mod pure;
mod settings;
mod translate;

use super::memory::{Block, CodeMemory};
use super::{
    Backend, CodeCell, CodeId, CompileError, Compiled, Dump, Part, Statistics, Trampoline, UnitInfo,
    trampoline,
};
use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function, LibCall, UserFuncName};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use plan::Plan;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Regions above this size leave the code generator's working memory so large that it is given back.
const LARGE_REGION: usize = 2000;

/// Compiles traces to machine code of the host.
pub struct Cranelift {
    isa: OwnedTargetIsa,
    context: Context,
    builder: FunctionBuilderContext,
    control: ControlPlane,
    memory: CodeMemory,
    units: Vec<Option<Unit>>,
    trampoline: Trampoline,
    addresses: abi::Addresses,
    statistics: Statistics,
}

/// What has to live as long as a unit's code.
struct Unit {
    block: Block,
    _cells: Arc<[CodeCell]>,
}

impl std::fmt::Debug for Cranelift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cranelift").field("statistics", &self.statistics).finish_non_exhaustive()
    }
}

impl Cranelift {
    /// A backend for code that the current thread will run; the heap has been initialised. Fails on machines
    /// that Cranelift has no code generator for.
    pub fn new() -> Result<Self, CompileError> {
        let isa = settings::host()?;
        let mut context = Context::new();
        let mut builder = FunctionBuilderContext::new();
        let mut control = ControlPlane::default();
        let mut memory = CodeMemory::new();
        abi::build_trampoline(&mut context.func, &mut builder, &*isa);
        let code = generate(&*isa, &mut context, &mut control)?;
        let block = memory.install(&link(code)?).ok_or(CompileError::NoMemory)?;
        context.clear();
        Ok(Cranelift {
            isa,
            context,
            builder,
            control,
            memory,
            units: Vec::new(),
            trampoline: trampoline::from_code(block.code()),
            addresses: abi::Addresses::of_this_thread(),
            statistics: Statistics::default(),
        })
    }

    /// Keeps a unit's memory under a name.
    fn keep(&mut self, unit: Unit) -> CodeId {
        let free = self.units.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.units.push(None);
            self.units.len() - 1
        });
        self.units[index] = Some(unit);
        CodeId(index as u32)
    }

    /// Machine code from the function in the context, in executable memory.
    fn finish(&mut self, dump: bool) -> Result<(Block, usize, Option<Dump>), CompileError> {
        let ir = dump.then(|| self.context.func.display().to_string());
        self.context.set_disasm(dump);
        let code = generate(&*self.isa, &mut self.context, &mut self.control)?;
        let dump = ir.map(|ir| Dump { ir, assembly: code.vcode.clone().unwrap_or_default() });
        let bytes = link(code)?;
        let block = self.memory.install(&bytes).ok_or(CompileError::NoMemory)?;
        Ok((block, bytes.len(), dump))
    }

    fn build_and_compile(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Result<Compiled, CompileError> {
        let start = Instant::now();
        let plan = Plan::new(parts, unit.own_cell);
        let cells: Arc<[CodeCell]> = plan.exits.iter().map(|_| CodeCell::new()).collect();
        self.context.func = Function::with_name_signature(UserFuncName::default(), abi::unit_signature());
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        translate::translate(builder, parts, &plan, unit, &cells, &self.addresses, &*self.isa);
        let building = start.elapsed();
        let (block, bytes, dump) = self.finish(unit.dump)?;
        let compiling = start.elapsed() - building;
        let code = self.keep(Unit { block, _cells: cells.clone() });
        self.count(operations(parts), bytes, building, compiling);
        let exits = plan.exits;
        Ok(Compiled { code, entry: block.code(), bytes, exits, cells, building, compiling, dump })
    }

    fn count(&mut self, operations: usize, bytes: usize, building: Duration, compiling: Duration) {
        let sums = &mut self.statistics;
        sums.units += 1;
        sums.operations += operations as u64;
        sums.bytes += bytes as u64;
        sums.building += building;
        sums.compiling += compiling;
    }
}

impl Backend for Cranelift {
    fn name(&self) -> &'static str {
        "cranelift"
    }

    fn compile_region(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Result<Compiled, CompileError> {
        let result = self.build_and_compile(parts, unit);
        self.context.clear();
        if result.is_err() || operations(parts) > LARGE_REGION {
            self.context = Context::new();
            self.builder = FunctionBuilderContext::new();
        }
        result
    }

    fn free(&mut self, code: CodeId) {
        if let Some(unit) = self.units[code.0 as usize].take() {
            self.memory.free(unit.block);
        }
    }

    fn trampoline(&self) -> Trampoline {
        self.trampoline
    }

    fn statistics(&self) -> Statistics {
        Statistics { resident: self.memory.resident() as u64, ..self.statistics }
    }
}

fn operations(parts: &[Part<'_>]) -> usize {
    parts.iter().map(|part| part.trace.ops.len()).sum()
}

/// Runs the code generator on the function in the context.
fn generate<'c>(
    isa: &dyn cranelift_codegen::isa::TargetIsa,
    context: &'c mut Context,
    control: &mut ControlPlane,
) -> Result<&'c CompiledCode, CompileError> {
    context.compile(isa, control).map_err(|e| CompileError::Refused(format!("{:?}", e.inner)))
}

/// The bytes of a function with the addresses of library functions filled in. (Where the machine has no
/// instruction for rounding, Cranelift calls one.)
fn link(code: &CompiledCode) -> Result<Vec<u8>, CompileError> {
    let mut bytes = code.code_buffer().to_vec();
    for reloc in code.buffer.relocs() {
        let FinalizedMachReloc { offset, kind, target, addend } = reloc;
        let (Reloc::Abs8, FinalizedRelocTarget::ExternalName(ExternalName::LibCall(call))) = (kind, target)
        else {
            return Err(CompileError::Refused(format!("a relocation {kind:?} of {target:?}")));
        };
        let address = library_function(*call)? as i64 + addend;
        bytes[*offset as usize..][..8].copy_from_slice(&address.to_ne_bytes());
    }
    Ok(bytes)
}

fn library_function(call: LibCall) -> Result<usize, CompileError> {
    extern "C" fn floor(x: f64) -> f64 {
        x.floor()
    }
    extern "C" fn ceil(x: f64) -> f64 {
        x.ceil()
    }
    match call {
        LibCall::FloorF64 => Ok(floor as *const () as usize),
        LibCall::CeilF64 => Ok(ceil as *const () as usize),
        _ => Err(CompileError::Refused(format!("a call of {call}"))),
    }
}
