//! Register bytecode: kinds of operands, and a table of instructions from which the rest follows.
//!
//! [`instructions!`](crate::instructions) makes an enum of the table; what each instruction reads, writes and leads to is
//! what its operands say. A language adds kinds of its own ([`Operand`]). Neighbours: `live` (liveness, from the uses).
#![allow(unsafe_code)]

use crate::fixed::Fixed;
use crate::heap::Value;
use crate::live::Use;

/// A register (a slot of the frame) that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct In(pub u16);
/// The register that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Out(pub u16);
/// Registers that are read, from `first` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The first register.
    pub first: u16,
    /// How many.
    pub count: u16,
}
/// An instruction that may come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct To(pub u32);

impl To {
    /// The instruction, as the `pc` of a dispatch loop that goes there now.
    ///
    /// A processor predicts branches. A conditional move of the `pc`, which the compiler might make of a jump instead, would let
    /// the next instruction wait for the condition; so this is work that cannot be done ahead of the condition.
    #[inline(always)]
    pub fn pc(self) -> usize {
        let mut pc = self.0 as usize;
        // SAFETY: there is no instruction in it.
        unsafe { std::arch::asm!("/* {0} */", inout(reg) pc, options(nomem, nostack, preserves_flags)) };
        pc
    }
}

/// A kind of operand.
pub trait Operand {
    /// Visits what the instruction does with registers because of it, and where it may lead.
    fn visit(&self, _: &mut dyn FnMut(Use)) {}
    /// The register that the instruction writes, to be set when it is known.
    fn out(&mut self) -> Option<&mut Out> {
        None
    }
    /// Where the instruction leads, to be set when it is known.
    fn to(&mut self) -> Option<&mut To> {
        None
    }
}

impl Operand for In {
    fn visit(&self, visit: &mut dyn FnMut(Use)) {
        visit(Use::Read(self.0.into()));
    }
}
impl Operand for Out {
    fn visit(&self, visit: &mut dyn FnMut(Use)) {
        visit(Use::Write(self.0.into()));
    }
    fn out(&mut self) -> Option<&mut Out> {
        Some(self)
    }
}
impl Operand for Window {
    fn visit(&self, visit: &mut dyn FnMut(Use)) {
        (self.first..self.first + self.count).for_each(|r| visit(Use::Read(r.into())));
    }
}
impl Operand for To {
    fn visit(&self, visit: &mut dyn FnMut(Use)) {
        visit(Use::Next(self.0 as usize));
    }
    fn to(&mut self) -> Option<&mut To> {
        Some(self)
    }
}

macro_rules! plain {
    ($($type:ty)*) => { $(impl Operand for $type {})* };
}
plain! { bool u16 u32 i64 f64 Value }
impl<T> Operand for Fixed<T> {}

macro_rules! slots {
    ($($register:ty)*) => { $(
        /// The slot.
        impl From<$register> for u32 {
            #[inline(always)]
            fn from(register: $register) -> u32 {
                register.0.into()
            }
        }
    )* };
}
slots! { In Out }

/// Makes an enum of a table of instructions.
///
/// ```
/// use metajit::bytecode::{In, Out, To};
/// use metajit::live::{Liveness, Use};
///
/// metajit::instructions! {
///     /// One instruction.
///     pub enum Op {
///         Add { d: Out, a: In, k: i64 }
///         /// Goes back if `a < b`.
///         JumpLess { a: In, b: In, to: To }
///         Return { s: In }
///     }
/// }
/// let code = [
///     Op::Add { d: Out(0), a: In(0), k: 1 },
///     Op::JumpLess { a: In(0), b: In(1), to: To(0) },
///     Op::Return { s: In(0) },
/// ];
/// let live = Liveness::new(code.len(), 2, |pc, visit| {
///     code[pc].visit(visit);
///     if !matches!(code[pc], Op::Return { .. }) {
///         visit(Use::Next(pc + 1));
///     }
/// });
/// assert_eq!((live.before(0), live.before(2)), (&[0b11][..], &[0b01][..]));
/// ```
#[macro_export]
macro_rules! instructions {
    ($(#[$meta:meta])* $vis:vis enum $Op:ident {
        $($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* })*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs)]
        $vis enum $Op { $($(#[$doc])* $name { $($field: $type),* },)* }

        #[allow(dead_code)]
        impl $Op {
            /// Visits what the instruction does with registers, and the targets of its jumps.
            $vis fn visit(&self, visit: &mut dyn FnMut($crate::live::Use)) {
                let _ = &visit;
                match self {
                    $($Op::$name { $($field),* } => { $($crate::bytecode::Operand::visit($field, visit);)* })*
                }
            }
            /// The register that it writes, if it writes one.
            $vis fn out(&mut self) -> Option<&mut $crate::bytecode::Out> {
                match self {
                    $($Op::$name { $($field),* } => None$(.or($crate::bytecode::Operand::out($field)))*,)*
                }
            }
            /// Where it jumps, if it jumps.
            $vis fn to(&mut self) -> Option<&mut $crate::bytecode::To> {
                match self {
                    $($Op::$name { $($field),* } => None$(.or($crate::bytecode::Operand::to($field)))*,)*
                }
            }
        }
    };
}
