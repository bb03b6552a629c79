//! Operations on strings and other builtin values that run no Python code, as traces call them: with the effects that
//! they have for these operands, and without an object for what is only passed on.
//!
//! Each gives `None` for operands that it does not know; the general way does the same for them. Most serve traces
//! only: in `Run` the general way is as short. Neighbours: `binary`, `subscript`, `iterate`, `intrinsic` (ask first).

use super::lookup::as_layout;
use super::{Outcome, constant, helpers, object};
use crate::object::layouts as l;
use crate::object::number::BinaryOp;
use crate::object::str;
use metajit::heap::{FLOAT_BOX, INT_BOX, Ref, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// What an operand is, as far as operators on it go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operand {
    Number,
    Text,
    Tuple,
    List,
    Other,
}

/// Guards on what a value is.
fn operand<M: Mode>(value: Val<M>) -> Operand {
    let Some(object) = value.pointer() else {
        let number = value.small_int().is_some() || value.immediate_float().is_some();
        return if number { Operand::Number } else { Operand::Other };
    };
    match object.layout() {
        l::BigInt::ID | INT_BOX | FLOAT_BOX => Operand::Number,
        l::Str::ID => Operand::Text,
        l::Tuple::ID => Operand::Tuple,
        l::List::ID => Operand::List,
        _ => Operand::Other,
    }
}

/// Two values that are strings, in `Run`.
#[inline(always)]
pub fn strings<M: Mode>(a: Val<M>, b: Val<M>) -> Option<(Ref, Ref)> {
    let (a, b) = (a.peek(), b.peek());
    if a.has_layout(l::Str::ID) && b.has_layout(l::Str::ID) {
        return Some((Ref::from_bits(a.bits()), Ref::from_bits(b.bits())));
    }
    None
}

/// Whether nothing that is done with the value runs Python code: it is a number, a string, or one of the constants.
pub fn is_plain<M: Mode>(value: Val<M>) -> bool {
    match value.pointer() {
        Some(object) => {
            matches!(object.layout(), l::Str::ID | l::BigInt::ID | l::PyBytes::ID | INT_BOX | FLOAT_BOX)
        }
        None => true,
    }
}

/// Whether the operator only makes a new object of these operands.
fn only_makes(op: BinaryOp, a: Operand, b: Operand, in_place: bool) -> bool {
    use Operand::{List, Number, Text, Tuple};
    match (op, a, b) {
        (_, Number, Number)
        | (BinaryOp::Add, Text, Text)
        | (BinaryOp::Add, Tuple, Tuple)
        | (BinaryOp::Mul, Text | Tuple, Number)
        | (BinaryOp::Mul, Number, Text | Tuple | List)
        | (BinaryOp::Mod, Text, Number | Text) => true,
        (BinaryOp::Add, List, List) | (BinaryOp::Mul, List, Number) => !in_place,
        _ => false,
    }
}

/// `a op b`, `op` by its number for helpers.
pub fn binary<M: Mode>(
    op: BinaryOp,
    number: i64,
    a: Val<M>,
    b: Val<M>,
    in_place: bool,
) -> Option<Outcome<M>> {
    let (left, right) = (operand(a), operand(b));
    if (op, left, right) == (BinaryOp::Add, Operand::Text, Operand::Text) {
        let sum = helpers::str_add(a.assume_pointer(), b.assume_pointer());
        return Some(sum.map(Obj::value));
    }
    if only_makes(op, left, right, in_place) || (op == BinaryOp::Mod && formats(left, right, b)) {
        return Some(helpers::binary_reads(Int::constant(number), a, b));
    }
    None
}

/// Whether the left operand is a string and the right one a short tuple of plain values.
fn formats<M: Mode>(left: Operand, right: Operand, values: Val<M>) -> bool {
    if (left, right) != (Operand::Text, Operand::Tuple) {
        return false;
    }
    let values = values.assume_pointer();
    let count = values.len().promote();
    count <= 8 && (0..count).all(|i| is_plain(values.item(l::Tuple::TAIL, i)))
}

/// One value of an f-string.
pub fn format<M: Mode>(value: Val<M>, spec: Val<M>, conversion: i64) -> Outcome<M> {
    if !M::RECORDING || !is_plain(value) {
        return helpers::format(value, spec, Int::constant(conversion));
    }
    let converts = !matches!(conversion as u8, 0 | b's');
    if !converts && spec.same(Value::object(str::empty())) {
        if as_layout(value, l::Str::ID).is_some() {
            return Ok(value);
        }
        if let Some(i) = value.small_int() {
            return Ok(helpers::int_text(i).value());
        }
    }
    helpers::format_reads(value, spec, Int::constant(conversion))
}

/// `str(value)`.
pub fn of_value<M: Mode>(value: Val<M>) -> Option<Outcome<M>> {
    if as_layout(value, l::Str::ID).is_some() {
        return Some(Ok(value));
    }
    if !M::RECORDING {
        return None;
    }
    if let Some(i) = value.small_int() {
        return Some(Ok(helpers::int_text(i).value()));
    }
    if !is_plain(value) {
        return None;
    }
    let spec = object::<M>(str::empty()).value();
    Some(helpers::format_reads(value, spec, Int::constant(i64::from(b's'))))
}

/// `separator.join(items)` of a list or tuple.
pub fn join<M: Mode>(separator: Val<M>, items: Val<M>) -> Option<Outcome<M>> {
    as_layout(separator, l::Str::ID)?;
    if !matches!(operand(items), Operand::List | Operand::Tuple) {
        return None;
    }
    Some(helpers::str_join(separator, items))
}

/// `item in container` of strings.
pub fn contains<M: Mode>(container: Val<M>, item: Val<M>) -> Option<bool> {
    let container = as_layout(container, l::Str::ID)?;
    let item = as_layout(item, l::Str::ID)?;
    Some(helpers::str_contains(container, item).truth())
}

/// `chr(code)` of a Latin-1 code point.
pub fn chr<M: Mode>(code: Val<M>) -> Option<Outcome<M>> {
    let code = code.small_int()?;
    if !code.below(0x100).truth() {
        return None;
    }
    Some(Ok(helpers::character(code).value()))
}

/// `ord(character)` of an ASCII character.
pub fn ord<M: Mode>(character: Val<M>) -> Option<Outcome<M>> {
    let text = as_layout(character, l::Str::ID)?;
    if text.len() != 1 {
        return None;
    }
    // A string of one byte is an ASCII character.
    Some(Ok(text.item(l::Str::TAIL, Int::from(0)).into()))
}

/// Whether the string is known to be ASCII, so that its characters are its bytes: a guard.
fn is_ascii<M: Mode>(text: Obj<M>) -> bool {
    text.get(l::Str::CHARS) == text.len()
}

/// The character at an index that is in bounds.
pub fn character_at<M: Mode>(text: Obj<M>, index: Int<M>) -> Option<Val<M>> {
    if !is_ascii(text) {
        return None;
    }
    Some(helpers::character(text.item(l::Str::TAIL, index)).value())
}

/// The next character of a string's iterator; the outer `None` if it is not ASCII.
pub fn next_character<M: Mode>(it: Obj<M>) -> Option<Option<Val<M>>> {
    let Some(text) = it.get(l::StrIter::STR).pointer() else { return Some(None) };
    let at = it.get(l::StrIter::POS);
    if !at.below(text.len()).truth() {
        it.set(l::StrIter::STR, constant(Value::NULL));
        return Some(None);
    }
    let byte = text.item(l::Str::TAIL, at);
    if !byte.below(0x80).truth() {
        return None;
    }
    it.set(l::StrIter::POS, at + 1);
    Some(Some(helpers::character(byte).value()))
}
