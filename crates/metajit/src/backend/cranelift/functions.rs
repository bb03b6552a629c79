//! Functions: calls from unit to unit with arguments in registers, and how a function's unit begins.
//!
//! The callee looks whether it may run at all: whether there is room on both stacks and for as many frames as a trace
//! may inline, and whether somebody asked compiled code to leave. When it comes back with anything but a result, a C
//! function finishes its frame and gives the result, so that the caller never notices.
//!
//! Two words in memory tell the runtime of frames: how many are active, and where the last one ends on the VM stack. A
//! function gets the number in a register and *announces* its frame, that is writes both words, only where somebody may
//! read them: before it calls C code and before it leaves. After it has returned they tell of frames that are no more.
//! All other units rely on them: they put back what was there after each call of a function, and the trampoline does so
//! for Rust.

use super::abi;
use super::translate::{MEMORY, Translator};
use crate::backend::{Function, RETURN_EXIT};
use crate::driver::MOST_INLINED;
use crate::helper::{Callee, Helper};
use crate::ir::Op;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, Value};

impl Translator<'_, '_> {
    /// Calls a function; its result is null if it has raised.
    pub(super) fn call_function(&mut self, op: &Op, callee: &Callee) -> Value {
        let trace = self.trace;
        let (place, args) = trace.operands(op).split_at(Helper::CALLEE_PLACE);
        let slots = |i: usize| trace.constant(place[i]).expect("places are constants") as i64;
        let (base, end, inlined) = (slots(0), slots(1), slots(2));
        let frame = self.b.ins().iadd_imm_s(self.frame, 8 * base);
        let active = self.active_frames(callee);
        let with_callee = self.b.ins().iadd_imm_s(active, inlined + 1);
        let mut passed = self.values_of(args.iter().copied());
        passed.insert(0, frame);
        passed.insert(1, with_callee);
        let entry = self.load_word_at(std::ptr::from_ref(callee.direct) as usize);
        let signature = self.b.import_signature(abi::function_signature(args.len()));
        let call = self.b.ins().call_indirect(signature, entry, &passed);
        let (exit, value) = (self.b.inst_results(call)[0], self.b.inst_results(call)[1]);
        let (left, next) = (self.cold_block(), self.b.create_block());
        let result = self.b.append_block_param(next, I64);
        let returned = self.b.ins().icmp_imm_s(IntCC::Equal, exit, RETURN_EXIT as i64);
        self.b.ins().brif(returned, next, &[value.into()], left, &[]);
        self.b.switch_to_block(left);
        self.write_active(callee, with_callee);
        let code = self.word(callee.code as u64);
        // The frame that is announced is the callee's.
        self.is_announced = true;
        let value = self.call_rarely((callee.finish)() as usize, &[code, frame, exit]);
        self.jump_with(next, &[value]);
        self.b.switch_to_block(next);
        self.is_announced = false;
        if self.active.is_none() {
            self.write_active(callee, active);
            let end = self.b.ins().iadd_imm_s(self.frame, 8 * end);
            self.set_stack_top(end);
        }
        self.may_collect();
        result
    }

    /// How many frames are active, for a unit that calls a function.
    fn active_frames(&mut self, callee: &Callee) -> Value {
        match (self.active, callee.depth) {
            (Some(active), _) => active,
            (None, Some(depth)) => {
                let address = self.word(depth.active as u64);
                self.b.ins().uload32(MEMORY, address, 0)
            }
            (None, None) => self.word(0),
        }
    }

    fn write_active(&mut self, callee: &Callee, active: Value) {
        if let Some(depth) = callee.depth {
            let address = self.word(depth.active as u64);
            self.b.ins().istore32(MEMORY, active, address, 0);
        }
    }

    /// The beginning of a function's unit: leaves unless it may run.
    pub(super) fn begin_function(&mut self, function: &Function) {
        let declined = self.cold_block();
        if let (Some(depth), Some(active)) = (function.depth, self.active) {
            let most = self.word(depth.most as u64);
            let most = self.b.ins().uload32(MEMORY, most, 0);
            let with_inlined = self.b.ins().iadd_imm_s(active, i64::from(MOST_INLINED));
            let too_many = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, with_inlined, most);
            self.branch(too_many, declined, true);
        }
        let here = self.b.ins().get_stack_pointer(I64);
        let limit = self.word(self.addresses.native_limit as u64);
        let too_low = self.b.ins().icmp(IntCC::UnsignedLessThan, here, limit);
        self.branch(too_low, declined, true);
        let end = self.b.ins().iadd_imm_s(self.frame, 8 * i64::from(function.slots));
        let limit = self.word(self.addresses.stack_limit as u64);
        let too_high = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.branch(too_high, declined, true);
        let poll = self.load_word_at(self.addresses.poll);
        let begun = self.b.create_block();
        self.b.ins().brif(poll, declined, &[], begun, &[]);
        self.b.switch_to_block(declined);
        abi::decline(&mut self.b, self.frame, self.args);
        self.b.switch_to_block(begun);
    }

    /// Tells the runtime of a function's frame, unless that has been done.
    pub(super) fn announce(&mut self) {
        let (Some(function), Some(active), false) = (self.unit.function, self.active, self.is_announced)
        else {
            return;
        };
        if let Some(depth) = function.depth {
            let address = self.word(depth.active as u64);
            self.b.ins().istore32(MEMORY, active, address, 0);
        }
        let end = self.b.ins().iadd_imm_s(self.frame, 8 * i64::from(function.slots));
        self.set_stack_top(end);
    }

    fn set_stack_top(&mut self, top: Value) {
        let address = self.word(self.addresses.stack_top as u64);
        self.b.ins().store(MEMORY, top, address, 0);
    }
}
