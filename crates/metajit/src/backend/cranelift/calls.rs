//! Calls of C functions, which are the runtime's slow paths and helpers, and calls of functions' units (`functions`).
//!
//! Arguments and results pass in the C ABI as the `Kind` table says: truth values as integers, all others
//! as they are.

use super::abi;
use super::translate::{Translator, machine_type};
use crate::helper;
use crate::ir::Op;
use crate::kind::Type;
use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{self, I64};
use cranelift_codegen::ir::{AbiParam, InstBuilder, SigRef, Signature, Value};

/// The signatures that the function has imported, each once.
#[derive(Debug)]
pub(super) struct Signatures<'t> {
    of_c: ArenaVec<'t, (&'t [types::Type], Option<types::Type>, SigRef)>,
    rare: Option<SigRef>,
}

impl<'t> Signatures<'t> {
    pub(super) fn new_in(arena: &'t Bump) -> Self {
        Signatures { of_c: ArenaVec::new_in(arena), rare: None }
    }
}

impl<'t> Translator<'t, '_> {
    fn c_signature(&mut self, params: &'t [types::Type], result: Option<types::Type>) -> SigRef {
        let known = self.signatures.of_c.iter().find(|(p, r, _)| *p == params && *r == result);
        if let Some(&(_, _, signature)) = known {
            return signature;
        }
        let mut signature = Signature::new(self.c_convention);
        signature.params.extend(params.iter().map(|&ty| AbiParam::new(ty)));
        signature.returns.extend(result.map(AbiParam::new));
        let imported = self.b.import_signature(signature);
        self.signatures.of_c.push((params, result, imported));
        imported
    }

    /// Calls the C function at an address.
    pub(super) fn call_c(
        &mut self,
        address: usize,
        args: &[Value],
        result: Option<types::Type>,
    ) -> Option<Value> {
        self.announce();
        let types = args.iter().map(|&a| self.b.func.dfg.value_type(a));
        let params = ArenaVec::from_iter_in(types, self.arena).into_bump_slice();
        let signature = self.c_signature(params, result);
        let target = self.word(address as u64);
        let call = self.b.ins().call_indirect(signature, target, args);
        self.b.inst_results(call).first().copied()
    }

    /// Calls the C function at an address if its first argument is not zero; gives its result, or zero.
    fn call_if(&mut self, address: usize, args: &[Value], returned: types::Type) -> Value {
        let was_announced = self.is_announced;
        let nothing = match returned {
            types::F64 => self.b.ins().f64const(0.0),
            _ => self.word(0),
        };
        let (call, next) = (self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(next, returned);
        self.b.ins().brif(args[0], call, &[], next, &[nothing.into()]);
        self.b.switch_to_block(call);
        let given = self.call_c(address, args, Some(returned)).expect("it has a result");
        self.jump_with(next, &[given]);
        self.b.switch_to_block(next);
        self.is_announced = was_announced;
        result
    }

    /// Calls, in a block that is hardly ever reached, the C function at an address with words; gives its result. Values in
    /// registers stay there.
    pub(super) fn call_rarely(&mut self, address: usize, args: &[Value]) -> Value {
        self.announce();
        let mut passed = ArenaVec::with_capacity_in(1 + abi::RARE_ARGS, self.arena);
        passed.push(self.word(address as u64));
        passed.extend_from_slice(args);
        while passed.len() < 1 + abi::RARE_ARGS {
            passed.push(passed[0]);
        }
        let signature = self.signatures.rare;
        let signature = signature.unwrap_or_else(|| self.b.import_signature(abi::rare_signature()));
        self.signatures.rare = Some(signature);
        let target = self.word(self.addresses.rare_call as u64);
        self.b.ins().call_indirect(signature, target, &passed);
        self.load_word_at(self.addresses.rare_result)
    }

    /// Calls a helper; gives its result.
    pub(super) fn call(&mut self, op: &Op) -> Option<Value> {
        let helper = helper::of(op.data);
        if let Some(callee) = &helper.callee {
            return Some(self.call_function(op, callee));
        }
        let trace = self.trace;
        let operands = trace.operands(op);
        debug_assert!(
            operands.iter().map(|&r| trace.type_of(r)).eq(helper.params.iter().copied()),
            "the arguments of {} have the types it declares",
            helper.name
        );
        let mut args = self.values_of(operands.iter().copied());
        for arg in &mut args {
            *arg = self.widened(*arg);
        }
        let returned = if helper.result == Type::Bool { I64 } else { machine_type(helper.result) };
        let address = (helper.address)() as usize;
        let result = if helper.conditional {
            self.call_if(address, &args, returned)
        } else {
            let result = self.call_c(address, &args, Some(returned))?;
            self.is_announced = true;
            result
        };
        self.may_collect();
        let is_bool = helper.result == Type::Bool;
        Some(if is_bool { self.b.ins().icmp_imm_s(IntCC::NotEqual, result, 0) } else { result })
    }
}
