//! Constant folding: what an expression of literals comes to, as CPython's compiler decides it.
//!
//! An operation that would raise, or whose result would be large, is left to run time. Results keep their
//! type exactly: `True + 1` is not folded, `-0.0` keeps its sign.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::bytecode::{Const, Imm};
use crate::syntax::ast::{self, Expr, Operator, UnaryOp};
use crate::syntax::literal::{SURROGATES, code_points};

/// Largest folded integer, in bits.
const MAX_INT_BITS: u64 = 128;
/// Largest folded string, in characters.
const MAX_STR: usize = 4096;
/// Largest folded tuple, in items.
const MAX_TUPLE: usize = 256;

/// A literal as a constant.
#[must_use]
pub fn literal(c: &ast::ExprConstant) -> Const {
    match (&c.value, c.kind.as_deref()) {
        (ast::Constant::Str(hex), Some(SURROGATES)) => Const::Surrogates(code_points(hex)),
        (value, _) => constant(value),
    }
}

/// The constant of the tree as one of the bytecode.
#[must_use]
pub fn constant(c: &ast::Constant) -> Const {
    match c {
        ast::Constant::None => Const::None,
        ast::Constant::Bool(true) => Const::True,
        ast::Constant::Bool(false) => Const::False,
        ast::Constant::Str(s) => Const::Str(s.clone()),
        ast::Constant::Bytes(b) => Const::Bytes(b.clone()),
        ast::Constant::Int(i) => Const::Int(i.clone()),
        ast::Constant::Tuple(items) => Const::Tuple(items.iter().map(constant).collect()),
        ast::Constant::Float(x) => Const::Float(*x),
        ast::Constant::Complex { real, imag } => Const::Complex(*real, *imag),
        ast::Constant::Ellipsis => Const::Ellipsis,
    }
}

/// The value of an expression of literals.
#[must_use]
pub fn constant_value(e: &Expr) -> Option<Const> {
    match e {
        Expr::Constant(c) => Some(literal(c)),
        Expr::UnaryOp(u) => unary(u.op, &constant_value(&u.operand)?),
        Expr::BinOp(b) => {
            // The right side first: it is a leaf in long chains, so that a chain with a variable is given up
            // at once.
            let right = constant_value(&b.right)?;
            binary(b.op, &constant_value(&b.left)?, &right)
        }
        Expr::Tuple(t) => constant_items(&t.elts).map(Const::Tuple),
        _ => None,
    }
}

/// The values of expressions of literals, if all of them are.
#[must_use]
pub fn constant_items(elts: &[Expr]) -> Option<Vec<Const>> {
    elts.iter().map(constant_value).collect()
}

/// A display of literals that is only searched or iterated over: lists become tuples, sets frozen sets.
#[must_use]
pub fn constant_container(e: &Expr) -> Option<Const> {
    match e {
        Expr::List(l) => constant_items(&l.elts).map(Const::Tuple),
        Expr::Set(s) => constant_items(&s.elts).map(Const::FrozenSet),
        _ => None,
    }
}

/// An integer literal (perhaps negated) that fits an immediate.
#[must_use]
pub fn small_int(e: &Expr) -> Option<Imm> {
    match e {
        Expr::Constant(c) => i32::try_from(c.value.as_int()?).ok(),
        Expr::UnaryOp(_) => match constant_value(e)? {
            Const::Int(i) => i32::try_from(&i).ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The truth of an expression that is known without running it; `debug` is the value of `__debug__`.
#[must_use]
pub fn truth(e: &Expr, debug: bool) -> Option<bool> {
    if matches!(e, Expr::Name(n) if n.id.as_str() == "__debug__") {
        return Some(debug);
    }
    constant_value(e).map(|c| is_true(&c))
}

fn is_true(c: &Const) -> bool {
    match c {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::Code(_) => true,
        Const::Int(i) => !i.is_zero(),
        Const::Float(x) => *x != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Surrogates(points) => !points.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}

fn unary(op: UnaryOp, v: &Const) -> Option<Const> {
    Some(match (op, v) {
        (UnaryOp::Not, _) => truth_constant(!is_true(v)),
        (UnaryOp::USub, Const::Int(i)) => Const::Int(-i),
        (UnaryOp::USub, Const::Float(x)) => Const::Float(-x),
        (UnaryOp::USub, Const::Complex(re, im)) => Const::Complex(-re, -im),
        (UnaryOp::UAdd, Const::Int(_) | Const::Float(_) | Const::Complex(..)) => v.clone(),
        (UnaryOp::Invert, Const::Int(i)) => Const::Int(-i - 1),
        _ => return None,
    })
}

fn truth_constant(b: bool) -> Const {
    if b { Const::True } else { Const::False }
}

fn binary(op: Operator, a: &Const, b: &Const) -> Option<Const> {
    match (a, b) {
        (Const::Int(a), Const::Int(b)) => int_binary(op, a, b),
        (Const::Float(a), Const::Float(b)) => float_binary(op, *a, *b),
        (Const::Int(a), Const::Float(b)) => float_binary(op, exact_float(a)?, *b),
        (Const::Float(a), Const::Int(b)) => float_binary(op, *a, exact_float(b)?),
        (Const::Complex(..), _) | (_, Const::Complex(..)) => complex_binary(op, a, b),
        (Const::Str(a), Const::Str(b)) if op == Operator::Add && a.len() + b.len() <= MAX_STR => {
            Some(Const::Str(format!("{a}{b}")))
        }
        (Const::Bytes(a), Const::Bytes(b)) if op == Operator::Add && a.len() + b.len() <= MAX_STR => {
            Some(Const::Bytes([&a[..], b].concat()))
        }
        (Const::Tuple(a), Const::Tuple(b)) if op == Operator::Add && a.len() + b.len() <= MAX_TUPLE => {
            Some(Const::Tuple([&a[..], b].concat()))
        }
        (Const::Int(n), v) | (v, Const::Int(n)) if op == Operator::Mult => repeat(v, n),
        _ => None,
    }
}

/// An integer as a float, if that loses nothing.
fn exact_float(i: &BigInt) -> Option<f64> {
    (i.bits() <= 53).then(|| i.to_f64()).flatten()
}

fn repeat(v: &Const, n: &BigInt) -> Option<Const> {
    let n = if n.is_negative() { 0 } else { n.to_usize()? };
    let fits = |len: usize, most: usize| len.checked_mul(n).is_some_and(|total| total <= most);
    match v {
        Const::Str(s) if fits(s.len(), MAX_STR) => Some(Const::Str(s.repeat(n))),
        Const::Bytes(b) if fits(b.len(), MAX_STR) => Some(Const::Bytes(b.repeat(n))),
        Const::Tuple(items) if fits(items.len(), MAX_TUPLE) => {
            Some(Const::Tuple(std::iter::repeat_n(items, n).flatten().cloned().collect()))
        }
        _ => None,
    }
}

fn int_binary(op: Operator, a: &BigInt, b: &BigInt) -> Option<Const> {
    let result = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult if a.bits() + b.bits() <= MAX_INT_BITS => a * b,
        Operator::FloorDiv if !b.is_zero() => a.div_floor(b),
        Operator::Mod if !b.is_zero() => a.mod_floor(b),
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        Operator::LShift => {
            let n = b.to_u64().filter(|n| a.bits() + n <= MAX_INT_BITS)?;
            a << n
        }
        Operator::RShift => a >> b.to_u64()?,
        Operator::Pow => {
            let n = b.to_u32().filter(|n| a.bits().saturating_mul(u64::from(*n)) <= MAX_INT_BITS)?;
            a.pow(n)
        }
        Operator::Div if !b.is_zero() => return Some(Const::Float(exact_float(a)? / exact_float(b)?)),
        _ => return None,
    };
    Some(Const::Int(result))
}

fn float_binary(op: Operator, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}

/// Sums and differences with an imaginary literal: `1 + 2j`.
fn complex_binary(op: Operator, a: &Const, b: &Const) -> Option<Const> {
    let parts = |c: &Const| match c {
        Const::Int(i) => Some((exact_float(i)?, 0.0)),
        Const::Float(x) => Some((*x, 0.0)),
        Const::Complex(re, im) => Some((*re, *im)),
        _ => None,
    };
    let ((ar, ai), (br, bi)) = (parts(a)?, parts(b)?);
    match op {
        Operator::Add => Some(Const::Complex(ar + br, ai + bi)),
        Operator::Sub => Some(Const::Complex(ar - br, ai - bi)),
        _ => None,
    }
}

/// Whether two constants are equal as dict keys.
#[must_use]
pub fn equal(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::None, Const::None) | (Const::Ellipsis, Const::Ellipsis) => true,
        (Const::Str(a), Const::Str(b)) => a == b,
        (Const::Surrogates(a), Const::Surrogates(b)) => a == b,
        (Const::Bytes(a), Const::Bytes(b)) => a == b,
        _ => match (numeric(a), numeric(b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

/// A number as an integer if it is whole, and as real and imaginary part.
fn numeric(c: &Const) -> Option<(Option<BigInt>, u64, u64)> {
    let bits = |x: f64| (x + 0.0).to_bits();
    match c {
        Const::True => Some((Some(BigInt::from(1)), 0, 0)),
        Const::False => Some((Some(BigInt::from(0)), 0, 0)),
        Const::Int(i) => Some((Some(i.clone()), 0, 0)),
        Const::Float(x) | Const::Complex(x, 0.0) if x.fract() == 0.0 => {
            Some((num_traits::FromPrimitive::from_f64(*x), 0, 0))
        }
        Const::Float(x) => Some((None, bits(*x), 0)),
        Const::Complex(re, im) => Some((None, bits(*re), bits(*im))),
        _ => None,
    }
}

/// A constant as Python shows it, for messages.
#[must_use]
pub fn repr(c: &Const) -> String {
    match c {
        Const::Str(s) if s.contains('\'') && !s.contains('"') => format!("\"{s}\""),
        Const::Str(s) => format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
        Const::Bytes(b) => format!("b'{}'", b.escape_ascii()),
        Const::Complex(0.0, im) => format!("{im}j"),
        Const::Complex(re, im) => format!("({re}{im:+}j)"),
        other => other.to_string(),
    }
}
