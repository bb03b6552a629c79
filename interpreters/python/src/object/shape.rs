//! Shapes: where the attributes of an instance are (hidden classes).
//!
//! A shape belongs to one class and lists attribute names in the order they were set; it never changes, except that it learns
//! transitions to the shapes with one name more. Shapes are leaked: an instance holds the address, and compiled code compares it.
//! An attribute with an index below `inline` lies in the instance's tail, others in its `extra` array. A *dict mode* shape has no
//! names: its instances keep their attributes in a dict (in `extra`), because a program asked for `__dict__`.
//! Neighbours: `instance` (reads and writes by shape), `types` (a class's root shape).

use super::types::ClassData;
use metajit::heap::Ref;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// Names above which a shape has a hash table of its own.
const SMALL: usize = 8;

/// The attribute layout of some instances of a class.
pub struct Shape {
    /// The class.
    pub class: Ref,
    /// The data of the class.
    pub data: &'static ClassData,
    /// Attribute names (interned), by index.
    pub names: Box<[Ref]>,
    /// Attributes that lie in the instance itself; the length of the tail of every instance of the shape.
    pub inline: u32,
    /// Attributes are in a dict.
    pub dict_mode: bool,
    index: FxHashMap<Ref, u32>,
    transitions: RefCell<FxHashMap<Ref, &'static Shape>>,
    dict_twin: OnceCell<&'static Shape>,
}

impl Shape {
    /// A root shape: the attributes that every instance of the class has from its start.
    pub fn root(class: Ref, data: &'static ClassData, names: &[Ref], inline: u32) -> &'static Shape {
        Shape::leak(class, data, names.into(), inline.max(names.len() as u32), false)
    }

    fn leak(
        class: Ref,
        data: &'static ClassData,
        names: Box<[Ref]>,
        inline: u32,
        dict_mode: bool,
    ) -> &'static Shape {
        let index = if names.len() > SMALL {
            names.iter().enumerate().map(|(i, &name)| (name, i as u32)).collect()
        } else {
            FxHashMap::default()
        };
        Box::leak(Box::new(Shape {
            class,
            data,
            names,
            inline,
            dict_mode,
            index,
            transitions: RefCell::default(),
            dict_twin: OnceCell::new(),
        }))
    }

    /// The index of an attribute.
    #[inline]
    pub fn find(&self, name: Ref) -> Option<u32> {
        if self.names.len() <= SMALL {
            self.names.iter().position(|&n| n == name).map(|i| i as u32)
        } else {
            self.index.get(&name).copied()
        }
    }

    /// The shape with one more attribute, which gets the next index.
    pub fn with(&'static self, name: Ref) -> &'static Shape {
        debug_assert!(!self.dict_mode && self.find(name).is_none());
        self.transitions.borrow_mut().entry(name).or_insert_with(|| {
            let mut names = self.names.to_vec();
            names.push(name);
            Shape::leak(self.class, self.data, names.into(), self.inline, false)
        })
    }

    /// The shape without an attribute; those after it move down by one.
    pub fn without(&'static self, name: Ref) -> &'static Shape {
        let fixed = self.data.root_shape().names.len().min(self.names.len());
        let mut shape = self.data.root_shape();
        if self.inline != shape.inline || self.class != shape.class || self.names[..fixed] != *shape.names {
            // Not derived from the class's present root (its class was assigned): a shape of its own.
            let names: Box<[Ref]> = self.names.iter().copied().filter(|&n| n != name).collect();
            return Shape::leak(self.class, self.data, names, self.inline, false);
        }
        for &n in self.names[fixed..].iter().filter(|&&n| n != name) {
            shape = shape.with(n);
        }
        shape
    }

    /// The shape of the same class whose instances have `inline` slots and keep their attributes in a dict.
    pub fn dict_mode(&'static self) -> &'static Shape {
        self.dict_twin.get_or_init(|| Shape::leak(self.class, self.data, self.hidden(), self.inline, true))
    }

    /// The names that stay in slots in dict mode: hidden ones and `__slots__`.
    fn hidden(&self) -> Box<[Ref]> {
        self.names[..self.data.root_shape().names.len().min(self.names.len())].into()
    }

    /// The shape with the same attributes for another class.
    pub fn for_class(&'static self, class: Ref, data: &'static ClassData) -> &'static Shape {
        let root = data.root_shape();
        if root.inline == self.inline && root.names == self.hidden() && !self.dict_mode {
            return self.names[root.names.len()..].iter().fold(root, |shape, &name| shape.with(name));
        }
        Shape::leak(class, data, self.names.clone(), self.inline, self.dict_mode)
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.names.iter().map(|&n| super::str::as_str(n)).collect();
        f.debug_struct("Shape").field("names", &names).field("inline", &self.inline).finish_non_exhaustive()
    }
}
