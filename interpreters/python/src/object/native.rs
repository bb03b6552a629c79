//! Functions written in Rust: their record, their argument passing, and the table macro.
//!
//! A [`Native`] says how a builtin function or method is called and, by its effects, what a trace that calls
//! it may still believe afterwards. A method's receiver is its first positional argument.
//! Neighbours: `interp::call` (calls them), every type's method table.
#![allow(unsafe_code)]

use super::PyResult;
use metajit::heap::Value;
use metajit::helper::Effects;

/// The arguments of a call with keywords: positional ones first, then one value per name.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    /// Positional arguments, then keyword arguments in the order of `names`.
    pub values: &'a [Value],
    /// Names (`str` objects) of the keyword arguments: of the last `names.len()` values.
    pub names: &'a [Value],
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    pub fn positional_only(values: &'a [Value]) -> Self {
        Args { values, names: &[] }
    }
    /// The positional arguments.
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.names.len()]
    }
    /// The keyword arguments, name first.
    pub fn keywords(&self) -> impl Iterator<Item = (Value, Value)> + 'a {
        let first = self.values.len() - self.names.len();
        self.names.iter().copied().zip(self.values[first..].iter().copied())
    }
}

/// How a native function takes its arguments.
#[derive(Clone, Copy)]
pub enum NativeFn {
    /// None.
    Zero(fn() -> PyResult),
    /// Exactly one.
    One(fn(Value) -> PyResult),
    /// Exactly two.
    Two(fn(Value, Value) -> PyResult),
    /// Exactly three.
    Three(fn(Value, Value, Value) -> PyResult),
    /// Between `min` and `max` positional arguments, no keywords.
    Slice(fn(&[Value]) -> PyResult),
    /// Any arguments with keywords; the function checks them (`Args` helpers raise the usual TypeErrors).
    Full(fn(Args<'_>) -> PyResult),
}

/// The record of one native function.
pub struct Native {
    /// `__name__`.
    pub name: &'static str,
    /// Its function.
    pub function: NativeFn,
    /// Fewest positional arguments (the receiver included).
    pub min: u8,
    /// Most positional arguments; 255 for no bound.
    pub max: u8,
    /// What it may do.
    pub effects: Effects,
    /// What attribute access makes of it.
    pub binding: Binding,
    /// For the handlers of `interp` that traces see through: which operation this is.
    pub intrinsic: Option<Intrinsic>,
    /// `__doc__`; empty for none.
    pub doc: &'static str,
}

/// What access to a native through its class or an instance gives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Binding {
    /// A method: bound to the instance.
    Method,
    /// A class method: bound to the class.
    Class,
    /// A static method, such as `__new__`.
    Static,
    /// A read-only attribute: the result of calling it with the instance.
    Getter,
}

/// The record that a `Builtin` object's `def` field is the address of.
pub fn from_address(address: i64) -> &'static Native {
    // SAFETY: `def` fields are written from `&'static Native`s only.
    unsafe { &*(address as *const Native) }
}

/// Builtins for which `interp` has a handler that traces see through.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Intrinsic {
    Len,
    IsInstance,
    Range,
    Iter,
    Next,
    Abs,
    Min,
    Max,
    Ord,
    Chr,
    Int,
    Float,
    Bool,
    Str,
    Type,
    GetAttr,
    SetAttr,
    HasAttr,
    Sum,
    Any,
    All,
    Sorted,
    ListAppend,
    ListPop,
    DictGet,
    SetAdd,
    Enumerate,
    Zip,
    Map,
    Filter,
    Reversed,
    GeneratorSend,
    GeneratorNext,
    Join,
    ListExtend,
    Sqrt,
    Fabs,
    Sin,
    Cos,
    Tan,
    Atan,
    Exp,
    Log,
    Floor,
    Ceil,
    Super,
    /// The caller's namespaces are handed over before the call (`builtins::code::set_caller`).
    Introspect,
}

/// Declares a table of natives; `class`, `static` and `getter` after the effects say how it is bound:
///
/// ```ignore
/// natives! {
///     pub static METHODS;
///     "upper" One(upper) [Reads];
///     "split" Full(split) 1..255 [Reads];
///     "append" Two(append) [Any] intrinsic ListAppend;
///     "fromkeys" Slice(fromkeys) 2..3 [Any, class];
/// }
/// ```
#[macro_export]
macro_rules! natives {
    ($vis:vis static $table:ident; $($name:literal $kind:ident($function:expr) $($min:literal .. $max:literal)? [$effects:ident $(, $binding:ident)?] $(intrinsic $intrinsic:ident)?;)*) => {
        $vis static $table: &[$crate::object::native::Native] = &[$(
            $crate::object::native::Native {
                name: $name,
                function: $crate::object::native::NativeFn::$kind($function),
                min: $crate::natives!(@min $kind $($min)?),
                max: $crate::natives!(@max $kind $($max)?),
                effects: ::metajit::helper::Effects::$effects,
                binding: $crate::natives!(@binding $($binding)?),
                intrinsic: $crate::natives!(@intrinsic $($intrinsic)?),
                doc: "",
            }
        ),*];
    };
    (@min Zero) => { 0 };
    (@min One) => { 1 };
    (@min Two) => { 2 };
    (@min Three) => { 3 };
    (@min $kind:ident $min:literal) => { $min };
    (@min $kind:ident) => { 0 };
    (@max Zero) => { 0 };
    (@max One) => { 1 };
    (@max Two) => { 2 };
    (@max Three) => { 3 };
    (@max $kind:ident $max:literal) => { $max };
    (@max $kind:ident) => { 255 };
    (@binding) => { $crate::object::native::Binding::Method };
    (@binding class) => { $crate::object::native::Binding::Class };
    (@binding static) => { $crate::object::native::Binding::Static };
    (@binding getter) => { $crate::object::native::Binding::Getter };
    (@intrinsic) => { None };
    (@intrinsic $intrinsic:ident) => { Some($crate::object::native::Intrinsic::$intrinsic) };
}
