//! Between machine values and tagged words: the same sequences as in `heap::value`.
//!
//! An integer of 63 bits and a float of common size are encoded inline; what needs a heap object calls out.

use super::translate::Translator;
use crate::heap::{
    FLOAT_BIAS, FLOAT_TAG, FLOAT_TAG_MASK, FLOAT_ZERO, POINTER_TAG_MASK, SMALL_INT_MAX, SMALL_INT_MIN,
    SMALL_INT_TAG, rt_box_float, rt_box_int,
};
use crate::ir::OpRef;
use crate::kind::Type;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value};

/// The word of a float constant, if it needs no box.
fn immediate_float(bits: u64) -> Option<u64> {
    let word = bits.rotate_left(1).wrapping_add(FLOAT_BIAS).rotate_left(2);
    match bits {
        0 => Some(FLOAT_ZERO),
        _ => (word & FLOAT_TAG_MASK == FLOAT_TAG && word != FLOAT_ZERO).then_some(word),
    }
}

impl Translator<'_, '_> {
    /// An operand as a tagged word, whatever its type.
    pub(super) fn boxed(&mut self, r: OpRef) -> Value {
        let constant = self.trace.constant(r);
        match (self.trace.type_of(r), constant) {
            (Type::Value | Type::Ref, _) => self.value(r),
            (Type::Int, Some(bits)) if (SMALL_INT_MIN..=SMALL_INT_MAX).contains(&(bits as i64)) => {
                self.word(bits << 1 | SMALL_INT_TAG)
            }
            (Type::Float, Some(bits)) if immediate_float(bits).is_some() => {
                self.word(immediate_float(bits).unwrap_or_default())
            }
            (Type::Int, _) => {
                let value = self.value(r);
                self.box_int(value)
            }
            (Type::Float, _) => {
                let value = self.value(r);
                self.box_float(value)
            }
            (Type::Bool, _) => panic!("a truth value has no tagged form: {r:?}"),
        }
    }

    /// The word of an integer.
    pub(super) fn box_int(&mut self, value: Value) -> Value {
        let (twice, overflow) = self.b.ins().sadd_overflow(value, value);
        let word = self.b.ins().bor_imm_s(twice, SMALL_INT_TAG as i64);
        let slow = self.cold_block();
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, I64);
        self.b.ins().brif(overflow, slow, &[], done, &[BlockArg::Value(word)]);
        self.b.switch_to_block(slow);
        let boxed = self.call_rarely(rt_box_int as *const () as usize, &[value]);
        self.b.ins().jump(done, &[BlockArg::Value(boxed)]);
        self.b.switch_to_block(done);
        self.may_collect();
        result
    }

    /// The word of an integer that is known to fit.
    pub(super) fn box_small_int(&mut self, value: Value) -> Value {
        let twice = self.b.ins().iadd(value, value);
        self.b.ins().iadd_imm_s(twice, SMALL_INT_TAG as i64)
    }

    /// The word of a float.
    pub(super) fn box_float(&mut self, value: Value) -> Value {
        let bits = self.b.ins().bitcast(I64, MemFlagsData::new(), value);
        let turned = self.b.ins().rotl_imm_s(bits, 1);
        let biased = self.add_constant(turned, FLOAT_BIAS);
        let word = self.b.ins().rotl_imm_s(biased, 2);
        let (slow, other) = (self.cold_block(), self.b.create_block());
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, I64);
        let tagged = self.is_immediate_float(word);
        self.b.ins().brif(tagged, other, &[], slow, &[]);
        self.b.switch_to_block(other);
        let clash = self.b.ins().icmp_imm_s(IntCC::Equal, word, FLOAT_ZERO as i64);
        self.b.ins().brif(clash, slow, &[], done, &[BlockArg::Value(word)]);
        self.b.switch_to_block(slow);
        let call = self.cold_block();
        let zero = self.word(FLOAT_ZERO);
        self.b.ins().brif(bits, call, &[], done, &[BlockArg::Value(zero)]);
        self.b.switch_to_block(call);
        let boxed = self.call_rarely(rt_box_float as *const () as usize, &[bits]);
        self.b.ins().jump(done, &[BlockArg::Value(boxed)]);
        self.b.switch_to_block(done);
        self.may_collect();
        result
    }

    /// The integer of a word that holds one.
    pub(super) fn unbox_int(&mut self, word: Value) -> Value {
        self.b.ins().sshr_imm_s(word, 1)
    }

    /// The float of a word that holds one.
    pub(super) fn unbox_float(&mut self, word: Value) -> Value {
        let turned = self.b.ins().rotr_imm_s(word, 3);
        let bits = self.add_constant(turned, (FLOAT_BIAS >> 1).wrapping_neg());
        let is_zero = self.b.ins().icmp_imm_s(IntCC::Equal, word, FLOAT_ZERO as i64);
        let zero = self.word(0);
        let bits = self.b.ins().select(is_zero, zero, bits);
        self.b.ins().bitcast(F64, MemFlagsData::new(), bits)
    }

    /// Whether a word holds an integer.
    pub(super) fn is_small_int(&mut self, word: Value) -> Value {
        let tag = self.b.ins().band_imm_s(word, SMALL_INT_TAG as i64);
        self.b.ins().icmp_imm_s(IntCC::NotEqual, tag, 0)
    }

    /// Whether a word holds a float.
    pub(super) fn is_immediate_float(&mut self, word: Value) -> Value {
        // A test against zero is one instruction with the branch.
        let untagged = self.b.ins().iadd_imm_s(word, -(FLOAT_TAG as i64));
        let tag = self.b.ins().band_imm_s(untagged, FLOAT_TAG_MASK as i64);
        self.b.ins().icmp_imm_s(IntCC::Equal, tag, 0)
    }

    /// Whether a word holds a pointer other than null.
    pub(super) fn is_ref(&mut self, word: Value) -> Value {
        let tag = self.pointer_tag(word);
        let aligned = self.b.ins().icmp_imm_s(IntCC::Equal, tag, 0);
        let present = self.b.ins().icmp_imm_s(IntCC::NotEqual, word, 0);
        self.b.ins().band(aligned, present)
    }

    /// The bits that are zero in a pointer.
    pub(super) fn pointer_tag(&mut self, word: Value) -> Value {
        self.b.ins().band_imm_s(word, POINTER_TAG_MASK as i64)
    }

    fn add_constant(&mut self, value: Value, constant: u64) -> Value {
        let constant = self.word(constant);
        self.b.ins().iadd(value, constant)
    }
}
