//! Special methods generic over the mode: finding them on the class and calling them.
//!
//! A lookup promotes the receiver's class and trusts that the class does not change, so that in a trace the
//! method is a constant. Neighbours: `lookup`, `call`, `arith` and `compare` (who asks).

use super::lookup::{Found, class_of};
use super::{Outcome, attribute, call, constant};
use crate::object::class::Builtin;
use crate::object::types;
use metajit::heap::{Ref, Value};
use metajit::mode::Mode;
use metajit::staged::Val;

/// The attribute of the value's class; `None` when there is none.
pub fn lookup<M: Mode>(value: Val<M>, name: Ref) -> Option<Value> {
    let class = class_of(value);
    M::assume(&class.assumption);
    class.lookup(name)
}

/// Whether the classes of both are the same.
pub fn same_class<M: Mode>(a: Val<M>, b: Val<M>) -> bool {
    std::ptr::eq(class_of(a), class_of(b))
}

/// Whether the class of `a` derives from that of `b` and is another one.
pub fn derives_properly<M: Mode>(a: Val<M>, b: Val<M>) -> bool {
    let (sub, class) = (class_of(a), class_of(b));
    !std::ptr::eq(sub, class) && types::is_subclass(sub.class(), class.class())
}

/// Whether the value is an instance of a builtin class.
pub fn is_instance<M: Mode>(value: Val<M>, class: Builtin) -> bool {
    types::is_subclass(class_of(value).class(), types::builtin_class(class))
}

/// Calls a method found by [`lookup`] without arguments.
pub fn call0<M: Mode>(method: Value, receiver: Val<M>) -> Outcome<M> {
    call_args(method, receiver, &[])
}

/// Calls a method found by [`lookup`] with one argument.
pub fn call1<M: Mode>(method: Value, receiver: Val<M>, a: Val<M>) -> Outcome<M> {
    call_args(method, receiver, &[a])
}

/// Calls a method found by [`lookup`] with two arguments.
pub fn call2<M: Mode>(method: Value, receiver: Val<M>, a: Val<M>, b: Val<M>) -> Outcome<M> {
    call_args(method, receiver, &[a, b])
}

fn call_args<M: Mode>(method: Value, receiver: Val<M>, args: &[Val<M>]) -> Outcome<M> {
    match Found::of::<M>(method) {
        Found::Function | Found::Method => call::call_with_receiver(constant(method), receiver, args, &[]),
        found => {
            let bound = attribute::bind_found(receiver, class_of(receiver), method, found)?;
            call::call(bound, args)
        }
    }
}

/// The names of special methods, interned once.
pub mod names {
    use crate::object::compare::CompareOp;
    use crate::object::intern::intern;
    use crate::object::number::BinaryOp;
    use metajit::heap::Ref;

    macro_rules! names {
        ($($name:ident $text:literal;)*) => {
            struct Names {
                binary: [[Ref; 3]; BinaryOp::ALL.len()],
                compare: [Ref; CompareOp::ALL.len()],
                $($name: Ref,)*
            }

            fn all() -> &'static Names {
                thread_local! {
                    static NAMES: &'static Names = Box::leak(Box::new(Names {
                        binary: BinaryOp::ALL.map(|op| [op.method(), op.reflected(), op.inplace()].map(intern)),
                        compare: CompareOp::ALL.map(|op| intern(op.method())),
                        $($name: intern($text),)*
                    }));
                }
                NAMES.with(|names| *names)
            }

            $(
                #[doc = concat!("`", $text, "`.")]
                pub fn $name() -> Ref {
                    all().$name
                }
            )*
        };
    }

    names! {
        neg "__neg__"; pos "__pos__"; invert "__invert__"; bool_ "__bool__"; len "__len__";
        contains "__contains__"; getitem "__getitem__"; setitem "__setitem__"; delitem "__delitem__";
        iter "__iter__"; next "__next__";
    }

    /// The method of an operator.
    pub fn method(op: BinaryOp) -> Ref {
        all().binary[op as usize][0]
    }
    /// The method of the right operand.
    pub fn reflected(op: BinaryOp) -> Ref {
        all().binary[op as usize][1]
    }
    /// The method of the in-place operator.
    pub fn inplace(op: BinaryOp) -> Ref {
        all().binary[op as usize][2]
    }
    /// The method of a comparison.
    pub fn compare(op: CompareOp) -> Ref {
        all().compare[op as usize]
    }
}
