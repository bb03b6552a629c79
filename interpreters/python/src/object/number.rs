//! Operators: `+`, `-`, … on any two objects.
//!
//! [`direct`] is what the type of the left operand (or, for numbers, of both) does; [`binary`] asks user classes in
//! Python's order. Neighbours: `compare` (comparison operators), `int::arith`, `float`, `complex`.

use super::compare::{in_turn, may_override};
use super::layouts as l;
use super::{
    NOT_IMPLEMENTED, PyResult, bytes, cast, complex, dict, error, float, generic, int, list, set, str, tuple,
};
use crate::raw;
use metajit::heap::{self, Ref, Value};

macro_rules! binary_operators {
    ($($name:ident $symbol:literal $method:literal $reflected:literal $in_place:literal;)*) => {
        /// A binary operator.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub enum BinaryOp { $($name),* }

        impl BinaryOp {
            /// As written.
            pub const fn symbol(self) -> &'static str {
                match self { $(BinaryOp::$name => $symbol),* }
            }
            /// The special method of the left operand.
            pub const fn method(self) -> &'static str {
                match self { $(BinaryOp::$name => $method),* }
            }
            /// The special method of the right operand.
            pub const fn reflected(self) -> &'static str {
                match self { $(BinaryOp::$name => $reflected),* }
            }
            /// The special method of the augmented assignment.
            pub const fn in_place(self) -> &'static str {
                match self { $(BinaryOp::$name => $in_place),* }
            }
        }
    };
}

binary_operators! {
    Add "+" "__add__" "__radd__" "__iadd__";
    Sub "-" "__sub__" "__rsub__" "__isub__";
    Mul "*" "__mul__" "__rmul__" "__imul__";
    TrueDiv "/" "__truediv__" "__rtruediv__" "__itruediv__";
    FloorDiv "//" "__floordiv__" "__rfloordiv__" "__ifloordiv__";
    Mod "%" "__mod__" "__rmod__" "__imod__";
    Pow "**" "__pow__" "__rpow__" "__ipow__";
    LShift "<<" "__lshift__" "__rlshift__" "__ilshift__";
    RShift ">>" "__rshift__" "__rrshift__" "__irshift__";
    And "&" "__and__" "__rand__" "__iand__";
    Or "|" "__or__" "__ror__" "__ior__";
    Xor "^" "__xor__" "__rxor__" "__ixor__";
    MatMul "@" "__matmul__" "__rmatmul__" "__imatmul__";
}

/// `a op b`.
pub fn binary(op: BinaryOp, a: Value, b: Value) -> PyResult {
    match try_binary(op, a, b)? {
        NOT_IMPLEMENTED => Err(unsupported(op, a, b, "")),
        result => Ok(result),
    }
}

/// `a op= b`: gives what the target is set to.
pub fn in_place(op: BinaryOp, a: Value, b: Value) -> PyResult {
    let result = if may_override(a) {
        raw::call_special(a, op.in_place(), &[b]).unwrap_or(Ok(NOT_IMPLEMENTED))?
    } else {
        direct_in_place(op, a, b)?
    };
    if result != NOT_IMPLEMENTED {
        return Ok(result);
    }
    match try_binary(op, a, b)? {
        NOT_IMPLEMENTED => Err(unsupported(op, a, b, "=")),
        result => Ok(result),
    }
}

fn try_binary(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = int::arith::quick(op, a, b) {
        return result;
    }
    if !may_override(a) && !may_override(b) {
        return direct(op, a, b);
    }
    let (class_a, class_b) = (raw::class_of(a), raw::class_of(b));
    let differ = class_a != class_b;
    let b_first = differ && raw::is_subclass(class_b, class_a) && overrides(op, a, b);
    let left = || {
        if may_override(a) {
            raw::call_special(a, op.method(), &[b]).unwrap_or(Ok(NOT_IMPLEMENTED))
        } else {
            direct(op, a, b)
        }
    };
    let right = || {
        if differ && may_override(b) {
            raw::call_special(b, op.reflected(), &[a]).unwrap_or(Ok(NOT_IMPLEMENTED))
        } else {
            Ok(NOT_IMPLEMENTED)
        }
    };
    in_turn(b_first, left, right)
}

/// Whether the class of `b` has a reflected method that the class of `a` does not.
fn overrides(op: BinaryOp, a: Value, b: Value) -> bool {
    raw::lookup_special(b, op.reflected()) != raw::lookup_special(a, op.reflected())
}

/// The TypeError for operands that no method takes.
#[cold]
pub fn unsupported(op: BinaryOp, a: Value, b: Value, assign: &str) -> Value {
    let (x, y) = (raw::class_name(a), raw::class_name(b));
    let is = |value: Value, layouts: &[metajit::heap::LayoutId]| {
        layouts.iter().any(|&layout| cast::to_layout(value, layout).is_some())
    };
    let concatenates = [l::Str::ID, l::List::ID, l::Tuple::ID];
    let sequences = [l::Str::ID, l::List::ID, l::Tuple::ID, l::PyBytes::ID, l::ByteArray::ID];
    if op == BinaryOp::Add && is(a, &concatenates) {
        let kind = if is(a, &[l::Str::ID]) {
            "str"
        } else if is(a, &[l::List::ID]) {
            "list"
        } else {
            "tuple"
        };
        return error::type_error(format!("can only concatenate {kind} (not \"{y}\") to {kind}"));
    }
    if op == BinaryOp::Add && is(a, &[l::PyBytes::ID, l::ByteArray::ID]) {
        return error::type_error(format!("can't concat {y} to {x}"));
    }
    if op == BinaryOp::Mul && is(a, &sequences) {
        return error::type_error(format!("can't multiply sequence by non-int of type '{y}'"));
    }
    if op == BinaryOp::Mul && is(b, &sequences) {
        return error::type_error(format!("can't multiply sequence by non-int of type '{x}'"));
    }
    let symbol = match op {
        BinaryOp::Pow if assign.is_empty() => "** or pow()".to_owned(),
        op => format!("{}{assign}", op.symbol()),
    };
    error::type_error(format!("unsupported operand type(s) for {symbol}: '{x}' and '{y}'"))
}

/// The operator as builtin types define it; `NotImplemented` for other operands. Instances of subclasses of builtin
/// classes count as the builtin value.
pub fn direct(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if a.is_immediate_float() && b.is_immediate_float() {
        return float::binary(op, a.immediate_float_unchecked(), b.immediate_float_unchecked());
    }
    if let (Some(left), Some(right)) = (a.as_ref(), b.as_ref())
        && heap::layout_of(left) == l::Str::ID
        && heap::layout_of(right) == l::Str::ID
        && op == BinaryOp::Add
    {
        return str::concat(left, right).map(Value::object);
    }
    let (a, given, b) = (cast::builtin_value(a), b, cast::builtin_value(b));
    match (int::is_number(a), int::is_number(b)) {
        (true, true) => numbers(op, a, b),
        (true, false) => match b.as_ref() {
            Some(right) if op == BinaryOp::Mul => repeat(right, a),
            _ => Ok(NOT_IMPLEMENTED),
        },
        (false, _) => match a.as_ref() {
            // What is formatted has a text of its own, whatever builtin value it stands for.
            Some(left) => objects(op, a, left, if op == BinaryOp::Mod { given } else { b }),
            None => generic::binary(op, a, b),
        },
    }
}

fn numbers(op: BinaryOp, a: Value, b: Value) -> PyResult {
    let is_complex = |value: Value| value.has_layout(l::Complex::ID);
    if is_complex(a) || is_complex(b) {
        return match (complex::parts(a)?, complex::parts(b)?) {
            (Some(x), Some(y)) => complex::binary(op, x, y),
            _ => Ok(NOT_IMPLEMENTED),
        };
    }
    if a.as_float().is_some() || b.as_float().is_some() {
        if matches!(
            op,
            BinaryOp::LShift
                | BinaryOp::RShift
                | BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Xor
                | BinaryOp::MatMul
        ) {
            return Ok(NOT_IMPLEMENTED);
        }
        return float::binary(op, cast::to_f64(a)?, cast::to_f64(b)?);
    }
    if matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor)
        && let (Some(x), Some(y)) = (as_bool(a), as_bool(b))
    {
        return Ok(super::boolean(match op {
            BinaryOp::And => x & y,
            BinaryOp::Or => x | y,
            _ => x ^ y,
        }));
    }
    int::arith::binary(op, a, b)
}

fn as_bool(value: Value) -> Option<bool> {
    match value {
        super::TRUE => Some(true),
        super::FALSE => Some(false),
        _ => None,
    }
}

/// `sequence * count`.
fn repeat(sequence: Ref, count: Value) -> PyResult {
    let layout = heap::layout_of(sequence);
    if ![l::Str::ID, l::List::ID, l::Tuple::ID, l::PyBytes::ID, l::ByteArray::ID].contains(&layout)
        || !cast::is_index(count)
    {
        return Ok(NOT_IMPLEMENTED);
    }
    let count = cast::index_i64(count)?;
    if layout == l::Str::ID {
        return str::layout::repeat(sequence, count).map(Value::object);
    }
    if layout == l::List::ID {
        return list::repeat(list::elements(sequence), count).map(Value::object);
    }
    if layout == l::Tuple::ID {
        let items = tuple::items(sequence);
        if count == 1 || items.is_empty() {
            return Ok(Value::object(sequence));
        }
        return Ok(tuple::value(list::repeated_items(items, count)?));
    }
    bytes::repeat(sequence, count)
}

/// The operator of a left operand that is not a number.
fn objects(op: BinaryOp, a: Value, left: Ref, b: Value) -> PyResult {
    let layout = heap::layout_of(left);
    match op {
        BinaryOp::Mul => return repeat(left, b),
        BinaryOp::Mod if layout == l::Str::ID => {
            return crate::format::percent::format(left, b).map(Value::object);
        }
        BinaryOp::Mod if layout == l::PyBytes::ID || layout == l::ByteArray::ID => {
            return crate::format::percent::format_bytes(left, b);
        }
        _ => {}
    }
    let Some(right) = b.as_ref() else { return generic::binary(op, a, b) };
    let other = heap::layout_of(right);
    if op == BinaryOp::Add {
        let is_bytes = |layout| layout == l::PyBytes::ID || layout == l::ByteArray::ID;
        return Ok(if layout == l::Str::ID && other == layout {
            Value::object(str::concat(left, right)?)
        } else if layout == l::List::ID && other == layout {
            Value::object(list::concat(left, right)?)
        } else if layout == l::Tuple::ID && other == layout {
            tuple::concat(left, right)
        } else if is_bytes(layout) && is_bytes(other) {
            bytes::concat(left, right)
        } else {
            NOT_IMPLEMENTED
        });
    }
    if layout == l::Set::ID || layout == l::DictView::ID {
        return set::algebra::binary(op, left, b);
    }
    if other == l::DictView::ID && layout == l::Set::ID {
        return set::algebra::binary(op, left, b);
    }
    if op == BinaryOp::Or && layout == l::Dict::ID && other == layout {
        let merged = dict::merge::copy(left)?;
        dict::merge::update_from_dict(merged, right)?;
        return Ok(Value::object(merged));
    }
    generic::binary(op, a, b)
}

/// Augmented assignment of builtin types that change in place; `NotImplemented` for others.
pub fn direct_in_place(op: BinaryOp, a: Value, b: Value) -> PyResult {
    let inner = cast::builtin_value(a);
    let Some(left) = inner.as_ref() else { return Ok(NOT_IMPLEMENTED) };
    let layout = heap::layout_of(left);
    if layout == l::List::ID {
        match op {
            BinaryOp::Add => list::extend(left, b)?,
            BinaryOp::Mul if cast::is_index(b) => list::methods::repeat_in_place(left, b)?,
            _ => return Ok(NOT_IMPLEMENTED),
        }
        return Ok(a);
    }
    if layout == l::Set::ID && !set::is_frozen(left) {
        return Ok(if set::algebra::in_place(op, left, b)? { a } else { NOT_IMPLEMENTED });
    }
    if layout == l::Dict::ID && op == BinaryOp::Or {
        dict::merge::update(left, b)?;
        return Ok(a);
    }
    if layout == l::ByteArray::ID {
        return Ok(if bytes::array::in_place(op, left, b)? { a } else { NOT_IMPLEMENTED });
    }
    Ok(NOT_IMPLEMENTED)
}

/// `divmod(a, b)`.
pub fn divmod(a: Value, b: Value) -> PyResult {
    if !may_override(a) && !may_override(b) {
        let result = direct_divmod(a, b)?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    } else {
        for (object, method, argument) in [(a, "__divmod__", b), (b, "__rdivmod__", a)] {
            match raw::call_special(object, method, &[argument]) {
                Some(Ok(NOT_IMPLEMENTED)) | None => {}
                Some(result) => return result,
            }
        }
    }
    let (x, y) = (raw::class_name(a), raw::class_name(b));
    Err(error::type_error(format!("unsupported operand type(s) for divmod(): '{x}' and '{y}'")))
}

fn direct_divmod(a: Value, b: Value) -> PyResult {
    if !(a.is_small_int() && b.is_small_int())
        && let Some((quotient, remainder)) = int::divmod_of_digits(a, b)
    {
        return Ok(tuple::value(&[quotient, remainder]));
    }
    if let (Some(x), Some(y)) = (cast::int_of(a), cast::int_of(b)) {
        let (quotient, remainder) = int::arith::divmod(x, y)?;
        return Ok(tuple::value(&[quotient, remainder]));
    }
    let is_real = |v: Value| cast::int_of(v).is_some() || cast::float_of(v).is_some();
    if is_real(a) && is_real(b) {
        let (quotient, remainder) = float::divmod(cast::to_f64(a)?, cast::to_f64(b)?, "float divmod()")?;
        return Ok(tuple::value(&[Value::float(quotient), Value::float(remainder)]));
    }
    Ok(NOT_IMPLEMENTED)
}

/// `pow(base, exponent, modulus)`; `modulus` may be None.
pub fn power(base: Value, exponent: Value, modulus: Value) -> PyResult {
    if modulus == super::NONE || modulus.is_null() {
        return binary(BinaryOp::Pow, base, exponent);
    }
    if let (Some(x), Some(y), Some(z)) = (cast::int_of(base), cast::int_of(exponent), cast::int_of(modulus)) {
        return int::power::modular(x, y, z);
    }
    if may_override(base)
        && let Some(result) = raw::call_special(base, "__pow__", &[exponent, modulus])
        && result != Ok(NOT_IMPLEMENTED)
    {
        return result;
    }
    let is_real = |v: Value| cast::int_of(v).is_some() || cast::float_of(v).is_some();
    if is_real(base) && is_real(exponent) && is_real(modulus) {
        return Err(error::type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (x, y, z) = (raw::class_name(base), raw::class_name(exponent), raw::class_name(modulus));
    Err(error::type_error(format!("unsupported operand type(s) for ** or pow(): '{x}', '{y}', '{z}'")))
}

/// A unary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `-a`
    Negative,
    /// `+a`
    Positive,
    /// `~a`
    Invert,
}

impl UnaryOp {
    /// The special method.
    pub const fn method(self) -> &'static str {
        match self {
            UnaryOp::Negative => "__neg__",
            UnaryOp::Positive => "__pos__",
            UnaryOp::Invert => "__invert__",
        }
    }

    /// As written.
    pub const fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Negative => "-",
            UnaryOp::Positive => "+",
            UnaryOp::Invert => "~",
        }
    }
}

/// `-a`, `+a`, `~a`.
pub fn unary(op: UnaryOp, a: Value) -> PyResult {
    let result = if may_override(a) {
        raw::call_special(a, op.method(), &[]).unwrap_or(Ok(NOT_IMPLEMENTED))?
    } else {
        direct_unary(op, a)
    };
    if result == NOT_IMPLEMENTED {
        let (symbol, found) = (op.symbol(), raw::class_name(a));
        return Err(error::type_error(format!("bad operand type for unary {symbol}: '{found}'")));
    }
    Ok(result)
}

/// The unary operator of a builtin number; `NotImplemented` for others.
pub fn direct_unary(op: UnaryOp, a: Value) -> Value {
    let a = cast::builtin_value(a);
    if let Some(f) = a.as_float() {
        return match op {
            UnaryOp::Negative => Value::float(-f),
            UnaryOp::Positive => a,
            UnaryOp::Invert => NOT_IMPLEMENTED,
        };
    }
    if let Some(r) = a.as_ref().filter(|&r| heap::layout_of(r) == l::Complex::ID) {
        let (real, imag) = (heap::get(r, l::Complex::REAL), heap::get(r, l::Complex::IMAG));
        return match op {
            UnaryOp::Negative => complex::new(-real, -imag),
            UnaryOp::Positive => a,
            UnaryOp::Invert => NOT_IMPLEMENTED,
        };
    }
    if cast::int_of(a).is_none() {
        return NOT_IMPLEMENTED;
    }
    match op {
        UnaryOp::Negative => int::arith::negate(a),
        UnaryOp::Positive => int::arith::plain(a),
        UnaryOp::Invert => int::arith::invert(a),
    }
}

/// `abs(a)`.
pub fn absolute(a: Value) -> PyResult {
    if may_override(a) {
        return raw::call_special(a, "__abs__", &[]).unwrap_or_else(|| Err(no_abs(a)));
    }
    direct_absolute(a)
}

fn direct_absolute(a: Value) -> PyResult {
    let inner = cast::builtin_value(a);
    if let Some(f) = inner.as_float() {
        return Ok(Value::float(f.abs()));
    }
    if cast::int_of(inner).is_some() {
        return Ok(int::arith::absolute(inner));
    }
    match complex::parts(inner)? {
        Some((real, imag)) => {
            let size = real.hypot(imag);
            if size.is_infinite() && real.is_finite() && imag.is_finite() {
                return Err(error::overflow_error("absolute value too large"));
            }
            Ok(Value::float(size))
        }
        None => Err(no_abs(a)),
    }
}

#[cold]
fn no_abs(a: Value) -> Value {
    error::type_error(format!("bad operand type for abs(): '{}'", raw::class_name(a)))
}

/// The special methods of builtin classes for operators.
pub mod dunder {
    use super::*;

    /// Numbers leave operations with a wider kind of number to that; 0 for what is no number.
    fn rank(value: Value) -> u32 {
        let value = cast::builtin_value(value);
        if value.as_float().is_some() {
            2
        } else if value.has_layout(l::Complex::ID) {
            3
        } else {
            u32::from(int::is_number(value))
        }
    }

    macro_rules! methods {
        ($($forward:ident $backward:ident $in_place:ident $op:ident;)*) => { $(
            /// The operator with the receiver on the left.
            pub fn $forward(a: Value, b: Value) -> PyResult {
                if rank(a) > 0 && rank(b) > rank(a) { Ok(NOT_IMPLEMENTED) } else { direct(BinaryOp::$op, a, b) }
            }
            /// The operator with the receiver on the right.
            pub fn $backward(b: Value, a: Value) -> PyResult {
                if rank(b) > 0 && rank(a) > rank(b) { Ok(NOT_IMPLEMENTED) } else { direct(BinaryOp::$op, a, b) }
            }
            /// The augmented assignment.
            pub fn $in_place(a: Value, b: Value) -> PyResult {
                direct_in_place(BinaryOp::$op, a, b)
            }
        )* };
    }

    methods! {
        add radd iadd Add;
        sub rsub isub Sub;
        mul rmul imul Mul;
        truediv rtruediv itruediv TrueDiv;
        floordiv rfloordiv ifloordiv FloorDiv;
        modulo rmodulo imodulo Mod;
        lshift rlshift ilshift LShift;
        rshift rrshift irshift RShift;
        and rand iand And;
        or ror ior Or;
        xor rxor ixor Xor;
    }

    fn pow(args: &[Value]) -> PyResult {
        match args.get(2) {
            None | Some(&crate::object::NONE) => direct(BinaryOp::Pow, args[0], args[1]),
            Some(&modulus) => super::power(
                cast::builtin_value(args[0]),
                cast::builtin_value(args[1]),
                cast::builtin_value(modulus),
            ),
        }
    }

    fn rpow(args: &[Value]) -> PyResult {
        direct(BinaryOp::Pow, args[1], args[0])
    }

    fn divmod(a: Value, b: Value) -> PyResult {
        direct_divmod(a, b)
    }

    fn rdivmod(b: Value, a: Value) -> PyResult {
        direct_divmod(a, b)
    }

    fn neg(a: Value) -> PyResult {
        Ok(direct_unary(UnaryOp::Negative, a))
    }

    fn pos(a: Value) -> PyResult {
        Ok(direct_unary(UnaryOp::Positive, a))
    }

    fn invert(a: Value) -> PyResult {
        Ok(direct_unary(UnaryOp::Invert, a))
    }

    fn abs(a: Value) -> PyResult {
        direct_absolute(a)
    }

    crate::natives! {
        pub static NUMBER;
        "__add__" Two(add) [Reads];
        "__radd__" Two(radd) [Reads];
        "__sub__" Two(sub) [Reads];
        "__rsub__" Two(rsub) [Reads];
        "__mul__" Two(mul) [Reads];
        "__rmul__" Two(rmul) [Reads];
        "__truediv__" Two(truediv) [Reads];
        "__rtruediv__" Two(rtruediv) [Reads];
        "__pow__" Slice(pow) 2..3 [Reads];
        "__rpow__" Slice(rpow) 2..3 [Reads];
        "__neg__" One(neg) [Reads];
        "__pos__" One(pos) [Reads];
        "__abs__" One(abs) [Reads];
    }

    crate::natives! {
        pub static REAL;
        "__floordiv__" Two(floordiv) [Reads];
        "__rfloordiv__" Two(rfloordiv) [Reads];
        "__mod__" Two(modulo) [Reads];
        "__rmod__" Two(rmodulo) [Reads];
        "__divmod__" Two(divmod) [Reads];
        "__rdivmod__" Two(rdivmod) [Reads];
    }

    crate::natives! {
        pub static INTEGER;
        "__lshift__" Two(lshift) [Reads];
        "__rlshift__" Two(rlshift) [Reads];
        "__rshift__" Two(rshift) [Reads];
        "__rrshift__" Two(rrshift) [Reads];
        "__and__" Two(and) [Reads];
        "__rand__" Two(rand) [Reads];
        "__or__" Two(or) [Reads];
        "__ror__" Two(ror) [Reads];
        "__xor__" Two(xor) [Reads];
        "__rxor__" Two(rxor) [Reads];
        "__invert__" One(invert) [Reads];
    }
}
