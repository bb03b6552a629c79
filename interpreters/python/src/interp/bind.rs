//! Binding arguments to parameters: defaults, keywords, `*args`, `**kwargs`.
//!
//! Which argument goes where is decided by plain facts (counts and names), so a trace sees only the moves. The result stands in
//! the callee's registers. Neighbours: `call` (the simple case), `function` (where defaults live).

use super::{Outcome, constant, dicts, fail, helpers};
use crate::bytecode::CodeFlags;
use crate::code::Code;
use crate::object::layouts::{Function, Tuple};
use crate::object::{NONE, error, intern};
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::staged::{Obj, Val};

/// Puts the arguments of a call into the registers of `target`.
#[inline(never)]
pub fn bind<M: Mode>(
    function: Obj<M>,
    code: &'static Code,
    target: Frame<M>,
    args: &[Val<M>],
    names: &[Value],
) -> Outcome<M, ()> {
    // Binding allocates, so what is bound already must lie below the top.
    let stack = heap::vm_stack();
    let top = stack.top();
    for r in 0..u32::from(code.data.nparams()) {
        target.set(r, constant(Value::NULL));
    }
    stack.set_top(target.base().wrapping_add(code.slots as usize));
    let result = Binder { function, code, target, args, names }.bind();
    stack.set_top(top);
    result
}

/// Parameters whose being filled is noted without an allocation.
const FEW: usize = 32;

struct Binder<'a, M: Mode> {
    function: Obj<M>,
    code: &'static Code,
    target: Frame<M>,
    args: &'a [Val<M>],
    names: &'a [Value],
}

impl<M: Mode> Binder<'_, M> {
    fn bind(&self) -> Outcome<M, ()> {
        let data = &self.code.data;
        let argcount = usize::from(data.argcount);
        let named = argcount + usize::from(data.kwonlyargcount);
        let positional = &self.args[..self.args.len() - self.names.len()];
        let varargs = data.flags.has(CodeFlags::VARARGS);
        let taken = positional.len().min(argcount);
        // Which parameters are filled is plain knowledge.
        let mut few = [false; FEW];
        let mut many = Vec::new();
        let filled: &mut [bool] = if named <= FEW {
            &mut few[..named]
        } else {
            many.resize(named, false);
            &mut many
        };
        for (i, &arg) in positional[..taken].iter().enumerate() {
            self.target.set(i as u32, arg);
            filled[i] = true;
        }
        if varargs {
            self.target.set(named as u32, super::build::tuple(&positional[taken..]));
        }
        self.bind_keywords(filled, named, named + usize::from(varargs), positional.len())?;
        if positional.len() > argcount && !varargs {
            return Err(self.too_many(positional.len(), filled));
        }
        self.bind_defaults(filled, argcount)
    }

    fn bind_keywords(
        &self,
        filled: &mut [bool],
        named: usize,
        kwargs_register: usize,
        positional: usize,
    ) -> Outcome<M, ()> {
        let data = &self.code.data;
        let varkw = data.flags.has(CodeFlags::VARKEYWORDS);
        // The keyword arguments without a parameter.
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let first = usize::from(data.posonlyargcount);
        for (i, &name) in self.names.iter().enumerate() {
            let value = self.args[positional + i];
            match self.parameter(name, first, named) {
                Some(at) if filled[first + at] => {
                    let function = self.name();
                    let text = super::native::text(name);
                    let message = format!("{function}() got multiple values for argument '{text}'");
                    return Err(fail(error::type_error(message)));
                }
                Some(at) => {
                    filled[first + at] = true;
                    self.target.set((first + at) as u32, value);
                }
                None if varkw => {
                    keys.push(name);
                    values.push(value);
                }
                None => return Err(self.unexpected_keyword(&super::native::text(name))),
            }
        }
        if varkw {
            let rest = self.rest(&keys, &values)?;
            self.target.set(kwargs_register as u32, rest.value());
        }
        Ok(())
    }

    /// The dict of keyword arguments that have no parameter. The values stand in the caller's registers too.
    fn rest(&self, keys: &[Value], values: &[Val<M>]) -> Outcome<M, Obj<M>> {
        if let Some(made) = dicts::of_pairs(keys, values) {
            return Ok(made);
        }
        let made = dicts::new::<M>();
        self.target.set(u32::from(self.code.data.nparams()) - 1, made.value());
        for (&key, &value) in keys.iter().zip(values) {
            helpers::dict_set(made, constant(key), value)?;
        }
        Ok(made)
    }

    /// Which of the parameters from `first` to `named` has a name, counted from `first`.
    fn parameter(&self, name: Value, first: usize, named: usize) -> Option<usize> {
        let among =
            |name: Value| self.code.parameters[first..named].iter().position(|&p| Value::object(p) == name);
        // Names in calls are interned, except when they were made at run time.
        among(name).or_else(|| among(Value::object(intern::intern_value(name))))
    }

    fn bind_defaults(&self, filled: &mut [bool], argcount: usize) -> Outcome<M, ()> {
        if filled[..argcount].contains(&false) {
            let defaults = self.function.get(Function::DEFAULTS);
            let count = match defaults.pointer() {
                Some(tuple) => M::promote(M::len_of(tuple.inner())) as usize,
                None => 0,
            };
            for i in 0..argcount {
                if !filled[i] && i + count >= argcount {
                    let index = (i + count - argcount) as i64;
                    self.target.set(i as u32, defaults.assume_pointer().item(Tuple::TAIL, index));
                    filled[i] = true;
                }
            }
            if filled[..argcount].contains(&false) {
                return Err(self.missing(&filled[..argcount], 0, "positional"));
            }
        }
        if filled[argcount..].contains(&false) {
            let defaults = self.function.get(Function::KWDEFAULTS);
            if let Some(dict) = defaults.pointer() {
                for i in argcount..filled.len() {
                    if filled[i] {
                        continue;
                    }
                    let name = self.code.parameters[i];
                    let value = match M::RECORDING.then(|| dicts::get(dict, constant(Value::object(name)))) {
                        Some(Some(value)) => value,
                        _ => helpers::dict_get_str(dict, super::object(name)),
                    };
                    if !value.is_null() {
                        self.target.set(i as u32, value);
                        filled[i] = true;
                    }
                }
            }
            if filled[argcount..].contains(&false) {
                return Err(self.missing(&filled[argcount..], argcount, "keyword-only"));
            }
        }
        Ok(())
    }

    #[cold]
    fn missing(&self, filled: &[bool], first: usize, kind: &str) -> Val<M> {
        let names = &self.code.data.varnames;
        let missing: Vec<String> = filled
            .iter()
            .enumerate()
            .filter(|(_, f)| !**f)
            .map(|(i, _)| format!("'{}'", names[first + i]))
            .collect();
        let list = match &missing[..] {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [init @ .., last] => format!("{}, and {last}", init.join(", ")),
            [] => String::new(),
        };
        let s = if missing.len() == 1 { "" } else { "s" };
        fail(error::type_error(format!(
            "{}() missing {} required {kind} argument{s}: {list}",
            self.name(),
            missing.len()
        )))
    }

    /// What messages call the function.
    #[cold]
    fn name(&self) -> String {
        super::native::text(self.function.get(Function::QUALNAME).peek())
    }

    #[cold]
    fn too_many(&self, given: usize, filled: &[bool]) -> Val<M> {
        let data = &self.code.data;
        let argcount = usize::from(data.argcount);
        let defaults = self.function.get(Function::DEFAULTS).peek();
        let optional = defaults.as_ref().map_or(0, heap::len);
        let kwonly = filled[argcount..].iter().filter(|f| **f).count();
        let takes = if optional > 0 {
            format!("from {} to {argcount}", argcount - optional)
        } else {
            argcount.to_string()
        };
        let plural = if optional > 0 || argcount != 1 { "s" } else { "" };
        let (extra, was) = if kwonly > 0 {
            let s = |n: usize| if n == 1 { "" } else { "s" };
            let text =
                format!(" positional argument{} (and {kwonly} keyword-only argument{})", s(given), s(kwonly));
            (text, "were")
        } else {
            (String::new(), if given == 1 { "was" } else { "were" })
        };
        fail(error::type_error(format!(
            "{}() takes {takes} positional argument{plural} but {given}{extra} {was} given",
            self.name()
        )))
    }

    #[cold]
    fn unexpected_keyword(&self, name: &str) -> Val<M> {
        let data = &self.code.data;
        let posonly = &data.varnames[..usize::from(data.posonlyargcount)];
        if posonly.iter().any(|n| n == name) {
            return fail(error::type_error(format!(
                "{}() got some positional-only arguments passed as keyword arguments: '{name}'",
                self.name()
            )));
        }
        fail(error::type_error(format!("{}() got an unexpected keyword argument '{name}'", self.name())))
    }
}

/// The value of an optional word: `None` for NULL.
pub fn none_if_null(value: Value) -> Value {
    if value.is_null() { NONE } else { value }
}

/// Whether a name list has a name (for natives that take keywords).
pub fn has_name(names: &[Value], name: Ref) -> bool {
    names.iter().any(|n| intern::intern_value(*n) == name)
}
