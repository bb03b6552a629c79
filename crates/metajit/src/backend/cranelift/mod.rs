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
mod functions;
mod memory;
mod plan;
mod pure;
mod settings;
mod stress;
mod translate;

use super::memory::CodeMemory;
use super::{
    Backend, CodeCell, CodeId, CompileError, Compiled, Dump, FunctionEntry, Part, REGISTER_ARGS, Statistics,
    Trampoline, UnitInfo, trampoline,
};
use bumpalo::Bump;
use cranelift_codegen::Context;
use cranelift_codegen::ir::{Function, UserFuncName};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, ModuleError, default_libcall_names};
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
    /// What a compilation needs until it is over.
    arena: Bump,
    memory: CodeMemory,
    units: Vec<Option<Unit>>,
    trampoline: Trampoline,
    /// By the number of arguments.
    function_entries: [Option<FunctionEntry>; REGISTER_ARGS + 1],
    /// The code of trampolines and stubs.
    entering: Vec<Code>,
    addresses: abi::Addresses,
    statistics: Statistics,
}

/// What has to live as long as a unit's code.
struct Unit {
    /// Owns the code's memory.
    _code: Code,
    _cells: Arc<[CodeCell]>,
    _failures: stress::Failures,
}

/// A function's machine code, in a module of its own, so that it can be freed by itself.
struct Code {
    _module: JITModule,
    entry: *const u8,
    bytes: usize,
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
        let memory = CodeMemory::new();
        abi::build_trampoline(&mut context.func, &mut builder, &*isa, 0);
        let code = generate(&isa, &mut context, &memory)?;
        context.clear();
        Ok(Cranelift {
            isa,
            context,
            builder,
            arena: Bump::new(),
            memory,
            units: Vec::new(),
            trampoline: trampoline::from_code(code.entry),
            function_entries: Default::default(),
            entering: vec![code],
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
    fn finish(&mut self, dump: bool) -> Result<(Code, Option<Dump>), CompileError> {
        let ir = dump.then(|| self.context.func.display().to_string());
        self.context.set_disasm(dump);
        let code = generate(&self.isa, &mut self.context, &self.memory)?;
        let assembly = || self.context.compiled_code().and_then(|code| code.vcode.clone());
        Ok((code, ir.map(|ir| Dump { ir, assembly: assembly().unwrap_or_default() })))
    }

    fn build_and_compile(
        &mut self,
        arena: &Bump,
        parts: &[Part<'_>],
        unit: &UnitInfo,
    ) -> Result<Compiled, CompileError> {
        let start = Instant::now();
        let plan = Plan::new(arena, parts, unit.own_cell);
        let cells: Arc<[CodeCell]> = plan.exits.iter().map(|_| CodeCell::new()).collect();
        let signature = abi::function_signature(unit.function.map_or(0, |function| function.args));
        self.context.func = Function::with_name_signature(UserFuncName::default(), signature);
        let failures = stress::Failures::of(parts, unit);
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        translate::translate(
            builder,
            arena,
            parts,
            &plan,
            unit,
            &cells,
            &failures,
            &self.addresses,
            &*self.isa,
        );
        let building = start.elapsed();
        let (code, dump) = self.finish(unit.dump)?;
        let compiling = start.elapsed() - building;
        let Code { entry, bytes, .. } = code;
        let code = self.keep(Unit { _code: code, _cells: cells.clone(), _failures: failures });
        self.count(operations(parts), bytes, building, compiling);
        let exits = plan.exits;
        Ok(Compiled { code, entry, bytes, exits, cells, building, compiling, dump })
    }

    /// Makes a function of the border, which lives as long as the backend.
    fn border(
        &mut self,
        args: usize,
        build: fn(&mut Function, &mut FunctionBuilderContext, &dyn TargetIsa, usize),
    ) -> Result<*const u8, CompileError> {
        build(&mut self.context.func, &mut self.builder, &*self.isa, args);
        let code = generate(&self.isa, &mut self.context, &self.memory);
        self.context.clear();
        let code = code?;
        let entry = code.entry;
        self.entering.push(code);
        Ok(entry)
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
        let mut arena = std::mem::take(&mut self.arena);
        let result = self.build_and_compile(&arena, parts, unit);
        arena.reset();
        self.context.clear();
        if result.is_err() || operations(parts) > LARGE_REGION {
            self.context = Context::new();
            self.builder = FunctionBuilderContext::new();
        } else {
            self.arena = arena;
        }
        result
    }

    fn free(&mut self, code: CodeId) {
        self.units[code.0 as usize] = None;
    }

    fn trampoline(&self) -> Trampoline {
        self.trampoline
    }

    fn function_entry(&mut self, args: usize) -> Result<FunctionEntry, CompileError> {
        if let Some(entry) = self.function_entries[args] {
            return Ok(entry);
        }
        let trampoline = trampoline::from_code(self.border(args, abi::build_trampoline)?);
        let entry = FunctionEntry { trampoline, stub: self.border(args, abi::build_stub)? };
        self.function_entries[args] = Some(entry);
        Ok(entry)
    }

    fn statistics(&self) -> Statistics {
        Statistics { resident: self.memory.resident() as u64, ..self.statistics }
    }
}

fn operations(parts: &[Part<'_>]) -> usize {
    parts.iter().map(|part| part.trace.ops.len()).sum()
}

/// Makes machine code of the function in the context. (Where the machine has no instruction for rounding, Cranelift
/// calls the C library's function, which the module finds.)
fn generate(isa: &OwnedTargetIsa, context: &mut Context, memory: &CodeMemory) -> Result<Code, CompileError> {
    let mut builder = JITBuilder::with_isa(isa.clone(), default_libcall_names());
    builder.memory_provider(Box::new(memory.unit()));
    let mut module = JITModule::new(builder);
    let function = module.declare_anonymous_function(&context.func.signature)?;
    module.define_function(function, context)?;
    module.finalize_definitions()?;
    let bytes = context.compiled_code().map_or(0, |code| code.code_buffer().len());
    Ok(Code { entry: module.get_finalized_function(function), bytes, _module: module })
}

impl From<ModuleError> for CompileError {
    fn from(error: ModuleError) -> Self {
        match error {
            ModuleError::Allocation { .. } => CompileError::NoMemory,
            other => CompileError::Refused(format!("{other:?}")),
        }
    }
}
