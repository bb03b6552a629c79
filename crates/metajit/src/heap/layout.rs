//! Layouts: what the words of a heap object mean.
//!
//! ```text
//! offset 0   u32 layout id      offset 4   u32 length of the tail, in elements
//! offset 8   fixed fields, one 64-bit word each, in declaration order
//! then       the tail: elements of one kind, the last word padded with zeros
//! ```
//!
//! A language declares its layouts in one [`layouts!`](crate::layouts) call. That table is the only
//! description of its objects: tracing, the typed accessors, the names in printed IR and the descriptors of
//! the optimiser all come from it. Invariant: a [`LayoutId`] carries the object's shape (fixed words, tail
//! kind) in its bits, so that the size of an object follows from its header alone. Neighbours: `access.rs`
//! uses the typed constants, `binding.rs` traces by them.

use crate::kind::{Kind, Type};
use std::marker::PhantomData;
use std::sync::OnceLock;

use super::value::{Ref, Value};

/// Bytes of the header word.
pub const HEADER_BYTES: usize = 8;
/// Offset in the header of the u32 layout id.
pub const LAYOUT_OFFSET: u32 = 0;
/// Offset in the header of the u32 tail length.
pub const LEN_OFFSET: u32 = 4;

const INDEX_BITS: u32 = 12;
const FIXED_BITS: u32 = 12;
const TAIL_SHIFT: u32 = INDEX_BITS + FIXED_BITS;

/// What the elements of a tail are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum TailKind {
    /// Tagged words, traced.
    Value = 1,
    /// Raw 64-bit integers.
    Int = 2,
    /// Raw doubles.
    Float = 3,
    /// Bytes.
    Byte = 4,
}

impl TailKind {
    /// Logarithm of the element size in bytes.
    #[inline(always)]
    pub const fn log_bytes(self) -> u32 {
        if matches!(self, TailKind::Byte) { 0 } else { 3 }
    }
}

/// One fixed field of a layout.
#[derive(Debug)]
pub struct FieldInfo {
    /// In lower case, as printed.
    pub name: &'static str,
    /// `Value` and `Ref` are traced; the others are raw words.
    pub kind: Type,
    /// Never written again once its object has been initialised.
    pub immutable: bool,
}

/// The tail of a layout.
#[derive(Debug)]
pub struct TailInfo {
    /// What its elements are.
    pub kind: TailKind,
    /// Its elements are never written again once their object has been initialised.
    pub immutable: bool,
}

/// The description of one kind of object.
#[derive(Debug)]
pub struct Layout {
    /// As printed.
    pub name: &'static str,
    /// The fixed fields, in order.
    pub fields: &'static [FieldInfo],
    /// What follows them, if anything.
    pub tail: Option<TailInfo>,
}

/// Names a layout. The number packs the layout's index, its count of fixed words and its tail kind; it is
/// stored in each object's header.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct LayoutId(u32);

impl LayoutId {
    /// The id of the layout called `name` in `table`, whose first row has the index `first`.
    pub const fn in_table(table: &[&Layout], first: u32, name: &str) -> LayoutId {
        let mut i = 0;
        while i < table.len() {
            if same(table[i].name, name) {
                return LayoutId::pack(first + i as u32, table[i]);
            }
            i += 1;
        }
        panic!("no such layout in the table")
    }

    const fn pack(index: u32, layout: &Layout) -> LayoutId {
        assert!(index < 1 << INDEX_BITS, "too many layouts");
        assert!(layout.fields.len() < 1 << FIXED_BITS, "too many fields in a layout");
        let tail = match &layout.tail {
            Some(tail) => tail.kind as u32,
            None => 0,
        };
        LayoutId(index | (layout.fields.len() as u32) << INDEX_BITS | tail << TAIL_SHIFT)
    }

    /// Position in the numbering of all layouts: the framework's first, then the language's. Dense.
    #[inline(always)]
    pub const fn index(self) -> u32 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }

    /// How many 64-bit fields precede the tail.
    #[inline(always)]
    pub const fn fixed_words(self) -> u32 {
        self.0 >> INDEX_BITS & ((1 << FIXED_BITS) - 1)
    }

    /// The kind of the tail's elements.
    #[inline(always)]
    pub const fn tail_kind(self) -> Option<TailKind> {
        match self.0 >> TAIL_SHIFT {
            1 => Some(TailKind::Value),
            2 => Some(TailKind::Int),
            3 => Some(TailKind::Float),
            4 => Some(TailKind::Byte),
            _ => None,
        }
    }

    /// Offset in bytes of the first tail element.
    #[inline(always)]
    pub const fn tail_offset(self) -> u32 {
        HEADER_BYTES as u32 + 8 * self.fixed_words()
    }

    /// Size in bytes of an object with `len` tail elements; a multiple of 8.
    #[inline(always)]
    pub const fn size(self, len: u32) -> usize {
        let tail = match self.tail_kind() {
            Some(kind) => ((len as usize) << kind.log_bytes()).next_multiple_of(8),
            None => 0,
        };
        self.tail_offset() as usize + tail
    }

    /// The number stored in headers.
    #[inline(always)]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The inverse of [`LayoutId::bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u32) -> LayoutId {
        LayoutId(bits)
    }

    /// The description, once the language's table has been registered.
    pub fn layout(self) -> Option<&'static Layout> {
        let index = self.index() as usize;
        let first = FIRST_LANGUAGE_LAYOUT as usize;
        if index < first {
            Some(RESERVED_LAYOUTS[index])
        } else {
            LANGUAGE_LAYOUTS.get()?.get(index - first).copied()
        }
    }

    /// The name for printed IR and messages; `layout#n` for one that nobody registered.
    pub fn name(self) -> String {
        self.layout().map_or_else(|| format!("layout#{}", self.index()), |layout| layout.name.to_owned())
    }

    /// The layout of that name, reserved or registered; what a parser of printed IR needs.
    pub fn by_name(name: &str) -> Option<LayoutId> {
        let language = LANGUAGE_LAYOUTS.get().copied().unwrap_or(&[]);
        RESERVED_LAYOUTS.iter().chain(language).position(|layout| layout.name == name).map(|i| {
            LayoutId::pack(
                i as u32,
                if i < RESERVED_LAYOUTS.len() {
                    RESERVED_LAYOUTS[i]
                } else {
                    language[i - RESERVED_LAYOUTS.len()]
                },
            )
        })
    }
}

impl std::fmt::Debug for LayoutId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

/// One fixed field, typed by what it holds.
pub struct Field<K: Kind> {
    /// In bytes from the header.
    pub offset: u32,
    /// The layout that has the field.
    pub layout: LayoutId,
    /// Position among the fixed fields.
    pub index: u32,
    /// Never written again once its object has been initialised.
    pub immutable: bool,
    /// In lower case.
    pub name: &'static str,
    kind: PhantomData<K>,
}

impl<K: Kind> Field<K> {
    /// The field that was declared as `name` (in any case) in `layout`, whose id is `id`.
    pub const fn in_layout(layout: &'static Layout, id: LayoutId, name: &str) -> Field<K> {
        let mut i = 0;
        while i < layout.fields.len() {
            let field = &layout.fields[i];
            if field.name.eq_ignore_ascii_case(name) {
                return Field {
                    offset: HEADER_BYTES as u32 + 8 * i as u32,
                    layout: id,
                    index: i as u32,
                    immutable: field.immutable,
                    name: field.name,
                    kind: PhantomData,
                };
            }
            i += 1;
        }
        panic!("no such field in the layout")
    }
}

impl<K: Kind> Clone for Field<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for Field<K> {}

impl<K: Kind> std::fmt::Debug for Field<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}.{}", self.layout, self.name)
    }
}

/// The tail of a layout, typed by its elements.
pub struct Tail<E: Element> {
    /// In bytes from the header to element 0.
    pub offset: u32,
    /// The layout that has the tail.
    pub layout: LayoutId,
    /// Elements are never written again once their object has been initialised.
    pub immutable: bool,
    element: PhantomData<E>,
}

impl<E: Element> Tail<E> {
    /// The tail of `layout`, whose id is `id`.
    pub const fn in_layout(layout: &'static Layout, id: LayoutId) -> Tail<E> {
        let Some(tail) = &layout.tail else { panic!("the layout has no tail") };
        assert!(tail.kind as u32 == E::KIND as u32, "the tail has other elements");
        Tail { offset: id.tail_offset(), layout: id, immutable: tail.immutable, element: PhantomData }
    }
}

impl<E: Element> Clone for Tail<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Element> Copy for Tail<E> {}

impl<E: Element> std::fmt::Debug for Tail<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}[]", self.layout)
    }
}

/// What can be an element of a tail: `Value`, `i64`, `f64`, `u8`.
pub trait Element: Copy + 'static {
    /// What the elements are.
    const KIND: TailKind;
    /// The kind of a value that holds an element: the element's own, except that a byte is held by an
    /// integer.
    type Kind: Kind;
    /// The element as a value.
    fn widen(self) -> Self::Kind;
    /// The element that a value holds; a byte is the low 8 bits.
    fn narrow(value: Self::Kind) -> Self;
    /// Whether writing it into an old object must be noted for the collector.
    fn is_heap_pointer(self) -> bool;
}

impl Element for Value {
    const KIND: TailKind = TailKind::Value;
    type Kind = Value;
    #[inline(always)]
    fn widen(self) -> Value {
        self
    }
    #[inline(always)]
    fn narrow(value: Value) -> Value {
        value
    }
    #[inline(always)]
    fn is_heap_pointer(self) -> bool {
        self.is_ref()
    }
}

/// Raw elements, which the collector ignores.
macro_rules! raw_elements {
    ($($type:ty => $kind:ident as $held:ty),*) => {$(
        impl Element for $type {
            const KIND: TailKind = TailKind::$kind;
            type Kind = $held;
            #[inline(always)]
            fn widen(self) -> $held {
                self as $held
            }
            #[inline(always)]
            fn narrow(value: $held) -> $type {
                value as $type
            }
            #[inline(always)]
            fn is_heap_pointer(self) -> bool {
                false
            }
        }
    )*};
}
raw_elements!(i64 => Int as i64, f64 => Float as f64, u8 => Byte as i64);

/// Whether a word of this type, written into an old object, must be noted for the collector.
#[inline(always)]
pub(super) fn is_heap_pointer<K: Kind>(value: K) -> bool {
    match K::TYPE {
        Type::Value => Value::from_bits(value.to_bits()).is_ref(),
        Type::Ref => !Ref::from_bits(value.to_bits()).is_null(),
        _ => false,
    }
}

static LANGUAGE_LAYOUTS: OnceLock<&'static [&'static Layout]> = OnceLock::new();

/// Makes the language's table known. A process has one language: a second, different table is a bug.
pub fn register(table: &'static [&'static Layout]) {
    let known = *LANGUAGE_LAYOUTS.get_or_init(|| table);
    assert!(std::ptr::eq(known, table), "a process can have only one table of layouts");
}

/// The layouts that the language registered; empty before.
pub fn language_layouts() -> &'static [&'static Layout] {
    LANGUAGE_LAYOUTS.get().copied().unwrap_or(&[])
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The bytes of `text` in lower case; `N` is its length. For [`layouts!`](crate::layouts).
#[doc(hidden)]
pub const fn lower_case<const N: usize>(text: &str) -> [u8; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = text.as_bytes()[i].to_ascii_lowercase();
        i += 1;
    }
    out
}

/// Declares the layouts of a language: a table, and for each row a type with typed constants.
///
/// ```
/// metajit::layouts! {
///     /// The objects of this language.
///     pub static LAYOUTS;
///     /// A growable list: `items` has at least `len` elements.
///     List { ITEMS: Ref, LEN: i64 }
///     /// An object with its shape, and its attributes in the tail.
///     Instance { SHAPE: i64 immutable, EXTRA: Ref } [Value]
///     Tuple {} [Value immutable]
/// }
/// assert_eq!(List::LEN.offset, 16);
/// assert_eq!(Instance::ID.tail_offset(), 24);
/// assert!(Tuple::TAIL.immutable);
/// ```
///
/// Each row gives `Name::ID` ([`LayoutId`]), `Name::LAYOUT`, one [`Field`] constant per field and
/// `Name::TAIL` if it has a tail. Field types: `Value`, `Ref`, `i64`, `f64`, `bool`; tail elements: `Value`,
/// `i64`, `f64`, `u8`. `immutable` promises that nothing writes the field after initialisation. The table
/// goes into `HeapOptions::layouts`.
#[macro_export]
macro_rules! layouts {
    ($(#[$meta:meta])* $vis:vis static $table:ident; $($rows:tt)*) => {
        $crate::layouts! { @rows [$crate::heap::FIRST_LANGUAGE_LAYOUT] [$(#[$meta])*] [$vis] $table; $($rows)* }
    };
    (@rows [$first:expr] [$(#[$tmeta:meta])*] [$vis:vis] $table:ident;
        $(
            $(#[$meta:meta])*
            $name:ident { $( $(#[$fmeta:meta])* $field:ident : $kind:ident $($flag:ident)? ),* $(,)? }
            $( [ $element:ident $($eflag:ident)? ] )?
        )*
    ) => {
        $(#[$tmeta])*
        $vis static $table: &[&$crate::heap::Layout] = &[$($name::LAYOUT),*];
        $(
            $(#[$meta])*
            $vis struct $name;
            #[allow(dead_code, missing_docs)]
            impl $name {
                /// The description of this layout.
                pub const LAYOUT: &'static $crate::heap::Layout = &$crate::heap::Layout {
                    name: stringify!($name),
                    fields: &[$(
                        $crate::heap::FieldInfo {
                            name: {
                                const NAME: [u8; stringify!($field).len()] =
                                    $crate::heap::layout::lower_case(stringify!($field));
                                match ::core::str::from_utf8(&NAME) {
                                    Ok(name) => name,
                                    Err(_) => panic!("a field name in ASCII"),
                                }
                            },
                            kind: <$crate::layouts!(@type $kind) as $crate::kind::Kind>::TYPE,
                            immutable: $crate::layouts!(@immutable $($flag)?),
                        }
                    ),*],
                    tail: $crate::layouts!(@tail $($element $($eflag)?)?),
                };
                /// Names this layout in object headers.
                pub const ID: $crate::heap::LayoutId =
                    $crate::heap::LayoutId::in_table($table, $first, stringify!($name));
                $(
                    $(#[$fmeta])*
                    pub const $field: $crate::heap::Field<$crate::layouts!(@type $kind)> =
                        $crate::heap::Field::in_layout(Self::LAYOUT, Self::ID, stringify!($field));
                )*
                $(
                    /// The elements after the fixed fields.
                    pub const TAIL: $crate::heap::Tail<$crate::layouts!(@type $element)> =
                        $crate::heap::Tail::in_layout(Self::LAYOUT, Self::ID);
                )?
            }
        )*
    };
    (@type Value) => { $crate::heap::Value };
    (@type Ref) => { $crate::heap::Ref };
    (@type $other:ident) => { $other };
    (@immutable) => { false };
    (@immutable immutable) => { true };
    (@tail) => { None };
    (@tail $element:ident $($eflag:ident)?) => {
        Some($crate::heap::TailInfo {
            kind: <$crate::layouts!(@type $element) as $crate::heap::Element>::KIND,
            immutable: $crate::layouts!(@immutable $($eflag)?),
        })
    };
}

crate::layouts! {
    @rows [0] [
        /// The layouts of the framework itself, which precede the language's.
    ] [pub] RESERVED_LAYOUTS;
    /// A float that has no immediate representation.
    FloatBox { VALUE: f64 immutable }
    /// An integer that does not fit in 63 bits.
    IntBox { VALUE: i64 immutable }
    /// An array of values.
    Values {} [Value]
    /// An array of bytes.
    Bytes {} [u8]
    /// An array of raw integers.
    Ints {} [i64]
    /// An array of raw floats.
    Floats {} [f64]
    /// A weak reference: `target` is the address of its object, not traced, and 0 once that object has died.
    Weak { TARGET: i64, NOTIFY: Value immutable }
    /// A Rust object: `data` is the address of its box.
    Native { DATA: i64 immutable }
}

/// Index of the first layout that a language declares.
pub const FIRST_LANGUAGE_LAYOUT: u32 = RESERVED_LAYOUTS.len() as u32;

/// [`FloatBox`]'s.
pub const FLOAT_BOX: LayoutId = FloatBox::ID;
/// [`IntBox`]'s.
pub const INT_BOX: LayoutId = IntBox::ID;
/// [`Values`]'s.
pub const VALUES: LayoutId = Values::ID;
/// [`Bytes`]'s.
pub const BYTES: LayoutId = Bytes::ID;
/// [`Ints`]'s.
pub const INTS: LayoutId = Ints::ID;
/// [`Floats`]'s.
pub const FLOATS: LayoutId = Floats::ID;
/// [`Weak`]'s.
pub const WEAK: LayoutId = Weak::ID;
/// [`Native`]'s.
pub const NATIVE: LayoutId = Native::ID;

#[cfg(test)]
mod tests {
    use super::*;

    crate::layouts! {
        static TABLE;
        /// Fixed fields only.
        Pair { CAR: Value, CDR: Value immutable }
        Mixed { COUNT: i64, RATIO: f64, NEXT: Ref, DONE: bool } [u8 immutable]
    }

    #[test]
    fn constants_follow_the_declaration() {
        assert_eq!(TABLE.len(), 2);
        assert_eq!(Pair::ID.index(), FIRST_LANGUAGE_LAYOUT);
        assert_eq!(Mixed::ID.index(), FIRST_LANGUAGE_LAYOUT + 1);
        assert_eq!((Pair::CAR.offset, Pair::CDR.offset), (8, 16));
        assert_eq!((Pair::CAR.immutable, Pair::CDR.immutable), (false, true));
        assert_eq!((Mixed::COUNT.name, Mixed::DONE.index), ("count", 3));
        assert_eq!((Mixed::RATIO.index, Mixed::NEXT.offset), (1, 24));
        assert_eq!(Mixed::TAIL.offset, 40);
        assert_eq!((Pair::ID.tail_kind(), Mixed::TAIL.immutable), (None, true));
        assert_eq!(Mixed::ID.tail_kind(), Some(TailKind::Byte));
    }

    #[test]
    fn sizes_follow_from_the_id() {
        assert_eq!(Pair::ID.size(0), 24);
        assert_eq!(Mixed::ID.size(0), 40);
        assert_eq!(Mixed::ID.size(1), 48);
        assert_eq!(Mixed::ID.size(9), 56);
        assert_eq!(VALUES.size(3), 32);
        assert_eq!(BYTES.size(u32::MAX), 8 + (1 << 32));
    }

    #[test]
    fn reserved_layouts_have_names() {
        assert_eq!(FLOAT_BOX.name(), "FloatBox");
        assert_eq!(LayoutId::by_name("Values"), Some(VALUES));
        assert_eq!(NATIVE.index() + 1, FIRST_LANGUAGE_LAYOUT);
    }
}
