//! Calling conventions, and the addresses that are constants in compiled code.
//!
//! A unit is a function in Cranelift's `tail` convention: `(frame, exits) -> exit number`, where `frame` is
//! the address of the root frame's slot 0 and `exits` that of the exit buffer. Bridges and other loops have
//! the same signature, so that units tail-call each other without growing the stack.

use crate::heap::{self, JitAbi};
use crate::{helper, poll};
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Signature, UserFuncName};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

/// Addresses outside of compiled code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) heap: JitAbi,
    pub(super) pending: usize,
    pub(super) poll: usize,
}

impl Addresses {
    /// Those for code that this thread runs.
    pub(super) fn of_this_thread() -> Self {
        Addresses {
            heap: heap::jit_abi(),
            pending: helper::pending_address() as usize,
            poll: poll::address(),
        }
    }
}

/// The signature of a unit.
pub(super) fn unit_signature() -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.extend([AbiParam::new(I64); 2]);
    signature.returns.push(AbiParam::new(I64));
    signature
}

/// Fills `func` with the C function that enters a unit: `(entry, frame, exits) -> exit number`.
pub(super) fn build_trampoline(
    func: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
) {
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.extend([AbiParam::new(I64); 3]);
    signature.returns.push(AbiParam::new(I64));
    *func = Function::with_name_signature(UserFuncName::default(), signature);
    let mut b = FunctionBuilder::new(func, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    let unit = b.import_signature(unit_signature());
    let call = b.ins().call_indirect(unit, params[0], &params[1..]);
    let exit = b.inst_results(call)[0];
    b.ins().return_(&[exit]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}
