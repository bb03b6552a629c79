//! Interned strings: one object per text, so that names are compared by address.
//!
//! Interned strings live for ever; the text of a program has only so many names. Neighbours: `shape`, `types` (keyed by them).

use super::layouts::Str;
use super::str;
use hashbrown::HashTable;
use metajit::heap::{self, Ref, Value};
use std::cell::{Cell, RefCell};

thread_local! {
    static TABLE: RefCell<HashTable<(u64, Ref)>> = const { RefCell::new(HashTable::new()) };
}

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

fn find(hash: u64, bytes: &[u8]) -> Option<Ref> {
    TABLE.with_borrow(|table| {
        table.find(hash, |&(h, s)| h == hash && heap::items::<u8>(s, Str::TAIL) == bytes).map(|&(_, s)| s)
    })
}

fn insert(hash: u64, s: Ref) -> Ref {
    heap::permanent(s);
    TABLE.with_borrow_mut(|table| {
        table.insert_unique(hash, (hash, s), |&(h, _)| h);
    });
    s
}

/// The interned string with this text.
pub fn intern(text: &str) -> Ref {
    let hash = hash(text.as_bytes());
    find(hash, text.as_bytes()).unwrap_or_else(|| insert(hash, str::new(text)))
}

/// Texts of the runtime's own that are kept by their address, at most.
const TEXTS: usize = 256;

thread_local! {
    static OWN: [Cell<(usize, usize, Ref)>; TEXTS] = const { [const { Cell::new((0, 0, Ref::NULL)) }; TEXTS] };
}

/// The interned string with a text that is part of the runtime, such as the name of a special method: it is found by its
/// address, without looking at the text.
#[inline]
pub fn intern_static(text: &'static str) -> Ref {
    let key = (text.as_ptr() as usize, text.len());
    OWN.with(|own| {
        let slot = &own[(key.0 ^ key.0 >> 8) % TEXTS];
        let (address, len, known) = slot.get();
        if (address, len) == key {
            return known;
        }
        let made = intern(text);
        slot.set((key.0, key.1, made));
        made
    })
}

/// The interned string equal to a `str` object; the object itself if it is the first with its text.
pub fn intern_object(s: Ref) -> Ref {
    let bytes = heap::items::<u8>(s, Str::TAIL);
    let hash = hash(bytes);
    find(hash, bytes).unwrap_or_else(|| insert(hash, s))
}

/// The interned string of a `str` value.
pub fn intern_value(s: Value) -> Ref {
    intern_object(s.as_ref().expect("a str object"))
}

/// Names that the runtime itself looks up, interned once.
macro_rules! names {
    ($($name:ident $text:literal;)*) => {
        /// Names that the runtime looks up.
        #[allow(missing_docs, non_snake_case)]
        #[derive(Debug)]
        pub struct Names { $(pub $name: Ref),* }

        impl Names {
            fn new() -> Names {
                Names { $($name: intern($text)),* }
            }
        }
    };
}

names! {
    new "__new__"; init "__init__"; call "__call__"; get "__get__"; set "__set__"; delete "__delete__";
    getattr "__getattr__"; getattribute "__getattribute__"; setattr "__setattr__"; delattr "__delattr__";
    name "__name__"; qualname "__qualname__"; module "__module__"; doc "__doc__"; dict "__dict__"; class "__class__";
    slots "__slots__"; set_name "__set_name__"; init_subclass "__init_subclass__"; classcell "__classcell__";
    prepare "__prepare__"; mro_entries "__mro_entries__"; bool_ "__bool__"; len "__len__"; iter "__iter__";
    next "__next__"; getitem "__getitem__"; setitem "__setitem__"; delitem "__delitem__"; contains "__contains__";
    enter "__enter__"; exit "__exit__"; hash "__hash__"; eq "__eq__"; repr "__repr__"; str_ "__str__"; format "__format__";
    missing "__missing__"; annotations "__annotations__"; builtins "__builtins__"; file "__file__"; path "__path__";
    package "__package__"; spec "__spec__"; all "__all__"; match_args "__match_args__"; index "__index__";
    instancecheck "__instancecheck__"; subclasscheck "__subclasscheck__"; class_getitem "__class_getitem__";
    payload " payload"; weakref "__weakref__"; metaclass "metaclass"; send "send"; throw "throw"; close "close";
    exc_args " args"; exc_traceback " traceback"; exc_context " context"; exc_cause " cause";
    exc_suppress " suppress"; value "value"; code "code"; notes "__notes__"; keys "keys"; mro "mro"; abstractmethods "__abstractmethods__";
    await_ "__await__"; aiter "__aiter__"; anext "__anext__"; aenter "__aenter__"; aexit "__aexit__"; self_ "self"; cls "cls";
}

thread_local! {
    static NAMES: std::cell::OnceCell<&'static Names> = const { std::cell::OnceCell::new() };
}

/// The names that the runtime looks up.
#[inline]
pub fn names() -> &'static Names {
    NAMES.with(|names| *names.get_or_init(|| Box::leak(Box::new(Names::new()))))
}
