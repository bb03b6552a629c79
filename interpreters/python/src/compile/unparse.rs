//! Expressions back to source, as `from __future__ import annotations` stores them: CPython's spacing and its
//! parentheses, which are there only where precedence asks for them.

use super::fold;
use crate::syntax::ast::{self, BoolOp, CmpOp, Constant, ConversionFlag, Expr, Operator, UnaryOp};

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        use Level as L;
        match self {
            L::Tuple => L::Test,
            L::Test => L::Or,
            L::Or => L::And,
            L::And => L::Not,
            L::Not => L::Compare,
            L::Compare => L::BitOr,
            L::BitOr => L::BitXor,
            L::BitXor => L::BitAnd,
            L::BitAnd => L::Shift,
            L::Shift => L::Sum,
            L::Sum => L::Product,
            L::Product => L::Factor,
            L::Factor => L::Power,
            L::Power => L::Await,
            L::Await | L::Atom => L::Atom,
        }
    }
}

/// The source of an expression.
#[must_use]
pub fn unparse(e: &Expr) -> String {
    let mut out = Unparser { out: String::new() };
    out.expr(e, Level::Test);
    out.out
}

struct Unparser {
    out: String,
}

impl Unparser {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Runs `body` in parentheses if `needed`.
    fn grouped(&mut self, needed: bool, body: impl FnOnce(&mut Unparser)) {
        if needed {
            self.put("(");
        }
        body(self);
        if needed {
            self.put(")");
        }
    }

    fn list(&mut self, items: &[Expr], level: Level) {
        for (i, e) in items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(e, level);
        }
    }

    fn expr(&mut self, e: &Expr, level: Level) {
        match e {
            Expr::BoolOp(b) => {
                let (word, own) = match b.op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.grouped(level > own, |u| {
                    for (i, v) in b.values.iter().enumerate() {
                        if i > 0 {
                            u.put(word);
                        }
                        u.expr(v, own.next());
                    }
                });
            }
            Expr::BinOp(b) => self.binary(b, level),
            Expr::UnaryOp(n) => self.unary(n, level),
            Expr::Lambda(l) => self.grouped(level > Level::Test, |u| {
                u.put("lambda");
                u.parameters(&l.args);
                u.put(": ");
                u.expr(&l.body, Level::Test);
            }),
            Expr::IfExp(i) => self.grouped(level > Level::Test, |u| {
                u.expr(&i.body, Level::Test.next());
                u.put(" if ");
                u.expr(&i.test, Level::Test.next());
                u.put(" else ");
                u.expr(&i.orelse, Level::Test);
            }),
            Expr::Dict(d) => self.dict(d),
            Expr::Set(s) => {
                self.put("{");
                self.list(&s.elts, Level::Test);
                self.put("}");
            }
            Expr::ListComp(c) => self.comprehension("[", "]", &[&c.elt], &c.generators),
            Expr::SetComp(c) => self.comprehension("{", "}", &[&c.elt], &c.generators),
            Expr::DictComp(c) => self.comprehension("{", "}", &[&c.key, &c.value], &c.generators),
            Expr::GeneratorExp(c) => self.comprehension("(", ")", &[&c.elt], &c.generators),
            Expr::Yield(y) => {
                self.put("(yield");
                if let Some(v) = &y.value {
                    self.put(" ");
                    self.expr(v, Level::Test);
                }
                self.put(")");
            }
            Expr::YieldFrom(y) => {
                self.put("(yield from ");
                self.expr(&y.value, Level::Test);
                self.put(")");
            }
            Expr::Await(a) => self.grouped(level > Level::Await, |u| {
                u.put("await ");
                u.expr(&a.value, Level::Atom);
            }),
            Expr::Compare(c) => self.grouped(level > Level::Compare, |u| {
                u.expr(&c.left, Level::Compare.next());
                for (op, right) in c.ops.iter().zip(&c.comparators) {
                    u.put(comparison(*op));
                    u.expr(right, Level::Compare.next());
                }
            }),
            Expr::Call(c) => self.call(c),
            Expr::FormattedValue(_) | Expr::JoinedStr(_) => {
                let text = fstring(e);
                self.put(&format!("f{}", quoted(&text)));
            }
            Expr::Constant(c) => self.constant(c),
            Expr::Attribute(a) => {
                self.expr(&a.value, Level::Atom);
                // `1.x` would be a float.
                let is_int = matches!(&*a.value, Expr::Constant(c) if c.value.is_int());
                self.put(if is_int { " ." } else { "." });
                self.put(&a.attr);
            }
            Expr::Subscript(s) => {
                self.expr(&s.value, Level::Atom);
                self.put("[");
                self.expr(&s.slice, Level::Tuple);
                self.put("]");
            }
            Expr::Starred(s) => {
                self.put("*");
                self.expr(&s.value, Level::BitOr);
            }
            Expr::Name(n) => self.put(&n.id),
            Expr::List(l) => {
                self.put("[");
                self.list(&l.elts, Level::Test);
                self.put("]");
            }
            Expr::Tuple(t) => {
                self.grouped(level > Level::Tuple || t.elts.is_empty(), |u| {
                    u.list(&t.elts, Level::Test);
                    if t.elts.len() == 1 {
                        u.put(",");
                    }
                });
            }
            Expr::Slice(s) => {
                self.optional(s.lower.as_deref());
                self.put(":");
                self.optional(s.upper.as_deref());
                if let Some(step) = &s.step {
                    self.put(":");
                    self.expr(step, Level::Test);
                }
            }
            Expr::NamedExpr(n) => {
                self.put("(");
                self.expr(&n.target, Level::Atom);
                self.put(" := ");
                self.expr(&n.value, Level::Atom);
                self.put(")");
            }
        }
    }

    fn optional(&mut self, e: Option<&Expr>) {
        if let Some(e) = e {
            self.expr(e, Level::Test);
        }
    }

    fn binary(&mut self, b: &ast::ExprBinOp, level: Level) {
        let (sign, own) = match b.op {
            Operator::Add => (" + ", Level::Sum),
            Operator::Sub => (" - ", Level::Sum),
            Operator::Mult => (" * ", Level::Product),
            Operator::MatMult => (" @ ", Level::Product),
            Operator::Div => (" / ", Level::Product),
            Operator::Mod => (" % ", Level::Product),
            Operator::FloorDiv => (" // ", Level::Product),
            Operator::LShift => (" << ", Level::Shift),
            Operator::RShift => (" >> ", Level::Shift),
            Operator::BitOr => (" | ", Level::BitOr),
            Operator::BitXor => (" ^ ", Level::BitXor),
            Operator::BitAnd => (" & ", Level::BitAnd),
            Operator::Pow => (" ** ", Level::Power),
        };
        // Powers group to the right, all else to the left.
        let (left, right) = if b.op == Operator::Pow { (own.next(), own) } else { (own, own.next()) };
        self.grouped(level > own, |u| {
            u.expr(&b.left, left);
            u.put(sign);
            u.expr(&b.right, right);
        });
    }

    fn unary(&mut self, n: &ast::ExprUnaryOp, level: Level) {
        let (sign, own) = match n.op {
            UnaryOp::Invert => ("~", Level::Factor),
            UnaryOp::Not => ("not ", Level::Not),
            UnaryOp::UAdd => ("+", Level::Factor),
            UnaryOp::USub => ("-", Level::Factor),
        };
        self.grouped(level > own, |u| {
            u.put(sign);
            u.expr(&n.operand, own);
        });
    }

    fn dict(&mut self, d: &ast::ExprDict) {
        self.put("{");
        for (i, (key, value)) in d.keys.iter().zip(&d.values).enumerate() {
            if i > 0 {
                self.put(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.put(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.put("**");
                    self.expr(value, Level::BitOr);
                }
            }
        }
        self.put("}");
    }

    fn comprehension(&mut self, open: &str, close: &str, elements: &[&Expr], clauses: &[ast::Comprehension]) {
        self.put(open);
        for (i, e) in elements.iter().enumerate() {
            if i > 0 {
                self.put(": ");
            }
            self.expr(e, Level::Test);
        }
        for c in clauses {
            self.put(if c.is_async { " async for " } else { " for " });
            self.expr(&c.target, Level::Tuple);
            self.put(" in ");
            self.expr(&c.iter, Level::Test.next());
            for condition in &c.ifs {
                self.put(" if ");
                self.expr(condition, Level::Test.next());
            }
        }
        self.put(close);
    }

    fn call(&mut self, c: &ast::ExprCall) {
        self.expr(&c.func, Level::Atom);
        // A sole generator expression brings its own parentheses.
        if let ([only @ Expr::GeneratorExp(_)], []) = (&c.args[..], &c.keywords[..]) {
            return self.expr(only, Level::Test);
        }
        self.put("(");
        self.list(&c.args, Level::Test);
        for (i, k) in c.keywords.iter().enumerate() {
            if i > 0 || !c.args.is_empty() {
                self.put(", ");
            }
            match &k.arg {
                Some(name) => {
                    self.put(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&k.value, Level::Test);
        }
        self.put(")");
    }

    fn constant(&mut self, c: &ast::ExprConstant) {
        if c.kind.as_deref() == Some("u") {
            self.put("u");
        }
        let text = match &c.value {
            Constant::Float(x) => float_repr(*x),
            Constant::Complex { imag, .. } => format!("{}j", float_repr(*imag).trim_end_matches(".0")),
            Constant::Str(s) => quoted(s),
            _ => fold::repr(&fold::literal(c)),
        };
        self.put(&text);
    }

    fn parameters(&mut self, args: &ast::Arguments) {
        let mut first = true;
        let mut comma = |u: &mut Unparser| {
            u.put(if first { " " } else { ", " });
            first = false;
        };
        for a in &args.posonlyargs {
            comma(self);
            self.parameter(a);
        }
        if !args.posonlyargs.is_empty() {
            self.put(", /");
        }
        for a in &args.args {
            comma(self);
            self.parameter(a);
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.put("*");
            self.put(args.vararg.as_ref().map_or("", |a| &a.arg));
        }
        for a in &args.kwonlyargs {
            comma(self);
            self.parameter(a);
        }
        if let Some(a) = &args.kwarg {
            comma(self);
            self.put("**");
            self.put(&a.arg);
        }
    }

    fn parameter(&mut self, a: &ast::ArgWithDefault) {
        self.put(&a.def.arg);
        if let Some(default) = &a.default {
            self.put("=");
            self.expr(default, Level::Test);
        }
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// A float as Python writes it; infinity as a literal that overflows.
fn float_repr(x: f64) -> String {
    if x.is_infinite() {
        return "1e309".to_owned();
    }
    let text = format!("{x:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// A string in the quotes that Python's repr chooses.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 || c == '\x7f' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// What stands between the quotes of an f-string.
fn fstring(e: &Expr) -> String {
    match e {
        Expr::JoinedStr(j) => j.values.iter().map(fstring).collect(),
        Expr::Constant(ast::ExprConstant { value: Constant::Str(s), .. }) => {
            s.replace('{', "{{").replace('}', "}}")
        }
        Expr::FormattedValue(f) => {
            let mut inner = Unparser { out: String::new() };
            inner.expr(&f.value, Level::Test.next());
            let space = if inner.out.starts_with('{') { " " } else { "" };
            let conversion = match f.conversion {
                ConversionFlag::None => "",
                ConversionFlag::Str => "!s",
                ConversionFlag::Repr => "!r",
                ConversionFlag::Ascii => "!a",
            };
            let spec = f.format_spec.as_deref().map_or(String::new(), |s| format!(":{}", fstring(s)));
            format!("{{{space}{}{conversion}{spec}}}", inner.out)
        }
        other => unparse(other),
    }
}

#[cfg(test)]
mod tests {
    use super::unparse;
    use crate::syntax::{Mode, ast, parse};

    fn check(source: &str, expect: &str) {
        let Ok(ast::Mod::Expression(m)) = parse(source, Mode::Expression) else { panic!("{source} parses") };
        assert_eq!(unparse(&m.body), expect);
    }

    #[test]
    fn annotations_as_cpython_writes_them() {
        for same in [
            "x",
            "list[int]",
            "dict[str, int]",
            "a.b.c",
            "(a + b) * c",
            "-a ** b",
            "(a ** b) ** c",
            "not a",
            "a if b else c",
            "lambda x, *, y=1, **k: x",
            "lambda: 0",
            "[x for x in y if z]",
            "f(x for x in y)",
            "f(a, *b, k=1, **c)",
            "()",
            "x[1:2, ::3]",
            "'a\"b'",
            "1e+16",
            "a < b <= c",
            "a and (b or c)",
            "await x",
            "x[*a,]",
            "1 .x",
            "(a if b else c) if d else e",
            "(not a) + b",
            "~-a",
            "a < (b < c)",
            "(lambda: 0)()",
            "lambda a, /, b=1, *c: 0",
        ] {
            check(same, same);
        }
        check("\"it's\"", "\"it's\"");
        check("( a,b )", "(a, b)");
        check("x[(1,2)]", "x[1, 2]");
        check("'a' 'b'", "'ab'");
        check("a ** -b", "a ** (-b)");
        check("(yield)", "(yield)");
        check("f'{a!r:>{w}}b'", "f'{a!r:>{w}}b'");
        check("{**a, 'b':1}", "{**a, 'b': 1}");
    }
}
