//! Floor division and its remainder.
//!
//! The machine divides towards zero and faults on a zero divisor and on `MIN / -1`; the operations round
//! down and are total. Divisors that are positive constants, by far the most common, take no division.

use super::translate::Translator;
use crate::ir::{Op, OpRef, Opcode};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};

impl Translator<'_, '_> {
    /// Lowers `int_floordiv` or `int_floormod`.
    pub(super) fn floor_division(&mut self, op: &Op) -> Value {
        let [a, b, _] = op.args;
        if let Some(&known) = self.side_results.get(&(op.code, a, b)) {
            return known;
        }
        let (x, y) = (self.value(a), self.value(b));
        let divisor = self.trace.constant(b).map(|bits| bits as i64);
        match (op.code, divisor) {
            (_, Some(0)) => self.word(0),
            (Opcode::IntFloorDiv, Some(1)) => x,
            (Opcode::IntFloorDiv, Some(-1)) => self.b.ins().ineg(x),
            (_, Some(1 | -1)) => self.word(0),
            (_, Some(d)) if d > 0 => {
                let quotient = self.divide_by_constant(x, d);
                self.with_remainder(op.code, a, b, x, y, quotient)
            }
            _ => self.divide(op.code, a, b, x, y),
        }
    }

    /// The quotient by a positive constant other than 1: a multiplication by its reciprocal.
    ///
    /// For `0 <= n < 2^63` and `l = ceil(log2 d)`, `n / d` is the high part of `n * ceil(2^(63 + l) / d)`
    /// shifted right by `l - 1`: the rounded reciprocal is off by less than `2^-63` relative to `1/d`
    /// (Granlund and Montgomery, "Division by invariant integers using multiplication", theorem 4.2). A
    /// negative `n` is complemented before and after, as `floor(n / d) = !(!n / d)`.
    fn divide_by_constant(&mut self, n: Value, d: i64) -> Value {
        let log = 64 - (d - 1).leading_zeros();
        let reciprocal = (1u128 << (63 + log)).div_ceil(d as u128) as u64;
        let sign = self.b.ins().sshr_imm_s(n, 63);
        let magnitude = self.b.ins().bxor(n, sign);
        let reciprocal = self.word(reciprocal);
        let high = self.b.ins().umulhi(magnitude, reciprocal);
        let quotient = self.b.ins().ushr_imm_s(high, log as i64 - 1);
        self.b.ins().bxor(quotient, sign)
    }

    /// Remembers the floor quotient and the remainder that follows from it; gives the one asked for.
    fn with_remainder(
        &mut self,
        code: Opcode,
        a: OpRef,
        b: OpRef,
        x: Value,
        y: Value,
        quotient: Value,
    ) -> Value {
        self.side_results.insert((Opcode::IntFloorDiv, a, b), quotient);
        if code == Opcode::IntFloorDiv {
            return quotient;
        }
        let product = self.b.ins().imul(quotient, y);
        self.b.ins().isub(x, product)
    }

    /// Division by anything.
    fn divide(&mut self, code: Opcode, a: OpRef, b: OpRef, x: Value, y: Value) -> Value {
        let (special, plain, done) = (self.cold_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        let above = self.b.ins().iadd_imm_s(y, 1);
        let zero_or_minus_one = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, above, 1);
        self.b.ins().brif(zero_or_minus_one, special, &[], plain, &[]);

        // By 0 the quotient is 0, by -1 it is the negation.
        self.b.switch_to_block(special);
        let quotient = self.b.ins().imul(x, y);
        self.b.ins().jump(done, &[BlockArg::Value(quotient)]);

        self.b.switch_to_block(plain);
        let truncated = self.b.ins().sdiv(x, y);
        let product = self.b.ins().imul(truncated, y);
        let rest = self.b.ins().isub(x, product);
        // Rounded up where there is a rest whose sign differs from the divisor's.
        let signs = self.b.ins().bxor(rest, y);
        let zero = self.word(0);
        let differ = self.b.ins().icmp(IntCC::SignedLessThan, signs, zero);
        let inexact = self.b.ins().icmp(IntCC::NotEqual, rest, zero);
        let rounded_up = self.b.ins().band(differ, inexact);
        let correction = self.b.ins().uextend(I64, rounded_up);
        let quotient = self.b.ins().isub(truncated, correction);
        self.b.ins().jump(done, &[BlockArg::Value(quotient)]);

        self.b.switch_to_block(done);
        if code == Opcode::IntFloorDiv {
            return self.with_remainder(code, a, b, x, y, result);
        }
        // By 0 the remainder is defined as 0, not as the dividend.
        let remainder = self.with_remainder(code, a, b, x, y, result);
        let zero = self.word(0);
        let by_zero = self.b.ins().icmp_imm_s(IntCC::Equal, y, 0);
        self.b.ins().select(by_zero, zero, remainder)
    }
}
