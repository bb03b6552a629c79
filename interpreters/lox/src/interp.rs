//! The interpreter, generic over the mode.
//!
//! [`Lox::run`] is the dispatch loop; each arm is one instruction's meaning. An error is a string object that leaves all
//! frames; recording ends where one is made, since a program does not go on after it. Neighbours: `bytecode`, `object`.

use crate::bytecode::{ClassSite, Function, Op, Window};
use crate::object::{
    BoundMethod, Builtin, Cell, Class, ClassData, ClassRef, Closure, FALSE, Found, Global, Instance, Method,
    NIL, Shape, Site, State, Str, TRUE,
};
use crate::{object, world};
use metajit::abort::Abort;
use metajit::depth::{Depth, FrameCount};
use metajit::fixed::Fixed;
use metajit::frame::{Frame, LoopAction};
use metajit::heap::{self, FloatBox, Ref, Value, Values};
use metajit::language::{Language, Stop};
use metajit::mode::Mode;
use metajit::staged::{Bool, Float, Obj, Staged, Val};
use std::time::Instant;

/// What an instruction gives: a value, or the error that it raises.
type Outcome<M, T = Val<M>> = Result<T, Val<M>>;

/// The language.
#[derive(Debug)]
pub struct Lox;

impl Language for Lox {
    type Code = Function;

    fn depth() -> Option<Depth> {
        Some(world::FRAMES.with(FrameCount::depth))
    }
    fn stack_exhausted() -> Value {
        message("Stack overflow.")
    }
    fn run<M: Mode>(code: &'static Function, frame: Frame<M>, pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        if !world::FRAMES.with(FrameCount::enter) {
            return Err(Stop::Raised(fail::<M>("Stack overflow.").inner()));
        }
        let result = dispatch(code, frame, pc);
        world::FRAMES.with(FrameCount::leave);
        result
    }
}

fn message(text: &str) -> Value {
    Value::object(object::string(text.as_bytes()))
}

/// An error. Nothing is recorded after it.
#[cold]
#[inline(never)]
fn fail<M: Mode>(text: &str) -> Val<M> {
    M::abort(Abort::Language);
    message(text).into()
}

/// An error leaves a frame.
#[cold]
#[inline(never)]
fn raised<M: Mode>(code: &Function, pc: usize, error: Val<M>) -> Stop<M> {
    M::abort(Abort::Language);
    world::note_frame(code, pc);
    Stop::Raised(error.inner())
}

fn dispatch<M: Mode>(
    code: &'static Function,
    frame: Frame<M>,
    mut pc: usize,
) -> Result<M::Of<Value>, Stop<M>> {
    loop {
        if let Some(switch) = M::merge_point(pc) {
            return Err(Stop::Switch(switch));
        }
        let at = pc;
        pc += 1;
        macro_rules! check {
            ($outcome:expr) => {
                match $outcome {
                    Ok(value) => value,
                    Err(error) => return Err(raised(code, at, error)),
                }
            };
        }
        macro_rules! get {
            ($r:expr) => {
                frame.get($r.0)
            };
        }
        macro_rules! put {
            ($r:expr, $value:expr) => {{
                let value = $value;
                frame.set($r.0, value)
            }};
        }
        match code.ops[at] {
            Op::Load { d, k } => put!(d, k.into()),
            Op::Move { d, s } => put!(d, get!(s)),
            Op::DefineGlobal { global, s } => {
                define_global(Staged::constant(Fixed::new(global)), get!(s));
            }
            Op::GetGlobal { d, global } => put!(d, check!(get_global(global))),
            Op::SetGlobal { global, s } => check!(set_global(global, get!(s))),
            Op::NewCell { d, s } => {
                let cell = Obj::<M>::alloc(Cell::ID, 0);
                cell.set(Cell::CONTENT, get!(s));
                put!(d, cell.value());
            }
            Op::GetCell { d, cell } => put!(d, get!(cell).assume_pointer().get(Cell::CONTENT)),
            Op::SetCell { cell, s } => get!(cell).assume_pointer().set(Cell::CONTENT, get!(s)),
            Op::Add { d, a, b } => put!(d, check!(add(get!(a), get!(b)))),
            Op::Sub { d, a, b } => {
                let (x, y) = check!(numbers(get!(a), get!(b)));
                put!(d, (x - y).into());
            }
            Op::Mul { d, a, b } => {
                let (x, y) = check!(numbers(get!(a), get!(b)));
                put!(d, (x * y).into());
            }
            Op::Div { d, a, b } => {
                let (x, y) = check!(numbers(get!(a), get!(b)));
                put!(d, (x / y).into());
            }
            Op::AddK { d, a, k } => {
                put!(d, (check!(number(get!(a), "Operands must be two numbers or two strings.")) + k).into());
            }
            Op::SubK { d, a, k } => {
                put!(d, (check!(number(get!(a), "Operands must be numbers.")) - k).into())
            }
            Op::MulK { d, a, k } => {
                put!(d, (check!(number(get!(a), "Operands must be numbers.")) * k).into())
            }
            Op::DivK { d, a, k } => {
                put!(d, (check!(number(get!(a), "Operands must be numbers.")) / k).into())
            }
            Op::Negate { d, a } => put!(d, (-check!(number(get!(a), "Operand must be a number."))).into()),
            Op::Not { d, a } => put!(d, bool_value(!is_true(get!(a)))),
            Op::Less { d, a, b } => {
                let (x, y) = check!(numbers(get!(a), get!(b)));
                put!(d, bool_value(x < y));
            }
            Op::Equal { d, a, b } => put!(d, bool_value(equal(get!(a), get!(b)).truth())),
            Op::Jump { to } => pc = to.0 as usize,
            Op::JumpIf { a, when, to } => {
                if is_true(get!(a)) == when {
                    pc = to.0 as usize;
                }
            }
            Op::JumpLess { a, b, when, to } => {
                let (x, y) = check!(numbers(get!(a), get!(b)));
                if (x < y) == when {
                    pc = to.0 as usize;
                }
            }
            Op::JumpLessK { a, when, to, k } => {
                if (check!(number(get!(a), "Operands must be numbers.")) < k) == when {
                    pc = to.0 as usize;
                }
            }
            Op::JumpGreaterK { a, when, to, k } => {
                if (check!(number(get!(a), "Operands must be numbers.")) > k) == when {
                    pc = to.0 as usize;
                }
            }
            Op::JumpEqual { a, b, when, to } => {
                if equal(get!(a), get!(b)).truth() == when {
                    pc = to.0 as usize;
                }
            }
            Op::LoopHeader { index } => {
                check!(attend());
                match M::loop_header::<Lox>(code, &code.loops[index as usize], frame, at) {
                    LoopAction::Continue => {}
                    LoopAction::Goto(target) => pc = target,
                    LoopAction::Return(value) => return Ok(value),
                    LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                    LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                }
            }
            Op::Call { d, callee, args } => put!(d, check!(call(code, frame, get!(callee), args))),
            Op::Invoke { d, args, site } => put!(d, check!(invoke(code, frame, args, site))),
            Op::SuperInvoke { d, class, args, name } => {
                let method = check!(super_method(get!(class), name));
                let (receiver, args) = split(frame, args);
                put!(d, check!(call_method(code, frame, method, receiver, args)));
            }
            Op::GetField { d, object, site } => put!(d, check!(get_field(get!(object), site))),
            Op::SetField { object, s, site } => check!(set_field(get!(object), site, get!(s))),
            Op::GetSuper { d, class, receiver, name } => {
                let method = check!(super_method(get!(class), name));
                put!(d, bind(get!(receiver), method));
            }
            Op::Closure { d, cells, function } => {
                let closure = Obj::<M>::alloc(Closure::ID, u32::from(cells.count));
                closure.set(Closure::FUNCTION, Staged::constant(Fixed::new(function)));
                for i in 0..cells.count {
                    closure.set_item(Closure::TAIL, i64::from(i), frame.get(cells.first + i));
                }
                put!(d, closure.value());
            }
            Op::Class { d, inputs, site } => {
                let values = Obj::<M>::alloc(heap::VALUES, u32::from(inputs.count));
                for i in 0..inputs.count {
                    values.set_item(Values::TAIL, i64::from(i), frame.get(inputs.first + i));
                }
                put!(d, check!(make_class(Staged::constant(Fixed::new(site)), values)));
            }
            Op::Print { s } => {
                print(get!(s));
            }
            Op::Return { s } => return Ok(get!(s).inner()),
        }
    }
}

/// Raises what waits to be raised: that memory is short.
#[inline(always)]
fn attend<M: Mode>() -> Outcome<M, ()> {
    if !M::RECORDING && metajit::poll::requested() {
        metajit::poll::clear();
        if heap::take_exhausted() {
            return Err(fail::<M>("Out of memory."));
        }
    }
    Ok(())
}

// Values.

#[inline(always)]
fn bool_value<M: Mode>(truth: bool) -> Val<M> {
    if truth { TRUE } else { FALSE }.into()
}

#[inline(always)]
fn is_true<M: Mode>(value: Val<M>) -> bool {
    !value.same(FALSE) && !value.same(NIL)
}

#[inline(always)]
fn number<M: Mode>(value: Val<M>, error: &str) -> Outcome<M, Float<M>> {
    value.as_float().ok_or_else(|| fail(error))
}

#[inline(always)]
fn numbers<M: Mode>(x: Val<M>, y: Val<M>) -> Outcome<M, (Float<M>, Float<M>)> {
    match (x.as_float(), y.as_float()) {
        (Some(x), Some(y)) => Ok((x, y)),
        _ => Err(fail("Operands must be numbers.")),
    }
}

/// What a value is: a guard on that.
enum Sort<M: Mode> {
    Number(Float<M>),
    String(Obj<M>),
    Other,
}

#[inline(always)]
fn sort<M: Mode>(value: Val<M>) -> Sort<M> {
    if let Some(x) = M::known_float(value.inner()) {
        return Sort::Number(Staged::new(x));
    }
    if let Some(x) = value.immediate_float() {
        return Sort::Number(x);
    }
    match value.pointer() {
        Some(object) => match object.layout() {
            Str::ID => Sort::String(object),
            FloatBox::ID => Sort::Number(object.get(FloatBox::VALUE)),
            _ => Sort::Other,
        },
        None => Sort::Other,
    }
}

#[inline(always)]
fn add<M: Mode>(x: Val<M>, y: Val<M>) -> Outcome<M> {
    match (sort(x), sort(y)) {
        (Sort::Number(x), Sort::Number(y)) => Ok((x + y).into()),
        (Sort::String(x), Sort::String(y)) => concatenate(x, y).map(Obj::value),
        _ => Err(fail("Operands must be two numbers or two strings.")),
    }
}

/// Whether two values are equal, without a guard on the answer.
#[inline(always)]
fn equal<M: Mode>(x: Val<M>, y: Val<M>) -> Bool<M> {
    match sort(x) {
        Sort::Number(x) => match y.as_float() {
            Some(y) => x.eq(y),
            None => false.into(),
        },
        Sort::String(a) => match sort(y) {
            Sort::String(b) => equal_strings(a, b),
            _ => false.into(),
        },
        Sort::Other => Staged::new(M::value_eq(x.inner(), y.inner())),
    }
}

#[inline(always)]
fn equal_strings<M: Mode>(a: Obj<M>, b: Obj<M>) -> Bool<M> {
    if a.same(b) {
        return true.into();
    }
    if a.len() != b.len() {
        return false.into();
    }
    let known = a.get(Str::SAME);
    if !known.is_null() && known.same(b.get(Str::SAME)) {
        return true.into();
    }
    let equal = equal_texts(a, b).truth();
    if equal {
        join_equals(a, b);
    }
    equal.into()
}

// Variables.

/// A global variable; one that has not changed so far is a constant of the trace, until it does.
#[inline(always)]
fn get_global<M: Mode>(global: &'static Global) -> Outcome<M> {
    let constant = M::RECORDING && global.state.get() == State::Constant;
    if constant {
        M::assume(&global.assumption);
        return Ok(heap::get(global.cell, Cell::CONTENT).into());
    }
    if M::RECORDING && global.state.get() == State::Undefined {
        return Err(undefined(global));
    }
    let value = Obj::<M>::constant(global.cell).get(Cell::CONTENT);
    // A variable that has a value keeps one, so traces need not ask.
    if !M::RECORDING && value.is_null() { Err(undefined(global)) } else { Ok(value) }
}

#[inline(always)]
fn set_global<M: Mode>(global: &'static Global, value: Val<M>) -> Outcome<M, ()> {
    if global.state.get() != State::Variable {
        return Err(undefined(global));
    }
    Obj::<M>::constant(global.cell).set(Cell::CONTENT, value);
    Ok(())
}

#[cold]
fn undefined<M: Mode>(global: &Global) -> Val<M> {
    fail(&format!("Undefined variable '{}'.", world::text(global.name)))
}

// Properties.

/// The instance that a value is: a guard.
#[inline(always)]
fn instance<M: Mode>(value: Val<M>) -> Option<Obj<M>> {
    value.pointer().filter(|object| object.has_layout(Instance::ID))
}

#[inline(always)]
fn shape<M: Mode>(object: Obj<M>) -> &'static Shape {
    object.get(Instance::SHAPE).promote().get()
}

#[inline(always)]
fn field<M: Mode>(object: Obj<M>, shape: &Shape, index: u32) -> Val<M> {
    let inline = shape.class.inline();
    if index < inline {
        object.item(Instance::TAIL, i64::from(index))
    } else {
        object.get(Instance::EXTRA).item(Values::TAIL, i64::from(index - inline))
    }
}

#[cold]
fn no_property<M: Mode>(site: &Site) -> Val<M> {
    fail(&format!("Undefined property '{}'.", world::text(site.name)))
}

#[inline(always)]
fn bind<M: Mode>(receiver: Val<M>, method: Method) -> Val<M> {
    let bound = Obj::<M>::alloc(BoundMethod::ID, 0);
    bound.set(BoundMethod::RECEIVER, receiver);
    bound.set(BoundMethod::METHOD, Staged::constant(method.closure));
    bound.value()
}

#[inline(always)]
fn get_field<M: Mode>(value: Val<M>, site: &'static Site) -> Outcome<M> {
    let object = instance(value).ok_or_else(|| fail("Only instances have properties."))?;
    let shape = shape(object);
    match site.find(shape) {
        Found::Field(index) => Ok(field(object, shape, index)),
        Found::Method(method) => Ok(bind(value, method)),
        Found::Nothing => Err(no_property(site)),
    }
}

#[inline(always)]
fn set_field<M: Mode>(object: Val<M>, site: &'static Site, value: Val<M>) -> Outcome<M, ()> {
    let object = instance(object).ok_or_else(|| fail("Only instances have fields."))?;
    let shape = shape(object);
    let inline = shape.class.inline();
    let index = match site.find(shape) {
        Found::Field(index) => index,
        _ => {
            let index = shape.len();
            if index >= inline {
                make_room(object, i64::from(index - inline).into());
            }
            object.set(Instance::SHAPE, Staged::constant(Fixed::new(shape.with(site.name))));
            index
        }
    };
    if index < inline {
        object.set_item(Instance::TAIL, i64::from(index), value);
    } else {
        object.get(Instance::EXTRA).set_item(Values::TAIL, i64::from(index - inline), value);
    }
    Ok(())
}

#[inline(always)]
fn super_method<M: Mode>(class: Val<M>, name: &'static Site) -> Outcome<M, Method> {
    let class = class.assume_pointer().get(Class::DATA).promote();
    class.methods.get(&name.name).copied().ok_or_else(|| no_property(name))
}

// Calls.

/// The first register of a window, and the others.
#[inline(always)]
fn split<M: Mode>(frame: Frame<M>, window: Window) -> (Val<M>, Window) {
    let args = Window { first: window.first + 1, count: window.count - 1 };
    (frame.get(window.first), args)
}

/// Runs a function; the arguments are in the caller's registers.
#[inline(always)]
fn enter<M: Mode>(
    caller: &Function,
    frame: Frame<M>,
    (function, closure): (&'static Function, Obj<M>),
    receiver: Val<M>,
    args: Window,
) -> Outcome<M> {
    check_count(function.arity, args)?;
    let callee = frame.above(caller.slots);
    callee.set(0u32, receiver);
    for i in 0..args.count {
        callee.set(1 + i, frame.get(args.first + i));
    }
    for i in 0..function.captures {
        callee.set(1 + function.arity + i, closure.item(Closure::TAIL, i64::from(i)));
    }
    match M::call_frame::<Lox>(function, callee, 0) {
        Ok(value) => Ok(Val::new(value)),
        Err(error) => Err(Val::new(error)),
    }
}

#[inline(always)]
fn check_count<M: Mode>(arity: u32, args: Window) -> Outcome<M, ()> {
    if arity == u32::from(args.count) {
        return Ok(());
    }
    Err(fail(&format!("Expected {arity} arguments but got {}.", args.count)))
}

#[inline(always)]
fn call_method<M: Mode>(
    caller: &Function,
    frame: Frame<M>,
    method: Method,
    receiver: Val<M>,
    args: Window,
) -> Outcome<M> {
    enter(caller, frame, (method.function, Obj::constant(method.closure)), receiver, args)
}

#[inline(always)]
fn call<M: Mode>(caller: &Function, frame: Frame<M>, callee: Val<M>, args: Window) -> Outcome<M> {
    const ERROR: &str = "Can only call functions and classes.";
    let object = callee.pointer().ok_or_else(|| fail(ERROR))?;
    match object.layout() {
        Closure::ID => {
            let function = object.get(Closure::FUNCTION).promote().get();
            enter(caller, frame, (function, object), callee, args)
        }
        Class::ID => construct(caller, frame, object.get(Class::DATA).promote().get(), args),
        BoundMethod::ID => {
            let closure = object.get(BoundMethod::METHOD);
            let function = closure.get(Closure::FUNCTION).promote().get();
            enter(caller, frame, (function, closure), object.get(BoundMethod::RECEIVER), args)
        }
        Builtin::ID => Ok(call_builtin(object.get(Builtin::INDEX))),
        _ => Err(fail(ERROR)),
    }
}

#[inline(always)]
fn construct<M: Mode>(
    caller: &Function,
    frame: Frame<M>,
    class: &'static ClassData,
    args: Window,
) -> Outcome<M> {
    let object = Obj::<M>::alloc(Instance::ID, class.inline());
    object.set(Instance::SHAPE, Staged::constant(Fixed::new(class.root())));
    match class.init {
        Some(init) => call_method(caller, frame, init, object.value(), args),
        None => check_count(0, args).map(|()| object.value()),
    }
}

#[inline(always)]
fn invoke<M: Mode>(caller: &Function, frame: Frame<M>, args: Window, site: &'static Site) -> Outcome<M> {
    let (receiver, args) = split(frame, args);
    let object = instance(receiver).ok_or_else(|| fail("Only instances have methods."))?;
    let shape = shape(object);
    match site.find(shape) {
        Found::Method(method) => call_method(caller, frame, method, receiver, args),
        Found::Field(index) => call(caller, frame, field(object, shape, index), args),
        Found::Nothing => Err(no_property(site)),
    }
}

// What traces do not see into.

type GlobalRef = Fixed<Global>;
type SiteRef = Fixed<ClassSite>;

metajit::helpers! {
    /// Writes a line of output.
    [Writes()] fn print(value: Value) -> i64 = |value| { world::print(&object::show(value)); 0 };
    /// Whether two strings have the same text.
    [Elidable] fn equal_texts(a: Ref, b: Ref) -> bool = |a, b| heap::items(a, Str::TAIL) == heap::items(b, Str::TAIL);
    /// Makes two equal strings share what says so.
    [Writes(Str::ID)] fn join_equals(a: Ref, b: Ref) -> i64 = note_equal;
    /// Two strings in one; raises when memory is short.
    [Reads] fn concatenate(a: Ref, b: Ref) -> try Ref = concatenate_strings;
    /// Defines a global variable.
    [Any] fn define_global(global: GlobalRef, value: Value) -> i64 = |global: GlobalRef, value| { global.define(value); 0 };
    /// Makes room behind the tail for the field at this index.
    [Writes(Instance::ID)] fn make_room(object: Ref, index: i64) -> i64 = grow;
    /// A class: the superclass if there is one, and the methods.
    [Any] fn make_class(site: SiteRef, inputs: Ref) -> try Value = new_class;
    /// Calls a function written in Rust.
    [Any] fn call_builtin(index: i64) -> Value = |index| BUILTINS[index as usize].1();
}

fn note_equal(a: Ref, b: Ref) -> i64 {
    let known = heap::get(a, Str::SAME);
    let same = if known.is_null() { a } else { known };
    for string in [a, b, same] {
        heap::set(string, Str::SAME, same);
    }
    0
}

fn concatenate_strings(a: Ref, b: Ref) -> Result<Ref, Value> {
    let (x, y) = (heap::items(a, Str::TAIL), heap::items(b, Str::TAIL));
    let fits = x.len() + y.len() <= u32::MAX as usize;
    let Some(Ok(sum)) = fits.then(|| heap::try_alloc(Str::ID, x.len() + y.len())) else {
        return Err(message("Out of memory."));
    };
    let text = heap::items_mut(sum, Str::TAIL);
    text[..x.len()].copy_from_slice(x);
    text[x.len()..].copy_from_slice(y);
    Ok(sum)
}

fn grow(object: Ref, index: i64) -> i64 {
    let extra = heap::get(object, Instance::EXTRA);
    let len = if extra.is_null() { 0 } else { heap::len(extra) };
    if index as usize >= len {
        let grown = heap::alloc(heap::VALUES, (index as usize + 1).next_power_of_two().max(4));
        if len > 0 {
            heap::copy_items(grown, Values::TAIL, 0, extra, Values::TAIL, 0, len);
        }
        heap::set(object, Instance::EXTRA, grown);
    }
    0
}

fn new_class(site: SiteRef, inputs: Ref) -> Result<Value, Value> {
    let mut inputs = heap::items(inputs, Values::TAIL).iter().map(|value| value.as_ref());
    let mut superclass = None;
    if site.inherits {
        let Some(class) = inputs.next().flatten().filter(|class| heap::layout_of(*class) == Class::ID) else {
            return Err(message("Superclass must be a class."));
        };
        superclass = Some(heap::get::<ClassRef>(class, Class::DATA).get());
    }
    let methods = site.methods.iter().copied().zip(inputs.flatten());
    let class = ClassData::leak(site.name, superclass, methods, &site.fields);
    let object = heap::alloc(Class::ID, 0);
    heap::init(object, Class::DATA, Fixed::new(class));
    Ok(Value::object(object))
}

/// The functions written in Rust. As in clox, they take any number of arguments.
const BUILTINS: &[Native] = &[("clock", clock)];
type Native = (&'static str, fn() -> Value);

fn clock() -> Value {
    thread_local! {
        static START: Instant = Instant::now();
    }
    Value::float(START.with(Instant::elapsed).as_secs_f64())
}

/// Defines the global functions that every program has.
pub fn define_builtins() {
    for (index, (name, _)) in BUILTINS.iter().enumerate() {
        let object = heap::alloc(Builtin::ID, 0);
        heap::init(object, Builtin::INDEX, index as i64);
        world::global(world::name(name)).define(Value::object(object));
    }
}
