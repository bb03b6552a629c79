//! Calls of any callable.
//!
//! A call that finds its arguments in the caller's registers goes through [`call_registers`], which copies them straight into
//! the callee's frame when the callee is a Python function of that many parameters. Everything else collects the
//! arguments in an [`Operands`] buffer first. Neighbours: `bind` (the other argument shapes), `native`, `construct`.

use super::lookup::{Found, class_of};
use super::run::Python;
use super::{Outcome, bind, constant, construct, dicts, fail, generator, intrinsic, native, next_frame};
use crate::address;
use crate::code::Code;
use crate::object::intern::names;
use crate::object::layouts::{BoundMethod, Builtin, Class, Function, List, Tuple};
use crate::object::{dict, error, types};
use metajit::frame::Frame;
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::{Obj, Val};

/// Arguments that fit in an [`Operands`] without an allocation.
const INLINE: usize = 8;

/// The arguments of a call, collected: receiver first if any.
///
/// In `Run`, values beyond the inline ones lie where the collector does not look: they must be reachable
/// otherwise (from the caller's registers or a tuple) for as long as this lives.
pub struct Operands<M: Mode> {
    inline: [Val<M>; INLINE],
    len: usize,
    spilled: Vec<Val<M>>,
}

impl<M: Mode> Operands<M> {
    /// No arguments.
    #[inline(always)]
    pub fn new() -> Self {
        Operands { inline: [constant(Value::NULL); INLINE], len: 0, spilled: Vec::new() }
    }
    /// Adds an argument.
    #[inline(always)]
    pub fn push(&mut self, value: Val<M>) {
        if self.len < INLINE {
            self.inline[self.len] = value;
            self.len += 1;
        } else {
            if self.spilled.is_empty() {
                self.spilled.extend_from_slice(&self.inline);
            }
            self.spilled.push(value);
        }
    }
    /// Adds several.
    #[inline(always)]
    pub fn extend(&mut self, values: &[Val<M>]) {
        for &value in values {
            self.push(value);
        }
    }
    /// All of them.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Val<M>] {
        if self.spilled.is_empty() { &self.inline[..self.len] } else { &self.spilled }
    }
}

impl<M: Mode> Default for Operands<M> {
    fn default() -> Self {
        Operands::new()
    }
}

/// Calls `callee` with `count` arguments that stand in the caller's slots from `first` on.
#[inline(always)]
pub fn call_registers<M: Mode>(frame: Frame<M>, callee: Val<M>, first: u32, count: u32) -> Outcome<M> {
    if let Some(function) = callee.pointer()
        && function.has_layout(Function::ID)
    {
        let code = address::code(function.get(Function::CODE).promote()).body();
        if M::RECORDING {
            M::assume(crate::object::function::codes_unchanged());
        }
        if code.simple && code.argcount == count {
            let target = next_frame::<M>();
            for i in 0..count {
                target.set(i, frame.get(first + i));
            }
            return enter(function, code, target);
        }
    }
    call_other(frame, callee, first, count, &[])
}

/// As [`call_registers`] for every other callee; `names` are those of the last arguments.
#[inline(never)]
pub fn call_other<M: Mode>(
    frame: Frame<M>,
    callee: Val<M>,
    first: u32,
    count: u32,
    names: &[Value],
) -> Outcome<M> {
    if !M::RECORDING
        && let Some(builtin) = callee.peek().as_ref()
        && metajit::heap::layout_of(builtin) == Builtin::ID
        && metajit::heap::get(builtin, Builtin::RECEIVER).is_null()
    {
        let record = address::native(metajit::heap::get(builtin, Builtin::DEF));
        let args = address::slots(frame.base(), first, count as usize);
        let lazy =
            record.intrinsic.is_some() && args.last().is_some_and(|&a| intrinsic::is_lazy(super::to_run(a)));
        if !lazy {
            return native::of_plain(native::invoke_plain(record, args, names));
        }
    }
    let mut operands = Operands::new();
    for i in 0..count {
        operands.push(frame.get(first + i));
    }
    call_keywords(callee, operands.as_slice(), names)
}

/// Calls with positional arguments.
#[inline(always)]
pub fn call<M: Mode>(callee: Val<M>, args: &[Val<M>]) -> Outcome<M> {
    call_keywords(callee, args, &[])
}

/// Calls with `receiver` before the other arguments.
pub fn call_with_receiver<M: Mode>(
    callee: Val<M>,
    receiver: Val<M>,
    args: &[Val<M>],
    names: &[Value],
) -> Outcome<M> {
    let mut operands = Operands::new();
    operands.push(receiver);
    operands.extend(args);
    call_keywords(callee, operands.as_slice(), names)
}

/// Calls with the last `names.len()` arguments being keyword arguments of these names.
pub fn call_keywords<M: Mode>(callee: Val<M>, args: &[Val<M>], names: &[Value]) -> Outcome<M> {
    if let Some(object) = callee.pointer() {
        match object.layout() {
            Function::ID => return call_function(object, args, names),
            Builtin::ID => return native::call(object, args, names),
            BoundMethod::ID => {
                let function = object.get(BoundMethod::FUNCTION);
                return call_with_receiver(function, object.get(BoundMethod::RECEIVER), args, names);
            }
            Class::ID => return construct::call_class(callee, args, names),
            _ => {}
        }
    }
    call_object(callee, args, names)
}

/// Calls an object through its class's `__call__`.
fn call_object<M: Mode>(callee: Val<M>, args: &[Val<M>], keywords: &[Value]) -> Outcome<M> {
    let class = class_of(callee);
    M::assume(&class.assumption);
    let found = class.lookup_or_null(names().call);
    match Found::of::<M>(found) {
        Found::Absent => {
            let name = types::name_of(class.class());
            Err(fail(error::type_error(format!("'{name}' object is not callable"))))
        }
        Found::Function | Found::Method => call_with_receiver(constant(found), callee, args, keywords),
        _ => {
            // An object may stand for itself here, without end.
            let _depth = super::raw::enter_recursion(" while calling a Python object").map_err(fail)?;
            let bound = super::attribute::bind_found(callee, class, found, Found::of::<M>(found))?;
            call_keywords(bound, args, keywords)
        }
    }
}

/// Calls a function written in Python.
pub fn call_function<M: Mode>(function: Obj<M>, args: &[Val<M>], names: &[Value]) -> Outcome<M> {
    let code = address::code(function.get(Function::CODE).promote()).body();
    if M::RECORDING {
        M::assume(crate::object::function::codes_unchanged());
    }
    let target = next_frame::<M>();
    if code.simple && names.is_empty() && args.len() == code.argcount as usize {
        for (i, &arg) in args.iter().enumerate() {
            target.set(i as u32, arg);
        }
    } else {
        bind::bind(function, code, target, args, names)?;
    }
    enter(function, code, target)
}

/// Runs a function whose arguments are in their registers.
#[inline(always)]
pub fn enter<M: Mode>(function: Obj<M>, code: &'static Code, target: Frame<M>) -> Outcome<M> {
    for &r in &code.nulls {
        target.set(r, constant(Value::NULL));
    }
    if code.free > 0 {
        let closure = function.get(Function::CLOSURE);
        for i in 0..code.free {
            target.set(code.first_free + i, closure.item(Tuple::TAIL, i64::from(i)));
        }
    }
    if code.resumable {
        return generator::make(function, code, target);
    }
    match M::call_frame::<Python>(code, target, 0) {
        Ok(value) => Ok(Val::new(value)),
        Err(exception) => Err(Val::new(exception)),
    }
}

/// `base(*(base+1), **(base+2))`.
#[inline(never)]
pub fn call_spread<M: Mode>(frame: Frame<M>, base: u32) -> Outcome<M> {
    let callee = frame.get(base);
    let args = frame.get(base + 1);
    let mut operands = Operands::new();
    if let Some(list) = super::lookup::as_layout(args, List::ID)
        && list.get(List::LEN) <= INLINE as i64
    {
        // So few stay where the collector sees them, even if the list changes while the call is under way.
        let items = list.get(List::ITEMS);
        for i in 0..list.get(List::LEN).promote() {
            operands.push(super::lists::item_of(items, i));
        }
        return call_with_keywords(callee, operands, frame.get(base + 2));
    }
    let tuple = match super::lookup::as_layout(args, Tuple::ID) {
        Some(tuple) => tuple,
        None => {
            let tuple = super::helpers::to_tuple(args, callee)?;
            frame.set(base + 1, tuple.value());
            tuple
        }
    };
    let count = tuple.len().promote();
    for i in 0..count {
        operands.push(tuple.item(Tuple::TAIL, i));
    }
    call_with_keywords(callee, operands, frame.get(base + 2))
}

/// Calls with keyword arguments from a dict, or none for NULL.
fn call_with_keywords<M: Mode>(callee: Val<M>, mut operands: Operands<M>, keywords: Val<M>) -> Outcome<M> {
    if keywords.is_null() {
        return call_keywords(callee, operands.as_slice(), &[]);
    }
    if !M::RECORDING {
        return call_with_dict(callee, operands, keywords.assume_pointer().peek());
    }
    if let Some((keys, values)) = dicts::entries(keywords.assume_pointer()) {
        operands.extend(&values);
        return call_keywords(callee, operands.as_slice(), &keys);
    }
    // The names are read now and must be what they are for a trace to be right: the dict's keys are checked.
    let names = super::helpers::keyword_names(keywords, callee)?.promote();
    let names = metajit::heap::items(names, Tuple::TAIL);
    for &name in names {
        operands.push(super::helpers::dict_get_any(keywords.assume_pointer(), constant(name))?);
    }
    call_keywords(callee, operands.as_slice(), names)
}

/// Calls with keyword arguments from a dict, in `Run`.
fn call_with_dict<M: Mode>(
    callee: Val<M>,
    mut operands: Operands<M>,
    keywords: metajit::heap::Ref,
) -> Outcome<M> {
    let mut few = [Value::NULL; INLINE];
    let mut many = Vec::new();
    let count = dict::len(keywords);
    for (i, (name, value)) in dict::iter(keywords).enumerate() {
        if !super::raw::is_str(name) {
            return Err(fail(error::type_error("keywords must be strings")));
        }
        if count <= INLINE {
            few[i] = name;
        } else {
            many.push(name);
        }
        operands.push(constant(value));
    }
    let names = if count <= INLINE { &few[..count] } else { &many };
    call_keywords(callee, operands.as_slice(), names)
}

/// `super(…)`: class and receiver, when `base` is the builtin `super` and both are as they should be.
fn super_parts<M: Mode>(
    frame: Frame<M>,
    base: u32,
) -> Option<(metajit::heap::Ref, metajit::heap::Ref, Val<M>)> {
    let callee = frame.get(base);
    if !callee.same(Value::object(types::builtin_class(crate::object::class::Builtin::Super))) {
        return None;
    }
    let owner = super::lookup::as_layout(frame.get(base + 1), Class::ID)?.value().promote().as_ref()?;
    let receiver = frame.get(base + 2);
    let class = class_of(receiver).class();
    if types::is_subclass(class, owner) {
        return Some((class, owner, receiver));
    }
    let start = super::lookup::as_layout(receiver, Class::ID)?.value().promote().as_ref()?;
    if types::is_subclass(start, owner) { Some((start, owner, receiver)) } else { None }
}

/// `super(…).name`.
pub fn super_attr<M: Mode>(frame: Frame<M>, base: u32, name: metajit::heap::Ref) -> Outcome<M> {
    if let Some((start, owner, receiver)) = super_parts(frame, base)
        && name != names().class
        && let Some(result) = super::attribute::super_attr(start, owner, receiver, name)
    {
        return result;
    }
    let object = call_registers(frame, frame.get(base), base + 1, 2)?;
    super::attribute::get_attr(object, name)
}

/// As [`super_attr`], for a call: function and receiver, or the attribute and NULL.
pub fn super_method<M: Mode>(
    frame: Frame<M>,
    base: u32,
    name: metajit::heap::Ref,
) -> Outcome<M, (Val<M>, Val<M>)> {
    if let Some((start, owner, receiver)) = super_parts(frame, base)
        && !receiver.same(Value::object(start))
    {
        let data = types::data(start);
        M::assume(&data.assumption);
        if let Some(found) = types::lookup_after(start, owner, name)
            && matches!(Found::of::<M>(found), Found::Function | Found::Method)
        {
            return Ok((constant(found), receiver));
        }
    }
    Ok((super_attr(frame, base, name)?, constant(Value::NULL)))
}

/// `super()` in a method.
pub fn call_super<M: Mode>(frame: Frame<M>, base: u32) -> Outcome<M> {
    let callee = frame.get(base);
    let builtin = Value::object(types::builtin_class(crate::object::class::Builtin::Super));
    let count = if callee.same(builtin) { 2 } else { 0 };
    call_registers(frame, callee, base + 1, count)
}
