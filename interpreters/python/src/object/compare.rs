//! Comparisons: `==`, `<` and the like on any two objects.
//!
//! [`equal`] is what containers use: identity counts as equality. [`rich`] is the operator.
//! Neighbours: `number` (arithmetic operators, with the same rules for who is asked first).

use super::layouts as l;
use super::list::Elements;
use super::{FALSE, NOT_IMPLEMENTED, PyResult, TRUE, boolean, bytes, cast, dict, error, generic, int, list};
use super::{range, sequence, set, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};
use std::cmp::Ordering;

/// A comparison operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CompareOp {
    /// All operators.
    pub const ALL: [CompareOp; 6] =
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];

    /// Whether it holds for operands in this order.
    #[inline(always)]
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            CompareOp::Lt => order == Ordering::Less,
            CompareOp::Le => order != Ordering::Greater,
            CompareOp::Eq => order == Ordering::Equal,
            CompareOp::Ne => order != Ordering::Equal,
            CompareOp::Gt => order == Ordering::Greater,
            CompareOp::Ge => order != Ordering::Less,
        }
    }

    /// The operator with its operands exchanged.
    pub fn reflected(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    /// The special method.
    pub fn method(self) -> &'static str {
        match self {
            CompareOp::Lt => "__lt__",
            CompareOp::Le => "__le__",
            CompareOp::Eq => "__eq__",
            CompareOp::Ne => "__ne__",
            CompareOp::Gt => "__gt__",
            CompareOp::Ge => "__ge__",
        }
    }

    /// As written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }
}

/// Whether two values are the same object or compare equal.
#[inline]
pub fn equal(a: Value, b: Value) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if a.is_small_int() && b.is_small_int() {
        return Ok(false);
    }
    if a.has_layout(l::Str::ID) && b.has_layout(l::Str::ID) {
        return Ok(str::equal(Ref::from_bits(a.bits()), Ref::from_bits(b.bits())));
    }
    raw_truth(rich(CompareOp::Eq, a, b)?)
}

#[inline]
fn raw_truth(value: Value) -> PyResult<bool> {
    match value {
        TRUE => Ok(true),
        FALSE => Ok(false),
        other => raw::truth(other),
    }
}

/// Whether `a < b`.
#[inline]
pub fn less(a: Value, b: Value) -> PyResult<bool> {
    if a.is_small_int() && b.is_small_int() {
        return Ok(a.small_int_unchecked() < b.small_int_unchecked());
    }
    raw_truth(rich(CompareOp::Lt, a, b)?)
}

/// `a op b`.
pub fn rich(op: CompareOp, a: Value, b: Value) -> PyResult {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(boolean(op.holds(x.cmp(&y))));
    }
    if !may_override(a) && !may_override(b) {
        return match direct(op, a, b)? {
            NOT_IMPLEMENTED => fallback(op, a, b),
            result => Ok(result),
        };
    }
    let (class_a, class_b) = (raw::class_of(a), raw::class_of(b));
    let b_first = class_a != class_b && raw::is_subclass(class_b, class_a);
    match in_turn(b_first, || one_side(op, a, b), || one_side(op.reflected(), b, a))? {
        NOT_IMPLEMENTED => fallback(op, a, b),
        result => Ok(result),
    }
}

/// Asks the operands' methods, the second only if the first does not know: the left one's first, unless the right one's
/// class is the more special.
pub(super) fn in_turn(
    right_first: bool,
    left: impl FnOnce() -> PyResult,
    right: impl FnOnce() -> PyResult,
) -> PyResult {
    if right_first {
        match right()? {
            NOT_IMPLEMENTED => left(),
            result => Ok(result),
        }
    } else {
        match left()? {
            NOT_IMPLEMENTED => right(),
            result => Ok(result),
        }
    }
}

/// Whether a Python class decides about the value's operators.
#[inline]
pub fn may_override(value: Value) -> bool {
    value.as_ref().is_some_and(|object| {
        let layout = heap::layout_of(object);
        layout == l::Instance::ID || layout == l::Class::ID || layout == l::Foreign::ID
    })
}

fn one_side(op: CompareOp, a: Value, b: Value) -> PyResult {
    if !may_override(a) {
        // The other one may be an instance of a subclass: then its builtin part is compared.
        return direct(op, a, cast::builtin_value(b));
    }
    raw::call_special(a, op.method(), &[b]).unwrap_or(Ok(NOT_IMPLEMENTED))
}

fn fallback(op: CompareOp, a: Value, b: Value) -> PyResult {
    match op {
        CompareOp::Eq => Ok(boolean(a == b)),
        CompareOp::Ne => Ok(boolean(a != b)),
        _ => {
            let (symbol, x, y) = (op.symbol(), raw::class_name(a), raw::class_name(b));
            Err(error::type_error(format!("'{symbol}' not supported between instances of '{x}' and '{y}'")))
        }
    }
}

/// A comparison as the type of `a` defines it, for builtin types; `NotImplemented` for all others.
pub fn direct(op: CompareOp, a: Value, b: Value) -> PyResult {
    if int::is_number(a) {
        return Ok(int::compare_numbers(op, a, b));
    }
    let (Some(x), Some(y)) = (a.as_ref(), b.as_ref()) else { return Ok(NOT_IMPLEMENTED) };
    let (left, right) = (heap::layout_of(x), heap::layout_of(y));
    if left == l::Str::ID && right == left {
        return Ok(boolean(match op {
            CompareOp::Eq => str::equal(x, y),
            CompareOp::Ne => !str::equal(x, y),
            // Comparing bytes orders by code points: that is a property of UTF-8.
            _ => op.holds(str::bytes(x).cmp(str::bytes(y))),
        }));
    }
    if left == l::List::ID && right == left {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && list::len(x) != list::len(y) {
            return Ok(boolean(op == CompareOp::Ne));
        }
        if let (CompareOp::Eq | CompareOp::Ne, Elements::Floats(x), Elements::Floats(y)) =
            (op, list::elements(x), list::elements(y))
        {
            return Ok(boolean((x == y) == (op == CompareOp::Eq)));
        }
        return sequence::compare_items(op, |i| list::get(x, i), |i| list::get(y, i));
    }
    if left == l::Tuple::ID && right == left {
        return sequence::compare_items(
            op,
            |i| tuple::items(x).get(i).copied(),
            |i| tuple::items(y).get(i).copied(),
        );
    }
    let is_bytes = |layout| layout == l::PyBytes::ID || layout == l::ByteArray::ID;
    if is_bytes(left) && is_bytes(right) {
        return Ok(boolean(op.holds(bytes::contents(x).cmp(bytes::contents(y)))));
    }
    let is_view = left == l::MemoryView::ID || right == l::MemoryView::ID;
    if is_view && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(match (bytes::of(a), bytes::of(b)) {
            (Some(x), Some(y)) => boolean(op.holds(bytes::contents(x).cmp(bytes::contents(y)))),
            _ => NOT_IMPLEMENTED,
        });
    }
    if left == l::Set::ID || left == l::DictView::ID {
        return set::algebra::compare(op, x, b);
    }
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(if left == l::Slice::ID && right == left {
            return sequence::compare_items(op, |i| slice_part(x, i), |i| slice_part(y, i));
        } else {
            NOT_IMPLEMENTED
        });
    }
    let same = if left == l::Dict::ID && right == left {
        dict::merge::equal(x, y)?
    } else if left == l::Range::ID && right == left {
        range::equal(x, y)?
    } else if left == l::Slice::ID && right == left {
        return sequence::compare_items(op, |i| slice_part(x, i), |i| slice_part(y, i));
    } else if left == l::BoundMethod::ID && right == left {
        heap::get(x, l::BoundMethod::RECEIVER) == heap::get(y, l::BoundMethod::RECEIVER)
            && equal(heap::get(x, l::BoundMethod::FUNCTION), heap::get(y, l::BoundMethod::FUNCTION))?
    } else if left == l::Builtin::ID && right == left {
        heap::get(x, l::Builtin::DEF) == heap::get(y, l::Builtin::DEF)
            && heap::get(x, l::Builtin::RECEIVER) == heap::get(y, l::Builtin::RECEIVER)
    } else if right == left && (left == l::GenericAlias::ID || left == l::UnionType::ID) {
        generic::equal(x, y)?
    } else if left == l::MappingProxy::ID {
        return rich(op, heap::get(x, l::MappingProxy::MAPPING), b);
    } else if left == l::Cell::ID && right == left {
        equal(heap::get(x, l::Cell::CONTENT), heap::get(y, l::Cell::CONTENT))?
    } else {
        return Ok(NOT_IMPLEMENTED);
    };
    Ok(boolean(same == (op == CompareOp::Eq)))
}

fn slice_part(slice: Ref, index: usize) -> Option<Value> {
    let fields = [l::Slice::START, l::Slice::STOP, l::Slice::STEP];
    fields.get(index).map(|&field| heap::get(slice, field))
}

/// The special methods of the builtin types that compare.
macro_rules! dunder_comparisons {
    ($($name:ident $op:ident),*) => { $(
        #[doc = concat!("`", stringify!($name), "` of a builtin class.")]
        pub fn $name(a: Value, b: Value) -> PyResult {
            direct(CompareOp::$op, cast::builtin_value(a), cast::builtin_value(b))
        }
    )* };
}

dunder_comparisons!(lt Lt, le Le, eq Eq, ne Ne, gt Gt, ge Ge);

crate::natives! {
    pub static EQUALITY;
    "__eq__" Two(eq) [Any];
    "__ne__" Two(ne) [Any];
}

crate::natives! {
    pub static ORDERING;
    "__lt__" Two(lt) [Any];
    "__le__" Two(le) [Any];
    "__gt__" Two(gt) [Any];
    "__ge__" Two(ge) [Any];
}
