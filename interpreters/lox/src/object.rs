//! Lox's objects: heap layouts, and the plain structures that they refer to.
//!
//! What changes while a program runs is in the heap. Shapes, classes and functions are plain and never change once a
//! program can see them (a shape learns transitions, which no answer depends on), so that traces may read them; they are
//! leaked, and what a class's methods are stays in the heap for good. A declaration of a class that runs leaks a class.
//! Neighbours: `bytecode` (functions), `interp` (works on objects), `world` (names, global variables).

use crate::bytecode::{ClassSite, Function};
use crate::world::Name;
use metajit::assume::Assumption;
use metajit::fixed::Fixed;
use metajit::heap::{self, Ref, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell as Plain, OnceCell, RefCell};

pub type FunctionRef = Fixed<Function>;
pub type ClassRef = Fixed<ClassData>;
pub type ShapeRef = Fixed<Shape>;
pub type GlobalRef = Fixed<Global>;
/// Null in code that is not to be run.
pub type SiteRef = Fixed<Site>;

metajit::layouts! {
    /// The layouts of Lox's objects.
    pub static LAYOUTS;
    /// A string.
    Str {} [u8 immutable]
    /// A function with the cells of the variables it captures.
    Closure { FUNCTION: FunctionRef immutable } [Value immutable]
    /// A function written in Rust: its index in `interp::NATIVES`.
    Builtin { INDEX: i64 immutable }
    /// A class.
    Class { DATA: ClassRef immutable }
    /// An instance: field `i` of the shape is in the tail, or behind it in the `Values` array `extra`.
    Instance { SHAPE: ShapeRef, EXTRA: Ref } [Value]
    /// A method with its receiver.
    BoundMethod { RECEIVER: Value immutable, METHOD: Ref immutable }
    /// A variable that closures share, or a global variable (null before its definition).
    Cell { CONTENT: Value }
}

pub const NIL: Value = Value::special(0);
pub const TRUE: Value = Value::special(1);
pub const FALSE: Value = Value::special(2);

/// What a class is.
#[derive(Debug)]
pub struct ClassData {
    pub name: Name,
    /// Its methods and those it inherits: `Closure`s.
    pub methods: FxHashMap<Name, Ref>,
    pub init: Option<Ref>,
    /// How many fields have room in an instance itself: those that methods are seen to set.
    pub inline: usize,
    fields: FxHashSet<Name>,
    root: OnceCell<&'static Shape>,
}

impl ClassData {
    /// A class with its own methods on top of its superclass's.
    pub fn leak(
        site: &ClassSite,
        superclass: Option<&ClassData>,
        own: impl Iterator<Item = Ref>,
    ) -> &'static ClassData {
        let inherited = superclass.map(|class| (class.methods.clone(), class.fields.clone()));
        let (mut methods, mut fields) = inherited.unwrap_or_default();
        methods.extend(site.methods.iter().copied().zip(own.map(heap::permanent)));
        fields.extend(&site.fields);
        let (init, inline) = (methods.get("init").copied(), fields.len().clamp(1, 64));
        let class = ClassData { name: site.name, methods, init, inline, fields, root: OnceCell::new() };
        let class: &_ = Box::leak(Box::new(class));
        class.root.get_or_init(|| Shape::leak(class, Vec::new()));
        class
    }
    /// The shape of a new instance.
    pub fn root(&self) -> &'static Shape {
        self.root.get().expect("every class has a shape")
    }
}

/// Where the fields of an instance are.
#[derive(Debug)]
pub struct Shape {
    pub class: &'static ClassData,
    /// The fields' names, by index.
    names: Vec<Name>,
    transitions: RefCell<FxHashMap<Name, &'static Shape>>,
}

impl Shape {
    fn leak(class: &'static ClassData, names: Vec<Name>) -> &'static Shape {
        Box::leak(Box::new(Shape { class, names, transitions: RefCell::default() }))
    }
    pub fn count(&self) -> usize {
        self.names.len()
    }
    /// The shape with one field more.
    pub fn with(&self, name: Name) -> &'static Shape {
        self.transitions.borrow_mut().entry(name).or_insert_with(|| {
            let mut names = self.names.clone();
            names.push(name);
            Shape::leak(self.class, names)
        })
    }
}

/// What a property is on instances of a shape.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// The field at this index.
    Field(usize),
    /// A method.
    Method(Ref),
    /// Neither.
    Nothing,
}

/// A place in the code that names a property. It remembers the last answer, which never changes for a shape.
#[derive(Debug)]
pub struct Site {
    pub name: Name,
    last: Plain<Option<(&'static Shape, Found)>>,
}

impl Site {
    pub fn leak(name: Name) -> &'static Site {
        Box::leak(Box::new(Site { name, last: Plain::new(None) }))
    }
    /// What the property is.
    #[inline(always)]
    pub fn find(&self, shape: &'static Shape) -> Found {
        match self.last.get() {
            Some((last, found)) if std::ptr::eq(last, shape) => found,
            _ => self.find_anew(shape),
        }
    }
    #[inline(never)]
    fn find_anew(&self, shape: &'static Shape) -> Found {
        let found = match shape.names.iter().position(|&name| name == self.name) {
            Some(index) => Found::Field(index),
            None => {
                shape.class.methods.get(self.name).map_or(Found::Nothing, |&method| Found::Method(method))
            }
        };
        self.last.set(Some((shape, found)));
        found
    }
}

/// A global variable.
#[derive(Debug)]
pub struct Global {
    pub name: Name,
    /// The `Cell` with its value; null until it is defined.
    pub cell: Ref,
    /// Whether it was defined only once, and there is no code that assigns to it. If not, it will never be so again.
    pub constant: Plain<bool>,
    /// That it is constant.
    pub assumption: Assumption,
}

impl Global {
    /// A variable without a value.
    pub fn leak(name: Name) -> &'static Global {
        let cell = heap::permanent(heap::alloc(Cell::ID, 0));
        let (constant, assumption) = (Plain::new(true), Assumption::new());
        Box::leak(Box::new(Global { name, cell, constant, assumption }))
    }
    /// Whether it has a value; then it keeps one.
    #[inline(always)]
    pub fn is_defined(&self) -> bool {
        !heap::get(self.cell, Cell::CONTENT).is_null()
    }
    /// Defines it, perhaps again.
    pub fn define(&self, value: Value) {
        if self.is_defined() {
            self.will_change();
        }
        heap::set(self.cell, Cell::CONTENT, value);
    }
    /// Code that assigns to it is going to run.
    pub fn will_change(&self) {
        if self.constant.replace(false) {
            self.assumption.invalidate();
        }
    }
}

/// A new string.
pub fn string(text: &[u8]) -> Ref {
    let object = heap::alloc(Str::ID, text.len());
    heap::items_mut(object, Str::TAIL).copy_from_slice(text);
    object
}

/// The text that `print` shows of a value.
pub fn show(value: Value) -> Vec<u8> {
    let function = |closure| format!("<fn {}>", heap::get::<FunctionRef>(closure, Closure::FUNCTION).name);
    let text = match value {
        NIL => "nil".to_owned(),
        TRUE => "true".to_owned(),
        FALSE => "false".to_owned(),
        _ if let Some(number) = value.as_float() => show_number(number),
        _ => {
            let object = value.as_ref().expect("an object");
            match heap::layout_of(object) {
                Str::ID => return heap::items(object, Str::TAIL).to_vec(),
                Closure::ID => function(object),
                BoundMethod::ID => function(heap::get(object, BoundMethod::METHOD)),
                Builtin::ID => "<native fn>".to_owned(),
                Class::ID => heap::get(object, Class::DATA).name.to_owned(),
                _ => format!("{} instance", heap::get(object, Instance::SHAPE).class.name),
            }
        }
    };
    text.into_bytes()
}

/// A number with six significant digits, as C's `%g` writes it.
fn show_number(x: f64) -> String {
    const DIGITS: i32 = 6;
    let scientific = format!("{x:.*e}", DIGITS as usize - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_lowercase() };
    let exponent: i32 = exponent.parse().expect("a number");
    let trim = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    if !(-4..DIGITS).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    trim(&format!("{x:.*}", (DIGITS - 1 - exponent) as usize))
}
