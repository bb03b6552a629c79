//! The dispatch loop.
//!
//! One `match` over the instruction table; each arm is the instruction's meaning in terms of this folder's operations, generic over the
//! mode. An operation that fails leaves the arm with the exception, which [`Frame`]'s handler table then finds a handler for.
//! A `pc` past the end of the code stands for an exception raised at `pc - len` (`generator::throw`).
//! Neighbours: `bytecode::ops` (the table), every other file of this folder.

use super::arith::{operate, operate_in_place, operate_int, unary};
use super::compare::{self, compare as compare_value, holds, holds_int, python_bool};
use super::{
    Outcome, attribute, awaiting, build, call, chain, constant, dicts, exceptions, generator, helpers,
    introspect, iterate, object, pattern, store, subscript, text, unpack, variables, with_,
};
use crate::address;
use crate::bytecode::{CodeFlags, Op};
use crate::code::Code;
use crate::object::compare::CompareOp;
use crate::object::layouts::{Cell, Thread, Tuple};
use crate::object::number::{BinaryOp, UnaryOp};
use crate::object::{FALSE, NONE, TRUE, error, function};
use crate::vm;
use metajit::abort::Abort;
use metajit::frame::{Frame, LoopAction};
use metajit::heap::{self, Value};
use metajit::language::{Language, Stop};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// Python, as the framework knows it.
#[derive(Debug)]
pub struct Python;

impl Language for Python {
    type Code = Code;

    fn depth() -> Option<metajit::depth::Depth> {
        Some(vm::depth_words())
    }
    fn stack_exhausted() -> Value {
        error::recursion_error("maximum recursion depth exceeded")
    }

    fn run<M: Mode>(code: &'static Code, frame: Frame<M>, pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        let top = frame.base().wrapping_add(code.slots as usize);
        let Some(before) = vm::enter(top) else {
            M::abort(Abort::TooDeep);
            let exc = error::recursion_error("maximum recursion depth exceeded");
            return Err(Stop::Raised(M::constant(exc)));
        };
        let result = dispatch(code, frame, pc);
        vm::leave(before);
        match result {
            Ok(value) => Ok(value.inner()),
            Err(stop) => Err(stop),
        }
    }
}

/// What an exception does to a frame.
enum Raised {
    /// Execution goes on at a handler.
    Caught(usize),
    /// It leaves the frame.
    Uncaught,
}

/// Finds the handler for an exception raised at `pc` and puts the exception into its register.
#[inline(never)]
fn raised<M: Mode>(code: &'static Code, frame: Frame<M>, pc: usize, exc: Val<M>) -> Raised {
    let op = code.data.code[pc];
    if !matches!(op, Op::Reraise { .. }) {
        if code.handles || !M::RECORDING {
            exceptions::add_context(exc);
        }
        exceptions::add_traceback(exc, code, pc);
    }
    match code.data.handler(pc as u32) {
        Some(entry) => {
            frame.set(u32::from(entry.exc.0), exc);
            Raised::Caught(entry.handler as usize)
        }
        None => Raised::Uncaught,
    }
}

/// An exception raised again by a bare `raise`: no new entry in its traceback.
#[inline(never)]
fn raised_again<M: Mode>(code: &'static Code, frame: Frame<M>, pc: usize, exc: Val<M>) -> Raised {
    match code.data.handler(pc as u32) {
        Some(entry) => {
            frame.set(u32::from(entry.exc.0), exc);
            Raised::Caught(entry.handler as usize)
        }
        None => Raised::Uncaught,
    }
}

#[allow(clippy::too_many_lines)]
fn dispatch<M: Mode>(code: &'static Code, frame: Frame<M>, entry: usize) -> Result<Val<M>, Stop<M>> {
    let ops: &'static [Op] = &code.data.code;
    let mut pc = entry;
    if pc >= ops.len() {
        pc -= ops.len();
        let thread = object::<M>(vm::thread());
        let exc = thread.get(Thread::THROWN);
        thread.set(Thread::THROWN, constant(Value::NULL));
        match raised(code, frame, pc, exc) {
            Raised::Caught(handler) => pc = handler,
            Raised::Uncaught => return Err(Stop::Raised(exc.inner())),
        }
    }
    // Compiled code calls compiled code only while nobody asks for attention.
    if !M::RECORDING
        && metajit::poll::requested()
        && pc < ops.len()
        && let Err(exc) = vm::attend()
    {
        let exc: Val<M> = constant(exc);
        match raised(code, frame, pc, exc) {
            Raised::Caught(handler) => pc = handler,
            Raised::Uncaught => return Err(Stop::Raised(exc.inner())),
        }
    }
    'dispatch: loop {
        if let Some(switch) = M::merge_point(pc) {
            return Err(Stop::Switch(switch));
        }
        // Where an instruction fails, it leaves this block with `exc` set; all others go on with the next `pc`.
        let exc: Val<M>;
        'op: {
            macro_rules! value_of {
                ($exc:ident, $result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(e) => {
                            $exc = e;
                            break 'op;
                        }
                    }
                };
            }
            macro_rules! set_to {
                ($frame:ident, $d:expr, $exc:ident, $result:expr) => {
                    match $result {
                        Ok(value) => $frame.set(u32::from($d.0), value),
                        Err(e) => {
                            $exc = e;
                            break 'op;
                        }
                    }
                };
            }
            macro_rules! get {
                ($r:expr) => {
                    frame.get(u32::from($r.0))
                };
            }
            macro_rules! put {
                ($r:expr, $v:expr) => {
                    frame.set(u32::from($r.0), $v)
                };
            }
            macro_rules! jump {
                ($to:expr) => {{
                    pc = $to.0 as usize;
                    continue 'dispatch;
                }};
            }
            macro_rules! jump_if {
                ($condition:expr, $to:expr) => {
                    if value_of!(exc, $condition) {
                        jump!($to);
                    }
                };
            }
            macro_rules! jump_unless {
                ($condition:expr, $to:expr) => {
                    if !value_of!(exc, $condition) {
                        jump!($to);
                    }
                };
            }
            macro_rules! name {
                ($name:expr) => {
                    *address::at(&code.names, $name.0 as usize)
                };
            }
            macro_rules! site {
                () => {
                    address::at(&code.sites, pc)
                };
            }
            macro_rules! names {
                ($names:expr) => {
                    heap::items(code.consts[$names.0 as usize].as_ref().expect("a tuple"), Tuple::TAIL)
                };
            }
            match *address::at(ops, pc) {
                Op::LoadConst { d, c } => put!(d, constant(*address::at(&code.consts, c.0 as usize))),
                Op::LoadInt { d, imm } => put!(d, constant(Value::small_int(i64::from(imm)))),
                Op::LoadNone { d } => put!(d, constant(NONE)),
                Op::LoadTrue { d } => put!(d, constant(TRUE)),
                Op::LoadFalse { d } => put!(d, constant(FALSE)),
                Op::LoadNull { d } => put!(d, constant(Value::NULL)),
                Op::Move { d, s } => put!(d, get!(s)),
                Op::CheckBound { r, name } => {
                    if get!(r).is_null() {
                        exc = variables::unbound_local(name!(name));
                        break 'op;
                    }
                }

                Op::LoadGlobal { d, name } => {
                    set_to!(frame, d, exc, variables::load_global(code, pc, name.0))
                }
                Op::StoreGlobal { name, v } => variables::store_global(code, pc, name.0, get!(v)),
                Op::DeleteGlobal { name } => value_of!(exc, variables::delete_global(code, name.0)),
                Op::LoadName { d, name } => {
                    set_to!(frame, d, exc, variables::load_name(frame, code, pc, name.0))
                }
                Op::StoreName { name, v } => {
                    value_of!(exc, variables::store_name(frame, code, pc, name.0, get!(v)));
                }
                Op::DeleteName { name } => value_of!(exc, variables::delete_name(frame, code, name.0)),
                Op::MakeCell { d, v } => {
                    let v = get!(v);
                    let cell = Obj::<M>::alloc(Cell::ID, 0);
                    cell.set(Cell::CONTENT, v);
                    put!(d, cell.value());
                }
                Op::LoadDeref { d, cell, name } => {
                    set_to!(frame, d, exc, variables::load_deref(frame, code, u32::from(cell.0), name.0));
                }
                Op::StoreDeref { cell, v } => get!(cell).assume_pointer().set(Cell::CONTENT, get!(v)),
                Op::DeleteDeref { cell, name } => {
                    value_of!(exc, variables::delete_deref(frame, code, u32::from(cell.0), name.0));
                }
                Op::LoadClassDeref { d, cell, name } => {
                    set_to!(
                        frame,
                        d,
                        exc,
                        variables::load_class_deref(frame, code, u32::from(cell.0), name.0)
                    );
                }
                Op::LoadFromDict { d, dict, name } => {
                    set_to!(
                        frame,
                        d,
                        exc,
                        variables::load_from_dict(frame, code, pc, u32::from(dict.0), name.0)
                    );
                }
                Op::LoadLocals { d } => put!(d, variables::namespace(frame, code)),

                Op::Add { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Add, get!(a), get!(b), site!()))
                }
                Op::Sub { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Sub, get!(a), get!(b), site!()))
                }
                Op::Mul { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Mul, get!(a), get!(b), site!()))
                }
                Op::MatMul { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::MatMul, get!(a), get!(b), site!()))
                }
                Op::Div { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::TrueDiv, get!(a), get!(b), site!()))
                }
                Op::FloorDiv { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::FloorDiv, get!(a), get!(b), site!()));
                }
                Op::Mod { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Mod, get!(a), get!(b), site!()))
                }
                Op::Pow { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Pow, get!(a), get!(b), site!()))
                }
                Op::LShift { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::LShift, get!(a), get!(b), site!()))
                }
                Op::RShift { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::RShift, get!(a), get!(b), site!()))
                }
                Op::And { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::And, get!(a), get!(b), site!()))
                }
                Op::Or { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Or, get!(a), get!(b), site!()))
                }
                Op::Xor { d, a, b } => {
                    set_to!(frame, d, exc, operate(BinaryOp::Xor, get!(a), get!(b), site!()))
                }
                Op::IAdd { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Add, get!(a), get!(b), site!()));
                }
                Op::ISub { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Sub, get!(a), get!(b), site!()));
                }
                Op::IMul { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Mul, get!(a), get!(b), site!()));
                }
                Op::IMatMul { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::MatMul, get!(a), get!(b), site!()));
                }
                Op::IDiv { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::TrueDiv, get!(a), get!(b), site!()));
                }
                Op::IFloorDiv { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::FloorDiv, get!(a), get!(b), site!()));
                }
                Op::IMod { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Mod, get!(a), get!(b), site!()));
                }
                Op::IPow { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Pow, get!(a), get!(b), site!()));
                }
                Op::ILShift { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::LShift, get!(a), get!(b), site!()));
                }
                Op::IRShift { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::RShift, get!(a), get!(b), site!()));
                }
                Op::IAnd { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::And, get!(a), get!(b), site!()));
                }
                Op::IOr { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Or, get!(a), get!(b), site!()))
                }
                Op::IXor { d, a, b } => {
                    set_to!(frame, d, exc, operate_in_place(BinaryOp::Xor, get!(a), get!(b), site!()));
                }
                Op::AddInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Add, get!(a), imm, false, site!()));
                }
                Op::SubInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Sub, get!(a), imm, false, site!()));
                }
                Op::MulInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Mul, get!(a), imm, false, site!()));
                }
                Op::FloorDivInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::FloorDiv, get!(a), imm, false, site!()));
                }
                Op::ModInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Mod, get!(a), imm, false, site!()));
                }
                Op::LShiftInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::LShift, get!(a), imm, false, site!()));
                }
                Op::RShiftInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::RShift, get!(a), imm, false, site!()));
                }
                Op::AndInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::And, get!(a), imm, false, site!()));
                }
                Op::OrInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Or, get!(a), imm, false, site!()));
                }
                Op::XorInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Xor, get!(a), imm, false, site!()));
                }
                Op::IAddInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Add, get!(a), imm, true, site!()));
                }
                Op::ISubInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Sub, get!(a), imm, true, site!()));
                }
                Op::IMulInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Mul, get!(a), imm, true, site!()));
                }
                Op::IFloorDivInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::FloorDiv, get!(a), imm, true, site!()));
                }
                Op::IModInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Mod, get!(a), imm, true, site!()));
                }
                Op::ILShiftInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::LShift, get!(a), imm, true, site!()));
                }
                Op::IRShiftInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::RShift, get!(a), imm, true, site!()));
                }
                Op::IAndInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::And, get!(a), imm, true, site!()));
                }
                Op::IOrInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Or, get!(a), imm, true, site!()));
                }
                Op::IXorInt { d, a, imm } => {
                    set_to!(frame, d, exc, operate_int(BinaryOp::Xor, get!(a), imm, true, site!()));
                }
                Op::Neg { d, a } => set_to!(frame, d, exc, unary(UnaryOp::Negative, get!(a))),
                Op::Pos { d, a } => set_to!(frame, d, exc, unary(UnaryOp::Positive, get!(a))),
                Op::Invert { d, a } => set_to!(frame, d, exc, unary(UnaryOp::Invert, get!(a))),
                Op::Not { d, a } => {
                    let truth = value_of!(exc, compare::truth(get!(a)));
                    put!(d, python_bool(!truth));
                }

                Op::Lt { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Lt, get!(a), get!(b))),
                Op::Le { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Le, get!(a), get!(b))),
                Op::Eq { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Eq, get!(a), get!(b))),
                Op::Ne { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Ne, get!(a), get!(b))),
                Op::Gt { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Gt, get!(a), get!(b))),
                Op::Ge { d, a, b } => set_to!(frame, d, exc, compare_value(CompareOp::Ge, get!(a), get!(b))),
                Op::LtInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Lt, get!(a), small(imm)));
                }
                Op::LeInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Le, get!(a), small(imm)));
                }
                Op::EqInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Eq, get!(a), small(imm)));
                }
                Op::NeInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Ne, get!(a), small(imm)));
                }
                Op::GtInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Gt, get!(a), small(imm)));
                }
                Op::GeInt { d, a, imm } => {
                    set_to!(frame, d, exc, compare_value(CompareOp::Ge, get!(a), small(imm)));
                }
                Op::Is { d, a, b } => {
                    let same = compare::identical(get!(a), get!(b));
                    put!(d, python_bool(same));
                }
                Op::IsNot { d, a, b } => {
                    let same = compare::identical(get!(a), get!(b));
                    put!(d, python_bool(!same));
                }
                Op::In { d, a, b } => {
                    let found = value_of!(exc, compare::contains(get!(b), get!(a)));
                    put!(d, python_bool(found));
                }
                Op::NotIn { d, a, b } => {
                    let found = value_of!(exc, compare::contains(get!(b), get!(a)));
                    put!(d, python_bool(!found));
                }

                Op::Jump { to } => jump!(to),
                Op::JumpIfTrue { a, to } => jump_if!(compare::truth(get!(a)), to),
                Op::JumpIfFalse { a, to } => jump_unless!(compare::truth(get!(a)), to),
                Op::JumpIfLt { a, b, to } => jump_if!(holds(CompareOp::Lt, get!(a), get!(b)), to),
                Op::JumpIfLe { a, b, to } => jump_if!(holds(CompareOp::Le, get!(a), get!(b)), to),
                Op::JumpIfEq { a, b, to } => jump_if!(holds(CompareOp::Eq, get!(a), get!(b)), to),
                Op::JumpIfNe { a, b, to } => jump_if!(holds(CompareOp::Ne, get!(a), get!(b)), to),
                Op::JumpIfGt { a, b, to } => jump_if!(holds(CompareOp::Gt, get!(a), get!(b)), to),
                Op::JumpIfGe { a, b, to } => jump_if!(holds(CompareOp::Ge, get!(a), get!(b)), to),
                Op::JumpIfNotLt { a, b, to } => jump_unless!(holds(CompareOp::Lt, get!(a), get!(b)), to),
                Op::JumpIfNotLe { a, b, to } => jump_unless!(holds(CompareOp::Le, get!(a), get!(b)), to),
                Op::JumpIfNotEq { a, b, to } => jump_unless!(holds(CompareOp::Eq, get!(a), get!(b)), to),
                Op::JumpIfNotNe { a, b, to } => jump_unless!(holds(CompareOp::Ne, get!(a), get!(b)), to),
                Op::JumpIfNotGt { a, b, to } => jump_unless!(holds(CompareOp::Gt, get!(a), get!(b)), to),
                Op::JumpIfNotGe { a, b, to } => jump_unless!(holds(CompareOp::Ge, get!(a), get!(b)), to),
                Op::JumpIfLtInt { a, imm, to } => jump_if!(holds_int(CompareOp::Lt, get!(a), imm), to),
                Op::JumpIfLeInt { a, imm, to } => jump_if!(holds_int(CompareOp::Le, get!(a), imm), to),
                Op::JumpIfEqInt { a, imm, to } => jump_if!(holds_int(CompareOp::Eq, get!(a), imm), to),
                Op::JumpIfNeInt { a, imm, to } => jump_if!(holds_int(CompareOp::Ne, get!(a), imm), to),
                Op::JumpIfGtInt { a, imm, to } => jump_if!(holds_int(CompareOp::Gt, get!(a), imm), to),
                Op::JumpIfGeInt { a, imm, to } => jump_if!(holds_int(CompareOp::Ge, get!(a), imm), to),
                Op::JumpIfNotLtInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Lt, get!(a), imm), to),
                Op::JumpIfNotLeInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Le, get!(a), imm), to),
                Op::JumpIfNotEqInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Eq, get!(a), imm), to),
                Op::JumpIfNotNeInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Ne, get!(a), imm), to),
                Op::JumpIfNotGtInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Gt, get!(a), imm), to),
                Op::JumpIfNotGeInt { a, imm, to } => jump_unless!(holds_int(CompareOp::Ge, get!(a), imm), to),
                Op::JumpIfIs { a, b, to } => {
                    if compare::identical(get!(a), get!(b)) {
                        jump!(to);
                    }
                }
                Op::JumpIfIsNot { a, b, to } => {
                    if !compare::identical(get!(a), get!(b)) {
                        jump!(to);
                    }
                }
                Op::JumpIfNone { a, to } => {
                    if get!(a).same(NONE) {
                        jump!(to);
                    }
                }
                Op::JumpIfNotNone { a, to } => {
                    if !get!(a).same(NONE) {
                        jump!(to);
                    }
                }
                Op::JumpIfIn { a, b, to } => jump_if!(compare::contains(get!(b), get!(a)), to),
                Op::JumpIfNotIn { a, b, to } => jump_unless!(compare::contains(get!(b), get!(a)), to),
                Op::LoopHeader { index } => {
                    if !M::RECORDING && metajit::poll::requested() {
                        value_of!(exc, vm::attend().map_err(constant));
                    }
                    match M::loop_header::<Python>(code, code.loop_cell(index.0), frame, pc) {
                        LoopAction::Continue => {}
                        LoopAction::Goto(to) => {
                            pc = to;
                            continue 'dispatch;
                        }
                        LoopAction::Return(value) => return Ok(Val::new(value)),
                        LoopAction::Raise(exception) => return Err(Stop::Raised(exception)),
                        LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                    }
                }
                Op::GetIter { d, s } => set_to!(frame, d, exc, iterate::get_iter(get!(s))),
                Op::ForIter { d, it, to } => {
                    if let Some(item) = value_of!(exc, iterate::next(get!(it))) {
                        put!(d, item);
                        jump!(to);
                    }
                }
                Op::Return { s } => return Ok(get!(s)),

                Op::Call { d, base, argc } => {
                    let base = u32::from(base.0);
                    if code.introspects {
                        introspect::prepare(code, frame, pc, frame.get(base));
                    }
                    let result = call::call_registers(frame, frame.get(base), base + 1, u32::from(argc));
                    set_to!(frame, d, exc, result);
                }
                Op::CallMethod { d, base, argc } => {
                    let base = u32::from(base.0);
                    if code.introspects {
                        introspect::prepare(code, frame, pc, frame.get(base));
                    }
                    let bound = !frame.get(base + 1).is_null();
                    let first = base + 1 + u32::from(!bound);
                    let count = u32::from(argc) + u32::from(bound);
                    let result = call::call_registers(frame, frame.get(base), first, count);
                    set_to!(frame, d, exc, result);
                }
                Op::CallKw { d, base, argc, names } => {
                    let base = u32::from(base.0);
                    let names = names!(names);
                    if code.introspects {
                        introspect::prepare(code, frame, pc, frame.get(base));
                    }
                    let result = call::call_other(frame, frame.get(base), base + 1, u32::from(argc), names);
                    set_to!(frame, d, exc, result);
                }
                Op::CallMethodKw { d, base, argc, names } => {
                    let base = u32::from(base.0);
                    let bound = !frame.get(base + 1).is_null();
                    let first = base + 1 + u32::from(!bound);
                    let count = u32::from(argc) + u32::from(bound);
                    let result = call::call_other(frame, frame.get(base), first, count, names!(names));
                    set_to!(frame, d, exc, result);
                }
                Op::CallEx { d, base } => {
                    if code.introspects {
                        introspect::prepare(code, frame, pc, frame.get(u32::from(base.0)));
                    }
                    set_to!(frame, d, exc, call::call_spread(frame, u32::from(base.0)));
                }
                Op::LoadMethod { base, obj, name } => {
                    let (function, receiver) =
                        value_of!(exc, attribute::load_method(get!(obj), name!(name), site!()));
                    put!(base, function);
                    put!(base.plus(1), receiver);
                }
                Op::LoadSuperAttr { d, base, name } => {
                    set_to!(frame, d, exc, call::super_attr(frame, u32::from(base.0), name!(name)));
                }
                Op::LoadSuperMethod { base, name } => {
                    let (function, receiver) =
                        value_of!(exc, call::super_method(frame, u32::from(base.0), name!(name)));
                    put!(base, function);
                    put!(base.plus(1), receiver);
                }
                Op::CallSuper { d, base } => {
                    set_to!(frame, d, exc, call::call_super(frame, u32::from(base.0)));
                }
                Op::MakeFunction { d, code: index, base, flags } => {
                    let made = function::make(frame, code, index.0, u32::from(base.0), flags);
                    put!(d, made);
                }
                Op::LoadBuildClass { d } => put!(d, constant(super::build_class::function())),

                Op::LoadAttr { d, obj, name } => {
                    set_to!(frame, d, exc, attribute::load_attr(get!(obj), name!(name), site!()));
                }
                Op::StoreAttr { obj, name, v } => {
                    value_of!(exc, store::store_attr(get!(obj), name!(name), get!(v), site!()));
                }
                Op::DeleteAttr { obj, name } => value_of!(exc, store::del_attr(get!(obj), name!(name))),
                Op::Subscr { d, obj, key } => {
                    set_to!(frame, d, exc, subscript::get_item(get!(obj), get!(key)))
                }
                Op::SubscrInt { d, obj, imm } => {
                    set_to!(frame, d, exc, subscript::get_item(get!(obj), small(imm)));
                }
                Op::StoreSubscr { obj, key, v } => {
                    value_of!(exc, subscript::set_item(get!(obj), get!(key), get!(v)));
                }
                Op::DeleteSubscr { obj, key } => value_of!(exc, subscript::del_item(get!(obj), get!(key))),
                Op::SubscrSlice { d, obj, base } => {
                    set_to!(frame, d, exc, subscript::slice(get!(obj), get!(base), get!(base.plus(1))));
                }
                Op::StoreSlice { obj, base, v } => {
                    let slice = build::slice(get!(base), get!(base.plus(1)), constant(NONE));
                    value_of!(exc, subscript::set_item(get!(obj), slice, get!(v)));
                }
                Op::BuildSlice { d, base } => {
                    put!(d, build::slice(get!(base), get!(base.plus(1)), get!(base.plus(2))));
                }

                Op::BuildTuple { d, base, n } => {
                    let made = build::tuple_of(frame, u32::from(base.0), u32::from(n));
                    put!(d, made);
                }
                Op::BuildList { d, base, n } => {
                    let made = build::list_of(frame, u32::from(base.0), u32::from(n));
                    put!(d, made);
                }
                Op::BuildSet { d, base, n } => {
                    set_to!(frame, d, exc, build::set_of(frame, u32::from(base.0), u32::from(n)));
                }
                Op::BuildMap { d, base, n } => {
                    set_to!(frame, d, exc, build::map_of(frame, u32::from(base.0), u32::from(n)));
                }
                Op::ListAppend { list, v } => super::lists::append(get!(list).assume_pointer(), get!(v)),
                Op::SetAdd { set, v } => {
                    value_of!(exc, build::add_to_set(get!(set).assume_pointer(), get!(v)));
                }
                Op::MapAdd { map, k, v } => {
                    value_of!(exc, helpers::dict_set(get!(map).assume_pointer(), get!(k), get!(v)));
                }
                Op::ListExtend { list, v } => {
                    value_of!(exc, helpers::list_extend(get!(list).assume_pointer(), get!(v)));
                }
                Op::SetUpdate { set, v } => {
                    value_of!(exc, helpers::set_update(get!(set).assume_pointer(), get!(v)));
                }
                Op::DictUpdate { map, v } => {
                    value_of!(exc, helpers::dict_update(get!(map).assume_pointer(), get!(v)));
                }
                Op::DictMerge { map, v, func } => {
                    let map = get!(map).assume_pointer();
                    if !M::RECORDING || !dicts::merge(map, get!(v)) {
                        value_of!(exc, helpers::dict_merge(map, get!(v), get!(func)));
                    }
                }
                Op::ListToTuple { d, s } => {
                    let tuple = helpers::list_to_tuple(get!(s).assume_pointer());
                    put!(d, tuple.value());
                }
                Op::UnpackSequence { base, n, s } => {
                    let result = unpack::sequence(get!(s), u32::from(n), |i, item| {
                        frame.set(u32::from(base.0) + i, item);
                    });
                    value_of!(exc, result);
                }
                Op::Unpack2 { a, b, s } => {
                    let to = [u32::from(a.0), u32::from(b.0)];
                    value_of!(exc, unpack::sequence(get!(s), 2, |i, item| frame.set(to[i as usize], item)));
                }
                Op::Unpack3 { a, b, c, s } => {
                    let to = [u32::from(a.0), u32::from(b.0), u32::from(c.0)];
                    value_of!(exc, unpack::sequence(get!(s), 3, |i, item| frame.set(to[i as usize], item)));
                }
                Op::UnpackEx { base, before, after, s } => {
                    value_of!(exc, unpack::extended(frame, u32::from(base.0), before, after, get!(s)));
                }
                Op::FormatValue { d, v, conversion } => {
                    let spec = object::<M>(crate::object::str::empty()).value();
                    set_to!(frame, d, exc, text::format(get!(v), spec, i64::from(conversion)));
                }
                Op::FormatSpec { d, v, spec, conversion } => {
                    set_to!(frame, d, exc, text::format(get!(v), get!(spec), i64::from(conversion)));
                }
                Op::BuildString { d, base, n } => {
                    set_to!(frame, d, exc, build::string_of(frame, u32::from(base.0), u32::from(n)));
                }

                Op::PushExc { prev, exc: raised } => {
                    let before = exceptions::push(get!(raised));
                    put!(prev, before);
                }
                Op::PopExc { prev } => exceptions::pop(get!(prev)),
                Op::JumpIfNoMatch { exc: raised, ty, to } => {
                    jump_unless!(exceptions::matches(get!(raised), get!(ty)), to);
                }
                Op::Raise { exc: raised } => {
                    exc = exceptions::raise(get!(raised));
                    break 'op;
                }
                Op::RaiseFrom { exc: raised, cause } => {
                    exc = exceptions::raise_from(get!(raised), get!(cause));
                    break 'op;
                }
                Op::RaiseBare {} => {
                    let (again, is_again) = exceptions::raise_again();
                    if is_again {
                        match raised_again(code, frame, pc, again) {
                            Raised::Caught(handler) => {
                                pc = handler;
                                continue 'dispatch;
                            }
                            Raised::Uncaught => return Err(Stop::Raised(again.inner())),
                        }
                    }
                    exc = again;
                    break 'op;
                }
                Op::Reraise { exc: raised } => {
                    exc = get!(raised);
                    break 'op;
                }
                Op::LoadAssertionError { d } => {
                    let class =
                        crate::object::types::builtin_class(crate::object::class::Builtin::AssertionError);
                    put!(d, constant(Value::object(class)));
                }
                Op::BeforeWith { exit, d, mgr } => {
                    let (leave, value) = value_of!(exc, with_::enter(get!(mgr)));
                    put!(exit, leave);
                    put!(d, value);
                }
                Op::WithExit { d, exit } => set_to!(frame, d, exc, with_::leave(get!(exit))),
                Op::WithExcept { d, exit, exc: raised } => {
                    set_to!(frame, d, exc, with_::leave_with(get!(exit), get!(raised)));
                }
                Op::CheckEgMatch { rest, d, exc: raised, ty } => {
                    let (part, other) = value_of!(exc, pattern::split_group(get!(raised), get!(ty)));
                    put!(rest, other);
                    put!(d, part);
                }
                Op::PrepReraiseStar { d, orig, list } => {
                    set_to!(frame, d, exc, pattern::prepare_star(get!(orig), get!(list)));
                }

                Op::Yield { d: _, v } => {
                    let value = get!(v);
                    generator::suspend(frame, code, pc);
                    return Ok(value);
                }
                Op::YieldFrom { d, it, v } => {
                    match value_of!(exc, generator::delegate_to(get!(it), get!(v))) {
                        generator::Resumed::Yielded(value) => {
                            generator::suspend(frame, code, pc);
                            chain::link(frame, code, pc, get!(it));
                            return Ok(value);
                        }
                        generator::Resumed::Returned(value) => put!(d, value),
                    }
                }
                Op::GetYieldFromIter { d, s } => {
                    let source = get!(s);
                    if code.data.flags.0 & AWAITS != 0 && generator::as_generator(source).is_some() {
                        put!(d, source);
                    } else {
                        set_to!(frame, d, exc, iterate::get_iter(source));
                    }
                }
                Op::MakeTypeParam { d, name, bound, kind } => {
                    let kind = Int::from(i64::from(kind));
                    let name = object(name!(name));
                    set_to!(frame, d, exc, helpers::make_type_param(name, get!(bound), kind));
                }
                Op::GenericBase { d, params } => set_to!(frame, d, exc, helpers::generic_base(get!(params))),
                Op::MakeTypeAlias { d, name, params, value } => {
                    let name = object(name!(name));
                    set_to!(frame, d, exc, helpers::make_type_alias(name, get!(params), get!(value)));
                }
                Op::BeforeAsyncWith { exit, d, mgr } => {
                    let (leave, value) = value_of!(exc, awaiting::enter(get!(mgr)));
                    put!(exit, leave);
                    put!(d, value);
                }
                Op::GetAwaitable { d, s } => set_to!(frame, d, exc, awaiting::get_awaitable(get!(s))),
                Op::GetAiter { d, s } => set_to!(frame, d, exc, awaiting::get_aiter(get!(s))),
                Op::GetAnext { d, s } => set_to!(frame, d, exc, awaiting::get_anext(get!(s))),
                Op::EndAsyncFor { exc: raised } => {
                    if !awaiting::ends_loop(get!(raised)) {
                        exc = get!(raised);
                        break 'op;
                    }
                }
                Op::AsyncGenWrap { d, v } => {
                    let wrapped = awaiting::wrap(get!(v));
                    put!(d, wrapped);
                }

                Op::ImportName { d, name, fromlist, level } => {
                    let fromlist = constant(code.consts[fromlist.0 as usize]);
                    let level = Int::from(i64::from(level));
                    let globals = object(code.globals);
                    let result = helpers::import_name(object(name!(name)), globals, fromlist, level);
                    set_to!(frame, d, exc, result);
                }
                Op::ImportFrom { d, module, name } => {
                    set_to!(frame, d, exc, helpers::import_from(get!(module), object(name!(name))));
                }
                Op::ImportStar { module } => {
                    let namespace = variables::namespace(frame, code);
                    value_of!(exc, helpers::import_star(get!(module), namespace));
                }
                Op::SetupAnnotations {} => {
                    let namespace = variables::namespace(frame, code);
                    value_of!(exc, helpers::setup_annotations(namespace));
                }
                Op::PrintExpr { v } => {
                    value_of!(exc, helpers::print_expression(get!(v)));
                }

                Op::MatchSequence { d, s } => {
                    let is = pattern::is_sequence(get!(s));
                    put!(d, python_bool(is));
                }
                Op::MatchMapping { d, s } => {
                    let is = pattern::is_mapping(get!(s));
                    put!(d, python_bool(is));
                }
                Op::GetLen { d, s } => set_to!(frame, d, exc, subscript::len(get!(s))),
                Op::MatchKeys { d, s, keys } => {
                    set_to!(frame, d, exc, helpers::match_keys(get!(s), get!(keys)));
                }
                Op::MatchClass { d, s, cls, npos } => {
                    let npos = Int::from(i64::from(npos));
                    let result = helpers::match_class(get!(s), get!(cls), get!(cls.plus(1)), npos);
                    set_to!(frame, d, exc, result);
                }
                Op::CopyMapWithout { d, s, keys } => {
                    set_to!(frame, d, exc, helpers::copy_map_without(get!(s), get!(keys)));
                }
            }
            pc += 1;
            continue 'dispatch;
        }
        match raised(code, frame, pc, exc) {
            Raised::Caught(handler) => pc = handler,
            Raised::Uncaught => return Err(Stop::Raised(exc.inner())),
        }
    }
}

/// Code whose `yield from` may delegate to a coroutine.
const AWAITS: u32 = CodeFlags::COROUTINE | CodeFlags::ITERABLE_COROUTINE;

/// An immediate operand as a value.
#[inline(always)]
fn small<M: Mode>(imm: i32) -> Val<M> {
    constant(Value::small_int(i64::from(imm)))
}

/// The result type of operations, for the macros above.
pub type Done<M> = Outcome<M, ()>;
