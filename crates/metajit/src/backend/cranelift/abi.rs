//! Calling conventions, and the addresses that are constants in compiled code.
//!
//! A unit is a function in Cranelift's `tail` convention: `(frame, exits) -> (exit number, value)`, where `frame` is
//! the address of the root frame's slot 0 and `exits` that of the exit buffer. Bridges and other loops have
//! the same signature, so that units tail-call each other without growing the stack. The unit of a function is
//! called by other units: `(frame, number of active frames, first slots of the frame...) -> (exit number, value)`. The
//! value is what the root frame has returned, if it has.

use super::translate::MEMORY;
use crate::backend::DECLINED_EXIT;
use crate::heap::{self, JitAbi};
use crate::run::NATIVE_MARGIN;
use crate::{helper, poll};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Signature, UserFuncName, Value};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::cell::Cell;

/// Addresses outside of compiled code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) heap: JitAbi,
    pub(super) pending: usize,
    pub(super) poll: usize,
    /// The word with the top of the VM stack.
    pub(super) stack_top: usize,
    /// Where frames and native frames of functions must not come to.
    pub(super) stack_limit: usize,
    pub(super) native_limit: usize,
    /// The function of [`build_rare_call`], and the word in which it leaves results.
    pub(super) rare_call: usize,
    pub(super) rare_result: usize,
}

/// Bytes of the VM stack that are left to the frames which a function's unit inlines, and to the arguments of their calls.
const FRAMES_MARGIN: usize = 256 << 10;

impl Addresses {
    /// Those for code that this thread runs.
    pub(super) fn of_this_thread() -> Self {
        Addresses {
            heap: heap::jit_abi(),
            pending: helper::pending_address() as usize,
            poll: poll::address(),
            stack_top: heap::vm_stack().top_address(),
            stack_limit: heap::vm_stack().limit() as usize - FRAMES_MARGIN,
            native_limit: heap::native_stack().limit + NATIVE_MARGIN,
            rare_call: 0,
            rare_result: RARE_RESULT.with(Cell::as_ptr) as usize,
        }
    }
}

thread_local! {
    static RARE_RESULT: Cell<u64> = const { Cell::new(0) };
}

/// How many arguments a function can have that is called through the function of [`build_rare_call`].
pub(super) const RARE_ARGS: usize = 3;

/// The signature of the function that [`build_rare_call`] makes. The convention knows no results.
pub(super) fn rare_signature() -> Signature {
    let mut signature = Signature::new(CallConv::PreserveAll);
    signature.params.extend([AbiParam::new(I64); 1 + RARE_ARGS]);
    signature
}

/// Fills `func` with the function that calls the C function whose address it gets, with the words that follow, and leaves
/// its result in a word in memory. It preserves all registers: so a call that is hardly ever made costs nothing where it is
/// not made, neither values that are kept on the stack because of it nor registers to be saved by the unit.
pub(super) fn build_rare_call(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    result: usize,
) {
    *func = Function::with_name_signature(UserFuncName::default(), rare_signature());
    let mut b = FunctionBuilder::new(func, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend([AbiParam::new(I64); RARE_ARGS]);
    signature.returns.push(AbiParam::new(I64));
    let signature = b.import_signature(signature);
    let call = b.ins().call_indirect(signature, params[0], &params[1..]);
    let value = b.inst_results(call)[0];
    let address = b.ins().iconst(I64, result as i64);
    b.ins().store(MEMORY, value, address, 0);
    b.ins().return_(&[]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// The signature of a unit.
pub(super) fn unit_signature() -> Signature {
    // As many parameters as a function without arguments.
    function_signature(0)
}

/// The signature of a function's unit with so many arguments in registers.
pub(super) fn function_signature(args: usize) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.extend(std::iter::repeat_n(AbiParam::new(I64), 2 + args));
    signature.returns.extend([AbiParam::new(I64); 2]);
    signature
}

/// Fills `func` with the C function that enters a unit: `(entry, frame, exits) -> (exit number, value)`.
pub(super) fn build_trampoline(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    _: usize,
) {
    let (mut b, params) = c_function(func, context, isa);
    let unit = b.import_signature(unit_signature());
    let call = b.ins().call_indirect(unit, params[0], &params[1..]);
    let left = b.inst_results(call).to_vec();
    b.ins().return_(&left);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// Fills `func` with the C function that enters a function's unit: `(entry, frame, address of the number of active
/// frames) -> (exit number, value)`. The first `args` slots of the frame are passed in registers.
pub(super) fn build_function_trampoline(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    args: usize,
) {
    let (mut b, params) = c_function(func, context, isa);
    let (entry, frame, counter) = (params[0], params[1], params[2]);
    let active = b.ins().uload32(MEMORY, counter, 0);
    let mut passed = vec![frame, active];
    passed.extend((0..args).map(|slot| b.ins().load(I64, MEMORY, frame, 8 * slot as i32)));
    let unit = b.import_signature(function_signature(args));
    let call = b.ins().call_indirect(unit, entry, &passed);
    let left = b.inst_results(call).to_vec();
    b.ins().istore32(MEMORY, active, counter, 0);
    b.ins().return_(&left);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// Begins a C function of three words that gives two.
fn c_function<'f>(
    func: &'f mut Function,
    context: &'f mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
) -> (FunctionBuilder<'f>, Vec<Value>) {
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend([AbiParam::new(I64); 3]);
    signature.returns.extend([AbiParam::new(I64); 2]);
    *func = Function::with_name_signature(UserFuncName::default(), signature);
    let mut b = FunctionBuilder::new(func, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    (b, params)
}

/// Fills `func` with the unit that stands in for a function without code.
pub(super) fn build_stub(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    args: usize,
) {
    *func = Function::with_name_signature(UserFuncName::default(), function_signature(args));
    let mut b = FunctionBuilder::new(func, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    decline(&mut b, params[0], &params[2..]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// Puts arguments into their slots, and leaves.
pub(super) fn decline(b: &mut FunctionBuilder<'_>, frame: Value, args: &[Value]) {
    for (slot, &arg) in args.iter().enumerate() {
        b.ins().store(MEMORY, arg, frame, 8 * slot as i32);
    }
    let exit = b.ins().iconst(I64, DECLINED_EXIT as i64);
    b.ins().return_(&[exit, exit]);
}
