//! Class objects: their data, their method resolution order, and lookups along it.
//!
//! A class object (`Class`) holds what Python code sees; its leaked [`ClassData`] what the runtime needs: a version that changes
//! with everything that lookups depend on, the assumption that compiled code builds on, and facts derived from both.
//! Invariant: whatever changes the dict or the bases of a class calls [`modified`] for it. Classes live for ever.
//! Neighbours: `class` (the table of builtin classes), `shape` (instances), `build_class` (the class statement).

use super::class::{Builtin, builtin_of};
use super::intern::{self, names};
use super::layouts::{self as l, Class, Instance};
use super::shape::Shape;
use super::{NONE, dict, tuple, variable};
use crate::address;
use metajit::assume::Assumption;
use metajit::heap::{self, Ref, Value};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

/// What the runtime knows of a class beside its Python attributes.
pub struct ClassData {
    /// Holds until the class's dict, or that of a class it derives from, changes.
    pub assumption: Assumption,
    /// Unique to the present state of everything that a lookup can find.
    version: Cell<u64>,
    /// The class object.
    class: Cell<Ref>,
    /// The builtin class this is.
    pub builtin: Option<Builtin>,
    /// The builtin class whose values instances stand for: `Object` for plain instances.
    pub base: Builtin,
    facts: Cell<Facts>,
    /// Attributes every instance has, in the first slots: hidden ones and `__slots__`.
    fixed: RefCell<Vec<Ref>>,
    /// Instances have no `__dict__`: only slots.
    pub slots_only: Cell<bool>,
    /// How often its own plain attributes have been assigned.
    pub assignments: RefCell<FxHashMap<Ref, u32>>,
    /// The program has seen its dict.
    pub is_shown: Cell<bool>,
    root: Cell<Option<&'static Shape>>,
    subclasses: RefCell<Vec<Ref>>,
    /// How instances are made, for the version it was found for.
    pub construct: Cell<(u64, crate::interp::construct::Construct)>,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $bit:expr;)*) => {
        /// Facts about a class's present state, as bits.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Facts(u32);
        impl Facts {
            $($(#[$doc])* pub const $name: Facts = Facts(1 << $bit);)*
            /// Whether the fact holds.
            #[inline(always)]
            pub fn has(self, fact: Facts) -> bool {
                self.0 & fact.0 != 0
            }
            fn set(&mut self, fact: Facts, holds: bool) {
                if holds { self.0 |= fact.0 } else { self.0 &= !fact.0 }
            }
        }
    };
}

facts! {
    /// `__getattribute__` is not `object`'s.
    GETATTRIBUTE = 0;
    /// There is a `__getattr__`.
    GETATTR = 1;
    /// `__setattr__` is not `object`'s.
    SETATTR = 2;
    /// `__delattr__` is not `object`'s.
    DELATTR = 3;
    /// Derives from `BaseException`.
    EXCEPTION = 4;
    /// Derives from `type`.
    METACLASS = 5;
    /// There is a `__bool__` or a `__len__`.
    TRUTH = 6;
    /// `__eq__` is not `object`'s.
    EQUAL = 7;
    /// `__hash__` is a builtin class's.
    HASH_OF_BUILTIN = 8;
}

thread_local! {
    static NEXT_VERSION: Cell<u64> = const { Cell::new(1) };
}

fn next_version() -> u64 {
    NEXT_VERSION.with(|next| next.replace(next.get() + 1))
}

impl ClassData {
    /// The class object.
    #[inline(always)]
    pub fn class(&self) -> Ref {
        self.class.get()
    }
    /// The present version; 0 is never one.
    #[inline(always)]
    pub fn version(&self) -> u64 {
        self.version.get()
    }
    /// The present facts.
    #[inline(always)]
    pub fn facts(&self) -> Facts {
        self.facts.get()
    }
    /// The attribute found along the method resolution order.
    #[inline]
    pub fn lookup(&self, name: Ref) -> Option<Value> {
        let found = self.lookup_or_null(name);
        if found.is_null() { None } else { Some(found) }
    }
    /// As [`ClassData::lookup`], with `Value::NULL` for absent.
    #[inline]
    pub fn lookup_or_null(&self, name: Ref) -> Value {
        METHOD_CACHE.with(|cache| {
            let version = self.version.get();
            let hash = (version.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ name.bits()) >> 4;
            let slot = &cache[hash as usize % METHOD_CACHE_SIZE];
            let [known_version, known_name, found] = slot.get();
            if known_version == version && known_name == name.bits() {
                return Value::from_bits(found);
            }
            let found = lookup_uncached(self.class(), name);
            slot.set([version, name.bits(), found.bits()]);
            found
        })
    }
    /// The shape of a new instance.
    pub fn root_shape(&'static self) -> &'static Shape {
        self.root.get().unwrap_or_else(|| {
            let fixed = self.fixed.borrow();
            let inline =
                fixed.len() as u32 + if self.slots_only.get() { 0 } else { attributes_set(self.class()) };
            let shape = Shape::root(self.class(), self, &fixed, inline);
            self.root.set(Some(shape));
            shape
        })
    }
    /// The direct subclasses.
    pub fn subclasses(&self) -> Vec<Ref> {
        self.subclasses.borrow().clone()
    }
}

impl std::fmt::Debug for ClassData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClassData").field("class", &self.class.get()).finish_non_exhaustive()
    }
}

/// One remembered lookup: the class's version, which no other class has, the name, and what was found. That is kept
/// alive by the class's dict for as long as the version is the class's. All zero to begin with, so that the table
/// takes memory only where it is used.
type CacheEntry = [u64; 3];

const METHOD_CACHE_SIZE: usize = 4096;

thread_local! {
    static METHOD_CACHE: &'static [Cell<CacheEntry>] =
        Cell::from_mut(vec![[0; 3]; METHOD_CACHE_SIZE].leak()).as_slice_of_cells();
}

fn lookup_uncached(class: Ref, name: Ref) -> Value {
    for &base in mro(class) {
        let dict = heap::get(base.as_ref().expect("a class"), Class::DICT);
        if let Some(found) = dict::get_str(dict, name) {
            return found;
        }
    }
    Value::NULL
}

/// Looks an attribute up along a class's order, starting after `start` (for `super`).
pub fn lookup_after(class: Ref, start: Ref, name: Ref) -> Option<Value> {
    let order = mro(class);
    let after = order.iter().position(|&c| c == Value::object(start)).map_or(order.len(), |i| i + 1);
    order[after..]
        .iter()
        .find_map(|base| dict::get_str(heap::get(base.as_ref().expect("a class"), Class::DICT), name))
}

/// The data of a class object.
#[inline(always)]
pub fn data(class: Ref) -> &'static ClassData {
    address::class_data(heap::get(class, Class::DATA))
}

/// The method resolution order, the class itself first.
#[inline]
pub fn mro<'a>(class: Ref) -> &'a [Value] {
    heap::items(heap::get(class, Class::MRO).as_ref().expect("an order"), l::Tuple::TAIL)
}

/// The bases.
pub fn bases<'a>(class: Ref) -> &'a [Value] {
    heap::items(heap::get(class, Class::BASES).as_ref().expect("bases"), l::Tuple::TAIL)
}

/// `__name__`.
pub fn name(class: Ref) -> Value {
    heap::get(class, Class::NAME)
}

/// `__name__` as text.
pub fn name_of(class: Ref) -> String {
    name(class).as_ref().map_or_else(String::new, |s| super::str::as_str(s).to_owned())
}

/// Whether `sub` is `class` or derives from it.
#[inline]
pub fn is_subclass(sub: Ref, class: Ref) -> bool {
    sub == class || mro(sub).contains(&Value::object(class))
}

/// How many different attributes the methods of a class and its bases set on their first parameter: the slots that a new
/// instance gets. More attributes than that have a place too, only a slower one.
fn attributes_set(class: Ref) -> u32 {
    let mut seen: Vec<Ref> = Vec::new();
    for base in mro(class) {
        for (_, value) in dict::iter(heap::get(base.as_ref().expect("a class"), Class::DICT)) {
            if value.has_layout(l::Function::ID) {
                let function = value.as_ref().expect("a function");
                address::code(heap::get(function, l::Function::CODE)).attributes_set(&mut seen);
            }
        }
    }
    (seen.len() as u32).clamp(1, 24)
}

/// What a new class is made of.
pub struct NewClass {
    /// `__name__`.
    pub name: Ref,
    /// Direct bases; not empty except for `object`.
    pub bases: Ref,
    /// The namespace, which becomes the class's dict.
    pub dict: Ref,
    /// `type(class)`.
    pub metaclass: Ref,
    /// The order, the class itself excluded.
    pub order: Vec<Ref>,
    /// Names of the slots that this class adds.
    pub slots: Vec<Ref>,
    /// No dict in instances.
    pub slots_only: bool,
    /// The builtin class this is.
    pub builtin: Option<Builtin>,
}

/// Makes the class object. The caller has checked that the bases go together.
pub fn new_class(new: NewClass) -> Ref {
    let first = bases_of(new.bases).first().map(|b| data(b.as_ref().expect("a class")));
    let base = solid_base(new.builtin, bases_of(new.bases));
    let mut fixed = fixed_slots(&new, base);
    fixed.extend(new.slots.iter().filter(|name| !fixed.contains(name)).copied().collect::<Vec<_>>());
    let slots_only =
        new.slots_only && first.is_none_or(|f| f.slots_only.get() || f.builtin == Some(Builtin::Object));
    let data: &'static ClassData = Box::leak(Box::new(ClassData {
        assumption: Assumption::new(),
        version: Cell::new(next_version()),
        class: Cell::new(Ref::NULL),
        builtin: new.builtin,
        base,
        facts: Cell::default(),
        fixed: RefCell::new(fixed),
        slots_only: Cell::new(slots_only),
        assignments: RefCell::default(),
        is_shown: Cell::new(false),
        root: Cell::new(None),
        subclasses: RefCell::default(),
        construct: Cell::default(),
    }));
    let class = heap::permanent(heap::alloc(Class::ID, 0));
    data.class.set(class);
    heap::set(class, Class::DATA, address::address_of(data));
    heap::set(class, Class::NAME, Value::object(new.name));
    heap::set(class, Class::BASES, Value::object(new.bases));
    heap::set(class, Class::DICT, new.dict);
    heap::set(class, Class::METACLASS, Value::object(new.metaclass));
    let mut order = vec![Value::object(class)];
    order.extend(new.order.iter().map(|&c| Value::object(c)));
    // Classes live for ever, so a vector of them needs no root.
    heap::set(class, Class::MRO, Value::object(tuple::from_slice(&order)));
    for base in bases_of(new.bases) {
        self::data(base.as_ref().expect("a class")).subclasses.borrow_mut().push(class);
    }
    // Those of the builtin classes are found once they have their methods.
    if new.builtin.is_none() {
        find_facts(class);
    }
    class
}

fn bases_of<'a>(bases: Ref) -> &'a [Value] {
    heap::items(bases, l::Tuple::TAIL)
}

/// The builtin class whose representation instances have: the most derived one among the bases'.
pub fn solid_base(builtin: Option<Builtin>, bases: &[Value]) -> Builtin {
    let own = builtin.filter(|b| has_own_representation(*b));
    own.unwrap_or_else(|| {
        let of_bases = bases.iter().map(|b| data(b.as_ref().expect("a class")).base);
        of_bases.reduce(|a, b| if a == Builtin::Object { b } else { a }).unwrap_or(Builtin::Object)
    })
}

/// Whether a subclass's instances hold a value of the builtin class.
fn has_own_representation(class: Builtin) -> bool {
    class == Builtin::BaseException
        || (class != Builtin::Object
            && !class.bases().contains(&Builtin::BaseException)
            && class < Builtin::BaseException
            && class != Builtin::Bool)
}

/// Attributes that every instance has: the bases' ones first, in the order of the first base.
fn fixed_slots(new: &NewClass, base: Builtin) -> Vec<Ref> {
    let mut fixed: Vec<Ref> = Vec::new();
    for class in bases_of(new.bases) {
        for &name in data(class.as_ref().expect("a class")).fixed.borrow().iter() {
            if !fixed.contains(&name) {
                fixed.push(name);
            }
        }
    }
    if fixed.is_empty() {
        let n = names();
        match base {
            Builtin::BaseException => {
                fixed.extend([n.exc_args, n.exc_traceback, n.exc_context, n.exc_cause, n.exc_suppress]);
            }
            Builtin::Object => {}
            _ => fixed.push(n.payload),
        }
    }
    fixed
}

/// To be called after the dict or the bases of a class have changed.
pub fn modified(class: Ref) {
    let data = data(class);
    data.version.set(next_version());
    data.assumption.invalidate();
    find_facts(class);
    for sub in data.subclasses() {
        modified(sub);
    }
}

/// Gives a class other bases, and it and its subclasses another order; false, and nothing done, where instances would have to be
/// of another kind or there is no order.
pub fn set_bases(class: Ref, bases: Ref) -> bool {
    let data = data(class);
    if solid_base(data.builtin, bases_of(bases)) != data.base || linearize(bases_of(bases)).is_none() {
        return false;
    }
    for old in self::bases(class) {
        let old = self::data(old.as_ref().expect("a class"));
        old.subclasses.borrow_mut().retain(|&sub| sub != class);
    }
    heap::set(class, Class::BASES, Value::object(bases));
    for base in bases_of(bases) {
        self::data(base.as_ref().expect("a class")).subclasses.borrow_mut().push(class);
    }
    reorder(class);
    modified(class);
    true
}

/// Finds the order of a class and of its subclasses again.
fn reorder(class: Ref) {
    if let Some(order) = linearize(bases(class)) {
        let mut all = vec![Value::object(class)];
        all.extend(order.into_iter().map(Value::object));
        heap::set(class, Class::MRO, Value::object(tuple::from_slice(&all)));
    }
    data(class).subclasses().into_iter().for_each(reorder);
}

/// Sets an entry of a class's dict.
pub fn set_entry(class: Ref, name: Ref, value: Value) {
    if let Some(value) = variable::assigned(class, name, value) {
        dict::set_str(heap::get(class, Class::DICT), name, value);
        modified(class);
    }
}

fn find_facts(class: Ref) {
    let data = data(class);
    let mut facts = Facts::default();
    let n = names();
    let derives = |builtin| TYPES.get().is_some() && is_subclass(class, builtin_class(builtin));
    // The version is new: the cache knows nothing of it yet, and most of this will not be asked for again.
    let lookup = |name: Ref| lookup_uncached(class, name);
    let differs = |name: Ref| {
        let found = lookup(name);
        !found.is_null() && !is_objects_own(found)
    };
    facts.set(Facts::GETATTRIBUTE, differs(n.getattribute));
    facts.set(Facts::GETATTR, !lookup(n.getattr).is_null());
    facts.set(Facts::SETATTR, differs(n.setattr));
    facts.set(Facts::DELATTR, differs(n.delattr));
    facts.set(Facts::EQUAL, differs(n.eq));
    facts.set(Facts::HASH_OF_BUILTIN, super::hash::is_of_builtin(lookup(n.hash)));
    facts.set(Facts::TRUTH, !lookup(n.bool_).is_null() || !lookup(n.len).is_null());
    facts.set(Facts::EXCEPTION, data.base == Builtin::BaseException);
    facts.set(Facts::METACLASS, derives(Builtin::Type));
    data.facts.set(facts);
}

/// Whether a method is the one that a builtin class (not a class written in Python) has: the generic protocol.
fn is_objects_own(found: Value) -> bool {
    let Some(object) = found.as_ref() else { return false };
    heap::layout_of(object) == l::Builtin::ID
}

/// The builtin classes, by number, and by layout.
struct Types {
    classes: Vec<Ref>,
    by_layout: Vec<Option<Builtin>>,
}

static TYPES: OnceLock<Types> = OnceLock::new();

/// The class object of a builtin class.
#[inline]
pub fn builtin_class(class: Builtin) -> Ref {
    TYPES.get().expect("the classes exist once the runtime has started").classes[class as usize]
}

/// The class of a value.
#[inline]
pub fn class_of(value: Value) -> Ref {
    if let Some(object) = value.as_ref() {
        let layout = heap::layout_of(object);
        if layout == Instance::ID {
            return address::shape(heap::get(object, Instance::SHAPE)).class;
        }
        if layout == Class::ID {
            return heap::get(object, Class::METACLASS).as_ref().expect("a metaclass");
        }
        if layout == l::Foreign::ID {
            return heap::get(object, l::Foreign::CLASS).as_ref().expect("a class");
        }
        if layout == l::Generator::ID {
            return builtin_class(super::generator::class_of(object));
        }
        let types = TYPES.get().expect("the classes exist once the runtime has started");
        if let Some(Some(class)) = types.by_layout.get(layout.index() as usize) {
            return types.classes[*class as usize];
        }
    }
    builtin_class(builtin_of(value).expect("every value has a class"))
}

/// The class of objects of a layout, where the layout alone tells.
pub fn class_of_layout(layout: heap::LayoutId) -> Option<Ref> {
    let types = TYPES.get()?;
    let class = (*types.by_layout.get(layout.index() as usize)?)?;
    Some(types.classes[class as usize])
}

/// Makes the builtin classes, without their methods.
pub fn start() {
    let mut classes: Vec<Ref> = Vec::new();
    for &builtin in Builtin::ALL {
        let bases: Vec<Value> = builtin.bases().iter().map(|&b| Value::object(classes[b as usize])).collect();
        let order = builtin_order(builtin).into_iter().map(|b| classes[b as usize]).collect();
        let class = new_class(NewClass {
            name: intern::intern(builtin.name()),
            bases: tuple::from_slice(&bases),
            dict: dict::new(),
            // Filled in below: `type` does not exist yet.
            metaclass: Ref::NULL,
            order,
            slots: Vec::new(),
            slots_only: false,
            builtin: Some(builtin),
        });
        classes.push(class);
    }
    let metaclass = Value::object(classes[Builtin::Type as usize]);
    for &class in &classes {
        heap::set(class, Class::METACLASS, metaclass);
    }
    let mut by_layout = Vec::new();
    for &builtin in Builtin::ALL {
        if let Some(layout) = builtin.layout() {
            let index = layout.index() as usize;
            by_layout.resize(by_layout.len().max(index + 1), None);
            by_layout[index] = Some(builtin);
        }
    }
    for (layout, class) in [(heap::INT_BOX, Builtin::Int), (heap::FLOAT_BOX, Builtin::Float)] {
        by_layout[layout.index() as usize] = Some(class);
    }
    assert!(TYPES.set(Types { classes, by_layout }).is_ok(), "the runtime starts once");
}

/// To be called once the builtin classes have their methods.
pub fn started() {
    for &builtin in Builtin::ALL {
        let class = builtin_class(builtin);
        let data = data(class);
        data.version.set(next_version());
        match builtin.bases() {
            // A class without methods of its own is what its base is.
            [base] if dict::len(heap::get(class, Class::DICT)) == 0 => {
                data.facts.set(self::data(builtin_class(*base)).facts());
            }
            _ => find_facts(class),
        }
    }
}

/// The order of a builtin class, itself excluded. Every one of them has a linear order but `ExceptionGroup`.
fn builtin_order(builtin: Builtin) -> Vec<Builtin> {
    match builtin.bases() {
        [] => Vec::new(),
        [base] => std::iter::once(*base).chain(builtin_order(*base)).collect(),
        [first, rest @ ..] => {
            let mut order = vec![*first];
            order.extend(rest);
            order.extend([Builtin::BaseException, Builtin::Object]);
            order
        }
    }
}

/// C3 linearisation of the bases' orders (Barrett et al., 1996); `None` when there is no consistent order.
pub fn linearize(bases: &[Value]) -> Option<Vec<Ref>> {
    let mut lists: Vec<Vec<Value>> =
        bases.iter().map(|b| mro(b.as_ref().expect("a class")).to_vec()).collect();
    lists.push(bases.to_vec());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(order);
        }
        let head = lists
            .iter()
            .map(|list| list[0])
            .find(|head| lists.iter().all(|list| !list[1..].contains(head)))?;
        order.push(head.as_ref().expect("a class"));
        for list in &mut lists {
            if list[0] == head {
                list.remove(0);
            }
        }
    }
}

/// `value`, or `None` for the absent word.
pub fn or_none(value: Value) -> Value {
    if value.is_null() { NONE } else { value }
}
