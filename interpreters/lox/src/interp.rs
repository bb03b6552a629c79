//! The interpreter, generic over the mode.
//!
//! Each arm of the dispatch loop is one instruction's meaning. An error is a string object that leaves all frames and
//! grows by a line in each; recording ends where one is made, since a program does not go on after it.
//! Neighbours: `bytecode`, `object`.

use crate::bytecode::{ClassSite, Function, Op};
use crate::object::{
    BoundMethod, Builtin, Cell, Class, ClassData, ClassRef, Closure, FALSE, Found, Global, GlobalRef,
    Instance, NIL, Shape, Site, Str,
};
use crate::{object, world};
use metajit::abort::Abort;
use metajit::bytecode::{In, Window};
use metajit::depth::{Depth, FrameCount};
use metajit::fixed::Fixed;
use metajit::frame::{Frame, LoopAction};
use metajit::heap::{self, FloatBox, LayoutId, Ref, Tail, Value, Values};
use metajit::language::{Language, Stop};
use metajit::mode::Mode;
use metajit::output;
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
    let mut text = object::show(error.peek());
    text.extend_from_slice(format!("\n[line {}] in {}", code.lines[pc], code.title()).as_bytes());
    Stop::Raised(fail::<M>(&String::from_utf8_lossy(&text)).inner())
}

fn dispatch<M: Mode>(code: &'static Function, frame: Frame<M>, pc: usize) -> Result<M::Of<Value>, Stop<M>> {
    let (ops, mut pc): (&[Op], _) = (&code.ops, pc);
    loop {
        if let Some(switch) = M::merge_point(pc) {
            return Err(Stop::Switch(switch));
        }
        let op = ops[pc];
        pc += 1;
        macro_rules! check {
            ($outcome:expr) => {
                match $outcome {
                    Ok(value) => value,
                    Err(error) => return Err(raised(code, pc - 1, error)),
                }
            };
        }
        macro_rules! jump {
            ($condition:expr, $to:ident) => {
                if $condition {
                    pc = $to.pc();
                }
            };
        }
        macro_rules! args {
            ($window:expr) => {
                Args { frame, window: $window, callee: frame.above(code.slots) }
            };
        }
        let get = |r: In| frame.get(r);
        match op {
            Op::Load { d, k } => frame.set(d, k.into()),
            Op::Move { d, s } => frame.set(d, get(s)),
            Op::DefineGlobal { global, s } => _ = define_global(Staged::constant(global), get(s)),
            Op::GetGlobal { d, global } => frame.set(d, check!(get_global(global.get()))),
            Op::SetGlobal { global, s } => check!(set_global(global.get(), get(s))),
            Op::NewCell { d, s } => {
                let cell = Obj::<M>::alloc(Cell::ID, 0);
                cell.set(Cell::CONTENT, get(s));
                frame.set(d, cell.value());
            }
            Op::GetCell { d, cell } => frame.set(d, get(cell).assume_pointer().get(Cell::CONTENT)),
            Op::SetCell { cell, s } => get(cell).assume_pointer().set(Cell::CONTENT, get(s)),
            Op::Add { d, a, b } => frame.set(d, check!(add(get(a), get(b)))),
            Op::Sub { d, a, b } => frame.set(d, check!(numbers(get(a), get(b), |x, y| (x - y).into()))),
            Op::Mul { d, a, b } => frame.set(d, check!(numbers(get(a), get(b), |x, y| (x * y).into()))),
            Op::Div { d, a, b } => frame.set(d, check!(numbers(get(a), get(b), |x, y| (x / y).into()))),
            Op::AddK { d, a, k } => frame.set(d, check!(number(get(a), ADD, |x| (x + k).into()))),
            Op::SubK { d, a, k } => frame.set(d, check!(number(get(a), NUMBERS, |x| (x - k).into()))),
            Op::MulK { d, a, k } => frame.set(d, check!(number(get(a), NUMBERS, |x| (x * k).into()))),
            Op::DivK { d, a, k } => frame.set(d, check!(number(get(a), NUMBERS, |x| (x / k).into()))),
            Op::Negate { d, a } => frame.set(d, check!(number(get(a), NEGATE, |x| (-x).into()))),
            Op::Jump { to } => pc = to.pc(),
            Op::JumpIf { a, when, to } => jump!(is_true(get(a)) == when, to),
            Op::JumpLess { a, b, when, to } => {
                jump!(check!(numbers(get(a), get(b), |x, y| x < y)) == when, to)
            }
            Op::JumpLessK { a, when, to, k } => jump!(check!(number(get(a), NUMBERS, |x| x < k)) == when, to),
            Op::JumpGreaterK { a, when, to, k } => {
                jump!(check!(number(get(a), NUMBERS, |x| x > k)) == when, to)
            }
            Op::JumpEqual { a, b, when, to } => jump!(equal(get(a), get(b)).truth() == when, to),
            Op::JumpEqualK { a, when, to, k } => jump!(equal(get(a), k.into()).truth() == when, to),
            Op::LoopHeader { index } => {
                check!(attend());
                match M::loop_header::<Lox>(code, &code.loops[index as usize], frame, pc - 1) {
                    LoopAction::Continue => {}
                    LoopAction::Goto(target) => pc = target,
                    LoopAction::Return(value) => return Ok(value),
                    LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                    LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                }
            }
            Op::Call { d, args } => frame.set(d, check!(call(get(In(args.first)), args!(args)))),
            Op::Invoke { d, args, site } => frame.set(d, check!(invoke(args!(args), site.get()))),
            Op::SuperInvoke { d, args, site } => {
                let args = Window { count: args.count - 1, ..args };
                let class = get(In(args.first + args.count));
                let method = check!(super_method(class, site.get()));
                frame.set(d, check!(enter(method, get(In(args.first)), args!(args))));
            }
            Op::GetField { d, object, site } => frame.set(d, check!(get_field(get(object), site.get()))),
            Op::SetField { object, s, site } => check!(set_field(get(object), site.get(), get(s))),
            Op::GetSuper { d, class, receiver, site } => {
                frame.set(d, bind(get(receiver), check!(super_method(get(class), site.get()))));
            }
            Op::Closure { d, cells, function } => {
                let closure = window(frame, cells, Closure::ID, Closure::TAIL);
                closure.set(Closure::FUNCTION, fixed(&code.functions[function as usize]));
                frame.set(d, closure.value());
            }
            Op::Class { d, inputs, class } => {
                let inputs = window(frame, inputs, heap::VALUES, Values::TAIL);
                frame.set(d, check!(make_class(fixed(&code.classes[class as usize]), inputs)));
            }
            Op::Print { s } => _ = print(get(s)),
            Op::Return { s } => return Ok(get(s).inner()),
        }
    }
}

fn fixed<M: Mode, T>(structure: &'static T) -> Staged<M, Fixed<T>> {
    Staged::constant(Fixed::new(structure))
}

/// A new object with the values of some registers.
#[inline(always)]
fn window<M: Mode>(frame: Frame<M>, window: Window, layout: LayoutId, tail: Tail<Value>) -> Obj<M> {
    let object = Obj::<M>::alloc(layout, window.count.into());
    for i in 0..window.count {
        object.set_item(tail, i64::from(i), frame.get(window.first + i));
    }
    object
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
fn is_true<M: Mode>(value: Val<M>) -> bool {
    !value.same(FALSE) && !value.same(NIL)
}

const ADD: &str = "Operands must be two numbers or two strings.";
const NUMBERS: &str = "Operands must be numbers.";
const NEGATE: &str = "Operand must be a number.";

#[inline(always)]
fn number<M: Mode, T>(x: Val<M>, error: &str, result: impl FnOnce(Float<M>) -> T) -> Outcome<M, T> {
    x.as_float().map(result).ok_or_else(|| fail(error))
}

#[inline(always)]
fn numbers<M: Mode, T>(x: Val<M>, y: Val<M>, result: impl FnOnce(Float<M>, Float<M>) -> T) -> Outcome<M, T> {
    match (x.as_float(), y.as_float()) {
        (Some(x), Some(y)) => Ok(result(x, y)),
        _ => Err(fail(NUMBERS)),
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
    if let Some(x) = value.immediate_float() {
        return Sort::Number(x);
    }
    match value.pointer().map(|object| (object, object.layout())) {
        Some((object, Str::ID)) => Sort::String(object),
        Some((object, FloatBox::ID)) => Sort::Number(object.get(FloatBox::VALUE)),
        _ => Sort::Other,
    }
}

#[inline(always)]
fn add<M: Mode>(x: Val<M>, y: Val<M>) -> Outcome<M> {
    match (sort(x), sort(y)) {
        (Sort::Number(x), Sort::Number(y)) => Ok((x + y).into()),
        (Sort::String(x), Sort::String(y)) => concatenate(x, y).map(Obj::value),
        _ => Err(fail(ADD)),
    }
}

/// Whether two values are equal. For numbers there is no guard on the answer.
#[inline(always)]
fn equal<M: Mode>(x: Val<M>, y: Val<M>) -> Bool<M> {
    match sort(x) {
        Sort::Number(x) => y.as_float().map_or(false.into(), |y| x.eq(y)),
        Sort::String(a) => match sort(y) {
            Sort::String(b) if a.same(b) => true.into(),
            Sort::String(b) if a.len() == b.len() => equal_texts(a, b),
            _ => false.into(),
        },
        Sort::Other => Staged::new(M::value_eq(x.inner(), y.inner())),
    }
}

// Variables.

/// A global variable; one that has not changed so far is a constant of the trace, until it does.
#[inline(always)]
fn get_global<M: Mode>(global: &'static Global) -> Outcome<M> {
    // What has a value keeps one, so traces need not ask.
    if !global.is_defined() {
        return Err(undefined(global));
    }
    if M::RECORDING && global.constant.get() {
        M::assume(&global.assumption);
        return Ok(heap::get(global.cell, Cell::CONTENT).into());
    }
    Ok(Obj::<M>::constant(global.cell).get(Cell::CONTENT))
}

#[inline(always)]
fn set_global<M: Mode>(global: &'static Global, value: Val<M>) -> Outcome<M, ()> {
    if !global.is_defined() {
        return Err(undefined(global));
    }
    Obj::<M>::constant(global.cell).set(Cell::CONTENT, value);
    Ok(())
}

#[cold]
fn undefined<M: Mode>(global: &Global) -> Val<M> {
    fail(&format!("Undefined variable '{}'.", global.name))
}

// Properties.

/// The instance that a value is, and its shape: two guards.
#[inline(always)]
fn instance<M: Mode>(value: Val<M>, error: &str) -> Outcome<M, (Obj<M>, &'static Shape)> {
    match value.pointer() {
        Some(object) if object.has_layout(Instance::ID) => {
            Ok((object, object.get(Instance::SHAPE).promote().get()))
        }
        _ => Err(fail(error)),
    }
}

/// Where a field is: an object, its tail, and the index there.
#[inline(always)]
fn field<M: Mode>(object: Obj<M>, shape: &Shape, index: usize) -> (Obj<M>, Tail<Value>, i64) {
    match index.checked_sub(shape.class.inline) {
        None => (object, Instance::TAIL, index as i64),
        Some(behind) => (object.get(Instance::EXTRA), Values::TAIL, behind as i64),
    }
}

#[inline(always)]
fn load<M: Mode>((object, tail, index): (Obj<M>, Tail<Value>, i64)) -> Val<M> {
    object.item(tail, index)
}

#[cold]
fn no_property<M: Mode>(site: &Site) -> Val<M> {
    fail(&format!("Undefined property '{}'.", site.name))
}

#[inline(always)]
fn bind<M: Mode>(receiver: Val<M>, method: Obj<M>) -> Val<M> {
    let bound = Obj::<M>::alloc(BoundMethod::ID, 0);
    bound.set(BoundMethod::RECEIVER, receiver);
    bound.set(BoundMethod::METHOD, method);
    bound.value()
}

#[inline(always)]
fn get_field<M: Mode>(value: Val<M>, site: &'static Site) -> Outcome<M> {
    let (object, shape) = instance(value, "Only instances have properties.")?;
    match site.find(shape) {
        Found::Field(index) => Ok(load(field(object, shape, index))),
        Found::Method(method) => Ok(bind(value, Obj::constant(method))),
        Found::Nothing => Err(no_property(site)),
    }
}

#[inline(always)]
fn set_field<M: Mode>(object: Val<M>, site: &'static Site, value: Val<M>) -> Outcome<M, ()> {
    let (object, shape) = instance(object, "Only instances have fields.")?;
    let (object, tail, index) = match site.find(shape) {
        Found::Field(index) => field(object, shape, index),
        _ => {
            if let Some(behind) = shape.count().checked_sub(shape.class.inline) {
                make_room(object, (behind as i64).into());
            }
            object.set(Instance::SHAPE, fixed(shape.with(site.name)));
            field(object, shape, shape.count())
        }
    };
    object.set_item(tail, index, value);
    Ok(())
}

#[inline(always)]
fn super_method<M: Mode>(class: Val<M>, site: &'static Site) -> Outcome<M, Obj<M>> {
    let class = class.assume_pointer().get(Class::DATA).promote();
    let method = class.methods.get(site.name).ok_or_else(|| no_property(site))?;
    Ok(Obj::constant(*method))
}

// Calls.

/// What is called, or its receiver, and the arguments.
#[derive(Clone, Copy)]
struct Args<M: Mode> {
    /// The caller's frame, where they are.
    frame: Frame<M>,
    window: Window,
    /// Where the callee's frame goes.
    callee: Frame<M>,
}

impl<M: Mode> Args<M> {
    #[inline(always)]
    fn first(self) -> Val<M> {
        self.frame.get(self.window.first)
    }
    #[inline(always)]
    fn check_count(self, arity: u32) -> Outcome<M, ()> {
        let count = u32::from(self.window.count) - 1;
        if arity == count {
            return Ok(());
        }
        Err(fail(&format!("Expected {arity} arguments but got {count}.")))
    }
}

/// Runs a function.
#[inline(always)]
fn enter<M: Mode>(closure: Obj<M>, receiver: Val<M>, args: Args<M>) -> Outcome<M> {
    let Args { frame, window, callee } = args;
    let function = closure.get(Closure::FUNCTION).promote().get();
    args.check_count(function.arity)?;
    callee.set(0u32, receiver);
    for i in 1..window.count {
        callee.set(i, frame.get(window.first + i));
    }
    for i in 0..function.captures {
        callee.set(1 + function.arity + i, closure.item(Closure::TAIL, i64::from(i)));
    }
    M::call_frame::<Lox>(function, callee, 0).map(Val::new).map_err(Val::new)
}

#[inline(always)]
fn call<M: Mode>(callee: Val<M>, args: Args<M>) -> Outcome<M> {
    const ERROR: &str = "Can only call functions and classes.";
    let object = callee.pointer().ok_or_else(|| fail(ERROR))?;
    match object.layout() {
        Closure::ID => enter(object, callee, args),
        Class::ID => construct(object.get(Class::DATA).promote().get(), args),
        BoundMethod::ID => enter(object.get(BoundMethod::METHOD), object.get(BoundMethod::RECEIVER), args),
        Builtin::ID => Ok(call_builtin(object.get(Builtin::INDEX))),
        _ => Err(fail(ERROR)),
    }
}

#[inline(always)]
fn construct<M: Mode>(class: &'static ClassData, args: Args<M>) -> Outcome<M> {
    let object = Obj::<M>::alloc(Instance::ID, class.inline as u32);
    object.set(Instance::SHAPE, fixed(class.root()));
    match class.init {
        Some(init) => enter(Obj::constant(init), object.value(), args),
        None => args.check_count(0).map(|()| object.value()),
    }
}

#[inline(always)]
fn invoke<M: Mode>(args: Args<M>, site: &'static Site) -> Outcome<M> {
    let (object, shape) = instance(args.first(), "Only instances have methods.")?;
    match site.find(shape) {
        Found::Method(method) => enter(Obj::constant(method), args.first(), args),
        Found::Field(index) => call(load(field(object, shape, index)), args),
        Found::Nothing => Err(no_property(site)),
    }
}

// What traces do not see into.

metajit::helpers! {
    /// Writes a line of output.
    [Writes()] fn print(value: Value) -> i64 = |value| { output::print(&[object::show(value), b"\n".to_vec()].concat()); 0 };
    /// Whether two strings have the same text.
    [Elidable] fn equal_texts(a: Ref, b: Ref) -> bool = |a, b| heap::items(a, Str::TAIL) == heap::items(b, Str::TAIL);
    /// Two strings in one; raises when memory is short.
    [Reads] fn concatenate(a: Ref, b: Ref) -> try Ref = concatenate_strings;
    /// Defines a global variable.
    [Any] fn define_global(global: GlobalRef, value: Value) -> i64 = |global: GlobalRef, value| { global.define(value); 0 };
    /// Makes room behind the tail for the field at this index.
    [Writes(Instance::ID)] fn make_room(object: Ref, index: i64) -> i64 = grow;
    /// A class: the superclass if there is one, and the methods.
    [Any] fn make_class(site: Fixed<ClassSite>, inputs: Ref) -> try Value = new_class;
    /// Calls a function written in Rust.
    [Any] fn call_builtin(index: i64) -> Value = |index| BUILTINS[index as usize].1();
}

/// The result is a literal if there is one with this text: most comparisons are with literals, and a look at the
/// addresses then answers them.
fn concatenate_strings(a: Ref, b: Ref) -> Result<Ref, Value> {
    let (x, y) = (heap::items(a, Str::TAIL), heap::items(b, Str::TAIL));
    let fits = x.len() + y.len() <= u32::MAX as usize;
    let Some(Ok(sum)) = fits.then(|| heap::try_alloc(Str::ID, x.len() + y.len())) else {
        return Err(message("Out of memory."));
    };
    let text = heap::items_mut(sum, Str::TAIL);
    text[..x.len()].copy_from_slice(x);
    text[x.len()..].copy_from_slice(y);
    Ok(world::known(text).unwrap_or(sum))
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

fn new_class(site: Fixed<ClassSite>, inputs: Ref) -> Result<Value, Value> {
    let mut inputs = heap::items(inputs, Values::TAIL).iter().map(|value| value.as_ref());
    let mut superclass = None;
    if site.inherits {
        let Some(class) = inputs.next().flatten().filter(|class| heap::layout_of(*class) == Class::ID) else {
            return Err(message("Superclass must be a class."));
        };
        superclass = Some(heap::get::<ClassRef>(class, Class::DATA).get());
    }
    let class = ClassData::leak(site.get(), superclass, inputs.flatten());
    let object = heap::alloc(Class::ID, 0);
    heap::init(object, Class::DATA, Fixed::new(class));
    Ok(Value::object(object))
}

/// The functions written in Rust. As in clox, they take any number of arguments.
const BUILTINS: [Native; 1] = [("clock", clock)];
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
        world::global(name).define(Value::object(object));
    }
}
