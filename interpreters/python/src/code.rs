//! Code ready to run: bytecode with its constants in the heap, bound to one namespace of globals.
//!
//! A [`Code`] is made from a [`CodeData`] when its module (or function, class body) is first run, and is leaked: functions and
//! compiled code hold its address. Everything here is immutable but the inline caches (`Site`), which are memos of
//! pure functions, and the JIT's cells. Neighbours: `bytecode` (what it is made from), `interp::run` (runs it).

use crate::address;
use crate::bytecode::{CodeData, CodeFlags, Const, Op, Reg};
use crate::compile;
use crate::object::layouts::CodeObject;
use crate::object::{ELLIPSIS, FALSE, NONE, TRUE, bytes, complex, int, intern, set, str, tuple};
use metajit::frame::{EntryCell, LoopCell};
use metajit::heap::{self, Ref, Value};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// An inline cache: what the instruction at one place found last time. What the words mean is the instruction's business.
#[derive(Debug)]
pub struct Site {
    /// The address of the shape (or other structure) it is about; 0 when empty.
    pub key: Cell<u64>,
    /// The version of the class for which it holds.
    pub version: Cell<u64>,
    /// What was found: a kind in the handler's own numbering.
    pub kind: Cell<u32>,
    /// An index.
    pub index: Cell<u32>,
    /// A value; kept alive by what `key` and `version` stand for.
    pub value: Cell<Value>,
}

/// Code bound to its globals.
pub struct Code {
    /// The bytecode.
    pub data: Arc<CodeData>,
    /// Constants; the place of a code constant is NULL.
    pub consts: Box<[Value]>,
    /// Names, interned.
    pub names: Box<[Ref]>,
    /// One inline cache for each instruction.
    pub sites: Box<[Site]>,
    /// The namespace of the module.
    pub globals: Ref,
    /// Registers.
    pub registers: u32,
    /// Registers and hidden slots: see [`Code::hidden`].
    pub slots: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// Names of the parameters, interned, `*args` and `**kwargs` excluded.
    pub parameters: Box<[Ref]>,
    /// Takes exactly its positional parameters, and runs at once when called.
    pub simple: bool,
    /// Calling makes a generator or coroutine.
    pub resumable: bool,
    /// May call something that looks at the frame.
    pub introspects: bool,
    /// Registers (not parameters) that must be NULL at entry.
    pub nulls: Box<[u32]>,
    /// Register of the first free variable's cell.
    pub first_free: u32,
    /// Number of free variables.
    pub free: u32,
    /// The body is not compiled yet: see [`Code::body`].
    deferred: bool,
    body: OnceCell<&'static Code>,
    /// There are exception handlers that an exception being handled is pushed for.
    pub handles: bool,
    /// There are exception handlers.
    pub catches: bool,
    /// Names that are not local live in the globals (module code), not in a namespace of the frame.
    pub names_are_globals: bool,
    loops: Box<[LoopCell]>,
    entry: EntryCell,
    children: Box<[OnceCell<&'static Code>]>,
    object: OnceCell<Ref>,
    name: Ref,
    qualname: Ref,
    /// Live slots, for code with a hidden one, which is always live.
    live_with_hidden: OnceCell<Box<[u64]>>,
}

impl Code {
    /// Code of a module, or of `exec` and `eval`: with `names_are_globals` its names are those of the globals.
    pub fn new(data: &Arc<CodeData>, globals: Ref, names_are_globals: bool) -> &'static Code {
        let registers = u32::from(data.nregs);
        let hidden = data.flags.is_resumable() || !data.flags.has(CodeFlags::OPTIMIZED);
        let flags = data.flags;
        let argcount = u32::from(data.argcount);
        let parameters = u32::from(data.nparams());
        let plain =
            !flags.has(CodeFlags::VARARGS) && !flags.has(CodeFlags::VARKEYWORDS) && data.kwonlyargcount == 0;
        let first_free = u32::from(data.first_free().0);
        let free = data.freevars.len() as u32;
        let is_null = |r: &u32| {
            *r >= parameters
                && !(first_free..first_free + free).contains(r)
                && data.is_live(0, Reg(*r as u16))
        };
        // What is read is written before, but for variables, and what loops and handlers leave as it was.
        let may_be_unset =
            parameters < first_free || data.loops > 0 || !data.exception_table.is_empty() || free > 0;
        let nulls = if may_be_unset && data.deferred.is_none() { registers } else { 0 };
        let code = Code {
            consts: data.consts.iter().map(heap_constant).collect(),
            names: data.names.iter().map(|n| intern::intern(n)).collect(),
            // What has no body does not run.
            sites: address::empty_sites(if data.deferred.is_some() { 0 } else { data.code.len() }),
            globals: heap::permanent(globals),
            registers,
            slots: registers + u32::from(hidden),
            argcount,
            parameters: data.varnames[..usize::from(data.argcount + data.kwonlyargcount)]
                .iter()
                .map(|n| intern::intern(n))
                .collect(),
            simple: plain && !flags.is_resumable(),
            resumable: flags.is_resumable(),
            introspects: flags.has(CodeFlags::INTROSPECTS),
            nulls: (0..nulls).filter(is_null).collect(),
            first_free,
            free,
            deferred: data.deferred.is_some(),
            body: OnceCell::new(),
            catches: !data.exception_table.is_empty(),
            handles: data.code.iter().any(|op| matches!(op, Op::PushExc { .. })),
            names_are_globals,
            loops: (0..data.loops).map(|_| LoopCell::new()).collect(),
            entry: EntryCell::new(),
            children: data.consts.iter().map(|_| OnceCell::new()).collect(),
            object: OnceCell::new(),
            name: intern::intern(&data.name),
            qualname: intern::intern(&data.qualname),
            live_with_hidden: OnceCell::new(),
            data: data.clone(),
        };
        Box::leak(Box::new(code))
    }

    /// The code that is constant `index` of this one, bound to the same globals.
    pub fn child(&self, index: u32) -> &'static Code {
        self.children[index as usize].get_or_init(|| match &self.data.consts[index as usize] {
            Const::Code(data) => Code::new(data, self.globals, false),
            other => unreachable!("a code constant, not {other:?}"),
        })
    }

    /// The code that runs when a function of this code is called: the code itself, or what its text is compiled to the first
    /// time. The answer never changes.
    #[inline(always)]
    pub fn body(&'static self) -> &'static Code {
        if self.deferred { self.compiled_body() } else { self }
    }

    #[cold]
    fn compiled_body(&self) -> &'static Code {
        self.body.get_or_init(|| Code::new(&compile::deferred::body_of(&self.data), self.globals, false))
    }

    /// The hidden slot after the registers: the generator of a generator's frame, the namespace of a class body's.
    #[inline(always)]
    pub fn hidden(&self) -> u32 {
        self.registers
    }

    /// The cell of a loop header.
    #[inline(always)]
    pub fn loop_cell(&'static self, index: u32) -> &'static LoopCell {
        address::at(&self.loops, index as usize)
    }

    /// The name of functions of this code.
    pub fn name(&self) -> Value {
        Value::object(self.name)
    }
    /// The qualified name of functions of this code.
    pub fn qualname(&self) -> Value {
        Value::object(self.qualname)
    }

    /// The code object.
    pub fn object(&'static self) -> Value {
        Value::object(*self.object.get_or_init(|| {
            let object = heap::alloc(CodeObject::ID, 0);
            heap::init(object, CodeObject::CODE, address::address_of(self));
            heap::permanent(object)
        }))
    }

    /// Adds the names of attributes that the code sets on its first parameter to `seen`.
    pub fn attributes_set(&self, seen: &mut Vec<Ref>) {
        if self.argcount == 0 {
            return;
        }
        if let Some(deferred) = &self.data.deferred {
            for name in &deferred.attributes {
                let name = intern::intern(name);
                if !seen.contains(&name) {
                    seen.push(name);
                }
            }
            return;
        }
        for op in &self.data.code {
            if let Op::StoreAttr { obj: Reg(0), name, .. } = op {
                let name = self.names[name.0 as usize];
                if !seen.contains(&name) {
                    seen.push(name);
                }
            }
        }
    }

    /// Where the instruction at `pc` stands: line number.
    pub fn line(&self, pc: usize) -> u32 {
        self.data.positions.get(pc).map_or(0, |p| p.line)
    }
}

impl metajit::language::Code for Code {
    fn slots(&self) -> u32 {
        self.slots
    }
    fn live(&self, pc: usize) -> &[u64] {
        // A pc past the end stands for an exception raised there (`interp::run`).
        let pc = pc % self.data.code.len().max(1);
        if self.slots == self.registers {
            return self.data.live(pc as u32);
        }
        let words = (self.slots as usize).div_ceil(64);
        let all = self.live_with_hidden.get_or_init(|| {
            let mut all = vec![0; words * self.data.code.len()];
            for (pc, row) in all.chunks_exact_mut(words).enumerate() {
                for (word, live) in row.iter_mut().zip(self.data.live(pc as u32)) {
                    *word = *live;
                }
                row[self.hidden() as usize / 64] |= 1 << (self.hidden() % 64);
            }
            all.into()
        });
        &all[pc * words..][..words]
    }
    fn may_inline(&self) -> bool {
        // A loop in the middle of a trace would multiply its paths; by itself it is a region whose bridges meet at its
        // header. What a generator does between two values is no loop.
        self.loops.is_empty() || self.data.flags.is_resumable()
    }
    fn entry(&self) -> &'static EntryCell {
        // Every `Code` is leaked; the trait's receiver does not say so.
        &address::code(std::ptr::from_ref(self) as i64).entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("{}:{} {}", self.data.filename, self.line(pc), self.data.qualname)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<code {} in {}>", self.data.qualname, self.data.filename)
    }
}

/// A constant as a value that lives for ever; NULL for code.
fn heap_constant(constant: &Const) -> Value {
    let value = constant_value(constant);
    if let Some(object) = value.as_ref() {
        heap::permanent(object);
    }
    value
}

/// A constant as a value; NULL for code.
pub fn constant_value(constant: &Const) -> Value {
    match constant {
        Const::None => NONE,
        Const::True => TRUE,
        Const::False => FALSE,
        Const::Ellipsis => ELLIPSIS,
        Const::Int(i) => int::big::value(i),
        Const::Float(f) => Value::float(*f),
        Const::Complex(re, im) => complex::new(*re, *im),
        Const::Str(text) => Value::object(intern::intern(text)),
        Const::Surrogates(codes) => Value::object(str::from_code_points(codes.iter().copied())),
        Const::Bytes(contents) => bytes::new(contents),
        Const::Tuple(items) => {
            // Each item is permanent by itself, so the vector needs no root.
            let items: Vec<Value> = items.iter().map(heap_constant).collect();
            Value::object(tuple::from_slice(&items))
        }
        Const::FrozenSet(items) => {
            let items: Vec<Value> = items.iter().map(heap_constant).collect();
            let frozen = set::new_frozen();
            for item in items {
                set::add(frozen, item).expect("constants are hashable");
            }
            Value::object(frozen)
        }
        Const::Code(_) => Value::NULL,
    }
}
