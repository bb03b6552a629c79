//! Lox's objects: heap layouts, and the plain structures that they refer to.
//!
//! What changes while a program runs is in the heap. Shapes, classes and functions are plain and never change once a
//! program can see them (a shape learns transitions, which no answer depends on), so that traces may read them; they are
//! leaked, and what a class's methods are stays in the heap for good. A declaration of a class that runs leaks a class.
//! Neighbours: `bytecode` (functions), `interp` (works on objects), `world` (names, global variables).

use crate::ast::Name;
use crate::bytecode::Function;
use crate::world;
use metajit::assume::Assumption;
use metajit::fixed::Fixed;
use metajit::heap::{self, Ref, Value};
use rustc_hash::FxHashMap;
use std::cell::{Cell as Plain, OnceCell, RefCell};

/// A pointer to a function.
pub type FunctionRef = Fixed<Function>;
/// A pointer to a class's data.
pub type ClassRef = Fixed<ClassData>;
/// A pointer to a shape.
pub type ShapeRef = Fixed<Shape>;

metajit::layouts! {
    /// The layouts of Lox's objects.
    pub static LAYOUTS;
    /// A string. Strings that were found to be equal share `same`, one of them; so they are compared only once.
    Str { SAME: Ref } [u8 immutable]
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

/// `nil`.
pub const NIL: Value = Value::special(0);
/// `true`.
pub const TRUE: Value = Value::special(1);
/// `false`.
pub const FALSE: Value = Value::special(2);

/// A method of a class.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// The `Closure`.
    pub closure: Ref,
    /// Its function.
    pub function: &'static Function,
}

/// What a class is.
#[derive(Debug)]
pub struct ClassData {
    /// Its name.
    pub name: Name,
    /// Its methods and those it inherits.
    pub methods: FxHashMap<Name, Method>,
    /// The initialiser.
    pub init: Option<Method>,
    /// The fields that its methods are seen to set: so many have room in an instance itself.
    pub fields: Vec<Name>,
    root: OnceCell<&'static Shape>,
}

impl ClassData {
    /// A class with its own methods, which are `Closure`s, on top of its superclass's.
    pub fn leak(
        name: Name,
        superclass: Option<&ClassData>,
        methods: impl Iterator<Item = (Name, Ref)>,
        fields: &[Name],
    ) -> &'static ClassData {
        let mut all = superclass.map(|class| class.methods.clone()).unwrap_or_default();
        for (name, closure) in methods {
            let function = heap::get(closure, Closure::FUNCTION).get();
            all.insert(name, Method { closure: heap::permanent(closure), function });
        }
        let mut known = superclass.map(|class| class.fields.clone()).unwrap_or_default();
        known.extend(fields);
        known.sort_unstable();
        known.dedup();
        let init = all.get(&world::name("init")).copied();
        let class =
            Box::leak(Box::new(ClassData { name, methods: all, init, fields: known, root: OnceCell::new() }));
        let _ = class.root.set(Shape::leak(class, Vec::new()));
        class
    }
    /// The shape of a new instance.
    pub fn root(&self) -> &'static Shape {
        self.root.get().expect("every class has a shape")
    }
    /// Fields that have room in an instance itself.
    pub fn inline(&self) -> u32 {
        self.fields.len().clamp(1, 64) as u32
    }
}

/// Where the fields of an instance are.
#[derive(Debug)]
pub struct Shape {
    /// The class.
    pub class: &'static ClassData,
    /// The fields' names, by index.
    names: Vec<Name>,
    transitions: RefCell<FxHashMap<Name, &'static Shape>>,
}

impl Shape {
    fn leak(class: &'static ClassData, names: Vec<Name>) -> &'static Shape {
        Box::leak(Box::new(Shape { class, names, transitions: RefCell::default() }))
    }
    /// The index of a field.
    pub fn find(&self, name: Name) -> Option<u32> {
        self.names.iter().position(|&n| n == name).map(|i| i as u32)
    }
    /// Number of fields.
    pub fn len(&self) -> u32 {
        self.names.len() as u32
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
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
    Field(u32),
    /// A method.
    Method(Method),
    /// Neither.
    Nothing,
}

/// A place in the code that names a property. It remembers the last answer, which never changes for a shape.
#[derive(Debug)]
pub struct Site {
    /// The property.
    pub name: Name,
    last: Plain<Option<(&'static Shape, Found)>>,
}

impl Site {
    /// A place that names a property.
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
        let method = || shape.class.methods.get(&self.name).copied();
        let found = match shape.find(self.name) {
            Some(index) => Found::Field(index),
            None => method().map_or(Found::Nothing, Found::Method),
        };
        self.last.set(Some((shape, found)));
        found
    }
}

/// What is known of a global variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It has no value yet.
    Undefined,
    /// It has a value, and no code changes it: a constant of traces.
    Constant,
    /// It has a value, which changes.
    Variable,
}

/// A global variable. Its state only ever goes on in the order of [`State`].
#[derive(Debug)]
pub struct Global {
    /// Its name.
    pub name: Name,
    /// The `Cell` with its value.
    pub cell: Ref,
    /// What traces may believe.
    pub state: Plain<State>,
    /// That the state is `Constant`.
    pub assumption: Assumption,
    /// Whether there is code that assigns to it.
    assigned: Plain<bool>,
}

impl Global {
    /// A variable without a value.
    pub fn leak(name: Name) -> &'static Global {
        Box::leak(Box::new(Global {
            name,
            cell: heap::permanent(heap::alloc(Cell::ID, 0)),
            state: Plain::new(State::Undefined),
            assumption: Assumption::new(),
            assigned: Plain::new(false),
        }))
    }
    /// Defines it, perhaps again.
    pub fn define(&self, value: Value) {
        if self.state.get() == State::Undefined && !self.assigned.get() {
            self.state.set(State::Constant);
        } else {
            self.state.set(State::Variable);
            self.assumption.invalidate();
        }
        heap::set(self.cell, Cell::CONTENT, value);
    }
    /// Code that assigns to it is going to run.
    pub fn will_be_assigned(&self) {
        self.assigned.set(true);
        if self.state.get() == State::Constant {
            self.state.set(State::Variable);
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
    let function = |closure| match &*heap::get::<FunctionRef>(closure, Closure::FUNCTION).name {
        "" => "<script>".to_owned(),
        name => format!("<fn {name}>"),
    };
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
                Class::ID => world::text(heap::get(object, Class::DATA).name).to_owned(),
                _ => format!("{} instance", world::text(heap::get(object, Instance::SHAPE).class.name)),
            }
        }
    };
    text.into_bytes()
}

/// A number with six significant digits, as C's `%g` writes it.
fn show_number(x: f64) -> String {
    const DIGITS: i32 = 6;
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let trim = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    let scientific = format!("{x:.*e}", DIGITS as usize - 1);
    let (mantissa, exponent) = scientific.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    if !(-4..DIGITS).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    trim(&format!("{x:.*}", (DIGITS - 1 - exponent) as usize))
}

#[cfg(test)]
mod tests {
    use super::show_number;

    #[test]
    fn numbers_look_as_in_c() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (123456.0, "123456"),
            (1234567.0, "1.23457e+06"),
            (999999.5, "1e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.41421999, "1.41422"),
            (1e100, "1e+100"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(show_number(x), text);
        }
    }
}
