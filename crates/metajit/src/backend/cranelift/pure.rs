//! Pure operations: one arm each, in the order of the table in `ir::pure`.
//!
//! A comparison that only a guard reads costs nothing by itself: Cranelift folds it into the branch.

use super::translate::Translator;
use crate::ir::{Known, Op, Opcode};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};

impl Translator<'_, '_> {
    /// Lowers a pure operation.
    pub(super) fn pure(&mut self, op: &Op) -> Value {
        let x = self.value(op.args[0]);
        match op.code {
            Opcode::IntAdd | Opcode::IntSub | Opcode::IntMul => self.arithmetic(op, x),
            Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf => self.overflow(op, x),
            Opcode::IntFloorDiv | Opcode::IntFloorMod => self.floor_division(op),
            Opcode::IntToFloat => self.b.ins().fcvt_from_sint(F64, x),

            Opcode::FloatNeg => self.b.ins().fneg(x),
            Opcode::FloatAbs => self.b.ins().fabs(x),
            Opcode::FloatSqrt => self.b.ins().sqrt(x),
            Opcode::FloatFloor => self.b.ins().floor(x),
            Opcode::FloatCeil => self.b.ins().ceil(x),
            Opcode::FloatBits => self.b.ins().bitcast(I64, MemFlagsData::new(), x),
            Opcode::FloatToInt => self.b.ins().fcvt_to_sint_sat(I64, x),

            Opcode::BoolNot => self.b.ins().bxor_imm_s(x, 1),
            Opcode::BoolToInt => self.b.ins().uextend(I64, x),

            Opcode::IsSmallInt => self.is_small_int(x),
            Opcode::IsImmediateFloat => self.is_immediate_float(x),
            Opcode::IsRef => self.is_ref(x),
            Opcode::UnboxInt => self.unbox_int(x),
            Opcode::UnboxFloat => self.unbox_float(x),
            Opcode::BoxInt if op.data & Known::SMALL != 0 => self.box_small_int(x),
            Opcode::BoxInt => self.box_int(x),
            Opcode::BoxFloat => self.box_float(x),
            Opcode::UnboxRef | Opcode::BoxRef => x,
            Opcode::LayoutOf | Opcode::LenOf => self.header_half(op.code, x),
            _ => {
                let y = self.value(op.args[1]);
                self.binary(op.code, x, y)
            }
        }
    }

    fn binary(&mut self, code: Opcode, x: Value, y: Value) -> Value {
        let b = self.b.ins();
        match code {
            Opcode::IntAnd => b.band(x, y),
            Opcode::IntOr => b.bor(x, y),
            Opcode::IntXor => b.bxor(x, y),
            Opcode::IntShl => b.ishl(x, y),
            Opcode::IntShr => b.sshr(x, y),
            Opcode::IntUShr => b.ushr(x, y),
            Opcode::IntEq | Opcode::RefEq | Opcode::ValueEq => b.icmp(IntCC::Equal, x, y),
            Opcode::IntLt => b.icmp(IntCC::SignedLessThan, x, y),
            Opcode::IntLe => b.icmp(IntCC::SignedLessThanOrEqual, x, y),
            Opcode::IntULt => b.icmp(IntCC::UnsignedLessThan, x, y),
            Opcode::FloatAdd => b.fadd(x, y),
            Opcode::FloatSub => b.fsub(x, y),
            Opcode::FloatMul => b.fmul(x, y),
            Opcode::FloatDiv => b.fdiv(x, y),
            Opcode::FloatEq => b.fcmp(FloatCC::Equal, x, y),
            Opcode::FloatLt => b.fcmp(FloatCC::LessThan, x, y),
            Opcode::FloatLe => b.fcmp(FloatCC::LessThanOrEqual, x, y),
            Opcode::BoolAnd => b.band(x, y),
            _ => panic!("{code:?} is no pure operation of two operands"),
        }
    }

    /// A sum, difference or product, which the overflow test before may have left.
    fn arithmetic(&mut self, op: &Op, x: Value) -> Value {
        let [a, b, _] = op.args;
        if let Some(&known) = self.side_results.get(&(op.code, a, b)) {
            return known;
        }
        let y = self.value(b);
        let result = match op.code {
            Opcode::IntAdd => self.b.ins().iadd(x, y),
            Opcode::IntSub => self.b.ins().isub(x, y),
            _ => self.b.ins().imul(x, y),
        };
        self.side_results.insert((op.code, a, b), result);
        result
    }

    /// Whether a sum, difference or product overflows; leaves the result for the operation that follows.
    fn overflow(&mut self, op: &Op, x: Value) -> Value {
        let [a, b, _] = op.args;
        let y = self.value(b);
        let result_of = match op.code {
            Opcode::IntAddOvf => Opcode::IntAdd,
            Opcode::IntSubOvf => Opcode::IntSub,
            _ => Opcode::IntMul,
        };
        // With a constant, the direction in which the result moved tells, and needs no flag.
        let constant = self.trace.constant(b).map(|bits| bits as i64);
        if let (Opcode::IntAdd | Opcode::IntSub, Some(k)) = (result_of, constant) {
            let plain = Op { code: result_of, ..*op };
            let result = self.arithmetic(&plain, x);
            let grows = (k >= 0) == (result_of == Opcode::IntAdd);
            let wrong = if grows { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
            return self.b.ins().icmp(wrong, result, x);
        }
        // The same where an operand is known not to be negative.
        let direction = match result_of {
            Opcode::IntAdd if op.data & Known::RIGHT != 0 => Some((IntCC::SignedLessThan, x)),
            Opcode::IntAdd if op.data & Known::LEFT != 0 => Some((IntCC::SignedLessThan, y)),
            Opcode::IntSub if op.data & Known::RIGHT != 0 => Some((IntCC::SignedGreaterThan, x)),
            _ => None,
        };
        if let Some((wrong, other)) = direction {
            let plain = Op { code: result_of, ..*op };
            let result = self.arithmetic(&plain, x);
            return self.b.ins().icmp(wrong, result, other);
        }
        let (result, overflow) = match result_of {
            Opcode::IntAdd => self.b.ins().sadd_overflow(x, y),
            Opcode::IntSub => self.b.ins().ssub_overflow(x, y),
            _ => self.b.ins().smul_overflow(x, y),
        };
        self.side_results.insert((result_of, a, b), result);
        overflow
    }
}
