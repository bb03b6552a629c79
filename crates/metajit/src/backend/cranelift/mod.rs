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
mod unroll;

use super::memory::CodeMemory;
use super::{
    Backend, CodeCell, CodeId, CompileError, Compiled, Dump, FunctionEntry, Generated, Generator, Part,
    REGISTER_ARGS, Statistics, Trampoline, UnitInfo, trampoline,
};
use crate::cpu::Stopwatch;
use bumpalo::Bump;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{Function, UserFuncName};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, ModuleError, ModuleReloc, default_libcall_names};
use plan::Plan;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Regions above this size leave the code generator's working memory so large that it is given back.
const LARGE_REGION: usize = 2000;

/// Compiles traces to machine code of the host.
pub struct Cranelift {
    generator: CodeGenerator,
    memory: CodeMemory,
    units: Vec<Option<Unit>>,
    free: Vec<CodeId>,
    trampoline: Trampoline,
    /// By the number of arguments.
    function_entries: [Option<FunctionEntry>; REGISTER_ARGS + 1],
    /// The code of trampolines, stubs and rare calls.
    entering: Vec<Code>,
    statistics: Statistics,
}

/// Generates machine code. What it knows of its thread are the addresses that the code needs.
pub struct CodeGenerator {
    isa: OwnedTargetIsa,
    context: Context,
    builder: FunctionBuilderContext,
    /// What a compilation needs until it is over.
    arena: Bump,
    addresses: abi::Addresses,
}

/// Machine code with what the linker has to fill in.
pub struct Machine {
    bytes: Vec<u8>,
    alignment: u64,
    relocations: Vec<ModuleReloc>,
    held: Held,
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// What a unit's code refers to.
#[derive(Debug)]
struct Held {
    _invalidated: Arc<AtomicBool>,
    _count: Option<Arc<AtomicU64>>,
    _failures: stress::Failures,
}

/// What has to live as long as a unit's code.
struct Unit {
    /// Owns the code's memory.
    _code: Code,
    _cells: Arc<[CodeCell]>,
    _held: Held,
}

/// A function's machine code in memory, in a module of its own, so that it can be freed by itself.
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
        let mut generator = CodeGenerator::new(abi::Addresses::of_this_thread())?;
        let memory = CodeMemory::new();
        let CodeGenerator { isa, context, builder, addresses, .. } = &mut generator;
        abi::build_trampoline(&mut context.func, builder, &**isa, 0);
        let code = link(isa, &machine_code(isa, context)?, &memory)?;
        context.clear();
        abi::build_rare_call(&mut context.func, builder, &**isa, addresses.rare_result);
        let rare_call = link(isa, &machine_code(isa, context)?, &memory)?;
        context.clear();
        addresses.rare_call = rare_call.entry as usize;
        Ok(Cranelift {
            generator,
            memory,
            units: Vec::new(),
            free: Vec::new(),
            trampoline: trampoline::from_code(code.entry),
            function_entries: Default::default(),
            entering: vec![code, rare_call],
            statistics: Statistics::default(),
        })
    }

    /// Keeps a unit's memory under a name.
    fn keep(&mut self, unit: Unit) -> CodeId {
        let id = self.free.pop().unwrap_or_else(|| {
            self.units.push(None);
            CodeId(self.units.len() as u32 - 1)
        });
        self.units[id.0 as usize] = Some(unit);
        id
    }

    /// Makes a function of the border, which lives as long as the backend.
    fn border(
        &mut self,
        args: usize,
        build: fn(&mut Function, &mut FunctionBuilderContext, &dyn TargetIsa, usize),
    ) -> Result<*const u8, CompileError> {
        let CodeGenerator { isa, context, builder, .. } = &mut self.generator;
        build(&mut context.func, builder, &**isa, args);
        let code = machine_code(isa, context).and_then(|code| link(isa, &code, &self.memory));
        context.clear();
        let code = code?;
        let entry = code.entry;
        self.entering.push(code);
        Ok(entry)
    }
}

impl CodeGenerator {
    fn new(addresses: abi::Addresses) -> Result<Self, CompileError> {
        let (context, builder) = (Context::new(), FunctionBuilderContext::new());
        Ok(CodeGenerator { isa: settings::host()?, context, builder, arena: Bump::new(), addresses })
    }

    fn build_and_compile(
        &mut self,
        arena: &Bump,
        parts: &[Part<'_>],
        unit: &UnitInfo,
    ) -> Result<Generated, CompileError> {
        let start = Stopwatch::start();
        let plan = Plan::new(arena, parts, unit.own_cell);
        let cells: Arc<[CodeCell]> = plan.exits.iter().map(|_| CodeCell::new()).collect();
        let signature = abi::function_signature(unit.function.map_or(0, |function| function.args));
        self.context.func = Function::with_name_signature(UserFuncName::default(), signature);
        let failures = stress::Failures::of(parts, unit);
        translate::translate(
            FunctionBuilder::new(&mut self.context.func, &mut self.builder),
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
        let ir = unit.dump.then(|| self.context.func.display().to_string());
        self.context.set_disasm(unit.dump);
        let mut code = machine_code(&self.isa, &mut self.context)?;
        code.held = Held {
            _invalidated: unit.invalidated.clone(),
            _count: unit.count.as_ref().map(|count| count.left.clone()),
            _failures: failures,
        };
        let assembly = || self.context.compiled_code().and_then(|code| code.vcode.clone());
        Ok(Generated {
            code,
            cells,
            exits: plan.exits,
            operations: operations(parts),
            building,
            compiling: start.elapsed() - building,
            dump: ir.map(|ir| Dump { ir, assembly: assembly().unwrap_or_default() }),
        })
    }
}

impl Generator for CodeGenerator {
    fn generate(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Result<Generated, CompileError> {
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
}

impl Backend for Cranelift {
    fn name(&self) -> &'static str {
        "cranelift"
    }

    fn generator(&mut self) -> &mut dyn Generator {
        &mut self.generator
    }

    fn another_generator(&self) -> Result<Box<dyn Generator + Send>, CompileError> {
        Ok(Box::new(CodeGenerator::new(self.generator.addresses)?))
    }

    fn link(&mut self, generated: Generated) -> Result<Compiled, CompileError> {
        let Generated { code, cells, exits, operations, building, compiling, dump } = generated;
        let linked = link(&self.generator.isa, &code, &self.memory)?;
        let Code { entry, bytes, .. } = linked;
        let unit = Unit { _code: linked, _cells: cells.clone(), _held: code.held };
        let code = self.keep(unit);
        let sums = &mut self.statistics;
        sums.units += 1;
        sums.operations += operations as u64;
        sums.bytes += bytes as u64;
        sums.building += building;
        sums.compiling += compiling;
        Ok(Compiled { code, entry, bytes, exits, cells, building, compiling, dump })
    }

    fn free(&mut self, code: CodeId) {
        self.units[code.0 as usize] = None;
        self.free.push(code);
    }

    fn trampoline(&self) -> Trampoline {
        self.trampoline
    }

    fn function_entry(&mut self, args: usize) -> Result<FunctionEntry, CompileError> {
        if let Some(entry) = self.function_entries[args] {
            return Ok(entry);
        }
        let trampoline = trampoline::from_code(self.border(args, abi::build_function_trampoline)?);
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

/// Makes machine code of the function in the context.
fn machine_code(isa: &OwnedTargetIsa, context: &mut Context) -> Result<Machine, CompileError> {
    let refuse = |error: &dyn std::fmt::Debug| CompileError::Refused(format!("{error:?}"));
    context.compile(&**isa, &mut ControlPlane::default()).map_err(|error| refuse(&error.inner))?;
    let code = context.compiled_code().expect("it has just been compiled");
    let relocations = code.buffer.relocs().iter();
    Ok(Machine {
        bytes: code.code_buffer().to_vec(),
        alignment: code.buffer.alignment as u64,
        // The function is the only one of its module.
        relocations: relocations
            .map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, FuncId::from_u32(0)))
            .collect(),
        held: Held { _invalidated: Arc::default(), _count: None, _failures: stress::Failures::default() },
    })
}

/// Puts machine code into executable memory. (Where the machine has no instruction for rounding, Cranelift calls the C
/// library's function, which the module finds.)
fn link(isa: &OwnedTargetIsa, machine: &Machine, memory: &CodeMemory) -> Result<Code, CompileError> {
    let mut builder = JITBuilder::with_isa(isa.clone(), default_libcall_names());
    builder.memory_provider(Box::new(memory.unit()));
    let mut module = JITModule::new(builder);
    let function = module.declare_anonymous_function(&abi::unit_signature())?;
    module.define_function_bytes(function, machine.alignment, &machine.bytes, &machine.relocations)?;
    module.finalize_definitions()?;
    let entry = module.get_finalized_function(function);
    Ok(Code { entry, bytes: machine.bytes.len(), _module: module })
}

impl From<ModuleError> for CompileError {
    fn from(error: ModuleError) -> Self {
        match error {
            ModuleError::Allocation { .. } => CompileError::NoMemory,
            other => CompileError::Refused(format!("{other:?}")),
        }
    }
}
