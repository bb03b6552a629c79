//! Heap objects: fields, tail elements, allocation, the write barrier.
//!
//! The sequences are those that `heap::abi` describes. Layouts are constants of the trace and say where
//! everything lies.

use super::translate::{MEMORY, Translator};
use crate::heap::{
    self, HEADER_BYTES, LAYOUT_OFFSET, LEN_OFFSET, LayoutId, MAX_INLINE_BYTES, POINTER_TAG_MASK, TailKind,
    rt_alloc, rt_write_barrier,
};
use crate::ir::{Op, OpRef, Opcode};
use crate::kind::Type;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I64};
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};

/// The layout that an operation's immediate names.
fn layout_of(op: &Op) -> LayoutId {
    LayoutId::from_bits(op.data as u32)
}

/// Offset in its object of the field that a load or store names.
fn field_offset(op: &Op) -> i32 {
    HEADER_BYTES as i32 + 8 * (op.data >> 32) as i32
}

/// An element's address: to be added to an offset.
struct Element {
    base: Value,
    offset: i32,
    kind: TailKind,
}

impl Translator<'_, '_> {
    pub(super) fn load_field(&mut self, ty: Type, op: &Op) -> Value {
        let object = self.value(op.args[0]);
        self.load(ty, object, field_offset(op))
    }

    pub(super) fn store_field(&mut self, op: &Op) {
        let [object, value, _] = op.args;
        let (base, word) = (self.value(object), self.value(value));
        let word = self.widened(word);
        self.b.ins().store(MEMORY, word, base, field_offset(op));
        self.write_barrier(object, value);
    }

    pub(super) fn load_item(&mut self, ty: Type, op: &Op) -> Value {
        let element = self.element(op);
        match element.kind {
            TailKind::Byte => self.b.ins().uload8(I64, MEMORY, element.base, element.offset),
            TailKind::Value | TailKind::Int | TailKind::Float => self.load(ty, element.base, element.offset),
        }
    }

    pub(super) fn store_item(&mut self, op: &Op) {
        let [object, _, value] = op.args;
        let element = self.element(op);
        let word = self.value(value);
        match element.kind {
            TailKind::Byte => {
                self.b.ins().istore8(MEMORY, word, element.base, element.offset);
            }
            TailKind::Value | TailKind::Int | TailKind::Float => {
                self.b.ins().store(MEMORY, word, element.base, element.offset);
            }
        }
        self.write_barrier(object, value);
    }

    fn element(&mut self, op: &Op) -> Element {
        let layout = layout_of(op);
        let kind = layout.tail_kind().expect("a layout whose elements are used has a tail");
        let offset = layout.tail_offset() as i32;
        let object = self.value(op.args[0]);
        if let Some(index) = self.trace.constant(op.args[1])
            && let Ok(index) = i32::try_from(index << kind.log_bytes())
            && let Some(offset) = offset.checked_add(index)
        {
            return Element { base: object, offset, kind };
        }
        let index = self.value(op.args[1]);
        let scaled = match kind.log_bytes() {
            0 => index,
            shift => self.b.ins().ishl_imm_s(index, shift as i64),
        };
        Element { base: self.b.ins().iadd(object, scaled), offset, kind }
    }

    /// A header word of an object, zero-extended.
    pub(super) fn header_half(&mut self, code: Opcode, object: Value) -> Value {
        let offset = if code == Opcode::LenOf { LEN_OFFSET } else { LAYOUT_OFFSET };
        self.b.ins().uload32(MEMORY, object, offset as i32)
    }

    /// Says that objects allocated before may have become old.
    pub(super) fn may_collect(&mut self) {
        self.young.clear();
    }

    pub(super) fn alloc(&mut self, name: OpRef, op: &Op) -> Value {
        let layout = layout_of(op);
        let len = (op.data >> 32) as u32;
        let size = layout.size(len);
        let object = if size <= MAX_INLINE_BYTES {
            self.alloc_inline(layout, len, size)
        } else {
            self.alloc_call(layout, len)
        };
        self.may_collect();
        self.young.push(name);
        object
    }

    fn alloc_call(&mut self, layout: LayoutId, len: u32) -> Value {
        let (layout, len) = (self.word(u64::from(layout.bits())), self.word(u64::from(len)));
        self.call_rarely(rt_alloc as *const () as usize, &[layout, len])
    }

    fn alloc_inline(&mut self, layout: LayoutId, len: u32, size: usize) -> Value {
        let heap = self.addresses.heap;
        let limit_at =
            i32::try_from(heap.limit as i64 - heap.cursor as i64).expect("cursor and limit are neighbours");
        let cursor = self.word(heap.cursor as u64);
        let start = self.b.ins().load(I64, MEMORY, cursor, 0);
        let end = self.b.ins().iadd_imm_s(start, size as i64);
        let limit = self.b.ins().load(I64, MEMORY, cursor, limit_at);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        let (slow, fast, done) = (self.cold_block(), self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, I64);
        self.b.ins().brif(full, slow, &[], fast, &[]);
        self.b.switch_to_block(slow);
        let object = self.alloc_call(layout, len);
        self.b.ins().jump(done, &[BlockArg::Value(object)]);
        self.b.switch_to_block(fast);
        self.b.ins().store(MEMORY, end, cursor, 0);
        let (byte_at, bit) = self.side_bit(heap.valid_bits, start);
        let byte = self.b.ins().load(I8, MEMORY, byte_at, 0);
        let one = self.b.ins().iconst(I64, 1);
        let mask = self.b.ins().ishl(one, bit);
        let mask = self.b.ins().ireduce(I8, mask);
        let byte = self.b.ins().bor(byte, mask);
        self.b.ins().store(MEMORY, byte, byte_at, 0);
        let header = self.word(u64::from(layout.bits()) | u64::from(len) << 32);
        self.b.ins().store(MEMORY, header, start, 0);
        self.b.ins().jump(done, &[BlockArg::Value(start)]);
        self.b.switch_to_block(done);
        result
    }

    /// Address of the byte and number of the bit that stand for an object in a side table.
    fn side_bit(&mut self, table: usize, object: Value) -> (Value, Value) {
        let index = self.b.ins().ushr_imm_s(object, 6);
        let table = self.word(table as u64);
        let byte_at = self.b.ins().iadd(table, index);
        let bit = self.b.ins().ushr_imm_s(object, 3);
        (byte_at, self.b.ins().band_imm_s(bit, 7))
    }

    /// Tells the collector of a stored pointer, where the value can be one and the object can be old.
    fn write_barrier(&mut self, object: OpRef, value: OpRef) {
        let pointer = match (self.trace.type_of(value), self.trace.constant(value)) {
            // An old object need not be remembered, and it stays old.
            (Type::Ref | Type::Value, Some(bits)) => {
                heap::Value::from_bits(bits).as_ref().is_some_and(|r| !heap::is_old(r))
            }
            (Type::Ref | Type::Value, None) => true,
            (Type::Int | Type::Float | Type::Bool, _) => false,
        };
        if !pointer || self.young.contains(&object) {
            return;
        }
        let (base, word) = (self.value(object), self.value(value));
        let (slow, done) = (self.cold_block(), self.b.create_block());
        if let Opcode::BoxFloat | Opcode::BoxInt = self.trace.op(value).code {
            // A number is hardly ever in a box, and the word says so at once.
            let tag = self.b.ins().band_imm_s(word, POINTER_TAG_MASK as i64);
            let pointer = self.cold_block();
            self.b.ins().brif(tag, done, &[], pointer, &[]);
            self.b.switch_to_block(pointer);
        }
        let (byte_at, bit) = self.side_bit(self.addresses.heap.log_bits, base);
        let byte = self.b.ins().uload8(I64, MEMORY, byte_at, 0);
        let shifted = self.b.ins().ushr(byte, bit);
        let unlogged = self.b.ins().band_imm_s(shifted, 1);
        self.b.ins().brif(unlogged, slow, &[], done, &[]);
        self.b.switch_to_block(slow);
        if self.trace.type_of(value) == Type::Value {
            let tag = self.b.ins().band_imm_s(word, POINTER_TAG_MASK as i64);
            let pointer = self.cold_block();
            self.b.ins().brif(tag, done, &[], pointer, &[]);
            self.b.switch_to_block(pointer);
        }
        self.call_rarely(rt_write_barrier as *const () as usize, &[base, word]);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }
}
