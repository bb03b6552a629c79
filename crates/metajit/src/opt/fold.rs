//! Algebra: one rule, one arm. Rules shrink an expression or bring it into the one form that others expect.
//!
//! Constants are computed by the table itself (`eval_pure`). Canonical forms: constants stand on the right,
//! commuting operands are ordered by age, `a <= b` on integers is `not (b < a)`.
//! The rules about boxes say why form guards can be dropped: see `guards`. Neighbours: `range`, `cse`.

use super::facts::{Form, Range};
use super::{Ask, Optimizer, Step, cse};
use crate::heap::layout::{FloatBox, IntBox};
use crate::heap::{self, Element, Field, LayoutId, Ref, Tail, TailKind, Value};
use crate::ir::{Class, OpRef, Opcode, eval_pure};
use crate::kind::{Kind, Type};

/// Integers that a double holds exactly.
const EXACT_IN_FLOAT: Range = Range { lo: -(1 << 53), hi: 1 << 53 };

/// Answers with a constant or a simpler expression.
pub(super) fn visit(o: &mut Optimizer, ask: &Ask) -> Step {
    if let Some(bits) = immutable_word(o, ask) {
        let ty = ask.ty.expect("a load has a type");
        return Step::Is(o.constant(ty, bits));
    }
    if ask.code == Opcode::Load {
        return load_of_number(o, ask).map_or(Step::Next, Step::Is);
    }
    if ask.code.class() != Class::Pure {
        return Step::Next;
    }
    let [a, b, _] = ask.args;
    if let Some(bits) = constant_result(o, ask) {
        let ty = ask.ty.expect("a pure operation has a type");
        return Step::Is(o.constant(ty, bits));
    }
    if commutes(ask.code) && is_out_of_order(o, a, b) {
        return Step::Is(o.pure(ask.code, &[b, a]));
    }
    let simpler = match ask.ty {
        Some(Type::Int) => int_result(o, ask.code, a, b),
        Some(Type::Float) => float_result(o, ask.code, a, b),
        Some(Type::Bool) => bool_result(o, ask.code, a, b),
        _ => word_result(o, ask.code, a),
    };
    simpler.map_or(Step::Next, Step::Is)
}

/// The result on constant operands. What would allocate, look into a null object or unbox the wrong form is left alone.
fn constant_result(o: &Optimizer, ask: &Ask) -> Option<u64> {
    let mut bits = [0; 3];
    let mut n = 0;
    for r in ask.args.iter().take_while(|r| !r.is_none()) {
        bits[n] = o.trace.constant(*r)?;
        n += 1;
    }
    let word = Value::from_bits(bits[0]);
    let defined = match ask.code {
        Opcode::BoxInt => Range::exactly(bits[0] as i64).within(Range::SMALL),
        Opcode::BoxFloat => is_immediate(f64::from_bits(bits[0])),
        Opcode::UnboxInt => word.is_small_int(),
        Opcode::UnboxFloat => word.is_immediate_float(),
        Opcode::UnboxRef => word.is_ref() || word.is_null(),
        Opcode::LayoutOf | Opcode::LenOf => bits[0] != Ref::NULL.bits(),
        _ => true,
    };
    if defined { eval_pure(ask.code, &bits[..n]) } else { None }
}

/// Whether the float needs no box. Boxing allocates, so it is not tried: exponents near zero are certainly immediate.
fn is_immediate(f: f64) -> bool {
    f.to_bits() == 0 || (1e-70..1e70).contains(&f.abs())
}

fn commutes(code: Opcode) -> bool {
    matches!(
        code,
        Opcode::IntAdd
            | Opcode::IntMul
            | Opcode::IntAddOvf
            | Opcode::IntMulOvf
            | Opcode::IntAnd
            | Opcode::IntOr
            | Opcode::IntXor
            | Opcode::IntEq
            | Opcode::FloatAdd
            | Opcode::FloatMul
            | Opcode::FloatEq
            | Opcode::BoolAnd
            | Opcode::RefEq
            | Opcode::ValueEq
    )
}

fn is_out_of_order(o: &Optimizer, a: OpRef, b: OpRef) -> bool {
    match (o.trace.constant(a), o.trace.constant(b)) {
        (Some(_), None) => true,
        (None, Some(_)) => false,
        _ => b < a,
    }
}

fn int_result(o: &mut Optimizer, code: Opcode, a: OpRef, b: OpRef) -> Option<OpRef> {
    let k = if b.is_none() { None } else { o.as_int(b) };
    match (code, k) {
        (Opcode::IntAdd | Opcode::IntSub | Opcode::IntOr | Opcode::IntXor, Some(0)) => Some(a),
        (Opcode::IntShl | Opcode::IntShr | Opcode::IntUShr, Some(0)) => Some(a),
        (Opcode::IntMul | Opcode::IntFloorDiv, Some(1)) => Some(a),
        (Opcode::IntMul | Opcode::IntAnd, Some(0)) => Some(b),
        (Opcode::IntAnd, Some(-1)) => Some(a),
        (Opcode::IntOr, Some(-1)) => Some(b),
        (Opcode::IntFloorMod, Some(1)) => Some(o.int(0)),
        (Opcode::IntFloorMod, Some(d)) if is_power_of_two(d) => {
            let mask = o.int(d - 1);
            Some(o.pure(Opcode::IntAnd, &[a, mask]))
        }
        (Opcode::IntFloorDiv, Some(d)) if is_power_of_two(d) => {
            let shift = o.int(i64::from(d.trailing_zeros()));
            Some(o.pure(Opcode::IntShr, &[a, shift]))
        }
        (Opcode::IntAdd, Some(k)) => sum_of_constants(o, a, b, k),
        (Opcode::IntSub | Opcode::IntXor, _) if a == b => Some(o.int(0)),
        (Opcode::IntAnd | Opcode::IntOr, _) if a == b => Some(a),
        (Opcode::UnboxInt, _) => o.operand_of(a, Opcode::BoxInt),
        (Opcode::FloatToInt, _) => {
            let x = o.operand_of(a, Opcode::IntToFloat)?;
            o.facts.of(x).range.within(EXACT_IN_FLOAT).then_some(x)
        }
        (Opcode::LayoutOf, _) => layout_of(o, a).map(|bits| o.int(bits as i64)),
        (Opcode::LenOf, _) if is_allocation(o, a) => {
            let len = o.op(a).data >> 32;
            Some(o.int(len as i64))
        }
        _ => None,
    }
}

/// A constant added to a sum with one. It stays apart where the test for overflow computes it anyhow.
fn sum_of_constants(o: &mut Optimizer, a: OpRef, b: OpRef, k: i64) -> Option<OpRef> {
    let inner = *o.op(a);
    if inner.code != Opcode::IntAdd
        || cse::lookup(o, Opcode::IntAddOvf, &[a, b]).is_some_and(|r| !is_known(o, r))
    {
        return None;
    }
    let (x, constant) = (o.resolve(inner.args[0]), o.resolve(inner.args[1]));
    let first = o.as_int(constant)?;
    let sum = o.int(first.wrapping_add(k));
    let exact = &o.facts.exact;
    let is_exact = [(x, constant), (a, b)].iter().all(|&(l, r)| exact.contains(&(Opcode::IntAdd, l, r)));
    if is_exact && (first >= 0) == (k >= 0) {
        o.facts.exact.insert((Opcode::IntAdd, x, sum));
    }
    Some(o.pure(Opcode::IntAdd, &[x, sum]))
}

fn is_known(o: &Optimizer, r: OpRef) -> bool {
    o.trace.constant(r).is_some()
}

fn is_power_of_two(d: i64) -> bool {
    d > 0 && d.cast_unsigned().is_power_of_two()
}

fn float_result(o: &mut Optimizer, code: Opcode, a: OpRef, b: OpRef) -> Option<OpRef> {
    let k = if b.is_none() { None } else { o.trace.constant(b).map(f64::from_bits) };
    match code {
        Opcode::FloatAdd if k.is_some_and(|k| k == 0.0 && k.is_sign_negative()) => Some(a),
        Opcode::FloatSub if k.is_some_and(|k| k == 0.0 && k.is_sign_positive()) => Some(a),
        Opcode::FloatMul | Opcode::FloatDiv if k == Some(1.0) => Some(a),
        Opcode::FloatNeg => o.operand_of(a, Opcode::FloatNeg),
        Opcode::FloatAbs if o.op(a).code == Opcode::FloatAbs => Some(a),
        Opcode::FloatAbs => {
            let x = o.operand_of(a, Opcode::FloatNeg)?;
            Some(o.pure(Opcode::FloatAbs, &[x]))
        }
        Opcode::FloatFloor | Opcode::FloatCeil => {
            let whole = [Opcode::IntToFloat, Opcode::FloatFloor, Opcode::FloatCeil];
            whole.contains(&o.op(a).code).then_some(a)
        }
        Opcode::UnboxFloat => o.operand_of(a, Opcode::BoxFloat),
        _ => None,
    }
}

fn bool_result(o: &mut Optimizer, code: Opcode, a: OpRef, b: OpRef) -> Option<OpRef> {
    let k = if b.is_none() { None } else { o.trace.constant(b) };
    let known = match (code, k) {
        // Truth values.
        (Opcode::BoolNot, _) => return o.operand_of(a, Opcode::BoolNot),
        (Opcode::BoolAnd, Some(1)) => return Some(a),
        (Opcode::BoolAnd, Some(_)) => return Some(b),
        (Opcode::BoolAnd, _) if a == b => return Some(a),
        // Comparisons.
        (Opcode::IntEq, _) if a == b => true,
        // One bit is set: the machine asks more easily whether it is clear.
        (Opcode::IntEq, Some(k)) if only_bit(o, a) == Some(k as i64) => {
            let zero = o.int(0);
            let clear = o.pure(Opcode::IntEq, &[a, zero]);
            return Some(o.pure(Opcode::BoolNot, &[clear]));
        }
        (Opcode::IntEq, Some(k)) => return bool_compared(o, a, k),
        // Only a NaN differs from itself; no integer and no immediate float is one.
        (Opcode::FloatEq, _) if a == b && is_number(o, a) => true,
        (Opcode::IntLt | Opcode::IntULt, _) if a == b => false,
        (Opcode::IntULt, Some(0)) => false,
        (Opcode::IntLe, _) => {
            let greater = o.pure(Opcode::IntLt, &[b, a]);
            return Some(o.pure(Opcode::BoolNot, &[greater]));
        }
        // Overflow.
        (Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf, Some(0)) => false,
        (Opcode::IntMulOvf, Some(1)) => false,
        (Opcode::IntSubOvf, _) if a == b => false,
        // Identity.
        (Opcode::RefEq | Opcode::ValueEq, _) if a == b => true,
        (Opcode::RefEq | Opcode::ValueEq, Some(0)) if is_nonnull(o, a) => false,
        (Opcode::RefEq, _) if are_distinct(o, a, b) => false,
        (Opcode::ValueEq, _) => return word_equal(o, a, b),
        (Opcode::IsSmallInt | Opcode::IsImmediateFloat | Opcode::IsRef, _) => return form_test(o, code, a),
        _ => return None,
    };
    Some(o.bool(known))
}

/// Whether the float is certainly no NaN.
fn is_number(o: &Optimizer, a: OpRef) -> bool {
    matches!(o.op(a).code, Opcode::IntToFloat | Opcode::UnboxFloat)
}

/// The only bit that may be set in the conjunction of something with a constant, if there is only one.
pub(super) fn only_bit(o: &Optimizer, a: OpRef) -> Option<i64> {
    let op = o.op(a);
    let mask = if op.code == Opcode::IntAnd { o.as_int(o.resolve(op.args[1])) } else { None };
    mask.filter(|&mask| is_power_of_two(mask))
}

/// A truth value turned into 0 or 1 and compared with a constant.
fn bool_compared(o: &mut Optimizer, a: OpRef, k: u64) -> Option<OpRef> {
    let truth = o.operand_of(a, Opcode::BoolToInt)?;
    match k {
        0 => Some(o.pure(Opcode::BoolNot, &[truth])),
        1 => Some(truth),
        _ => Some(o.bool(false)),
    }
}

/// The test of a word's form. Of a number that may or may not need a box, the test stays as it is.
fn form_test(o: &mut Optimizer, code: Opcode, word: OpRef) -> Option<OpRef> {
    let form = o.facts.of(word).form;
    let tested = match code {
        Opcode::IsSmallInt => Form::SmallInt,
        Opcode::IsImmediateFloat => Form::Float,
        _ => Form::Object,
    };
    if let Some(form) = form {
        return Some(o.bool(form == tested));
    }
    match (o.op(word).code, tested) {
        (Opcode::BoxInt, Form::Float) | (Opcode::BoxFloat, Form::SmallInt) => Some(o.bool(false)),
        (Opcode::BoxRef, Form::SmallInt | Form::Float) => Some(o.bool(false)),
        (Opcode::BoxRef, Form::Object) => {
            let object = o.operand_of(word, Opcode::BoxRef).expect("a boxed pointer");
            let null = o.constant(Type::Ref, Ref::NULL.bits());
            let is_null = o.pure(Opcode::RefEq, &[object, null]);
            Some(o.pure(Opcode::BoolNot, &[is_null]))
        }
        _ => None,
    }
}

/// Equality of words whose origin is known. Two boxed integers may be different objects, so only the short form decides.
fn word_equal(o: &mut Optimizer, a: OpRef, b: OpRef) -> Option<OpRef> {
    if let Some(k) = o.trace.constant(b).map(Value::from_bits) {
        return match o.op(a).code {
            Opcode::BoxInt if k.is_small_int() => {
                let (x, k) = (o.operand_of(a, Opcode::BoxInt)?, o.int(k.small_int_unchecked()));
                Some(o.pure(Opcode::IntEq, &[x, k]))
            }
            Opcode::BoxRef if k.is_ref() || k.is_null() => {
                let (x, k) = (o.operand_of(a, Opcode::BoxRef)?, o.constant(Type::Ref, k.bits()));
                Some(o.pure(Opcode::RefEq, &[x, k]))
            }
            Opcode::BoxFloat | Opcode::BoxRef if k.is_small_int() => Some(o.bool(false)),
            Opcode::BoxInt | Opcode::BoxRef if k.is_immediate_float() => Some(o.bool(false)),
            Opcode::BoxInt | Opcode::BoxFloat | Opcode::BoxRef if k.is_special() => Some(o.bool(false)),
            _ => match o.facts.of(a).form? {
                Form::SmallInt if !k.is_small_int() => Some(o.bool(false)),
                Form::Float if !k.is_immediate_float() => Some(o.bool(false)),
                Form::Object if !k.is_ref() => Some(o.bool(false)),
                _ => None,
            },
        };
    }
    match (o.op(a).code, o.op(b).code) {
        (Opcode::BoxRef, Opcode::BoxRef) => {
            let (x, y) = (o.operand_of(a, Opcode::BoxRef)?, o.operand_of(b, Opcode::BoxRef)?);
            Some(o.pure(Opcode::RefEq, &[x, y]))
        }
        (Opcode::BoxInt, Opcode::BoxInt) => {
            let (x, y) = (o.operand_of(a, Opcode::BoxInt)?, o.operand_of(b, Opcode::BoxInt)?);
            let small = |r: OpRef| o.facts.of(r).range.within(Range::SMALL);
            if small(x) || small(y) { Some(o.pure(Opcode::IntEq, &[x, y])) } else { None }
        }
        _ => None,
    }
}

/// Boxes round what was in a box, and the pointer of a word.
fn word_result(o: &mut Optimizer, code: Opcode, a: OpRef) -> Option<OpRef> {
    match code {
        Opcode::BoxInt => {
            let word = o.operand_of(a, Opcode::UnboxInt)?;
            (o.facts.of(word).form == Some(Form::SmallInt)).then_some(word)
        }
        Opcode::BoxFloat => {
            let word = o.operand_of(a, Opcode::UnboxFloat)?;
            (o.facts.of(word).form == Some(Form::Float)).then_some(word)
        }
        Opcode::BoxRef => o.operand_of(a, Opcode::UnboxRef),
        Opcode::UnboxRef => o.operand_of(a, Opcode::BoxRef),
        _ => None,
    }
}

/// The value inside of a number's box, when the number is known.
fn load_of_number(o: &Optimizer, ask: &Ask) -> Option<OpRef> {
    let word = o.operand_of(ask.args[0], Opcode::UnboxRef)?;
    match ask.data as u32 {
        layout if layout == IntBox::ID.bits() => o.operand_of(word, Opcode::BoxInt),
        layout if layout == FloatBox::ID.bits() => o.operand_of(word, Opcode::BoxFloat),
        _ => None,
    }
}

/// The immutable word of a constant object that the operation loads: it is read now.
fn immutable_word(o: &Optimizer, ask: &Ask) -> Option<u64> {
    if !matches!(ask.code, Opcode::Load | Opcode::LoadItem) {
        return None;
    }
    let object = Ref::from_bits(o.trace.constant(ask.args[0])?);
    let id = LayoutId::from_bits(ask.data as u32);
    let layout = id.layout()?;
    if object.is_null() || heap::layout_of(object) != id {
        return None;
    }
    if ask.code == Opcode::Load {
        let field = layout.fields.get((ask.data >> 32) as usize).filter(|field| field.immutable)?;
        return Some(match field.kind {
            Type::Int => heap::get::<i64>(object, Field::in_layout(layout, id, field.name)).to_bits(),
            Type::Float => heap::get::<f64>(object, Field::in_layout(layout, id, field.name)).to_bits(),
            Type::Bool => heap::get::<bool>(object, Field::in_layout(layout, id, field.name)).to_bits(),
            Type::Ref => heap::get::<Ref>(object, Field::in_layout(layout, id, field.name)).to_bits(),
            Type::Value => heap::get::<Value>(object, Field::in_layout(layout, id, field.name)).to_bits(),
        });
    }
    let index = o.trace.constant(ask.args[1])? as usize;
    let tail = layout.tail.as_ref().filter(|tail| tail.immutable && index < heap::len(object))?;
    Some(match tail.kind {
        TailKind::Value => heap::item::<Value>(object, Tail::in_layout(layout, id), index).to_bits(),
        TailKind::Int => heap::item::<i64>(object, Tail::in_layout(layout, id), index).to_bits(),
        TailKind::Float => heap::item::<f64>(object, Tail::in_layout(layout, id), index).to_bits(),
        TailKind::Byte => heap::item::<u8>(object, Tail::in_layout(layout, id), index).widen().to_bits(),
    })
}

/// The layout bits of an object made in the trace.
pub(super) fn layout_of(o: &Optimizer, object: OpRef) -> Option<u32> {
    if is_allocation(o, object) {
        return Some(o.op(object).data as u32);
    }
    let word = o.operand_of(object, Opcode::UnboxRef)?;
    match o.op(word).code {
        Opcode::BoxInt => Some(IntBox::ID.bits()),
        Opcode::BoxFloat => Some(FloatBox::ID.bits()),
        _ => None,
    }
}

/// Whether a pointer or word is certainly not null.
pub(super) fn is_nonnull(o: &Optimizer, r: OpRef) -> bool {
    let op = o.op(r);
    match op.code {
        _ if o.facts.of(r).nonnull => true,
        Opcode::Const => op.data != 0,
        Opcode::UnboxRef | Opcode::BoxRef => is_nonnull(o, o.resolve(op.args[0])),
        Opcode::BoxInt | Opcode::BoxFloat => true,
        _ => is_allocation(o, r),
    }
}

pub(super) fn is_allocation(o: &Optimizer, r: OpRef) -> bool {
    matches!(o.op(r).code, Opcode::Alloc | Opcode::Virtual)
}

/// Whether two pointers certainly differ: one is of an object allocated in the trace after the other existed.
pub(super) fn are_distinct(o: &Optimizer, a: OpRef, b: OpRef) -> bool {
    if a == b {
        return false;
    }
    let existed = |r: OpRef, before: OpRef| {
        r < before || matches!(o.op(r).code, Opcode::Const | Opcode::Slot | Opcode::Arg | Opcode::Input)
    };
    match (is_allocation(o, a), is_allocation(o, b)) {
        (true, true) => true,
        (true, false) => existed(b, a),
        (false, true) => existed(a, b),
        (false, false) => o.trace.constant(a).is_some() && o.trace.constant(b).is_some(),
    }
}
